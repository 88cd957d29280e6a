"""What the server answers: the bytes of each answer, made once, like those that OpenRouter sends."""

from __future__ import annotations

import json

DELTAS = 200
CHAT_CHUNKS = DELTAS + 2
RESPONSE_EVENTS = DELTAS + 8
SHORT_CHUNKS = 7
MODELS = 400
PARAMETERS = (
    "frequency_penalty",
    "include_reasoning",
    "max_tokens",
    "presence_penalty",
    "reasoning",
    "response_format",
    "seed",
    "stop",
    "structured_outputs",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
)
WORDS = ("Sure", "ly, ", "the ", "answer", " to ", "that", " is", " rather", " long", ".\n", " 42", ", as", " ever")

_CREDITS = {"data": {"total_credits": 100.5, "total_usage": 25.75}}
_ERROR = {"error": {"code": 401, "message": "No auth credentials found"}}
_USAGE = {
    "prompt_tokens": 18,
    "completion_tokens": 9,
    "total_tokens": 27,
    "cost": 0.0000225,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}
_MESSAGE = {"role": "assistant", "content": "Hello! How can I help you today?", "refusal": None}
_CHOICE = {"index": 0, "finish_reason": "stop", "native_finish_reason": "stop", "logprobs": None, "message": _MESSAGE}
_CHAT = {
    "id": "gen-1",
    "object": "chat.completion",
    "created": 1765400000,
    "model": "openai/gpt-5-mini",
    "system_fingerprint": None,
    "choices": [_CHOICE],
    "usage": _USAGE,
}


def _model(number: int) -> dict[str, object]:
    return {
        "id": f"maker/model-{number}",
        "canonical_slug": f"maker/model-{number}",
        "name": f"Maker: Model {number}",
        "created": 1765400000 + number,
        "hugging_face_id": "",
        "description": "A model among many, good at some things and less so at others. " * 5,
        "context_length": 200000,
        "architecture": {
            "modality": "text+image->text",
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "tokenizer": "GPT",
            "instruct_type": None,
        },
        "pricing": {
            "prompt": "0.00000125",
            "completion": "0.00001",
            "request": "0",
            "image": "0",
            "web_search": "0",
            "internal_reasoning": "0",
            "input_cache_read": "0.000000125",
            "input_cache_write": "0.0000025",
        },
        "top_provider": {"context_length": 200000, "max_completion_tokens": 64000, "is_moderated": True},
        "per_request_limits": None,
        "supported_parameters": PARAMETERS,
        "default_parameters": {"temperature": None, "top_p": None, "frequency_penalty": None},
        "supported_voices": None,
        "knowledge_cutoff": None,
        "links": {"details": f"/api/v1/models/maker/model-{number}/endpoints"},
    }


def _misfit_model(number: int) -> dict[str, object]:
    """Make a model with three fields that don't fit: one of another type, one null and one missing."""
    model = {**_model(number), "created": "soon", "top_provider": None}
    del model["name"]
    return model


def _chat_chunk(text: str, finish_reason: str | None = None) -> dict[str, object]:
    return {
        "id": "gen-1765400000-AbCdEfGhIjKlMnOpQrSt",
        "provider": "OpenAI",
        "model": "openai/gpt-5-mini",
        "object": "chat.completion.chunk",
        "created": 1765400000,
        "choices": [
            {
                "index": 0,
                "delta": {"role": "assistant", "content": text},
                "finish_reason": finish_reason,
                "native_finish_reason": finish_reason,
                "logprobs": None,
            }
        ],
        "system_fingerprint": None,
    }


def _chat_chunks(deltas: int) -> list[dict[str, object]]:
    chunks = [_chat_chunk(WORDS[number % len(WORDS)]) for number in range(deltas)]
    return [*chunks, _chat_chunk("", "stop"), {**_chat_chunk(""), "usage": _USAGE}]


def _response(status: str, output: list[object], usage: object = None) -> dict[str, object]:
    return {
        "id": "gen-1765400000-AbCdEfGhIjKlMnOpQrSt",
        "object": "response",
        "created_at": 1765400000,
        "model": "openai/gpt-5-mini",
        "status": status,
        "completed_at": 1765400009 if usage else None,
        "output": output,
        "error": None,
        "incomplete_details": None,
        "tools": [],
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "max_output_tokens": None,
        "temperature": 1,
        "top_p": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "top_logprobs": 0,
        "metadata": {},
        "background": False,
        "instructions": None,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": "auto",
        "store": False,
        "truncation": "disabled",
        "text": {"format": {"type": "text"}},
        "usage": usage,
    }


_RESPONSE_USAGE = {
    "input_tokens": 18,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 200,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 218,
    "cost": 0.0004045,
    "is_byok": False,
}


def _item(status: str, content: list[object]) -> dict[str, object]:
    return {"id": "msg_tmp_abcdefghij", "type": "message", "role": "assistant", "status": status, "content": content}


def _part(text: str) -> dict[str, object]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _response_events() -> list[dict[str, object]]:
    words = [WORDS[number % len(WORDS)] for number in range(DELTAS)]
    text = "".join(words)
    place = {"item_id": "msg_tmp_abcdefghij", "output_index": 0, "content_index": 0}
    whole = _item("completed", [_part(text)])
    events: list[dict[str, object]] = [
        {"type": "response.created", "response": _response("in_progress", [])},
        {"type": "response.in_progress", "response": _response("in_progress", [])},
        {"type": "response.output_item.added", "output_index": 0, "item": _item("in_progress", [])},
        {"type": "response.content_part.added", **place, "part": _part("")},
        *({"type": "response.output_text.delta", **place, "delta": word, "logprobs": []} for word in words),
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": _part(text)},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        {"type": "response.completed", "response": _response("completed", [whole], _RESPONSE_USAGE)},
    ]
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _reply(status: str, body: object) -> bytes:
    content = _compact(body)
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


def _events(values: list[dict[str, object]]) -> list[bytes]:
    return [b": OPENROUTER PROCESSING\n\n", *(b"data: %s\n\n" % _compact(value) for value in values)]


WHOLE = {
    b"/api/v1/credits": _reply("200 OK", _CREDITS),
    b"/api/v1/chat/completions": _reply("200 OK", _CHAT),
    b"/api/v1/models": _reply(
        "200 OK", {"data": [_model(number) for number in range(MODELS)], "total_count": MODELS, "links": {"next": None}}
    ),
    # As OpenRouter answered until it paged this listing, and as gateways do.
    b"/bare/v1/models": _reply("200 OK", {"data": [_model(number) for number in range(MODELS)]}),
    b"/misfit/v1/models": _reply("200 OK", {"data": [_misfit_model(number) for number in range(MODELS)]}),
    b"/refused/v1/credits": _reply("401 Unauthorized", _ERROR),
}
STREAMS = {b"/chat/completions": _events(_chat_chunks(DELTAS)), b"/responses": _events(_response_events())}
SHORT_STREAM = _events(_chat_chunks(SHORT_CHUNKS - 2))
