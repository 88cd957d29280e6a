"""Streams from their opening to their end, and every way to end one before: the connection is always given back."""

from __future__ import annotations

import asyncio
import gc
import gzip
import threading
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, OpenRouter, OpenRouterError, errors
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import CHAT, CREDITS, ECHOING, HELLO, INTERNS, KEY, Face, chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from openrouter_sdk import HookContext

    from .support import MakeClient

ROUNDS = 20
HI = chunk("hi")


class OddError(Exception):
    pass


@pytest.mark.parametrize("name", ECHOING)
def test_streaming(fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str) -> None:
    stream = face.open(client, ECHOING[name])
    assert not stream.completed
    chunks, error = face.read(stream)
    assert error is None
    assert len(chunks) > 1
    assert stream.completed
    assert stream.response.status_code == 200
    assert stream.response.attempts == 1
    assert face.read(stream) == ([], None)
    assert fake.requests[0].json()["stream"] is True
    assert fake.requests[0].headers["accept"] == "text/event-stream"
    assert fake.aborted == []


def test_streaming_an_intern(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, chunk(" you")))
    stream = face.open(client, INTERNS)
    assert len(face.read(stream)[0]) == 2
    assert stream.completed


def test_a_compressed_stream(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    body = gzip.compress(Reply.events(HI, HI, "[DONE]").payload())
    headers = {"content-type": "text/event-stream", "content-encoding": "gzip"}
    fake.enqueue(Reply(body=body, headers=headers))
    stream = face.open(client, CHAT)
    assert (len(face.read(stream)[0]), stream.completed) == (2, True)


def test_a_hook_may_read_the_stream_before(fake: FakeOpenRouter, make_client: MakeClient, face: Face) -> None:
    class Reading:
        def after_success(self, _: HookContext, response: httpx.Response) -> Any:
            if face.is_async:
                return self.read(response)
            response.read()
            return None

        async def read(self, response: httpx.Response) -> None:
            await response.aread()

    fake.enqueue(Reply.events(HI, HI))
    stream = face.open(make_client(hooks=[Reading()]), CHAT)
    assert (len(face.read(stream)[0]), stream.completed) == (2, True)


def test_events_tell_name_id_and_retry(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(b"id: 7\nretry: 9\n", ("delta", HI), HI))
    events, error = face.read(face.open(client, CHAT).events())
    assert error is None
    assert [(event.event, event.id, event.retry) for event in events] == [("delta", "7", 9), ("message", "7", None)]
    assert events[0].data.choices[0].delta.content == "hi"


def test_comments_and_what_proxies_make_of_them_are_no_chunks(
    fake: FakeOpenRouter, client: OpenRouter, face: Face
) -> None:
    noise = (b": OPENROUTER PROCESSING\n\n", b"data: : OPENROUTER PROCESSING\n\n", b"data:\n\n", b"event: ping\n\n")
    fake.enqueue(Reply.events(*noise, HI, *noise))
    chunks, error = face.read(face.open(client, CHAT))
    assert (len(chunks), error) == (1, None)


def test_nothing_is_read_after_done(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, "[DONE]", HI, done=False))
    stream = face.open(client, CHAT)
    assert len(face.read(stream)[0]) == 1
    assert stream.completed


