"""lib.bodies: JSON, forms, multipart."""

from __future__ import annotations

import io
import json
import os
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk.errors import SDKValidationError
from openrouter_sdk.lib.bodies import Encoded, encode_body, encode_form, encode_json
from openrouter_sdk.lib.files import Upload, encode_base64

if TYPE_CHECKING:
    from tests.unit.conftest import MakeCall


def test_an_operation_without_a_body_has_none(make_call: MakeCall) -> None:
    assert encode_body(make_call({"a": 1}, query=("a",))) == Encoded()


def test_arguments_of_path_query_and_headers_stay_out_of_the_body(make_call: MakeCall) -> None:
    given = {"id": "1", "page": 2, "trace": "t", "name": "n"}
    call = make_call(given, path="/things/{id}", query=("page",), headers=("trace",), body="json")
    assert encode_body(call) == Encoded(b'{"name":"n"}', "application/json")


def test_members_travel_under_their_wire_names(make_call: MakeCall) -> None:
    call = make_call({"from_": 1}, body="json", wire_names={"from_": "from"})
    assert encode_body(call).content == b'{"from":1}'


def test_extra_members_win(make_call: MakeCall) -> None:
    call = make_call({"a": 1, "b": 2}, {"extra_body": {"a": None, "c": [3]}}, body="json")
    assert json.loads(encode_body(call).content or b"") == {"a": None, "b": 2, "c": [3]}


def test_what_isnt_given_isnt_sent(make_call: MakeCall) -> None:
    assert encode_body(make_call({}, body="json")).content == b"{}"


def test_none_is_null() -> None:
    assert encode_json({"a": None}).content == b'{"a":null}'


def test_json_is_written_in_utf_8() -> None:
    assert encode_json({"a": "ü\u2028"}).content == '{"a":"ü\u2028"}'.encode()


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", 'say "NaN"'])
def test_words_that_look_like_numbers_are_text(text: str) -> None:
    assert json.loads(encode_json({"a": text}).content or b"") == {"a": text}


def circular() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["again"] = value
    return value


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [float("-inf")], object(), b"\xff", "\ud800", circular()]
)
def test_what_json_cant_express_is_refused(value: Any) -> None:
    with pytest.raises(SDKValidationError, match=r"^(a|body)\b.*can't be written as JSON"):
        encode_json({"a": value})


def test_a_form_is_url_encoded() -> None:
    encoded = encode_form({"a": "x y", "b": [1, True], "c": None})
    assert encoded == Encoded(b"a=x+y&b=1&b=true", "application/x-www-form-urlencoded")


def form(members: dict[str, Any]) -> httpx.Request:
    """Send a form with one file field, as httpx writes it."""
    with Upload(members, frozenset({"file"})).opened() as parts:
        request = httpx.Request("POST", "https://api.test", files=parts)
        request.read()
    return request


def parts(members: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Encode a multipart form and read it again: name, file name, content type and content of each part."""
    request = form(members)
    head = b"Content-Type: " + request.headers["content-type"].encode()
    message = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n" + request.content)
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
        (io.BytesIO(b"data"), ("file", "application/octet-stream", b"data")),
        (("a.png", io.BytesIO(b"data")), ("a.png", "image/png", b"data")),
    ],
)
def test_a_file_is_a_part_with_a_name_and_a_type(file: Any, expected: tuple[str, str, bytes]) -> None:
    assert parts({"file": file}) == [("file", *expected)]


def test_a_path_is_a_file_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"data")
    assert parts({"file": path}) == [("file", "notes.txt", "text/plain", b"data")]
    assert parts({"file": ("own.bin", path, "text/x-own")}) == [("file", "own.bin", "text/x-own", b"data")]


def test_fields_are_parts_without_a_file_name() -> None:
    found = parts({"file": b"x", "flag": True, "tags": ["a", "ü"], "options": {"deep": [1]}, "left_out": None})
    assert [(name, content) for name, file_name, _, content in found if file_name is None] == [
        ("flag", b"true"),
        ("tags", b"a"),
        ("tags", "ü".encode()),
        ("options", b'{"deep":[1]}'),
    ]


def test_a_file_name_cant_break_out_of_its_header() -> None:
    assert b'filename="a%22; X: y.txt"' in form({"file": ('a"; X: y.txt', b"x")}).content
    with pytest.raises(SDKValidationError, match="file's name"):
        form({"file": ('a"\r\nX-Evil: 1\r\n\r\n.txt', b"x")})


def test_a_multipart_body_without_parts_is_refused() -> None:
    with pytest.raises(SDKValidationError, match="at least one field"):
        Upload({"left_out": None}, frozenset())


@pytest.mark.parametrize("file", ["notes.txt", 1, None.__class__, Path("nowhere") / "notes.txt", io.StringIO("text")])
def test_what_isnt_a_file_is_refused(file: Any) -> None:
    with pytest.raises(SDKValidationError, match="file"):
        Upload({"file": file}, frozenset({"file"}))


def test_only_what_can_be_rewound_is_sent_again() -> None:
    reader, writer = os.pipe()
    os.close(writer)
    with open(reader, "rb") as pipe:  # noqa: PTH123  # a descriptor has no path
        assert not Upload({"file": pipe}, frozenset({"file"})).replayable
    assert Upload({"file": io.BytesIO(b"x")}, frozenset({"file"})).replayable


@pytest.mark.parametrize("value", ["aGk=", b"hi"])
def test_data_for_base64_is_taken_as_text_or_bytes(value: Any) -> None:
    assert encode_base64(value) == "aGk="


def test_data_for_base64_is_taken_from_a_path(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hi")
    assert encode_base64(tmp_path / "a") == "aGk="


def test_anything_else_for_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        encode_base64(1)
