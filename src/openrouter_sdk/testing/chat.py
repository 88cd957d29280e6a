"""Chat completions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import echo
from .handling import CREATED, Object, State, json_object, objects_of
from .messages import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .messages import RecordedRequest


def send(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /chat/completions."""
    body = json_object(request)
    result = _result(state.new_id("gen-"), echo.answer(body, objects_of(body, "messages")))
    headers = {"x-generation-id": result["id"]}
    if body.get("stream"):
        return Reply.events(echo.PROCESSING, *_chunks(result), headers=headers)
    return Reply(body=result, headers=headers)


def _result(generation_id: str, answer: echo.Echo) -> Object:
    message = {"role": "assistant", "content": answer.text, "refusal": None, "reasoning": None}
    return {
        "id": generation_id,
        "object": "chat.completion",
        "created": CREATED,
        "model": answer.model,
        "system_fingerprint": "fp_fake",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": _usage(answer.tokens),
    }


def _usage(tokens: echo.Tokens) -> Object:
    counts = {"prompt_tokens": tokens.prompt, "completion_tokens": tokens.completion, "total_tokens": tokens.total}
    return {**counts, "cost": tokens.cost, "is_byok": False}


def _chunks(result: Object) -> Iterator[Object]:
    """Cut a result into chunks that, folded, are the result again."""
    same = ("id", "created", "model", "system_fingerprint")
    common = {"object": "chat.completion.chunk", **{name: result[name] for name in same}}
    (choice,) = result["choices"]
    message = choice["message"]
    deltas: list[Object] = [{**message, "content": ""}, *({"content": word} for word in echo.words(message["content"]))]
    for delta in deltas:
        yield {**common, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    end = {"index": 0, "delta": {"content": ""}, "finish_reason": choice["finish_reason"]}
    yield {**common, "choices": [end]}
    yield {**common, "choices": [], "usage": result["usage"]}
