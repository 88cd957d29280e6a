"""The real API description, where it is at hand beside the project: the current one and the older one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from generator.__main__ import ROOT, SPEC, generate
from generator.load import load_docs, load_overrides, load_spec, operations
from generator.write import differences

if TYPE_CHECKING:
    from .conftest import Files

OLDER = SPEC.with_name("openrouter-2026-08.openapi.yaml")

pytestmark = pytest.mark.skipif(not (SPEC.exists() and OLDER.exists()), reason="no description beside the project")


@pytest.fixture(scope="module")
def current() -> Files:
    return generate(str(SPEC), load_overrides(), load_docs())


def test_the_package_is_what_the_current_description_gives(current: Files) -> None:
    assert differences(current, ROOT / "src" / "openrouter_sdk") == []


def test_an_operation_takes_60_generated_lines_at_most(current: Files) -> None:
    operations = sum(path.startswith("funcs/") and not path.endswith("__init__.py") for path in current)
    lines = sum(text.count("\n") for path, text in current.items() if path.startswith(("funcs/", "sdk/")))
    assert lines / operations <= 60


def test_the_older_description_generates_too() -> None:
    files = generate(str(OLDER), load_overrides(), load_docs())
    ids = {place.id for place in operations(load_spec(str(OLDER)))}
    functions = [text for path, text in files.items() if path.startswith("funcs/")]
    assert len(ids) == 97
    assert all(any(f'id="{each}"' in text for text in functions) for each in ids)
    for path, text in files.items():
        assert ast.parse(text, path)
