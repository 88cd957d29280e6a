"""Images: all of them the same grey pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import echo
from .handling import CREATED, Object, Refusal, State, json_object, text_of
from .messages import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .messages import RecordedRequest

_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
_MOST_IMAGES = 10
_PICTURE = {"b64_json": _PNG, "media_type": "image/png"}


def create(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /images."""
    body = json_object(request)
    prompt, count = text_of(body, "prompt"), _count(body)
    usage = _usage(echo.Tokens(len(prompt.split()), count))
    headers = {"x-generation-id": state.new_id("gen-")}
    if body.get("stream"):
        return Reply.events(echo.PROCESSING, *_events(usage, count), headers=headers)
    return Reply(body={"created": CREATED, "data": [_PICTURE] * count, "usage": usage}, headers=headers)


def _count(body: Object) -> int:
    count: object = body.get("n", 1)
    if not isinstance(count, int) or not 1 <= count <= _MOST_IMAGES:
        raise Refusal(400, f"'n' must be a number from 1 to {_MOST_IMAGES}.")
    return count


def _usage(tokens: echo.Tokens) -> Object:
    counts = {"prompt_tokens": tokens.prompt, "completion_tokens": tokens.completion, "total_tokens": tokens.total}
    return {**counts, "cost": tokens.cost, "is_byok": False}


def _events(usage: Object, count: int) -> Iterator[Object]:
    for _ in range(count):
        yield {"type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": _PNG}
        yield {"type": "image_generation.completed", **_PICTURE, "created": CREATED, "usage": usage}
