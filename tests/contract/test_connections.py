"""Connections: made when needed, shared, given back, closed once; injected clients are left alone (promise 9)."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

from openrouter_sdk import Err, Ok, OpenRouterCore, errors
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits, credits_get_credits_async
from openrouter_sdk.lib import connections as own_connections
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import BUSY, HELLO, KEY, closed_port, error_of, run_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .support import Caller, MakeCore


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The HTTP clients that are made during the test."""
    clients: list[object] = []
    for kind in (httpx.Client, httpx.AsyncClient):

        def watch(self: Any, *args: Any, init: Callable[..., None] = kind.__init__, **options: Any) -> None:
            clients.append(self)
            init(self, *args, **options)

        monkeypatch.setattr(kind, "__init__", watch)
    return clients


def test_a_client_is_made_on_first_use_and_kept(make_core: MakeCore, call: Caller, made: list[object]) -> None:
    core = make_core()
    call(chat_send, core)  # rejected before there is anything to send
    assert made == []
    for _ in range(3):
        call(credits_get_credits, core).unwrap()
    assert [type(client) for client in made] == [httpx.AsyncClient if call.is_async else httpx.Client]


def test_certificates_are_loaded_once(fake: FakeOpenRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def count(context: ssl.SSLContext, *args: Any, **options: Any) -> None:
        loaded.append(args)
        load(context, *args, **options)

    async def call_both_colours(core: OpenRouterCore) -> None:
        async with core:
            credits_get_credits(core).unwrap()
            (await credits_get_credits_async(core)).unwrap()

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
    own_connections.ssl_context.cache_clear()
    for _ in range(2):
        asyncio.run(call_both_colours(OpenRouterCore(api_key=KEY, server_url=fake.url)))
    assert len(loaded) == 1


def test_one_connection_serves_calls_of_every_outcome(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, connections: list[Any], naps: list[float]
) -> None:
    replies = [
        Reply(404, {"error": {"code": 404, "message": "no"}}),
        Reply(200, b"oops"),
        Reply(200, {"error": {"code": 401, "message": "no"}}),
        Reply(200, {}),
        Reply(500, "x" * 300_000),
        BUSY,
    ]
    for reply in replies:
        fake.enqueue(reply)
        call(credits_get_credits, core)
        call(credits_get_credits, core, timeout="x")
        assert isinstance(call(credits_get_credits, core), Ok)
    assert len(connections) == 1
    assert len(naps) == 2


class OddError(Exception):
    pass


class Picky:
    """A hook that fails where it is told to."""

    def __init__(self, point: str) -> None:
        setattr(self, point, self.fail)

    def fail(self, *_: object) -> None:
        raise OddError


@pytest.mark.parametrize("point", ["before_create_request", "before_request", "after_success", "after_error"])
def test_a_hook_that_raises_keeps_no_connection(  # fixtures and cases
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, connections: list[Any], point: str
) -> None:
    hook: Any = Picky(point)
    call(credits_get_credits, core).unwrap()
    if point == "after_error":
        fake.enqueue(Reply(404, b"no"))
    assert isinstance(call(credits_get_credits, core.with_options(hooks=[hook])), Err)
    call(credits_get_credits, core).unwrap()
    assert len(connections) == 1


@pytest.fixture
def narrow(fake: FakeOpenRouter, call: Caller) -> Iterator[OpenRouterCore]:
    """A core whose clients have room for one connection."""
    options: Any = {"verify": TLS, "limits": httpx.Limits(max_connections=1), "timeout": httpx.Timeout(30, pool=0.5)}
    client, async_client = httpx.Client(**options), httpx.AsyncClient(**options)
    yield OpenRouterCore(
        api_key=KEY, server_url=fake.url, http_client=client, async_http_client=async_client, retries=0
    )
    client.close()
    call.run(async_client.aclose())


FAULTS = {
    "error": Reply(404, {"error": {"code": 404, "message": "no"}}),
    "drop": Reply(drop=True),
    "cut": Reply(body={"data": {}}, cut_after=3),
    "not json": Reply(200, b"oops"),
    "long error": Reply(500, "x" * 300_000),
    "bad encoding": Reply(200, b"oops", {"content-encoding": "gzip"}),
    "late": Reply(delay=30),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_pool_of_one_survives_any_fault(
    fake: FakeOpenRouter, narrow: OpenRouterCore, call: Caller, fault: Reply
) -> None:
    for _ in range(3):
        fake.enqueue(fault)
        assert isinstance(call(credits_get_credits, narrow, timeout=httpx.Timeout(30, read=0.1)), Err)
    assert isinstance(call(credits_get_credits, narrow), Ok)


def test_a_pool_of_one_survives_cancellation(fake: FakeOpenRouter, narrow: OpenRouterCore) -> None:
    async def cancel() -> None:
        for _ in range(3):
            fake.enqueue(Reply(delay=30))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(credits_get_credits_async(narrow), 0.05)
        assert isinstance(await credits_get_credits_async(narrow), Ok)
        assert narrow.async_http_client is not None
        await narrow.async_http_client.aclose()  # type: ignore[attr-defined]  # an httpx.AsyncClient

    asyncio.run(cancel())
    assert len(fake.requests) == 4


def both_colours(call: Caller, core: OpenRouterCore) -> list[object]:
    """Call in both colours, and return the outcomes."""
    return [credits_get_credits(core), call.run(credits_get_credits_async(core))]


def aborted(results: list[Any]) -> bool:
    return all(type(error_of(result, errors.RequestAbortedError)) is errors.RequestAbortedError for result in results)


def test_with_closes_both_colours(fake: FakeOpenRouter, call: Caller, made: list[Any]) -> None:
    with OpenRouterCore(api_key=KEY, server_url=fake.url) as core:
        assert all(isinstance(result, Ok) for result in both_colours(call, core))
    assert [client.is_closed for client in made] == [True, True]
    assert aborted(both_colours(call, core))


def test_async_with_closes_both_colours(fake: FakeOpenRouter, call: Caller, made: list[Any]) -> None:
    async def use() -> OpenRouterCore:
        async with OpenRouterCore(api_key=KEY, server_url=fake.url) as core:
            credits_get_credits(core).unwrap()
            (await credits_get_credits_async(core)).unwrap()
        return core

    core = call.run(use())
    assert [client.is_closed for client in made] == [True, True]
    assert aborted(both_colours(call, core))


def test_closing_again_does_nothing(fake: FakeOpenRouter, call: Caller) -> None:
    core = OpenRouterCore(api_key=KEY, server_url=fake.url)
    both_colours(call, core)
    core.close()
    core.close()
    call.run(core.aclose())
    call.run(core.aclose())
    assert aborted(both_colours(call, core))


def test_closing_before_the_first_call_closes(fake: FakeOpenRouter, call: Caller) -> None:
    core = OpenRouterCore(api_key=KEY, server_url=fake.url)
    core.close()
    assert aborted(both_colours(call, core))
    assert fake.requests == []


def test_closing_inside_the_event_loop_closes_its_client(fake: FakeOpenRouter, call: Caller, made: list[Any]) -> None:
    async def use() -> None:
        core = OpenRouterCore(api_key=KEY, server_url=fake.url)
        (await credits_get_credits_async(core)).unwrap()
        core.close()
        while not made[0].is_closed:  # noqa: ASYNC110  # there is no event to wait for
            await asyncio.sleep(0)

    call.run(asyncio.wait_for(use(), 10))
    assert len(made) == 1


def test_a_changed_copy_shares_the_connections(
    core: OpenRouterCore, call: Caller, connections: list[Any], made: list[Any]
) -> None:
    call(credits_get_credits, core).unwrap()
    call(credits_get_credits, core.with_options(app_title="Copy")).unwrap()
    assert len(connections) == len(made) == 1


def test_closing_a_core_closes_its_copies(fake: FakeOpenRouter, call: Caller) -> None:
    core = OpenRouterCore(api_key=KEY, server_url=fake.url)
    copy = core.with_options(retries=0)
    call(credits_get_credits, copy).unwrap()
    call.run(core.aclose())
    assert aborted([call(credits_get_credits, copy)])


class MyClient(httpx.Client):
    """Adds something to each request, as people do."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        request.headers["X-Mine"] = "yes"
        return super().send(request, **options)


class MyAsyncClient(httpx.AsyncClient):
    """The same."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        request.headers["X-Mine"] = "yes"
        return await super().send(request, **options)


TLS = ssl.create_default_context()  # made once: each client would take 50 ms for its own
CLIENTS: dict[str, tuple[Any, Any]] = {
    "httpx": (httpx.Client, httpx.AsyncClient),
    "subclass": (MyClient, MyAsyncClient),
    "httpx2": (httpx2.Client, httpx2.AsyncClient),
}


@pytest.fixture(params=CLIENTS)
def inject(request: pytest.FixtureRequest, call: Caller) -> Iterator[Callable[..., Any]]:
    """Make a client of one of the kinds, of the test's colour, as an option for a core."""
    clients: list[Any] = []

    def make(**options: Any) -> dict[str, Any]:
        kind = CLIENTS[request.param][call.is_async]
        clients.append(kind(**{"verify": TLS, "headers": {"X-Mine": "yes"}, **options}))
        return {"async_http_client" if call.is_async else "http_client": clients[-1]}

    yield make
    for client in clients:
        call.run(client.aclose()) if call.is_async else client.close()


def client_of(options: dict[str, Any]) -> Any:
    [client] = options.values()
    return client


def test_an_injected_client_is_used_and_never_closed(
    fake: FakeOpenRouter, call: Caller, inject: Callable[..., Any], connections: list[Any]
) -> None:
    options = inject()
    with OpenRouterCore(api_key=KEY, server_url=fake.url, app_title="Mine", **options) as core:
        call(credits_get_credits, core).unwrap()
    call.run(core.aclose())
    assert not client_of(options).is_closed
    call(chat_send, core, messages=HELLO).unwrap()
    assert [request.headers["x-mine"] for request in fake.requests] == ["yes", "yes"]
    assert fake.requests[1].headers["x-openrouter-title"] == "Mine"
    assert fake.requests[1].json() == {"messages": HELLO}
    assert len(connections) == 1


def test_an_injected_client_keeps_its_own_settings(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, inject: Callable[..., Any]
) -> None:
    options = inject(
        headers={"X-Mine": "yes", "User-Agent": "mine/1"}, base_url="https://mine.test", cookies={"c": "1"}, timeout=7
    )
    client = client_of(options)
    before = dict(client.headers), str(client.base_url), client.timeout.as_dict(), client.auth
    call(credits_get_credits, make_core(**options), extra_headers={"X-Call": "1"}, timeout=3).unwrap()
    assert (dict(client.headers), str(client.base_url), client.timeout.as_dict(), client.auth) == before
    sent = fake.requests[0].headers
    assert (sent["x-mine"], sent["x-call"], sent["cookie"]) == ("yes", "1", "c=1")
    assert sent["authorization"] == f"Bearer {KEY}"


def test_an_injected_clients_auth_is_applied(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, inject: Callable[..., Any]
) -> None:
    call(credits_get_credits, make_core(**inject(auth=("user", "password"))))
    assert fake.requests[0].headers["authorization"].startswith("Basic ")


def test_an_injected_clients_time_out_holds_unless_one_is_given(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, inject: Callable[..., Any]
) -> None:
    core = make_core(retries=0, **inject(timeout=0.4))  # long enough for the request to arrive on a busy machine
    fake.enqueue(Reply(delay=30))
    error_of(call(credits_get_credits, core), errors.RequestTimeoutError)
    fake.enqueue(Reply(200, {"data": {}}, delay=0.6))
    assert isinstance(call(credits_get_credits, core, timeout=30), Ok)


@pytest.mark.parametrize("inject", ["httpx", "subclass", "httpx2"], indirect=True)
def test_an_injected_client_takes_a_title_beyond_latin_1(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, inject: Callable[..., Any]
) -> None:
    call(credits_get_credits, make_core(app_title="Приложение", **inject())).unwrap()
    assert fake.requests[0].headers["x-openrouter-title"].encode("latin-1").decode() == "Приложение"


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (Reply(drop=True), errors.ConnectionError, 2),
        (Reply(body=b"12345", cut_after=2), errors.ConnectionError, 1),
        (Reply(delay=30), errors.RequestTimeoutError, 1),
    ],
    ids=["drop", "cut", "late"],
)
def test_an_injected_clients_exceptions_are_mapped(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    make_core: MakeCore,
    call: Caller,
    inject: Callable[..., Any],
    naps: list[float],
    fault: Reply,
    kind: type[errors.HTTPClientError],
    attempts: int,
) -> None:
    fake.enqueue(fault, fault)
    error = error_of(call(credits_get_credits, make_core(retries=1, **inject()), timeout=0.1), kind)
    assert type(error.cause).__module__.startswith("httpx")
    assert len(fake.requests) == attempts
    assert len(naps) == attempts - 1


