"""Closing ends what waits, wherever it waits; a forked child has connections of its own (promise 9)."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, OpenRouter, errors

from .support import KEY, Connection, Face, answer, error_of, use_async, waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from openrouter_sdk.testing import FakeOpenRouter

    from .support import Outcome, RawServer, Serve

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ntransfer-encoding: chunked\r\n\r\n"


def begins(kind: bytes) -> Serve:
    """Begin an answer, and say no more."""

    def serve(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(HEAD % kind)
            connection.wait()

    return serve


def busy(connection: Connection) -> None:
    while connection.read() is not None:
        connection.send(answer(b"{}", "retry-after: 50", status="503 Busy"))


WAITS: dict[str, tuple[str, Serve]] = {
    "for an answer": ("post", waits),
    "for an answer's rest": ("post", begins(b"application/json")),
    "for a stream's head": ("stream", waits),
    "for a chunk": ("stream", begins(b"text/event-stream")),
    "for a download's bytes": ("download", begins(b"application/octet-stream")),
    "before the next attempt": ("call", busy),
}


@pytest.mark.parametrize("where", WAITS)
@pytest.mark.parametrize("face", ["sync-function", "sync-method"], indirect=True)
def test_closing_ends_a_call_that_waits_in_another_thread(
    face: Face, serve: Callable[[Serve], RawServer], where: str
) -> None:
    kind, does = WAITS[where]
    server = serve(does)
    client = OpenRouter(api_key=KEY, server_url=server.url)
    results: list[Outcome] = []
    thread = threading.Thread(target=lambda: results.append(face.use(client, kind)))
    thread.start()
    assert server.came.wait(10)
    thread.join(0.1)  # until it waits
    began = monotonic()
    client.close()
    thread.join(10)
    assert monotonic() - began < 5
    error_of(results[0], errors.RequestAbortedError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("way", ["close", "aclose", "close in a thread"])
@pytest.mark.parametrize("where", WAITS)
@pytest.mark.parametrize("is_method", [False, True])
def test_closing_ends_a_call_that_waits_in_another_task(
    serve: Callable[[Serve], RawServer], where: str, way: str, *, is_method: bool
) -> None:
    kind, does = WAITS[where]
    server = serve(does)

    async def attempt(client: OpenRouter) -> Any:
        try:
            return await use_async(client, kind, is_method=is_method)
        except errors.OpenRouterError as error:
            return Err(error)

    async def run() -> Outcome:
        client = OpenRouter(api_key=KEY, server_url=server.url)
        task = asyncio.create_task(attempt(client))
        while not server.came.is_set():  # noqa: ASYNC110  # set by a thread
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        if way == "aclose":
            await client.aclose()
        elif way == "close":
            client.close()
        else:
            await asyncio.to_thread(client.close)
        return await asyncio.wait_for(task, 5)

    error_of(asyncio.run(run()), errors.RequestAbortedError)
    assert len(server.requests) == 1


def test_closing_with_another_event_loop_around_closes_all(fake: FakeOpenRouter) -> None:
    idle = asyncio.new_event_loop()
    client = OpenRouter(api_key=KEY, server_url=fake.url)
    idle.run_until_complete(client.credits.get_credits_async())
    inner = vars(idle.run_until_complete(client.connections.async_client()))["_client"]

    async def close() -> None:
        await client.credits.get_credits_async()
        await client.aclose()

    asyncio.run(close())
    assert inner.is_closed
    idle.close()


def test_closing_inside_another_event_loop_closes_all(fake: FakeOpenRouter) -> None:
    idle = asyncio.new_event_loop()
    client = OpenRouter(api_key=KEY, server_url=fake.url)
    idle.run_until_complete(client.credits.get_credits_async())
    inner = vars(idle.run_until_complete(client.connections.async_client()))["_client"]

    async def close() -> None:
        client.close()

    asyncio.run(close())
    assert inner.is_closed
    idle.close()


FORK = """
import asyncio, os, sys, threading
from openrouter_sdk import OpenRouter
from openrouter_sdk.lib import validators

client = OpenRouter(api_key="k", server_url={url!r})
loop = asyncio.new_event_loop()

def ask(number):
    headers = {{"x-number": str(number)}}
    one = client.credits.get_credits(extra_headers=headers)
    two = loop.run_until_complete(client.credits.get_credits_async(extra_headers=headers))
    return (one.data.total_credits, two.data.total_credits) == (number, number)

assert ask(1)
holding, done = threading.Event(), threading.Event()

def hold():
    with client.connections.lock:
        holding.set()
        done.wait(20)

threading.Thread(target=hold, daemon=True).start()
holding.wait(20)
child = os.fork()
done.set()
if child == 0:
    loop = asyncio.new_event_loop()
right = [ask(number + (1000 if child else 2000)) for number in range(50)]
client.close()
if child == 0:
    os._exit(0 if all(right) else 1)
assert os.waitpid(child, 0)[1] == 0
assert all(right)
loop.close()
print("right")
"""


def echoes(connection: Connection) -> None:
    while (request := connection.read()) is not None:
        number = request.lower().split(b"x-number: ")[1].split(b"\r\n")[0]
        connection.send(answer(b'{"data": {"total_credits": %b, "total_usage": 0}}' % number))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_has_connections_of_its_own(serve: Callable[[Serve], RawServer]) -> None:
    server = serve(echoes)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(  # noqa: S603  # a program of this test
        [sys.executable, "-W", "error", "-c", FORK.format(url=server.url)],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip
    assert (run.stdout.strip(), run.stderr, run.returncode) == ("right", "", 0)
    assert server.accepted == 4
