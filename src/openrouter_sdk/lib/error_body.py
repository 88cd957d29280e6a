"""Reading what the API says in an error's body, and writing it out for people."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .json_values import as_object, is_object
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXCERPT = 1000
# An escaped pair of surrogates, half of one, or any other escape: the halves are to be replaced.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)

_STATUS_OF_NAME = {
    "authentication": 401,
    "authentication_error": 401,
    "bio_policy": 403,
    "billing_error": 402,
    "content_policy_violation": 403,
    "cyber_policy": 403,
    "data_residency_mismatch": 403,
    "invalid_api_key": 401,
    "misalignment_policy_violation": 403,
    "not_found": 404,
    "not_found_error": 404,
    "overloaded_error": 529,
    "payload_too_large": 413,
    "payment_required": 402,
    "permission_denied": 403,
    "permission_error": 403,
    "provider_overloaded": 529,
    "provider_unavailable": 502,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "api_error": 500,
    "server": 500,
    "server_error": 500,
    "timeout": 408,
    "timeout_error": 408,
    "unprocessable": 422,
    "upstream_error": 502,
    "vector_store_timeout": 408,
}
_INPUT_WORDS = ("invalid", "image", "too_long", "exceeded", "precondition", "refusal")


class ErrorBody(Record):
    """What an error's body says: a code (number or name), a message, and further facts."""

    message: str
    code: int | str | None = None
    metadata: Mapping[str, Any] = MappingProxyType({})


def load(content: bytes | str) -> Any:  # noqa: ANN401  # JSON is anything
    """Return the JSON value in `content`, or None if it isn't JSON."""
    try:
        return parse(content)
    except (RecursionError, ValueError):
        return None


def parse(content: bytes | str) -> Any:  # noqa: ANN401  # JSON is anything
    """Return the JSON value in `content`, which may hold raw line breaks, halves of characters, and bytes beside UTF-8.

    What can't be sent on or shown becomes U+FFFD.
    """
    text = content if isinstance(content, str) else content.decode("utf-8-sig", "replace")
    return json.loads(_ESCAPE.sub(_whole_character, text), strict=False)


def _whole_character(escape: re.Match[str]) -> str:
    """Replace half of a surrogate pair that stands alone."""
    return escape[0] if escape[1] is None else r"\ufffd"


def read(body: object) -> ErrorBody | None:
    """Find the error in a JSON value, in OpenRouter's shape, Anthropic's, OAuth's, or as a bare string."""
    members = as_object(body)
    error = members.get("error")
    if not error:
        return None
    if is_object(error):
        return _read_object(error)
    description = members.get("error_description")
    return ErrorBody(str(description or error), error if description and isinstance(error, str) else None)


def _read_object(error: Mapping[str, Any]) -> ErrorBody:
    code = next((error[key] for key in ("code", "error_type", "type") if isinstance(error.get(key), (int, str))), None)
    facts = {key: value for key, value in error.items() if key not in {"code", "message", "metadata"}}
    message = error.get("message")
    return ErrorBody(
        message if isinstance(message, str) and message else json.dumps(error),
        code,
        {**facts, **as_object(error.get("metadata"))},
    )


def status_of(code: int | str | None) -> int | None:
    """Return the status that an error's code stands for; a number stands for itself."""
    if isinstance(code, str) and not (code.isdecimal() and code.isascii()):
        fallback = 400 if any(word in code for word in _INPUT_WORDS) else None
        return _STATUS_OF_NAME.get(code, fallback)
    status = int(code or 0)
    return status if 400 <= status < 600 else None  # noqa: PLR2004  # the statuses that mean failure


def describe(status: int, body: ErrorBody) -> str:
    """Write an error in one line: status, code, message, provider, and what the provider said."""
    head = f"{status} {_phrase(status)}".strip()
    if body.code is not None and str(body.code) != str(status):
        head += f" ({body.code})"
    return f"{head}: {body.message}{_provider(body)}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _provider(body: ErrorBody) -> str:
    said = _provider_message(body.metadata.get("raw"))
    if said == body.message:
        said = ""
    name = body.metadata.get("provider_name")
    if name and said:
        return f" [{name}: {said}]"
    return f" [{name or said}]" if name or said else ""


def _provider_message(raw: object) -> str:
    """Return the provider's own message, which may be text, an object, or text that holds an object."""
    if isinstance(raw, str):
        body = load(raw)
        found = read(body)
        return found.message if found else excerpt(raw)
    found = read(raw)
    if found:
        return found.message
    return excerpt(json.dumps(raw, default=str)) if raw else ""


def excerpt(text: str) -> str:
    """Shorten `text` for a message."""
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
