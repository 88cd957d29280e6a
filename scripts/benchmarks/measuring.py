"""The ways of measuring, each once. All let the contenders take turns, so that a busy machine is busy for all."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.rows import Row

Turn: TypeAlias = "Callable[[], float]"
Samples: TypeAlias = "Mapping[str, list[float]]"

TURNS = {"call": 40, "time": 8, "memory": 1, "figure": 1}
SELDOM = 20
"""A contender without a bar has only one of so many turns."""
PROGRAMS = Path(__file__).parent / "programs"
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in, in bytes."""


@contextmanager
def _calls(case: str, url: str) -> Iterator[Turn]:
    """Keep a process that runs a slice of calls when told to: the next contender's is 10 ms away, not seconds."""
    line = [sys.executable, "-m", "benchmarks.worker", case, url]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own words

        def answer() -> str:
            return process.stdout.readline() if process.stdout else ""

        def turn() -> float:
            print(file=process.stdin, flush=True)
            return float(answer())

        if not answer():
            message = f"{case} failed before it could be timed"
            raise SystemExit(message)
        yield turn


def _run(*line: str) -> tuple[str, int]:
    """Run a program to its end, and return what it printed and its peak memory."""
    with subprocess.Popen([sys.executable, *line], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own words
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    return printed, usage.ru_maxrss * PEAK_UNIT


@contextmanager
def _program_time(case: str, url: str) -> Iterator[Turn]:
    """Isolated (-I), so that nothing but the installed packages counts."""
    yield lambda: float(_run("-I", str(PROGRAMS / f"{case}.py"), url)[0].split()[0])


@contextmanager
def _program_memory(case: str, url: str) -> Iterator[Turn]:
    yield lambda: _run("-I", str(PROGRAMS / f"{case}.py"), url)[1]


@contextmanager
def _figure(case: str, url: str) -> Iterator[Turn]:
    yield lambda: float(_run("-m", "benchmarks.figures", case, url)[0])


WAYS = {"call": _calls, "time": _program_time, "memory": _program_memory, "figure": _figure}


def measure(row: Row, server: str) -> Samples:
    """Measure a row once: as many samples for both of those that are compared, taken in pairs."""
    samples: dict[str, list[float]] = {name: [] for name in row.cases}
    with ExitStack() as stack:
        turns = {name: stack.enter_context(WAYS[row.how](case, server + row.path)) for name, case in row.cases.items()}
        for number in range(row.turns or TURNS[row.how]):
            for name in _in_order(row, number):
                samples[name].append(turns[name]() / row.per)
    return samples


def _in_order(row: Row, number: int) -> list[str]:
    """Return who has a turn; every other time in reverse, so that nobody always comes after the same one."""
    names = [name for name in row.cases if name in row.compared or number % SELDOM == 0]
    return names[::-1] if number % 2 else names
