"""`collect()`: the chunks of a stream, folded into what the same call returns without `stream`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import errors
from openrouter_sdk.lib.json_values import as_array, is_array, is_object
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import CHAT, ECHOING, IMAGES, INTERNS, MESSAGES, RESPONSES, Api, Face, chunk, delta, error_of

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


def test_collecting_before_during_and_after_reading_gives_the_same(client: OpenRouter, face: Face) -> None:
    for api in ECHOING.values():
        whole = dump(face.collect(face.open(client, api)).unwrap(), ("id", "output", "created", "created_at"))
        for most in (1, 3, None):
            stream = face.open(client, api)
            read = face.read(stream, most)[0]
            assert dump(face.collect(stream).unwrap(), ("id", "output", "created", "created_at")) == whole
            assert read
            assert stream.completed


def test_collecting_again_gives_the_very_same(client: OpenRouter, face: Face) -> None:
    stream = face.open(client, CHAT)
    assert face.collect(stream).unwrap() is face.collect(stream).unwrap()
    assert face.read(stream) == ([], None)


def test_a_stream_closed_early_collects_into_an_error_with_what_came(client: OpenRouter, face: Face) -> None:
    stream = face.open(client, CHAT)
    (first,) = face.read(stream, 1)[0]
    face.close(stream)
    error = error_of(face.collect(stream), errors.StreamError)
    assert error.partial.id == first.id
    assert not stream.completed


def test_an_intern_collects_into_one_chunk(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(chunk("Hel"), chunk("lo"), chunk(usage={"prompt_tokens": 1})))
    whole = face.collect(face.open(client, INTERNS)).unwrap()
    assert type(whole).__name__ == "InternChatCompletionChunk"
    assert whole.object == "chat.completion.chunk"
    assert [choice.delta.content for choice in whole.choices] == ["Hello"]


# --- what providers send, and what it folds into


def choice(delta: Any, **fields: Any) -> dict[str, Any]:
    return chunk(choices=[{"index": 0, "delta": delta, "finish_reason": None, **fields}])


def function(arguments: Any, name: Any = None, **fields: Any) -> dict[str, Any]:
    return {"tool_calls": [{"function": {"name": name, "arguments": arguments}, **fields}]}


CALLED = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
# The deltas, and what must be in the message.
ODD_DELTAS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "a tool call that is null": ([{"content": "a", "tool_calls": [None]}], {"content": "a"}),
    "tool calls that are null": ([{"tool_calls": None}], {"tool_calls": None}),
    "tool calls that are empty": ([{"tool_calls": []}, {"tool_calls": None}], {"tool_calls": []}),
    "a tool call that is text": ([{"tool_calls": ["x"]}, function("{}", "f", id="a")], {"tool_calls": [CALLED]}),
    "arguments that are an object": (
        [function({"a": 1}, "f", id="a", index=0)],
        {"tool_calls": [{**CALLED, "function": {"name": "f", "arguments": '{"a":1}'}}]},
    ),
    "an empty id and name": (
        [function("", "f", id="a", index=0), function("{}", "", id="", index=0)],
        {"tool_calls": [CALLED]},
    ),
    "an empty type": (
        [function("{}", "f", id="a", index=0, type="function"), function("", "", index=0, type="")],
        {"tool_calls": [CALLED]},
    ),
    "an index in a text": (
        [function("{", "f", id="a", index=0), function("}", index="0")],
        {"tool_calls": [CALLED]},
    ),
    "an index that is an object": (
        [function("{", "f", id="a", index={}), function("}", index=[])],
        {"tool_calls": [CALLED]},
    ),
    "two functions without index and id": (
        [{"tool_calls": [{"function": {"name": n, "arguments": "{}"}} for n in "fg"]}],
        {"tool_calls": [{"type": "function", "function": {"name": n, "arguments": "{}"}} for n in "fg"]},
    ),
    "a call of another kind": (
        [{"tool_calls": [{"index": 0, "id": "a", "type": "custom", "custom": {"name": "c", "input": "x"}}]},
         {"tool_calls": [{"index": 0, "custom": {"input": "y"}}]}],
        {"tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "c", "input": "xy"}}]},
    ),
    "a function that is text": ([{"tool_calls": [{"id": "a", "function": "f"}]}],
                                {"tool_calls": [{**CALLED, "function": {"name": "", "arguments": ""}}]}),
    "images that are null first": (
        [{"images": None}, {"images": [{"type": "image_url", "image_url": {"url": "u"}}]}],
        {"images": [{"type": "image_url", "image_url": {"url": "u"}}]},
    ),
    "images that are null last": (
        [{"images": [{"type": "image_url", "image_url": {"url": "u"}}]}, {"images": None}],
        {"images": [{"type": "image_url", "image_url": {"url": "u"}}]},
    ),
    "an empty role": ([{"role": "assistant", "content": "a"}, {"role": "", "content": "b"}],
                      {"role": "assistant", "content": "ab"}),
    "an emoji cut in two": ([{"content": "a \ud83d"}, {"content": "\ude00 b"}], {"content": "a 😀 b"}),
    "half of an emoji": ([{"content": "a \ud83d"}, {"content": "b"}], {"content": "a \ufffdb"}),
    "half of an emoji last": ([{"content": "a"}, {"content": "\ud83d"}], {"content": "a\ufffd"}),
    "content in parts": (
        [{"content": [{"type": "text", "text": "a"}]}, {"content": [{"type": "text", "text": "b"}]}],
        {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
    ),
    "audio that is null first": ([{"audio": None}, {"audio": {"id": "x", "data": "A"}}, {"audio": {"data": "B"}}],
                                 {"audio": {"id": "x", "data": "AB"}}),
    "encrypted reasoning of two ids": (
        [{"reasoning_details": [{"type": "reasoning.encrypted", "index": 0, "id": i, "data": i}]} for i in "ab"],
        {"reasoning_details": [{"type": "reasoning.encrypted", "index": 0, "id": i, "data": i} for i in "ab"]},
    ),
    "reasoning that goes on without a type": (
        [{"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "a"}]},
         {"reasoning_details": [None, {"index": 0, "text": "b"}]}],
        {"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "ab"}]},
    ),
    "a delta that is null": ([None, {"content": "a"}, "text", [], 5], {"content": "a"}),
}  # fmt: skip


@pytest.mark.parametrize(("deltas", "expected"), ODD_DELTAS.values(), ids=ODD_DELTAS)
def test_odd_deltas_fold_into(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, deltas: list[Any], expected: dict[str, Any]
) -> None:
    fake.enqueue(Reply.events(*map(choice, deltas)))
    collected = face.collect(face.open(client, CHAT)).unwrap()
    found = dump(collected.choices[0].message)
    found = {name: found.get(name, "missing") for name in expected}
    assert all("index" not in call for call in as_array(found.get("tool_calls")))
    assert without_nulls(found) == without_nulls(expected)
    assert collected.model_dump_json()


def without_nulls(value: Any) -> Any:
    """Leave out what a model adds of its own."""
    if is_object(value):
        return {name: without_nulls(item) for name, item in value.items() if item is not None or name == "tool_calls"}
    return [without_nulls(item) for item in value] if is_array(value) else value


def test_choices_of_odd_indices(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    indices: list[Any] = ["x", 0, "1", None, 1.0, {}, True]
    pieces = [chunk(choices=[{"index": index, "delta": {"content": str(index)}}, None, "no"]) for index in indices]
    fake.enqueue(Reply.events(*pieces))
    collected = face.collect(face.open(client, CHAT)).unwrap()
    texts = [(choice.index, choice.message.content) for choice in collected.choices]
    assert texts == [(0, "0None{}True"), (1, "11.0"), ("x", "x")]


def test_usage_of_several_chunks_is_joined(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    pieces: list[Any] = [{"prompt_tokens": 1}, None, {}, {"completion_tokens": 2}, []]
    fake.enqueue(Reply.events(*(chunk(usage=usage) for usage in pieces)))
    usage = face.collect(face.open(client, CHAT)).unwrap().usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (1, 2)


def test_a_message_in_the_place_of_a_delta(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    whole = {"index": 0, "message": {"role": "assistant", "content": "ab"}, "finish_reason": "stop"}
    for events in ([chunk(choices=[whole])], [chunk("a"), chunk("b"), chunk(choices=[whole])]):
        fake.enqueue(Reply.events(*events))
        collected = face.collect(face.open(client, CHAT)).unwrap()
        assert collected.choices[0].message.content == "ab"


def block(index: Any, delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def begin(index: Any, content_block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": content_block}


STOP = {"type": "message_stop"}
MESSAGE: dict[str, Any] = {"id": "m", "type": "message", "role": "assistant", "model": "a/b", "content": []}
ODD_MESSAGES: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "usage that is null": (
        [{"type": "message_start", "message": {**MESSAGE, "usage": None}},
         {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}],
        {"usage": {"output_tokens": 5}, "stop_reason": "end_turn"},
    ),
    "no message": ([{"type": "message_start"}, begin(0, {"type": "text", "text": "a"})],
                   {"content": [{"type": "text", "text": "a"}]}),
    "no beginning": ([block(0, {"type": "text_delta", "text": "a"}), block(0, {"type": "text_delta", "text": "b"})],
                     {"content": [{"type": "text", "text": "ab"}]}),
    "no block and no delta": ([begin(0, None), block(0, None), block(0, {"type": "text_delta", "text": "a"})],
                              {"content": [{"type": "text", "text": "a"}]}),
    "no index": (
        [begin(None, {"type": "text", "text": ""}), block(None, {"type": "text_delta", "text": "a"}),
         begin(None, {"type": "tool_use", "id": "t", "name": "f", "input": {}}),
         block(None, {"type": "input_json_delta", "partial_json": '{"x":1}'})],
        {"content": [{"type": "text", "text": "a"}, {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}}]},
    ),
    "always the same index": (
        [begin(0, {"type": "text", "text": ""}), block(0, {"type": "text_delta", "text": "a"}),
         begin(0, {"type": "text", "text": ""}), block(0, {"type": "text_delta", "text": "b"})],
        {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
    ),
    "an input that is an object, and one that is empty": (
        [begin(0, {"type": "tool_use", "id": "t", "name": "f", "input": {}}),
         block(0, {"type": "input_json_delta", "partial_json": {"x": 1}}),
         begin(1, {"type": "tool_use", "id": "u", "name": "g", "input": {"y": 2}}),
         block(1, {"type": "input_json_delta", "partial_json": ""})],
        {"content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}},
                     {"type": "tool_use", "id": "u", "name": "g", "input": {"y": 2}}]},
    ),
    "an input that was cut off": (
        [begin(0, {"type": "tool_use", "id": "t", "name": "f", "input": {}}),
         block(0, {"type": "input_json_delta", "partial_json": '{"x'})],
        {"content": [{"type": "tool_use", "id": "t", "name": "f", "input": '{"x'}]},
    ),
    "an event and a delta of unknown types": (
        [{"type": "message_start", "message": MESSAGE}, {"type": "hologram", "x": 1},
         begin(0, {"type": "hologram", "y": 2}), block(0, {"type": "hologram_delta", "z": 3})],
        {"x": 1, "content": [{"type": "hologram", "y": 2, "z": 3}]},
    ),
    "facts on the last event": ([{"type": "message_start", "message": MESSAGE}, {**STOP, "openrouter_metadata": {}}],
                                {"openrouter_metadata": {}, "id": "m"}),
    "an emoji cut in two": (
        [begin(0, {"type": "text", "text": "a\ud83d"}), block(0, {"type": "text_delta", "text": "\ude00"})],
        {"content": [{"type": "text", "text": "a😀"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("events", "expected"), ODD_MESSAGES.values(), ids=ODD_MESSAGES)
def test_odd_messages_fold_into(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, events: list[Any], expected: dict[str, Any]
) -> None:
    fake.enqueue(Reply.events(*events, STOP))
    collected = face.collect(face.open(client, MESSAGES)).unwrap()
    found = dump(collected, ())
    assert without_nulls({name: found.get(name, "missing") for name in expected}) == expected
    assert collected.model_dump_json()


def item(kind: str, number: int, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "output_index": number, "item_id": f"i{number}", "content_index": 0, **fields}


TEXT = {"id": "i0", "type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "ab"}]}
FUNCTION = {"id": "i1", "type": "function_call", "call_id": "c", "name": "f", "arguments": '{"x":1}'}
SUMMARY = {"id": "i2", "type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}
TEXT_DELTAS = [item("output_text.delta", 0, delta="a"), item("output_text.delta", 0, delta="b")]
CREATED: dict[str, Any] = {"type": "response.created", "response": {"id": "r", "status": "in_progress", "output": []}}
CUT_RESPONSES: dict[str, tuple[list[Any], list[Any]]] = {
    "a text": ([CREATED, *TEXT_DELTAS], [TEXT]),
    "a text that was begun": (
        [CREATED, item("output_item.added", 0, item={**TEXT, "content": []}),
         item("content_part.added", 0, part={"type": "output_text", "text": ""}), *TEXT_DELTAS],
        [TEXT],
    ),
    "a call and a summary": (
        [item("output_item.added", 1, item={**FUNCTION, "arguments": ""}),
         item("function_call_arguments.delta", 1, delta='{"x"'), item("function_call_arguments.delta", 1, delta=":1}"),
         item("reasoning_summary_text.delta", 2, summary_index=0, delta="hm")],
        [FUNCTION, SUMMARY],
    ),
    "an item that is done, and one that isn't": (
        [item("output_item.done", 0, item=TEXT), item("output_item.added", 1, item=FUNCTION)], [TEXT, FUNCTION]),
    "items without an index": (
        [{"type": "response.output_item.added", "item": {**TEXT, "content": []}},
         {"type": "response.output_text.delta", "item_id": "i0", "delta": "ab"},
         {"type": "response.output_item.added", "item": FUNCTION}],
        [TEXT, FUNCTION],
    ),
    "an item that is null": ([item("output_item.added", 0, item=None), *TEXT_DELTAS], [TEXT]),
    "parts of odd indices": (
        [item("output_text.delta", 0, content_index="x", delta="a"),
         item("output_text.delta", 0, content_index="x", delta="b")], [TEXT]),
}  # fmt: skip


@pytest.mark.parametrize(("events", "output"), CUT_RESPONSES.values(), ids=CUT_RESPONSES)
def test_a_response_that_was_cut_off_has_what_came(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, events: list[Any], output: list[Any]
) -> None:
    fake.enqueue(Reply.events(*events, done=False))
    error = error_of(face.collect(face.open(client, RESPONSES)), errors.StreamError)
    assert [without_nulls(dump(part, ())) for part in error.partial.output] == output


def test_events_of_unknown_types_are_kept(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    done = {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": [TEXT]}}
    fake.enqueue(Reply.events({"type": "response.hologram", "x": 1}, done))
    assert face.collect(face.open(client, RESPONSES)).unwrap().x == 1
    fake.enqueue(Reply.events({"type": "image_generation.hologram", "x": 1}))
    assert face.collect(face.open(client, IMAGES)).unwrap().x == 1
