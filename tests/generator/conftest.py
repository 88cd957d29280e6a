"""The small specs, what is generated from them, and a package around that."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from generator.__main__ import ROOT, generate
from generator.load import Docs, Overrides, load_docs, load_overrides, load_spec
from generator.write import FOLDERS, replace

HERE = Path(__file__).parent
SPECS = HERE / "specs"

Files: TypeAlias = Mapping[str, str]
Generate: TypeAlias = Callable[[str], Files]
Install: TypeAlias = Callable[[Files], Path]
Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def docs() -> Docs:
    """Wording for all small specs: each has a file of its own beside it."""
    return load_docs(SPECS)


@pytest.fixture(scope="session")
def overrides() -> Overrides:
    """Overrides for all small specs."""
    return load_overrides(HERE / "overrides.toml")


@pytest.fixture(scope="session")
def generated(docs: Docs, overrides: Overrides) -> Generate:
    """Generate the files of a small spec, once."""

    @functools.cache
    def of(name: str) -> Files:
        return generate(str(SPECS / f"{name}.yaml"), overrides, docs)

    return of


@pytest.fixture(scope="session")
def combined_spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All small specs in one."""
    whole: dict[str, Any] = {"openapi": "3.1.0", "paths": {}, "components": {}}
    for path in sorted(SPECS.glob("*.yaml")):
        spec = load_spec(str(path))
        _add(whole["paths"], spec["paths"], path)
        for kind, members in spec.get("components", {}).items():
            _add(whole["components"].setdefault(kind, {}), members, path)
    target = tmp_path_factory.mktemp("combined") / "combined.yaml"
    target.write_text(yaml.safe_dump(whole), encoding="utf-8")
    return target


@pytest.fixture(scope="session")
def combined(combined_spec: Path, docs: Docs, overrides: Overrides) -> Files:
    """What is generated from all small specs in one."""
    return generate(str(combined_spec), overrides, docs)


def _add(known: dict[str, Any], new: dict[str, Any], path: Path) -> None:
    twice = known.keys() & new.keys()
    assert not twice, f"{path.name} has {twice}, which another small spec has, too"
    known.update(new)


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Copy the package, put generated files in place of its own, and return the folder to import from."""

    def into(files: Files) -> Path:
        package = tmp_path / "src" / "openrouter_sdk"
        left_out = shutil.ignore_patterns(*FOLDERS, "__pycache__")
        shutil.copytree(ROOT / "src" / "openrouter_sdk", package, ignore=left_out)
        replace(files, package)
        return package.parent

    return into


@pytest.fixture(scope="session")
def run() -> Run:
    """Run Python in another process, with a search path and an environment of its own."""

    def python(*arguments: str, path: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, *arguments]
        return subprocess.run(  # noqa: S603  # our own words
            line,
            env={**os.environ, **environment, "PYTHONPATH": str(path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return python
