"""The public surface as users write it, under four type checkers; the files in tests/typing are checked and never run.

`accepted_*.py` must pass everywhere. In `rejected_*.py` each line that must be refused carries the ignore comments of
mypy and pyright, and both report a comment that isn't needed any more. ty and pyrefly have no part in those files:
their ignore comments would make a third and a fourth set for the same lines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = Path("tests", "typing")
ACCEPTED = sorted(str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).glob("accepted_*.py"))
REJECTED = sorted(str(path.relative_to(ROOT)) for path in (ROOT / FOLDER).glob("rejected_*.py"))
MARKS = ("# type: ignore[", "# pyright: ignore[")

COMMANDS = {
    "mypy": ["--strict", "--warn-unused-ignores", *ACCEPTED, *REJECTED],
    "pyright": ["--project", str(FOLDER / "pyrightconfig.json"), "--pythonpath", sys.executable],
    "ty": ["check", "--config-file", str(FOLDER / "ty.toml"), "--python", sys.executable, *ACCEPTED],
    "pyrefly": ["check", "-c", str(FOLDER / "pyrefly.toml"), "--python-interpreter-path", sys.executable, *ACCEPTED],
}


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    beside_python = str(Path(sys.executable).parent)
    program = shutil.which(name, path=os.pathsep.join([beside_python, os.environ.get("PATH", "")]))
    if program is None:
        pytest.skip(f"{name} isn't installed")
    command = [program, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # ours


@pytest.mark.parametrize("name", COMMANDS)
def test_a_type_checker_agrees(name: str) -> None:
    done = run(name, *COMMANDS[name])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["openrouter_sdk", "openrouter_sdk.testing"])
def test_a_name_that_isnt_there_cant_be_imported(package: str) -> None:
    done = run("mypy", "-c", f"from {package} import OpenRoter")
    assert "attr-defined" in done.stdout


@pytest.mark.parametrize("file", ACCEPTED)
def test_nothing_that_is_accepted_is_hidden_from_mypy_and_pyright(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert [mark for mark in MARKS if mark in text] == []


def rejected_for_both(line: str) -> bool:
    return all(mark in line for mark in MARKS)


@pytest.mark.parametrize("file", REJECTED)
def test_both_strict_checkers_reject(file: str) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    assert any(rejected_for_both(line) for line in lines)


def test_there_are_files_of_both_kinds() -> None:
    assert ACCEPTED
    assert REJECTED
