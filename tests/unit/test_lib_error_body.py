"""lib.error_body: reading what the API says in an error, and writing it out."""

from __future__ import annotations

from typing import Any

import pytest

from openrouter_sdk import ResponseInfo
from openrouter_sdk.errors import BadGatewayResponseError, ResponseError
from openrouter_sdk.lib.error_body import ErrorBody, excerpt, find, load, read, status_of


def error_of(message: str = "Provider returned error", code: int | str | None = 502, **metadata: Any) -> ResponseError:
    return BadGatewayResponseError(
        message, status_code=502, response=ResponseInfo(502, {}), code=code, metadata=metadata
    )


@pytest.mark.parametrize("content", [b"", b"<html>", b"{", b"\xff\xfe\x00", b'{"a": 1'])
def test_what_isnt_json_loads_as_none(content: bytes) -> None:
    assert load(content) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": {"code": 429, "message": "slow"}}, ErrorBody("slow", 429)),
        ({"error": {"code": "rate_limit_exceeded", "message": "slow"}}, ErrorBody("slow", "rate_limit_exceeded")),
        ({"error": {"code": None, "message": "x"}}, ErrorBody("x", None)),
        ({"error": {"code": 1, "message": "x", "metadata": {"raw": "r"}}}, ErrorBody("x", 1, {"raw": "r"})),
        ({"error": {"code": 1, "message": "x", "metadata": None}}, ErrorBody("x", 1)),
        ({"error": {"code": 1, "message": "x", "param": "p"}}, ErrorBody("x", 1, {"param": "p"})),
        ({"error": "invalid_grant", "error_description": "expired"}, ErrorBody("expired", "invalid_grant")),
        ({"error": "just text"}, ErrorBody("just text")),
        ({"error": True, "message": "slow"}, ErrorBody("slow")),
        ({"error": True, "message": "slow", "code": 429}, ErrorBody("slow", 429)),
        ({"error": "Bad Request", "message": "no model", "statusCode": 400}, ErrorBody("no model")),
        ({"error": "bad_request", "message": "no model"}, ErrorBody("no model", "bad_request")),
        ({"error": "Not Found", "detail": "no model"}, ErrorBody("no model")),
        ({"error": ["a", 1]}, ErrorBody('["a", 1]')),
        ({"error": 5}, ErrorBody("5")),
        ({"error": {"message": "a\ud83d"}}, ErrorBody("a\ufffd")),
        ({"error": {"code": "error", "message": "x"}}, ErrorBody("x", None, {})),
        ({"error": {"code": None, "message": "x", "type": "invalid"}}, ErrorBody("x", "invalid", {"type": "invalid"})),
    ],
)
def test_errors_of_every_shape_are_read(body: Any, expected: ErrorBody) -> None:
    assert read(body) == expected


def test_anthropics_shape_has_its_type_as_code() -> None:
    found = read({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}})
    assert found
    assert (found.code, found.message) == ("overloaded_error", "busy")


@pytest.mark.parametrize("message", [None, "", 5])
def test_an_error_without_a_message_shows_itself(message: Any) -> None:
    found = read({"error": {"code": 500, "message": message}})
    assert found
    assert '"code": 500' in found.message


@pytest.mark.parametrize("body", [None, [], "error", 5, {}, {"error": None}, {"error": {}}, {"error": ""}, {"data": 1},
                                  {"error": False}, {"error": {"code": None, "message": None}}])  # fmt: skip
def test_what_reports_no_error_is_none(body: Any) -> None:
    assert read(body) is None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (429, 429),
        ("429", 429),
        (200, None),
        (None, None),
        (99999, None),
        ("server_error", 500),
        ("rate_limit_exceeded", 429),
        ("overloaded_error", 529),
        ("invalid_prompt", 400),
        ("image_too_large", 400),
        ("something_new", None),
        ("", None),
    ],
)
def test_a_code_stands_for_a_status(code: int | str | None, status: int | None) -> None:
    assert status_of(code) == status


def test_a_code_of_other_digits_is_a_name() -> None:
    assert status_of("²") is None


def test_an_error_is_written_in_one_line() -> None:
    assert str(error_of("down")) == "502 Bad Gateway: down"


def test_a_code_that_says_more_than_the_status_is_written() -> None:
    assert str(error_of("down", "provider_unavailable")) == "502 Bad Gateway (provider_unavailable): down"


def test_a_status_without_a_name_is_written_as_a_number() -> None:
    error = BadGatewayResponseError("slow", status_code=524, response=ResponseInfo(524, {}))
    assert str(error) == "524: slow"


@pytest.mark.parametrize(
    ("metadata", "ending"),
    [
        ({"provider_name": "Acme"}, "[Acme]"),
        ({"provider_name": "Acme", "raw": "quota exceeded"}, "[Acme: quota exceeded]"),
        ({"raw": "quota exceeded"}, "[quota exceeded]"),
        ({"provider_name": "Acme", "raw": '{"error": {"message": "quota exceeded"}}'}, "[Acme: quota exceeded]"),
        ({"provider_name": "Acme", "raw": {"error": {"message": "quota exceeded"}}}, "[Acme: quota exceeded]"),
        ({"provider_name": "Acme", "raw": {"detail": "no"}}, '[Acme: {"detail": "no"}]'),
        ({"provider_name": "Acme", "raw": "Provider returned error"}, "[Acme]"),
        ({"provider_name": "Acme", "raw": None}, "[Acme]"),
        ({"provider_name": "Acme", "raw": ["a", 1]}, '[Acme: ["a", 1]]'),
    ],
)
def test_the_provider_and_its_own_words_are_written(metadata: dict[str, Any], ending: str) -> None:
    assert str(error_of(**metadata)) == f"502 Bad Gateway: Provider returned error {ending}"


def test_a_providers_words_may_hold_a_lone_surrogate() -> None:
    assert "Provider returned error" in str(error_of(raw="\ud800"))


def test_long_text_is_cut_and_spaces_are_joined() -> None:
    assert excerpt("a \n\t b") == "a b"
    assert excerpt("x" * 2000) == "x" * 1000 + "…"


def test_bodies_that_are_not_quite_json_are_read() -> None:
    assert load(b'{"a": "caf\xe9 \n b"}') == {"a": "caf\ufffd \n b"}
    assert load(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a": ' + b"1" * 5000 + b"}"])
def test_what_python_refuses_to_read_is_no_json(content: bytes) -> None:
    assert load(content) is None


def test_an_error_whose_code_has_thousands_of_digits() -> None:
    assert status_of("4" * 5000) is None


@pytest.mark.parametrize("content", [
    b'data: {"error": {"code": 402, "message": "pay"}}\n\n',
    b'event: error\ndata: {"code": 402, "message": "pay"}',
    b': hello\n\ndata: {"id": 1}\n\ndata: {"error": {"code": 402, "message": "pay"}}\n\n',
    b'{"error": {"code": 402, "message": "pay"}}',
])  # fmt: skip
def test_an_error_is_found_in_a_body_of_events_too(content: bytes) -> None:
    found = find(content)
    assert found
    assert (found.code, found.message) == (402, "pay")


@pytest.mark.parametrize("content", [b"", b"data: ok\n\n", b'data: {"id": 1}\n\n', b"<html>", b"null"])
def test_what_holds_no_error_in_events(content: bytes) -> None:
    assert find(content) is None


def test_the_text_of_an_error_holds_no_half_of_an_emoji() -> None:
    assert str(error_of("a\ud83d", provider_name="\ude00")).encode()
