"""Every Python example of the README runs, against a fake OpenRouter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openrouter_sdk.testing import FakeOpenRouter

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[int, str]]:
    """Return the README's Python blocks, each with the line that it starts on."""
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return [(text.count("\n", 0, found.start(1)) + 1, found[1]) for found in BLOCK.finditer(text)]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter() as fake:
        yield fake


def test_the_readme_has_examples() -> None:
    assert examples()


@pytest.mark.parametrize(("line", "code"), [pytest.param(*example, id=f"line {example[0]}") for example in examples()])
def test_an_example_runs(line: int, code: str, fake: FakeOpenRouter, tmp_path: Path) -> None:
    environment = {
        "OPENROUTER_API_KEY": fake.api_key,
        "OPENROUTER_BASE_URL": fake.url,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONIOENCODING": "utf-8",
    }
    script = tmp_path / "example.py"
    script.write_text("\n" * (line - 1) + code, encoding="utf-8")  # so that a traceback has the README's line
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(  # noqa: S603  # ours
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
