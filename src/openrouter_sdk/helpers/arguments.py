"""Checking what a function written by hand is given, as generated ones do: what is wrong is its error, never raised."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

from ..errors import SDKValidationError
from ..lib.client_errors import as_error
from ..lib.invalid import invalid, rejected, said_by
from ..lib.typed import keys
from ..types.result import Err

Check: TypeAlias = Callable[[Any], str]
P = ParamSpec("P")
R = TypeVar("R")
_NEVER_BY_NAME = inspect.Parameter.VAR_KEYWORD


def text(value: object) -> str:
    """Return what is wrong with a text; "" if nothing is."""
    if not isinstance(value, str) or not value:
        return "it must be a text, and not an empty one"
    return "" if not any("\ud800" <= letter <= "\udfff" for letter in value) else "it holds half a character"


def seconds(value: object) -> str:
    """Return what is wrong with a time."""
    return "" if not number(value) and cast("float", value) > 0 else "it must be a number of seconds, and more than 0"


def number(value: object) -> str:
    """Return what is wrong with a number."""
    try:
        fits = not isinstance(value, (bool, str, bytes)) and math.isfinite(cast("float", value))
    except (OverflowError, TypeError, ValueError):
        fits = False
    return "" if fits else "it must be a number"


def function(value: object) -> str:
    """Return what is wrong with a callback."""
    return "" if callable(value) else "it must be a function"


def refused(name: str, argument: str, message: str, value: object) -> SDKValidationError:
    """Return the error of the function `name` for one of its arguments."""
    return said_by(name, invalid(argument, message, value))


def checked(options: type | None = None, **checks: Check) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function return the error of arguments that don't fit, and of whatever else it raises.

    Args:
        options: a typed dict of what it takes as `**options`.
        checks: for some of the arguments, what says what is wrong with a value.
    """

    def decorate(target: Callable[P, R]) -> Callable[P, R]:
        arguments = _Arguments(target, options, checks)

        @functools.wraps(target)
        def call(*given: P.args, **named: P.kwargs) -> R:
            try:
                return target(*given, **arguments.accepted(given, named))
            except Exception as error:  # noqa: BLE001  # the promise of this package
                return cast("R", Err(as_error(error)))

        return call

    return decorate


def checked_async(
    options: type | None = None, **checks: Check
) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Callable[P, Coroutine[Any, Any, R]]]:
    """Do as `checked` does, for an asynchronous function."""

    def decorate(target: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
        arguments = _Arguments(target, options, checks)

        @functools.wraps(target)
        async def call(*given: P.args, **named: P.kwargs) -> R:
            try:
                return await target(*given, **arguments.accepted(given, named))
            except Exception as error:  # noqa: BLE001  # the promise of this package
                return cast("R", Err(as_error(error)))

        return call

    return decorate


class _Arguments:
    """What a function takes."""

    def __init__(self, target: Callable[..., Any], options: type | None, checks: Mapping[str, Check]) -> None:
        self._takes_options = options is not None
        self._name = target.__name__.removesuffix("_async")
        self._checks = checks
        parameters = inspect.signature(target).parameters.values()
        known = [each for each in parameters if each.kind is not _NEVER_BY_NAME]
        self._names = [*(each.name for each in known), *sorted(keys(options) if options else ())]
        self._positional = [each.name for each in known if each.kind is not inspect.Parameter.KEYWORD_ONLY]
        self._required = [each.name for each in known if each.default is inspect.Parameter.empty]

    def accepted(self, given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments to pass by name, or raise `SDKValidationError` with all that is wrong."""
        passed = {name: value for name, value in named.items() if value is not None or name in self._required}
        there = {*self._positional[: len(given)], *passed}
        problems = [
            *(_problem(name, "This argument is required", "missing") for name in self._required if name not in there),
            *(_problem(name, self._unknown(name), "unexpected") for name in named if name not in self._names),
            *self._misfits(passed),
        ]
        if len(given) > len(self._positional):
            names = ", ".join(name for name in self._names if name not in self._positional)
            problems.insert(0, _problem("arguments", f"They are given by name: {names}", "unexpected"))
        if problems:
            raise said_by(self._name, rejected(problems, dict(named)))
        return passed

    def _misfits(self, passed: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = [(name, self._checks[name](value)) for name, value in passed.items() if name in self._checks]
        return [_problem(name, message, "value") for name, message in found if message]

    def _unknown(self, name: str) -> str:
        from ..lib.hints import for_argument

        known = [each for each in self._names if each not in self._positional]
        if not self._takes_options:
            return f"There is no such argument; there is only {', '.join(known)}"
        return f"There is no such argument{for_argument(name, known, has_body=False)}"


def _problem(name: str, message: str, kind: str) -> dict[str, Any]:
    return {"loc": (name,), "type": kind, "msg": message}
