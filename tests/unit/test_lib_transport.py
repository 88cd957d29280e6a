"""lib.transport: the package's own clients, over real connections."""

from __future__ import annotations

import asyncio
import math
import os
import socket
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest

from openrouter_sdk import Err, OpenRouterCore, errors
from openrouter_sdk.funcs.chat_send import chat_send, chat_send_async
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits, credits_get_credits_async
from openrouter_sdk.lib import transport
from openrouter_sdk.lib.colours import ASYNC, SYNC, Client, run
from openrouter_sdk.lib.connections import ssl_context
from openrouter_sdk.lib.transport import LANE_WIDTH, AsyncDirectClient, make_async_client, make_client, make_request
from openrouter_sdk.testing import FakeOpenRouter, Reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    from openrouter_sdk import Result
    from openrouter_sdk.lib.colours import Colour

T = TypeVar("T")

CHUNKS = (Reply.events({"choices": []}, done=False).payload(),) * 3
HELLO: Any = [{"role": "user", "content": "Hello"}]
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(_clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.lower() in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter() as fake:
        yield fake


class Wire:
    """A client of either colour; its responses are read."""

    def __init__(self, *, is_async: bool) -> None:
        self.is_async = is_async
        self.loop = asyncio.new_event_loop()
        self.sync_client = make_client(ssl_context())
        self.async_client = make_async_client(ssl_context())

    def run(self, steps: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(steps)

    def send(self, method: str, url: str, *, stream: bool = False, **parts: Any) -> httpx.Response:
        request = httpx.Request(method, url, extensions={"timeout": httpx.Timeout(30).as_dict()}, **parts)
        if self.is_async:
            return self.run(self._send(ASYNC, Client(self.async_client, own=True), request, stream=stream))
        return run(self._send(SYNC, Client(self.sync_client, own=True), request, stream=stream))

    async def _send(self, colour: Colour, client: Client, request: httpx.Request, *, stream: bool) -> httpx.Response:
        response = await colour.send(client, request)
        if not stream:
            await colour.read(response)
        elif self.is_async:
            await response.aread()
        else:
            response.read()
        return response

    def credits(self, core: OpenRouterCore, **options: Any) -> Result[Any, Exception]:
        if self.is_async:
            return self.run(credits_get_credits_async(core, **options))
        return credits_get_credits(core, **options)

    def chat(self, core: OpenRouterCore, **options: Any) -> Result[Any, Exception]:
        function: Any = chat_send_async if self.is_async else chat_send
        outcome = function(core, messages=HELLO, **options)
        result: Result[Any, Exception] = self.run(outcome) if self.is_async else outcome
        return result

    def close(self) -> None:
        self.sync_client.close()
        self.run(self.async_client.aclose())
        self.run(self.loop.shutdown_asyncgens())
        self.loop.close()


@pytest.fixture(params=["sync", "async"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    wire = Wire(is_async=request.param == "async")
    yield wire
    wire.close()


@pytest.fixture
def core(fake: FakeOpenRouter, wire: Wire) -> Iterator[OpenRouterCore]:
    core = OpenRouterCore(api_key=fake.api_key, server_url=fake.url, retries=0)
    yield core
    wire.run(core.aclose())


def closed_port() -> int:
    """Return a port of this machine at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


# --- both colours: redirects


both_ways = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def seen(fake: FakeOpenRouter) -> list[tuple[str, str, bytes]]:
    return [(request.method, request.path, request.body) for request in fake.requests]


def moved(status: int, place: str) -> Reply:
    return Reply(status, "It is elsewhere.", headers={"location": place})


@both_ways
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_nothing_sent_twice(
    fake: FakeOpenRouter, wire: Wire, connections: list[Any], status: int, *, stream: bool
) -> None:
    for _ in range(2):
        fake.enqueue(moved(status, "/b?x=1"), Reply(200, {"found": True}))
        response = wire.send("GET", f"{fake.url}/a", stream=stream)
        assert (response.json(), response.request.url.path) == ({"found": True}, "/b")
        assert response.is_closed
    assert seen(fake) == [("GET", "/api/v1/a", b""), ("GET", "/b", b"")] * 2
    assert len(connections) == 1


@both_ways
@pytest.mark.parametrize("status", [307, 308])
def test_a_redirected_post_goes_on_as_a_post(
    fake: FakeOpenRouter, wire: Wire, connections: list[Any], status: int, *, stream: bool
) -> None:
    fake.enqueue(moved(status, "b"), Reply(200, {"found": True}))
    assert wire.send("POST", f"{fake.url}/a", content=b'{"a": 1}', stream=stream).json() == {"found": True}
    assert seen(fake) == [("POST", "/api/v1/a", b'{"a": 1}'), ("POST", "/api/v1/b", b'{"a": 1}')]
    assert len(connections) == 1


@both_ways
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_make_a_get_of_it_is_not_followed(  # noqa: PLR0913  # fixtures and cases
    fake: FakeOpenRouter, wire: Wire, connections: list[Any], method: str, status: int, *, stream: bool
) -> None:
    fake.enqueue(moved(status, "b"))
    assert wire.send(method, f"{fake.url}/a", content=b'{"a": 1}', stream=stream).status_code == status
    assert seen(fake) == [(method, "/api/v1/a", b'{"a": 1}')]
    assert len(connections) == 1


@both_ways
def test_one_redirect_may_lead_to_another(fake: FakeOpenRouter, wire: Wire, *, stream: bool) -> None:
    fake.enqueue(moved(302, "/b"), moved(307, "/c"), Reply(200, {"found": True}))
    assert wire.send("GET", f"{fake.url}/a", stream=stream).json() == {"found": True}
    assert [path for _, path, _ in seen(fake)] == ["/api/v1/a", "/b", "/c"]


@both_ways
def test_redirects_without_end_are_an_error(
    fake: FakeOpenRouter, wire: Wire, connections: list[Any], *, stream: bool
) -> None:
    fake.enqueue(*[moved(302, "/a")] * 50)
    with pytest.raises(httpx.TooManyRedirects) as raised:
        wire.send("GET", f"{fake.url}/a", stream=stream)
    assert raised.value.request.method == "GET"
    assert len(fake.requests) == 21
    assert len(connections) == 1


def test_a_redirect_to_another_server_doesnt_take_the_key_along(
    fake: FakeOpenRouter, wire: Wire, core: OpenRouterCore
) -> None:
    with FakeOpenRouter() as other:
        fake.enqueue(moved(307, f"{other.url}/credits"))
        other.enqueue(Reply(200, {"data": {"total_credits": 5.0, "total_usage": 1.0}}))
        assert wire.credits(core).unwrap().data.total_credits == 5
        assert "authorization" in fake.requests[0].headers
        assert "authorization" not in other.requests[0].headers


def test_a_call_follows_a_redirect_with_its_body(fake: FakeOpenRouter, wire: Wire, core: OpenRouterCore) -> None:
    fake.enqueue(moved(307, f"{fake.url}/chat/completions"), moved(308, f"{fake.url}/chat/completions"))
    assert wire.chat(core).unwrap().choices
    assert len(fake.requests) == 3
    assert len({request.body for request in fake.requests}) == 1
    assert len({request.headers["authorization"] for request in fake.requests}) == 1


# --- both colours: errors, hooks, cookies, proxies


@both_ways
def test_an_error_knows_its_request(wire: Wire, *, stream: bool) -> None:
    with pytest.raises(httpx.ConnectError) as raised:
        wire.send("POST", f"http://127.0.0.1:{closed_port()}/a", stream=stream)
    assert raised.value.request.method == "POST"


def test_the_cause_of_a_failed_call_knows_its_request(wire: Wire) -> None:
    with OpenRouterCore(api_key="k", server_url=f"http://127.0.0.1:{closed_port()}", retries=0) as core:
        result = wire.credits(core)
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.ConnectionError)
    cause = result.error.__cause__
    assert isinstance(cause, httpx.ConnectError)
    assert cause.request.url.path == "/credits"


def test_an_answer_that_breaks_off_knows_its_request(fake: FakeOpenRouter, wire: Wire) -> None:
    fake.enqueue(Reply(200, b"x" * 100, cut_after=10))
    with pytest.raises(httpx.RemoteProtocolError) as raised:
        wire.send("GET", f"{fake.url}/a")
    assert raised.value.request.url.path == "/api/v1/a"


class Looks:
    """A hook that reads all that an answer says about itself."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, str, int]] = []

    def after_success(self, _: object, response: httpx.Response) -> None:
        self.look(response)

    def after_error(self, _: object, response: httpx.Response | None, error: Exception | None) -> None:
        assert error is None
        assert response is not None
        self.look(response)

    def look(self, response: httpx.Response) -> None:
        self.seen.append((response.elapsed.total_seconds(), response.request.url.path, len(response.content)))


@pytest.mark.parametrize("status", [200, 404])
def test_a_hook_can_read_an_answers_time_and_request(
    fake: FakeOpenRouter, wire: Wire, core: OpenRouterCore, status: int
) -> None:
    looks: Any = Looks()
    fake.enqueue(Reply(status, {"data": {}}), moved(302, f"{fake.url}/credits"), Reply(status, {"data": {}}))
    for _ in range(2):  # straight, and by a detour
        wire.credits(core.with_options(hooks=[looks]))
    for elapsed, path, length in looks.seen:
        assert 0 < elapsed < math.inf
        assert (path, length) == ("/api/v1/credits", len(b'{"data": {}}'))
    assert len(looks.seen) == 2


def test_a_hook_can_read_the_time_of_a_stream_that_was_refused(
    fake: FakeOpenRouter, wire: Wire, core: OpenRouterCore
) -> None:
    looks: Any = Looks()
    fake.enqueue(Reply(404, {"error": {"code": 404, "message": "no"}}))
    result = wire.chat(core.with_options(hooks=[looks]), stream=True)
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.NotFoundResponseError), repr(result.error)
    assert len(looks.seen) == 1


@pytest.mark.parametrize("by_proxy", [False, True])
def test_cookies_are_not_sent_back(
    fake: FakeOpenRouter, wire: Wire, core: OpenRouterCore, monkeypatch: pytest.MonkeyPatch, *, by_proxy: bool
) -> None:
    if by_proxy:
        monkeypatch.setenv("HTTP_PROXY", fake.url.removesuffix("/api/v1"))
    fake.enqueue(Reply(200, {"data": {}}, headers={"set-cookie": "session=1; Path=/"}))
    for _ in range(3):
        wire.credits(core)
    assert len(fake.requests) == 3
    assert [request for request in fake.requests if "cookie" in request.headers] == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_used(
    fake: FakeOpenRouter, wire: Wire, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, fake.url.removesuffix("/api/v1"))
    fake.enqueue(moved(302, "/elsewhere"), Reply(200, {"data": {"total_credits": 5.0, "total_usage": 1.0}}))
    core = OpenRouterCore(api_key="k", server_url="http://openrouter.test/v1", retries=0)
    assert wire.credits(core).unwrap().data.total_credits == 5
    wire.run(core.aclose())
    places = ["http://openrouter.test/v1/credits", "http://openrouter.test/elsewhere"]
    assert [request.path for request in fake.requests] == places


def test_a_host_without_proxy_is_reached_directly(
    fake: FakeOpenRouter, wire: Wire, core: OpenRouterCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert wire.credits(core).ok
    assert [request.path for request in fake.requests] == ["/api/v1/credits"]


def made(wire: Wire, method: str, headers: dict[str, str] | None = None, content: bytes | None = None) -> httpx.Request:
    client = wire.async_client if wire.is_async else wire.sync_client
    url = httpx.URL("https://api.example:8443/v1/x?a=b")
    return make_request(
        client, method, url, headers=httpx.Headers(headers), extensions={"timeout": {"read": 1.5}}, content=content
    )


@pytest.mark.parametrize("content", [None, b"", b'{"a": 1}'])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_request_has_the_headers_and_body_that_httpx_would_give_it(
    wire: Wire, method: str, content: bytes | None
) -> None:
    request = made(wire, method, {"X-One": "1"}, content)
    theirs = httpx.Client().build_request(
        method, request.url, headers={"X-One": "1", "User-Agent": "", "Connection": "", "Accept": ""}, content=content
    )
    assert {**request.headers} == {name: value for name, value in theirs.headers.items() if value}
    assert (request.content, request.read()) == (content or b"", content or b"")
    assert request.extensions == {"timeout": {"read": 1.5}}


@pytest.mark.parametrize("name", ["host", "HOST", "Accept-Encoding", "content-length", "Content-Length"])
def test_a_header_that_is_given_stands_once(wire: Wire, name: str) -> None:
    assert made(wire, "POST", {name: "4"}, b"1234").headers.get_list(name) == ["4"]


def test_a_body_in_chunks_has_no_length(wire: Wire) -> None:
    request = made(wire, "POST", {"Transfer-Encoding": "chunked"}, b"1234")
    assert "content-length" not in request.headers


def test_headers_of_a_call_dont_reach_the_next(fake: FakeOpenRouter) -> None:
    with OpenRouterCore(api_key=fake.api_key, server_url=fake.url) as core:
        credits_get_credits(core, extra_headers={"X-One": "1", "User-Agent": "mine"}).unwrap()
        credits_get_credits(core).unwrap()
    first, second = [{name.lower(): value for name, value in request.headers.items()} for request in fake.requests]
    assert (first["x-one"], first["user-agent"]) == ("1", "mine")
    assert "x-one" not in second
    assert second["user-agent"].startswith("openrouter-sdk-python/")


# --- lanes


class Waiting:
    """A server that answers the first `wanted` requests together, when all have come, and any others at once."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.answering = asyncio.Event()
        self.requests = 0
        self.connections = 0
        self.closed = 0
        self.changed = asyncio.Condition()
        self.url = ""

    async def note(self, count: str) -> None:
        async with self.changed:
            setattr(self, count, getattr(self, count) + 1)
            self.changed.notify_all()

    async def until(self, count: str, number: int) -> None:
        """Wait until a count has come to a number."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(lambda: getattr(self, count) >= number), 60)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.note("connections")
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await self.note("requests")
                if self.requests >= self.wanted:
                    self.answering.set()
                await self.answering.wait()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        writer.close()
        await self.note("closed")


@asynccontextmanager
async def waiting(wanted: int = 1) -> AsyncIterator[tuple[Waiting, AsyncDirectClient]]:
    """Start a server, and make a client to go with it."""
    there = Waiting(wanted)
    server = await asyncio.start_server(there.serve, "127.0.0.1", backlog=1000)
    there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    client = AsyncDirectClient(ssl_context())
    try:
        yield there, client
    finally:
        there.answering.set()
        await client.aclose()
        await there.until("closed", there.connections)
        server.close()


def lanes(client: object) -> list[Any]:
    transports: Any = vars(client)["_transports"]
    found: list[Any] = transports._lanes  # noqa: SLF001  # nothing else tells
    return found


def busy(client: object) -> list[int]:
    return [lane.busy for lane in lanes(client)]


def get(url: str) -> httpx.Request:
    return httpx.Request("GET", url, extensions={"timeout": httpx.Timeout(60).as_dict()})


async def fetch(client: AsyncDirectClient, url: str) -> httpx.Response:
    response = await client.send(get(url))
    await response.aread()
    return response


async def sent(client: AsyncDirectClient, request: httpx.Request) -> httpx.Response:
    """Send a request as a call does, redirects and all."""
    return await ASYNC.send(Client(client, own=True), request)


async def send_many(client: AsyncDirectClient, url: str, number: int) -> list[str]:
    responses = await asyncio.gather(*(fetch(client, url) for _ in range(number)))
    return [response.text for response in responses]


def room_for(files: int) -> bool:
    try:
        import resource
    except ImportError:  # not on Windows
        return True
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files <= hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return files <= max(soft, hard)


@pytest.mark.skipif(not room_for(2200), reason="there can't be that many open connections here")
def test_a_thousand_calls_at_once_have_a_connection_each() -> None:
    async def run() -> None:
        async with waiting(1000) as (there, client):
            assert await send_many(client, there.url, 1000) == ["ok"] * 1000
            assert (there.requests, there.connections) == (1000, 1000)
            assert busy(client) == [0] * (1000 // LANE_WIDTH)

    asyncio.run(run())


def test_calls_one_after_another_share_a_connection() -> None:
    async def run() -> None:
        async with waiting() as (there, client):
            for _ in range(20):
                assert await send_many(client, there.url, 1) == ["ok"]
            assert (there.connections, busy(client)) == (1, [0])

    asyncio.run(run())


@pytest.mark.parametrize("calls", [1, LANE_WIDTH - 1, LANE_WIDTH, LANE_WIDTH + 1, 25])
def test_there_are_as_many_lanes_as_calls_at_once_need(calls: int) -> None:
    async def run() -> None:
        async with waiting(calls) as (there, client):
            assert await send_many(client, there.url, calls) == ["ok"] * calls
            assert there.connections == calls
            assert busy(client) == [0] * math.ceil(calls / LANE_WIDTH)

    asyncio.run(run())


def test_calls_beyond_the_greatest_number_of_connections_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "CONNECTIONS", 4)
    monkeypatch.setattr(transport, "LANE_WIDTH", 2)

    async def run() -> None:
        async with waiting(5) as (there, client):  # more than can come
            calls = asyncio.create_task(send_many(client, there.url, 10))
            await there.until("requests", 4)
            assert busy(client) == [5, 5]
            there.answering.set()
            assert await calls == ["ok"] * 10
            assert (there.requests, there.connections) == (10, 4)
            assert busy(client) == [0, 0]

    asyncio.run(run())


def test_a_call_takes_the_first_lane_with_room() -> None:
    async def run() -> None:
        async with waiting(12) as (there, client):
            await send_many(client, there.url, 12)
            response = await client.send(get(there.url))
            assert busy(client) == [1, 0]
            await response.aclose()

    asyncio.run(run())


def test_an_idle_lane_at_the_end_is_closed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(transport, "monotonic", lambda: now[0])

    async def run() -> None:
        async with waiting(25) as (there, client):
            await send_many(client, there.url, 25)
            now[0] += transport.LANE_EXPIRY
            await fetch(client, there.url)
            assert (busy(client), there.closed) == ([0, 0, 0], 0)
            now[0] += 0.1
            await fetch(client, there.url)
            assert busy(client) == [0, 0]
            await there.until("closed", 5)  # the third lane's
            await fetch(client, there.url)
            await there.until("closed", 15)  # and the second's
            now[0] += 1000
            await fetch(client, there.url)
            assert (busy(client), there.closed, there.connections) == ([0], 15, 25)

    asyncio.run(run())


def test_a_busy_lane_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LANE_WIDTH", 1)
    monkeypatch.setattr(transport, "LANE_EXPIRY", -1)

    async def run() -> None:
        async with waiting() as (there, client):
            first, second = [await client.send(get(there.url)) for _ in range(2)]
            await first.aread()
            await first.aclose()
            await fetch(client, there.url)
            assert busy(client) == [0, 1]
            assert await second.aread() == b"ok"
            await second.aclose()
            await fetch(client, there.url)
            assert busy(client) == [0]

    asyncio.run(run())


def test_closing_closes_all_lanes() -> None:
    async def run() -> None:
        async with waiting(25) as (there, client):
            await send_many(client, there.url, 25)
            held = await client.send(get(there.url))
            await client.aclose()
            await there.until("closed", 25)
            await held.aclose()
            await client.aclose()

    asyncio.run(run())


# --- lanes: who holds a place


def test_a_held_stream_keeps_its_place_until_it_is_closed() -> None:
    async def run() -> None:
        async with waiting() as (there, client):
            held = [await client.send(get(there.url)) for _ in range(LANE_WIDTH + 1)]
            assert busy(client) == [LANE_WIDTH, 1]
            await held[0].aread()  # which closes it
            assert busy(client) == [LANE_WIDTH - 1, 1]
            for response in held * 2:  # closing again does nothing
                await response.aclose()
            assert busy(client) == [0, 0]

    asyncio.run(run())


def test_a_cancelled_call_frees_its_place() -> None:
    async def run() -> None:
        async with waiting(3) as (there, client):
            calls = [asyncio.create_task(send(client, get(there.url))) for send in (AsyncDirectClient.send, sent)]
            await there.until("requests", 2)
            assert busy(client) == [2]
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            assert (busy(client), [call.cancelled() for call in calls]) == ([0], [True, True])

    asyncio.run(run())


def test_a_failed_call_frees_its_place(fake: FakeOpenRouter) -> None:
    places = [f"http://127.0.0.1:{closed_port()}/", f"{fake.url}/a", f"{fake.url}/loop", "nowhere://x"]

    async def run() -> None:
        client = AsyncDirectClient(ssl_context())
        fake.enqueue(Reply(drop=True), *[moved(302, "/loop")] * 30)
        for place in places:
            with pytest.raises(httpx.RequestError):
                await sent(client, get(place))
            assert busy(client) == [0]
        await client.aclose()

    asyncio.run(run())


def test_a_redirected_stream_keeps_and_frees_one_place(fake: FakeOpenRouter) -> None:
    async def run() -> None:
        client = AsyncDirectClient(ssl_context())
        fake.enqueue(moved(302, "/b"), Reply(200, {"found": True}))
        response = await sent(client, get(f"{fake.url}/a"))
        assert busy(client) == [1]
        assert await response.aread() == b'{"found": true}'
        assert busy(client) == [0]
        await client.aclose()

    asyncio.run(run())


async def read_all(stream: Any) -> None:
    async for _ in stream:
        pass


async def break_and_close(stream: Any) -> None:
    async for _ in stream:
        break
    await stream.aclose()


async def break_inside_with(stream: Any) -> None:
    async with stream:
        async for _ in stream:
            break


async def close_unread(stream: Any) -> None:
    await stream.aclose()


async def collect(stream: Any) -> None:
    await stream.collect()


async def cancel(stream: Any) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async with stream:
            async for _ in stream:
                begun.set()

    reading = asyncio.create_task(read())
    await begun.wait()
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading


@pytest.mark.parametrize("end", [read_all, break_and_close, break_inside_with, close_unread, collect, cancel])
def test_a_stream_of_a_call_frees_its_place_however_it_ends(fake: FakeOpenRouter, end: Any) -> None:
    endless = end is cancel
    pieces = Reply(body=CHUNKS * (100 if endless else 1), headers={"content-type": "text/event-stream"}, pause=0.01)

    async def run() -> None:
        core = OpenRouterCore(api_key=fake.api_key, server_url=fake.url, retries=0)
        client = await core.connections.async_client()
        for _ in range(2):
            fake.enqueue(pieces)
            stream = (await chat_send_async(core, messages=HELLO, stream=True)).unwrap()
            assert busy(client) == [1]
            await end(stream)
            assert busy(client) == [0]
        assert (await credits_get_credits_async(core)).ok
        assert len(lanes(client)) == 1
        await core.aclose()

    asyncio.run(run())
