"""Unions of the API's answers, all of them: a member is found by its tag, or by its fields, and nothing is lost."""

from __future__ import annotations

import pkgutil
import types
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import pydantic
import pytest
from pydantic import TypeAdapter

from openrouter_sdk import BaseModel, Unrecognized, models
from openrouter_sdk.lib.misfits import read
from openrouter_sdk.lib.model import OneOf, loaded, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo


def modules() -> Iterator[types.ModuleType]:
    for info in pkgutil.iter_modules(models.__path__):
        yield import_module(f"openrouter_sdk.models.{info.name}")


def all_types() -> Iterator[tuple[str, Any]]:
    """Yield every type that a field or an alias of the models has."""
    for module in modules():
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__:
                for field_name, field in kind.model_fields.items():
                    yield f"{name}.{field_name}", annotation(field)
            elif get_origin(kind) is not None:
                yield name, kind


def annotation(field: FieldInfo) -> Any:
    whole: Any = Annotated
    arguments = (field.annotation, *field.metadata)
    return whole[arguments] if field.metadata else field.annotation


def unions(kind: Any) -> Iterator[tuple[tuple[Any, ...], OneOf | None]]:
    """Yield the unions in a type, with their marks."""
    marks = [mark for mark in get_args(kind)[1:] if isinstance(mark, OneOf)] if get_origin(kind) is Annotated else []
    inner = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(inner) in {Union, types.UnionType}:
        yield get_args(inner), marks[0] if marks else None
    for part in get_args(inner):
        if get_origin(inner) is not Literal:
            yield from unions(part)


def is_model(kind: Any) -> bool:
    real = loaded(kind)
    return isinstance(real, type) and issubclass(real, BaseModel)


PLACES = [(place, members, mark) for place, kind in all_types() for members, mark in unions(kind)]
CHOICES = {place: (members, mark) for place, members, mark in PLACES if mark is not None}


def test_every_union_of_objects_is_marked() -> None:
    """`list[A] | list[B]` and such are told apart by pydantic; `A | B` of objects would always be an A."""
    unmarked = [
        place
        for place, members, mark in PLACES
        if mark is None and sum(map(is_model, members)) > 1 and place not in STATIC
    ]
    assert unmarked == []
    assert len(CHOICES) > 50


# What pages yield, which nothing is read as.
STATIC = {"ListFilesItem"}


@cache
def adapter(place: str) -> TypeAdapter[Any]:
    members, mark = CHOICES[place]
    union: Any = Union
    whole: Any = Annotated
    return TypeAdapter(whole[union[members], mark])


def objects(place: str) -> list[type[BaseModel]]:
    members, _ = CHOICES[place]
    return [loaded(member) for member in members if is_model(member) and loaded(member) is not Unrecognized]


@pytest.mark.parametrize("place", CHOICES)
def test_what_no_member_is_tagged_as_is_kept(place: str) -> None:
    """Only a member that takes any tag can be found instead."""
    _, mark = CHOICES[place]
    raw: dict[str, Any] = {mark.tag or "x": "hologram", "deep": {"new": [1, None]}}
    value, misfits = read(adapter(place).validate_python, raw)
    if any(tags(kind, mark.tag) == (None,) for kind in objects(place)):
        assert isinstance(value, BaseModel)
    else:
        assert value == Unrecognized(raw=raw)
        assert mark.tag == "" or not misfits
    assert value.model_dump(by_alias=True, exclude_unset=True) == raw


@pytest.mark.parametrize("place", CHOICES)
def test_a_tag_picks_its_member(place: str) -> None:
    _, mark = CHOICES[place]
    for kind in objects(place):
        for tag in tags(kind, mark.tag):
            raw = {**least(kind), mark.tag: tag or "anything"}
            value, misfits = read(adapter(place).validate_python, raw)
            assert tag in tags(type(value), mark.tag), (kind, value)
            assert misfits == []


@pytest.mark.parametrize("place", CHOICES)
def test_an_object_without_the_tag_is_a_member_that_it_fits(place: str) -> None:
    _, mark = CHOICES[place]
    for kind in objects(place):
        raw = {name: value for name, value in least(kind).items() if name != mark.tag}
        value, misfits = read(adapter(place).validate_python, raw)
        assert value.model_dump(by_alias=True, exclude_unset=True, mode="json") == raw
        if raw and None not in tags(kind, mark.tag):
            assert isinstance(value, BaseModel)
            assert not isinstance(value, Unrecognized), kind
            assert all(misfit.missing for misfit in misfits)


def least(kind: type[BaseModel]) -> dict[str, Any]:
    """Make an object with the fields that a model requires."""
    return {
        field.alias or name: sample(annotation(field))
        for name, field in kind.model_fields.items()
        if field.is_required()
    }


PLAIN: dict[Any, Any] = {str: "x", int: 1, float: 1.5, bool: True, Any: "x", type(None): None, bytes: "x"}


def sample(kind: Any) -> Any:
    """Make a JSON value that fits a type."""
    kind = loaded(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return arguments[0]
    if origin in {Annotated, Union, types.UnionType}:
        return sample(arguments[0])
    if origin is list or origin is dict:
        return [] if origin is list else {}
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return least(kind) if issubclass(kind, BaseModel) else {}
    name = str(getattr(kind, "__name__", ""))  # pyright: ignore[reportUnknownArgumentType]  # a type form of any kind
    return (
        {"datetime": "2026-01-02T03:04:05Z", "date": "2026-01-02"}[name]
        if name in {"datetime", "date"}
        else PLAIN[kind]
    )
