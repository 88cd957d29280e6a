"""When to try again, and after how long. Pure: time and chance come in as arguments."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from .record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

RETRIES = 2
RETRY_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 524, 529})
FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0


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
    """Return the seconds that `retry-after-ms` or `Retry-After` (seconds, fractions, HTTP date) ask for."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None else _seconds_until(value, now)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(number, 0.0) if number == number else None  # noqa: PLR0124  # NaN is the number that isn't itself


def _seconds_until(date: str | None, now: Callable[[], float]) -> float | None:
    if not date:
        return None
    from email.utils import mktime_tz, parsedate_tz

    parsed = parsedate_tz(date)
    try:
        return None if parsed is None else max(mktime_tz(parsed) - now(), 0.0)
    except (OverflowError, ValueError):  # a year that no clock reaches
        return None
