"""Measures one case in a process of its own: `worker.py CASE URL CALLS` prints seconds of CPU time per call.

With CALLS 0 it makes a single call, and prints the CPU time of the whole process up to then.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import cases


async def measure_async(name: str, url: str, calls: int) -> float:
    """Repeat a call on one event loop."""
    call = getattr(cases, name)(url)
    for _ in range(calls // 10 + 1):
        await call()
    gc.collect()
    started = time.process_time()
    for _ in range(calls):
        await call()
    return (time.process_time() - started) / calls


def measure(name: str, url: str, calls: int) -> float:
    """Repeat a call."""
    call = getattr(cases, name)(url)
    for _ in range(calls // 10 + 1):
        call()
    if not calls:
        return time.process_time()
    gc.collect()
    started = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - started) / calls


if __name__ == "__main__":
    case, where, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    print(asyncio.run(measure_async(case, where, count)) if "_async_" in case else measure(case, where, count))
