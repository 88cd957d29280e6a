"""What all handlers share: what they know, how they refuse, and how they read requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard
from urllib.parse import unquote

from .messages import RecordedRequest, Reply

if TYPE_CHECKING:
    from .store import Store

BASE_PATH = "/api/v1"
CREATED = 1_767_225_600  # one fixed moment, so that the same requests get the same replies
CREATED_TEXT = "2026-01-01T00:00:00Z"
LARGEST_OFFSET = 999_999_999

Object: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class State:
    """What handlers know beside the request."""

    api_key: str
    serial: int
    """The request's place in the order of arrival, from 1."""
    store: Store

    def new_id(self, prefix: str) -> str:
        """Make an id that no other request gets."""
        return f"{prefix}fake-{self.serial:06}"


Handler: TypeAlias = Callable[[RecordedRequest, State], Reply]


class Refusal(Exception):  # noqa: N818 - an answer, not an error: `respond` sends it
    """Ends a handler with an error reply."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.reply = error_reply(status, message, headers)


def error_reply(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Make an error in OpenRouter's shape."""
    return Reply(status, {"error": {"code": status, "message": message}}, headers or {})


def path_value(request: RecordedRequest) -> str:
    """Read what stands in the path for the parameter of a template like /files/{file_id}/content."""
    return unquote(request.path.removeprefix(BASE_PATH).split("/")[2])


def query_int(request: RecordedRequest, name: str, *, default: int, least: int, most: int) -> int:
    """Read a number from the query, or refuse it."""
    text = request.query.get(name, [str(default)])[-1]
    value = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1  # `int` alone accepts "1_0" and " 1"
    if not least <= value <= most:
        raise Refusal(400, f"Query parameter {name!r} must be a number from {least} to {most}.")
    return value


def json_object(request: RecordedRequest) -> Object:
    """Read the body, which must be a JSON object."""
    try:
        body: object = request.json()
    except (ValueError, RecursionError):
        raise Refusal(400, "The body isn't JSON.") from None
    if not is_object(body):
        raise Refusal(400, "The body isn't a JSON object.")
    return body


def text_of(body: Object, name: str) -> str:
    """Read a member that must be a string with something in it."""
    value: object = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"This needs {name!r}, a string that isn't empty.")
    return value


def objects_of(body: Object, name: str) -> list[Object]:
    """Read a member that must be a list of objects, at least one."""
    value: object = body.get(name)
    if not is_list(value) or not value:
        raise Refusal(400, f"This needs {name!r}, a list of at least one.")
    objects = [item for item in value if is_object(item)]
    if len(objects) < len(value):
        raise Refusal(400, f"Each of {name!r} must be an object.")
    return objects


def is_object(value: object) -> TypeGuard[Object]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Tell whether a JSON value is a list."""
    return isinstance(value, list)
