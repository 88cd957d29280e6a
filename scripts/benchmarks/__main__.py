"""Measures every row of the table, and prints it: what, its figure, the bar, and whether it holds."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import packages
from benchmarks.measuring import measure
from benchmarks.results import MARKDOWN, Result
from benchmarks.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.rows import Row

VERSIONS = ("httpx", "pydantic", "openrouter-sdk", "openrouter", "openai")


@contextmanager
def server() -> Iterator[str]:
    """Run the server, and give its address."""
    line = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own words
        port = process.stdout.readline().strip() if process.stdout else ""
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each row is measured")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the rows whose title has TEXT in it")
    parser.add_argument("--no-imports", action="store_true", help="don't import each function's module")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything to FILE, in seconds and bytes")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the README's table to FILE")
    return parser.parse_args()


def run(rows: list[Row], rounds: int) -> list[Result]:
    """Measure rows, and print each as soon as it is known."""
    print(f"{'what':<47}{'against':<38}{'figure':>10}{'bar':>10}  {'':<7}{'rounds':<24}contenders")
    results: list[Result] = []
    with server() as address:
        for row in rows:
            results.append(Result(row, [measure(row, address) for _ in range(min(rounds, row.rounds))]))
            print(results[-1].line(), flush=True)
    return results


def show_verdict(results: list[Result]) -> None:
    """Print which bars don't hold."""
    failed = [result for result in results if result.holds is False]
    print(f"\n{len(failed)} of {sum(result.row.bar is not None for result in results)} bars don't hold", end="")
    print(":" if failed else "")
    for result in failed:
        print(f"  {result.row.title} | against {result.row.against}")


def main() -> None:
    """Run the command line."""
    options = arguments()
    facts = {"python": sys.version.split()[0], **{name: version(name) for name in VERSIONS}}
    print(", ".join(f"{name} {found}" for name, found in facts.items()))
    results = run([row for row in ROWS if options.only in row.title], options.rounds)
    sizes = packages.sizes()
    imports = {} if options.no_imports or options.only else packages.import_times()
    packages.show(sizes, imports)
    show_verdict(results)
    if options.json:
        rows = [result.as_json() for result in results]
        found = {"versions": facts, "rows": rows, "packages": sizes, "imports": imports}
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")
    if options.markdown:
        lines = "\n".join(result.markdown() for result in results)
        options.markdown.write_text(f"{MARKDOWN}{lines}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
