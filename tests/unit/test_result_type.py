"""`Ok` and `Err`: everything that they do."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import Err, Ok, ResponseInfo, Result, is_err, is_ok

if TYPE_CHECKING:
    from collections.abc import Callable

BOOM = ValueError("boom")
OK: Result[int, ValueError] = Ok(2)
ERR: Result[int, ValueError] = Err(BOOM)


def half(number: int) -> Result[int, KeyError]:
    return Err(KeyError(number)) if number % 2 else Ok(number // 2)


def described(result: Result[int, ValueError]) -> str:
    match result:
        case Ok(value):
            return f"value {value}"
        case Err(error):
            return f"error {error}"


def test_the_flag_tells_which_one_it_is() -> None:
    assert OK.ok is True
    assert ERR.ok is False


def test_is_ok_and_is_err_tell_which_one_it_is() -> None:
    assert (is_ok(OK), is_err(OK)) == (True, False)
    assert (is_ok(ERR), is_err(ERR)) == (False, True)


def test_match_takes_them_apart() -> None:
    assert described(OK) == "value 2"
    assert described(ERR) == "error boom"


def test_unwrap_returns_the_value() -> None:
    assert OK.unwrap() == 2


def test_unwrap_raises_the_error_itself_with_its_cause() -> None:
    cause = OSError("cable")
    error = ValueError("boom")
    error.__cause__ = cause
    with pytest.raises(ValueError, match="boom") as raised:
        Err(error).unwrap()
    assert raised.value is error
    assert raised.value.__cause__ is cause


def test_unwrap_or_returns_the_default_for_an_error_only() -> None:
    assert OK.unwrap_or(0) == 2
    assert ERR.unwrap_or(0) == 0


def test_map_changes_the_value_and_keeps_the_response() -> None:
    response = ResponseInfo(200, {})
    mapped = Ok(2, response).map(lambda number: number * 10)
    assert mapped == Ok(20)
    assert mapped.response is response


def test_map_leaves_an_error_as_it_is() -> None:
    assert ERR.map(lambda number: number * 10) is ERR


def test_map_err_changes_the_error_only() -> None:
    changed = KeyError("k")
    assert ERR.map_err(lambda _: changed) == Err(changed)
    assert OK.map_err(lambda _: changed) is OK


def test_and_then_goes_on_with_a_value_only() -> None:
    assert OK.and_then(half) == Ok(1)
    assert is_err(Ok(3).and_then(half))
    assert ERR.and_then(half) is ERR


@pytest.mark.parametrize("method", [OK.map, OK.and_then])
def test_what_a_callback_raises_passes(method: Callable[[Callable[[int], Any]], object]) -> None:
    with pytest.raises(ZeroDivisionError):
        method(lambda number: number // 0)


def test_equality_is_that_of_what_is_inside() -> None:
    assert Ok(1) == Ok(1)
    assert Ok(1) != Ok(2)
    assert Err(BOOM) == Err(BOOM)
    assert Err(BOOM) != Err(ValueError("boom"))
    assert Ok(BOOM) != Err(BOOM)
    assert Ok(1) != 1


def test_the_response_is_no_part_of_equality() -> None:
    assert Ok(1, ResponseInfo(200, {})) == Ok(1)


def test_equal_ones_have_the_same_hash() -> None:
    assert len({Ok(1), Ok(1), Err(BOOM), Err(BOOM)}) == 2


def test_a_value_and_an_error_that_are_one_object_differ() -> None:
    assert len({Ok(BOOM), Err(BOOM)}) == 2


def test_repr_shows_what_is_inside() -> None:
    assert repr(Ok("a")) == "Ok('a')"
    assert repr(Err(BOOM)) == "Err(ValueError('boom'))"


def test_no_attributes_can_be_added() -> None:
    for result in (OK, ERR):
        assert not hasattr(result, "__dict__")


def test_a_value_survives_pickling_with_its_response() -> None:
    info = ResponseInfo(200, httpx.Headers({"X-Generation-Id": "gen-1"}), attempts=2, elapsed=0.5)
    loaded = pickle.loads(pickle.dumps(Ok([1], info)))  # noqa: S301  # made here
    assert loaded == Ok([1])
    assert (loaded.response.generation_id, loaded.response.attempts) == ("gen-1", 2)


def test_an_error_survives_pickling() -> None:
    loaded = pickle.loads(pickle.dumps(ERR))  # noqa: S301  # made here
    assert repr(loaded) == repr(ERR)
    assert loaded.ok is False


def test_copies_are_equal() -> None:
    assert copy.deepcopy(Ok([1])) == Ok([1])


@pytest.mark.parametrize("kind", [Ok, Err])
def test_public_names_are_those_that_are_promised(kind: type) -> None:
    promised = {"ok", "unwrap", "unwrap_or", "map", "map_err", "and_then"}
    held = {"value", "response"} if kind is Ok else {"error"}
    assert {name for name in dir(kind) if not name.startswith("_")} == promised | held


def test_response_info_shows_no_headers() -> None:
    assert repr(ResponseInfo(200, {"set-cookie": "secret"}, 2, 1.5)) == "ResponseInfo(200, attempts=2, elapsed=1.500)"


def test_response_info_without_a_generation_id_says_none() -> None:
    assert ResponseInfo(200, {}).generation_id is None
