"""Request bodies: JSON, form, multipart."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pydantic_core

from .invalid import invalid, invalid_at
from .record import Record
from .urls import path_names, query_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..errors import SDKValidationError
    from .files import Upload
    from .operation import Checked


class Encoded(Record):
    """A request's body: bytes and their type, or parts that are opened for each attempt."""

    content: bytes | None = None
    content_type: str | None = None
    upload: Upload | None = None


def encode_body(checked: Checked) -> Encoded:
    """Return the body of a call."""
    operation = checked.operation
    extra = checked.options.get("extra_body", {})
    if operation.body is None:
        return encode_json(extra) if extra else Encoded()
    elsewhere = {*operation.query, *operation.headers, *path_names(operation.path)}
    names = operation.wire_names
    members = {names.get(name, name): value for name, value in checked.arguments.items() if name not in elsewhere}
    if checked.stream and operation.streams_on_request:
        members["stream"] = True
    members = {**members, **extra}
    if operation.body == "multipart":
        from .files import Upload

        return Encoded(upload=Upload(members, frozenset(operation.files)))
    return encode_json(members) if operation.body == "json" else encode_form(members)


def encode_json(members: Mapping[str, Any]) -> Encoded:
    """Write JSON."""
    try:
        content = pydantic_core.to_json(members)
        if b"NaN" in content or b"Infinity" in content:
            json.dumps(json.loads(content), allow_nan=False)  # the words may stand in a text; a number is refused here
    except (pydantic_core.PydanticSerializationError, ValueError) as error:
        raise _unwritable(members, error) from None
    return Encoded(content, "application/json")


def _unwritable(members: Mapping[str, Any], error: Exception) -> SDKValidationError:
    """Return the error that names the value which isn't JSON's."""
    from .inputs import UNWRITABLE, is_half, is_not_finite, places

    tests = ((is_half, "it holds half a character (a lone surrogate)"), (is_not_finite, "it isn't finite"))

    with contextlib.suppress(RecursionError):
        for test, words in tests:
            for place in places(members, test, ()):
                return invalid_at(place, f"It {UNWRITABLE}: {words}", members)
    return invalid("body", f"It {UNWRITABLE}: {error}", members)


def encode_form(members: Mapping[str, Any]) -> Encoded:
    """Write a URL-encoded form."""
    pairs = [pair for name, value in members.items() for pair in query_pairs(name, value)]
    return Encoded(urlencode(pairs).encode(), "application/x-www-form-urlencoded")
