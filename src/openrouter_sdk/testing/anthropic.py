"""Messages in Anthropic's form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import echo
from .handling import Object, Refusal, State, json_object, objects_of
from .messages import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .messages import RecordedRequest

_ERROR_TYPES = {401: "authentication_error", 404: "not_found_error"}


def send(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /messages."""
    body = json_object(request)
    result = _result(state.new_id("gen-"), echo.answer(body, objects_of(body, "messages")))
    headers = {"x-generation-id": result["id"]}
    if body.get("stream"):
        events = ((event["type"], event) for event in _events(result))
        return Reply.events(echo.PROCESSING, *events, done=False, headers=headers)  # `message_stop` is the end here
    return Reply(body=result, headers=headers)


def refuse(refusal: Refusal) -> Reply:
    """Put a refusal in Anthropic's shape."""
    kind = _ERROR_TYPES.get(refusal.reply.status, "invalid_request_error")
    error = {"type": kind, "message": str(refusal)}
    return replace(refusal.reply, body={"type": "error", "error": error, "request_id": None})


def _result(generation_id: str, answer: echo.Echo) -> Object:
    return {
        "id": generation_id,
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "container": None,
        "content": [{"type": "text", "text": answer.text, "citations": None}],
        "stop_reason": "end_turn",
        "stop_details": None,
        "stop_sequence": None,
        "usage": _usage(answer.tokens),
    }


def _usage(tokens: echo.Tokens) -> Object:
    return {
        "input_tokens": tokens.prompt,
        "output_tokens": tokens.completion,
        "output_tokens_details": None,
        "cache_creation": None,
        "cache_creation_input_tokens": None,
        "cache_read_input_tokens": None,
        "inference_geo": None,
        "server_tool_use": None,
        "service_tier": "standard",
        "cost": tokens.cost,
        "is_byok": False,
    }


def _events(result: Object) -> Iterator[Object]:
    (block,) = result["content"]
    stop = {name: result[name] for name in ("container", "stop_reason", "stop_details", "stop_sequence")}
    usage = result["usage"]
    start = {name: value for name, value in usage.items() if name not in {"cost", "is_byok"}}  # known at the end only
    begun: Object = {"content": [], "stop_reason": None, "usage": {**start, "output_tokens": 0}}
    yield {"type": "message_start", "message": {**result, **begun}}
    yield {"type": "content_block_start", "index": 0, "content_block": {**block, "text": ""}}
    for word in echo.words(block["text"]):
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": stop, "usage": usage}
    yield {"type": "message_stop"}
