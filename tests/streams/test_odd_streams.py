"""Streams as gateways and providers send them: nothing that came is lost, and what went wrong is told."""

from __future__ import annotations

import json
import logging
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, errors
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import CHAT, IMAGES, INTERNS, MESSAGES, RESPONSES, Api, Face, chunk, error_of

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouter

    from .support import MakeClient

HI = chunk("hi")
CREATED: dict[str, Any] = {"type": "response.created", "response": {"id": "r", "status": "in_progress", "output": []}}
EVENT_STREAM = {"content-type": "text/event-stream"}


def ended(reason: Any = "stop", index: int = 0, **fields: Any) -> dict[str, Any]:
    return chunk(choices=[{"index": index, "delta": {}, "finish_reason": reason}], **fields)


def raw(data: bytes) -> bytes:
    return b"data: " + data + b"\n\n"


# --- what means nothing

NOTHING = {
    "null": raw(b"null"),
    "empty text": raw(b'""'),
    "empty list": raw(b"[]"),
    "blank": raw(b"   "),
    "a comment made data": raw(b": PROCESSING"),
    "a ping's own words": b"event: ping\ndata: still here\n\n",
    "a heartbeat": b"event: heartbeat\ndata: 5\n\n",
    "an empty event": b"event: ping\n\n",
    "a comment": b": PROCESSING\n\n",
}


