"""The text and the tool calls of answers are at hand, and answers show themselves in a few words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import Field

from openrouter_sdk import BaseModel
from openrouter_sdk.models.chat import ChatResult
from openrouter_sdk.models.messages import MessagesResult
from openrouter_sdk.models.responses import OpenResponsesResult

CALL: dict[str, Any] = {"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}
FUNCTION_CALL: dict[str, Any] = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
TOOL_USE: dict[str, Any] = {"type": "tool_use", "id": "t", "name": "f", "input": {}}


def chat(message: object, *others: object) -> dict[str, Any]:
    return {"choices": [{"index": index, "message": each} for index, each in enumerate([message, *others])]}


def output(*items: object) -> dict[str, Any]:
    return {"output": [*items], "text": {"format": {"type": "text"}}}


def parts(*texts: str, kind: str) -> list[dict[str, Any]]:
    return [{"type": kind, "text": text} for text in texts]


SAYING: dict[str, tuple[type[Any], dict[str, Any], str]] = {
    "chat: a text": (ChatResult, chat({"content": "Hi"}), "Hi"),
    "chat: parts": (ChatResult, chat({"content": parts("Hi ", "there", kind="text")}), "Hi there"),
    "chat: the first choice": (ChatResult, chat({"content": "Hi"}, {"content": "Ho"}), "Hi"),
    "chat: null": (ChatResult, chat({"content": None, "reasoning": "Hm."}), ""),
    "chat: a refusal": (ChatResult, chat({"content": None, "refusal": "No."}), ""),
    "chat: a number": (ChatResult, chat({"content": 7}), ""),
    "chat: a message that is none": (ChatResult, chat("Hi"), ""),
    "chat: no choices": (ChatResult, {"choices": []}, ""),
    "chat: nothing": (ChatResult, {}, ""),
    "chat: choices that are none": (ChatResult, {"choices": "x"}, ""),
    "responses: parts of messages": (
        OpenResponsesResult,
        output(
            {"type": "reasoning", "summary": parts("Hm.", kind="summary_text")},
            {"type": "message", "content": parts("Hi ", "you", kind="output_text")},
            {
                "type": "message",
                "content": [*parts(" there", kind="output_text"), {"type": "refusal", "refusal": "No."}],
            },
        ),
        "Hi you there",
    ),
    "responses: nothing": (OpenResponsesResult, {}, ""),
    "responses: odd items": (OpenResponsesResult, output(7, None, {"type": "message", "content": "Hi"}), ""),
    "messages: blocks": (
        MessagesResult,
        {"content": [{"type": "thinking", "thinking": "Hm."}, *parts("Hi ", "there", kind="text"), TOOL_USE]},
        "Hi there",
    ),
    "messages: nothing": (MessagesResult, {"content": None}, ""),
}


@pytest.mark.parametrize(("kind", "body", "text"), SAYING.values(), ids=SAYING)
def test_the_text_of_an_answer(kind: type[Any], body: dict[str, Any], text: str) -> None:
    assert kind.model_validate(body).text == text


CALLING: dict[str, tuple[type[Any], dict[str, Any], list[str]]] = {
    "chat": (ChatResult, chat({"content": None, "tool_calls": [CALL, CALL]}), ["ChatToolCall"] * 2),
    "chat: none": (ChatResult, chat({"content": "Hi"}), []),
    "chat: null": (ChatResult, chat({"tool_calls": None}), []),
    "chat: odd": (ChatResult, chat({"tool_calls": "x"}), []),
    "responses": (OpenResponsesResult, output(FUNCTION_CALL, {"type": "message"}), ["OutputFunctionCallItem"]),
    "responses: none": (OpenResponsesResult, {}, []),
    "messages": (MessagesResult, {"content": [*parts("Hi", kind="text"), TOOL_USE]}, ["AnthropicToolUseBlock"]),
    "messages: none": (MessagesResult, {}, []),
}


@pytest.mark.parametrize(("kind", "body", "names"), CALLING.values(), ids=CALLING)
def test_the_tool_calls_of_an_answer(kind: type[Any], body: dict[str, Any], names: list[str]) -> None:
    assert [type(call).__name__ for call in kind.model_validate(body).tool_calls] == names


def test_text_and_tool_calls_are_no_fields() -> None:
    body: dict[str, Any] = output({"type": "message", "content": parts("Hi", kind="output_text")})
    response = OpenResponsesResult.model_validate(body)
    assert json.loads(response.model_dump_json(exclude_unset=True)) == body
    assert response.text_config is not None
    with pytest.raises(AttributeError):
        response.text = "Ho"  # type: ignore[misc]  # it can't be set


class Note(BaseModel):
    title: str
    body: str | None = None
    pages: list[str] = Field(default_factory=list)


def test_a_repr_leaves_out_what_is_none_and_shortens_long_texts() -> None:
    assert repr(Note(title="a")) == "Note(title='a', pages=[])"
    shown = f"Note(title='{'x' * 100}'… (5000 characters), pages=[])"
    assert repr(Note(title="x" * 5000)) == shown
    assert str(Note(title="a", body="b")) == "title='a' body='b' pages=[]"


def test_a_repr_shows_unknown_fields() -> None:
    note = Note.model_validate({"title": "a", "new": "y" * 300, "gone": None})
    assert repr(note) == f"Note(title='a', pages=[], new='{'y' * 100}'… (300 characters))"
