"""What needs no network, and many calls at once."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.calls import credits_async_httpx, credits_async_ours
from benchmarks.common import KEY, expect

if TYPE_CHECKING:
    from benchmarks.common import AsyncCall, Call

CALLS = 1000
FEW = 10
MEGABYTE = 1_000_000
PIECE = 1024
TOUCHES_THE_SYSTEM = {"import", "open", "os", "socket", "subprocess"}
"""First words of the interpreter's audit events that constructing a client must not raise."""


def construct_ours(_: str) -> Call:
    """Make our client, which does no I/O."""
    from openrouter_sdk import OpenRouter

    events: list[str] = []
    sys.addaudithook(lambda event, _: events.append(event))
    OpenRouter(api_key=KEY)
    expect([event for event in events if event.partition(".")[0] in TOUCHES_THE_SYSTEM], [])
    return lambda: OpenRouter(api_key=KEY)


def construct_official(_: str) -> Call:
    """Make the official package's client."""
    make = import_module("openrouter").OpenRouter
    return lambda: make(api_key=KEY)


def construct_openai(_: str) -> Call:
    """Make the openai package's client."""
    make = import_module("openai").OpenAI
    return lambda: make(api_key=KEY)


def _decode(size: int) -> Call:
    """Decode one event of `size` bytes that arrives in small pieces."""
    from openrouter_sdk.lib.sse import Decoder

    content = b'data: "%s"\n\n' % (b"x" * size)
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]

    def call() -> int:
        decoder = Decoder()
        return sum(len(decoder.feed(piece)) for piece in pieces)

    expect(call(), 1)
    return call


def decode_4_megabytes(_: str) -> Call:
    """Half the size."""
    return _decode(4 * MEGABYTE)


def decode_8_megabytes(_: str) -> Call:
    """The whole size."""
    return _decode(8 * MEGABYTE)


async def _at_once(call: AsyncCall, width: int) -> AsyncCall:
    """Make as many calls for every width, so that a figure per call follows in the same way."""

    async def batches() -> list[Any]:
        return [await asyncio.gather(*(call() for _ in range(width))) for _ in range(CALLS // width)]

    expect(sum(map(len, await batches())), CALLS)
    return batches


async def many_ours(url: str) -> AsyncCall:
    """Calls of our function, all at once."""
    return await _at_once(await credits_async_ours(url), CALLS)


async def few_ours(url: str) -> AsyncCall:
    """Calls of our function, a few at a time."""
    return await _at_once(await credits_async_ours(url), FEW)


async def many_httpx(url: str) -> AsyncCall:
    """Calls of plain httpx, all at once: its pool makes them wait for one of 100 connections, for more than 5 s."""
    return await _at_once(await credits_async_httpx(url, timeout=60), CALLS)


async def few_httpx(url: str) -> AsyncCall:
    """Calls of plain httpx, a few at a time."""
    return await _at_once(await credits_async_httpx(url, timeout=60), FEW)
