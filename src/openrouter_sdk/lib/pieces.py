"""The text of an answer, piece by piece: what `.text()` of a stream yields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pydantic

from ..types.result import Ok
from .json_values import as_array, is_array, is_object
from .streams import NO_EVENT
from .texts import paired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..types.result import Result
    from .streams import Reading

E = TypeVar("E", bound=Exception)


class Pieces:
    """Takes a stream's chunks, returns the text in each. Half of a surrogate pair waits for the other one."""

    def __init__(self, reader: Reading) -> None:
        self._reader = reader
        self._text_of = _OF_CHUNK.get(reader.fold, _none)
        self._half = ""
        self._is_fresh = reader.event is NO_EVENT

    def take(self, result: Result[Any, E]) -> Result[str, E] | None:
        """Return the new text, or the error; None if there is no text in a chunk."""
        if not isinstance(result, Ok):
            return result
        text = self._half + self._text_of(result.value)
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        self._is_fresh = self._is_fresh and not text
        text = paired(text[: len(text) - len(self._half)])
        return Ok(text, result.response) if text else None

    def rest(self) -> Ok[str] | None:
        """Return what still waits when the stream ends: all, if the answer came whole, or in no chunk but the last."""
        text, self._half = self._half, ""
        if self._is_fresh:
            self._is_fresh = False
            text = self._reader.collected().map(_OF_WHOLE.get(self._reader.fold, _none)).unwrap_or("")
        return Ok(paired(text), self._reader.info) if text else None


def _none(_: object) -> str:
    return ""


def _get(value: object, name: str) -> Any:  # noqa: ANN401  # what a model or an object holds
    """Return a field of a model, or of an object that was kept as it came."""
    if is_object(value):
        return value.get(name)
    return getattr(value, name, None) if isinstance(value, pydantic.BaseModel) else None


def _text(value: object) -> str:
    """Return a text, or that of a list of parts."""
    if is_array(value):
        return "".join(_text(_get(part, "text")) for part in value)
    return value if isinstance(value, str) else ""


def _first_choice(value: object, name: str) -> str:
    choices = as_array(_get(value, "choices"))
    first = next((choice for choice in choices if _get(choice, "index") in _FIRST), None)
    return _text(_get(_get(first, name), "content"))


_FIRST = (0, "0", None)


def _chat_chunk(chunk: object) -> str:
    return _first_choice(chunk, "delta")


def _chat(value: object) -> str:
    return _first_choice(value, "message") or _first_choice(value, "delta")


_TEXTS = ("text", "text_delta")


def _message_event(event: object) -> str:
    kind = _get(event, "type")
    block = _get(event, "delta" if kind == "content_block_delta" else "content_block")
    return _text(_get(block, "text")) if _get(block, "type") in _TEXTS else ""


def _of_parts(parts: object, kind: str) -> str:
    return "".join(_text(_get(part, "text")) for part in as_array(parts) if _get(part, "type") == kind)


def _message(value: object) -> str:
    return _of_parts(_get(value, "content"), "text")


def _response_event(event: object) -> str:
    return _text(_get(event, "delta")) if _get(event, "type") == "response.output_text.delta" else ""


def _response(value: object) -> str:
    items: Iterable[object] = as_array(_get(value, "output"))
    return "".join(_of_parts(_get(item, "content"), "output_text") for item in items)


_OF_CHUNK: dict[str, Callable[[object], str]] = {
    "chat": _chat_chunk, "messages": _message_event, "responses": _response_event,
}  # fmt: skip
_OF_WHOLE: dict[str, Callable[[object], str]] = {"chat": _chat, "messages": _message, "responses": _response}
