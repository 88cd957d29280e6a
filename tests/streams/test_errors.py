"""Errors inside a stream: all that arrived comes first, then one typed error, then nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, Ok, errors
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import CHAT, ECHOING, IMAGES, INTERNS, MESSAGES, RESPONSES, Api, Face, chunk, error_of

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouter

HI = chunk("hi")
CREATED: dict[str, Any] = {"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "content_index": 0,
           "delta": "hi", "logprobs": [], "sequence_number": 0}  # fmt: skip
BEGUN: dict[str, Any] = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}}
PARTIAL: dict[str, Any] = {"type": "image_generation.partial_image", "partial_image_index": 0, "b64_json": "AA=="}
FIRST: dict[str, dict[str, Any]] = {
    "chat": HI,
    "responses": CREATED,
    "beta": CREATED,
    "messages": BEGUN,
    "images": PARTIAL,
}

NAMED = {"code": "rate_limit_exceeded", "message": "slow down"}
RESULT: dict[str, Any] = {
    "id": "r", "object": "response", "created_at": 1, "completed_at": 1, "model": "a/b", "status": "completed",
    "output": [], "error": None, "incomplete_details": None, "parallel_tool_calls": True, "tool_choice": "auto",
    "tools": [], "frequency_penalty": None, "instructions": None, "metadata": None, "presence_penalty": None,
    "temperature": None, "top_p": None}  # fmt: skip
FAULT = {"status": "failed", "error": {"code": "server_error", "message": "it broke"}}
FAILED = {"type": "response.failed", "sequence_number": 1, "response": {**RESULT, **FAULT}}
ANTHROPIC = {"type": "error", "error": {"type": "overloaded_error", "message": "too busy"}}


def choice_error(**fields: Any) -> dict[str, Any]:
    return chunk(choices=[{"index": 0, "delta": {"content": ""}, "finish_reason": "error", **fields}])


# API, the events after the first, the error's type, its message, how many of the events are chunks, too
CASES: dict[str, tuple[str, Any, type[errors.ResponseError], str, int]] = {
    "chat: int": ("chat", chunk("", error={"code": 429, "message": "slow"}),
                  errors.TooManyRequestsResponseError, "slow", 1),
    "chat: digits": ("chat", chunk("", error={"code": "502", "message": "bad"}),
                     errors.BadGatewayResponseError, "bad", 1),
    "chat: name": ("chat", chunk("", error=NAMED), errors.TooManyRequestsResponseError, "slow down", 1),
    "chat: undeclared": ("chat", chunk("", error={"code": 418, "message": "tea"}),
                         errors.OpenRouterDefaultError, "tea", 1),
    "chat: nothing but an error": ("chat", {"error": {"code": 403, "message": "pay"}},
                                   errors.ForbiddenResponseError, "pay", 0),
    "chat: an event of errors": ("chat", ("error", {"code": 429, "message": "slow"}),
                                 errors.TooManyRequestsResponseError, "slow", 0),
    "chat: an event of an error": ("chat", ("error", {"error": {"code": 429, "message": "slow"}}),
                                   errors.TooManyRequestsResponseError, "slow", 0),
    "chat: finish reason": ("chat", choice_error(), errors.InternalServerResponseError, "the generation ended", 1),
    "chat: finish reason, error": ("chat", choice_error(error={"code": 502, "message": "upstream"}),
                                   errors.BadGatewayResponseError, "upstream", 1),
    "responses: failed": ("responses", FAILED, errors.InternalServerResponseError, "it broke", 1),
    "beta: failed": ("beta", FAILED, errors.InternalServerResponseError, "it broke", 1),
    "responses: error": ("responses", {"type": "error", "param": None, "sequence_number": 1, **NAMED},
                         errors.TooManyRequestsResponseError, "slow down", 1),
    "responses: named error": ("responses", ("error", {"type": "error", "param": None, "sequence_number": 1, **NAMED}),
                               errors.TooManyRequestsResponseError, "slow down", 1),
    "messages: error": ("messages", ("error", ANTHROPIC), errors.ProviderOverloadedResponseError, "too busy", 1),
    "messages: error without a name": ("messages", ANTHROPIC, errors.ProviderOverloadedResponseError, "too busy", 1),
    "images: error": ("images", {"type": "error", "error": {"code": "content_policy_violation", "message": "no"}},
                      errors.ForbiddenResponseError, "no", 1),
    "images: named error": ("images", ("error", {"type": "error", "error": {"code": "429", "message": "no"}}),
                            errors.TooManyRequestsResponseError, "no", 1),
    "images: error without code": ("images", {"type": "error", "error": {"message": "no"}},
                                   errors.OpenRouterDefaultError, "no", 1),
}  # fmt: skip
TYPELESS = {
    f"{name}: {how}": (name, event, kind, "bad", extra)
    for name, kind in (
        ("responses", errors.BadGatewayResponseError),
        ("messages", errors.OpenRouterDefaultError),  # which doesn't declare 502
        ("images", errors.BadGatewayResponseError),
    )
    for how, event, extra in (
        ("bare error", {"error": {"code": 502, "message": "bad"}}, None),
        ("event of a bare error", ("error", {"error": {"code": 502, "message": "bad"}}), None),
        ("event of error fields", ("error", {"code": 502, "message": "bad"}), None),
    )
}


@pytest.mark.parametrize(("name", "event", "kind", "message", "extra"), CASES.values(), ids=CASES)
def test_an_error_in_the_stream_comes_last(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    client: OpenRouter,
    face: Face,
    name: str,
    event: Any,
    kind: type[errors.ResponseError],
    message: str,
    extra: int,
) -> None:
    fake.enqueue(Reply.events(FIRST[name], event, FIRST[name]))
    stream = face.open(client, ECHOING[name])
    chunks, error = face.read(stream)
    assert len(chunks) == 1 + extra
    assert isinstance(error, errors.ResponseError)
    assert type(error) is kind
    assert error.message.startswith(message)
    assert error.status_code == (kind.status or error.status_code)
    assert error.response.status_code == 200
    assert not stream.completed
    assert face.read(stream) == ([], None)


@pytest.mark.parametrize(("name", "event", "kind", "message", "_extra"), TYPELESS.values(), ids=TYPELESS)
def test_an_error_without_a_type_comes_last(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    client: OpenRouter,
    colour: Face,
    name: str,
    event: Any,
    kind: type[errors.ResponseError],
    message: str,
    _extra: object,
) -> None:
    """OpenRouter puts its own errors, say a rate limit in mid-stream, in the same shape everywhere."""
    fake.enqueue(Reply.events(FIRST[name], event))
    stream = colour.open(client, ECHOING[name])
    _, error = colour.read(stream)
    assert isinstance(error, errors.ResponseError)
    assert type(error) is kind
    assert error.message == message
    assert not stream.completed


@pytest.mark.parametrize("name", ECHOING)
def test_collect_gives_the_error_of_the_stream(fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str) -> None:
    event = {"chat": chunk("", error=NAMED), "messages": ANTHROPIC, "images": {"type": "error", "error": NAMED}}
    fake.enqueue(Reply.events(FIRST[name], event.get(name, FAILED)))
    result = face.collect(face.open(client, ECHOING[name]))
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.ResponseError)
    assert result.error.code in {"rate_limit_exceeded", "overloaded_error", "server_error"}


@pytest.mark.parametrize("name", ECHOING)
def test_events_give_the_error_too(fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str) -> None:
    fake.enqueue(Reply.events(("named", FIRST[name]), done=False))
    events, error = face.read(face.open(client, ECHOING[name]).events())
    assert [event.event for event in events] == ["named"]
    assert type(error) is errors.StreamError


@pytest.mark.parametrize("name", ECHOING)
@pytest.mark.parametrize("cut", ["inside", "between", "clean"])
def test_a_stream_that_is_cut_off(  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str, cut: str
) -> None:
    size = len(f"data: {json.dumps(FIRST[name])}\n\n")
    cut_after = {"inside": size + 9, "between": size, "clean": None}[cut]
    fake.enqueue(Reply.events(FIRST[name], *[FIRST[name]] * (cut_after is not None), done=False, cut_after=cut_after))
    stream = face.open(client, ECHOING[name])
    chunks, error = face.read(stream)
    assert len(chunks) == 1
    assert type(error) is errors.StreamError
    assert not stream.completed


def test_images_cut_off_before_the_last(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    done = {"type": "image_generation.completed", "b64_json": "AA==", "created": 1}
    fake.enqueue(Reply.events(done, PARTIAL, done=False))
    _, error = colour.read(colour.open(client, IMAGES, n=2))
    assert type(error) is errors.StreamError


@pytest.mark.parametrize("api", [MESSAGES, RESPONSES], ids=["messages", "responses"])
def test_a_stream_is_whole_once_its_last_event_came(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, api: Api
) -> None:
    """However the connection ends: `.completed` and an error don't go together."""
    last = {"type": "message_stop"} if api is MESSAGES else {"type": "response.completed", "sequence_number": 1,
                                                             "response": RESULT}  # fmt: skip
    size = len(f"data: {json.dumps(last)}\n\n")
    fake.enqueue(Reply.events(last, b": more\n\n", done=False, cut_after=size))
    stream = colour.open(client, api)
    chunks, error = colour.read(stream)
    assert len(chunks) == 1
    assert (stream.completed, error) == (True, None)


