"""Folding the chunks of a stream into what the same call returns without `stream`. JSON values in, a JSON value out.

Nothing is dropped: a field that no rule below knows keeps its last value.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .json_values import as_array, as_object, is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Json = dict[str, Any]

# What comes in pieces; everything else comes whole.
_PIECEWISE = frozenset(
    {"content", "refusal", "reasoning", "reasoning_content", "arguments", "text", "summary", "transcript"}
)


def chat(chunks: list[Json]) -> Json:
    """Fold chat completion chunks."""
    whole: Json = {}
    choices: dict[int, Json] = {}
    for chunk in chunks:
        _keep(whole, chunk, but=("choices",))
        for choice in as_array(chunk.get("choices")):
            _fold_choice(choices, choice)
    whole["choices"] = [choices[index] for index in sorted(choices)]
    whole["object"] = "chat.completion"
    return whole


def _fold_choice(choices: dict[int, Json], piece: Json) -> None:
    index = piece.get("index") or 0
    choice = choices.setdefault(
        index, {"index": index, "finish_reason": None, "message": {"role": "assistant", "content": None}}
    )
    _keep(choice, piece, but=("delta", "index", "logprobs"))
    logprobs = piece.get("logprobs")
    if is_object(logprobs):
        _extend(choice.setdefault("logprobs", {}), logprobs)
    _fold_message(choice["message"], as_object(piece.get("delta")))


def _fold_message(message: Json, delta: Json) -> None:
    for name, value in delta.items():
        if name == "tool_calls":
            for call in as_array(value):
                _fold_call(message.setdefault(name, []), call)
        elif name == "reasoning_details":
            for detail in as_array(value):
                _fold_detail(message.setdefault(name, []), detail)
        elif name in {"images", "annotations"} and is_array(value):
            message.setdefault(name, []).extend(value)
        elif name == "audio" and is_object(value):
            _append(message.setdefault(name, {}), value, {*_PIECEWISE, "data"})
        else:
            _append(message, {name: value}, _PIECEWISE)


def _fold_call(calls: list[Json], piece: Json) -> None:
    """Go on with the call of the same index, else of the same id; a piece with neither goes on with the last."""
    index, identity = piece.get("index"), piece.get("id")
    same = [call for call in calls if index is None or call.get("index") == index]
    if identity is not None and any("id" in call for call in same):
        same = [call for call in same if call.get("id") in {identity, None}]
    if not same:
        calls.append({**piece, "function": {"name": "", "arguments": ""}})
        same = calls
    call = same[-1]
    _keep(call, piece, but=("function",))
    function = as_object(piece.get("function"))
    _keep(call["function"], function, but=("arguments",))
    call["function"]["arguments"] += function.get("arguments") or ""


def _fold_detail(details: list[Json], piece: Json) -> None:
    """Go on with the detail of the same type and index; without an index, with the last if it's a text going on."""
    key = piece.get("type"), piece.get("index")
    same = [detail for detail in details if (detail.get("type"), detail.get("index")) == key]
    goes_on = piece.get("index") is not None or (bool(same) and same[-1] is details[-1] and "text" in piece)
    if same and goes_on:
        _append(same[-1], piece, {"text", "summary", "data"})
    else:
        details.append(dict(piece))


def responses(events: list[Json]) -> Json:
    """Take the response that the last event holds; where a stream leaves its output out, the finished items are it."""
    whole: Json = {}
    items: dict[int, Json] = {}
    for event in events:
        if is_object(event.get("response")):
            whole = event["response"]
        if event.get("type") == "response.output_item.done":
            items[event.get("output_index") or 0] = event["item"]
    if items and not whole.get("output"):
        whole = {**whole, "output": [items[index] for index in sorted(items)]}
    return whole


def messages(events: list[Json]) -> Json:
    """Fold the events of an Anthropic message."""
    whole: Json = {"content": []}
    blocks: dict[int, Json] = {}
    inputs: dict[int, str] = {}
    for event in events:
        kind, index = event.get("type"), event.get("index") or 0
        if kind == "message_start":
            whole = dict(event["message"])
        elif kind == "content_block_start":
            blocks[index] = dict(event["content_block"])
        elif kind == "content_block_delta":
            _fold_block(blocks.setdefault(index, {}), event["delta"], inputs, index)
        elif kind == "message_delta":
            _keep(whole, as_object(event.get("delta")))
            _keep(whole.setdefault("usage", {}), as_object(event.get("usage")))
            _keep(whole, event, but=("type", "delta", "usage"))
    for index, text in inputs.items():
        blocks[index]["input"] = _parsed(text)
    return {**whole, "content": [blocks[index] for index in sorted(blocks)] or whole.get("content", [])}


def _fold_block(block: Json, delta: Json, inputs: dict[int, str], index: int) -> None:
    kind = delta.get("type")
    if kind == "input_json_delta":
        inputs[index] = inputs.get(index, "") + (delta.get("partial_json") or "")
    elif kind == "citations_delta":
        block["citations"] = [*as_array(block.get("citations")), delta.get("citation")]
    else:
        _append(
            block, {name: value for name, value in delta.items() if name != "type"}, {"text", "thinking", "content"}
        )


def _parsed(text: str) -> Any:  # noqa: ANN401  # JSON is anything
    """Return the JSON in `text`; what was cut off stays text."""
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text


def images(events: list[Json]) -> Json:
    """Take the finished images; partial ones were previews."""
    whole: Json = {"data": []}
    for event in events:
        if event.get("type") == "image_generation.completed":
            picture = {name: event[name] for name in ("b64_json", "media_type") if name in event}
            whole["data"].append(picture)
            _keep(whole, event, but=("type", *picture))
    return whole


def _keep(whole: Json, piece: Mapping[str, Any], but: Iterable[str] = ()) -> None:
    """Take over each field's value; null doesn't replace one."""
    for name, value in piece.items():
        if name not in but and (value is not None or name not in whole):
            whole[name] = value


def _append(whole: Json, piece: Mapping[str, Any], piecewise: Iterable[str]) -> None:
    """Take over each field's value, or append it where it comes in pieces."""
    for name, value in piece.items():
        if name in piecewise and isinstance(value, str) and isinstance(whole.get(name), str):
            whole[name] += value
        elif value is not None or name not in whole:
            whole[name] = value


def _extend(whole: Json, piece: Mapping[str, Any]) -> None:
    """Take over each list, after what is there."""
    for name, value in piece.items():
        whole[name] = [*as_array(whole.get(name)), *value] if is_array(value) else whole.get(name)


FOLDS: dict[str, Callable[[list[Json]], Json]] = {
    "chat": chat, "images": images, "messages": messages, "responses": responses,
}  # fmt: skip
