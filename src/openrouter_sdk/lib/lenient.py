"""Making the most of a JSON value that doesn't fit: what fits is typed, the rest stays as it came, gaps are None."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import pydantic

from .json_values import is_array, is_object
from .model import BaseModel, OneOf, Unrecognized, loaded, members_of
from .validators import validator_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def construct(kind: Any, raw: Any) -> Any:  # noqa: ANN401  # any type form, any JSON
    """Return `raw` as a `kind`, as far as that goes."""
    kind = loaded(kind)
    try:
        return validator_of(kind).validate_python(raw)
    except pydantic.ValidationError:
        return _construct_parts(kind, raw)


def _construct_parts(kind: Any, raw: Any) -> Any:  # noqa: ANN401  # any type form, any JSON
    origin = get_origin(kind)
    if origin is Annotated:
        return _construct_annotated(kind, raw)
    if origin in {Union, UnionType}:
        return _construct_union(members_of(kind), raw)
    if is_array(raw) and origin is list:
        return [construct(get_args(kind)[0], item) for item in raw]
    if is_object(raw) and origin is dict:
        return {key: construct(get_args(kind)[1], item) for key, item in raw.items()}
    if is_object(raw) and isinstance(kind, type) and issubclass(kind, BaseModel):
        return _construct_model(kind, raw)
    return raw


def _construct_annotated(kind: Any, raw: Any) -> Any:  # noqa: ANN401  # any type form, any JSON
    union = get_args(kind)[0]
    choice = next((mark for mark in get_args(kind)[1:] if isinstance(mark, OneOf)), None)
    if choice is None or not is_object(raw):
        return construct(union, raw)
    member = choice.pick(choice.by_tag(members_of(union)), raw)
    return Unrecognized(raw=raw) if member is None else construct(member, raw)


def _construct_union(members: tuple[Any, ...], raw: Any) -> Any:  # noqa: ANN401  # any type form, any JSON
    """Take the first member that makes anything of `raw`."""
    for member in members:
        value = _construct_parts(member, raw)
        if value is not raw:
            return value
    return raw


def _construct_model(kind: type[BaseModel], raw: dict[str, Any]) -> BaseModel:
    values: dict[str, Any] = {}
    present: set[str] = set()
    rest = dict(raw)
    for name, field in kind.__pydantic_fields__.items():
        wire = field.alias or name
        if wire in rest:
            values[name] = construct(_annotation(field), rest.pop(wire))
            present.add(name)
        else:
            values[name] = None if field.is_required() else field.get_default()
    model = kind.__new__(kind)
    _fill(model, values, rest, present | rest.keys())
    return model


def _annotation(field: FieldInfo) -> Any:  # noqa: ANN401  # any type form
    """Return a field's annotation as it was written: pydantic keeps what `Annotated` adds apart."""
    arguments = (field.annotation, *field.metadata)
    spelt: Any = Annotated
    return spelt[arguments] if field.metadata else field.annotation


def _fill(model: BaseModel, values: dict[str, Any], extra: dict[str, Any], present: set[str]) -> None:
    """Set what pydantic's own constructor sets; `model_construct` would take aliases and extras its own way."""
    object.__setattr__(model, "__dict__", values)
    object.__setattr__(model, "__pydantic_fields_set__", present)
    object.__setattr__(model, "__pydantic_extra__", extra)
    object.__setattr__(model, "__pydantic_private__", None)