def test_what_is_not_json_ends_the_stream(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events(HI, "<html>", HI))
    chunks, error = face.read(face.open(client, CHAT))
    assert len(chunks) == 1
    assert type(error) is errors.StreamError
    assert "<html>" in error.message


def test_what_does_not_fit_is_kept(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    fake.enqueue(Reply.events(HI, {"choices": [], "created": "now", "odd": 1}, {"choices": []}))
    chunks, error = face.read(face.open(client, CHAT))
    assert error is None
    assert [item.created for item in chunks] == [1, "now", None]
    assert chunks[1].odd == 1
    assert len(caplog.records) == 1  # once per stream


def test_what_does_not_fit_is_an_error_to_a_strict_client(fake: FakeOpenRouter, face: Face, make_client: Any) -> None:
    fake.enqueue(Reply.events(HI, {"choices": [], "created": "now"}, HI))
    chunks, error = face.read(face.open(make_client(strict=True), CHAT))
    assert len(chunks) == 1
    assert type(error) is errors.ResponseValidationError
    assert error.raw_value == {"choices": [], "created": "now"}


@pytest.mark.parametrize("name", ECHOING)
def test_an_error_with_status_200_instead_of_a_stream(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str
) -> None:
    fake.enqueue(Reply(200, {"error": {"code": 403, "message": "pay"}}))
    error = error_of(face.call(client, ECHOING[name], stream=True), errors.ForbiddenResponseError)
    assert error.message == "pay"


@pytest.mark.parametrize("name", ECHOING)
def test_an_error_status_instead_of_a_stream(fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str) -> None:
    fake.enqueue(Reply(403, {"error": {"code": 403, "message": "pay"}}))
    error = error_of(face.call(client, ECHOING[name], stream=True), errors.ForbiddenResponseError)
    assert error.message == "pay"


def test_an_error_status_with_a_stream_for_a_body(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply.events({"error": {"code": 403, "message": "pay"}}, status=403))
    error = error_of(face.call(client, CHAT, stream=True), errors.ForbiddenResponseError)
    assert "pay" in error.message


def test_a_status_to_retry_is_retried(fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float]) -> None:
    fake.enqueue(Reply(503, {"error": {"code": 503, "message": "busy"}}))
    stream = face.open(client, CHAT)
    assert stream.response.attempts == 2
    assert face.read(stream)[1] is None
    assert len(naps) == 1


