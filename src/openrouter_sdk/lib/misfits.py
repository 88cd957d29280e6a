"""Reading what doesn't fit: one validation types what fits, keeps the rest as it came, and tells what it kept.

Every field of a model is validated as its type or, failing that, kept: a union of the type and anything, of which
pydantic looks at the second only where the first doesn't fit. A required field that is missing, and an object or list
that is null, read as an empty one. So reading never fails for an object, and costs what its misfits cost.
"""

from __future__ import annotations

import datetime
import threading
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel
from pydantic_core import SchemaValidator, core_schema

from .json_values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import GetCoreSchemaHandler

    Schema: TypeAlias = dict[str, Any]
    Place: TypeAlias = tuple[str | int, ...]
    Read: TypeAlias = Callable[[Any], Any]

T = TypeVar("T")

_EXPECTED = {
    "bool": "a boolean",
    "date": "a date in ISO 8601",
    "datetime": "a time in ISO 8601",
    "float": "a finite number",
    "int": "an integer",
    "list": "an array",
    "literal": "one of the known values",
    "str": "a string",
}
# In the metadata of a schema: what it was before it took anything, and what makes its empty value.
_BEFORE, EMPTY = "openrouter_sdk_before", "openrouter_sdk_empty"
# Pydantic takes numbers for times, and texts of digits; the API doesn't write them so.
_TIME = core_schema.str_schema(strict=True, pattern=r"^\d{4}-\d\d-\d\d")


class Misfit(NamedTuple):
    """A value that doesn't fit its field.

    Attributes:
        owner: the model.
        field: the field's name in it.
        expected: what the value should have been.
        value: what came.
        missing: whether nothing came.
    """

    owner: type
    field: str
    expected: str
    value: Any = None
    missing: bool = False

    @property
    def problem(self) -> str:
        """What is wrong."""
        return "Field required" if self.missing else f"Value should be {self.expected}"


class _Collector(threading.local):
    """Where a thread's misfits go; nowhere unless somebody asks for them."""

    misfits: list[Misfit] | None = None


COLLECTOR = _Collector()


def read(validate: Callable[[Any], T], data: object) -> tuple[T, list[Misfit]]:
    """Return what `validate` makes of `data`, and its misfits."""
    found: list[Misfit] = []
    before, COLLECTOR.misfits = COLLECTOR.misfits, found
    try:
        return validate(data), found
    finally:
        COLLECTOR.misfits = before


def tell(misfits: list[Misfit]) -> None:
    """Add misfits to those of the value around."""
    if COLLECTOR.misfits is not None:
        COLLECTOR.misfits += misfits


def tolerant(owner: type, schema: Any, handler: GetCoreSchemaHandler) -> None:  # noqa: ANN401  # pydantic's schemas are typed dicts
    """Change a model's schema so that it takes any object."""
    model: Any = handler.resolve_ref_schema(schema)
    for name, field in _fields(model).items():
        if _before(field["schema"]) is field["schema"]:  # else it is a model that was built before
            field["schema"] = _Field(owner, name, handler).tolerant(field["schema"])


def _fields(model: Schema) -> Schema:
    inner: Schema = model["schema"]
    fields: Schema = inner["fields"] if "fields" in inner else _fields(inner)
    return fields


def exact(schema: Any) -> Any:  # noqa: ANN401  # pydantic's schemas are typed dicts
    """Return a model's schema as it was before `tolerant`, for its JSON schema; any other schema as it is."""
    if schema["type"] == "model":
        return {**schema, "schema": exact(schema["schema"])}
    if schema["type"] != "model-fields":
        return schema
    fields = {name: {**field, "schema": _before(field["schema"])} for name, field in schema["fields"].items()}
    return {**schema, "fields": fields}


def _before(schema: Schema) -> Schema:
    found: Schema | None = schema.get("metadata", {}).get(_BEFORE)
    if found is None and schema["type"] == "default":
        inner = _before(schema["schema"])
        return schema if inner is schema["schema"] else {**schema, "schema": inner}
    return schema if found is None else found


