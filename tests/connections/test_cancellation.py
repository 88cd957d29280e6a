"""Whatever is cancelled, at whatever point, the core recovers (promise 9)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from openrouter_sdk import Ok, OpenRouter
from openrouter_sdk.lib.cancellation import Whole
from openrouter_sdk.lib.connections import ssl_context
from openrouter_sdk.testing import FakeOpenRouter

from .support import KEY, KINDS, RawServer, use_async, waits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Generator

    from .support import Serve

CLIENTS = ("own", "pool of one")
MOST_STEPS = 400


def make(url: str, pool: str) -> tuple[OpenRouter, httpx.AsyncClient | None]:
    injected = None
    if pool == "pool of one":
        limits = httpx.Limits(max_connections=1)
        injected = httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(20, pool=1), verify=ssl_context())
    return OpenRouter(api_key=KEY, server_url=url, retries=0, async_http_client=injected), injected


class Cancelling:
    """Awaits steps, and has the task cancelled at one of them: while it waits, or when what it waits for has come."""

    def __init__(self, steps: Coroutine[Any, Any, Any], at: int, way: str, times: int) -> None:
        self.steps = steps
        self.at = at
        self.way = way
        self.times = times
        self.taken = 0

    def __await__(self) -> Generator[Any, None, Any]:
        task = asyncio.current_task()
        assert task is not None
        inner = self.steps.__await__()
        error: BaseException | None = None
        while True:
            try:
                wait = inner.send(None) if error is None else inner.throw(error)
            except StopIteration as done:
                return done.value
            self.taken += 1
            error = None
            if self.at <= self.taken < self.at + self.times:
                if self.way == "come" and asyncio.isfuture(wait) and not wait.done():
                    wait.add_done_callback(lambda _: task.cancel())
                else:
                    task.get_loop().call_soon(task.cancel)
            try:
                yield wait
            except BaseException as raised:  # noqa: BLE001  # it is thrown in
                error = raised


async def cancelled_at(make_steps: Callable[[], Coroutine[Any, Any, Any]], at: int, way: str, times: int) -> bool:
    """Run steps, cancel them at one, and tell whether there was such a one."""
    cancelling = Cancelling(make_steps(), at, way, times)

    async def run() -> None:
        await cancelling

    task = asyncio.create_task(run())
    await asyncio.wait([task], timeout=20)
    assert task.done()
    if not task.cancelled():
        task.result()
    return cancelling.taken >= at


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("way", ["wait", "come"])
@pytest.mark.parametrize("pool", CLIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_call_cancelled_at_any_step_leaves_a_core_that_works(kind: str, pool: str, way: str, times: int) -> None:
    async def run(url: str) -> None:
        client, injected = make(url, pool)
        fresh = False
        for at in range(1, MOST_STEPS):
            if fresh and injected is None:  # connecting is among the steps of every second call
                await client.aclose()
                client, _ = make(url, pool)
            fresh = not fresh
            if not await cancelled_at(partial(use_async, client, kind), at, way, times):
                break
            if at % 5 == 0:
                assert (await use_async(client, "call")).ok
        else:
            pytest.fail("the call takes too many steps")
        assert at > 3
        for _ in range(20):
            assert isinstance(await use_async(client, "call"), Ok)
        if injected is None:
            transports: Any = vars(await client.connections.async_client())["_transports"]
            [lane] = transports._lanes  # noqa: SLF001  # nothing else tells
            assert lane.busy == 0
            assert len(lane.transport._pool.connections) <= 1  # noqa: SLF001  # the same
        else:
            await injected.aclose()
        await client.aclose()

    with FakeOpenRouter(api_key=KEY) as fake:
        uploaded = fake.url
        asyncio.run(run(uploaded))


@pytest.mark.parametrize("pool", CLIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_three_hundred_cancelled_calls_and_a_hundred_right_ones(kind: str, pool: str) -> None:
    async def run(url: str) -> None:
        client, injected = make(url, pool)
        for number in range(300):
            task = asyncio.create_task(use_async(client, kind))
            for _ in range(number % 30):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        for _ in range(100):
            assert (await use_async(client, "call")).ok
        if injected is not None:
            await injected.aclose()
        await client.aclose()

    with FakeOpenRouter(api_key=KEY) as fake:
        asyncio.run(run(fake.url))


@pytest.mark.parametrize("pool", CLIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_calls_that_anyio_cancels_leave_a_core_that_works(kind: str, pool: str) -> None:
    async def run(url: str) -> None:
        client, injected = make(url, pool)
        for number in range(60):
            async with anyio.create_task_group() as group:
                group.start_soon(use_async, client, kind)
                for _ in range(number):
                    await asyncio.sleep(0)
                group.cancel_scope.cancel()
        for _ in range(10):
            assert (await use_async(client, "call")).ok
        if injected is not None:
            await injected.aclose()
        await client.aclose()

    with FakeOpenRouter(api_key=KEY) as fake:
        asyncio.run(run(fake.url))


def test_many_calls_at_once_that_time_out_leave_a_core_that_works(serve: Callable[[Serve], RawServer]) -> None:
    server = serve(waits)

    async def run() -> None:
        with FakeOpenRouter(api_key=KEY) as fake:
            client, _ = make(fake.url, "own")
            calls = [asyncio.wait_for(use_async(client, "call", server_url=server.url), 0.2) for _ in range(50)]
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(end) for end in ends} == {asyncio.TimeoutError}
            results = await asyncio.gather(*(use_async(client, "call") for _ in range(50)))
            assert all(result.ok for result in results)
            await client.aclose()

    asyncio.run(run())


# --- the wrapper itself


class Recorded(Exception):  # noqa: N818  # a mark, not an error
    pass


async def taken(steps: Callable[[list[str]], Awaitable[Any]], cancel_after: int) -> tuple[list[str], str]:
    seen: list[str] = []
    task = asyncio.ensure_future(Whole(steps(seen)))
    for _ in range(cancel_after):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return seen, "cancelled" if task.cancelled() else "done"


def test_a_step_that_gives_way_is_not_interrupted() -> None:
    async def steps(seen: list[str]) -> None:
        await asyncio.sleep(0)
        seen.append("one")
        await asyncio.sleep(0)
        seen.append("two")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    assert asyncio.run(taken(steps, 1)) == (["one", "two", "cancelled"], "cancelled")


def test_a_cancellation_with_nothing_left_to_wait_for_comes_at_the_end_and_discards_the_value() -> None:
    discarded: list[int] = []

    async def run() -> bool:
        async def steps() -> int:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return 7

        async def discard(value: int) -> None:
            await asyncio.sleep(0)
            discarded.append(value)

        task = asyncio.ensure_future(Whole(steps(), discard))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(run())
    assert discarded == [7]


def test_a_value_that_has_come_is_taken_before_the_cancellation() -> None:
    seen: list[int] = []

    async def run() -> bool:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def steps() -> None:
            seen.append(await future)
            await asyncio.sleep(60)

        task = asyncio.ensure_future(Whole(steps()))
        await asyncio.sleep(0)
        future.set_result(7)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(run())
    assert seen == [7]


def test_errors_and_values_pass_through() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise Recorded

    async def run() -> int:
        with pytest.raises(Recorded):
            await Whole(fails())
        return await Whole(asyncio.sleep(0, 7))

    assert asyncio.run(run()) == 7


def test_a_time_out_inside_is_no_cancellation_of_the_task() -> None:
    async def steps() -> str:
        try:
            with anyio.fail_after(0.01):
                while True:  # noqa: ASYNC110  # giving way is the point
                    await asyncio.sleep(0)
        except TimeoutError:
            await asyncio.sleep(0.001)
            return "timed out"

    async def run() -> str:
        return await Whole(steps())

    assert asyncio.run(run()) == "timed out"
