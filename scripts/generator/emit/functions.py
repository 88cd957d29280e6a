"""The modules of functions, one for each operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..names import ERRORS, function_pascal
from .answers import answer_of, return_type
from .templating import literal, render
from .types import Module

if TYPE_CHECKING:
    from collections.abc import Iterable


def function_files(api: ir.Api) -> dict[str, str]:
    """Return the module of each function."""
    files = {f"funcs/{operation.function}.py": _module(api, operation) for operation in api.operations}
    return {"funcs/__init__.py": render("funcs_init.jinja"), **files}


def _module(api: ir.Api, operation: ir.Operation) -> str:
    run, read = Module(api, "models"), Module(api, "models")  # what runs needs names, what type checkers read more
    arguments = _arguments(run, operation, function_pascal(operation.original.function))
    values = function_values(read, operation)
    loaded = set[str]() if operation.alias_of else {api.owners[key] for key in run.imports}
    for_types = {key for key in read.imports if api.owners[key] not in loaded}
    return render(
        "alias_function.jinja" if operation.alias_of else "function.jinja",
        **values,
        operation_arguments=[f"{name}={value}" for name, value in arguments.items()],
        imports=by_module(api, (run.imports | read.imports) - for_types),
        type_imports=by_module(api, for_types),
    )


def by_module(api: ir.Api, imports: set[tuple[ir.Side, str]]) -> dict[str, list[str]]:
    """Return the names that are imported from models, by module."""
    found: dict[str, list[str]] = {}
    for owner, name in sorted((api.owners[key], key[1]) for key in imports):
        found.setdefault(f"..models.{owner}", []).append(name)
    return found


def function_values(module: Module, operation: ir.Operation) -> dict[str, object]:
    """Return what the templates of functions and methods need to know."""
    prefix = function_pascal(operation.original.function)
    answer = answer_of(module, operation, f"{prefix}Error")
    return {
        "answer": answer,
        "paged": operation.paging is not None,
        "streams": operation.events is not None,
        "sync": answer.function(f"{prefix}Error", ""),
        "aio": answer.function(f"{prefix}Error", "Async"),
        "types": answer.imports(0),
        "operation": operation,
        "prefix": prefix,
        "own_prefix": function_pascal(operation.function),
        "params_module": operation.original.resource,
        "returns": return_type(module, operation),
        "error_names": [*(f"errors.{ERRORS[status]}" for status in operation.errors), "errors.ClientError"],
    }


def _arguments(module: Module, operation: ir.Operation, prefix: str) -> dict[str, str]:
    """Return what stands between the parentheses of `Operation(...)`: what isn't the default, as Python writes it."""
    fields = operation.arguments
    extra: dict[str, str] = {}
    successes = ", ".join(f"{status}: {kind}" for status, kind in _successes(module, operation).items())
    optional: dict[str, str | bool | tuple[str, ...] | dict[str, str] | None] = {
        "query": _named(fields, "query"),
        "headers": _named(fields, "header"),
        "body": operation.body,
        "comma_separated": tuple(field.name for field in fields if field.comma_separated),
        "wire_names": {
            field.name: field.wire for field in fields if field.name != field.wire and field.place != "path"
        },
        "files": tuple(field.wire for field in fields if _is_file(field.type)),
        "streams_on_request": True if operation.events and operation.events.on_request else None,
        "server": operation.server,
    }
    if operation.events:
        whole = return_type(module, operation) if operation.events.on_request else "Any"
        chunk = operation.events.type.name
        where = f"{module.api.owners['models', chunk]}.{chunk}"
        extra["events"] = f"Events({literal(where)}, {whole}, {literal(operation.events.fold)})"
    if operation.retries:
        extra["retry_codes"] = literal(operation.retries.codes)
        extra["retry_lost_connections"] = literal(operation.retries.lost_connections)
    if operation.paging:
        extra["paging"] = _paging(operation.paging)
    return {
        "id": literal(operation.id),
        "function": literal(operation.original.function),
        "method": literal(operation.method),
        "path": literal(operation.path),
        "params": literal(f"{operation.original.resource}.{prefix}Params"),
        "success": f"{{{successes}}}",
        "errors": f"{prefix}Error",
        **{name: literal(value) for name, value in optional.items() if value},
        **extra,
    }


def _is_file(kind: ir.Type) -> bool:
    inner = kind.of if isinstance(kind, ir.Nullable) else kind.item if isinstance(kind, ir.Array) else kind
    return inner == ir.Scalar("file")


def _paging(paging: ir.Paging) -> str:
    if paging.cursor is not None:
        given = [literal(paging.cursor), literal(paging.cursor_argument)]
        if paging.shapes:
            shapes = ", ".join(f"{literal(shape)}: {literal(way)}" for shape, way in paging.shapes.items())
            given.append(f"shapes={{{shapes}}}")
    else:
        numbers = {"limit": paging.limit, "last_offset": paging.last_offset}
        given = [f"{name}={value}" for name, value in numbers.items() if value is not None]
    return f"Paging({', '.join([literal(paging.items), *given])})"


def _named(fields: Iterable[ir.Field], place: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields if field.place == place)


def _successes(module: Module, operation: ir.Operation) -> dict[int, str]:
    found: dict[int, str] = {}
    for success in operation.successes:
        if success.kind == "json":
            found[success.status] = f"Json({module.annotation(success.type)})"
        else:
            found[success.status] = f"Binary({literal(success.media_type)})" if success.kind == "binary" else "Empty()"
    return found
