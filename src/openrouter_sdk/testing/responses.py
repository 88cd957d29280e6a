"""The Responses API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import echo
from .handling import CREATED, Object, State, json_object, objects_of
from .messages import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .messages import RecordedRequest

_SETTINGS = ("frequency_penalty", "instructions", "metadata", "presence_penalty", "temperature", "top_p")


def send(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /responses."""
    body = json_object(request)
    answer = echo.answer(body, _messages(body))
    result = _result(state, answer)
    result.update({name: body.get(name) for name in _SETTINGS})  # they come back as they went
    headers = {"x-generation-id": result["id"]}
    if body.get("stream"):
        events = ({**event, "sequence_number": number} for number, event in enumerate(_events(result)))
        return Reply.events(echo.PROCESSING, *events, headers=headers)
    return Reply(body=result, headers=headers)


def _messages(body: Object) -> list[Object]:
    text: object = body.get("input")
    return [{"role": "user", "content": text}] if isinstance(text, str) else objects_of(body, "input")


def _result(state: State, answer: echo.Echo) -> Object:
    return {
        "id": state.new_id("gen-"),
        "object": "response",
        "created_at": CREATED,
        "completed_at": CREATED,
        "model": answer.model,
        "status": "completed",
        "output": [_message(state.new_id("msg-"), answer.text)],
        "output_text": answer.text,
        "usage": _usage(answer.tokens),
        "error": None,
        "incomplete_details": None,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


def _message(item_id: str, text: str) -> Object:
    return {
        "type": "message",
        "id": item_id,
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}],
    }


def _usage(tokens: echo.Tokens) -> Object:
    return {
        "input_tokens": tokens.prompt,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": tokens.completion,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens.total,
        "cost": tokens.cost,
        "is_byok": False,
    }


def _events(result: Object) -> Iterator[Object]:
    (item,) = result["output"]
    (part,) = item["content"]
    unfinished: Object = {"status": "in_progress", "completed_at": None, "output": [], "output_text": ""}
    known = {name: value for name, value in result.items() if name != "usage"}
    item_place = {"output_index": 0}
    place = {**item_place, "content_index": 0, "item_id": item["id"]}
    yield {"type": "response.created", "response": {**known, **unfinished}}
    begun: Object = {**item, "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", **item_place, "item": begun}
    yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
    for word in echo.words(part["text"]):
        yield {"type": "response.output_text.delta", **place, "delta": word, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", **item_place, "item": item}
    yield {"type": "response.completed", "response": result}
