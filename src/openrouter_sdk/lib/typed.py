"""Typed dicts that are made when they are first used: a module of params declares a hundred, a call uses a few.

To type checkers `TypedDict` is that of typing_extensions. At run time it keeps a class's annotations as they stand
there, which is as texts where `from __future__ import annotations` is in force, and makes the typed dict of them when
pydantic asks for it.
"""

from __future__ import annotations

import inspect
import sys
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar, cast, final, get_origin

import typing_extensions
from typing_extensions import Required, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import TypeAlias

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


T = TypeVar("T")


@final
class Untyped:
    """What no value is, so that only a dict of `Any` is a `Mapping[str, Untyped]`.

    Type checkers take a `dict[str, Any]` for `OrDict[SomeParam]`, and go on looking at the keys of a literal: they read
    `{"rol": "user"}` as a dict of texts. An `Extensible[SomeParam]` may have any further keys, in a literal, too.
    """


class LateTypedDict(type):
    """The type of typed dicts to be."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, total: bool = False) -> Any:  # noqa: ANN401  # the class
        """Make a class that knows its annotations, and nothing else. Keys are those of `total=False`."""
        if total:
            message = f"{name}: mark the required keys instead of the others: total=True isn't supported"
            raise TypeError(message)
        return super().__new__(cls, name, bases, namespace)

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, total: bool = False) -> None:
        super().__init__(name, bases, namespace)
        cls.__total__ = total

    def __call__(cls, *arguments: Any, total: bool = False, **named: Any) -> Any:  # noqa: ANN401  # a class or a dict
        """Make a dict, as a typed dict does when it is called; or by `TypedDict(name, fields)`, a typed dict."""
        if cls.__bases__ != (dict,):  # it isn't `TypedDict` itself
            return dict(*arguments, **named)
        name, fields = arguments
        caller = cast("FrameType", cast("FrameType", inspect.currentframe()).f_back)
        namespace = {"__annotations__": fields, "__module__": caller.f_globals["__name__"]}
        return LateTypedDict(name, (cls,), namespace, total=total)

    def __instancecheck__(cls, value: object) -> bool:
        """Take any dict."""
        return isinstance(value, dict)

    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic have the typed dict itself."""
        return handler.generate_schema(made(cls))

    @property
    def __required_keys__(cls) -> frozenset[str]:
        return frozenset(name for base in cls.__mro__ for name, kind in written(base).items() if _is_required(kind))

    @property
    def __optional_keys__(cls) -> frozenset[str]:
        return keys(cls) - cls.__required_keys__


class _Itself:
    """What `OrDict` and `Extensible` are at run time: nothing around a type, which validators see alone."""

    def __class_getitem__(cls, kind: Any) -> Any:  # noqa: ANN401  # a type form
        return kind


if TYPE_CHECKING:
    from typing_extensions import TypedDict as TypedDict  # noqa: PLC0414  # others import it from here

    OrDict: TypeAlias = T | Mapping[str, Untyped]
    Extensible: TypeAlias = T | Mapping[str, Any]
else:
    TypedDict = LateTypedDict("TypedDict", (dict,), {"__doc__": "The base of typed dicts."})
    OrDict = Extensible = _Itself


def keys(kind: type) -> frozenset[str]:
    """Return the keys of a typed dict, inherited ones included."""
    return frozenset(name for base in kind.__mro__ for name in written(base))


def written(kind: type) -> dict[str, Any]:
    """Return a class's own annotations as they stand there."""
    return inspect.get_annotations(kind)


def _is_required(kind: Any) -> bool:  # noqa: ANN401  # an annotation, or its text
    return kind.startswith("Required[") if isinstance(kind, str) else get_origin(kind) is Required


@cache
def annotation(kind: type, name: str) -> Any:  # noqa: ANN401  # a type form
    """Return the type of one key; KeyError if there is no such key."""
    for base in kind.__mro__:
        if name in written(base):
            text = written(base)[name]
            namespace = vars(sys.modules[base.__module__])
            return eval(text, namespace) if isinstance(text, str) else text  # noqa: S307  # an annotation of ours
    raise KeyError(name)


def resolved(kind: type, name: str) -> Any:  # noqa: ANN401  # a type form
    """Return the type of one key as `annotation` does, with all names in it resolved, however deep they are."""
    found = SimpleNamespace(__annotations__={name: annotation(kind, name)})
    namespace = vars(sys.modules[kind.__module__])
    return get_type_hints(found, globalns=namespace, include_extras=True)[name]


@cache
def made(kind: LateTypedDict) -> Any:  # noqa: ANN401  # a typed dict
    """Make the typed dict."""
    make = cast("Any", typing_extensions.TypedDict)
    typed = make(kind.__name__, get_type_hints(kind, include_extras=True), total=False)
    typed.__module__, typed.__doc__ = kind.__module__, kind.__doc__
    return typed
