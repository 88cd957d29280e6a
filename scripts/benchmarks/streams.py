"""Streams, read to their end: one way of reading each, for each contender.

A case returns the call that is repeated: it reads a whole stream, and returns how many chunks it got as objects.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from benchmarks.calls import official, openai
from benchmarks.common import HEADERS, INPUT, KEY, MESSAGES, MODEL, expect
from benchmarks.replies import CHAT_CHUNKS, RESPONSE_EVENTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    import httpx

    from benchmarks.common import AsyncCall, Call
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.types.result import Result

CHAT = {"model": MODEL, "messages": MESSAGES, "stream": True}
RESPONSES = {"model": MODEL, "input": INPUT, "stream": True}


def _read(client: httpx.Client, url: str, body: object) -> int:
    """Read a stream as a good user of plain httpx would."""
    count = 0
    with client.stream("POST", url, json=body) as response:
        for line in response.iter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                chunk = json.loads(line[6:])
                count += chunk is not None
    return count


async def _read_async(client: httpx.AsyncClient, url: str, body: object) -> int:
    """Do as `_read` does, asynchronously."""
    count = 0
    async with client.stream("POST", url, json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: ") and line != "data: [DONE]":
                chunk = json.loads(line[6:])
                count += chunk is not None
    return count


def _count(results: Iterable[Result[object, Exception]]) -> int:
    """Take chunks out of their results, and count them."""
    count = 0
    for result in results:
        chunk = result.unwrap()
        count += chunk is not None
    return count


async def _count_async(results: AsyncIterable[Result[object, Exception]]) -> int:
    """Do as `_count` does, asynchronously."""
    count = 0
    async for result in results:
        chunk = result.unwrap()
        count += chunk is not None
    return count


def _count_values(chunks: Iterable[object]) -> int:
    """Count the chunks of a package that yields them as they are."""
    count = 0
    for chunk in chunks:
        count += chunk is not None
    return count


def chat_httpx(url: str) -> Call:
    """Lines, and the JSON of each `data:`."""
    import httpx

    client = httpx.Client(headers=HEADERS)
    expect(_read(client, f"{url}/chat/completions", CHAT), CHAT_CHUNKS)
    return lambda: _read(client, f"{url}/chat/completions", CHAT)


def chat_ours(url: str) -> Call:
    """Our function's typed chunks."""
    from openrouter_sdk.funcs.chat_send import chat_send

    def call() -> int:
        with chat_send(core, model=MODEL, messages=MESSAGES, stream=True).unwrap() as stream:
            return _count(stream)

    core = _checking_core(url)
    with chat_send(core, model=MODEL, messages=MESSAGES, stream=True).unwrap() as stream:
        expect({type(result.unwrap()).__name__ for result in stream}, {"ChatStreamChunk"})
    core = core.with_options(strict=False, logger=None)
    expect(call(), CHAT_CHUNKS)
    return call


def chat_official(url: str) -> Call:
    """The official package's typed chunks."""
    send = official(url).chat.send

    def call() -> int:
        with send(model=MODEL, messages=MESSAGES, stream=True) as stream:
            return _count_values(stream)

    expect(call(), CHAT_CHUNKS)
    return call


def chat_openai(url: str) -> Call:
    """The openai package's typed chunks."""
    create = openai(url).chat.completions.create

    def call() -> int:
        with create(model=MODEL, messages=MESSAGES, stream=True) as stream:
            return _count_values(stream)

    expect(call(), CHAT_CHUNKS)
    return call


async def chat_async_httpx(url: str) -> AsyncCall:
    """Lines, and the JSON of each `data:`."""
    import httpx

    client = httpx.AsyncClient(headers=HEADERS)
    expect(await _read_async(client, f"{url}/chat/completions", CHAT), CHAT_CHUNKS)
    return lambda: _read_async(client, f"{url}/chat/completions", CHAT)


async def chat_async_ours(url: str) -> AsyncCall:
    """Our function's typed chunks."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.chat_send import chat_send_async

    core = OpenRouterCore(api_key=KEY, server_url=url)

    async def call() -> int:
        result = await chat_send_async(core, model=MODEL, messages=MESSAGES, stream=True)
        async with result.unwrap() as stream:
            return await _count_async(stream)

    expect(await call(), CHAT_CHUNKS)
    return call


async def chat_async_official(url: str) -> AsyncCall:
    """The official package's typed chunks."""
    send = official(url).chat.send_async

    async def call() -> int:
        count = 0
        async with await send(model=MODEL, messages=MESSAGES, stream=True) as stream:
            async for chunk in stream:
                count += chunk is not None
        return count

    expect(await call(), CHAT_CHUNKS)
    return call


def responses_httpx(url: str) -> Call:
    """Lines, and the JSON of each `data:`."""
    import httpx

    client = httpx.Client(headers=HEADERS)
    expect(_read(client, f"{url}/responses", RESPONSES), RESPONSE_EVENTS)
    return lambda: _read(client, f"{url}/responses", RESPONSES)


def responses_ours(url: str) -> Call:
    """Our function's typed events."""
    from openrouter_sdk.funcs.responses_send import responses_send

    def call() -> int:
        with responses_send(core, model=MODEL, input=INPUT, stream=True).unwrap() as stream:
            return _count(stream)

    core = _checking_core(url)
    with responses_send(core, model=MODEL, input=INPUT, stream=True).unwrap() as stream:
        expect({type(result.unwrap()).__name__ for result in stream}, EVENT_TYPES)
    core = core.with_options(strict=False, logger=None)
    expect(call(), RESPONSE_EVENTS)
    return call


EVENT_TYPES = {
    "OpenResponsesCreatedEvent",
    "OpenResponsesInProgressEvent",
    "StreamEventsResponseOutputItemAdded",
    "ContentPartAddedEvent",
    "TextDeltaEvent",
    "TextDoneEvent",
    "ContentPartDoneEvent",
    "StreamEventsResponseOutputItemDone",
    "StreamEventsResponseCompleted",
}


def responses_official(url: str) -> Call:
    """The official package's typed events."""
    send = official(url).beta.responses.send

    def call() -> int:
        with send(model=MODEL, input=INPUT, stream=True) as stream:
            return _count_values(stream)

    expect(call(), RESPONSE_EVENTS)
    return call


def responses_openai(url: str) -> Call:
    """The openai package's typed events."""
    create = openai(url).responses.create

    def call() -> int:
        with create(model=MODEL, input=INPUT, stream=True) as stream:
            return _count_values(stream)

    expect(call(), RESPONSE_EVENTS)
    return call


class _Refuse(logging.Handler):
    """Stops the benchmark at anything that is logged: no chunk is to be measured that doesn't fit its model."""

    def emit(self, record: logging.LogRecord) -> None:
        """Stop."""
        expect(record.getMessage(), "nothing logged")


def _checking_core(url: str) -> OpenRouterCore:
    """Return a core to which a chunk that doesn't fit exactly is an error."""
    from openrouter_sdk.core import OpenRouterCore

    logger = logging.getLogger("benchmarks")
    logger.addHandler(_Refuse())
    return OpenRouterCore(api_key=KEY, server_url=url, strict=True, logger=logger)
