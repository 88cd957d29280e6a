"""Reading what the API says in an error's body, and writing it out for people."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .json_values import as_array, as_object, is_object
from .record import Record
from .texts import json_text, paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EXCERPT = 1000
# An escaped pair of surrogates, half of one, or any other escape: the halves are to be replaced.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_LENIENT = json.JSONDecoder(strict=False)
_LONGEST_NUMBER = 9  # digits: Python refuses to read thousands of them
_NAME = re.compile(r"[\w.:-]+")

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


NO_WORDS = ErrorBody("the stream reported an error")


def load(content: bytes | str) -> Any:  # noqa: ANN401  # JSON is anything
    """Return the JSON value in `content`, or None if it isn't JSON.

    Lenient, since this is for what pydantic refused: bytes that aren't UTF-8 are replaced, texts may hold line breaks.
    """
    try:
        return _LENIENT.decode(_text(content))
    except (RecursionError, ValueError):
        return None


def parse(content: bytes | str) -> Any:  # noqa: ANN401  # JSON is anything
    """Return the JSON value in `content` as `load` does, or raise; halves of characters become U+FFFD."""
    return _LENIENT.decode(_ESCAPE.sub(_whole_character, _text(content)))


def _text(content: bytes | str) -> str:
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


def _whole_character(escape: re.Match[str]) -> str:
    """Replace half of a surrogate pair that stands alone."""
    return escape[0] if escape[1] is None else r"\ufffd"


def find(content: bytes) -> ErrorBody | None:
    """Find the error in a body: of JSON, or of events, which some servers write their errors as, too."""
    body = load(content)
    if body is not None or b"data:" not in content:
        return read(body)
    from .sse import BLANK_LINE, Decoder

    events = Decoder().feed(content + BLANK_LINE)
    return next(filter(None, (in_event(name, as_object(load(data))) for data, name, *_ in events)), None)


def read(body: object) -> ErrorBody | None:
    """Find the error in a JSON value, in OpenRouter's shape, Anthropic's, OAuth's, or as a bare string.

    Web frameworks put a message beside the error: `{"error": true, "message": …}`.
    """
    members = as_object(body)
    error = members.get("error")
    if is_object(error):
        return _read_object(error) if any(value is not None for value in error.values()) else None
    if not error:
        return None
    named = error if isinstance(error, str) else None
    said = _text_of(members, ("error_description", "message", "detail"))
    code = _code_of(members, ("code",)) or (named if said and named and _NAME.fullmatch(named) else None)
    return ErrorBody(paired(said or named or json_text(error if error is not True else members)), code)


def _read_object(error: Mapping[str, Any]) -> ErrorBody:
    facts = {key: value for key, value in error.items() if key not in {"code", "message", "metadata"}}
    return ErrorBody(
        paired(_text_of(error, ("message",)) or json_text(error)),
        _code_of(error, ("code", "error_type", "type")),
        {**facts, **as_object(error.get("metadata"))},
    )


def _text_of(members: Mapping[str, Any], names: Iterable[str]) -> str:
    found = (members.get(name) for name in names)
    return next((text for text in found if isinstance(text, str) and text), "")


def _code_of(members: Mapping[str, Any], names: Iterable[str]) -> int | str | None:
    found = (members.get(name) for name in names)
    return next((code for code in found if isinstance(code, (int, str)) and _says_something(code)), None)


def _says_something(code: int | str) -> bool:
    """Tell whether a code is one: an error event's own type, "error", isn't."""
    return not isinstance(code, bool) and code not in {"", "error"}


def in_event(name: str, data: Mapping[str, Any]) -> ErrorBody | None:
    """Find the error that an event of a stream reports: its own, its response's or a choice's."""
    kind = data.get("type")
    if name == "error" or kind == "error":
        return read(data) or read({"error": data}) or NO_WORDS
    # What names an item of the output tells of that item: one of several models that were asked, say, failed.
    own = None if "item_id" in data or "output_index" in data else read(data)
    return own or _in_response(kind, as_object(data.get("response"))) or _in_choices(as_array(data.get("choices")))


def _in_response(kind: object, response: Mapping[str, Any]) -> ErrorBody | None:
    failed = kind == "response.failed" or response.get("status") == "failed"
    return read(response) or (ErrorBody("the response failed", "server_error") if failed else None)


def _in_choices(choices: list[Any]) -> ErrorBody | None:
    for choice in map(as_object, choices):
        found = read(choice) or read(choice.get("delta"))
        if found is None and choice.get("finish_reason") == "error":
            reason = _text_of(choice, ("native_finish_reason",))
            found = ErrorBody(f"the generation ended in an error{reason and f' ({reason})'}", "server_error")
        if found is not None:
            return found
    return None


def status_of(code: int | str | None) -> int | None:
    """Return the status that an error's code stands for; a number stands for itself."""
    if isinstance(code, str) and not (code.isdecimal() and code.isascii() and len(code) <= _LONGEST_NUMBER):
        fallback = 400 if any(word in code for word in _INPUT_WORDS) else None
        return _STATUS_OF_NAME.get(code, fallback)
    status = int(code or 0)
    return status if 400 <= status < 600 else None  # noqa: PLR2004  # the statuses that mean failure


def describe(status: int, body: ErrorBody) -> str:
    """Write an error in one line: status, code, message, provider, and what the provider said."""
    head = f"{status} {_phrase(status)}".strip()
    if body.code is not None and str(body.code) != str(status):
        head += f" ({body.code})"
    return paired(f"{head}: {body.message}{_provider(body)}")


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
    return excerpt(json_text(raw)) if raw else ""


def excerpt(text: str) -> str:
    """Shorten `text` for a message."""
    text = " ".join(text.split())
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"
