"""Checking what a caller passed: names, required ones, and values, each by a validator built when it is first used."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import pydantic
from typing_extensions import Required

from ..errors import SDKValidationError
from ..types.options import RequestOptions
from . import typed
from .model import OPEN, named, without_models
from .operation import Checked
from .validators import SENT, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .operation import Operation
    from .validators import Validator

OPTIONS = typed.keys(RequestOptions)
_TOLD = 3


class Signature:
    """The arguments that an operation takes.

    A validator takes `[value]` and not `value`: pydantic lets a list, but not a typed dict, be given a config.
    """

    def __init__(self, params: Any) -> None:  # noqa: ANN401  # a typed dict class
        self._params = params
        self._names = typed.keys(params)
        self._required: frozenset[str] = params.__required_keys__
        self._validators: dict[str, Validator] = {}
        self._texts: dict[str, bool] = {}

    def check(self, operation_id: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked arguments, or raise `SDKValidationError` with all that is wrong."""
        problems = self._missing(arguments)
        checked: dict[str, Any] = {}
        for name, value in arguments.items():
            try:
                checked[name] = self._checked(name, value)
            except KeyError:
                problems.append(self._unknown(name))
            except pydantic.ValidationError as error:
                problems.extend(_located(name, error))
        if problems:
            raise _rejected(operation_id, problems, arguments)
        return checked

    def _checked(self, name: str, value: Any) -> Any:  # noqa: ANN401  # an argument
        if type(value) is str and self._takes_text(name):
            return value  # a text for `input` needn't build the validators of the fifty items that may stand there
        validate = self._validator(name).validate_python
        try:
            return validate([value])[0]
        except pydantic.ValidationError:
            # What a response held may stand in a dict of the caller's, too: a message's tool calls, say.
            plain = without_models(value)
            if plain is value:
                raise
            return validate([plain])[0]

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
        if name not in self._names:
            raise KeyError(name)
        return typed.resolved(self._params, name)

    def build_all(self) -> None:
        """Build the validators of all arguments now."""
        for name in self._names:
            self._validator(name)

    def _missing(self, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
        missing = sorted(self._required - arguments.keys())
        return [{"loc": (name,), "type": "missing", "msg": "This argument is required"} for name in missing]

    def _unknown(self, name: str) -> dict[str, Any]:
        import difflib

        close = difflib.get_close_matches(name, self._names, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ". To send it all the same, put it into extra_body"
        return {"loc": (name,), "type": "unexpected", "msg": f"There is no such argument{hint}"}


def takes_text(annotation: Any) -> bool:  # noqa: ANN401  # a type form
    """Tell whether any text is right for a type: `str`, a union with it, or an open enumeration."""
    kind = _bare(annotation)
    if get_origin(kind) is Annotated:
        kind, *marks = get_args(kind)
        return marks == [OPEN] and takes_text(kind)
    return kind is str or (get_origin(kind) in {Union, UnionType} and any(map(takes_text, get_args(kind))))


def _bare(annotation: Any) -> Any:  # noqa: ANN401  # a type form
    return get_args(annotation)[0] if get_origin(annotation) is Required else annotation


def _located(name: str, error: pydantic.ValidationError) -> list[dict[str, Any]]:
    """Return pydantic's problems, with the argument in place of the list around it."""
    found = error.errors(include_url=False, include_context=False)
    return [{**problem, "loc": (name, *problem["loc"][1:])} for problem in found]


def _rejected(operation_id: str, problems: list[dict[str, Any]], arguments: Mapping[str, Any]) -> SDKValidationError:
    told = "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems[:_TOLD])
    more = f" (and {len(problems) - _TOLD} more; see .pretty())" if len(problems) > _TOLD else ""
    return SDKValidationError(f"{operation_id}: {told}{more}", problems, dict(arguments))


@cache
def signature(params: str) -> Signature:
    """Return the signature for the class that `Operation.params` names."""
    return Signature(named(f"params.{params}"))


@cache
def _options() -> Signature:
    return Signature(RequestOptions)


def check(operation: Operation[Any, Any], given: Mapping[str, Any], *, stream: bool = False) -> Checked:
    """Return what was given, checked, or raise `SDKValidationError`."""
    options = {name: value for name, value in given.items() if name in OPTIONS}
    arguments = {name: value for name, value in given.items() if name not in OPTIONS}
    return Checked(
        operation,
        signature(operation.params).check(operation.id, arguments),
        _options().check(operation.id, options) if options else options,
        stream,
    )
