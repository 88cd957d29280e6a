"""The modules of functions, one for each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..names import ERRORS, function_pascal
from .templating import literal, render
from .types import Module

if TYPE_CHECKING:
    from collections.abc import Iterable


def function_files(api: ir.Api) -> dict[str, str]:
    """Return the module of each function."""
    files = {f"funcs/{operation.function}.py": _module(api, operation) for operation in api.operations}
    return {"funcs/__init__.py": render("funcs_init.jinja"), **files}


def _module(api: ir.Api, operation: ir.Operation) -> str:
    module = Module(api, "models")
    values = function_values(module, operation)
    template = "alias_function.jinja" if operation.alias_of else "function.jinja"
    imports = sorted((f"..models{where}", name) for where, name in module.imports)
    return render(template, imports=imports, **values)


def function_values(module: Module, operation: ir.Operation) -> dict[str, object]:
    """Return what the templates of functions and methods need to know."""
    prefix = function_pascal(operation.alias_of or operation.function)
    return {
        "operation": operation,
        "prefix": prefix,
        "own_prefix": function_pascal(operation.function),
        "params_module": _resource(operation),
        "returns": return_type(module, operation),
        "error_names": [*(f"errors.{ERRORS[status]}" for status in operation.errors), "errors.ClientError"],
        "operation_arguments": [f"{name}={value}" for name, value in _arguments(module, operation, prefix).items()],
    }


def _arguments(module: Module, operation: ir.Operation, prefix: str) -> dict[str, str]:
    """Return what stands between the parentheses of `Operation(...)`: what isn't the default, as Python writes it."""
    fields = operation.arguments
    successes = ", ".join(f"{status}: {kind}" for status, kind in _successes(module, operation).items())
    optional: dict[str, str | tuple[str, ...] | dict[str, str] | None] = {
        "query": _named(fields, "query"),
        "headers": _named(fields, "header"),
        "body": operation.body,
        "comma_separated": tuple(field.name for field in fields if field.comma_separated),
        "wire_names": {
            field.name: field.wire for field in fields if field.name != field.wire and field.place != "path"
        },
        "server": operation.server,
    }
    return {
        "id": literal(operation.id),
        "method": literal(operation.method),
        "path": literal(operation.path),
        "params": literal(f"{_resource(operation)}.{prefix}Params"),
        "success": f"{{{successes}}}",
        "errors": f"{prefix}Error",
        **{name: literal(value) for name, value in optional.items() if value},
    }


def _resource(operation: ir.Operation) -> str:
    """Return the module of the params, which a twin under another name shares."""
    if not operation.alias_of:
        return operation.resource
    return operation.alias_of.removesuffix(f"_{operation.name}")


def _named(fields: Iterable[ir.Field], place: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields if field.place == place)


def return_type(module: Module, operation: ir.Operation) -> str:
    """Return the annotation of an operation's value."""
    kinds = tuple(dict.fromkeys(success.type for success in operation.successes))
    return module.annotation(kinds[0] if len(kinds) == 1 else ir.Choice(kinds))


def _successes(module: Module, operation: ir.Operation) -> dict[int, str]:
    found: dict[int, str] = {}
    for success in operation.successes:
        if success.kind == "json":
            found[success.status] = f"Json({module.annotation(success.type)})"
        else:
            found[success.status] = f"Binary({literal(success.media_type)})" if success.kind == "binary" else "Empty()"
    return found
