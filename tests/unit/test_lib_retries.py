"""lib.retries: when to try again, and after how long; time and chance are given."""

from __future__ import annotations

from email.utils import formatdate

import httpx
import pytest

from openrouter_sdk.lib.retries import (
    LONGEST_RETRY_AFTER,
    RETRY_STATUSES,
    Retrying,
    RetryPolicy,
    limits,
    retry_after,
    statuses,
)

NOW = 1_700_000_000.0


def test_the_default_policy() -> None:
    assert RetryPolicy().attempts == 3
    assert Retrying().statuses == {408, 409, 429, 500, 502, 503, 504, 524, 529}


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (5000, 8.0)]
)
def test_delays_double_up_to_a_limit(attempt: int, longest: float) -> None:
    assert RetryPolicy().backoff(attempt, lambda: 0.0) == longest


def test_chance_takes_off_a_quarter_at_most() -> None:
    assert RetryPolicy().backoff(1, lambda: 1.0) == 0.375


def test_backoff_by_default_lies_between() -> None:
    assert all(0.375 <= RetryPolicy().backoff(1) <= 0.5 for _ in range(100))


@pytest.mark.parametrize(("retries", "delays"), [(0, [None]), (1, [0.5, None]), (3, [0.5, 1.0, 2.0, None])])
def test_a_policy_gives_up_after_its_retries(retries: int, delays: list[float | None]) -> None:
    policy = RetryPolicy(attempts=retries + 1)
    assert [policy.delay(attempt, chance=lambda: 0.0) for attempt in range(1, retries + 2)] == delays


def test_what_the_server_asks_for_wins_over_the_backoff() -> None:
    assert RetryPolicy().delay(1, {"retry-after": "7"}) == 7


def test_the_longest_wait_that_is_honoured() -> None:
    assert RetryPolicy().delay(1, {"retry-after": str(LONGEST_RETRY_AFTER)}) == LONGEST_RETRY_AFTER
    assert RetryPolicy().delay(1, {"retry-after": "60.1"}) is None


def test_no_wait_is_long_enough_for_a_call_without_retries() -> None:
    assert RetryPolicy(attempts=1).delay(1, {"retry-after": "0"}) is None


def test_headers_that_say_nothing_leave_the_backoff() -> None:
    assert RetryPolicy().delay(2, {"retry-after": "soon"}, chance=lambda: 0.0) == 1.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "0.25"}, 0.25),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, float("inf")),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"Retry-After": formatdate(NOW - 30, usegmt=True)}, 0.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5),
        ({"retry-after-ms": "soon", "Retry-After": "9"}, 9.0),
        ({"retry-after-ms": "-1", "Retry-After": "9"}, 9.0),
        ({"retry-after-ms": "-1", "Retry-After": "-1"}, None),
        ({"X-RateLimit-Reset": "30"}, 30.0),
        ({"X-RateLimit-Reset": "0"}, 0.0),
        ({"X-RateLimit-Reset": "-5"}, None),
        ({"X-RateLimit-Reset": str(NOW + 30)}, 30.0),
        ({"X-RateLimit-Reset": str(int((NOW + 30) * 1e3))}, 30.0),
        ({"X-RateLimit-Reset": str(int((NOW + 30) * 1e6))}, 30.0),
        ({"X-RateLimit-Reset": str(int((NOW + 30) * 1e9))}, 30.0),
        ({"X-RateLimit-Reset": str(NOW - 30)}, None),
        ({"X-RateLimit-Reset": str(int((NOW - 30) * 1e3))}, None),
        ({"X-RateLimit-Reset": formatdate(NOW + 30, usegmt=True)}, 30.0),
        ({"X-RateLimit-Reset": "soon"}, None),
        ({"X-RateLimit-Reset": "nan"}, None),
        ({"X-RateLimit-Reset": "30", "X-RateLimit-Remaining": "0"}, 30.0),
        ({"X-RateLimit-Reset": "30", "X-RateLimit-Remaining": "7"}, None),
        ({"X-RateLimit-Reset": "30", "Retry-After": "9"}, 9.0),
        ({"X-RateLimit-Reset": "30", "Retry-After": "soon"}, 30.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx.Headers(headers), lambda: NOW) == pytest.approx(seconds)


@pytest.mark.parametrize("headers", [
    {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3"},
    {"x-ratelimit-reset": 3},
    {"Retry-After": "3"},
])  # fmt: skip
def test_an_error_may_quote_the_headers_that_tell(headers: dict[str, str]) -> None:
    body = {"error": {"code": 429, "message": "slow", "metadata": {"headers": headers}}}
    assert retry_after(limits(httpx.Response(429, json=body))) == 3


@pytest.mark.parametrize("body", [
    {}, {"error": "slow"}, {"error": {"message": "slow", "metadata": {"headers": "none"}}}, ["slow"],
])  # fmt: skip
def test_an_error_that_quotes_no_headers_leaves_the_backoff(body: object) -> None:
    assert RetryPolicy().delay(1, limits(httpx.Response(429, json=body)), chance=lambda: 0.0) == 0.5


def test_the_responses_own_headers_win_over_quoted_ones() -> None:
    body = {"error": {"code": 429, "message": "slow", "metadata": {"headers": {"Retry-After": "9"}}}}
    assert retry_after(limits(httpx.Response(429, json=body, headers={"Retry-After": "3"}))) == 3


def test_a_date_beyond_the_calendar_says_nothing() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 99999 07:28:00 GMT"}) is None


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([429, 429], {429}),
        ([503], {503}),
        (["503", 429], {503, 429}),
        (["5XX"], set(range(500, 600))),
        (["4xx", 500], {*range(400, 500), 500}),
    ],
)
def test_codes_are_spelt_out(codes: list[int | str], expected: set[int]) -> None:
    assert statuses(codes) == expected


@pytest.mark.parametrize("code", ["5X", "XXX", "abc", "", "50X", "-1"])
def test_a_code_that_isnt_one_is_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever the message
        statuses([code])


def test_a_text_in_place_of_a_list_is_refused() -> None:
    with pytest.raises((TypeError, ValueError)):
        statuses("503")


def test_no_codes_are_no_statuses() -> None:
    assert statuses([]) == frozenset()


def test_only_failures_are_retried() -> None:
    assert min(RETRY_STATUSES) >= 400
