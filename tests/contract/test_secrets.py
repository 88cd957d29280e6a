"""The key stays secret: in no repr, log, error, traceback or pickle (promise 10)."""

from __future__ import annotations

import logging
import pickle
import socket
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, OpenRouter, OpenRouterCore
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import BUSY, HELLO, KEY, chain, our_frames, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from openrouter_sdk.hooks import HookContext, RequestInput

    from .support import Caller, MakeCore

POINTS = ("before_create_request", "before_request", "after_success", "after_error")


class OddError(Exception):
    pass


def fail(*_: object) -> None:
    raise OddError


def check(error: BaseException) -> None:
    """Look for the key in an error and its causes, and in every local variable of our frames in their tracebacks."""
    assert KEY not in "".join(traceback.format_exception(error))
    for link in chain(error):
        assert KEY not in f"{link!s} {link!r} {vars(link)!r}"
    for frame in our_frames(error):
        for name, value in frame.f_locals.items():
            assert KEY not in repr(value), f"{frame.f_code.co_name}: {name}"


@pytest.fixture(params=["string", "function", "coroutine function"])
def key(request: pytest.FixtureRequest, call: Caller) -> Any:
    """The key, in each of the forms in which a core takes it."""
    if request.param == "string":
        return KEY
    return (lambda: KEY) if request.param == "function" else call.coloured(lambda: KEY)


@pytest.mark.parametrize("kind", [OpenRouterCore, OpenRouter])
def test_no_repr_shows_the_key(call: Caller, key: Any, kind: type[OpenRouterCore]) -> None:
    core = kind(api_key=key)
    assert KEY not in repr(core)
    assert KEY not in str(core)
    assert KEY not in repr(core.api_key)
    assert KEY not in f"{core.api_key}"
    assert KEY not in repr(core.settings)
    assert KEY not in repr([getattr(core.settings, name) for name in type(core.settings).__slots__])
    assert KEY not in repr(core.with_options(retries=1))
    assert KEY not in repr(core.connections)
    call.run(core.aclose())


def test_no_resource_shows_the_key() -> None:
    client = OpenRouter(api_key=KEY)
    assert repr(client.credits).startswith("Credits(OpenRouter(api_key=")
    assert KEY not in repr([client.credits, client.chat, client.beta.responses])


@pytest.mark.parametrize("mistaken", [KEY.encode(), [KEY], (KEY,)], ids=["bytes", "list", "tuple"])
def test_a_key_of_the_wrong_type_is_not_shown_either(fake: FakeOpenRouter, call: Caller, mistaken: Any) -> None:
    core = OpenRouterCore(api_key=mistaken, server_url=fake.url)
    assert KEY not in repr(core)
    result = call(credits_get_credits, core)
    assert isinstance(result, Err)
    check(result.error)


def test_no_pickle_shows_the_key() -> None:
    assert KEY not in repr(pickle.dumps(OpenRouterCore(api_key=KEY)))
    assert KEY not in repr(pickle.dumps(OpenRouter(api_key=KEY), 0))


def test_no_hook_sees_the_key_in_a_repr(make_core: MakeCore, call: Caller, key: Any) -> None:
    seen: list[str] = []

    class Watch:
        def before_create_request(self, context: HookContext, given: RequestInput) -> None:
            seen.append(f"{context!r} {given!r} {given!s}")

        def before_request(self, context: HookContext, request: httpx.Request) -> None:
            seen.append(f"{context!r} {request!r} {request.headers!r}")

        def after_success(self, context: HookContext, response: httpx.Response) -> None:
            seen.append(f"{context!r} {response!r} {response.request.headers!r}")

    call(credits_get_credits, make_core(api_key=key, hooks=[Watch()])).unwrap()
    assert len(seen) == 3
    assert KEY not in "".join(seen)


