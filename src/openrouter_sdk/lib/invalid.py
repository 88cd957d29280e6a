"""The error for input that is rejected, and how it names a place: `messages[0].content`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import SDKValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TOLD = 3
_LONG = 300


def invalid(name: str, message: str, value: object) -> SDKValidationError:
    """Return the error that says what is wrong with the argument or option `name`."""
    return invalid_at((name,), message, value)


def invalid_at(place: Iterable[str | int], message: str, value: object) -> SDKValidationError:
    """Return the error that says what is wrong at a place in an argument."""
    return rejected([{"loc": tuple(place), "type": "value", "msg": message}], value)


def rejected(problems: Sequence[Mapping[str, Any]], value: object) -> SDKValidationError:
    """Return the error that tells all problems: the first ones in its message, one a line."""
    return SDKValidationError(_summary(problems), problems, value)


def said_by(function: str, error: SDKValidationError) -> SDKValidationError:
    """Return the error with the name of the function that was called in front."""
    return SDKValidationError(f"{function}: {error.message}", error.errors, error.raw_value)


def _summary(problems: Sequence[Mapping[str, Any]]) -> str:
    lines = [line(problem) for problem in problems]
    if len(lines) == 1:
        return lines[0]
    more = [f"  (and {len(lines) - _TOLD} more; see .pretty())"] if len(lines) > _TOLD else []
    return "\n".join([f"{len(lines)} problems:", *(f"  - {told}" for told in lines[:_TOLD]), *more])


def line(problem: Mapping[str, Any]) -> str:
    """Write a problem in one line."""
    text = " ".join(f"{place_text(problem['loc']) or '(whole value)'}: {problem['msg']}".split())
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def place_text(place: Iterable[object]) -> str:
    """Write a place as Python would: `messages[0].content`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")
