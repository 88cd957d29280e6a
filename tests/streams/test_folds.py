"""Folding is total: whatever stands in a stream, in whatever place, reading and collecting it never raise."""

from __future__ import annotations

import gc
import json
import tracemalloc
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openrouter_sdk import Err, OpenRouterCore, ResponseInfo
from openrouter_sdk.funcs import chat_send, images_generate, interns_chat, messages_create, responses_send
from openrouter_sdk.lib.folds import FOLDS
from openrouter_sdk.lib.json_values import is_array, is_object
from openrouter_sdk.lib.response import Answer
from openrouter_sdk.lib.streams import Reader
from openrouter_sdk.lib.texts import paired

from .support import chunk

if TYPE_CHECKING:
    from collections.abc import Callable

    from openrouter_sdk.lib.operation import Operation

    Json = dict[str, Any]

CORES = {strict: OpenRouterCore(api_key="k", strict=strict, logger=None) for strict in (False, True)}
OPERATIONS: dict[str, Operation[Any, Any]] = {
    "chat": chat_send.OPERATION,
    "interns": interns_chat.OPERATION,
    "messages": messages_create.OPERATION,
    "responses": responses_send.OPERATION,
    "images": images_generate.OPERATION,
}
CALL = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
DETAIL = {"type": "reasoning.text", "index": 0, "text": "hm", "signature": "s"}
DELTA = {"role": "assistant", "content": "a", "refusal": None, "reasoning": "r", "tool_calls": [CALL, CALL],
         "reasoning_details": [DETAIL], "images": [{"type": "image_url", "image_url": {"url": "u"}}],
         "audio": {"id": "x", "data": "A", "transcript": "t"}, "annotations": []}  # fmt: skip