def test_chunks_come_as_they_are_sent(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    first_was_read = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield from Reply.events(HI, done=False).pieces("POST")
        assert first_was_read.wait(30)
        yield from Reply.events(HI).pieces("POST")

    fake.enqueue(Reply(body=pieces(), headers={"content-type": "text/event-stream"}))
    stream = face.open(client, CHAT)
    assert len(face.read(stream, 1)[0]) == 1
    first_was_read.set()
    assert len(face.read(stream)[0]) == 1
    assert stream.completed


def test_reading_goes_on_where_it_stopped(client: OpenRouter, face: Face) -> None:
    whole = face.read(face.open(client, CHAT))[0]
    stream = face.open(client, CHAT)
    parts = [face.read(stream, 1)[0], face.read(stream, 2)[0], face.read(stream)[0]]
    assert [len(part) for part in parts] == [1, 2, len(whole) - 3]
    assert stream.completed


@pytest.mark.parametrize("name", ECHOING)
def test_a_context_manager_closes(fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str) -> None:
    stream = face.open(client, ECHOING[name])
    enter_and_leave(face, stream)
    assert not stream.completed
    assert face.read(stream) == ([], None)
    assert face.call(client, CREDITS).ok
    del fake


def enter_and_leave(face: Face, stream: Any, error: Exception | None = None) -> None:
    async def use() -> None:
        async with stream as entered:
            assert entered is stream
            if error:
                raise error

    if face.is_async:
        face.run(use())
        return
    with stream as entered:
        assert entered is stream
        if error:
            raise error


def test_closing_again_does_nothing(client: OpenRouter, face: Face) -> None:
    stream = face.open(client, CHAT)
    face.read(stream, 1)
    for _ in range(3):
        face.close(stream)
    assert face.read(stream) == ([], None)
    whole = face.open(client, CHAT)
    face.read(whole)
    face.close(whole)
    assert whole.completed


# Ways to end a stream that has an endless pause after its first chunk.


def close_early(face: Face, stream: Any) -> None:
    face.read(stream, 1)
    face.close(stream)


def close_at_once(face: Face, stream: Any) -> None:
    face.close(stream)


def leave(face: Face, stream: Any) -> None:
    enter_and_leave(face, stream)


def raise_inside(face: Face, stream: Any) -> None:
    with pytest.raises(OddError):
        enter_and_leave(face, stream, OddError())


def drop(face: Face, stream: Any) -> None:
    face.read(stream, 1)


def drop_unread(face: Face, stream: Any) -> None:
    """Let go of it."""


def drop_in_a_cycle(face: Face, stream: Any) -> None:
    face.read(stream, 1)
    stream.myself = stream


ENDS: dict[str, Callable[[Face, Any], None]] = {
    function.__name__: function
    for function in (close_early, close_at_once, leave, raise_inside, drop, drop_unread, drop_in_a_cycle)
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_pool_of_one_serves_streams_that_end_early(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, end: Callable[[Face, Any], None]
) -> None:
    for _ in range(ROUNDS):
        fake.enqueue(Reply.events(HI, HI, pause=60))
        end(face, face.open(narrow, CHAT))
        if end is drop_in_a_cycle:
            gc.collect()
        face.idle()
    assert face.call(narrow, CREDITS).ok
    assert len(fake.requests) == ROUNDS + 1


BROKEN = {
    "cut": Reply.events(HI, HI, cut_after=30),
    "no end": Reply.events(HI, done=False),
    "error inside": Reply.events(chunk("", error={"code": 502, "message": "bad"}), pause=60),
    "not json": Reply.events("oops", HI, pause=60),
    "error body": Reply(200, {"error": {"code": 502, "message": "bad"}}),
    "error status": Reply(502, {"error": {"code": 502, "message": "bad"}}),
    "status with a stream": Reply.events({"error": {"code": 502, "message": "bad"}}, status=502),
    "dropped": Reply(drop=True),
    "html": Reply(200, b"<html>", {"content-type": "text/html"}),
    "bad encoding": Reply(200, b"oops", {"content-type": "text/event-stream", "content-encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_a_pool_of_one_serves_streams_that_fail(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, reply: Reply
) -> None:
    for _ in range(ROUNDS):
        fake.enqueue(reply)
        result = face.call(narrow, CHAT, stream=True)
        error = result.error if isinstance(result, Err) else face.read(result.value)[1]
        assert not isinstance(error, errors.RequestTimeoutError)  # no connection to be had
        assert error is not None
        del error, result
        face.idle()
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("face", ["sync-method", "async-method"], indirect=True)
def test_a_stream_that_raised_holds_no_connection(fake: FakeOpenRouter, narrow: OpenRouter, face: Face) -> None:
    """Although the stream, and the error with its traceback, are still there."""
    fake.enqueue(BROKEN["error inside"])
    stream = face.open(narrow, CHAT)
    _, error = face.read(stream)
    assert error is not None
    assert face.call(narrow, CREDITS).ok


def test_a_stream_whose_collecting_failed_holds_no_connection(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face
) -> None:
    fake.enqueue(BROKEN["error inside"])
    stream = face.open(narrow, CHAT)
    assert isinstance(face.collect(stream), Err)
    assert face.call(narrow, CREDITS).ok


def test_a_time_out_while_reading_is_an_error(fake: FakeOpenRouter, narrow: OpenRouter, face: Face) -> None:
    for _ in range(3):
        fake.enqueue(Reply.events(HI, HI, pause=60))
        chunks, error = face.read(face.open(narrow, CHAT, timeout=0.1))
        assert len(chunks) == 1
        assert type(error) is errors.StreamError
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("face", ["async-function", "async-method"], indirect=True)
@pytest.mark.parametrize("how", ["iterate", "collect", "context"])
def test_a_pool_of_one_serves_cancelled_streams(fake: FakeOpenRouter, narrow: OpenRouter, face: Face, how: str) -> None:
    async def use(stream: Any, reached: asyncio.Event) -> None:
        if how == "context":
            async with stream:
                reached.set()
                await asyncio.sleep(60)
        reached.set()
        if how == "collect":
            await stream.collect()
        async for _ in stream:
            pass

    async def cancel(stream: Any) -> None:
        reached = asyncio.Event()
        task = asyncio.ensure_future(use(stream, reached))
        await reached.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    for _ in range(ROUNDS):
        fake.enqueue(Reply.events(HI, HI, pause=60))
        stream = face.open(narrow, CHAT)
        face.run(cancel(stream))
        assert not stream.completed
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("face", ["async-function", "async-method"], indirect=True)
def test_a_pool_of_one_serves_calls_cancelled_before_their_stream(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face
) -> None:
    async def cancel() -> None:
        call = face.target(narrow, CHAT)(**CHAT.params, stream=True)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(call, 0.02)

    face.close(face.open(narrow, CHAT))  # what only a first call loads may take longer than that
    for _ in range(5):
        fake.enqueue(Reply.events(HI, delay=60))
        face.run(cancel())
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("face", ["async-function", "async-method"], indirect=True)
def test_closing_from_another_task(fake: FakeOpenRouter, narrow: OpenRouter, face: Face) -> None:
    """The task that waits for a chunk gets the end of the stream."""

    async def use(stream: Any) -> tuple[int, Exception | None]:
        read: list[Any] = []

        async def read_all() -> None:
            async for item in stream:
                read.append(item)  # noqa: PERF401  # the loop is the point

        task = asyncio.ensure_future(read_all())
        while not read and not task.done():  # noqa: ASYNC110  # what reads is the test's subject
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        await stream.aclose()
        await stream.aclose()
        await asyncio.wait_for(task, 10)
        return len(read), None

    fake.enqueue(Reply.events(HI, HI, pause=60))
    assert face.run(use(face.open(narrow, CHAT))) == (1, None)
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("face", ["sync-function", "sync-method"], indirect=True)
def test_closing_from_another_thread(fake: FakeOpenRouter, narrow: OpenRouter, face: Face) -> None:
    """The thread that waits for a chunk gets the end of the stream, long before its time-out."""
    fake.enqueue(Reply.events(HI, HI, pause=60))
    stream = face.open(narrow, CHAT)
    got_one, read, raised = threading.Event(), list[Any](), list[BaseException]()

    def read_all() -> None:
        try:
            for item in stream:
                read.append(item)
                got_one.set()
        except BaseException as error:  # noqa: BLE001  # to be seen
            raised.append(error)

    thread = threading.Thread(target=read_all, daemon=True)
    thread.start()
    assert got_one.wait(10)
    thread.join(0.1)  # let it wait for the next chunk
    stream.close()
    stream.close()
    thread.join(5)
    assert not thread.is_alive()
    assert (len(read), raised) == (1, [])
    assert face.call(narrow, CREDITS).ok


def test_the_server_learns_that_the_client_left(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    left = threading.Event()

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"data: " + b"x" * 60_000 + b"\n\n" if left.is_set() else Reply.events(HI, done=False).payload()
        finally:
            left.set()

    fake.enqueue(Reply(body=pieces(), headers={"content-type": "text/event-stream"}))
    stream = face.open(client, CHAT)
    face.read(stream, 1)
    face.close(stream)
    assert left.wait(30)


@pytest.mark.parametrize("name", ECHOING)
def test_a_complete_stream_leaves_its_connection_for_the_next_call(
    client: OpenRouter, face: Face, connections: list[Any], name: str
) -> None:
    for _ in range(3):
        face.read(face.open(client, ECHOING[name]))
        face.collect(face.open(client, ECHOING[name]))
        assert face.call(client, CREDITS).ok
    assert len(connections) == 1


def test_a_stream_whose_connection_stays_open_after_done_ends(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face
) -> None:
    for _ in range(3):
        fake.enqueue(Reply.events(HI, "[DONE]", HI, done=False, pause=0.01), Reply.events(HI, b"data: [DONE]\n\n", HI))
        fake.enqueue(Reply.events(HI, HI))
        for _ in range(3):
            stream = face.open(narrow, CHAT)
            assert face.read(stream)[1] is None
            assert stream.completed
    fake.enqueue(Reply(body=endless(), headers={"content-type": "text/event-stream"}))
    stream = face.open(narrow, CHAT)
    assert face.read(stream)[1] is None
    assert face.call(narrow, CREDITS).ok


def endless() -> Iterator[bytes]:
    yield Reply.events(HI).payload()
    while True:
        threading.Event().wait(0.5)
        yield b": still here\n\n"


@pytest.mark.parametrize("style", ["function", "method"])
def test_dropped_streams_make_no_noise(style: str) -> None:
    """In a process of its own, with every warning and Python's own checks on."""
    import os
    import subprocess
    import sys

    open_stream = {
        "function": ("chat_send(core, **params).unwrap()", "(await chat_send_async(core, **params)).unwrap()"),
        "method": ("core.chat.send(**params)", "await core.chat.send_async(**params)"),
    }[style]
    program = f"""
import asyncio, gc
from openrouter_sdk import OpenRouter
from openrouter_sdk.funcs.chat_send import chat_send, chat_send_async
from openrouter_sdk.testing import FakeOpenRouter, Reply

params = dict(stream=True, model="a/b", messages={HELLO!r})
endings = ["close", "drop", "unread", "complete", "held"]

def sync(core, held):
    for ending in endings:
        stream = {open_stream[0]}
        if ending != "unread":
            for _ in stream:
                if ending != "complete":
                    break
        if ending == "close":
            stream.close()
        if ending == "held":
            held.append(stream)
        del stream
        gc.collect()

async def main(core, held):
    asyncio.get_running_loop().slow_callback_duration = 1000  # no clocks
    for ending in endings:
        stream = {open_stream[1]}
        if ending != "unread":
            async for _ in stream:
                if ending != "complete":
                    break
        if ending == "close":
            await stream.aclose()
        if ending == "held":
            held.append(stream)
        del stream
        gc.collect()

with FakeOpenRouter(api_key={KEY!r}) as fake:
    held = []
    core = OpenRouter(api_key={KEY!r}, server_url=fake.url)
    sync(core, held)
    asyncio.run(main(core, held))
    core.close()
gc.collect()
print("ok")
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(  # noqa: S603  # the program above
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stdout, run.stderr) == (0, "ok\n", "")


def test_opening_raises_only_our_errors(client: OpenRouter, face: Face) -> None:
    result = face.call(client, CHAT, stream=True, model=7)
    assert isinstance(result, Err)
    assert isinstance(result.error, OpenRouterError)


def test_in_process_streams_end_as_over_a_socket(fake: FakeOpenRouter, make_client: Any, face: Face) -> None:
    import httpx

    transport = fake.transport()
    client = make_client(http_client=httpx.Client(transport=transport, verify=False),  # noqa: S501  # no network
                         async_http_client=httpx.AsyncClient(transport=transport, verify=False))  # noqa: S501  # fmt: skip
    stream = face.open(client, CHAT)
    face.read(stream)
    assert stream.completed
    assert fake.aborted == []
    stream = face.open(client, CHAT)
    face.read(stream, 1)
    face.close(stream)
    assert len(fake.aborted) == 1
    client.http_client.close()
    face.run(client.async_http_client.aclose())
