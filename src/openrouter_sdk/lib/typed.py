"""What is asked of typed dicts: a module of params declares a hundred, of which a call needs a few keys' types.

Annotations are texts (`from __future__ import annotations`), which typed dicts keep as forward references. So the type
of one key can be had without those of all others.
"""

from __future__ import annotations

import sys
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ForwardRef, TypeVar, final, get_origin

from typing_extensions import Required, get_type_hints, is_typeddict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias


T = TypeVar("T")


@final
class Untyped:
    """What no value is, so that only a dict of `Any` is a `Mapping[str, Untyped]`.

    Type checkers take a `dict[str, Any]` for `OrDict[SomeParam]`, and go on looking at the keys of a literal: they read
    `{"rol": "user"}` as a dict of texts. An `Extensible[SomeParam]` may have any further keys, in a literal, too.
    """


class _Itself:
    """What `OrDict` and `Extensible` are at run time: nothing around a type, which validators see alone."""

    def __class_getitem__(cls, kind: Any) -> Any:  # noqa: ANN401  # a type form
        return kind


if TYPE_CHECKING:
    OrDict: TypeAlias = T | Mapping[str, Untyped]
    Extensible: TypeAlias = T | Mapping[str, Any]
else:
    OrDict = Extensible = _Itself


def keys(kind: Any) -> frozenset[str]:  # noqa: ANN401  # a typed dict class
    """Return the keys of a typed dict, inherited ones included."""
    return frozenset(kind.__annotations__)


def mark_required(module: str) -> None:
    """Let the typed dicts of a module, which are `total=False`, know their required keys.

    Python itself doesn't look for `Required` in annotations that are texts.
    """
    for kind in vars(sys.modules[module]).values():
        if is_typeddict(kind) and kind.__module__ == module:
            forms = kind.__annotations__
            kind.__required_keys__ = frozenset(name for name in forms if _is_required(forms[name]))
            kind.__optional_keys__ = keys(kind) - kind.__required_keys__


def _is_required(form: Any) -> bool:  # noqa: ANN401  # a type form
    if isinstance(form, ForwardRef):
        return form.__forward_arg__.startswith("Required[")
    return get_origin(form) is Required


@cache
def annotation(kind: Any, name: str) -> Any:  # noqa: ANN401  # a typed dict class; a type form
    """Return the type of one key; KeyError if there is no such key."""
    form = kind.__annotations__[name]
    return eval(form.__forward_arg__, _namespace(kind, form)) if isinstance(form, ForwardRef) else form  # noqa: S307  # an annotation of ours


def resolved(kind: Any, name: str) -> Any:  # noqa: ANN401  # a typed dict class; a type form
    """Return the type of one key as `annotation` does, with all names in it resolved, however deep they are."""
    found = SimpleNamespace(__annotations__={name: annotation(kind, name)})
    namespace = _namespace(kind, kind.__annotations__[name])
    return get_type_hints(found, globalns=namespace, include_extras=True)[name]


def _namespace(kind: Any, form: Any) -> dict[str, Any]:  # noqa: ANN401  # a typed dict class, the type form of a key
    """Return the names that a key's type is written with: those of the module where the key is declared."""
    return vars(sys.modules[getattr(form, "__forward_module__", None) or kind.__module__])
