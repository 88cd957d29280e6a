"""What the fake answers: a table of operations, each a pure function of the request and the fake's state."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from .catalogue import MODELS
from .messages import RecordedRequest, Reply

_BASE_PATH = "/api/v1"
_DEFAULT_PAGE, _LARGEST_PAGE = 500, 1000  # models per page
_LARGEST_OFFSET = 999_999_999
_TOKENS_PER_USD = 1_000_000  # in prompt and completion alike
_CREATED = 1_767_225_600  # one fixed moment, so that the same requests get the same replies

_Object = dict[str, Any]


@dataclass(frozen=True)
class State:
    """What handlers know beside the request."""

    api_key: str
    serial: int
    """The request's place in the order of arrival, from 1."""


Handler = Callable[[RecordedRequest, State], Reply]


class _Refusal(Exception):  # noqa: N818 - an answer, not an error: `respond` sends it
    """Ends a handler with an error reply."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.reply = error_reply(status, message, headers)


def error_reply(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Make an error in OpenRouter's shape."""
    return Reply(status, {"error": {"code": status, "message": message}}, headers or {})


def respond(request: RecordedRequest, state: State) -> Reply:
    """Answer a request as OpenRouter would: find the operation, check the key, run the handler."""
    try:
        handler = _find_handler(request)
        _check_key(request, state)
        return handler(request, state)
    except _Refusal as refusal:
        return refusal.reply


def _find_handler(request: RecordedRequest) -> Handler:
    # Reversed, so that of two templates for the same path the earlier one in the table wins.
    found = {
        method: handler
        for (method, template), handler in reversed(HANDLERS.items())
        if _matches(_BASE_PATH + template, request.path)
    }
    if not found:
        raise _Refusal(404, "FakeOpenRouter has nothing at this path.")
    if request.method not in found:
        allowed = ", ".join(sorted(found))
        raise _Refusal(405, f"This path takes {allowed} only.", {"allow": allowed})
    return found[request.method]


def _matches(template: str, path: str) -> bool:
    """Compare by segments; one like `{id}` in the template stands for any that isn't empty."""
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        segment != "" if name.startswith("{") else segment == name for name, segment in zip(wanted, given, strict=True)
    )


def _check_key(request: RecordedRequest, state: State) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _Refusal(401, "This request carries no bearer token.")
    if token.strip() != state.api_key:
        raise _Refusal(401, "FakeOpenRouter doesn't know this API key.")


def _get_credits(_request: RecordedRequest, _state: State) -> Reply:
    return Reply(body={"data": {"total_credits": 50.0, "total_usage": 12.5}})


def _get_key(_request: RecordedRequest, _state: State) -> Reply:
    spent = {"usage": 12.5, "usage_daily": 0.5, "usage_weekly": 2.5, "usage_monthly": 7.5}
    data: _Object = {
        "label": "Key of FakeOpenRouter",  # the real label shows a part of the key; a fake may be given a real key
        "limit": 20.0,
        "limit_remaining": 7.5,
        "limit_reset": None,
        "include_byok_in_limit": False,
        **spent,
        **{f"byok_{name}": 0.0 for name in spent},
        "is_free_tier": False,
        "is_management_key": False,
        "is_provisioning_key": False,
        "creator_user_id": "user_fake",
        "organization_id": None,
        "workspace_id": None,
        "expires_at": None,
        "rate_limit": {"requests": -1, "interval": "10s", "note": "No longer in use."},
        "allowed_data_regions": ["global"],
        "budgets": [],
        "effective_budget": None,
        "free_model_daily_requests": {"limit": 1000, "remaining": 1000, "used": 0},
    }
    return Reply(body={"data": data})


def _list_models(request: RecordedRequest, _state: State) -> Reply:
    offset = _query_int(request, "offset", default=0, least=0, most=_LARGEST_OFFSET)
    limit = _query_int(request, "limit", default=_DEFAULT_PAGE, least=1, most=_LARGEST_PAGE)
    end = offset + limit
    following = f"{_BASE_PATH}/models?offset={end}&limit={limit}" if end < len(MODELS) else None
    return Reply(body={"data": MODELS[offset:end], "total_count": len(MODELS), "links": {"next": following}})


def _count_models(_request: RecordedRequest, _state: State) -> Reply:
    return Reply(body={"data": {"count": len(MODELS)}})


def _query_int(request: RecordedRequest, name: str, *, default: int, least: int, most: int) -> int:
    text = request.query.get(name, [str(default)])[-1]
    value = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1  # `int` alone accepts "1_0" and " 1"
    if not least <= value <= most:
        raise _Refusal(400, f"Query parameter {name!r} must be a number from {least} to {most}.")
    return value


def _send_chat(request: RecordedRequest, state: State) -> Reply:
    body = _json_object(request)
    messages = _messages(body)
    if body.get("stream"):
        raise _Refusal(501, "FakeOpenRouter doesn't stream.")
    answer = f"Echo: {_last_user_text(messages)}"
    result: _Object = {
        "id": f"gen-fake-{state.serial:06}",
        "object": "chat.completion",
        "created": _CREATED,
        "model": str(body.get("model") or "openrouter/auto"),
        "system_fingerprint": None,
        "choices": [_choice(answer)],
        "usage": _usage(messages, answer),
    }
    return Reply(body=result, headers={"x-generation-id": result["id"]})


def _json_object(request: RecordedRequest) -> _Object:
    try:
        body: object = request.json()
    except (ValueError, RecursionError):
        raise _Refusal(400, "The body isn't JSON.") from None
    if not _is_object(body):
        raise _Refusal(400, "The body isn't a JSON object.")
    return body


def _messages(body: _Object) -> list[_Object]:
    messages: object = body.get("messages")
    if not _is_list(messages) or not messages:
        raise _Refusal(400, "A chat needs 'messages', a list of at least one.")
    objects = [message for message in messages if _is_object(message)]
    if len(objects) < len(messages):
        raise _Refusal(400, "Each of 'messages' must be an object.")
    return objects


def _last_user_text(messages: list[_Object]) -> str:
    texts = [_text(message.get("content")) for message in messages if message.get("role") == "user"]
    return texts[-1] if texts else ""


def _text(content: object) -> str:
    """Read the text of a message's content, which is a string, or a list of parts with text in some."""
    if isinstance(content, str):
        return content
    parts = content if _is_list(content) else []
    texts: list[object] = [part.get("text") for part in parts if _is_object(part)]
    return "".join(text for text in texts if isinstance(text, str))


def _choice(answer: str) -> _Object:
    message = {"role": "assistant", "content": answer, "refusal": None, "reasoning": None}
    return {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}


def _usage(messages: list[_Object], answer: str) -> _Object:
    """Count words for tokens."""
    prompt = sum(len(_text(message.get("content")).split()) for message in messages)
    completion = len(answer.split())
    total = prompt + completion
    tokens = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
    return {**tokens, "cost": total / _TOKENS_PER_USD, "is_byok": False}


def _is_object(value: object) -> TypeGuard[_Object]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/credits"): _get_credits,
    ("GET", "/key"): _get_key,
    ("GET", "/models"): _list_models,
    ("GET", "/models/count"): _count_models,
    ("POST", "/chat/completions"): _send_chat,
}
