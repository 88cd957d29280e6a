"""lib.record: what records share with frozen dataclasses."""

from __future__ import annotations

import copy
import pickle
from functools import cached_property
from typing import Any, get_origin

import pytest

from openrouter_sdk.errors import ForbiddenResponseError, UnauthorizedResponseError
from openrouter_sdk.lib.operation import Checked, Empty, Events, Json, Operation, Paging
from openrouter_sdk.lib.record import Record


class Point(Record):
    x: int
    y: int = 0
    unit = "m"

    @cached_property
    def size(self) -> int:
        return abs(self.x) + abs(self.y)


class Spot(Record):
    x: int
    y: int = 0


def operation(**changes: Any) -> Operation[Any, Any]:
    errors: Any = UnauthorizedResponseError | ForbiddenResponseError
    given: dict[str, Any] = {"id": "op", "method": "GET", "path": "/things", "params": "a.B", "success": {}}
    return Operation(**{**given, "errors": errors, **changes})


@pytest.mark.parametrize("point", [Point(1, 2), Point(1, y=2), Point(x=1, y=2), Point(y=2, x=1)])
def test_values_are_taken_in_order_or_by_name(point: Point) -> None:
    assert (point.x, point.y) == (1, 2)


def test_what_is_left_out_is_the_classs_own() -> None:
    assert Point(1).y == 0
    assert Paging("data") == Paging("data", None, "cursor", None)
    assert vars(Point(1)) == {"x": 1}


def test_what_isnt_annotated_is_no_field() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0)"
    assert Point(1).unit == Point.unit == "m"


def test_a_record_may_have_no_fields() -> None:
    assert Empty() == Empty()
    assert repr(Empty()) == "Empty()"
    assert Empty().accept == "*/*"


@pytest.mark.parametrize("name", ["x", "y", "unit", "other"])
def test_it_is_frozen(name: str) -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="Point is frozen"):
        setattr(point, name, 3)
    assert repr(point) == "Point(x=1, y=0)"


def test_equal_values_make_equal_records_given_or_not() -> None:
    assert Point(1) == Point(1, 0) == Point(y=0, x=1)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert len({Point(1), Point(1, 0), Point(x=1), Point(2)}) == 2


@pytest.mark.parametrize("other", [Point(2), Point(1, 1), Spot(1), (1, 0), None, "Point(x=1, y=0)"])
def test_what_differs_in_value_or_kind_is_not_equal(other: object) -> None:
    assert Point(1) != other
    assert other != Point(1)


def test_what_was_worked_out_from_the_values_doesnt_count() -> None:
    used, fresh = Point(3, -4), Point(3, -4)
    assert used.size == 7
    assert "size" in vars(used)
    assert used == fresh
    assert hash(used) == hash(fresh)
    assert repr(used) == repr(fresh)


def test_values_that_cant_be_hashed_are_compared_all_the_same() -> None:
    checked = Checked(operation(), {"a": [1]}, {})
    assert checked == Checked(operation(), {"a": [1]}, {}, stream=False)
    with pytest.raises(TypeError, match="unhashable"):
        hash(checked)


def test_repr_shows_nested_records_and_defaults() -> None:
    shown = repr(operation(success={200: Json(int)}, events=Events("a.B", str, "chat"), method="POST"))
    assert shown.startswith("Operation(id='op', method='POST', path='/things', params='a.B', success={200: Json(type=")
    assert "events=Events(model='a.B', whole=<class 'str'>, fold='chat')" in shown
    assert shown.endswith("server=None, retry_codes=None, retry_lost_connections=True)")


def test_a_generic_record_is_a_record() -> None:
    kind: Any = Operation[int, UnauthorizedResponseError]
    assert get_origin(kind) is Operation
    made = kind("op", "GET", "/things/{id}", "a.B", {200: Json(int)}, None, ("page",))
    plain: Operation[Any, Any] = Operation("op", "GET", "/things/{id}", "a.B", {200: Json(int)}, None, query=("page",))
    assert made == plain
    assert type(made) is Operation
    assert (made.query, made.headers, made.body) == (("page",), (), None)


def test_a_generic_record_works_things_out_once() -> None:
    made = operation(success={200: Json(int), 202: Json(str), 204: Empty()})
    assert made.accept == "application/json, */*"
    assert made.accept is made.accept
    assert made.error_types == {401: UnauthorizedResponseError, 403: ForbiddenResponseError}
    assert made == operation(success={200: Json(int), 202: Json(str), 204: Empty()})
    with pytest.raises(AttributeError, match="Operation is frozen"):
        setattr(made, made.id, 1)


def test_copies_and_pickles_are_equal() -> None:
    paging = Paging("data", limit=100)
    assert copy.copy(paging) == copy.deepcopy(paging) == paging
    assert pickle.loads(pickle.dumps(paging)) == paging  # noqa: S301  # made here
