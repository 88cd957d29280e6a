"""Hooks and key callbacks: when they run, what they can change, and what comes of their exceptions (section 5)."""

from __future__ import annotations

import gc
import json
import warnings
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from openrouter_sdk import Err, Ok, OpenRouterCore, errors
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.hooks import RequestInput
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import BUSY, HELLO, KEY, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from openrouter_sdk.hooks import HookContext

    from .support import Caller, MakeCore

POINTS = ("sdk_init", "before_create_request", "before_request", "after_success", "after_error")
CREDITS = {"data": {"total_credits": 1.0, "total_usage": 1.0}}


class OddError(Exception):
    """An exception that nobody knows."""


class Stop(BaseException):  # not an error
    """Like KeyboardInterrupt, which would stop the test run."""


def hook(point: str, function: Callable[..., Any]) -> Any:
    """Return a hook with one method."""
    return type("Hook", (), {point: staticmethod(function)})()


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.fixture
def log() -> list[Any]:
    return []


@pytest.fixture
def watch(call: Caller, log: list[Any]) -> Callable[[str], Any]:
    """Make hooks that log the points at which they ran, as coroutine functions in the async colour."""

    def make(name: str) -> Any:
        def method(point: str) -> Any:
            def note(*_: object) -> None:
                log.append((name, point))

            return staticmethod(note if point == "sdk_init" else call.coloured(note))

        return type("Watch", (), {point: method(point) for point in POINTS})()

    return make


def test_hooks_run_in_order_on_every_attempt(  # noqa: PLR0913, PLR0917  # fixtures
    fake: FakeOpenRouter,
    make_core: MakeCore,
    call: Caller,
    naps: list[float],
    watch: Callable[[str], Any],
    log: list[Any],
) -> None:
    core = make_core(hooks=[watch("a"), watch("b")])
    fake.enqueue(BUSY, Reply(drop=True))
    call(credits_get_credits, core).unwrap()

    def both(point: str) -> list[tuple[str, str]]:
        return [("a", point), ("b", point)]

    before = [*both("before_create_request"), *both("before_request")]
    failed = [*before, *both("after_error")]
    assert log == [*both("sdk_init"), *failed, *failed, *before, *both("after_success")]
    log.clear()
    call(credits_get_credits, core).unwrap()
    assert log == [*before, *both("after_success")]
    assert len(naps) == 2


def test_the_context_tells_which_call_it_is(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, naps: list[float]
) -> None:
    seen: list[HookContext] = []

    def note(context: HookContext, _: httpx.Request) -> None:
        seen.append(context)

    core = make_core(hooks=[hook("before_request", note)])
    fake.enqueue(BUSY)
    call(chat_send, core, messages=HELLO).unwrap()
    assert [context.attempt for context in seen] == [1, 2]
    first = seen[0]
    assert (first.operation_id, first.method, first.path) == ("sendChatCompletionRequest", "POST", "/chat/completions")
    assert first.core is core
    assert len(naps) == 1


def test_after_error_gets_either_the_response_or_the_error(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, naps: list[float]
) -> None:
    seen: list[tuple[Any, Any]] = []

    def note(_: HookContext, response: httpx.Response | None, error: Exception | None) -> None:
        seen.append((response, error))

    core = make_core(hooks=[hook("after_error", note)])
    fake.enqueue(BUSY, Reply(drop=True))
    call(credits_get_credits, core).unwrap()
    [(answered, no_error), (no_response, broken)] = seen
    assert answered.status_code == 503
    assert isinstance(broken, httpx.RemoteProtocolError)
    assert no_error is no_response is None
    assert len(naps) == 2


