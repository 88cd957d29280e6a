"""What must hold of every value and every error, whatever came."""

from __future__ import annotations

import copy
import datetime
import json
import math
import pickle
from typing import TYPE_CHECKING, Any

import pydantic

from openrouter_sdk import OpenRouterError
from openrouter_sdk.errors import ResponseValidationError, SDKValidationError
from openrouter_sdk.lib.model import loaded
from openrouter_sdk.lib.texts import paired

from .values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_MESSAGE = 3000


def check_error(error: Exception) -> None:
    """An error of ours, that can be shown and sent elsewhere."""
    assert isinstance(error, OpenRouterError), f"not an error of this package: {error!r}"
    text = str(error)
    text.encode()
    repr(error)
    if isinstance(error, (SDKValidationError, ResponseValidationError)):
        assert len(text) < LONGEST_MESSAGE, f"an error of {len(text)} characters: {text[:300]}"
        error.pretty()


def check_value(value: Any) -> None:
    """Whatever can be done with a model works, without a warning; those that run the tests make errors of them."""
    repr(value)
    str(value)
    if not isinstance(value, pydantic.BaseModel):
        return
    text = value.model_dump_json(by_alias=True)
    text.encode()
    json.loads(text)
    value.model_dump(mode="json")
    for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301  # just pickled
        assert type(twin) is type(value)
        assert same(twin.model_dump(), value.model_dump()), "a copy differs"
    assert isinstance(value == copy.copy(value), bool)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, NaN included."""
    return not list(losses(one, other)) and not list(losses(other, one))


def check_kept(raw: Any, value: Any) -> None:
    """All that came is in the dump of what it was read as."""
    dumped = value.model_dump(by_alias=True, exclude_unset=True) if isinstance(value, pydantic.BaseModel) else value
    lost = next(losses(raw, dumped), None)
    assert lost is None, f"lost or changed: {lost}"


def losses(raw: Any, dumped: Any, place: str = "") -> Iterator[str]:
    """Yield where `dumped` lacks what is in `raw`; a null may read as an empty object or list."""
    if is_object(raw) and is_object(dumped):
        for key, item in raw.items():
            if key not in dumped:
                yield f"{place}.{key} is gone"
            else:
                yield from losses(item, dumped[key], f"{place}.{key}")
    elif is_array(raw) and is_array(dumped):
        if len(raw) != len(dumped):
            yield f"{place} has {len(dumped)} items, not {len(raw)}"
        for index, (item, other) in enumerate(zip(raw, dumped, strict=False)):
            yield from losses(item, other, f"{place}[{index}]")
    elif not _is_kept(raw, dumped):
        yield f"{place}: {_short(raw)} became {_short(dumped)}"


def _is_kept(raw: Any, dumped: Any) -> bool:
    if raw is None:
        return dumped is None or dumped in ({}, [])
    if isinstance(raw, bool) or isinstance(dumped, bool):
        return raw is dumped
    if isinstance(raw, str) and isinstance(dumped, str):
        return paired(raw) == dumped or raw == dumped
    if type(raw) is type(dumped) and raw == dumped:
        return True
    if isinstance(dumped, (int, float)):
        return _is_number(raw, dumped)
    return isinstance(dumped, datetime.date) and _is_time(raw, dumped)


def _is_number(raw: Any, dumped: float) -> bool:
    """Tell whether a number is the one that came; a text of a number may be read as it."""
    try:
        number = type(dumped)(raw)
    except (TypeError, ValueError, OverflowError):
        return False
    if math.isfinite(dumped):
        return bool(number == dumped and (isinstance(raw, str) or type(dumped) is float or raw == dumped))
    return isinstance(raw, float) and str(raw) == str(dumped)


def _is_time(raw: Any, dumped: datetime.date) -> bool:
    if not isinstance(raw, (str, int, float)):
        return False
    try:
        return bool(pydantic.TypeAdapter(type(dumped)).validate_python(raw) == dumped)
    except pydantic.ValidationError:
        return False


def _short(value: Any) -> str:
    return f"{ascii(value)[:80]} ({type(value).__name__})"


def check_promises(raw: Any, value: Any, place: str = "", depth: int = 3) -> None:
    """What the type promises can be read: a required list or object that is missing or null reads as an empty one."""
    if not isinstance(value, pydantic.BaseModel) or not is_object(raw) or not depth:
        return
    for name, field in type(value).model_fields.items():
        found = getattr(value, name)
        came = raw.get(field.alias or name)
        here = f"{place}.{name}"
        if came is None and field.is_required():
            _check_empty(field.annotation, found, here)
        elif is_array(found) and is_array(came):
            for index, (item, part) in enumerate(zip(found, came, strict=False)):
                check_promises(part, item, f"{here}[{index}]", depth - 1)
        else:
            check_promises(came, found, here, depth - 1)


def _check_empty(annotation: Any, found: Any, place: str) -> None:
    kind = getattr(annotation, "__origin__", annotation)
    if kind is list:
        assert found == [], f"{place} is a required list, and reads as {found!r}"
    elif kind is dict:
        assert found == {}, f"{place} is a required object, and reads as {found!r}"
    elif _is_model(kind):
        assert isinstance(found, pydantic.BaseModel), f"{place} is a required object, and reads as {found!r}"


def _is_model(kind: Any) -> bool:
    found = loaded(kind)
    return isinstance(found, type) and issubclass(found, pydantic.BaseModel)
