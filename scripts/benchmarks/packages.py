"""Facts about the installed packages: their size, and how long each module of a function takes to import."""

from __future__ import annotations

import statistics
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

PACKAGES = ("openrouter-sdk", "openrouter", "openai")
IMPORT = "import time; started = time.process_time(); import {}; print(time.process_time() - started)"
SLOWEST = 5


def _files(name: str) -> list[Path]:
    """List what a package installs, without the bytecode that pip adds."""
    files = distribution(name).files or []
    return [Path(str(file.locate())) for file in files if file.suffix != ".pyc"]


def sizes() -> dict[str, dict[str, int]]:
    """Return how many files each package installs, and how many bytes."""
    files = {name: _files(name) for name in PACKAGES}
    return {
        name: {"files": len(found), "bytes": sum(file.stat().st_size for file in found)}
        for name, found in files.items()
    }


def import_times() -> dict[str, float]:
    """Return the CPU seconds that importing each function's module takes."""
    files = [file for file in _files("openrouter-sdk") if file.parent.name == "funcs" and file.stem != "__init__"]
    return {file.stem: _import_time(f"openrouter_sdk.funcs.{file.stem}") for file in sorted(files)}


def _import_time(module: str) -> float:
    line = [sys.executable, "-I", "-c", IMPORT.format(module)]
    return float(subprocess.run(line, check=True, capture_output=True, text=True).stdout)  # noqa: S603  # our own words


def show(found: dict[str, dict[str, int]], imports: dict[str, float]) -> None:
    """Print the sizes, and the range of import times with the slowest."""
    print()
    for name, size in found.items():
        print(f"{name:<20}{size['files']:>6} files {size['bytes'] / 1e6:>8.2f} MB")
    if imports:
        _show_imports(imports)


def _show_imports(found: dict[str, float]) -> None:
    times = [seconds * 1e3 for seconds in found.values()]
    print(f"import of {len(times)} function modules, each in a fresh interpreter, in ms of CPU:", end=" ")
    print(f"least {min(times):.0f}, median {statistics.median(times):.0f}, most {max(times):.0f}")
    for module in sorted(found, key=lambda name: -found[name])[:SLOWEST]:
        print(f"  {module:<60}{found[module] * 1e3:>6.0f}")
