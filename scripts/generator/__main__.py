"""`scripts/generate`: write the generated folders, or check that they are as they would be written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .build import build
from .emit import emit
from .load import Docs, Overrides, SpecError, apply_patches, load_docs, load_overrides, load_spec
from .write import differences, formatted, replace

ROOT = Path(__file__).parents[2]
SPEC = ROOT.parent / "shared" / "openapi" / "openrouter.openapi.yaml"


def generate(source: str, overrides: Overrides, docs: Docs) -> dict[str, str]:
    """Return every generated file, formatted."""
    spec = load_spec(source)
    apply_patches(spec, overrides)
    return formatted(emit(build(spec, overrides, docs)), ROOT / "pyproject.toml")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="scripts/generate", description=__doc__)
    parser.add_argument("--spec", default=str(SPEC), help="path or URL of an OpenAPI 3.1 description")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on any difference")
    arguments = parser.parse_args()
    package = ROOT / "src" / "openrouter_sdk"
    try:
        files = generate(arguments.spec, load_overrides(), load_docs())
    except (SpecError, OSError) as error:
        print(f"scripts/generate: {error}", file=sys.stderr)
        return 2
    if not arguments.check:
        replace(files, package)
        print(f"{len(files)} files written")
        return 0
    found = differences(files, package)
    print("\n".join(found) or f"{len(files)} files are as they would be written")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
