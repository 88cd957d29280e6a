"""What values look like, whether a type says so or the API's description: the one form that samples are made from."""

from __future__ import annotations

import datetime
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from typing_extensions import NotRequired, Required, is_typeddict

from openrouter_sdk.lib import typed
from openrouter_sdk.lib.model import BaseModel, Unrecognized, loaded
from openrouter_sdk.types.contents import Base64, DataURL

from .values import is_array, is_object

Kind: TypeAlias = Literal[
    "text", "integer", "number", "boolean", "null", "time", "date", "bytes", "base64", "object", "anything"
]


@dataclass(frozen=True)
class Plain:
    """A value without parts."""

    kind: Kind


@dataclass(frozen=True)
class Constants:
    """One of some values."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Items:
    """An array."""

    item: Shape


@dataclass(frozen=True)
class Values:
    """An object with any keys."""

    value: Shape


@dataclass(frozen=True)
class Choice:
    """One of some shapes."""

    members: tuple[Shape, ...]


@dataclass(frozen=True)
class Fields:
    """An object; shapes may hold themselves, so that its fields are found when they are asked for."""

    find: Callable[[], Mapping[str, tuple[Shape, bool]]]

    @property
    def fields(self) -> Mapping[str, tuple[Shape, bool]]:
        """Each field's shape, and whether it is required."""
        return self.find()


Shape: TypeAlias = Plain | Constants | Items | Values | Choice | Fields

ANYTHING = Plain("anything")
NULL = Plain("null")
_PLAIN: dict[Any, Plain] = {
    str: Plain("text"),
    int: Plain("integer"),
    float: Plain("number"),
    bool: Plain("boolean"),
    bytes: Plain("bytes"),
    type(None): NULL,
    datetime.datetime: Plain("time"),
    datetime.date: Plain("date"),
}


def of_type(form: Any) -> Shape:  # noqa: PLR0911  # one for each kind of type
    """Return the shape that a type of params or models has."""
    form = loaded(form)
    origin, arguments = get_origin(form), get_args(form)
    if origin is Annotated and any(isinstance(mark, Base64) for mark in arguments[1:]):
        return Plain("base64")
    if origin is Annotated and any(isinstance(mark, DataURL) for mark in arguments[1:]):
        return Plain("text")
    if origin in {Required, NotRequired, Annotated}:
        return of_type(arguments[0])
    if origin in {Union, types.UnionType}:
        return Choice(tuple(of_type(member) for member in arguments if loaded(member) is not Unrecognized))
    if origin is Literal:
        return Constants(arguments)
    if origin in {Sequence, list}:
        return Items(of_type(arguments[0]))
    if origin in {Mapping, dict}:
        return Values(of_type(arguments[1]))
    return _of_class(form)


def _of_class(form: Any) -> Shape:
    if is_typeddict(form):
        return Fields(lambda: _keys(form))
    if isinstance(form, type) and issubclass(form, BaseModel):
        return Fields(lambda: _model_fields(form))
    return _PLAIN.get(form, ANYTHING)


@cache
def _keys(form: Any) -> Mapping[str, tuple[Shape, bool]]:
    required = form.__required_keys__
    return {name: (of_type(typed.resolved(form, name)), name in required) for name in sorted(typed.keys(form))}


@cache
def _model_fields(form: type[BaseModel]) -> Mapping[str, tuple[Shape, bool]]:
    fields = form.__pydantic_fields__.items()
    return {field.alias or name: (of_type(field.annotation), field.is_required()) for name, field in fields}


class Description:
    """The API's description, as far as shapes go."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._spec = spec
        self._operations = {
            operation["operationId"]: operation
            for path in spec["paths"].values()
            for operation in path.values()
            if "operationId" in operation
        }
        self._fields: dict[int, Mapping[str, tuple[Shape, bool]]] = {}

    def answer(self, operation_id: str, status: int) -> Shape | None:
        """Return the shape of an operation's answer in JSON, if the description has it."""
        response = self._operations.get(operation_id, {}).get("responses", {}).get(str(status), {})
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        return None if schema is None else self.shape(schema)

    def shape(self, schema: Mapping[str, Any]) -> Shape:
        """Return the shape that a schema describes."""
        schema = self._merged(schema)
        if schema.get("nullable"):
            return Choice((self.shape({**schema, "nullable": False}), NULL))
        if "const" in schema or "enum" in schema:
            return Constants(tuple(schema.get("enum", [schema.get("const")])))
        members = schema.get("oneOf") or schema.get("anyOf")
        if members:
            return Choice(tuple(self.shape(member) for member in members))
        kinds: Any = schema.get("type", "object" if "properties" in schema else "anything")
        if is_array(kinds):
            return Choice(tuple(self.shape({**schema, "type": kind}) for kind in kinds))
        return self._of_kind(schema, kinds)

    def _of_kind(self, schema: Mapping[str, Any], kind: Any) -> Shape:
        if kind == "array":
            return Items(self.shape(schema.get("items", {})))
        if kind == "object" and "properties" in schema:
            return Fields(lambda: self._properties(schema))
        if kind == "object":
            additional = schema.get("additionalProperties")
            return Values(self.shape(additional)) if is_object(additional) else Values(ANYTHING)
        if kind == "string":
            return Plain({"date-time": "time", "date": "date"}.get(schema.get("format", ""), "text"))  # type: ignore[arg-type]  # kinds of ours
        return Plain(kind if kind in {"integer", "number", "boolean", "null"} else "anything")

    def _properties(self, schema: Mapping[str, Any]) -> Mapping[str, tuple[Shape, bool]]:
        key = id(schema["properties"])
        if key not in self._fields:
            required = schema.get("required", ())
            fields = schema["properties"].items()
            self._fields[key] = {name: (self.shape(field), name in required) for name, field in fields}
        return self._fields[key]

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference, and put together what is said in parts."""
        while "$ref" in schema:
            schema = self._at(schema["$ref"])
        if "allOf" not in schema:
            return schema
        whole: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in map(self._merged, schema["allOf"]):
            properties = {**whole.get("properties", {}), **part.get("properties", {})}
            required = [*whole.get("required", ()), *part.get("required", ())]
            whole = {**part, **whole, **({"properties": properties, "required": required} if properties else {})}
        return whole

    def _at(self, pointer: str) -> Mapping[str, Any]:
        found: Any = self._spec
        for step in pointer.removeprefix("#/").split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]  # a schema
