"""Works out one figure in a process of its own: `python -m benchmarks.figures NAME BASE_URL` prints it.

Memory is what the system counts as resident, with no tracing of allocations.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import timeit
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from benchmarks import calls
from benchmarks.common import CREDITS, HEADERS, KEY, MESSAGES, MODEL, expect
from benchmarks.replies import SHORT_CHUNKS
from benchmarks.server import allow_many_files
from benchmarks.streams import CHAT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.common import Call

STREAMS = 1000
BEFORE = 1000
CALLS = 10_000
REPEATS = 400
BLOCK = 50


def resident() -> int:
    """Return the bytes of memory that this process has in use."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def _held(open_one: Callable[[], Awaitable[object]]) -> float:
    """Return the memory for each of many streams that are open at once."""
    allow_many_files()
    kept = [await open_one() for _ in range(20)]  # what the first ones need, all share
    before = resident()
    kept += [await open_one() for _ in range(STREAMS)]
    return (resident() - before) / STREAMS


async def _held_httpx(url: str) -> float:
    import httpx

    client = httpx.AsyncClient(headers=HEADERS, limits=httpx.Limits(max_connections=None))

    async def open_one() -> object:
        request = client.build_request("POST", f"{url}/chat/completions", json=CHAT)
        response = await client.send(request, stream=True)
        lines = response.aiter_lines()
        async for line in lines:
            if line.startswith("data: "):
                expect(json.loads(line[6:])["object"], "chat.completion.chunk")
                break
        return response, lines

    return await _held(open_one)


async def _held_ours(url: str) -> float:
    import httpx

    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.chat_send import chat_send_async

    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None))
    core = OpenRouterCore(api_key=KEY, server_url=url, async_http_client=client)

    async def open_one() -> object:
        stream = (await chat_send_async(core, model=MODEL, messages=MESSAGES, stream=True)).unwrap()
        results = aiter(stream)
        expect((await anext(results)).unwrap().object, "chat.completion.chunk")
        return stream, results

    return await _held(open_one)


def held_httpx(url: str) -> float:
    """Memory for each open stream of plain httpx."""
    return asyncio.run(_held_httpx(url))


def held_ours(url: str) -> float:
    """Memory for each open stream of ours."""
    return asyncio.run(_held_ours(url))


def _growth(call: Call) -> float:
    """Return how much memory many more calls take after the first thousand."""
    for _ in range(BEFORE):
        call()
    before = resident()
    for _ in range(CALLS - BEFORE):
        call()
    return resident() - before


def growth_credits(url: str) -> float:
    """Growth over calls of credits_get_credits."""
    return _growth(calls.credits_ours(url))


def growth_chat(url: str) -> float:
    """Growth over calls of chat_send."""
    return _growth(calls.chat_ours(url))


def growth_error(url: str) -> float:
    """Growth over calls that are refused."""
    return _growth(calls.error_ours(url))


def growth_stream(url: str) -> float:
    """Growth over short streams."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.chat_send import chat_send

    core = OpenRouterCore(api_key=KEY, server_url=url)

    def call() -> None:
        with chat_send(core, model=MODEL, messages=MESSAGES, stream=True).unwrap() as stream:
            expect(sum(result.ok for result in stream), SHORT_CHUNKS)

    return _growth(call)


class _CannedClient:
    """An HTTP client that sends nothing: the network would cost a hundred times what is to be seen."""

    def __init__(self) -> None:
        import httpx

        self.request = httpx.Request("GET", "http://localhost/credits")
        content = {"data": {"total_credits": CREDITS, "total_usage": 0}}
        self.response = httpx.Response(200, json=content, request=self.request)

    def build_request(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401  # as HTTPClient has it
        """Return the one request."""
        return self.request

    def send(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401  # as HTTPClient has it
        """Return the one answer."""
        return self.response


def method_over_function(_: str) -> float:
    """Return the seconds that a method of the class SDK takes beyond its function.

    Whatever disturbs a block of calls only makes it longer, so that the shortest of many blocks comes close to the
    cost itself; the two take turns, in one process.
    """
    from openrouter_sdk import OpenRouter
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits

    client = OpenRouter(api_key=KEY, http_client=_CannedClient())
    expect(client.credits.get_credits().data.total_credits, CREDITS)
    gc.disable()

    def method() -> object:
        return client.credits.get_credits()

    def function() -> object:
        return credits_get_credits(client)

    pairs = [(_time(method), _time(function)) for _ in range(REPEATS)]
    return min(pair[0] for pair in pairs) - min(pair[1] for pair in pairs)


def _time(call: Call) -> float:
    return timeit.timeit(call, timer=process_time, number=BLOCK) / BLOCK


FIGURES = (held_httpx, held_ours, growth_credits, growth_chat, growth_error, growth_stream, method_over_function)

if __name__ == "__main__":
    found = {figure.__name__: figure for figure in FIGURES}
    print(found[sys.argv[1]](sys.argv[2]))
