"""Measures one case in a process of its own: `python -m benchmarks.worker MODULE.CASE BASE_URL`.

It warms up and prints `ready`, then prints seconds of CPU time (user and system) per call for each line that it reads.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import math
import sys
from importlib import import_module
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.common import AsyncCall, Call

WARM_UP = 0.15
SLICE = 0.01
"""Seconds of CPU: short enough that whatever slows the machine down slows the next contender down as well."""


def _calls_per_slice(calls: int, seconds: float) -> int:
    return math.ceil(SLICE * calls / seconds)


def measure(call: Call) -> None:
    """Time slices of a synchronous case."""
    started, calls = process_time(), 0
    while (spent := process_time() - started) < WARM_UP or not calls:
        call()
        calls += 1
    count = _calls_per_slice(calls, spent)
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        call()  # not timed: while the others had their turns, the processor's caches went cold, and connections may go
        started = process_time()
        for _ in range(count):
            call()
        print((process_time() - started) / count, flush=True)


async def measure_async(call: AsyncCall) -> None:
    """Time slices of an asynchronous case."""
    started, calls = process_time(), 0
    while (spent := process_time() - started) < WARM_UP or not calls:
        await call()
        calls += 1
    count = _calls_per_slice(calls, spent)
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        await call()
        started = process_time()
        for _ in range(count):
            await call()
        print((process_time() - started) / count, flush=True)


def main() -> None:
    """Find the case, make its call, and measure it."""
    module, _, name = sys.argv[1].rpartition(".")
    case = getattr(import_module(f"benchmarks.{module}"), name)
    if not inspect.iscoroutinefunction(case):
        return measure(case(sys.argv[2]))

    async def run() -> None:
        await measure_async(await case(sys.argv[2]))

    return asyncio.run(run())


if __name__ == "__main__":
    main()
