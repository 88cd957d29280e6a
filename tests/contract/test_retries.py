"""Retries are safe: what is tried again, how often, and after how long (promise 7)."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import datetime, timezone
from email.utils import format_datetime, formatdate
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import Err, Ok, OpenRouterCore, errors
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits, credits_get_credits_async
from openrouter_sdk.lib.retries import RetryPolicy, retry_after, statuses
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import BUSY, HELLO, KEY, closed_port, error_of

if TYPE_CHECKING:
    from openrouter_sdk.hooks import HookContext

    from .support import Caller, MakeCore

RETRYABLE = [408, 409, 429, 500, 502, 503, 504, 524, 529]
FINAL = [400, 401, 402, 403, 404, 410, 413, 415, 422, 499, 501, 505, 520]


def failing(status: int, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, {"error": {"code": status, "message": "no"}}, headers or {})


@pytest.mark.parametrize("status", RETRYABLE)
def test_a_retryable_status_is_tried_again(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float], status: int
) -> None:
    fake.enqueue(failing(status))
    result = call(credits_get_credits, core)
    assert isinstance(result, Ok)
    assert result.response is not None
    assert result.response.attempts == 2
    assert len(fake.requests) == 2
    assert len(naps) == 1


@pytest.mark.parametrize("status", FINAL)
def test_any_other_status_is_final(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float], status: int
) -> None:
    fake.enqueue(failing(status, {"retry-after": "1"}))
    result = call(chat_send, core, messages=HELLO)
    assert isinstance(result, Err)
    assert len(fake.requests) == 1
    assert naps == []


def test_each_attempt_sends_the_same_request(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    fake.enqueue(BUSY, BUSY)
    call(chat_send, core, messages=HELLO, extra_query={"x": "1"}).unwrap()
    first, *others = fake.requests
    assert len(naps) == 2
    assert [(other.path, other.query, dict(other.headers), other.body) for other in others] == [
        (first.path, first.query, dict(first.headers), first.body)
    ] * 2


def test_exhausted_retries_return_the_last_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    fake.enqueue(failing(503), failing(429), failing(500))
    error = error_of(call(credits_get_credits, core), errors.InternalServerResponseError)
    assert error.response.attempts == len(fake.requests) == 3
    assert len(naps) == 2


@pytest.mark.parametrize("retries", [0, 1, 4])
@pytest.mark.parametrize("given_to", ["core", "call", "both"])
def test_retries_are_counted_beside_the_first_request(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, naps: list[float], retries: int, given_to: str
) -> None:
    core = make_core(retries=retries if given_to == "core" else 7) if given_to != "call" else make_core()
    fake.enqueue(*[BUSY] * 9)
    call(credits_get_credits, core, **({} if given_to == "core" else {"retries": retries}))
    assert len(fake.requests) == retries + 1
    assert len(naps) == retries


@pytest.mark.parametrize(
    "fault", [BUSY, Reply(drop=True), failing(429, {"retry-after": "0"})], ids=["503", "drop", "429"]
)
def test_retries_0_sends_exactly_one_request(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, fault: Reply
) -> None:
    fake.enqueue(fault)
    assert isinstance(call(credits_get_credits, core, retries=0), Err)
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("codes", "status", "requests"),
    [
        (["5XX"], 500, 2),
        (["5xx"], 599, 2),
        (["5XX"], 429, 1),
        ([404], 404, 2),
        (["404"], 404, 2),
        ([404], 503, 1),
        ([], 503, 1),
        (("4XX", 503), 418, 2),
    ],
)
@pytest.mark.parametrize("given_to", ["core", "call"])
def test_retry_codes_replace_the_default_ones(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    make_core: MakeCore,
    call: Caller,
    naps: list[float],
    codes: list[int | str],
    status: int,
    requests: int,
    given_to: str,
) -> None:
    core = make_core(retry_codes=codes) if given_to == "core" else make_core()
    fake.enqueue(failing(status))
    call(credits_get_credits, core, **({"retry_codes": codes} if given_to == "call" else {}))
    assert len(fake.requests) == requests
    assert len(naps) == requests - 1


def test_an_error_in_a_200_is_not_tried_again(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(200, {"error": {"code": 503, "message": "busy"}}))
    error_of(call(chat_send, core, messages=HELLO), errors.ServiceUnavailableResponseError)
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "2"}, 2.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "0.25"}, 0.25),
        ({"Retry-After": "60"}, 60.0),
        ({"X-RateLimit-Reset": "7"}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "20", "Retry-After": "7"}, 0.02),
        ({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
    ],
)
def test_the_servers_wish_is_honoured(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float], headers: dict[str, str], seconds: float
) -> None:
    fake.enqueue(failing(429, headers))
    call(credits_get_credits, core).unwrap()
    assert naps == [seconds]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "86400"},
        {"Retry-After": "60.1"},
        {"retry-after-ms": "60001"},
        {"Retry-After": "inf"},
        {"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"},
    ],
)
def test_too_long_a_wish_returns_the_error_at_once(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float], headers: dict[str, str]
) -> None:
    fake.enqueue(failing(503, headers))
    error = error_of(call(chat_send, core, messages=HELLO), errors.ServiceUnavailableResponseError)
    assert (error.retry_after or 0) > 60
    assert len(fake.requests) == 1
    assert naps == []


@pytest.mark.parametrize("wish", ["", "soon", "nan", ",", "1 2 3", "Wed, 99 Foo 2026", "\u00b2"])
def test_a_wish_that_makes_no_sense_counts_as_none(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float], wish: str
) -> None:
    fake.enqueue(failing(503, {"Retry-After": wish}))
    assert isinstance(call(credits_get_credits, core), Ok)
    assert 0.375 <= naps[0] <= 0.5


def test_without_a_wish_the_delays_double_with_jitter(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    fake.enqueue(*[BUSY] * 7)
    call(credits_get_credits, core, retries=7).unwrap()
    longest = [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert all(0.75 * limit <= nap <= limit for nap, limit in zip(naps, longest, strict=True))


@pytest.mark.parametrize(("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (6, 8.0), (10_000, 8.0)])
def test_backoff_lies_between_three_quarters_and_all_of_its_limit(attempt: int, longest: float) -> None:
    assert RetryPolicy().backoff(attempt, lambda: 0.0) == longest
    assert RetryPolicy().backoff(attempt, lambda: 1.0) == 0.75 * longest


def test_the_policy_gives_up_after_the_last_retry() -> None:
    policy = RetryPolicy(attempts=3)
    assert [policy.delay(attempt, chance=lambda: 0.0) for attempt in (1, 2, 3)] == [0.5, 1.0, None]


def test_the_policy_gives_up_on_too_long_a_wish_only() -> None:
    policy = RetryPolicy()
    assert policy.delay(1, {"retry-after": "60"}) == 60
    assert policy.delay(1, {"retry-after": "61"}) is None
    assert policy.delay(3, {"retry-after": "1"}) is None
    assert policy.delay(2, {}, chance=lambda: 0.0) == 1.0


NOON = datetime(2026, 6, 1, 12, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    "headers", [{"retry-after": "-5"}, {"retry-after-ms": "-1"}, {"x-ratelimit-reset": str(NOON - 1)}]
)
def test_a_wish_for_a_time_that_has_passed_backs_off(headers: dict[str, str]) -> None:
    assert RetryPolicy().delay(2, headers, chance=lambda: 0.0, now=lambda: NOON) == 1.0


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (formatdate(NOON + 30, usegmt=True), 30.0),
        (formatdate(NOON - 30, usegmt=True), 0.0),
        (format_datetime(datetime.fromtimestamp(NOON + 7, timezone.utc)), 7.0),
        ("Mon, 01 Jun 2026 14:00:05 +0200", 5.0),
        ("Monday, 01-Jun-26 12:00:09 GMT", 9.0),
        ("Mon Jun  1 12:00:11 2026", 11.0),
    ],
)
def test_a_date_is_read_against_the_clock(date: str, seconds: float) -> None:
    assert retry_after({"retry-after": date}, lambda: NOON) == seconds
    assert RetryPolicy().delay(1, {"retry-after": date}, now=lambda: NOON) == seconds


def test_a_date_beyond_the_cap_gives_up() -> None:
    date = formatdate(NOON + 61, usegmt=True)
    assert RetryPolicy().delay(1, {"retry-after": date}, now=lambda: NOON) is None


@pytest.mark.parametrize("date", ["Wed, 21 Oct 99999 07:28:00 GMT", "Wed, 21 Oct 99999999999 07:28:00 GMT"])
def test_a_date_that_no_clock_reaches_does_no_harm(date: str) -> None:
    seconds = retry_after({"retry-after": date}, lambda: NOON)
    assert seconds is None or seconds > 60


def test_a_wish_for_a_date_that_no_clock_reaches_keeps_the_servers_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    reply = failing(500, {"Retry-After": "Wed, 21 Oct 99999 07:28:00 GMT"})
    fake.enqueue(reply, reply, reply)
    error_of(call(credits_get_credits, core), errors.InternalServerResponseError)
    assert len(naps) in {0, 2}


def test_statuses_are_spelt_out() -> None:
    assert statuses([503, "504"]) == {503, 504}
    assert statuses(["5xX"]) == frozenset(range(500, 600))


@pytest.mark.parametrize("code", ["5Y", "XXX", "5X", "", None, 1.5, "-1", "\u00b2"])
def test_a_code_that_is_none_is_refused(code: Any) -> None:
    with pytest.raises(ValueError, match=r".*"):
        statuses([code])


def test_a_connection_that_breaks_before_an_answer_is_tried_again(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    fake.enqueue(Reply(drop=True))
    assert isinstance(call(credits_get_credits, core), Ok)
    assert len(fake.requests) == 2
    assert len(naps) == 1


def test_a_connection_that_keeps_breaking_is_a_connection_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    fake.enqueue(*[Reply(drop=True)] * 3)
    error = error_of(call(credits_get_credits, core), errors.ConnectionError)
    assert isinstance(error.cause, httpx.RemoteProtocolError)
    assert len(fake.requests) == 3
    assert len(naps) == 2


def test_an_answer_that_breaks_off_is_final(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(body={"data": {}}, cut_after=3))
    error = error_of(call(credits_get_credits, core), errors.ConnectionError)
    assert isinstance(error.cause, httpx.RemoteProtocolError)
    assert len(fake.requests) == 1  # what was asked for is done, and may have been charged


def test_a_closed_port_is_a_connection_error(make_core: MakeCore, call: Caller, naps: list[float]) -> None:
    core = make_core(server_url=f"http://127.0.0.1:{closed_port()}")
    error = error_of(call(credits_get_credits, core), errors.ConnectionError)
    assert isinstance(error.__cause__, httpx.ConnectError)
    assert len(naps) == 2


@pytest.mark.parametrize("timeout", [0.5, httpx.Timeout(5, read=0.5)], ids=["number", "httpx.Timeout"])
@pytest.mark.parametrize("given_to", ["core", "call"])
def test_no_answer_in_time_is_a_timeout_and_final(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, timeout: Any, given_to: str
) -> None:
    core = make_core(timeout=timeout) if given_to == "core" else make_core(timeout=30)
    fake.enqueue(Reply(delay=30))
    result = call(credits_get_credits, core, **({"timeout": timeout} if given_to == "call" else {}))
    error = error_of(result, errors.RequestTimeoutError)
    assert isinstance(error.cause, httpx.ReadTimeout)
    assert len(fake.requests) == 1  # the server may be at work on an answer that would be paid for twice


@pytest.mark.parametrize(
    ("timeout", "phases"),
    [
        (None, {"connect": 10.0, "read": 600.0, "write": 600.0, "pool": 600.0}),
        (5, {"connect": 10.0, "read": 5.0, "write": 600.0, "pool": 600.0}),
        (httpx.Timeout(3, connect=None), {"connect": None, "read": 3.0, "write": 3.0, "pool": 3.0}),
    ],
    ids=["default", "number", "httpx.Timeout"],
)
def test_a_number_is_the_read_timeout_and_a_timeout_object_sets_all(
    make_core: MakeCore, call: Caller, timeout: Any, phases: dict[str, float | None]
) -> None:
    seen: list[Any] = []

    class Watch:
        def after_success(self, context: HookContext, response: httpx.Response) -> None:
            seen.append(response.request.extensions["timeout"] if context.attempt == 1 else None)

    call(credits_get_credits, make_core(hooks=[Watch()], timeout=timeout)).unwrap()
    assert seen == [phases]


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {"content-encoding": "gzip"}, b"not gzip", errors.OpenRouterDefaultError),
        (302, {"location": "ftp://x.test/"}, b"", errors.InvalidRequestError),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    core: OpenRouterCore,
    call: Caller,
    status: int,
    headers: dict[str, str],
    body: bytes,
    kind: type[errors.HTTPClientError],
) -> None:
    fake.enqueue(Reply(status, body, headers))
    error_of(call(credits_get_credits, core), kind)


def test_something_that_is_not_http_is_a_connection_error(call: Caller, make_core: MakeCore) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = server.accept()
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
        connection.close()

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    core = make_core(server_url=f"http://127.0.0.1:{server.getsockname()[1]}")
    error_of(call(credits_get_credits, core), errors.ConnectionError)  # bytes came: it isn't tried again
    thread.join(10)
    server.close()


def test_a_cancelled_backoff_ends_at_once(fake: FakeOpenRouter) -> None:
    async def cancel_while_asleep() -> None:
        failed = asyncio.Event()

        class Watch:
            def after_error(self, *_: object) -> None:
                failed.set()

        watch: Any = Watch()
        async with OpenRouterCore(api_key=KEY, server_url=fake.url, hooks=[watch]) as core:
            task = asyncio.create_task(credits_get_credits_async(core))
            await failed.wait()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 10)

    fake.enqueue(failing(503, {"retry-after": "50"}))
    asyncio.run(cancel_while_asleep())
    assert len(fake.requests) == 1


def test_a_cancelled_request_passes_the_cancellation_on(fake: FakeOpenRouter) -> None:
    async def cancel_while_waiting() -> None:
        async with OpenRouterCore(api_key=KEY, server_url=fake.url) as core:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(credits_get_credits_async(core), 0.05)
            assert isinstance(await credits_get_credits_async(core), Ok)

    fake.enqueue(Reply(delay=30))
    asyncio.run(cancel_while_waiting())
    assert len(fake.requests) == 2


def test_an_interrupted_backoff_ends_at_once(
    fake: FakeOpenRouter, core: OpenRouterCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("openrouter_sdk.lib.connections.Connections.sleep", interrupt)
    fake.enqueue(BUSY)
    with pytest.raises(KeyboardInterrupt):
        credits_get_credits(core)
    assert len(fake.requests) == 1
