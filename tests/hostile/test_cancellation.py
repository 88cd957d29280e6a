"""Calls cancelled at every step of the event loop: no connection is lost, and the next calls are right."""

from __future__ import annotations

import asyncio
import contextlib
import types
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest

from openrouter_sdk import OpenRouter

from .faults import Fault
from .kinds import DOWNLOAD, JSON, PAGE, STREAM, UPLOAD, Face, Kind
from .server import End

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Iterator

    from .server import HostileServer

    Act = Callable[[OpenRouter], Coroutine[Any, Any, None]]

MANY = 300
RIGHT_AFTER = 100
# No call waits so often.
MOST_WAITS = 200


@pytest.fixture(params=["own", "one connection", "a few connections"])
def client(
    request: pytest.FixtureRequest, server: HostileServer, loop: asyncio.AbstractEventLoop
) -> Iterator[OpenRouter]:
    """A client with its own connections, and with pools of one and of a few, in which none is waited for long."""
    most = {"own": None, "one connection": 1, "a few connections": 3}[request.param]
    limits = httpx.Limits(max_connections=most)
    timeout = httpx.Timeout(5, pool=0.3)
    injected = httpx.AsyncClient(limits=limits, timeout=timeout, verify=False)  # noqa: S501  # plain http
    given: Any = {"async_http_client": injected} if most else {}
    client = OpenRouter(api_key="k", server_url=server.url, retries=0, timeout=timeout, **given)
    yield client
    loop.run_until_complete(client.aclose())
    loop.run_until_complete(injected.aclose())


async def opened(client: Any) -> Any:
    return await client.chat.send_async(**STREAM.params())


def acts() -> dict[str, tuple[Act, Kind]]:  # noqa: C901  # one function for each
    """Return what is cancelled: each kind of call, from its first step to the last thing that is read."""

    async def call(client: OpenRouter) -> None:
        await client.chat.send_async(**JSON.params())

    async def stream(client: OpenRouter) -> None:
        async with await opened(client) as chunks:
            async for _ in chunks:
                pass

    async def stream_without_with(client: OpenRouter) -> None:
        async for _ in await opened(client):
            pass

    async def stream_left(client: OpenRouter) -> None:
        chunks = await opened(client)
        async for _ in chunks:
            break
        await chunks.aclose()

    async def collect(client: OpenRouter) -> None:
        await (await opened(client)).collect()

    async def pages(client: OpenRouter) -> None:
        async for _ in await client.files.list_async():
            pass

    async def upload(client: OpenRouter) -> None:
        await client.files.upload_async(**UPLOAD.params())

    async def download(client: OpenRouter) -> None:
        await (await client.files.download_async(**DOWNLOAD.params())).read()

    async def download_in_pieces(client: OpenRouter) -> None:
        async with await client.files.download_async(**DOWNLOAD.params()) as response:
            async for _ in response.iter_bytes():
                pass

    return {
        "json": (call, JSON), "stream": (stream, STREAM), "stream without with": (stream_without_with, STREAM),
        "stream left": (stream_left, STREAM), "collect": (collect, STREAM), "page": (pages, PAGE),
        "upload": (upload, UPLOAD), "download": (download, DOWNLOAD),
        "download in pieces": (download_in_pieces, DOWNLOAD)}  # fmt: skip


ACTS = acts()
CLOSING = Fault("closing", lambda right: right.reply("Connection: close"), {"all": "Ok"}, end=End.CLOSE)
CONNECTIONS = {"kept": None, "new": CLOSING}
MOMENTS = ("at once", "when it is ready")