@pytest.mark.parametrize("noise", NOTHING.values(), ids=NOTHING)
def test_what_means_nothing_is_passed_over(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, noise: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    fake.enqueue(Reply.events(noise, HI, noise, HI, noise))
    stream = face.open(client, CHAT)
    chunks, error = face.read(stream)
    assert (len(chunks), error, stream.completed) == (2, None, True)
    assert warnings(caplog) == []


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("other", [b"5", b"true", b'["a"]', b'"text"', b"NaN", b"[{}]"])
def test_json_that_is_no_object_is_passed_over_with_a_warning(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, other: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    fake.enqueue(Reply.events(HI, raw(other), raw(other), HI))
    chunks, error = face.read(face.open(client, CHAT))
    assert (len(chunks), error) == (2, None)
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("mark", [b"[DONE] ", b" [DONE]", b'"[DONE]"', b"'[DONE]'", b"[done]", b"\t[DONE]\t"])
def test_the_end_in_every_spelling(fake: FakeOpenRouter, client: OpenRouter, face: Face, mark: bytes) -> None:
    fake.enqueue(Reply.events(HI, raw(mark), HI, done=False))
    stream = face.open(client, CHAT)
    chunks, error = face.read(stream)
    assert (len(chunks), error, stream.completed) == (1, None, True)


# --- JSON that isn't quite right

ODD_JSON = {
    "not UTF-8": (b'{"choices":[{"index":0,"delta":{"content":"caf\xe9"}}]}', "caf\ufffd"),
    "a line break in a text": (b'{"choices":[{"index":0,"delta":{"content":"a\ndata: b"}}]}', "a\nb"),
    "a line break that isn't data": (b'{"choices":[{"index":0,"delta":{"content":"a\nb"}}]}', "a\nb"),
    "a tab in a text": (b'{"choices":[{"index":0,"delta":{"content":"a\tb"}}]}', "a\tb"),
    "written over lines": (b'{\n  "choices": [{"index": 0,\n  "delta": {"content": "a"}}]\n}', "a"),
    "a byte order mark": (b'\xef\xbb\xbf{"choices":[{"index":0,"delta":{"content":"a"}}]}', "a"),
}


@pytest.mark.parametrize(("data", "text"), ODD_JSON.values(), ids=ODD_JSON)
@pytest.mark.parametrize("strict", [False, True])
def test_odd_json_is_read(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    make_client: MakeClient,
    face: Face,
    data: bytes,
    text: str,
    caplog: pytest.LogCaptureFixture,
    *,
    strict: bool,
) -> None:
    whole = json.loads(json.dumps(HI))
    del whole["choices"]
    data = data.replace(b'{"choices', json.dumps(whole).encode()[:-1] + b',"choices', 1)
    data = data.replace(b'{\n  "choices', b"{\n" + json.dumps(whole).encode()[1:-1] + b',\n  "choices', 1)
    fake.enqueue(Reply.events(raw(data), HI))
    stream = face.open(make_client(strict=strict), CHAT)
    chunks, error = face.read(stream)
    assert error is None
    assert [item.choices[0].delta.content for item in chunks] == [text, "hi"]
    assert len(warnings(caplog)) <= 1
    assert face.collect(stream).unwrap().choices[0].message.content == text + "hi"


def test_halves_of_an_emoji_are_no_reason_for_a_warning(
    fake: FakeOpenRouter, make_client: MakeClient, face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    fake.enqueue(Reply.events(chunk("a \ud83d"), chunk("\ude00 b")))
    stream = face.open(make_client(strict=True), CHAT)
    assert face.read(stream)[1] is None
    assert warnings(caplog) == []
    assert face.collect(stream).unwrap().choices[0].message.content == "a 😀 b"


@pytest.mark.parametrize("choices", [[None], ["x"], None, {}, [{}], [{"delta": None}], [{"delta": [None]}], 5])
def test_odd_choices_end_nothing(fake: FakeOpenRouter, client: OpenRouter, face: Face, choices: Any) -> None:
    fake.enqueue(Reply.events(HI, chunk(choices=choices, note="no error"), HI))
    stream = face.open(client, CHAT)
    chunks, error = face.read(stream)
    assert (len(chunks), error) == (3, None)
    assert face.collect(stream).unwrap().choices[0].message.content == "hihi"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_events_without_blank_lines_are_events(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, end: bytes
) -> None:
    lines = [b"data: " + json.dumps(event).encode() for event in (HI, chunk("data: {"), chunk("!"))]
    fake.enqueue(Reply(body=end.join([*lines, b"data: [DONE]", b""]), headers=EVENT_STREAM))
    stream = face.open(client, CHAT)
    chunks, error = face.read(stream)
    assert (len(chunks), error, stream.completed) == (3, None, True)
    assert face.collect(stream).unwrap().choices[0].message.content == "hidata: {!"


# --- errors

# The API, the event, how many chunks it counts for, and words of the error.
ERRORS: dict[str, tuple[Api, Any, int, str]] = {
    "text": (CHAT, {"choices": [], "error": "boom"}, 1, "boom"),
    "nothing but text": (CHAT, {"error": "boom"}, 0, "boom"),
    "no code": (CHAT, {"choices": [], "error": {"message": "boom"}}, 1, "boom"),
    "code that is null": (CHAT, {"choices": [], "error": {"code": None, "message": "boom"}}, 1, "boom"),
    "no message": (CHAT, {"choices": [], "error": {"code": 502}}, 1, "502"),
    "an empty message": (CHAT, {"choices": [], "error": {"code": 502, "message": ""}}, 1, "502"),
    "true": (CHAT, {"choices": [], "error": True, "message": "boom"}, 1, "boom"),
    "a list": (CHAT, {"choices": [], "error": ["boom"]}, 1, "boom"),
    "finish reason, text": (
        CHAT, {"choices": [{"index": 0, "delta": {}, "finish_reason": "error"}], "error": "boom"}, 1, "boom"),
    "of a choice, text": (
        CHAT, {"choices": [{"index": 0, "delta": {}, "finish_reason": "error", "error": "boom"}]}, 1, "boom"),
    "of a choice, without a reason to end": (
        CHAT, {"choices": [{"index": 0, "delta": {}, "error": {"message": "boom"}}]}, 1, "boom"),
    "of a delta": (
        CHAT, {"choices": [{"index": 0, "delta": {"error": "boom"}, "finish_reason": "error"}]}, 1, "boom"),
    "finish reason, native": (
        CHAT, {"choices": [{"index": 0, "delta": {}, "finish_reason": "error", "native_finish_reason": "BOOM"}]}, 1,
        "BOOM"),
    "an event of text": (CHAT, b"event: error\ndata: boom\n\n", 0, "boom"),
    "an event of JSON text": (CHAT, b'event: error\ndata: "boom"\n\n', 0, "boom"),
    "an event of nothing": (CHAT, b"event: error\ndata: null\n\n", 0, "error"),
    "an intern's": (INTERNS, {"choices": [], "error": {"message": "boom"}}, 1, "boom"),
    "responses, text": (RESPONSES, {"error": "boom"}, 0, "boom"),
    "responses, failed without words": (RESPONSES, {"type": "response.failed", "response": {"id": "r"}}, 1, "failed"),
    "responses, failed by its status": (
        RESPONSES, {"type": "response.completed", "response": {"id": "r", "status": "failed", "error": "boom"}}, 1,
        "boom"),
    "responses, of an unknown type": (RESPONSES, {"type": "response.hologram", "x": 1, "error": "boom"}, 1, "boom"),
    "messages, text": (MESSAGES, {"type": "error", "error": "boom"}, 1, "boom"),
    "messages, no code": (MESSAGES, ("error", {"message": "boom"}), 0, "boom"),
    "images, text": (IMAGES, {"type": "error", "error": "boom"}, 1, "boom"),
}  # fmt: skip


@pytest.mark.parametrize(("api", "event", "count", "words"), ERRORS.values(), ids=ERRORS)
def test_an_error_of_any_shape_is_the_end(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api, event: Any, count: int, words: str
) -> None:
    fake.enqueue(Reply.events(event))
    stream = face.open(client, api)
    chunks, error = face.read(stream)
    assert len(chunks) == count
    assert isinstance(error, errors.ResponseError)
    assert words in str(error)
    assert error.content
    assert not stream.completed
    assert error_of(face.collect(stream), type(error)) is error


def test_an_error_has_what_came_before_it(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, HI, {"error": "boom"}))
    error = error_of(face.collect(face.open(client, CHAT)), errors.OpenRouterDefaultError)
    assert error.partial.choices[0].message.content == "hihi"


def test_an_error_goes_through_pickle_with_what_came(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    for last in ({"error": "boom"}, "<html>"):
        fake.enqueue(Reply.events(HI, last))
        _, error = colour.read(colour.open(client, CHAT))
        again: Any = pickle.loads(pickle.dumps(error))  # noqa: S301  # ours
        assert again.partial.choices[0].message.content == "hi"
        assert (type(again), str(again)) == (type(error), str(error))


NO_ERRORS: dict[str, tuple[Api, dict[str, Any]]] = {
    "null": (CHAT, chunk("a", error=None)),
    "empty": (CHAT, chunk("a", error={})),
    "nothing but nulls": (CHAT, chunk("a", error={"code": None, "message": None})),
    "false": (CHAT, chunk("a", error=False)),
    "the word": (CHAT, chunk('an "error": {"message": "x"}')),
    "a panel's": (RESPONSES, {"type": "response.fusion_call.panel.failed", "error": "slow", "item_id": "i",
                              "model": "m", "output_index": 0, "sequence_number": 1}),
    "an unknown item's": (RESPONSES, {"type": "response.hologram.failed", "error": "slow", "output_index": 0}),
}  # fmt: skip


@pytest.mark.parametrize(("api", "event"), NO_ERRORS.values(), ids=NO_ERRORS)
def test_what_is_no_error_goes_on(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, api: Api, event: dict[str, Any]
) -> None:
    fake.enqueue(Reply.events(event))
    chunks, error = colour.read(colour.open(client, api))
    assert (len(chunks), error) == (1, None)


@pytest.mark.parametrize("content", [
    b'data: {"error":{"code":403,"message":"pay"}}\n\n',
    b'event: error\ndata: {"code":403,"message":"pay"}\n\n',
    b': hello\n\ndata: {"type":"error","error":{"type":"permission_error","message":"pay"}}',
    b'{"error":{"code":403,"message":"pay"}}',
])  # fmt: skip
@pytest.mark.parametrize("stream", [False, True])
def test_an_error_status_with_events_for_a_body_is_read(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, content: bytes, *, stream: bool
) -> None:
    fake.enqueue(Reply(403, content, EVENT_STREAM))
    error = error_of(face.call(client, CHAT, stream=stream), errors.ForbiddenResponseError)
    assert error.message == "pay"
    assert error.content == content


# --- how streams end

COMPLETE: dict[str, tuple[Api, list[Any]]] = {
    "every choice": (CHAT, [HI, ended(index=1), ended("length"), chunk(usage={"total_tokens": 1})]),
    "an intern's": (INTERNS, [HI, ended()]),
    "a reason to stop": (MESSAGES, [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}}]),
    "all items": (RESPONSES, [
        CREATED,
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "content": []}},
        {"type": "response.output_item.done", "output_index": 0, "item": {"type": "message", "content": []}}]),
    "a status": (RESPONSES, [{"type": "response.cancelled", "response": {"id": "r", "status": "cancelled"}}]),
    "an image": (IMAGES, [{"type": "image_generation.completed", "b64_json": "AA==", "created": 1}]),
    "an event after the last": (MESSAGES, [{"type": "message_stop"}, {"type": "hologram"}]),
}  # fmt: skip
CUT: dict[str, tuple[Api, list[Any]]] = {
    "nothing": (CHAT, []),
    "no reason": (CHAT, [HI]),
    "an empty reason": (CHAT, [HI, ended("")]),
    "one choice of two": (CHAT, [chunk("a"), chunk(choices=[{"index": 1, "delta": {}, "finish_reason": "stop"}])]),
    "no reason to stop": (MESSAGES, [{"type": "message_delta", "delta": {"stop_reason": None}, "usage": {}}]),
    "an open item": (RESPONSES, [
        {"type": "response.output_item.done", "output_index": 0, "item": {"type": "message", "content": []}},
        {"type": "response.output_item.added", "output_index": 1, "item": {"type": "message", "content": []}}]),
    "a preview": (IMAGES, [{"type": "image_generation.partial_image", "b64_json": "A", "partial_image_index": 0}]),
}  # fmt: skip