class _Field:
    """How one field is read."""

    def __init__(self, owner: type, name: str, handler: GetCoreSchemaHandler) -> None:
        self._owner = owner
        self._name = name
        self._handler = handler

    def tolerant(self, schema: Schema) -> Schema:
        """Return the schema that takes anything; that of an optional field has a default already."""
        if schema["type"] == "default":
            return {**schema, "schema": self._kept(schema["schema"])}
        misfit = Misfit(self._owner, self._name, _expected(schema), missing=True)
        missing = partial(_missing, misfit, self._empty(schema))
        kept = self._kept(schema)
        return {"type": "default", "schema": kept, "default_factory": missing, "metadata": {_BEFORE: schema}}

    def _kept(self, schema: Schema) -> Schema:
        if schema["type"] == "any":
            return schema
        misfit = Misfit(self._owner, self._name, _expected(schema))
        keep = partial(_keep, misfit, self._empty(schema), _reader(schema))
        anything = core_schema.no_info_after_validator_function(keep, core_schema.any_schema())
        choices = [self._checked(schema), anything]
        return {"type": "union", "mode": "left_to_right", "choices": choices, "metadata": {_BEFORE: schema}}

    def _checked(self, schema: Schema) -> Schema:
        """Leave out what pydantic takes for something else, and let the items of lists and maps be anything."""
        kind = schema["type"]
        if kind in _PARTS:
            return {**schema, _PARTS[kind]: self._kept(schema[_PARTS[kind]])}
        if kind == "nullable":
            return {**schema, "schema": self._checked(schema["schema"])}
        if kind == "union":
            return {**schema, "choices": [self._checked(choice) for choice in schema["choices"]]}
        return _scalar(schema)

    def _resolved(self, reference: Any) -> Any:  # noqa: ANN401  # pydantic's schemas are typed dicts
        return self._handler.resolve_ref_schema(reference)

    def _empty(self, schema: Schema) -> Callable[[], Any]:
        """Return what makes a schema's empty value: an object, a list, or None for all else."""
        kind = schema["type"]
        if kind == "definition-ref":
            return self._empty(self._resolved(schema))
        if kind == "model":
            return partial(_empty_model, schema["cls"])
        made: Callable[[], Any] = {"list": list, "dict": dict}.get(kind) or schema.get("metadata", {}).get(EMPTY, _none)
        return made


_STRICT: dict[str, Schema] = {
    "bool": {"strict": True},
    "float": {"strict": True, "allow_inf_nan": False},
    "int": {"strict": True},
    "str": {"strict": True},
}
_PARTS = {"list": "items_schema", "dict": "values_schema"}


def _scalar(schema: Schema) -> Schema:
    """Leave out what pydantic takes for a scalar, too."""
    kind = schema["type"]
    if kind in _STRICT:
        return {**schema, **_STRICT[kind]}
    if kind in {"date", "datetime"}:
        return {"type": "chain", "steps": [_TIME, schema]}
    if kind == "literal" and {*map(type, schema["expected"])} <= {bool, int}:
        exact_type = {"type": "bool" if isinstance(schema["expected"][0], bool) else "int", "strict": True}
        return {"type": "chain", "steps": [exact_type, schema]}  # to pydantic, 1 is True
    return schema


def _expected(schema: Schema) -> str:
    inner = schema["schema"] if schema["type"] == "nullable" else schema
    if inner["type"] == "union":
        return " or ".join(dict.fromkeys(map(_expected, inner["choices"])))
    return _EXPECTED.get(inner["type"], "an object")


def _none() -> None:
    return None


def _empty_model(kind: type[BaseModel]) -> BaseModel:
    from .validators import validator_of

    value, _ = read(validator_of(kind).validate_python, {})
    return value  # type: ignore[no-any-return] # what a model's validator returns