@types.coroutine
def interrupted(steps: Coroutine[Any, Any, None], number: int, moment: str) -> Generator[Any, Any, None]:
    """Do as `steps` does, but cancel the task when it waits for the time of this number.

    At once, before what it waits for can happen; or when that has happened, and the task doesn't know yet.
    """
    task = asyncio.current_task()
    assert task is not None
    waited = 0
    go_on: Callable[[], Any] = lambda: steps.send(None)  # noqa: E731  # the first of many
    while True:
        try:
            awaited = go_on()
        except StopIteration:
            return
        if waited == number:
            _cancel(task, awaited, moment)
        waited += 1
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001  # it goes where it was meant to go
            go_on = partial(steps.throw, error)
        else:
            go_on = partial(steps.send, None)


def _cancel(task: asyncio.Task[Any], awaited: object, moment: str) -> None:
    if moment == "at once" or not isinstance(awaited, asyncio.Future):
        asyncio.get_running_loop().call_soon(task.cancel)
    else:
        cast("asyncio.Future[object]", awaited).add_done_callback(lambda _: task.cancel())


async def is_cancelled(act: Act, client: OpenRouter, number: int, moment: str) -> bool:
    """Cancel an act where it waits for the time of this number; tell whether it waits so often."""

    async def whole() -> None:
        await interrupted(act(client), number, moment)

    task = asyncio.ensure_future(whole())
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
    return task.cancelled()


@pytest.fixture
def face(loop: asyncio.AbstractEventLoop) -> Face:
    return Face(loop, "async", "function")


def check_right(server: HostileServer, client: OpenRouter, face: Face, kind: Kind, times: int = 1) -> None:
    """The next calls get their own answers."""
    for _ in range(times):
        number = server.number()
        server.answer(kind)
        outcome = face.perform(client, kind, number)
        assert outcome.error is None, repr(outcome.error)
        assert kind.number(outcome.values) == number
        assert server.calls[number] == 1


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("connections", CONNECTIONS)
@pytest.mark.parametrize("name", ACTS)
def test_whatever_is_cancelled_the_next_call_is_right(  # noqa: PLR0913, PLR0917  # the sweep's axes
    server: HostileServer, client: OpenRouter, face: Face, name: str, connections: str, moment: str
) -> None:
    act, kind = ACTS[name]
    for number in range(MOST_WAITS):
        server.answer(kind, CONNECTIONS[connections])
        if not face.loop.run_until_complete(is_cancelled(act, client, number, moment)):
            break
        check_right(server, client, face, kind)
    else:
        pytest.fail("the call never came to its end")
    assert number, "nothing was cancelled"


@pytest.mark.parametrize("name", ACTS)
def test_many_are_cancelled_and_as_many_as_ever_are_right(
    server: HostileServer, client: OpenRouter, face: Face, name: str
) -> None:
    act, kind = ACTS[name]
    for number in range(MANY):
        server.answer(kind, CLOSING if number % 3 == 0 else None)
        face.loop.run_until_complete(is_cancelled(act, client, number % 12, MOMENTS[number % 2]))
    check_right(server, client, face, kind, times=RIGHT_AFTER)


@pytest.mark.parametrize("name", ACTS)
def test_many_are_cancelled_at_the_same_time(server: HostileServer, client: OpenRouter, face: Face, name: str) -> None:
    act, kind = ACTS[name]

    async def several() -> None:
        server.answer(kind)
        acts = [is_cancelled(act, client, number % 12, MOMENTS[number % 2]) for number in range(10)]
        await asyncio.gather(*acts, return_exceptions=True)  # in a pool of one, some wait for too long

    for _ in range(MANY // 10):
        face.loop.run_until_complete(several())
        check_right(server, client, face, kind)
    check_right(server, client, face, kind, times=RIGHT_AFTER)


@pytest.mark.parametrize("name", ACTS)
def test_a_time_limit_of_any_length_costs_no_connection(
    server: HostileServer, client: OpenRouter, face: Face, name: str
) -> None:
    act, kind = ACTS[name]

    async def limited(seconds: float) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(act(client), seconds)

    server.answer(kind)
    for number in range(40):
        face.loop.run_until_complete(limited(number / 10_000))
    check_right(server, client, face, kind, times=RIGHT_AFTER // 10)