LOGPROBS: Json = {"content": [{"token": "a", "logprob": -1.0, "bytes": None, "top_logprobs": []}], "refusal": None}
USAGE = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.5}
MESSAGE: Json = {"id": "m", "type": "message", "role": "assistant", "model": "a/b", "content": [], "stop_reason": None,
           "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 0}}  # fmt: skip
ITEM: Json = {"id": "i", "type": "message", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": "a", "annotations": []}]}  # fmt: skip
RESPONSE: Json = {
    "id": "r",
    "object": "response",
    "status": "completed",
    "output": [ITEM],
    "usage": None,
    "error": None,
}


def of_item(kind: str, **fields: Any) -> Json:
    place = {"output_index": 0, "item_id": "i", "content_index": 0, "summary_index": 0, "sequence_number": 1}
    return {"type": f"response.{kind}", **place, **fields}


def of_block(kind: str, **fields: Any) -> Json:
    return {"type": f"content_block_{kind}", "index": 0, **fields}


STREAMS: dict[str, list[Json]] = {
    "chat": [
        chunk(choices=[{"index": 0, "delta": DELTA, "finish_reason": None, "logprobs": LOGPROBS}]),
        chunk(choices=[{"index": 0, "delta": DELTA, "finish_reason": "stop", "logprobs": LOGPROBS}]),
        chunk(usage=USAGE),
    ],
    "messages": [
        {"type": "message_start", "message": MESSAGE},
        of_block("start", content_block={"type": "text", "text": "", "citations": None}),
        of_block("delta", delta={"type": "text_delta", "text": "a"}),
        of_block("delta", delta={"type": "citations_delta", "citation": {"type": "char_location", "cited_text": "x"}}),
        of_block("stop"),
        of_block("start", index=1, content_block={"type": "tool_use", "id": "t", "name": "f", "input": {}}),
        of_block("delta", index=1, delta={"type": "input_json_delta", "partial_json": '{"x":1}'}),
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
    ],
    "responses": [
        {"type": "response.created", "response": {**RESPONSE, "status": "in_progress", "output": []}},
        of_item("output_item.added", item={**ITEM, "content": []}),
        of_item("content_part.added", part={"type": "output_text", "text": "", "annotations": []}),
        of_item("output_text.delta", delta="a", logprobs=[]),
        of_item("output_text.annotation.added", annotation={"type": "url_citation"}, annotation_index=0),
        of_item("reasoning_summary_text.delta", output_index=1, item_id="s", delta="a"),
        of_item("function_call_arguments.delta", output_index=2, item_id="f", delta="{}"),
        of_item("output_item.done", item=ITEM),
        {"type": "response.completed", "response": RESPONSE},
    ],
    "images": [
        {"type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": "AA=="},
        {"type": "image_generation.completed", "b64_json": "AA==", "created": 1, "media_type": "x", "usage": None},
    ],
}  # fmt: skip
STREAMS["interns"] = STREAMS["chat"]
DONE = b"data: [DONE]\n\n"


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def odd_values() -> list[Any]:
    """Return values that may stand anywhere; new ones, since they are changed in turn."""
    return [
        None, "", "x", "0", "error", "\ud83d", "\ude00", "a\ud83d", 0, -1, 1, 7, 10**30, 1.5, True, False, float("nan"),
        float("inf"), [], [None], ["x"], [[]], {}, {"type": "text"}, {"index": {}}, {"x": None}, nested(150),
        nested(600), REMOVED,
    ]  # fmt: skip


REMOVED: dict[str, str] = {}
ODD = len(odd_values())


def places_in(value: Any) -> list[tuple[Any, Any]]:
    """Return every container in a JSON value, with every key or index in it."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        container = waiting.pop()
        keys: list[Any] = [*container] if is_object(container) else [*range(len(container))]
        found += [(container, key) for key in keys]
        waiting += [container[key] for key in keys if is_object(container[key]) or is_array(container[key])]
    return found


@st.composite
def mutated(draw: st.DrawFn, name: str) -> list[Any]:
    """Change a good stream in a few places, and its order."""
    events: list[Any] = json.loads(json.dumps(STREAMS[name]))
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(places_in(events)))
        odd = odd_values()[draw(st.integers(0, ODD - 1))]
        if odd is REMOVED:
            del container[key]
        else:
            container[key] = odd
        if not places_in(events):
            break
    if draw(st.booleans()):
        events = draw(st.permutations(events))
    return events


def encode(events: list[Any]) -> bytes:
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def read(name: str, content: bytes, *, strict: bool = False) -> tuple[Reader, list[Any]]:
    """Read a stream to its end, without a network."""
    operation, settings_ = OPERATIONS[name], CORES[strict].settings
    assert operation.events is not None
    reader = Reader(Answer(settings_, operation, ResponseInfo(200, {}), b""), operation.events)
    chunks = [result.unwrap() for result in reader.read((content,))]
    if not reader.done:
        chunks += [result.unwrap() for result in reader.end()]
    return reader, chunks


# Values that are nested deeply are slow to draw, and large: that is the point.
ALL_CHECKS: tuple[HealthCheck, ...] = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
TOTAL = settings(max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=[*ALL_CHECKS])


@pytest.mark.parametrize("name", OPERATIONS)
@TOTAL
@given(data=st.data())
def test_reading_and_collecting_never_raise(name: str, data: st.DataObject) -> None:
    events = data.draw(mutated(name))
    is_done, strict = data.draw(st.booleans()), data.draw(st.booleans())
    reader, chunks = read(name, encode(events) + DONE * is_done, strict=strict)
    assert len(chunks) <= len(events)
    collected = reader.collected()
    assert isinstance(collected, Err) == (reader.failure is not None)
    if isinstance(collected, Err):
        assert str(collected.error)
        assert collected.error.partial is not None
    else:
        assert collected.value is not None
        assert reader.completed


@pytest.mark.parametrize("name", OPERATIONS)
@TOTAL
@given(data=st.data())
def test_folding_never_raises_and_can_stop_anywhere(name: str, data: st.DataObject) -> None:
    events = data.draw(mutated(name))
    fold, at_once = FOLDS[name if name != "interns" else "chunks"](), FOLDS[name if name != "interns" else "chunks"]()
    for event in filter(is_object, events):
        fold.add(event)
        fold.whole()
        fold.is_complete()
    for event in filter(is_object, events):
        at_once.add(event)
    assert len(repr_of(fold.whole())) == len(repr_of(at_once.whole()))


def repr_of(whole: Json) -> list[str]:
    """Write out a value that may be nested more deeply than `==` goes."""
    return [str(value) for container, key in places_in(whole) if not is_object(value := container[key])
            and not is_array(value)]  # fmt: skip


def cut(text: str, places: list[int]) -> list[str]:
    """Cut a text between its UTF-16 units, as a server does that counts these."""
    units = text.encode("utf-16-le", "surrogatepass")
    bounds = [0, *sorted(2 * (place % (len(units) // 2 + 1)) for place in places), len(units)]
    return [units[a:b].decode("utf-16-le", "surrogatepass") for a, b in pairwise(bounds)]


OF_TEXT: dict[str, tuple[Callable[[str], Json], Callable[[Any], Any]]] = {
    "chat": (chunk, lambda value: value.choices[0].message.content),
    "messages": (
        lambda text: of_block("delta", delta={"type": "text_delta", "text": text}),
        lambda value: value.content[0].text,
    ),
    "responses": (lambda text: of_item("output_text.delta", delta=text), lambda value: value.output[0].content[0].text),
}


@pytest.mark.parametrize("name", OF_TEXT)
@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(
    text=st.text(st.characters(codec=None, categories=["L", "So", "Cs", "Zs"]), min_size=1),
    places=st.lists(st.integers(0, 99)),
)
def test_a_text_is_the_same_however_it_was_cut(name: str, text: str, places: list[int]) -> None:
    event_of, text_of = OF_TEXT[name]
    reader, _ = read(name, encode([event_of(piece) for piece in cut(text, places)]) + DONE)
    assert text_of(reader.collected().unwrap()) == paired(text)


def test_previews_are_not_kept() -> None:
    """Each is as large as an image, and nothing that `collect` gives."""
    content = encode([{**STREAMS["images"][0], "b64_json": "A" * 100_000}] * 50)
    tracemalloc.start()
    reader, chunks = read("images", content)
    assert len(chunks) == 50
    del chunks
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000
    assert not reader.completed
