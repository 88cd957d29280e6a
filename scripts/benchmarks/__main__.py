"""Runs every row for every contender, in turns, and prints medians and ratios."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
CONTENDERS = ("httpx", "ours", "official", "openai")


@dataclass(frozen=True)
class Row:
    """One line of the table: `case` names the functions in `cases`, `calls` how often each is called (0: fresh)."""

    title: str
    case: str
    calls: int
    contenders: tuple[str, ...] = ("httpx", "ours", "official")


ROWS = (
    Row("credits, sync", "credits", 2000),
    Row("credits, async", "credits_async", 2000),
    Row("chat, validated in and out", "chat", 1000, CONTENDERS),
    Row("400 models", "models", 60),
    Row("an error reply (401)", "error", 2000),
    Row("fresh process to first credits", "credits", 0),
    Row("fresh process to first chat", "chat", 0, CONTENDERS),
)


def run(case: str, url: str, calls: int) -> float:
    """Measure one case, in seconds."""
    line = [sys.executable, str(HERE / "worker.py"), case, url, str(calls)]
    return float(subprocess.run(line, check=True, capture_output=True, text=True).stdout)  # noqa: S603  # our own words


def measure(row: Row, url: str, rounds: int) -> dict[str, float]:
    """Return the median for each contender; they take turns, so that a busy machine is busy for all."""
    found: dict[str, list[float]] = {name: [] for name in row.contenders}
    for _ in range(rounds):
        for name in row.contenders:
            found[name].append(run(f"{row.case}_{name}", url, row.calls))
    return {name: statistics.median(times) for name, times in found.items()}


def show(row: Row, found: dict[str, float]) -> None:
    """Print a line of the table: microseconds, and the ratio to httpx."""
    cells = [
        f"{found[name] * 1e6:>10.0f} ({found[name] / found['httpx']:5.2f})" if name in found else " " * 18
        for name in CONTENDERS
    ]
    print(f"{row.title:<32}{' '.join(cells)}", flush=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each case is measured")
    parser.add_argument("--json", type=Path, help="also write the medians, in seconds, to this file")
    arguments = parser.parse_args()
    packages = ("httpx", "pydantic", "openrouter-sdk", "openrouter", "openai")
    print(f"Python {sys.version.split()[0]}, {', '.join(f'{name} {version(name)}' for name in packages)}")
    print(f"{'microseconds of CPU (ratio)':<32}{' '.join(f'{name:>18}' for name in CONTENDERS)}")
    with subprocess.Popen([sys.executable, str(HERE / "server.py")], stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  # our own words
        port = server.stdout.readline().strip() if server.stdout else ""
        results: dict[str, dict[str, float]] = {}
        for row in ROWS:
            results[row.title] = measure(row, f"http://127.0.0.1:{port}", arguments.rounds)
            show(row, results[row.title])
        server.kill()
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
