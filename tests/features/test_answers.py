"""Answers in the forms that OpenRouter's guides show, in values of our own: what they hold is typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Unrecognized
from openrouter_sdk.models.chat import (
    ChatAssistantMessage,
    ChatContentImage,
    ChatContentText,
    ChatFileAnnotation,
    ChatResult,
    ChatUrlCitation,
)

if TYPE_CHECKING:
    from .support import Body, Sender

USAGE: Body = {
    "prompt_tokens": 9,
    "completion_tokens": 3,
    "total_tokens": 12,
    "cost": 0.0015,
    "is_byok": False,
    "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2, "audio_tokens": 1, "video_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 2, "audio_tokens": 0, "image_tokens": 1},
    "cost_details": {
        "upstream_inference_cost": None,
        "upstream_inference_prompt_cost": 0.001,
        "upstream_inference_completions_cost": 0.0005,
    },
    "server_tool_use": {"web_search_requests": 2},
}
CITATION: Body = {
    "type": "url_citation",
    "url_citation": {"url": "https://sea.test", "title": "Sea", "content": "Salty", "start_index": 3, "end_index": 9},
}
FILE: Body = {
    "type": "file",
    "file": {
        "hash": "h1",
        "name": "a.pdf",
        "content": [
            {"type": "text", "text": "Salty"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
        ],
    },
}
IMAGE: Body = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}
AUDIO: Body = {"id": "a1", "data": "UklGRg==", "transcript": "Salty", "expires_at": 1800000000}


def answer(**message: Any) -> Body:
    whole = {"role": "assistant", "content": "Salty", "refusal": None, **message}
    choice = {"index": 0, "finish_reason": "stop", "native_finish_reason": "end", "logprobs": None, "message": whole}
    return {
        "id": "gen-1",
        "object": "chat.completion",
        "created": 1800000000,
        "model": "north/small",
        "provider": "Nebius",
        "system_fingerprint": None,
        "choices": [choice],
        "usage": USAGE,
    }


def received(send: Sender, **message: Any) -> ChatResult:
    send.reply = answer(**message)
    value = send("chat_send", messages=[]).unwrap()
    assert isinstance(value, ChatResult)
    assert value.model_dump(exclude_unset=True) == send.reply
    return value


def message_of(send: Sender, **message: Any) -> ChatAssistantMessage:
    return received(send, **message).choices[0].message


def test_citations_are_models(send: Sender) -> None:
    [citation] = message_of(send, annotations=[CITATION]).annotations or []
    assert isinstance(citation, ChatUrlCitation)
    page = citation.url_citation
    assert (page.url, page.title, page.content) == ("https://sea.test", "Sea", "Salty")
    assert (page.start_index, page.end_index) == (3, 9)


def test_a_citation_of_nothing_but_an_address_is_one(send: Sender) -> None:
    bare = {"type": "url_citation", "url_citation": {"url": "https://sea.test"}}
    [citation] = message_of(send, annotations=[bare]).annotations or []
    assert isinstance(citation, ChatUrlCitation)
    assert citation.url_citation.title is None


def test_parsed_files_are_models(send: Sender) -> None:
    [found] = message_of(send, annotations=[FILE]).annotations or []
    assert isinstance(found, ChatFileAnnotation)
    assert (found.file.hash, found.file.name) == ("h1", "a.pdf")
    text, image = found.file.content or []
    assert isinstance(text, ChatContentText)
    assert isinstance(image, ChatContentImage)
    assert (text.text, image.image_url.url) == ("Salty", "data:image/png;base64,QQ==")


def test_an_annotation_of_tomorrow_can_be_read(send: Sender) -> None:
    [found] = message_of(send, annotations=[{"type": "of_tomorrow", "place": "here"}]).annotations or []
    assert isinstance(found, Unrecognized)
    assert found.place == "here"
    with pytest.raises(AttributeError):
        found.nowhere  # noqa: B018  # what is read


def test_images_and_audio_are_models(send: Sender) -> None:
    message = message_of(send, images=[IMAGE], audio=AUDIO)
    assert [image.image_url.url for image in message.images or []] == ["data:image/png;base64,QQ=="]
    assert message.audio
    assert (message.audio.id, message.audio.data, message.audio.transcript) == ("a1", "UklGRg==", "Salty")


def test_usage_and_cost_are_typed(send: Sender) -> None:
    whole = received(send)
    usage = whole.usage
    assert usage
    assert usage.prompt_tokens_details
    assert usage.completion_tokens_details
    assert usage.cost_details
    assert usage.server_tool_use
    assert (usage.cost, usage.is_byok) == (0.0015, False)
    assert (usage.prompt_tokens_details.cached_tokens, usage.prompt_tokens_details.cache_write_tokens) == (4, 2)
    assert (usage.completion_tokens_details.reasoning_tokens, usage.completion_tokens_details.image_tokens) == (2, 1)
    assert usage.cost_details.upstream_inference_prompt_cost == 0.001
    assert usage.server_tool_use.web_search_requests == 2
    assert (whole.provider, whole.choices[0].native_finish_reason) == ("Nebius", "end")


def test_reasoning_is_typed(send: Sender) -> None:
    details = [{"type": "reasoning.text", "text": "Hm", "signature": "s", "format": "anthropic-claude-v1", "index": 0}]
    message = message_of(send, reasoning="Hm", reasoning_details=details)
    assert message.reasoning == "Hm"
    assert [detail.type for detail in message.reasoning_details or []] == ["reasoning.text"]


def test_a_streams_annotations_and_images_are_models(send: Sender) -> None:
    deltas = [{"annotations": [CITATION]}, {"images": [IMAGE]}, {"annotations": [FILE]}, {"content": "Salty"}]
    chunks = [
        {
            "id": "gen-1",
            "object": "chat.completion.chunk",
            "created": 1800000000,
            "model": "north/small",
            "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
        }
        for delta in deltas
    ]
    send.is_async = False  # how a stream is read in either colour is for tests/streams
    send.reply = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    found = [chunk.unwrap().choices[0].delta for chunk in send("chat_send", messages=[], stream=True).unwrap()]
    assert isinstance(found[0].annotations[0], ChatUrlCitation)
    assert found[1].images[0].image_url.url == "data:image/png;base64,QQ=="
    assert isinstance(found[2].annotations[0], ChatFileAnnotation)
    message = send("chat_send", messages=[], stream=True).unwrap().collect().unwrap().choices[0].message
    assert [type(annotation) for annotation in message.annotations] == [ChatUrlCitation, ChatFileAnnotation]
    assert len(message.images) == 1


@pytest.mark.parametrize("as_it_is", [True, False])
def test_what_came_with_a_message_goes_back_with_it(send: Sender, *, as_it_is: bool) -> None:
    message = message_of(send, annotations=[CITATION, FILE], images=[IMAGE])
    send.requests.clear()
    send("chat_send", messages=[message if as_it_is else message.model_dump(exclude_unset=True)])
    assert send.sent()["messages"] == [answer(annotations=[CITATION, FILE], images=[IMAGE])["choices"][0]["message"]]