@pytest.mark.parametrize("authorization", [None, f"Bearer {KEY}"], ids=["key", "extra header"])
def test_no_log_shows_the_key(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    make_core: MakeCore,
    call: Caller,
    caplog: pytest.LogCaptureFixture,
    naps: list[float],
    key: Any,
    authorization: str | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    extra: Any = {"extra_headers": {"authorization": authorization}} if authorization else {}
    fake.enqueue(BUSY, Reply(200, {"data": {}}), Reply(drop=True), Reply(404, b"no"))
    core = make_core(api_key=key)
    for _ in range(3):
        call(credits_get_credits, core, **extra)
    call(chat_send, core, messages=HELLO, **extra).unwrap()
    ours = [record for record in caplog.records if record.name == "openrouter_sdk"]
    assert len([text for text in texts(ours) if " attempt " in text and "/api/v1/" in text]) == 6
    assert KEY not in "\n".join(texts(caplog.records))
    assert KEY not in repr([record.args for record in caplog.records])
    assert len(naps) == 2


def test_no_result_shows_the_key(fake: FakeOpenRouter, make_core: MakeCore, call: Caller, key: Any) -> None:
    core = make_core(api_key=key)
    result = call(credits_get_credits, core)
    fake.enqueue(Reply(401, {"error": {"code": 401, "message": "no"}}))
    refused = call(credits_get_credits, core)
    assert isinstance(refused, Err)
    assert KEY not in repr([result, getattr(result, "response", None), refused, vars(refused.error)])


@pytest.mark.parametrize("point", POINTS)
def test_no_traceback_of_a_hook_shows_the_key(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, key: Any, point: str
) -> None:
    if point == "after_error":
        fake.enqueue(Reply(404, b"no"))
    hook: Any = type("Hook", (), {point: staticmethod(fail)})()
    result = call(credits_get_credits, make_core(api_key=key, hooks=[hook]))
    assert isinstance(result, Err)
    assert list(our_frames(result.error))
    check(result.error)


@pytest.mark.parametrize(
    "fault", [Reply(drop=True), Reply(body=b"12345", cut_after=1), Reply(delay=30)], ids=["drop", "cut", "late"]
)
def test_no_traceback_of_a_network_failure_shows_the_key(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, key: Any, fault: Reply
) -> None:
    fake.enqueue(fault)
    result = call(credits_get_credits, make_core(api_key=key, retries=0, timeout=0.1))
    assert isinstance(result, Err)
    assert list(our_frames(result.error))
    check(result.error)


def test_no_traceback_of_a_refused_connection_shows_the_key(make_core: MakeCore, call: Caller, key: Any) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"  # bound, and nobody listens
        result = call(credits_get_credits, make_core(api_key=key, retries=0, server_url=url))
    assert isinstance(result, Err)
    check(result.error)


REJECTED: dict[str, Callable[[MakeCore, Any], tuple[OpenRouterCore, dict[str, Any]]]] = {
    "option": lambda make, key: (make(api_key=key), {"retries": "x"}),
    "title": lambda make, key: (make(api_key=key), {"app_title": "a\nb"}),
    "header name": lambda make, key: (make(api_key=key), {"extra_headers": {"a b": "x"}}),
    "base URL": lambda make, key: (make(api_key=key, server_url="ftp://x"), {}),
    "closed": lambda make, key: (_closed(make(api_key=key)), {}),
    "client": lambda make, key: (make(api_key=key, http_client=_JUNK, async_http_client=_JUNK), {}),
}
_JUNK: Any = object()


def _closed(core: OpenRouterCore) -> OpenRouterCore:
    core.close()
    return core


@pytest.mark.parametrize("name", REJECTED)
def test_no_traceback_of_a_call_that_sends_nothing_shows_the_key(
    make_core: MakeCore, call: Caller, key: Any, name: str
) -> None:
    core, params = REJECTED[name](make_core, key)
    result = call(credits_get_credits, core, **params)
    assert isinstance(result, Err)
    check(result.error)


@pytest.mark.parametrize("bad", [f"{KEY}\r\nX-Evil: 1", f"{KEY}\x00", f"Bearer {KEY}\nx", f"{KEY}\ud800"])
@pytest.mark.parametrize("as_function", [True, False])
def test_no_error_about_the_key_shows_it(make_core: MakeCore, call: Caller, bad: str, *, as_function: bool) -> None:
    result = call(credits_get_credits, make_core(api_key=(lambda: bad) if as_function else bad))
    assert isinstance(result, Err)
    check(result.error)


def test_no_error_about_a_key_of_bytes_shows_it(make_core: MakeCore, call: Caller) -> None:
    mistaken: Any = KEY.encode()
    result = call(credits_get_credits, make_core(api_key=lambda: mistaken))
    assert isinstance(result, Err)
    check(result.error)


class Stop(BaseException):  # not an error
    """Like KeyboardInterrupt, which would stop the test run."""


def test_no_traceback_of_an_interrupted_call_shows_the_key(make_core: MakeCore, call: Caller, key: Any) -> None:
    class Interrupts:
        def before_request(self, *_: Any) -> None:
            raise Stop

    with pytest.raises(Stop) as caught:
        call(credits_get_credits, make_core(api_key=key, hooks=[Interrupts()]))
    assert list(our_frames(caught.value))
    check(caught.value)
