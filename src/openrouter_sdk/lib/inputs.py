"""What callers give, as JSON values: objects of classes of their own, others' numbers, moments, iterators.

What a response brought stays what it is here: the validators know where it fits, and send it back as it came.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import pydantic
import pydantic_core

from .invalid import invalid_at
from .json_values import is_array, is_object
from .model import as_it_came

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Place = tuple[str | int, ...]
UNWRITABLE = "can't be written as JSON"
TOO_DEEP = f"It {UNWRITABLE}: it holds itself, or is nested too deeply"
_SCALARS = frozenset({str, int, float, bool, type(None)})
_NAIVE = (
    "A time without a zone could be any moment; give it one: .astimezone() if it is this machine's time, "
    ".replace(tzinfo=datetime.timezone.utc) if it is UTC"
)


def is_plain(value: Any) -> bool:  # noqa: ANN401  # an argument
    """Tell whether `value` is made of JSON's types alone: it nearly always is, and then there is nothing to do."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType]  # of what isn't known yet; a cast would take time
    items = value.values() if kind is dict else value if kind is list else None
    if items is None:
        return kind in _SCALARS
    for item in items:  # noqa: SIM110  # takes half the time of all()
        if type(item) not in _SCALARS and not is_plain(item):
            return False
    return True


def json_like(value: Any, place: Place) -> Any:  # noqa: ANN401  # an argument
    """Return an argument in JSON's types, as far as it can be said without knowing what belongs there."""
    if isinstance(value, Enum):
        return json_like(value.value, place)
    if _stays(value):
        return value
    if isinstance(value, datetime.date):
        return moment(value, place)
    if _is_mapping(value):
        return _each(json_like, value, place)
    held = _held(value)
    if held is not value:
        return json_like(held, place)
    return _each(json_like, list(value), place) if _is_iterable(value) else value


def finished(value: Any, place: Place) -> Any:  # noqa: ANN401  # a checked argument
    """Return a checked argument with what a response brought as it came, or say what JSON can't hold."""
    if isinstance(value, pydantic.BaseModel):
        return as_it_came(value)
    if type(value) in _SCALARS or isinstance(value, (str, int, float)):
        return value
    if not isinstance(value, (dict, list)):
        raise invalid_at(place, f"It {UNWRITABLE}: {described(value)}", None)
    return _each(finished, value, place)


def _stays(value: object) -> bool:
    """Tell whether `value` is for the validators: texts and numbers, content of files, classes, what came."""
    return (
        isinstance(value, (str, int, float, bytes, os.PathLike, type, type(None)))
        or hasattr(value, "read")
        or is_returned(value)
    )


def is_returned(value: object) -> TypeGuard[pydantic.BaseModel]:
    """Tell whether `value` is a model of this package, which a response brought."""
    return isinstance(value, pydantic.BaseModel) and type(value).__module__.startswith("openrouter_sdk.")


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    return isinstance(value, Iterable)


def moment(value: datetime.date, place: Place) -> str:
    """Write a date, or a moment in UTC."""
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value.utcoffset() is None:
        raise invalid_at(place, _NAIVE, value)
    return value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def _held(value: Any) -> Any:  # noqa: ANN401  # an argument
    """Return what an object holds, defaults included; the very same object if it is none that is known."""
    kind = cast("Any", type(value))
    if isinstance(value, pydantic.BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if hasattr(kind, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in kind.__dataclass_fields__}
    if hasattr(kind, "__attrs_attrs__"):
        return {field.name: getattr(value, field.name) for field in kind.__attrs_attrs__}
    if hasattr(kind, "__fields_set__"):  # pydantic's first version
        return value.dict(by_alias=True)
    return _number(value)


def _number(value: Any) -> Any:  # noqa: ANN401  # an argument
    """Return numpy's scalars and arrays, and numbers of other kinds, as Python's; UUIDs, URLs and the like as texts."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__index__"):
        return int(value)
    if hasattr(value, "__float__"):
        return float(value)
    if _is_iterable(value):
        return value
    try:
        return pydantic_core.to_jsonable_python(value)
    except pydantic_core.PydanticSerializationError:
        return value


def _each(step: Callable[[Any, Place], Any], value: Any, place: Place) -> Any:  # noqa: ANN401  # an object or an array
    if _is_mapping(value):
        return {name: step(value[name], (*place, str(name))) for name in value}
    return [step(item, (*place, index)) for index, item in enumerate(value)]


def described(value: object) -> str:
    """Tell of what kind a value is, in a caller's words."""
    for kinds, words in _WORDS:
        if isinstance(value, kinds):
            return words
    if callable(value):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in set('aeiou') else 'a'} {name}"


_WORDS: tuple[tuple[Any, str], ...] = (
    (type(None), "None"),
    (bool, "a boolean"),
    (type, "a class"),
    (int, "an integer"),
    (float, "a number"),
    (str, "a string"),
    (bytes, "bytes"),
    (os.PathLike, "a path"),
    (pydantic.BaseModel, "a model"),
    (Mapping, "a dict"),
    ((list, tuple), "a list"),
)


def places(value: Any, test: Callable[[Any], bool], place: Place) -> Iterator[Place]:  # noqa: ANN401  # a JSON value
    """Yield the places at which `test` holds."""
    if test(value):
        yield place
    items = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
    for part, item in items:
        yield from places(item, test, (*place, part))


def is_half(value: object) -> bool:
    """Tell whether `value` is a text that UTF-8 can't hold."""
    return isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value)


def is_not_finite(value: object) -> bool:
    """Tell whether `value` is a number that JSON can't hold."""
    return isinstance(value, float) and not isfinite(value)
