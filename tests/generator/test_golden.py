"""What is generated from each small spec, compared with the golden tree, file by file.

`specs/<name>.yaml` is the description, `specs/<name>.toml` its wording, `overrides.toml` has the overrides of all;
`golden/<name>/` holds what is generated. To write the golden trees anew, run with `UPDATE_GOLDEN=1` and read the diff:

    UPDATE_GOLDEN=1 PYTHONPATH=src:scripts python -m pytest tests/generator/test_golden.py
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Files, Generate

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
NAMES = sorted(path.stem for path in (HERE / "specs").glob("*.yaml"))
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


@pytest.mark.parametrize("name", NAMES)
def test_generated_files_are_the_golden_ones(generated: Generate, name: str) -> None:
    files = generated(name)
    if UPDATE:
        _rewrite(files, GOLDEN / name)
    golden = _read(GOLDEN / name)
    assert sorted(files) == sorted(golden)
    for path, text in golden.items():
        assert files[path] == text, path


def test_every_golden_tree_has_its_spec() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir() if path.is_dir()) == NAMES


def _read(tree: Path) -> Files:
    return {path.relative_to(tree).as_posix(): path.read_text(encoding="utf-8") for path in tree.rglob("*.py")}


def _rewrite(files: Files, tree: Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text, encoding="utf-8")