@pytest.mark.parametrize(("api", "events"), COMPLETE.values(), ids=COMPLETE)
def test_a_complete_answer_needs_no_mark(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api, events: list[Any]
) -> None:
    fake.enqueue(Reply.events(*events, done=False), Reply.events(*events, done=False))
    stream = face.open(client, api)
    chunks, error = face.read(stream)
    assert (len(chunks), error, stream.completed) == (len(events), None, True)
    assert face.collect(stream).ok
    assert face.collect(face.open(client, api)).ok


@pytest.mark.parametrize(("api", "events"), CUT.values(), ids=CUT)
def test_any_other_end_is_an_error_with_what_came(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api, events: list[Any]
) -> None:
    fake.enqueue(Reply.events(*events, done=False))
    stream = face.open(client, api)
    chunks, error = face.read(stream)
    assert len(chunks) == len(events)
    assert type(error) is errors.StreamError
    assert error.partial is not None
    assert error_of(face.collect(stream), errors.StreamError) is error


@pytest.mark.parametrize("how", ["cut", "not JSON", "too long", "time-out", "encoding"])
def test_every_broken_stream_has_what_came(fake: FakeOpenRouter, client: OpenRouter, face: Face, how: str) -> None:
    first = len(Reply.events(HI, done=False).payload())
    fake.enqueue({
        "cut": Reply.events(HI, HI, cut_after=first + 9),
        "not JSON": Reply.events(HI, "<html>", HI),
        "too long": Reply.events(HI, b"data: " + b"x" * (32 * 1024 * 1024 + 1)),
        "time-out": Reply.events(HI, HI, pause=60),
        "encoding": Reply(body=Reply.events(HI, HI, done=False).payload()[: first + 5], headers=EVENT_STREAM),
    }[how])  # fmt: skip
    error = error_of(face.collect(face.open(client, CHAT, timeout=0.3)), errors.StreamError)
    assert error.partial.choices[0].message.content == "hi"


