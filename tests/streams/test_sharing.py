"""One stream in several threads or tasks, and responses that fail at closing: nothing is raised, nothing is lost."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import Err
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import CHAT, CREDITS, Face, chunk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from openrouter_sdk import OpenRouter

    from .support import MakeClient

READERS = 4
CHUNKS = 200


def slow_events() -> Iterator[bytes]:
    """Write one chunk after another, so that readers have to wait for each."""
    for number in range(CHUNKS):
        yield b"data: %s\n\n" % str(chunk(str(number))).replace("'", '"').replace("None", "null").encode()
        if number % 50 == 0:
            threading.Event().wait(0.01)
    yield b"data: [DONE]\n\n"


def take(item: Any) -> Any:
    value = item.value if hasattr(item, "value") else item
    value = getattr(value, "data", value)
    return value if isinstance(value, str) else value.choices[0].delta.content


def in_threads(iterators: list[Any]) -> list[Any]:
    """Read iterators to their end, each in a thread of its own; return all they gave, exceptions, too."""
    found: list[Any] = []

    def read(iterator: Any) -> None:
        try:
            for item in iterator:
                found.append(take(item))  # noqa: PERF401  # as users write it
        except BaseException as error:  # noqa: BLE001  # to be seen
            found.append(error)

    threads = [threading.Thread(target=read, args=(iterator,), daemon=True) for iterator in iterators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return found


async def in_tasks(iterators: list[Any]) -> list[Any]:
    """Do as `in_threads` does, in tasks."""
    found: list[Any] = []

    async def read(iterator: Any) -> None:
        async for item in iterator:
            found.append(take(item))  # noqa: PERF401  # as users write it

    await asyncio.wait_for(asyncio.gather(*map(read, iterators)), 30)
    return found


def several(stream: Any) -> list[Any]:
    return [stream] * READERS


def one_iterator(stream: Any) -> list[Any]:
    return [aiter(stream) if hasattr(stream, "__aiter__") else iter(stream)] * READERS


def texts(stream: Any) -> list[Any]:
    return [stream.text()] * READERS


def events(stream: Any) -> list[Any]:
    return [stream.events()] * READERS


WAYS: list[Callable[[Any], list[Any]]] = [several, one_iterator, texts, events]


@pytest.mark.parametrize("way", WAYS)
def test_each_chunk_goes_to_one_of_several_readers(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, way: Callable[[Any], list[Any]]
) -> None:
    fake.enqueue(Reply(body=slow_events(), headers={"content-type": "text/event-stream"}))
    stream = face.open(client, CHAT)
    iterators = way(stream)
    found = face.run(in_tasks(iterators)) if face.is_async else in_threads(iterators)
    assert sorted(map(int, found)) == list(range(CHUNKS))
    assert stream.completed
    collected = face.collect(stream).unwrap()
    assert collected.choices[0].message.content == "".join(map(str, range(CHUNKS)))


@pytest.mark.parametrize("face", ["async-function", "async-method"], indirect=True)
def test_two_steps_at_once(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply(body=slow_events(), headers={"content-type": "text/event-stream"}))
    stream = face.open(client, CHAT)

    async def steps() -> list[Any]:
        iterator = aiter(stream)
        return [take(item) for item in await asyncio.gather(anext(iterator), anext(iterator), anext(aiter(stream)))]

    assert sorted(face.run(steps())) == ["0", "1", "2"]
    face.close(stream)


def test_collecting_while_another_reads(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply(body=slow_events(), headers={"content-type": "text/event-stream"}))
    stream = face.open(client, CHAT)
    whole = "".join(map(str, range(CHUNKS)))
    if face.is_async:

        async def both() -> Any:
            reading = asyncio.ensure_future(in_tasks([stream]))
            tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(stream.collect()) for _ in range(2)]
            await reading
            return [await task for task in tasks]

        collected = face.run(both())
    else:
        reader = threading.Thread(target=lambda: list(stream), daemon=True)
        reader.start()
        collected = [stream.collect(), stream.collect()]
        reader.join(30)
    values = [item if face.is_method else item.unwrap() for item in collected]
    assert [value.choices[0].message.content for value in values] == [whole, whole]


# --- responses that fail at closing


class OddError(Exception):
    pass


class _Bytes(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content

    def close(self) -> None:
        raise OddError("sync")

    async def aclose(self) -> None:
        raise OddError("async")


class _Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002  # always the same
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=_Bytes(self._content))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


ENDS: dict[str, bytes] = {
    "done": Reply.events(chunk("a"), chunk("b")).payload(),
    "cut": Reply.events(chunk("a"), chunk("b"), done=False).payload(),
    "error": Reply.events(chunk("a"), chunk("b"), {"error": "boom"}).payload(),
}


@pytest.mark.parametrize("content", ENDS.values(), ids=ENDS)
def test_a_response_whose_close_raises_raises_nothing(make_client: MakeClient, face: Face, content: bytes) -> None:
    transport = _Transport(content)
    with httpx.Client(transport=transport) as http:
        async_http = httpx.AsyncClient(transport=transport)
        client = make_client(http_client=http, async_http_client=async_http)
        stream = face.open(client, CHAT)
        chunks, error = face.read(stream)
        assert len(chunks) == 2
        assert (error is None) == stream.completed
        face.close(stream)
        face.close(stream)
        early = face.open(client, CHAT)
        face.read(early, 1)
        face.close(early)
        assert isinstance(face.collect(early), Err)
        face.close(face.open(client, CHAT))
        dropped = face.open(client, CHAT)
        face.read(dropped, 1)
        del dropped
        face.run(async_http.aclose())


def test_sharing_gives_the_connection_back(fake: FakeOpenRouter, narrow: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply(body=slow_events(), headers={"content-type": "text/event-stream"}))
    stream = face.open(narrow, CHAT)
    face.run(in_tasks([stream, stream])) if face.is_async else in_threads([stream, stream])
    assert face.call(narrow, CREDITS).ok
