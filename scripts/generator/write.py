"""Formatting the files, and writing or comparing them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDERS = ("funcs", "models", "params", "sdk")


def formatted(files: Mapping[str, str], config: Path) -> dict[str, str]:
    """Return the files as ruff formats them, with the imports that they use."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "src" / "openrouter_sdk"
        _write(files, root)
        # A template imports all that its kind of module may need, and types one by one.
        _ruff("check", "--select", "F401", "--fix", "--quiet", root=root, config=config)
        for types in ("models", "params"):
            _ruff("check", "--select", "I", "--fix", "--quiet", root=root / types, config=config)
        _ruff("format", "--quiet", root=root, config=config)
        return {name: (root / name).read_text(encoding="utf-8") for name in files}


def _ruff(command: str, *options: str, root: Path, config: Path) -> None:
    line = [sys.executable, "-m", "ruff", command, *options, "--no-cache", "--config", str(config), str(root)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    if done.returncode:
        message = f"ruff {command} failed:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)


def _write(files: Mapping[str, str], root: Path) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def existing(package: Path) -> dict[str, str]:
    """Return the generated files as they are now."""
    paths = [path for folder in FOLDERS for path in sorted((package / folder).rglob("*.py"))]
    return {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def differences(files: Mapping[str, str], package: Path) -> list[str]:
    """Name every file that isn't as it would be written."""
    now = existing(package)
    stale = [f"changed: {name}" for name in files if name in now and now[name] != files[name]]
    missing = [f"missing: {name}" for name in files if name not in now]
    return stale + missing + [f"not generated: {name}" for name in now if name not in files]


def replace(files: Mapping[str, str], package: Path) -> None:
    """Write the files, and nothing else, into the generated folders."""
    for folder in FOLDERS:
        shutil.rmtree(package / folder, ignore_errors=True)
    _write(files, package)
