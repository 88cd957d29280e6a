"""Request bodies: JSON, form, multipart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import urlencode

import pydantic_core

from .invalid import invalid
from .json_values import is_array, is_object
from .urls import path_names, plain, query_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .arguments import Checked

    Body = tuple[bytes, str]


def encode_body(checked: Checked) -> Body | tuple[None, None]:
    """Return the body of a call and its content type, if the operation has a body."""
    operation = checked.operation
    if operation.body is None:
        return None, None
    elsewhere = {*operation.query, *operation.headers, *path_names(operation.path)}
    names = operation.wire_names
    members = {names.get(name, name): value for name, value in checked.arguments.items() if name not in elsewhere}
    if checked.stream and operation.streams_on_request:
        members["stream"] = True
    return ENCODERS[operation.body]({**members, **checked.options.get("extra_body", {})})


def encode_json(members: Mapping[str, Any]) -> Body:
    """Write JSON."""
    try:
        content = pydantic_core.to_json(members)
        if b"NaN" in content or b"Infinity" in content:
            json.dumps(json.loads(content), allow_nan=False)  # the words may stand in a text; a number is refused here
    except (pydantic_core.PydanticSerializationError, ValueError) as error:
        raise invalid("body", f"can't be written as JSON: {error}", members) from None
    return content, "application/json"


def encode_form(members: Mapping[str, Any]) -> Body:
    """Write a URL-encoded form."""
    pairs = [pair for name, value in members.items() for pair in query_pairs(name, value)]
    return urlencode(pairs).encode(), "application/x-www-form-urlencoded"


def encode_multipart(members: Mapping[str, Any]) -> Body:
    """Write a multipart form: files, repeated fields, and objects as JSON."""
    import httpx

    fields: list[tuple[str, Any]] = []
    for name, value in members.items():
        fields += [(name, _part(name, item)) for item in _items(value)]
    if not fields:
        raise invalid("body", "a form needs at least one field", members)
    request = httpx.Request("POST", "http://localhost", files=fields)
    return request.read(), request.headers["content-type"]


def _items(value: Any) -> Sequence[Any]:  # noqa: ANN401  # an argument that was checked
    if value is None:
        return []
    return value if is_array(value) else [value]


def _part(name: str, value: Any) -> tuple[Any, ...]:  # noqa: ANN401  # as above
    if isinstance(value, bytes):
        return name, value, "application/octet-stream"
    if is_file(value):
        return value
    text = encode_json(value)[0].decode() if is_object(value) else plain(value)
    return None, text.encode()


def is_file(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Tell whether `value` is (name, content) or (name, content, type), as httpx takes them."""
    return isinstance(value, tuple)


ENCODERS = {"json": encode_json, "form": encode_form, "multipart": encode_multipart}
