"""When to try again, and after how long. Pure: time and chance come in as arguments."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from .json_values import as_object
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import httpx

RETRIES = 2
RETRY_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 524, 529})
FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0
_UNIX_TIME = 1e9  # numbers from here on are seconds since 1970, or thousandths of them; below, seconds to wait


class RetryPolicy(Record):
    """How often to try again, and on which statuses."""

    retries: int = RETRIES
    statuses: frozenset[int] = RETRY_STATUSES

    def delay(
        self,
        attempt: int,
        headers: Mapping[str, str] | None = None,
        chance: Callable[[], float] = random.random,
        now: Callable[[], float] = time.time,
    ) -> float | None:
        """Return the seconds to wait after the failed `attempt` (1 is the first), or None to give up."""
        if attempt > self.retries:
            return None
        asked = retry_after(headers, now) if headers is not None else None
        if asked is None:
            return backoff(attempt, chance)
        return asked if asked <= LONGEST_RETRY_AFTER else None


def backoff(attempt: int, chance: Callable[[], float] = random.random) -> float:
    """Double the delay with each attempt, up to a limit, less up to a quarter, so that clients don't march in step."""
    longest = min(FIRST_DELAY * 2.0 ** min(attempt - 1, 10), LONGEST_DELAY)
    return longest * (1.0 - chance() / 4)


def statuses(codes: Iterable[int | str]) -> frozenset[int]:
    """Spell out codes such as 503, "503" and "5XX" as statuses."""
    if isinstance(codes, str):
        message = f"retry_codes: {codes!r} is a text; give a list of statuses"
        raise TypeError(message)
    spelt: set[int] = set()
    for code in codes:
        text = str(code).upper()
        if len(text) == 3 and text[0].isdigit() and text[1:] == "XX":  # noqa: PLR2004  # three characters, as in 5XX
            spelt.update(range(int(text[0]) * 100, int(text[0]) * 100 + 100))
        elif text.isdigit():
            spelt.add(int(text))
        else:
            message = f"retry_codes: {code!r} is neither a status (503) nor a class of statuses ('5XX')"
            raise ValueError(message)
    return frozenset(spelt)


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Return the seconds that the server asks to wait; None if it doesn't say.

    It does by `retry-after-ms`, `Retry-After` (seconds, fractions, HTTP date), or `X-RateLimit-Reset`, once nothing
    remains of the limit.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is None:
        seconds = _seconds_until(value, now)
    return _reset(headers, now) if seconds is None else seconds


def quoted_headers(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that an error's metadata quote: OpenRouter passes rate limits on like that."""
    return {str(name).lower(): str(value) for name, value in as_object(metadata.get("headers")).items()}


def limits(response: httpx.Response) -> Mapping[str, str]:
    """Return the headers that may say when to come back: a response's own, or those that the error in it quotes."""
    if retry_after(response.headers) is not None or not response.is_closed:
        return response.headers
    from . import error_body

    error = error_body.read(error_body.load(response.content))
    return response.headers if error is None else quoted_headers(error.metadata)


def _reset(headers: Mapping[str, str], now: Callable[[], float]) -> float | None:
    """Return the seconds until a limit is reset: it is stated as Unix time, in any unit, or as seconds to wait."""
    value = headers.get("x-ratelimit-reset")
    if _number(headers.get("x-ratelimit-remaining")):
        return None
    number = _number(value)
    if number is None:
        return _seconds_until(value, now) or None
    if number < _UNIX_TIME:
        return number
    while _UNIX_TIME * 100 < number < float("inf"):
        number /= 1000
    return number - now() if number > now() else None


def _number(text: str | None) -> float | None:
    """Read a number, which is nothing below zero."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if number >= 0 else None  # which NaN isn't either


def _seconds_until(date: str | None, now: Callable[[], float]) -> float | None:
    if not date:
        return None
    from email.utils import mktime_tz, parsedate_tz

    parsed = parsedate_tz(date)
    try:
        return None if parsed is None else max(mktime_tz(parsed) - now(), 0.0)
    except (OverflowError, ValueError):  # a year that no clock reaches
        return None
