"""What pydantic finds wrong with an argument: put right where it can be, and else told in the caller's words.

Pydantic tells of every member of a union that doesn't fit, and puts the member's name into the place. Here such names
are told from keys by looking at the value, and one member speaks for all: the one that the value comes closest to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .inputs import described, is_returned
from .json_values import is_array, is_object
from .model import as_it_came

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pydantic

    from .inputs import Place

_DROPPED = object()
_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "a boolean",
    "is_instance_of": "a list",
    "list_type": "a list",
    "sequence_str": "a list",
    "dict_type": "a dict",
    "one_of": "a dict",
    "none_required": "None",
    "date_type": "a date",
    "datetime_type": "a datetime",
}


class Problem(NamedTuple):
    """One line of pydantic's: its place in the value, and the members of unions that it was found for, by place."""

    place: Place
    members: tuple[tuple[Place, str], ...]
    kind: str
    value: Any
    message: str
    expected: str


def read(error: pydantic.ValidationError, argument: Any) -> list[Problem]:  # noqa: ANN401  # what was looked at
    """Return pydantic's problems with an argument, which stood in a list of one."""
    return [_read(problem, argument) for problem in error.errors(include_url=False)]


def _read(problem: Mapping[str, Any], argument: Any) -> Problem:  # noqa: ANN401  # what was looked at
    place: Place = ()
    members: list[tuple[Place, str]] = []
    value = argument
    last = len(problem["loc"]) - 1
    for index, part in enumerate(problem["loc"][1:], start=1):
        if _holds(value, part):
            place, value = (*place, part), value[part]
        elif index == last and problem["type"] == "missing":
            place = (*place, part)
        else:
            members.append((place, part))
    context = problem.get("ctx", {})
    message = str(context["error"]) if problem["type"] == "value_error" else problem["msg"]
    expected = context["expected"] if problem["type"] == "literal_error" else _EXPECTED.get(problem["type"], "")
    return Problem(place, tuple(members), problem["type"], value, message, expected)


def _holds(value: Any, part: str | int) -> bool:  # noqa: ANN401  # a JSON value
    if is_array(value):
        return isinstance(part, int) and part < len(value)
    return is_object(value) and part in value


def mended(argument: Any, problems: list[Problem]) -> Any:  # noqa: ANN401  # a JSON value
    """Return a copy with what only looks wrong put right; the very same argument if there is nothing such.

    That is a None where nothing could stand as well (the dump of a model is full of them), 10.0 for an integer, and
    what a response brought.
    """
    repairs = {problem.place: new for problem in problems if (new := _repair(problem)) is not problem}
    return _with(argument, (), repairs) if repairs else argument


def _repair(problem: Problem) -> Any:  # noqa: ANN401  # a JSON value
    """Return what should stand in place of a value, or the problem itself."""
    value = problem.value
    if value is None and problem.place and isinstance(problem.place[-1], str) and problem.kind != "missing":
        return _DROPPED
    if problem.kind == "int_type" and isinstance(value, float) and value.is_integer():
        return int(value)
    return as_it_came(value) if is_returned(value) else problem


def _with(value: Any, place: Place, repairs: Mapping[Place, Any]) -> Any:  # noqa: ANN401  # a JSON value
    if place in repairs:
        return repairs[place]
    if is_object(value):
        members = {name: _with(item, (*place, name), repairs) for name, item in value.items()}
        return {name: item for name, item in members.items() if item is not _DROPPED}
    if is_array(value):
        return [_with(item, (*place, index), repairs) for index, item in enumerate(value)]
    return value


def refused(problems: list[Problem]) -> list[Problem]:
    """Return the problems that speak of what this package knows.

    Another text than the one that is known is the server's business, and so is an object with such a text in it: a tool
    call of another type, say.
    """
    closest = list(_of_closest(problems, 0))
    unknown = [problem.place for problem in closest if problem.kind == "literal_error" and type(problem.value) is str]
    unknown += [place[:-1] for place in unknown if place and isinstance(place[-1], str)]
    return [problem for problem in closest if not any(problem.place[: len(place)] == place for place in unknown)]


def told(name: str, problems: list[Problem], first: list[Problem]) -> list[dict[str, Any]]:
    """Return what is wrong with an argument, each thing once, in words.

    What is missing since a None was dropped is told as it was found at first.
    """
    found: dict[Place, list[Problem]] = {}
    for problem in problems:
        nones = [before for before in first if before.place == problem.place and before.kind != "missing"]
        found.setdefault(problem.place, []).extend(nones if problem.kind == "missing" and nones else [problem])
    return [
        {"loc": (name, *place), "type": at_place[0].kind, "msg": _words(at_place)} for place, at_place in found.items()
    ]


def _of_closest(problems: Iterable[Problem], depth: int) -> Iterator[Problem]:
    """Yield the problems that there are whatever the union's member, and those of the closest member of each."""
    unions: dict[Place, dict[str, list[Problem]]] = {}
    for problem in problems:
        if len(problem.members) <= depth:
            yield problem
        else:
            place, member = problem.members[depth]
            unions.setdefault(place, {}).setdefault(member, []).append(problem)
    for place, by_member in unions.items():
        members = [list(_of_closest(of_member, depth + 1)) for of_member in by_member.values()]
        inside = [of_member for of_member in members if all(problem.place != place for problem in of_member)]
        if inside:
            yield from min(inside, key=len)
        else:
            yield from (problem for of_member in members for problem in of_member if problem.place == place)


def _words(problems: list[Problem]) -> str:
    """Say what is wrong at one place."""
    problem = problems[0]
    if problem.kind == "missing":
        return "This field is required"
    expected = list(dict.fromkeys(each.expected for each in problems if each.expected))
    if "a number" in expected and "an integer" in expected:
        expected.remove("an integer")
    if not expected:
        return problem.message.replace("Input should", "Should")
    return f"Should be {' or '.join(expected)}, not {described(problem.value)}"
