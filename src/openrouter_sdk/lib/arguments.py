"""Checking what a caller passed: names, required ones, and values, each by a validator built when it is first used."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import pydantic
from typing_extensions import Required

from ..errors import SDKValidationError
from ..types.options import RequestOptions
from . import typed
from .inputs import TOO_DEEP, finished, is_plain, json_like
from .invalid import rejected
from .model import OPEN, named
from .operation import Checked
from .urls import path_names, plain
from .validators import SENT, build

if TYPE_CHECKING:
    from .operation import Operation
    from .validators import Validator

    Names = frozenset[str]

OPTIONS = typed.keys(RequestOptions)
_OBJECTS = frozenset({"timeout", "retries"})  # lib/settings.py looks at these
_NO_BODY = {
    "loc": ("extra_body",),
    "type": "unexpected",
    "msg": "A GET request has no body; extra_query adds to its URL",
}


class Signature:
    """The arguments that an operation takes.

    A validator takes `[value]` and not `value`: pydantic lets a list, but not a typed dict, be given a config.
    """

    def __init__(self, params: Any, as_text: Names, left_out: Names, as_given: Names) -> None:  # noqa: ANN401  # a typed dict class
        """Take a class of params, and the names of those that travel as texts, may be None, and stay objects."""
        self._params = params
        self.names = typed.keys(params)
        self._required: Names = params.__required_keys__
        self._as_text = as_text
        self._left_out = left_out - self._required
        self._as_given = as_given
        self._validators: dict[str, Validator] = {}
        self._texts: dict[str, bool] = {}

    def check(self, arguments: Mapping[str, Any], problems: list[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the checked arguments, and add all that is wrong with them to `problems`."""
        problems.extend(self._missing(arguments))
        checked: dict[str, Any] = {}
        for name, value in arguments.items():
            if value is None and name in self._left_out:
                continue
            try:
                checked[name] = self._valid(name, value) if name in self._as_given else self._checked(name, value)
            except SDKValidationError as error:
                problems.extend(error.errors)
            except RecursionError:
                problems.append({"loc": (name,), "type": "value", "msg": TOO_DEEP})
        return checked

    def _checked(self, name: str, value: Any) -> Any:  # noqa: ANN401  # an argument
        if type(value) is str and self._takes_text(name):
            return value  # a text for `input` needn't build the validators of the fifty items that may stand there
        if name in self._as_text:
            return self._text(name, json_like(self._as_date(name, value), (name,)))
        if is_plain(value):
            return self._valid(name, value)
        return finished(self._valid(name, json_like(value, (name,))), (name,))

    def _text(self, name: str, value: Any) -> Any:  # noqa: ANN401  # an argument
        """Check an argument that travels as text, where "5" and 5 are the same."""
        try:
            return self._valid(name, value)
        except SDKValidationError:
            other = _other_form(value)
            if other is value:
                raise
            with contextlib.suppress(SDKValidationError):
                self._valid(name, other)
                return value
            raise

    def _as_date(self, name: str, value: Any) -> Any:  # noqa: ANN401  # an argument
        """Take the day of a moment where a day is asked for: to Python, each moment is a date."""
        if isinstance(value, datetime.datetime) and value.utcoffset() is not None:
            kinds = get_args(_bare(self._type(name)))
            if datetime.date in kinds and datetime.datetime not in kinds:
                return value.astimezone(datetime.timezone.utc).date()
        return value

    def _valid(self, name: str, value: Any) -> Any:  # noqa: ANN401  # an argument
        try:
            return self._validator(name).validate_python([value])[0]
        except pydantic.ValidationError as error:
            return self._mended(name, value, error)

    def _mended(self, name: str, value: Any, error: pydantic.ValidationError) -> Any:  # noqa: ANN401  # an argument
        """Check again what could be put right, as long as there is such a thing; then tell what is left."""
        from .problems import mended, read, refused, told

        first = problems = read(error, value)
        while True:
            new = value if self._is_free(name) else mended(value, problems)
            if new is value:
                left = refused(problems)
                if not left:
                    return value
                raise rejected(told(name, left, first), value)
            value = new
            try:
                return self._validator(name).validate_python([value])[0]
            except pydantic.ValidationError as another:
                problems = read(another, value)

    def _is_free(self, name: str) -> bool:
        """Tell whether an argument's keys are the caller's own, as in metadata: none of them can be left out."""
        kind = _bare(self._type(name))
        return any(get_origin(part) is Mapping for part in (kind, *get_args(kind)))

    def _validator(self, name: str) -> Validator:
        validator = self._validators.get(name)
        if validator is None:
            kind = list.__class_getitem__(_bare(self._type(name)))
            validator = self._validators[name] = build(kind, SENT)
        return validator

    def _takes_text(self, name: str) -> bool:
        known = self._texts.get(name)
        if known is None:
            known = self._texts[name] = takes_text(typed.annotation(self._params, name))
        return known

    def _type(self, name: str) -> Any:  # noqa: ANN401  # a type form
        return typed.resolved(self._params, name)

    def build_all(self) -> None:
        """Build the validators of all arguments now."""
        for name in self.names:
            self._validator(name)

    def _missing(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        missing = sorted(self._required - arguments.keys())
        return [{"loc": (name,), "type": "missing", "msg": "This argument is required"} for name in missing]


def takes_text(annotation: Any) -> bool:  # noqa: ANN401  # a type form
    """Tell whether any text is right for a type: `str`, a union with it, or an open enumeration."""
    kind = _bare(annotation)
    if get_origin(kind) is Annotated:
        kind, *marks = get_args(kind)
        return marks == [OPEN] and takes_text(kind)
    return kind is str or (get_origin(kind) in {Union, UnionType} and any(map(takes_text, get_args(kind))))


def _bare(annotation: Any) -> Any:  # noqa: ANN401  # a type form
    return get_args(annotation)[0] if get_origin(annotation) is Required else annotation


def _other_form(value: Any) -> Any:  # noqa: ANN401  # a JSON value
    """Return the number or boolean that a text spells, the text that spells one, or `value` itself."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            read = json.loads(value)
            return read if isinstance(read, (int, float)) else value
        return value
    return plain(value) if isinstance(value, (int, float)) else value


_signatures: dict[str, Signature] = {}


def signature(operation: Operation[Any, Any]) -> Signature:
    """Return the signature of an operation."""
    found = _signatures.get(operation.params)
    if found is None:
        found = _signatures[operation.params] = _signature(operation)
    return found


def _signature(operation: Operation[Any, Any]) -> Signature:
    params = named(f"params.{operation.params}")
    as_text = frozenset({*operation.query, *operation.headers, *path_names(operation.path)})
    names = typed.keys(params) - OPTIONS
    files = frozenset(name for name in names if operation.wire_names.get(name, name) in operation.files)
    return Signature(params, as_text, as_text if operation.body == "json" else names, files)


@cache
def _options() -> Signature:
    return Signature(RequestOptions, frozenset(), OPTIONS - {"timeout"}, _OBJECTS)


def check(operation: Operation[Any, Any], given: Mapping[str, Any], *, stream: bool = False) -> Checked:
    """Return what was given, checked, or raise `SDKValidationError` with all that is wrong."""
    known = signature(operation)
    options: dict[str, Any] = {}
    arguments: dict[str, Any] = {}
    problems: list[Mapping[str, Any]] = []
    for name, value in given.items():
        if name in OPTIONS:
            options[name] = value
        elif name in known.names:
            arguments[name] = value
        else:
            problems.append(_unknown(operation, name))
    arguments = known.check(arguments, problems)
    options = _options().check(options, problems) if options else options
    checked = Checked(operation, arguments, options, stream)
    if "extra_body" in checked.options and operation.method == "GET":
        problems.append(_NO_BODY)
    if problems:
        raise rejected(problems, dict(given))
    return checked


def _unknown(operation: Operation[Any, Any], name: str) -> dict[str, Any]:
    from .hints import for_argument

    hint = for_argument(name, signature(operation).names, has_body=operation.method != "GET")
    return {"loc": (name,), "type": "unexpected", "msg": f"There is no such argument{hint}"}