def test_an_injected_clients_refused_connection_is_mapped(
    make_core: MakeCore, call: Caller, inject: Callable[..., Any]
) -> None:
    core = make_core(retries=0, **inject())
    error_of(call(credits_get_credits, core, server_url=f"http://127.0.0.1:{closed_port()}"), errors.ConnectionError)


def test_a_closed_injected_client_aborts(make_core: MakeCore, call: Caller, inject: Callable[..., Any]) -> None:
    options = inject()
    call.run(client_of(options).aclose()) if call.is_async else client_of(options).close()
    error_of(call(credits_get_credits, make_core(**options)), errors.RequestAbortedError)


class FailingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002
        raise self.error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectTimeout("x"), errors.RequestTimeoutError),
        (httpx.ReadTimeout("x"), errors.RequestTimeoutError),
        (httpx.WriteTimeout("x"), errors.RequestTimeoutError),
        (httpx.PoolTimeout("x"), errors.RequestTimeoutError),
        (httpx.ConnectError("x"), errors.ConnectionError),
        (httpx.ReadError("x"), errors.ConnectionError),
        (httpx.WriteError("x"), errors.ConnectionError),
        (httpx.RemoteProtocolError("x"), errors.ConnectionError),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), errors.ConnectionError),
        (ConnectionResetError(104, "reset"), errors.ConnectionError),
        (TimeoutError("x"), errors.RequestTimeoutError),
        (httpx.ProxyError("x"), errors.ConnectionError),
        (httpx.LocalProtocolError("x"), errors.InvalidRequestError),
        (httpx.UnsupportedProtocol("x"), errors.InvalidRequestError),
        (httpx2.ConnectError("x"), errors.ConnectionError),
        (httpx2.ReadTimeout("x"), errors.RequestTimeoutError),
        (RuntimeError("the client has been closed"), errors.RequestAbortedError),
        (OddError("x"), errors.UnexpectedClientError),
        (OddError(), errors.UnexpectedClientError),
    ],
    ids=repr,
)
def test_each_exception_of_a_client_becomes_one_of_ours(
    make_core: MakeCore, call: Caller, naps: list[float], error: Exception, kind: type[errors.HTTPClientError]
) -> None:
    transport = FailingTransport(error)
    core = make_core(
        http_client=httpx.Client(transport=transport), async_http_client=httpx.AsyncClient(transport=transport)
    )
    ours = error_of(call(credits_get_credits, core), kind)
    assert ours.cause is ours.__cause__ is error
    assert type(error).__name__ in str(ours)
    retried = isinstance(error, (httpx.NetworkError, httpx.ProxyError, httpx.ConnectTimeout, ConnectionError))
    retried = retried or "Server disconnected" in str(error)
    assert len(naps) == (2 if retried or isinstance(error, httpx2.NetworkError) else 0)


def test_a_client_that_is_none_is_an_error(make_core: MakeCore, call: Caller) -> None:
    junk: Any = object()
    error_of(
        call(credits_get_credits, make_core(http_client=junk, async_http_client=junk)), errors.UnexpectedClientError
    )


LOOPS = """
import asyncio, gc, warnings
from openrouter_sdk.core import OpenRouterCore
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits_async

warnings.simplefilter({action!r}, ResourceWarning)
core = OpenRouterCore(api_key={key!r}, server_url={url!r})

async def twice():
    return (await credits_get_credits_async(core)).ok and (await credits_get_credits_async(core)).ok

print([asyncio.run(twice()) for _ in range(3)])
core.close()
gc.collect()
"""


def test_event_loops_one_after_another_share_a_core(fake: FakeOpenRouter, connections: list[Any]) -> None:
    assert run_python(LOOPS.format(action="ignore", key=KEY, url=fake.url)) == "[True, True, True]"
    assert len(connections) == 3


def test_event_loops_that_are_gone_leave_no_open_connections(fake: FakeOpenRouter) -> None:
    assert run_python(LOOPS.format(action="always", key=KEY, url=fake.url)) == "[True, True, True]"
