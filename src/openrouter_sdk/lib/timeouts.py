"""Time-outs as the HTTP client's transport wants them: seconds for each phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..types.options import Timeout

DEFAULT = {"connect": 10.0, "read": 600.0, "write": 600.0, "pool": 600.0}


# Selectors take no more than this many seconds.
LONGEST = 1e6


def phases(timeout: Timeout) -> dict[str, float | None]:
    """Return the phases of `timeout`: a number is the read time-out, an `httpx.Timeout` sets all."""
    if isinstance(timeout, (int, float)) and not isinstance(timeout, bool) and 0 < timeout < LONGEST:
        return {**DEFAULT, "read": float(timeout)}
    as_dict: Any = getattr(timeout, "as_dict", None)
    if as_dict is None:
        from .shown import shown

        message = f"{shown(timeout)} is neither a number of seconds (0 to {LONGEST:.0f}) nor an httpx.Timeout"
        raise ValueError(message)
    return dict(as_dict())
