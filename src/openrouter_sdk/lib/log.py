"""The package's log: one line for each attempt, without keys, bodies or query strings. Costs nothing when off."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from .request import Plan


def log_attempt(plan: Plan, attempt: int, outcome: httpx.Response | Exception) -> None:
    """Log what came of an attempt."""
    logger = plan.settings.logger
    if logger.isEnabledFor(logging.DEBUG):
        ended = type(outcome).__name__ if isinstance(outcome, Exception) else str(outcome.status_code)
        url = plan.url.copy_with(query=None, userinfo=b"")
        names = ", ".join(plan.headers)  # values may be secrets, of other headers than Authorization, too
        logger.debug("%s %s attempt %d: %s (headers: %s)", plan.operation.method, url, attempt, ended, names)


def log_retry(plan: Plan, attempt: int, delay: float) -> None:
    """Log that another attempt follows."""
    plan.settings.logger.debug("%s: attempt %d failed, the next in %.3f s", plan.operation.id, attempt, delay)