# --- answers that come whole

WHOLE_CHAT: dict[str, Any] = {"id": "gen-1", "object": "chat.completion", "created": 1, "model": "a/b", "choices": [
    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}]}  # fmt: skip
WHOLE_MESSAGE: dict[str, Any] = {
    "id": "m", "type": "message", "role": "assistant", "model": "a/b", "stop_reason": "end_turn", "usage": {},
    "content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]}  # fmt: skip
WHOLE_RESPONSE: dict[str, Any] = {"id": "r", "object": "response", "status": "completed", "model": "a/b", "output": [
    {"type": "message", "id": "i", "role": "assistant", "status": "completed", "content": [
        {"type": "output_text", "text": "Hello", "annotations": []}]}]}  # fmt: skip
WHOLE_IMAGE: dict[str, Any] = {"created": 1, "data": [{"b64_json": "AA=="}]}
WHOLE: dict[str, tuple[Api, dict[str, Any], str]] = {
    "chat": (CHAT, WHOLE_CHAT, "Hello"),
    "messages": (MESSAGES, WHOLE_MESSAGE, "Hello"),
    "responses": (RESPONSES, WHOLE_RESPONSE, "Hello"),
    "images": (IMAGES, WHOLE_IMAGE, ""),
}


@pytest.mark.parametrize(("api", "body", "text"), WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize("headers", [{"content-type": "application/json"}, EVENT_STREAM], ids=["JSON", "events"])
def test_a_whole_answer_is_a_stream_that_is_complete(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, api: Api, body: Any, text: str, headers: dict[str, str]
) -> None:
    for _ in range(3):
        fake.enqueue(Reply(200, json.dumps(body).encode(), headers))
    whole = face.collect(face.open(narrow, api)).unwrap()
    assert body.items() <= whole.model_dump(mode="json", exclude_unset=True).items() or whole.model_dump(mode="json")
    stream = face.open(narrow, api)
    assert face.read(stream) == ([], None)
    assert stream.completed
    assert face.collect(stream).unwrap() == whole
    assert face.collect(stream).unwrap().model_dump(exclude_unset=True).keys() == body.keys()
    texts, error = face.read(face.open(narrow, api).text())
    assert ("".join(texts), error) == (text, None)


@pytest.mark.parametrize("headers", [{"content-type": "application/json"}, EVENT_STREAM], ids=["JSON", "events"])
def test_a_whole_answer_that_is_an_error(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, headers: dict[str, str]
) -> None:
    fake.enqueue(Reply(200, b'{"error": {"code": 403, "message": "pay"}}', headers))
    result = face.call(client, CHAT, stream=True)
    error = result.error if isinstance(result, Err) else face.read(result.value)[1]
    assert type(error) is errors.ForbiddenResponseError


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "application/json", ""])
def test_events_under_another_name_are_events(fake: FakeOpenRouter, client: OpenRouter, face: Face, kind: str) -> None:
    body = Reply.events(b": PROCESSING\n\n", HI, HI).payload()
    fake.enqueue(Reply(200, body, {"content-type": kind}))
    stream = face.open(client, CHAT)
    chunks, error = face.read(stream)
    assert (len(chunks), error, stream.completed) == (2, None, True)


