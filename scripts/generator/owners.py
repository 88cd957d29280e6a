"""Which module a type lives in: that of the one resource that uses it, that of its owner, or the shared one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

from . import ir
from .load import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .load import Overrides

SHARED = "shared"
STREAM = "_stream"


def owners(
    operations: list[ir.Operation],
    params: dict[str, ir.Definition],
    models: dict[str, ir.Definition],
    overrides: Overrides,
) -> dict[tuple[ir.Side, str], str]:
    """Return the module of every definition."""
    found: dict[tuple[ir.Side, str], str] = {}
    for side, definitions in (("params", params), ("models", models)):
        users = _users(operations, side, definitions)
        modules = {name: _owner(name, users.get(name, set()), overrides) for name in definitions}
        # The arguments of a call aren't a definition, and yet a part of a module that refers to others.
        calls = {f"{call.function}()": ir.Object("", call.arguments) for call in operations} if side == "params" else {}
        homes = {f"{call.function}()": call.resource for call in operations} if side == "params" else {}
        modules = _untangled(modules | homes, {**definitions, **calls}, users)
        found |= {(side, name): module for name, module in modules.items() if name in definitions}  # type: ignore[misc]  # the two sides
    return found


def _owner(name: str, users: set[str], overrides: Overrides) -> str:
    if name in overrides.owners:
        return overrides.owners[name]
    if len(users) > 1:
        users = users - overrides.embedding or users
    if len(users) == 1:
        return next(iter(users))
    return next((owner for prefix, owner in overrides.prefixes.items() if name.startswith(prefix)), SHARED)


def _untangled(
    modules: dict[str, str], definitions: dict[str, ir.Definition], users: dict[str, set[str]]
) -> dict[str, str]:
    """Move into the shared module what would make modules import each other in a circle."""
    while True:
        stuck = _circle(_imports(modules, definitions))
        if not stuck:
            return modules
        moved = _movable(modules, definitions, users, {SHARED} & stuck or stuck)
        if not moved:
            message = (
                f"the modules {sorted(stuck)} import each other in a circle; settle it in [owners] of overrides.toml"
            )
            raise SpecError("/components/schemas", message)
        modules = {**modules, **dict.fromkeys(moved, SHARED)}


def _movable(
    modules: dict[str, str], definitions: dict[str, ir.Definition], users: dict[str, set[str]], importers: set[str]
) -> list[str]:
    """Return what `importers` import of each other's, or the shared module of anybody's, and several resources use."""
    return [
        target
        for name, module in modules.items()
        for target in references(definitions[name])
        if module in importers and modules[target] not in {module, SHARED} and len(users.get(target, ())) > 1
    ]


def _imports(modules: dict[str, str], definitions: dict[str, ir.Definition]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {module: set() for module in modules.values()}
    for name, module in modules.items():
        found[module] |= {modules[target] for target in references(definitions[name])} - {module}
    return found


def _circle(imports: dict[str, set[str]]) -> set[str]:
    """Return the modules in circles: what is left when all that import, or are imported by, nothing left are gone."""
    left = dict(imports)
    while True:
        imported = {module for needed in left.values() for module in needed}
        free = [module for module, needed in left.items() if module not in imported or not needed & left.keys()]
        if not free:
            return set(left)
        for module in free:
            del left[module]


def _users(operations: Iterable[ir.Operation], side: str, definitions: dict[str, ir.Definition]) -> dict[str, set[str]]:
    """Return the modules that would hold each definition for the sake of an operation."""
    users: dict[str, set[str]] = {}
    for operation in operations:
        for module, roots in _roots(operation, side):
            for name in reachable(roots, definitions):
                users.setdefault(name, set()).add(module)
    return {name: _without_streams(modules) for name, modules in users.items()}


def _roots(operation: ir.Operation, side: str) -> list[tuple[str, object]]:
    """Return what an operation refers to; what only its streams do has a module of its own, which other calls spare."""
    if side == "params":
        return [(operation.resource, operation.arguments)]
    return [
        (operation.resource, (operation.successes, operation.paging)),
        (f"{operation.resource}{STREAM}", operation.events),
    ]


def _without_streams(modules: set[str]) -> set[str]:
    """Return no modules of streams for what isn't in streams only."""
    if all(module.endswith(STREAM) for module in modules):
        return modules
    return {module.removesuffix(STREAM) for module in modules}


def reachable(roots: object, definitions: dict[str, ir.Definition]) -> set[str]:
    """Return the names of everything that `roots` refer to, at any depth."""
    seen: set[str] = set()
    waiting = list(references(roots))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += references(definitions[name])
    return seen


def references(value: object) -> Iterator[str]:
    """Yield the names that a record of `ir` refers to."""
    if isinstance(value, ir.Ref):
        yield value.name
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from references(item)
    elif dataclasses.is_dataclass(value):
        record: Any = value
        for member in dataclasses.fields(record):
            yield from references(getattr(record, member.name))
