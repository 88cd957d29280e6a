"""The least arguments that each operation takes, made from the types of its params."""

from __future__ import annotations

import datetime
import types
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from typing_extensions import NotRequired, Required, get_type_hints, is_typeddict

from openrouter_sdk.lib.model import loaded

if TYPE_CHECKING:
    from openrouter_sdk.lib.operation import Operation

_PLAIN: dict[object, object] = {
    str: "x",
    int: 1,
    float: 1.5,
    bool: True,
    bytes: b"x",
    Any: b"x",  # files, which lib/files.py checks
    type(None): None,
    datetime.datetime: datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
    datetime.date: datetime.date(2026, 1, 2),
}


def sample(operation: Operation[Any, Any]) -> dict[str, Any]:
    """Return values for the required arguments of an operation."""
    module, _, name = operation.params.partition(".")
    return _members(getattr(import_module(f"openrouter_sdk.params.{module}"), name))


def _members(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: _value(hints[name]) for name in sorted(kind.__required_keys__)}


def _value(kind: Any) -> Any:
    kind = loaded(kind)
    if is_typeddict(kind):
        return _members(kind)
    origin = get_origin(kind)
    if origin in {Required, NotRequired, Annotated, Union, types.UnionType}:
        return _value(get_args(kind)[0])
    if origin is Literal:
        return get_args(kind)[0]
    if origin is Sequence:
        return [_value(get_args(kind)[0])]
    if origin is Mapping:
        return {}
    return _PLAIN[kind]
