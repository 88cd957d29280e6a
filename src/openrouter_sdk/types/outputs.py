"""What an answer says, at hand: the text and the tool calls of a chat, a response or a message.

Generated models have these as bases. They never raise, whatever came; what isn't there is "" or an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from ..lib.json_values import as_array

C = TypeVar("C")


class ChatOutput(Generic[C]):
    """The text and the tool calls of a chat's first choice; the others are in `choices`."""

    @property
    def text(self) -> str:
        """The text of the message, its parts joined; reasoning and refusals aren't part of it."""
        content = getattr(_message(self), "content", None)
        return content if isinstance(content, str) else _joined(_of_type(content, "text"))

    @property
    def tool_calls(self) -> list[C]:
        """The tools that the model wants to have called."""
        return as_array(getattr(_message(self), "tool_calls", None))


class ResponseOutput(Generic[C]):
    """The text and the function calls of a response; everything that it put out is in `output`."""

    @property
    def text(self) -> str:
        """The text of all messages, joined; reasoning and refusals aren't part of it."""
        messages = _of_type(getattr(self, "output", None), "message")
        parts = (part for message in messages for part in as_array(getattr(message, "content", None)))
        return _joined(_of_type([*parts], "output_text"))

    @property
    def tool_calls(self) -> list[C]:
        """The functions that the model wants to have called."""
        return [*_of_type(getattr(self, "output", None), "function_call")]


class MessageOutput(Generic[C]):
    """The text and the tool calls of a message in Anthropic's form; all of its blocks are in `content`."""

    @property
    def text(self) -> str:
        """The text of all blocks, joined; thinking isn't part of it."""
        return _joined(_of_type(getattr(self, "content", None), "text"))

    @property
    def tool_calls(self) -> list[C]:
        """The tools that the model wants to have called."""
        return [*_of_type(getattr(self, "content", None), "tool_use")]


def _message(chat: object) -> object:
    choices = as_array(getattr(chat, "choices", None))
    return getattr(choices[0], "message", None) if choices else None


def _of_type(parts: object, kind: str) -> Iterator[Any]:
    return (part for part in as_array(parts) if getattr(part, "type", None) == kind)


def _joined(parts: Iterable[Any]) -> str:
    texts = (getattr(part, "text", None) for part in parts)
    return "".join(text for text in texts if isinstance(text, str))
