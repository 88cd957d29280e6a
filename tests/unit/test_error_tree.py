"""The errors: the tree that the docstring draws, and what every class can do."""

from __future__ import annotations

import copy
import pickle
import re
from typing import Any

import pytest

from openrouter_sdk import OpenRouterError, ResponseInfo, errors

CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, BaseException) and not name.startswith("_")
}
RESPONSE_ERRORS = [kind for kind in CLASSES.values() if issubclass(kind, errors.ResponseError)]
BY_STATUS = [kind for kind in RESPONSE_ERRORS if kind.status is not None]
DRAWN = re.compile(r"^([│ ]*)[├└]── (\w+) +(\S.*)$")


def drawn_parents() -> dict[str, str]:
    """Read the docstring's tree: each class, and the one that it hangs from."""
    found: dict[str, str] = {}
    path = ["OpenRouterError"]
    for line in (errors.__doc__ or "").splitlines():
        if drawn := DRAWN.match(line):
            depth = len(drawn[1]) // 4 + 1
            path = [*path[:depth], drawn[2]]
            found[drawn[2]] = path[depth - 1]
    return found


def public_parent(kind: type) -> str:
    return next(cls.__name__ for cls in kind.__mro__[1:] if not cls.__name__.startswith("_"))


def make(kind: type[OpenRouterError]) -> OpenRouterError:
    if issubclass(kind, errors.ResponseError):
        info = ResponseInfo(418, {"x-generation-id": "gen-1"}, attempts=3)
        return kind("no tea", status_code=418, response=info, content=b"\xff", code="tea", metadata={"raw": "pot"})
    return kind("no tea")


def test_the_docstring_draws_every_class_in_its_place() -> None:
    expected = {name: public_parent(kind) for name, kind in CLASSES.items() if name != "OpenRouterError"}
    assert drawn_parents() == expected


