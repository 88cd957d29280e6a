"""lib.bodies: JSON, forms, multipart."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk.errors import SDKValidationError
from openrouter_sdk.lib.bodies import encode_body, encode_form, encode_json, encode_multipart, is_file

if TYPE_CHECKING:
    from tests.unit.conftest import MakeCall


def test_an_operation_without_a_body_has_none(make_call: MakeCall) -> None:
    assert encode_body(make_call({"a": 1}, query=("a",))) == (None, None)


def test_arguments_of_path_query_and_headers_stay_out_of_the_body(make_call: MakeCall) -> None:
    given = {"id": "1", "page": 2, "trace": "t", "name": "n"}
    call = make_call(given, path="/things/{id}", query=("page",), headers=("trace",), body="json")
    assert encode_body(call) == (b'{"name":"n"}', "application/json")


def test_members_travel_under_their_wire_names(make_call: MakeCall) -> None:
    call = make_call({"from_": 1}, body="json", wire_names={"from_": "from"})
    assert encode_body(call)[0] == b'{"from":1}'


def test_extra_members_win(make_call: MakeCall) -> None:
    call = make_call({"a": 1, "b": 2}, {"extra_body": {"a": None, "c": [3]}}, body="json")
    assert json.loads(encode_body(call)[0] or b"") == {"a": None, "b": 2, "c": [3]}


def test_what_isnt_given_isnt_sent(make_call: MakeCall) -> None:
    assert encode_body(make_call({}, body="json"))[0] == b"{}"


def test_none_is_null() -> None:
    assert encode_json({"a": None})[0] == b'{"a":null}'


def test_json_is_written_in_utf_8() -> None:
    assert encode_json({"a": "ü\u2028"})[0] == '{"a":"ü\u2028"}'.encode()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", 'say "NaN"'])
def test_words_that_look_like_numbers_are_text(text: str) -> None:
    assert json.loads(encode_json({"a": text})[0]) == {"a": text}


def circular() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["again"] = value
    return value


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [float("-inf")], object(), b"\xff", "\ud800", circular()]
)
def test_what_json_cant_express_is_refused(value: Any) -> None:
    with pytest.raises(SDKValidationError, match="body"):
        encode_json({"a": value})


def test_a_form_is_url_encoded() -> None:
    content, content_type = encode_form({"a": "x y", "b": [1, True], "c": None})
    assert content == b"a=x+y&b=1&b=true"
    assert content_type == "application/x-www-form-urlencoded"


def parts(members: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Encode a multipart form and read it again: name, file name, content type and content of each part."""
    content, content_type = encode_multipart(members)
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + content)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type() if "content-type" in part else "",
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (b"data", ("file", "application/octet-stream", b"data")),
        (("a.bin", b"data"), ("a.bin", "application/octet-stream", b"data")),
        (("a.txt", b"data", "text/x-own"), ("a.txt", "text/x-own", b"data")),
    ],
)
def test_a_file_is_a_part_with_a_name_and_a_type(file: Any, expected: tuple[str, str, bytes]) -> None:
    assert parts({"file": file}) == [("file", *expected)]


def test_fields_are_parts_without_a_file_name() -> None:
    found = parts({"file": b"x", "flag": True, "tags": ["a", "ü"], "options": {"deep": [1]}, "left_out": None})
    assert [(name, content) for name, file_name, _, content in found if file_name is None] == [
        ("flag", b"true"),
        ("tags", b"a"),
        ("tags", "ü".encode()),
        ("options", b'{"deep":[1]}'),
    ]


def test_a_file_name_cant_break_out_of_its_header() -> None:
    content, _ = encode_multipart({"file": ('a"\r\nX-Evil: 1\r\n\r\n.txt', b"x")})
    assert b"\r\nX-Evil" not in content


def test_each_multipart_body_has_a_boundary_of_its_own() -> None:
    assert encode_multipart({"file": b"x"})[1] != encode_multipart({"file": b"x"})[1]


def test_a_multipart_body_without_parts_is_refused() -> None:
    with pytest.raises(SDKValidationError, match="at least one field"):
        encode_multipart({"left_out": None})


@pytest.mark.parametrize(("value", "expected"), [(("a", b""), True), (b"", False), ("a", False), (["a"], False)])
def test_only_a_tuple_is_a_file_with_a_name(value: object, *, expected: bool) -> None:
    assert is_file(value) is expected
