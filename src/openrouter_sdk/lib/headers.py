"""Header values: what may stand in one, and the one that holds the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .invalid import invalid

if TYPE_CHECKING:
    import httpx

    from .secret import Secret


def header_value(name: str, value: object) -> str:
    """Return `value` as a header's value, or raise `SDKValidationError`; text beyond Latin-1 travels as UTF-8."""
    text = value if isinstance(value, str) else str(value)
    if _breaks_out(text):
        raise invalid(name, "a header's value can't hold line breaks or other control characters", value)
    return text.strip()


def fits_a_header(text: str) -> bool:
    """Tell whether a text can stand in a header: no line breaks or other control characters, no half characters."""
    return not _breaks_out(text) and not any("\ud800" <= letter <= "\udfff" for letter in text)


def header_name(name: str) -> str:
    """Return `name` as a header's name, or raise `SDKValidationError`."""
    if not name.isascii() or not name or _breaks_out(name) or set(name) & set(' ":,;()'):
        raise invalid("extra_headers", f"{name!r} can't be a header's name", name)
    return name


def _breaks_out(text: str) -> bool:
    return not text.isprintable() and any(ord(letter) < 32 and letter != "\t" for letter in text)  # noqa: PLR2004  # ASCII's control characters


def bearer(headers: httpx.Headers, key: Secret) -> None:
    """Set the Authorization header; a "Bearer " that the key brings along is kept.

    The key is never in a variable here: tools that log tracebacks log variables too.
    """
    if not key:
        return
    if not key.fits_a_header:
        raise invalid(
            "api_key", "the key isn't a text, or holds line breaks or other characters that can't be sent", key
        )
    prefixed = key.reveal().lstrip()[:7].lower() == "bearer "
    headers["Authorization"] = key.reveal().strip() if prefixed else f"Bearer {key.reveal().strip()}"
