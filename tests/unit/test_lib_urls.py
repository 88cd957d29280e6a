"""lib.urls: base URLs, path segments, query strings."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk.errors import SDKValidationError
from openrouter_sdk.lib.urls import operation_url, parse_base_url, path_names, plain, query_pairs

if TYPE_CHECKING:
    from tests.unit.conftest import MakeCall

BASE = parse_base_url("https://api.test/v1")


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("https://api.test/v1", "https://api.test/v1"),
        ("https://api.test/v1/", "https://api.test/v1"),
        ("https://api.test", "https://api.test"),
        ("http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/api"),
        ("https://api.test/v1#part", "https://api.test/v1"),
        ("https://ü.test/v1", "https://xn--tda.test/v1"),
    ],
)
def test_a_base_url_ends_without_a_slash(text: str, prefix: str) -> None:
    assert parse_base_url(text).prefix == prefix


def test_a_base_url_keeps_its_query_apart() -> None:
    base = parse_base_url("https://api.test/v1?api-version=2&flag=")
    assert base.prefix == "https://api.test/v1"
    assert base.query == (("api-version", "2"), ("flag", ""))


@pytest.mark.parametrize("text", ["", "api.test", "ftp://api.test", "https://", None, 3])
def test_what_isnt_a_url_is_refused(text: Any) -> None:
    with pytest.raises(SDKValidationError, match="server_url"):
        parse_base_url(text)


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("gpt-5.2", "gpt-5.2"),
        ("../credits?x=1#y", "..%2Fcredits%3Fx%3D1%23y"),
        ("a/b", "a%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("gpt-4:free", "gpt-4%3Afree"),
        (" ", "%20"),
        ("ü", "%C3%BC"),
        ("a\r\nb", "a%0D%0Ab"),
        ("...", "..."),
        (7, "7"),
    ],
)
def test_a_path_value_is_one_encoded_segment(make_call: MakeCall, value: object, segment: str) -> None:
    url = operation_url(BASE, make_call({"slug": value}, path="/models/{slug}/endpoints"))
    assert url.raw_path.decode() == f"/v1/models/{segment}/endpoints"
    assert url.host == "api.test"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_path_value_that_cant_be_encoded_is_refused(make_call: MakeCall, value: str) -> None:
    with pytest.raises(SDKValidationError, match="slug"):
        operation_url(BASE, make_call({"slug": value}, path="/models/{slug}"))


def test_half_a_character_in_a_path_value_isnt_sent(make_call: MakeCall) -> None:
    with pytest.raises(UnicodeEncodeError):  # which plan_call turns into an SDKValidationError, wherever it comes from
        operation_url(BASE, make_call({"slug": "\ud800"}, path="/models/{slug}"))


def test_path_names_are_those_in_braces() -> None:
    assert path_names("/a/{one}/b/{two_words}") == ["one", "two_words"]


def query_of(call: Any, base: str = "https://api.test/v1") -> str:
    return operation_url(parse_base_url(base), call).query.decode()


def test_query_arguments_go_in_the_operations_order(make_call: MakeCall) -> None:
    assert query_of(make_call({"b": 2, "a": 1}, query=("a", "b", "c"))) == "a=1&b=2"


def test_query_arguments_travel_under_their_wire_names(make_call: MakeCall) -> None:
    call = make_call({"created_at": "x"}, query=("created_at",), wire_names={"created_at": "created[at]"})
    assert query_of(call) == "created%5Bat%5D=x"


def test_other_arguments_stay_out_of_the_query(make_call: MakeCall) -> None:
    assert query_of(make_call({"a": 1, "body": 2}, query=("a",))) == "a=1"


def test_text_is_percent_encoded(make_call: MakeCall) -> None:
    assert query_of(make_call({"q": "a b&c=ü/+"}, query=("q",))) == "q=a%20b%26c%3D%C3%BC%2F%2B"


def test_a_sequence_repeats_its_name(make_call: MakeCall) -> None:
    assert query_of(make_call({"a": ["x", "y"]}, query=("a",))) == "a=x&a=y"


def test_a_sequence_is_joined_where_the_operation_says_so(make_call: MakeCall) -> None:
    assert query_of(make_call({"a": ("x", "y")}, query=("a",), comma_separated=("a",))) == "a=x%2Cy"


def test_none_isnt_sent(make_call: MakeCall) -> None:
    assert query_of(make_call({"a": None}, query=("a",))) == ""


def test_the_bases_own_parameters_come_first(make_call: MakeCall) -> None:
    assert query_of(make_call({"a": 1}, query=("a",)), "https://api.test/v1?v=2") == "v=2&a=1"


def test_extra_parameters_win(make_call: MakeCall) -> None:
    call = make_call({"a": 1, "b": 2}, {"extra_query": {"a": [7, 8], "v": 9}}, query=("a", "b"))
    assert query_of(call, "https://api.test/v1?v=2") == "b=2&a=7&a=8&v=9"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (0.5, "0.5"),
        ("a", "a"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc), "2026-01-02T03:04:00+00:00"),
    ],
)
def test_scalars_are_written_as_json_would(value: object, text: str) -> None:
    assert plain(value) == text


def test_text_is_one_value_and_no_sequence() -> None:
    assert list(query_pairs("a", "xy")) == [("a", "xy")]


def test_an_empty_sequence_isnt_sent() -> None:
    assert list(query_pairs("a", [])) == []
