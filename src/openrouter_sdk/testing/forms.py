"""Reading multipart forms: the standard library reads their headers, and has nothing for the rest since `cgi` went."""

from __future__ import annotations

from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING, NamedTuple

from .handling import Refusal

if TYPE_CHECKING:
    from .messages import RecordedRequest

# Browsers and httpx write these three, and no other character, that way inside a quoted name.
_ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class Field(NamedTuple):
    """A field of a form."""

    name: str
    filename: str | None
    """None if it isn't a file."""
    content_type: str | None
    """None if the form doesn't tell."""
    data: bytes


def multipart_fields(request: RecordedRequest) -> list[Field]:
    """Read all fields of a form, in order, or refuse it."""
    boundary = _boundary(request)
    _preamble, *parts = (b"\r\n" + request.body).split(b"\r\n--" + boundary.encode())
    if not parts or not parts.pop().startswith(b"--"):
        raise Refusal(400, "The form has no end.")
    return [_field(part) for part in parts]


def is_multipart(request: RecordedRequest) -> bool:
    """Tell whether a request brings a multipart form."""
    return _content_type(request).get_content_type() == "multipart/form-data"


def _content_type(request: RecordedRequest) -> Message:
    message = Message()
    message["content-type"] = request.headers.get("content-type", "text/plain")
    return message


def _boundary(request: RecordedRequest) -> str:
    boundary = _content_type(request).get_boundary()
    if not boundary or not is_multipart(request):
        raise Refusal(400, "The body isn't a multipart form.")
    return boundary


def _field(part: bytes) -> Field:
    head, _, data = part.partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode(errors="replace").lstrip())
    name = _parameter(headers, "name")
    if name is None:
        raise Refusal(400, "A field of the form has no name.")
    content_type = headers.get_content_type() if "content-type" in headers else None
    return Field(name, _parameter(headers, "filename"), content_type, data)


def _parameter(headers: Message, name: str) -> str | None:
    value = headers.get_param(name, header="content-disposition")
    if value is None:
        return None
    text = collapse_rfc2231_value(value)
    for escape, character in _ESCAPED.items():
        text = text.replace(escape, character)
    return text