def test_a_stream_is_never_retried_in_its_middle(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float]
) -> None:
    fake.enqueue(Reply.events(HI, HI, cut_after=30))
    assert type(face.read(face.open(client, CHAT))[1]) is errors.StreamError
    assert (len(fake.requests), naps) == (1, [])


@pytest.mark.parametrize("name", ECHOING)
def test_a_whole_answer_instead_of_a_stream(fake: FakeOpenRouter, client: OpenRouter, face: Face, name: str) -> None:
    """A server that doesn't stream: an error of ours, never an exception of Python's, and no foreign value in `Ok`."""
    fake.enqueue(Reply(200, {"id": "gen-1", "choices": []}))
    result = face.call(client, ECHOING[name], stream=True)
    assert isinstance(result, Err) or hasattr(result.value, "collect")


def test_an_intern_that_was_steered_gives_no_stream(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    fake.enqueue(Reply(202, {"status": "steered"}))
    result = colour.call(client, INTERNS, stream=True)
    assert isinstance(result, Ok)
    assert type(result.value).__name__ == "InternChatSteeredResponse"


@pytest.mark.parametrize("face", ["sync-method", "async-method"], indirect=True)
def test_an_intern_that_was_steered_gives_a_method_no_stream(
    fake: FakeOpenRouter, client: OpenRouter, face: Face
) -> None:
    fake.enqueue(Reply(202, {"status": "steered"}))
    assert type(face.open(client, INTERNS)).__name__ == "InternChatSteeredResponse"


# A chunk that doesn't fit its model in some other place says what it says all the same.
MISFITS: dict[str, tuple[Api, dict[str, Any]]] = {
    "response.failed": (RESPONSES, {"type": "response.failed", "response": {"id": "r", **FAULT}}),
    "finish reason": (CHAT, {**choice_error(), "created": "now"}),
    "error event": (RESPONSES, {"type": "error", **NAMED}),
}


@pytest.mark.parametrize(("api", "event"), MISFITS.values(), ids=MISFITS)
def test_an_error_that_does_not_fit_comes_last(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, api: Api, event: dict[str, Any]
) -> None:
    fake.enqueue(Reply.events(event))
    _, error = colour.read(colour.open(client, api))
    assert isinstance(error, errors.ResponseError)


LAST_MISFITS: dict[str, tuple[Api, dict[str, Any]]] = {
    "responses": (RESPONSES, {"type": "response.completed", "response": {"id": "r", "status": "completed"}}),
    "images": (IMAGES, {"type": "image_generation.completed", "b64_json": "AA=="}),
}


@pytest.mark.parametrize(("api", "event"), LAST_MISFITS.values(), ids=LAST_MISFITS)
def test_a_last_event_that_does_not_fit_is_the_last(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, api: Api, event: dict[str, Any]
) -> None:
    fake.enqueue(Reply.events(event, done=False))
    stream = colour.open(client, api)
    chunks, error = colour.read(stream)
    assert (len(chunks), error, stream.completed) == (1, None, True)