def _missing(misfit: Misfit, empty: Callable[[], Any]) -> Any:  # noqa: ANN401  # JSON is anything
    tell([misfit])
    return empty()


def _keep(misfit: Misfit, empty: Callable[[], Any], reader: Read, value: Any) -> Any:  # noqa: ANN401  # JSON is anything
    """Read a value that may still mean what it should, or keep it."""
    try:
        return reader(value)
    except ValueError:
        tell([misfit._replace(value=value)])
        return empty() if value is None else value


def _reader(schema: Schema) -> Read:
    """Return what reads a number in a text and such, or raises ValueError."""
    if schema["type"] == "nullable":
        return _reader(schema["schema"])
    if schema["type"] == "union":
        return partial(_read_any, [_reader(choice) for choice in schema["choices"]])
    return _READERS.get(schema["type"], _refuse)


def _read_any(readers: list[Read], value: Any) -> Any:  # noqa: ANN401  # JSON is anything
    for reader in readers:
        try:
            return reader(value)
        except ValueError:
            continue
    return _refuse(value)


def _refuse(value: object) -> Any:  # noqa: ANN401  # never returns
    message = f"{type(value)} can't be read as anything else"
    raise ValueError(message)


def _read_number(kind: str, value: Any) -> Any:  # noqa: ANN401  # JSON is anything
    """Read a number in a text, and 1.0 as an integer."""
    return _lax(kind).validate_python(value) if type(value) in {str, float} else _refuse(value)


def _read_time(kind: str, value: Any) -> Any:  # noqa: ANN401  # JSON is anything
    """Take a time that is one already."""
    return _lax(kind).validate_python(value) if isinstance(value, datetime.date) else _refuse(value)


_READERS: dict[str, Read] = {
    "date": partial(_read_time, "date"),
    "datetime": partial(_read_time, "datetime"),
    "float": partial(_read_number, "float"),
    "int": partial(_read_number, "int"),
}


@cache
def _lax(kind: str) -> SchemaValidator:
    return SchemaValidator(_LAX[kind])


_LAX = {
    "date": core_schema.date_schema(),
    "datetime": core_schema.datetime_schema(),
    "float": core_schema.float_schema(allow_inf_nan=False),
    "int": core_schema.int_schema(),
}


def places(value: Any, misfits: list[Misfit]) -> list[tuple[Place, Misfit]]:  # noqa: ANN401  # what was read
    """Return where in a value its misfits are."""
    by_field: dict[tuple[type, str], list[Misfit]] = {}
    for misfit in misfits:
        by_field.setdefault((misfit.owner, misfit.field), []).append(misfit)
    return list(_places(value, (), by_field))


def _places(
    value: Any,  # noqa: ANN401  # what was read
    place: Place,
    misfits: dict[tuple[type, str], list[Misfit]],
) -> Iterator[tuple[Place, Misfit]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).__pydantic_fields__.items():
            at = (*place, field.alias or name)
            member = value.__dict__.get(name)
            for misfit in misfits.get((type(value), name), ()):
                is_missing = name not in value.model_fields_set
                yield from ((found, misfit) for found in _holding(member, misfit, at) if misfit.missing == is_missing)
            yield from _places(member, at, misfits)
    for key, item in _items(value):
        yield from _places(item, (*place, key), misfits)


def _holding(value: Any, misfit: Misfit, place: Place) -> Iterator[Place]:  # noqa: ANN401  # what was read
    """Yield where a misfit stands in the field that has it: in its place, or in a list or a map."""
    if misfit.missing or value is misfit.value or (misfit.value is None and _is_empty(value)):
        yield place
        return
    for key, item in _items(value):
        yield from _holding(item, misfit, (*place, key))


def _is_empty(value: Any) -> bool:  # noqa: ANN401  # what was read
    return not value.model_fields_set if isinstance(value, BaseModel) else value in ([], {})


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:  # noqa: ANN401  # what was read
    if is_array(value):
        return enumerate(value)
    return value.items() if is_object(value) else ()