# --- the text alone

TEXTS: dict[str, tuple[Api, list[Any], list[str]]] = {
    "chat": (CHAT, [HI, chunk(""), chunk(), chunk(" you"), ended()], ["hi", " you"]),
    "the first choice": (
        CHAT, [HI, chunk(choices=[{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "!"}}])],
        ["hi", "!"]),
    "parts": (CHAT, [chunk(choices=[{"delta": {"content": [{"type": "text", "text": "a"}]}}])], ["a"]),
    "an emoji cut in two": (CHAT, [chunk("a \ud83d"), chunk(), chunk("\ude00 b")], ["a ", "😀 b"]),
    "half of an emoji": (CHAT, [chunk("a"), chunk("\ud83d")], ["a", "\ufffd"]),
    "an intern's": (INTERNS, [HI, chunk(" you")], ["hi", " you"]),
    "messages": (
        MESSAGES,
        [{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "a"}},
         {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "b"}},
         {"type": "content_block_delta", "index": 1, "delta": {"type": "thinking_delta", "thinking": "no"}},
         {"type": "message_stop"}],
        ["a", "b"]),
    "responses": (
        RESPONSES,
        [CREATED, {"type": "response.output_text.delta", "delta": "a", "output_index": 0},
         {"type": "response.refusal.delta", "delta": "no", "output_index": 0},
         {"type": "response.completed", "response": WHOLE_RESPONSE}],
        ["a"]),
    "only the last event": (RESPONSES, [{"type": "response.completed", "response": WHOLE_RESPONSE}], ["Hello"]),
    "images": (IMAGES, [{"type": "image_generation.completed", "b64_json": "AA==", "created": 1}], []),
    "no text": (CHAT, [chunk(), ended("tool_calls")], []),
}  # fmt: skip


@pytest.mark.parametrize(("api", "events", "texts"), TEXTS.values(), ids=TEXTS)
def test_the_text_alone(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api, events: list[Any], texts: list[str]
) -> None:
    fake.enqueue(Reply.events(*events))
    stream = face.open(client, api)
    iterator = stream.text()
    assert face.read(iterator) == (texts, None)
    assert face.read(iterator) == ([], None)
    assert stream.completed
    assert face.collect(stream).ok


def test_the_text_goes_on_where_reading_stopped(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, chunk(" you"), chunk("!")))
    stream = face.open(client, CHAT)
    face.read(stream, 1)
    assert face.read(stream.text(), 1)[0] == [" you"]
    assert face.read(stream.text()) == (["!"], None)
    assert face.read(stream.text()) == ([], None)
    assert face.collect(stream).unwrap().choices[0].message.content == "hi you!"


def test_the_text_ends_in_the_streams_error(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, {"error": "boom"}))
    texts, error = face.read(face.open(client, CHAT).text())
    assert texts == ["hi"]
    assert isinstance(error, errors.OpenRouterDefaultError)
    assert error.partial.choices[0].message.content == "hi"


def test_the_text_of_a_closed_stream_is_at_its_end(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, HI), Reply.events(HI, HI))
    stream = face.open(client, CHAT)
    text = stream.text()
    assert face.read(text, 1)[0] == ["hi"]
    face.close(stream)
    assert face.read(text) == ([], None)
    unread = face.open(client, CHAT)
    face.close(unread)
    assert face.read(unread.text()) == ([], None)
