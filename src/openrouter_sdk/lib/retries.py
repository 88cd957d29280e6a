"""When to try again, and after how long. Pure: time and chance come in as arguments."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .json_values import as_object
from .record import Record

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 3
RETRY_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504, 524, 529})
FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0
_UNIX_TIME = 1e9  # numbers from here on are seconds since 1970, or thousandths of them; below, seconds to wait


class RetryPolicy(Record):
    """How often a call is tried again, and after how long: `retries=RetryPolicy(attempts=5)`, on a core or a call.

    A call is tried again after a status of `retry_codes`, and after a connection that was lost before the first byte
    of an answer. It isn't after a time-out while an answer was awaited, nor once a byte of one has come: the server may
    have done, and charged for, what was asked. So may it have, in rare cases, when a connection was lost:
    `lost_connections=False` forbids to try again then.

    Args:
        attempts: how many requests to send at most, the first included.
        first_delay: seconds before the second attempt.
        longest_delay: the most seconds between two attempts, unless the server asks for more.
        factor: how much longer each delay is than the one before.
        jitter: the share of a delay that is left to chance, 0 to 1, so that clients don't march in step.
        total_time: seconds from the start of the call after which no other attempt begins; None for no limit.
        lost_connections: whether to try again after a connection failed, or was lost before an answer began.
        longest_retry_after: the most seconds to wait where the server asks for a time (`Retry-After`); where it asks
            for more, the call returns its error at once.
    """

    attempts: int = ATTEMPTS
    first_delay: float = FIRST_DELAY
    longest_delay: float = LONGEST_DELAY
    factor: float = 2.0
    jitter: float = 0.25
    total_time: float | None = None
    lost_connections: bool = True
    longest_retry_after: float = LONGEST_RETRY_AFTER

    def __init__(  # noqa: PLR0913  # many options are what it is for
        self,
        *,
        attempts: int = ATTEMPTS,
        first_delay: float = FIRST_DELAY,
        longest_delay: float = LONGEST_DELAY,
        factor: float = 2.0,
        jitter: float = 0.25,
        total_time: float | None = None,
        lost_connections: bool = True,
        longest_retry_after: float = LONGEST_RETRY_AFTER,
    ) -> None:
        if type(attempts) is not int or attempts < 1:
            message = f"attempts: {attempts!r} is not a whole number from 1 on"
            raise ValueError(message)
        self.__dict__.update(
            attempts=attempts,
            first_delay=_seconds("first_delay", first_delay),
            longest_delay=_seconds("longest_delay", longest_delay),
            factor=_number_within("factor", factor, 1.0, 1e6),
            jitter=_number_within("jitter", jitter, 0.0, 1.0),
            total_time=None if total_time is None else _seconds("total_time", total_time),
            lost_connections=bool(lost_connections),
            longest_retry_after=_seconds("longest_retry_after", longest_retry_after),
        )

    def delay(
        self,
        attempt: int,
        headers: Mapping[str, str] | None = None,
        chance: Callable[[], float] = random.random,
        now: Callable[[], float] = time.time,
        elapsed: float = 0.0,
    ) -> float | None:
        """Return the seconds to wait after the failed `attempt` (1 is the first), or None to give up."""
        if attempt >= self.attempts:
            return None
        asked = retry_after(headers, now) if headers is not None else None
        if asked is not None and asked > self.longest_retry_after:
            return None
        delay = self.backoff(attempt, chance) if asked is None else asked
        return delay if self.total_time is None or elapsed + delay <= self.total_time else None

    def backoff(self, attempt: int, chance: Callable[[], float] = random.random) -> float:
        """Return a delay that grows with each attempt up to a limit, less a random part."""
        try:
            grown = self.first_delay * self.factor ** (attempt - 1)
        except OverflowError:
            grown = self.longest_delay
        return min(grown, self.longest_delay) * (1.0 - chance() * self.jitter)

    def with_retries(self, retries: int) -> RetryPolicy:
        """Return a copy that tries again `retries` times."""
        copy = RetryPolicy()
        copy.__dict__.update(self.__dict__, attempts=retries + 1)
        return copy


def _seconds(name: str, value: float) -> float:
    return _number_within(name, value, 0.0, 1e6)


def _number_within(name: str, value: object, least: float, most: float) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not least <= value <= most:
        message = f"{name}: {value!r} is not a number from {least:g} to {most:g}"
        raise ValueError(message)
    return float(value)


class Retrying(Record):
    """What a call is tried again on, and how.

    Attributes:
        policy: how often, and after how long.
        statuses: the statuses to try again on.
        lost_connections: whether the operation allows to try again after a connection was lost; the policy must, too.
    """

    policy: RetryPolicy = RetryPolicy()
    statuses: frozenset[int] = RETRY_STATUSES
    lost_connections: bool = True


class Failure(Record):
    """What a client raised for a request.

    Attributes:
        error: the exception.
        request: the request that was sent.
        answered: whether an answer had begun: then the request isn't sent again.
    """

    error: Exception
    request: httpx.Request
    answered: bool


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
