"""The class SDK: one class for each resource, and `OpenRouter` that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..names import function_pascal
from ..owners import STREAM
from .answers import answer_of
from .functions import by_module, function_values
from .helpers import helpers_of
from .templating import render
from .types import Module

if TYPE_CHECKING:
    from .. import ir

# Resources within resources: the attribute of the outer one, by the inner one's whole name.
NESTED = {"alpha_decisions": ("alpha", "decisions"), "beta_responses": ("beta", "responses")}


@dataclass
class Resource:
    """One class of the SDK."""

    name: str
    operations: list[ir.Operation] = field(default_factory=list["ir.Operation"])
    children: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def class_name(self) -> str:
        """The class's name."""
        return function_pascal(self.name)


def facade_files(api: ir.Api) -> dict[str, str]:
    """Return the modules of the class SDK."""
    resources = _resources(api)
    files = {f"sdk/{resource.name}.py": _module(api, resource) for resource in resources.values()}
    nested = {whole for whole in NESTED if whole in resources}
    top = [(resource.name, resource.name) for name, resource in sorted(resources.items()) if name not in nested]
    files["sdk/sdk.py"] = render("sdk.jinja", children=[child(*entry) for entry in top])
    return {"sdk/__init__.py": render("sdk_init.jinja"), **files}


def _resources(api: ir.Api) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for operation in api.operations:
        found.setdefault(operation.resource, Resource(operation.resource)).operations.append(operation)
    for whole, (outer, attribute) in NESTED.items():
        if whole in found:
            found.setdefault(outer, Resource(outer)).children.append((attribute, whole))
    return found


def child(attribute: str, name: str) -> dict[str, str]:
    """Return what a template needs to know of a resource that another holds."""
    return {"attribute": attribute, "module": name, "class_name": function_pascal(name)}


def _module(api: ir.Api, resource: Resource) -> str:
    module = Module(api, "models")
    methods = [_method(module, operation) for operation in resource.operations]
    imports = _imports(module, methods)
    # Only overloads speak of what streams hold, and only type checkers read those.
    of_streams = {where: names for where, names in imports.items() if where.endswith(STREAM)}
    return render(
        "resource.jinja",
        resource=resource,
        methods=methods,
        imports={where: names for where, names in imports.items() if where not in of_streams},
        type_imports=of_streams | {f".{name}": [function_pascal(name)] for _, name in resource.children},
        wrappers=_wrappers(module, resource),
        streams=any(operation.events and operation.events.on_request for operation in resource.operations),
        children=[child(*entry) for entry in resource.children],
        helpers=[helper for helper in helpers_of(api) if helper.resource == resource.name],
    )


def _wrappers(module: Module, resource: Resource) -> dict[str, list[str]]:
    """Return the imports of what makes a method's pages, streams and downloads of a function's."""
    answers = [answer_of(module, operation, "") for operation in resource.operations]
    found = {where: names for answer in answers for where, names in answer.imports(1).items()}
    return dict(sorted(found.items()))


def _method(module: Module, operation: ir.Operation) -> dict[str, object]:
    """Return what the template needs to know of a method: what its function's knows, and what it returns itself."""
    answer = answer_of(module, operation, "")
    return {**function_values(module, operation), "sync": answer.methods(""), "aio": answer.methods("Async")}


def _imports(module: Module, methods: list[dict[str, object]]) -> dict[str, list[str]]:
    """Return the names that the annotations need, by module."""
    found = by_module(module.api, module.imports)
    for method in methods:
        found.setdefault(f"..params.{method['params_module']}", []).append(f"{method['prefix']}Params")
    return found