@pytest.mark.parametrize("in_place", [True, False])
def test_before_create_request_can_change_everything(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, *, in_place: bool
) -> None:
    def change(_: HookContext, given: RequestInput) -> RequestInput | None:
        body = json.loads(given.content or b"") | {"seed": 7}
        new = given if in_place else RequestInput("POST", given.url, httpx.Headers(given.headers), b"")
        new.url = given.url.copy_merge_params({"x": "1"})
        new.headers["X-Hook"] = "yes"
        new.content = json.dumps(body).encode()
        return None if in_place else new

    core = make_core(hooks=[hook("before_create_request", call.coloured(change))])
    call(chat_send, core, messages=HELLO).unwrap()
    [request] = fake.requests
    assert request.query == {"x": ["1"]}
    assert request.headers["x-hook"] == "yes"
    assert request.json() == {"messages": HELLO, "seed": 7}
    assert request.headers["content-length"] == str(len(request.body))


def test_before_create_request_may_put_texts_and_dicts_where_httpx_takes_them(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller
) -> None:
    def change(_: HookContext, given: Any) -> None:
        given.url, given.headers, given.content = f"{fake.url}/chat/completions?x=1", {"X-Hook": "yes"}, '{"seed": 7}'

    call(chat_send, make_core(hooks=[hook("before_create_request", call.coloured(change))]), messages=HELLO)
    [request] = fake.requests
    assert (request.query, request.headers["x-hook"], request.json()) == ({"x": ["1"]}, "yes", {"seed": 7})


def test_a_hook_that_changes_a_time_out_changes_that_of_one_request(make_core: MakeCore, call: Caller) -> None:
    seen: list[float] = []

    def change(_: HookContext, request: httpx.Request) -> None:
        seen.append(request.extensions["timeout"]["read"])
        request.extensions["timeout"]["read"] = 12.5

    for timeout in (None, 30):
        core = make_core(hooks=[hook("before_request", call.coloured(change))], timeout=timeout)
        for _ in range(2):
            call(credits_get_credits, core).unwrap()
    assert seen == [600, 600, 30, 30]


def test_a_hook_that_adds_to_its_input_adds_once_to_each_attempt(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, naps: list[float]
) -> None:
    def grow(_: HookContext, given: RequestInput) -> None:
        given.headers["X-Count"] = given.headers.get("x-count", "") + "1"

    fake.enqueue(BUSY, BUSY)
    call(credits_get_credits, make_core(hooks=[hook("before_create_request", grow)])).unwrap()
    assert [request.headers["x-count"] for request in fake.requests] == ["1", "1", "1"]
    assert len(naps) == 2


