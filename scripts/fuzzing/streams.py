"""Streams of right chunks, mutated as JSON and as bytes, cut anyhow, and broken off: reading them never raises."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import httpx
import pydantic

from openrouter_sdk import Err, Ok

from .arguments import Maker
from .checks import check_error, check_value, losses
from .mutations import Mutator
from .shapes import of_type
from .values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lab import Case, Lab, Subject

Chunks = list[dict[str, Any]]


def _delta(finish_reason: str | None = None, **delta: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return {"id": "gen-1", "object": "chat.completion.chunk", "created": 1, "model": "a/b", "choices": [choice]}


def _call(index: int, arguments: str, **fields: Any) -> dict[str, Any]:
    name = {"name": fields.pop("name")} if "name" in fields else {}
    return {"index": index, "type": "function", **fields, "function": {**name, "arguments": arguments}}


CHAT: Chunks = [
    _delta(role="assistant", content=""),
    _delta(reasoning="hm", reasoning_details=[{"type": "reasoning.text", "text": "hm", "index": 0}]),
    _delta(reasoning="!", reasoning_details=[{"type": "reasoning.text", "text": "!", "index": 0, "signature": "s"}]),
    _delta(content="Hel"), _delta(content="lo \ud83d"), _delta(content="\ude00"),
    _delta(tool_calls=[_call(0, "", id="t0", name="f")]),
    _delta(tool_calls=[_call(0, '{"x"')]), _delta(tool_calls=[_call(0, ":1}"), _call(1, "{}", id="t1", name="g")]),
    _delta(images=[{"type": "image_url", "image_url": {"url": "data:,x"}}]),
    _delta(audio={"id": "a", "data": "AAAA", "transcript": "hi"}),
    _delta("tool_calls", content=""),
    {**_delta(), "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.1}},
]  # fmt: skip


def _blocks() -> Chunks:
    blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        ({"type": "thinking", "thinking": "", "signature": ""},
         [{"type": "thinking_delta", "thinking": "hm"}, {"type": "signature_delta", "signature": "s"}]),
        ({"type": "text", "text": "", "citations": None},
         [{"type": "text_delta", "text": "a"}, {"type": "text_delta", "text": "b"}]),
        ({"type": "tool_use", "id": "t", "name": "f", "input": {}},
         [{"type": "input_json_delta", "partial_json": '{"x"'}, {"type": "input_json_delta", "partial_json": ":1}"}]),
    ]  # fmt: skip
    made: Chunks = []
    for index, (block, deltas) in enumerate(blocks):
        made.append({"type": "content_block_start", "index": index, "content_block": block})
        made += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        made.append({"type": "content_block_stop", "index": index})
    return made


MESSAGE: dict[str, Any] = {
    "id": "m", "type": "message", "role": "assistant", "model": "a/b", "content": [], "stop_reason": None,
    "stop_sequence": None, "usage": {"input_tokens": 3, "output_tokens": 0}}  # fmt: skip
MESSAGES: Chunks = [
    {"type": "message_start", "message": MESSAGE}, {"type": "ping"}, *_blocks(),
    {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None},
     "usage": {"output_tokens": 5}},
    {"type": "message_stop"}]  # fmt: skip

RESPONSE: dict[str, Any] = {
    "id": "r", "object": "response", "created_at": 1, "completed_at": None, "model": "a/b", "status": "in_progress",
    "output": [], "error": None, "incomplete_details": None, "parallel_tool_calls": True, "tool_choice": "auto",
    "tools": [], "frequency_penalty": None, "instructions": None, "metadata": None, "presence_penalty": None,
    "temperature": None, "top_p": None}  # fmt: skip
_TEXT: dict[str, Any] = {"type": "output_text", "text": "Hello", "annotations": []}
_ITEM: dict[str, Any] = {"type": "message", "id": "i", "role": "assistant", "status": "completed", "content": [_TEXT]}
_CALL: dict[str, Any] = {
    "type": "function_call", "id": "c", "call_id": "c", "name": "f", "arguments": "{}",
    "status": "completed"}  # fmt: skip
_PLACE: dict[str, Any] = {"item_id": "i", "output_index": 0, "content_index": 0}
_EVENTS: Chunks = [
        {"type": "response.created", "response": RESPONSE},
        {"type": "response.output_item.added", "output_index": 0, "item": {**_ITEM, "content": []}},
        {"type": "response.content_part.added", **_PLACE, "part": {**_TEXT, "text": ""}},
        {"type": "response.output_text.delta", **_PLACE, "delta": "Hel", "logprobs": []},
        {"type": "response.output_text.delta", **_PLACE, "delta": "lo", "logprobs": []},
        {"type": "response.output_text.done", **_PLACE, "text": "Hello", "logprobs": []},
        {"type": "response.output_item.done", "output_index": 0, "item": _ITEM},
        {"type": "response.output_item.added", "output_index": 1, "item": _CALL},
        {"type": "response.function_call_arguments.delta", "item_id": "c", "output_index": 1, "delta": "{}"},
        {"type": "response.output_item.done", "output_index": 1, "item": _CALL},
        {"type": "response.completed", "response": {
            **RESPONSE, "status": "completed", "completed_at": 2, "output": [_ITEM, _CALL],
            "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3,
                      "input_tokens_details": {"cached_tokens": 0},
                      "output_tokens_details": {"reasoning_tokens": 0}}}}]  # fmt: skip
RESPONSES: Chunks = [{**event, "sequence_number": number} for number, event in enumerate(_EVENTS)]
_IMAGE: dict[str, Any] = {"b64_json": "AAAA", "created_at": 1, "media_type": "image/png"}
IMAGES: Chunks = [
    {"type": "image_generation.partial_image", "partial_image_index": 0, **_IMAGE},
    {"type": "image_generation.completed", **_IMAGE,
     "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}},
]  # fmt: skip
RIGHT: dict[str, Chunks] = {
    "chat_send": CHAT, "responses_send": RESPONSES, "beta_responses_send": RESPONSES, "messages_create": MESSAGES,
    "images_generate": IMAGES, "interns_chat": CHAT}  # fmt: skip
ENDS = (
    "data: [DONE]\n\n",
    "data: [DONE]\n\n",
    "data: [DONE]\n\n",
    "",
    "data: [DONE]",
    "data:  [DONE] \n\n",
    'data: "[DONE]"\n\n',
)
KEEP_ALIVES = ("", "", "", ": OPENROUTER PROCESSING\n\n", "data: null\n\n", "data:\n\n", 'data: ""\n\n', "data: []\n\n",
               "data: : x\n\n",
               "event: ping\n\n", "retry: 3\n\n", "id: 7\n")  # fmt: skip


@dataclass
class Reading:
    """What was read of a stream: the chunks, and the error that ended it."""

    values: list[Any] = field(default_factory=list[Any])
    error: Exception | None = None

    def add(self, item: Any) -> None:
        """Take what a stream yields."""
        assert self.error is None, "something came after the error"
        if isinstance(item, Err):
            self.error = cast("Err[Exception]", item).error
        else:
            self.values.append(_value(item))


def _value(item: Any) -> Any:
    return cast("Any", item).value if isinstance(item, Ok) else item


class Writer(Mutator):
    """Writes streams."""

    def chunks(self, subject: Subject) -> Chunks:
        """Return chunks that belong together, with some of the same API put in anywhere."""
        events = subject.operation.events
        assert events is not None
        made = list(RIGHT.get(subject.name, ()))
        for _ in range(self.choose((0, 0, 1, 5))):
            made.insert(self.random.randrange(len(made) + 1), self.value(of_type(events.type)))
        return made

    def text(self, chunks: Any) -> bytes:
        """Write chunks as events."""
        events: list[Any] = chunks if is_array(chunks) else [chunks]
        gap = self.choose(("\n\n", "\n\n", "\r\n\r\n", "\r\r"))
        parts = [f"{self._name(chunk)}data: {json.dumps(chunk)}{gap}{self.choose(KEEP_ALIVES)}" for chunk in events]
        text = "".join([*parts, self.choose(ENDS)])
        return text.encode()

    def _name(self, chunk: Any) -> str:
        kind = chunk.get("type") if is_object(chunk) else None
        return f"event: {kind}\n" if isinstance(kind, str) and kind.isprintable() and self.chance(0.5) else ""


class Reader:
    """Reads a stream again and again, in a face."""

    def __init__(self, lab: Lab, subject: Subject, face: str, arguments: dict[str, Any]) -> None:
        self._lab = lab
        self._subject = subject
        self._face = face
        self._arguments = {**arguments, "stream": True}
        self._is_async = face.startswith("async")

    def open(self, pieces: list[bytes], failure: Exception | None = None) -> Any:
        """Open the stream that these pieces are."""
        self._lab.reply(200, "text/event-stream", pieces, failure)
        result = self._lab.call(self._subject, self._face, self._arguments)
        assert isinstance(result, Ok), result
        return result.value

    def read(self, stream: Any) -> Reading:
        """Read a stream to its end."""
        reading = Reading()
        outcome = self._lab.attempt(lambda: self._each(stream, reading.add), is_async=self._is_async)
        if isinstance(outcome, Err):
            assert self._face.endswith("method"), "a function's stream raised"
            reading.add(outcome)
        return reading

    def _each(self, stream: Any, take: Callable[[Any], None]) -> Any:
        async def each() -> None:
            async for item in stream:
                take(item)

        if self._is_async:
            return each()
        for item in stream:
            take(item)
        return None

    def collect(self, stream: Any) -> Any:
        """Collect a stream; whatever the face, the outcome is a `Result`."""
        if not self._face.endswith("method"):
            result = self._lab.settle(stream.collect(), is_async=self._is_async)
            assert isinstance(result, (Ok, Err)), repr(result)
            return cast("Any", result)
        return self._lab.attempt(stream.collect, is_async=self._is_async)


def try_stream(lab: Lab, subject: Subject, case: Case) -> str:
    """Read a stream made by chance; return what it was, or raise AssertionError."""
    writer = Writer(case.random)
    reader = Reader(lab, subject, case.face, Maker(case.random).least(subject))
    in_bytes = case.random.choice((0, 0, case.wrong // 3, case.wrong))
    chunks = writer.mutated(writer.chunks(subject), case.wrong - in_bytes)
    data = writer.mutated_bytes(writer.text(chunks), in_bytes)
    whole = reader.read(reader.open([data]))
    if whole.error is not None:
        check_error(whole.error)
    for value in whole.values:
        check_value(value)
    _check_same(whole, reader.read(reader.open(writer.cut(data))))
    _check_collected(reader, whole, data)
    _check_broken(reader, writer, whole, data)
    return "cut off" if whole.error is not None else "read"


def _check_same(one: Reading, other: Reading) -> None:
    """However the bytes are cut, the same comes of them."""
    assert type(one.error) is type(other.error), (one.error, other.error)
    assert len(one.values) == len(other.values)
    for value, twin in zip(one.values, other.values, strict=True):
        _check_equal(value, twin)


def _check_equal(one: Any, other: Any) -> None:
    difference = next(losses(_dumped(one), _dumped(other)), None)
    assert difference is None, f"chunks differ: {difference}"


def _dumped(value: Any) -> Any:
    return value.model_dump(by_alias=True, exclude_unset=True) if isinstance(value, pydantic.BaseModel) else value


def _check_collected(reader: Reader, whole: Reading, data: bytes) -> None:
    """What can be read can be collected; what breaks off has in its error what came."""
    collected = reader.collect(reader.open([data]))
    if isinstance(collected, Ok):
        assert whole.error is None, f"collected, and read as {whole.error!r}"
        check_value(cast("Any", collected).value)
        return
    error: Exception = collected.error
    check_error(error)
    assert type(error) is type(whole.error), f"read, and collected as {error!r}"
    _check_partial(error, whole.values)


def _check_partial(error: Exception, values: list[Any]) -> None:
    if type(error).__name__ == "StreamError" and values:
        partial = getattr(error, "partial", None)
        assert partial is not None, "a StreamError without what came"
        check_value(partial)


def _check_broken(reader: Reader, writer: Writer, whole: Reading, data: bytes) -> None:
    """What came before a break is kept."""
    place = writer.random.randrange(len(data) + 1)
    failure = writer.choose(
        (None, httpx.ReadError("reset"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("closed"))
    )
    broken = reader.read(reader.open(writer.cut(data[:place]), failure))
    if broken.error is not None:
        check_error(broken.error)
    ended = reader.read(reader.open([data[:place]]))
    # At its end a stream may have one more event, which lacks its blank line.
    assert len(broken.values) >= len(ended.values) - 1, "chunks were lost"
    for value, twin in zip(whole.values, broken.values[:-1], strict=False):
        _check_equal(value, twin)