@pytest.mark.parametrize("kind", BY_STATUS)
def test_the_docstring_has_the_status_of_a_class(kind: type[errors.ResponseError]) -> None:
    assert re.search(rf"── {kind.__name__} +{kind.status}$", errors.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize("kind", BY_STATUS)
def test_a_class_tells_its_status_first(kind: type[errors.ResponseError]) -> None:
    assert (kind.__doc__ or "").startswith(f"{kind.status}: ")


def test_no_two_classes_have_the_same_status() -> None:
    statuses = [kind.status for kind in BY_STATUS]
    assert len(statuses) == len(set(statuses))


@pytest.mark.parametrize("kind", CLASSES.values())
def test_every_public_class_is_one_of_ours_and_described(kind: type) -> None:
    assert issubclass(kind, OpenRouterError)
    assert kind.__module__ == "openrouter_sdk.errors"
    assert (kind.__doc__ or "").endswith(".") or "Attributes:" in (kind.__doc__ or "")


BUILTIN = {"ConnectionError": ConnectionError, "RequestTimeoutError": TimeoutError, "SDKValidationError": ValueError}


@pytest.mark.parametrize("name", BUILTIN)
def test_some_are_builtin_exceptions_too(name: str) -> None:
    assert issubclass(CLASSES[name], BUILTIN[name])


@pytest.mark.parametrize("kind", CLASSES.values())
def test_an_error_can_be_made_again_of_its_arguments(kind: type[OpenRouterError]) -> None:
    error = make(kind)
    again = type(error)(*error.args)
    assert type(again) is kind
    assert again.message == error.message


ODD_ARGUMENTS: list[tuple[Any, ...]] = [(), (111,), (None,), (111, "refused"), ("a", "b", "c"), (b"x", {}), (open,)]


@pytest.mark.parametrize("kind", [kind for kind in CLASSES.values() if kind is not errors.SDKValidationError])
@pytest.mark.parametrize("arguments", [*ODD_ARGUMENTS, (lambda: 0,)])
def test_the_type_survives_whatever_the_arguments_are(kind: type[OpenRouterError], arguments: tuple[Any, ...]) -> None:
    error = kind(*arguments)
    assert type(kind(*error.args)) is kind
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301  # made here
        assert type(other) is kind
        assert other.message == error.message
        assert str(other) == str(error) or len(arguments) > 2  # an OSError takes a third for a file's name


def test_what_cannot_be_pickled_goes_along_as_its_repr() -> None:
    problems = [{"loc": ("file",), "msg": "no", "input": (lambda: 0)}]
    error = errors.SDKValidationError("bad", problems, {"file": open})
    loaded = pickle.loads(pickle.dumps(error))  # noqa: S301  # made here
    assert type(loaded) is errors.SDKValidationError
    assert loaded.pretty() == error.pretty()


@pytest.mark.parametrize(("content", "data"), [(b'{"a": [1]}', {"a": [1]}), (b"[]", []), (b"oops", None), (b"", None)])
def test_data_is_the_answers_json(content: bytes, data: object) -> None:
    error = errors.NotFoundResponseError("x", status_code=404, response=ResponseInfo(404, {}), content=content)
    assert error.data == data


@pytest.mark.parametrize("kind", CLASSES.values())
def test_every_error_says_its_message_and_its_class(kind: type[OpenRouterError]) -> None:
    error = make(kind)
    assert "no tea" in str(error)
    assert repr(error).startswith(f"{kind.__name__}(")
    assert error.message == "no tea"


@pytest.mark.parametrize("kind", CLASSES.values())
def test_every_error_survives_pickling(kind: type[OpenRouterError]) -> None:
    error = make(kind)
    loaded = pickle.loads(pickle.dumps(error))  # noqa: S301  # made here
    assert type(loaded) is kind
    assert (str(loaded), repr(loaded), loaded.message) == (str(error), repr(error), error.message)


def test_a_pickled_response_error_keeps_all_that_is_known() -> None:
    loaded = pickle.loads(pickle.dumps(make(errors.NotFoundResponseError)))  # noqa: S301  # made here
    assert (loaded.status_code, loaded.code, loaded.metadata, loaded.content) == (418, "tea", {"raw": "pot"}, b"\xff")
    assert (loaded.response.attempts, loaded.response.generation_id) == (3, "gen-1")


def test_a_body_that_isnt_text_is_readable_all_the_same() -> None:
    error = make(errors.NotFoundResponseError)
    assert isinstance(error, errors.ResponseError)
    assert error.body == "\N{REPLACEMENT CHARACTER}"


def test_headers_and_retry_after_are_those_of_the_response() -> None:
    info = ResponseInfo(429, {"retry-after": "1.5"})
    error = errors.TooManyRequestsResponseError("slow down", status_code=429, response=info)
    assert error.headers is info.headers
    assert error.retry_after == 1.5


@pytest.mark.parametrize(
    ("given", "expected"), [({"provider_name": "Z"}, "Z"), ({"provider_name": 1}, None), ({}, None)]
)
def test_provider_name_is_text_or_none(given: dict[str, object], expected: str | None) -> None:
    error = errors.BadGatewayResponseError("x", status_code=502, response=ResponseInfo(502, {}), metadata=given)
    assert error.provider_name == expected


def test_pretty_names_every_place() -> None:
    problems: list[dict[str, Any]] = [{"loc": ("a", 0, "b"), "msg": "is wrong"}, {"loc": (), "msg": "is empty"}]
    assert errors.SDKValidationError("bad", problems).pretty() == (
        "2 problems:\n  - a[0].b: is wrong\n  - (whole value): is empty"
    )


def test_pretty_counts_one_problem() -> None:
    assert errors.SDKValidationError("bad", [{"loc": ("a",), "msg": "m"}]).pretty() == "1 problem:\n  - a: m"


def test_a_misfitting_answer_tells_its_places_in_str() -> None:
    error = errors.ResponseValidationError("misfit", status_code=200, response=ResponseInfo(200, {}))
    error.errors = [{"loc": ("data",), "msg": "missing"}]
    assert str(error) == "misfit\n1 problem:\n  - data: missing"


def test_cause_is_the_exception_behind() -> None:
    behind = OSError("cable")
    error = errors.ConnectionError("lost")
    error.__cause__ = behind
    assert error.cause is behind