def test_before_request_can_replace_the_request(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    def redirect(_: HookContext, request: httpx.Request) -> httpx.Request:
        return httpx.Request("GET", str(request.url).replace("/credits", "/models/count"), headers=request.headers)

    call(credits_get_credits, make_core(hooks=[hook("before_request", call.coloured(redirect))]))
    assert fake.requests[0].path == "/api/v1/models/count"


def test_after_success_can_replace_the_response(make_core: MakeCore, call: Caller) -> None:
    def replace(_: HookContext, response: httpx.Response) -> httpx.Response:  # noqa: ARG001
        return httpx.Response(200, json=CREDITS, headers={"x-generation-id": "mine"})

    result = call(credits_get_credits, make_core(hooks=[hook("after_success", call.coloured(replace))]))
    assert isinstance(result, Ok)
    assert result.value.data.total_credits == 1.0
    assert result.response is not None
    assert result.response.generation_id == "mine"


@pytest.mark.parametrize("fault", [Reply(500, b"no"), Reply(drop=True)], ids=["answer", "no answer"])
def test_after_error_can_heal(fake: FakeOpenRouter, make_core: MakeCore, call: Caller, fault: Reply) -> None:
    def heal(*_: object) -> httpx.Response:
        return httpx.Response(200, json=CREDITS)

    fake.enqueue(fault)
    core = make_core(hooks=[hook("after_error", call.coloured(heal))])
    assert call(credits_get_credits, core).unwrap().data.total_credits == 1.0
    assert len(fake.requests) == 1


def test_later_hooks_see_what_earlier_ones_returned(make_core: MakeCore, call: Caller) -> None:
    seen: list[httpx.Response] = []
    replaced = httpx.Response(200, json=CREDITS)

    def note(_: HookContext, response: httpx.Response) -> None:
        seen.append(response)

    hooks = [hook("after_success", lambda *_: replaced), hook("after_success", note)]
    call(credits_get_credits, make_core(hooks=hooks)).unwrap()
    assert seen == [replaced]


def test_sdk_init_can_change_the_core(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    def change(core: OpenRouterCore) -> OpenRouterCore:
        return core.with_options(app_title="Changed", api_key=f"Bearer {KEY}")

    call(credits_get_credits, make_core(hooks=[hook("sdk_init", change)], app_title="Mine")).unwrap()
    assert fake.requests[0].headers["x-openrouter-title"] == "Changed"


def test_a_hook_may_have_any_methods_beside(make_core: MakeCore, call: Caller) -> None:
    watch = hook("before_request", lambda *_: None)
    vars(watch)["close"] = raising(OddError())
    call(credits_get_credits, make_core(hooks=[watch])).unwrap()


def reach(fake: FakeOpenRouter, point: str) -> None:
    """Make the next call come to a hook point."""
    if point == "after_error":
        fake.enqueue(Reply(404, b""))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(
    "error", [OddError("odd"), ValueError(), RuntimeError("x"), AssertionError(), OSError(5, "io")]
)
def test_an_exception_in_a_hook_ends_the_call(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, point: str, error: Exception
) -> None:
    reach(fake, point)
    result = call(credits_get_credits, make_core(hooks=[hook(point, raising(error))]))
    ours = error_of(result, errors.UnexpectedClientError)
    assert ours.cause is ours.__cause__ is error
    assert type(error).__name__ in str(ours)
    assert len(fake.requests) == (1 if point.startswith("after") else 0)


@pytest.mark.parametrize("point", POINTS[1:])
def test_an_exception_in_an_async_hook_ends_the_call(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, point: str
) -> None:
    reach(fake, point)
    error = OddError()
    core = make_core(hooks=[hook(point, call.coloured(raising(error)))])
    assert error_of(call(credits_get_credits, core), errors.UnexpectedClientError).cause is error


@pytest.mark.parametrize("point", POINTS)
def test_an_exception_of_httpx_in_a_hook_is_the_hooks_and_not_tried_again(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, naps: list[float], point: str
) -> None:
    reach(fake, point)
    error = httpx.ConnectError("from the hook")
    result = call(credits_get_credits, make_core(hooks=[hook(point, raising(error))]))
    assert error_of(result, errors.UnexpectedClientError).cause is error
    assert naps == []


def test_an_exception_of_httpx_in_a_key_function_is_that_functions(make_core: MakeCore, call: Caller) -> None:
    error = httpx.ConnectError("from the vault")
    result = call(credits_get_credits, make_core(api_key=raising(error)))
    assert error_of(result, errors.UnexpectedClientError).cause is error


def test_an_error_of_ours_in_a_hook_does_not_pass_for_the_calls_own(make_core: MakeCore, call: Caller) -> None:
    error = errors.StreamError("from another call, and no error that this operation declares")
    result = call(credits_get_credits, make_core(hooks=[hook("before_request", raising(error))]))
    assert error_of(cast("Any", result), errors.UnexpectedClientError).cause is error


@pytest.mark.parametrize("point", POINTS)
def test_what_is_no_exception_passes(fake: FakeOpenRouter, make_core: MakeCore, call: Caller, point: str) -> None:
    reach(fake, point)
    core = make_core(hooks=[hook(point, raising(Stop()))])
    with pytest.raises(Stop):
        call(credits_get_credits, core)


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise OddError

    __repr__ = __str__


@pytest.mark.parametrize("point", POINTS)
def test_an_exception_that_cannot_be_printed_does_no_harm(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, point: str
) -> None:
    reach(fake, point)
    result = call(credits_get_credits, make_core(hooks=[hook(point, raising(UnprintableError()))]))
    assert isinstance(result, Err)


@pytest.mark.parametrize("point", POINTS[1:])
@pytest.mark.parametrize("junk", [7, "text", object(), [1]], ids=["int", "text", "object", "list"])
def test_a_hook_that_returns_junk_ends_the_call(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, point: str, junk: object
) -> None:
    reach(fake, point)
    result = call(credits_get_credits, make_core(hooks=[hook(point, lambda *_: junk)]))
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.HTTPClientError)


@pytest.mark.parametrize("point", POINTS[1:])
def test_an_async_hook_in_a_sync_call_is_an_error(fake: FakeOpenRouter, core: OpenRouterCore, point: str) -> None:
    async def wait(*_: object) -> None:
        """Do nothing, later."""

    reach(fake, point)
    result = credits_get_credits(core.with_options(hooks=[hook(point, wait)]))
    assert "_async twin" in str(error_of(result, errors.UnexpectedClientError))


def test_an_async_sdk_init_is_an_error(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    async def wait(_: object) -> None:
        """Do nothing, later."""

    with warnings.catch_warnings(record=True) as warned:  # none: the coroutine must be closed, not left behind
        warnings.simplefilter("always")
        result = call(credits_get_credits, make_core(hooks=[hook("sdk_init", wait)]))
        assert isinstance(result, Err)
        del result
        gc.collect()
    assert [str(warning.message) for warning in warned] == []
    assert fake.requests == []


@pytest.mark.parametrize("coroutine", [True, False])
def test_a_key_function_is_asked_once_for_each_call(  # fixtures and cases
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, naps: list[float], *, coroutine: bool
) -> None:
    keys = [f"{KEY}-1", f"{KEY}-2"]

    def ask() -> str:
        return keys.pop(0)

    core = make_core(api_key=call.coloured(ask) if coroutine else ask)
    fake.enqueue(BUSY, BUSY)
    call(credits_get_credits, core)
    call(credits_get_credits, core)
    sent = [request.headers["authorization"] for request in fake.requests]
    assert sent == [f"Bearer {KEY}-1"] * 3 + [f"Bearer {KEY}-2"]
    assert len(naps) == 2


@pytest.mark.parametrize("coroutine", [True, False])
def test_an_exception_in_a_key_function_ends_the_call(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, *, coroutine: bool
) -> None:
    error = OddError("the vault is closed")
    ask = raising(error)
    core = make_core(api_key=call.coloured(ask) if coroutine else ask)
    assert error_of(call(credits_get_credits, core), errors.UnexpectedClientError).cause is error
    assert fake.requests == []


@pytest.mark.parametrize(
    "junk", [7, b"sk", ["sk"], object(), 0, None, ""], ids=lambda junk: type(junk).__name__ + str(junk)[:2]
)
def test_a_key_function_that_returns_no_key_ends_the_call(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, junk: Any
) -> None:
    result = call(credits_get_credits, make_core(api_key=lambda: junk))
    if not junk:  # no key: the call goes out without one, as from a core without any
        error_of(result, errors.UnauthorizedResponseError)
        assert "authorization" not in fake.requests[0].headers
    else:
        assert isinstance(result, Err)
        assert fake.requests == []


def test_an_async_key_function_in_a_sync_call_is_an_error(fake: FakeOpenRouter, core: OpenRouterCore) -> None:
    async def ask() -> str:
        return KEY

    result = credits_get_credits(core.with_options(api_key=ask))
    assert "_async twin" in str(error_of(result, errors.UnexpectedClientError))
    assert fake.requests == []


def test_what_is_no_exception_passes_from_a_key_function(make_core: MakeCore, call: Caller) -> None:
    with pytest.raises(Stop):
        call(credits_get_credits, make_core(api_key=raising(Stop())))
