"""`collect()`: the chunks of a stream, folded into what the same call returns without `stream`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import CHAT, ECHOING, IMAGES, MESSAGES, RESPONSES, Api, Face, chunk, delta

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouter


def dump(value: Any, but: tuple[str, ...] = ("id",)) -> dict[str, Any]:
    dumped: dict[str, Any] = value.model_dump(mode="json", exclude_unset=True)
    return {name: field for name, field in dumped.items() if name not in but}


@pytest.mark.parametrize("name", ECHOING)
def test_a_stream_collects_into_the_whole_value(client: OpenRouter, face: Face, name: str) -> None:
    whole = face.call(client, ECHOING[name]).unwrap()
    stream = face.open(client, ECHOING[name])
    collected = face.collect(stream).unwrap()
    assert type(collected) is type(whole)
    ids = ("id", "output") if "output" in dump(whole) else ("id",)  # ids count on with each request
    assert dump(collected, ids) == dump(whole, ids)
    assert stream.completed
    if "output" in ids:
        assert dump(collected.output[0]) == dump(whole.output[0])


def test_several_images(client: OpenRouter, face: Face) -> None:
    collected = face.collect(face.open(client, IMAGES, n=3)).unwrap()
    assert dump(collected) == dump(face.call(client, IMAGES, n=3).unwrap())
    assert len(collected.data) == 3


def collect(fake: FakeOpenRouter, client: OpenRouter, colour: Face, *events: Any, api: Api = CHAT) -> Any:
    fake.enqueue(Reply.events(*events))
    return colour.collect(colour.open(client, api)).unwrap()


def message(fake: FakeOpenRouter, client: OpenRouter, colour: Face, *deltas: dict[str, Any]) -> dict[str, Any]:
    """Collect deltas, and return the message as JSON."""
    whole = collect(fake, client, colour, *(delta(**fields) for fields in deltas))
    found: dict[str, Any] = dump(whole.choices[0].message)
    return found


def test_text_refusal_and_reasoning(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    pieces: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "refusal": None},
        {"reasoning": "hm"},
        {"reasoning": ", well"},
        {"content": "a"},
        {"content": "b", "reasoning": None},
        {"refusal": "n"},
        {"refusal": "o", "content": ""},
    ]
    found = message(fake, client, colour, *pieces)
    assert found == {"role": "assistant", "content": "ab", "refusal": "no", "reasoning": "hm, well"}


def test_reasoning_details_by_type_and_index(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    def text(index: int, text: str, **more: Any) -> dict[str, Any]:
        return {"type": "reasoning.text", "index": index, "text": text, **more}

    pieces: list[dict[str, Any]] = [
        {"reasoning_details": [text(0, "a", format="x")]},
        {"reasoning_details": [text(0, "b"), text(1, "c")]},
        {"reasoning_details": [{"type": "reasoning.summary", "index": 0, "summary": "s"}]},
        {"reasoning_details": [text(1, "d"), {"type": "reasoning.summary", "index": 0, "summary": "t"}]},
        {"reasoning_details": [text(0, "", signature="sig")]},
        {"reasoning_details": [{"type": "reasoning.encrypted", "index": 2, "data": "enc"}]},
    ]
    assert message(fake, client, colour, *pieces)["reasoning_details"] == [
        text(0, "ab", format="x", signature="sig"),
        text(1, "cd"),
        {"type": "reasoning.summary", "index": 0, "summary": "st"},
        {"type": "reasoning.encrypted", "index": 2, "data": "enc"},
    ]


def call_piece(index: int | None = 0, arguments: str | None = None, **fields: Any) -> dict[str, Any]:
    place = {} if index is None else {"index": index}
    name = {"name": fields.pop("name")} if "name" in fields else {}
    return {"tool_calls": [{**place, **fields, "function": {**name, "arguments": arguments}}]}


def begun(index: int | None, identity: str) -> dict[str, Any]:
    return call_piece(index, "", id=identity, type="function", name=f"f_{identity}")


def calls(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in found["tool_calls"]]


TOOL_CALLS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, str]]]] = {
    "one": ([begun(0, "a"), call_piece(0, '{"x"'), call_piece(0, ": 1}")], [("a", "f_a", '{"x": 1}')]),
    "interleaved": (
        [begun(0, "a"), begun(1, "b"), call_piece(1, "1"), call_piece(0, "0"), call_piece(1, "1")],
        [("a", "f_a", "0"), ("b", "f_b", "11")],
    ),
    "at once": ([{"tool_calls": [*begun(0, "a")["tool_calls"], *begun(1, "b")["tool_calls"]]}],
                [("a", "f_a", ""), ("b", "f_b", "")]),
    "no index": (
        [begun(None, "a"), call_piece(None, "1"), begun(None, "b"), call_piece(None, "2"), call_piece(None, "3")],
        [("a", "f_a", "1"), ("b", "f_b", "23")],
    ),
    "same index, other id": ([begun(0, "a"), call_piece(0, "1"), begun(0, "b"), call_piece(0, "2")],
                             [("a", "f_a", "1"), ("b", "f_b", "2")]),
    "first chunk twice": ([begun(0, "a"), begun(0, "a"), call_piece(0, "1")], [("a", "f_a", "1")]),
    "null arguments": ([begun(0, "a"), call_piece(0, None), call_piece(0, "1"), call_piece(0, None)],
                       [("a", "f_a", "1")]),
    "id on every piece": ([begun(0, "a"), call_piece(0, "1", id="a"), call_piece(0, "2", id="a")],
                          [("a", "f_a", "12")]),
    "id later": ([call_piece(0, "1", id=None, type="function", name="f_a"), call_piece(0, "2", id="a")],
                 [("a", "f_a", "12")]),
}  # fmt: skip


@pytest.mark.parametrize(("pieces", "expected"), TOOL_CALLS.values(), ids=TOOL_CALLS)
def test_tool_calls(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, pieces: Any, expected: list[tuple[str, str, str]]
) -> None:
    assert calls(message(fake, client, colour, *pieces)) == expected


def test_a_function_that_is_null(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    pieces: list[dict[str, Any]] = [begun(0, "a"), {"tool_calls": [{"index": 0, "function": None}]}, call_piece(0, "1")]
    assert calls(message(fake, client, colour, *pieces)) == [("a", "f_a", "1")]


def test_usage_comes_with_empty_choices(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.25}
    whole = collect(fake, client, colour, chunk("a"), chunk(usage=usage), chunk(usage=None))
    assert dump(whole.usage) == usage


def test_several_choices(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    def piece(index: int, text: str, finish: str | None = None) -> dict[str, Any]:
        return chunk(choices=[{"index": index, "delta": {"content": text}, "finish_reason": finish}])

    whole = collect(fake, client, colour, piece(1, "b"), piece(0, "a"), piece(1, "B", "length"), piece(0, "A", "stop"))
    assert [(choice.index, choice.message.content, choice.finish_reason) for choice in whole.choices] == [
        (0, "aA", "stop"), (1, "bB", "length")]  # fmt: skip


def test_unknown_fields_are_kept(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    choice = {"index": 0, "delta": {"content": "a", "mood": "fine"}, "finish_reason": None, "native": {"x": 1}}
    whole = collect(fake, client, colour, chunk(choices=[choice], provider="P"), chunk("b"))
    assert whole.provider == "P"
    assert whole.choices[0].native == {"x": 1}
    assert whole.choices[0].message.mood == "fine"


def test_lists_and_logprobs_are_joined(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    def piece(number: int) -> dict[str, Any]:
        token: dict[str, Any] = {"token": str(number), "logprob": -1.0, "bytes": None, "top_logprobs": []}
        image = {"type": "image_url", "image_url": {"url": str(number)}}
        fields: dict[str, Any] = {"logprobs": {"content": [token], "refusal": None}, "delta": {"images": [image]}}
        return chunk(choices=[{"index": 0, "finish_reason": None, **fields}])

    (choice,) = collect(fake, client, colour, piece(1), piece(2)).choices
    assert [token.token for token in choice.logprobs.content] == ["1", "2"]
    assert [image.image_url.url for image in choice.message.images] == ["1", "2"]


def test_an_empty_stream_collects_into_no_choices(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    assert collect(fake, client, colour).choices == []


def test_a_message_of_several_blocks(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    start: dict[str, Any] = {"id": "m", "type": "message", "role": "assistant", "model": "a/b", "content": [], "stop_reason": None,  # noqa: E501
             "stop_sequence": None, "usage": {"input_tokens": 3, "output_tokens": 0}}  # fmt: skip
    blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        ({"type": "thinking", "thinking": "", "signature": ""},
         [{"type": "thinking_delta", "thinking": "hm"}, {"type": "thinking_delta", "thinking": "!"},
          {"type": "signature_delta", "signature": "sig"}]),
        ({"type": "text", "text": "", "citations": None},
         [{"type": "text_delta", "text": "a"}, {"type": "text_delta", "text": "b"}]),
        ({"type": "tool_use", "id": "t", "name": "f", "input": {}},
         [{"type": "input_json_delta", "partial_json": '{"x"'}, {"type": "input_json_delta", "partial_json": ":1}"}]),
        ({"type": "tool_use", "id": "u", "name": "g", "input": {}}, []),
    ]  # fmt: skip
    events: list[dict[str, Any]] = [{"type": "message_start", "message": start}]
    for index, (block, deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += [{"type": "content_block_delta", "index": index, "delta": fields} for fields in deltas]
        events.append({"type": "content_block_stop", "index": index})
    end = {"stop_reason": "tool_use", "stop_sequence": None}
    events += [{"type": "message_delta", "delta": end, "usage": {"output_tokens": 5, "cost": 0.5}},
               {"type": "ping"}, {"type": "message_stop"}]  # fmt: skip
    whole = dump(collect(fake, client, colour, *events, api=MESSAGES), ())
    assert whole["content"] == [
        {"type": "thinking", "thinking": "hm!", "signature": "sig"},
        {"type": "text", "text": "ab", "citations": None},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}},
        {"type": "tool_use", "id": "u", "name": "g", "input": {}},
    ]
    assert whole["stop_reason"] == "tool_use"
    assert whole["usage"] == {"input_tokens": 3, "output_tokens": 5, "cost": 0.5}


def test_an_incomplete_response_is_a_value(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    last = {"type": "response.incomplete", "response": {"id": "r", "status": "incomplete"}}
    assert collect(fake, client, colour, last, api=RESPONSES).status == "incomplete"


def test_a_stream_that_was_read_in_part_collects_into_an_error(client: OpenRouter, colour: Face) -> None:
    """Half an answer isn't passed off as the whole; keeping every chunk just in case would cost every stream."""
    stream = colour.open(client, CHAT)
    colour.read(stream, 3)
    assert isinstance(colour.collect(stream), Err)


def test_a_stream_closed_early_collects_into_an_error(client: OpenRouter, colour: Face) -> None:
    stream = colour.open(client, CHAT)
    colour.close(stream)
    assert isinstance(colour.collect(stream), Err)
