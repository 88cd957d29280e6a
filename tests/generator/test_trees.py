"""What is generated works: every golden tree imports and builds inside the package, and all of it type-checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from generator.__main__ import ROOT
from generator.write import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .conftest import Files, Install, Run

HERE = Path(__file__).parent
TREES = sorted(path for path in (HERE / "golden").iterdir() if path.is_dir())

# In a process of its own, forked when the heavy imports are done: puts a tree before the package's own generated
# folders, imports every module, makes every resource, and builds every validator, for models are built on first use.
USE_ALL = """
import importlib, os, pkgutil, sys, traceback
import httpx, pydantic
import openrouter_sdk, openrouter_sdk.lib.preload, openrouter_sdk.lib.prelude, openrouter_sdk.lib.resource

def modules(folder):
    package = importlib.import_module(f"openrouter_sdk.{folder}")
    found = pkgutil.iter_modules(package.__path__, package.__name__ + ".")
    return [importlib.import_module(module.name) for module in found]

def use(tree):
    openrouter_sdk.__path__.insert(0, tree)
    modules("params"), modules("sdk")
    for module in modules("models"):
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                value.model_rebuild()
    functions = [getattr(module, module.__name__.rpartition(".")[2]) for module in modules("funcs")]
    client = openrouter_sdk.OpenRouter(api_key="none", http_client=httpx.Client(verify=False))
    client.preload(*functions)
    resources = [getattr(client, name) for name in vars(openrouter_sdk.OpenRouter) if not name.startswith("_")]
    methods = {f"{type(each).__module__.rpartition('.')[2]}_{name}" for each in resources for name in dir(each)}
    return len(functions), sorted({function.__name__ for function in functions} - methods)

for tree in sys.argv[1:]:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        continue
    try:
        print(tree, *use(tree))
    except Exception:
        print(tree, *traceback.format_exc().splitlines(), sep="; ")
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.fixture(scope="module")
def used(run: Run) -> Mapping[str, str]:
    """What came of using each tree."""
    done = run("-W", "error", "-c", USE_ALL, *map(str, TREES), path=ROOT / "src")
    assert done.stderr == ""
    return {
        str(tree): line.removeprefix(f"{tree} ") for tree, line in zip(TREES, done.stdout.splitlines(), strict=True)
    }


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.name)
def test_a_golden_tree_works_in_the_package(used: Mapping[str, str], tree: Path) -> None:
    functions = sum(path.stem != "__init__" for path in (tree / "funcs").glob("*.py"))
    assert used[str(tree)] == f"{functions} []"


def test_all_of_it_type_checks(combined: Files, install: Install, run: Run, tmp_path: Path) -> None:
    source = install(combined)
    folders = [str(source / "openrouter_sdk" / folder) for folder in FOLDERS]
    options = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache"), "--no-pretty"]
    done = run("-m", "mypy", *options, *folders, path="", MYPYPATH=str(source))
    assert done.stdout.startswith("Success"), done.stdout + done.stderr
