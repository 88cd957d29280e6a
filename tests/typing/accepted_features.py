"""What OpenRouter's guides show, as users write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import assert_type

from openrouter_sdk import Result, Unrecognized
from openrouter_sdk.funcs.chat_send import ChatSendError, chat_send, chat_send_async
from openrouter_sdk.models.chat import ChatFileAnnotation, ChatResult, ChatUrlCitation
from openrouter_sdk.models.chat_stream import ChatStreamChunk
from openrouter_sdk.models.messages import MessagesResult
from openrouter_sdk.models.responses import OpenResponsesResult
from openrouter_sdk.types.streams import AsyncEventStream, AsyncResultStream, EventStream, ResultStream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openrouter_sdk import OpenRouter, OpenRouterCore
    from openrouter_sdk.params.shared import TraceConfigParam


def routing(client: OpenRouter) -> None:
    client.chat.send(
        models=["north/small", "south/large"],
        messages=[{"role": "user", "content": "Which way?"}],
        provider={
            "order": ["nebius", "Azure"],
            "only": ["nebius"],
            "ignore": ["together"],
            "allow_fallbacks": False,
            "require_parameters": True,
            "data_collection": "deny",
            "zdr": True,
            "quantizations": ["fp8", "bf16"],
            "sort": "throughput",
            "max_price": {"prompt": 1, "completion": 2.5, "request": 0, "image": "0.01"},
        },
    )
    client.chat.send(messages=[], provider={"sort": {"by": "price", "partition": "none"}})


def reasoning(client: OpenRouter) -> None:
    client.chat.send(messages=[], reasoning={"effort": "high", "exclude": True})
    client.chat.send(messages=[], reasoning={"max_tokens": 900, "enabled": True}, include_reasoning=True)
    client.responses.send(input="Why?", reasoning={"max_tokens": 900, "exclude": False, "enabled": True})


def other_parameters(client: OpenRouter) -> None:
    client.chat.send(
        messages=[],
        n=2,
        verbosity="low",
        structured_outputs=True,
        preset="brief",
        transforms=["middle-out"],
        usage={"include": True},
        logit_bias={"50256": -100},
        logprobs=True,
        top_logprobs=3,
        prediction={"type": "content", "content": "One two three"},
        web_search_options={"search_context_size": "high", "user_location": {"type": "approximate"}},
        x_search_filter={"allowed_x_handles": ["somebody"], "from_date": "2026-01-31"},
        max_tool_calls=4,
        debug={"echo_upstream_body": True},
        metadata={"team": "blue"},
        user="u-1",
        session_id="s-1",
    )


def free_keys(client: OpenRouter, kept: dict[str, Any]) -> None:
    client.chat.send(messages=[], trace={"trace_id": "t-1", "span_name": "plan", "team": "blue", "tries": [1, 2]})
    client.chat.send(messages=[], trace={"team": "blue"})
    client.responses.send(input="Hello", trace={"team": "blue", "deep": {"x": 1}})
    client.chat.send(messages=[], trace=kept)
    trace: TraceConfigParam = {"trace_id": "t-1"}
    client.embeddings.generate(input="Hello", model="north/vectors", trace=trace)
    client.chat.send(
        messages=[],
        tools=[{"type": "openrouter:image_generation", "parameters": {"model": "north/pixels", "aspect_ratio": "1:1"}}],
    )


def plain_dicts(client: OpenRouter, core: OpenRouterCore) -> None:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    tools: list[dict[str, Any]] = [{"type": "function", "function": {"name": "add"}}]
    one: dict[str, Any] = {"sort": "price"}
    either: Mapping[str, Any] = one
    some: Sequence[Mapping[str, Any]] = messages
    chat_send(core, messages=messages, tools=tools, provider=one, response_format=one, plugins=[one], reasoning=either)
    chat_send(core, messages=[*messages, {"role": "assistant", "content": "Yes?"}, one], trace=one, tool_choice=one)
    client.chat.send(messages=some)
    client.chat.send(messages=[{"role": "user", "content": messages}])
    client.chat.send(messages=[], response_format={"type": "json_schema", "json_schema": one})
    client.responses.send(input=messages, tools=tools, text=one)
    client.messages.create(model="north/small", max_tokens=9, messages=messages, tools=tools)
    client.images.generate(model="north/pixels", prompt="A hill", provider=one)


def a_stream_or_not(client: OpenRouter, core: OpenRouterCore, flag: bool) -> None:  # noqa: FBT001  # the point of it
    assert_type(
        chat_send(core, messages=[], stream=flag),
        Result[ChatResult | ResultStream[ChatStreamChunk, ChatSendError, ChatResult], ChatSendError],
    )
    assert_type(chat_send(core, messages=[], stream=False), Result[ChatResult, ChatSendError])
    answer = client.chat.send(messages=[], stream=flag)
    assert_type(answer, ChatResult | EventStream[ChatStreamChunk, ChatResult])
    if isinstance(answer, ChatResult):
        answer.choices[0].message.model_dump()
    else:
        assert_type(answer.collect(), ChatResult)
    whole = client.responses.send(input="Hello", stream=flag)
    if isinstance(whole, OpenResponsesResult):
        assert_type(whole.id, str)
    message = client.messages.create(model="north/small", max_tokens=9, messages=[], stream=flag)
    if isinstance(message, MessagesResult):
        assert_type(message.id, str)


async def an_asynchronous_stream_or_not(client: OpenRouter, core: OpenRouterCore, flag: bool) -> None:  # noqa: FBT001  # the same
    assert_type(
        await chat_send_async(core, messages=[], stream=flag),
        Result[ChatResult | AsyncResultStream[ChatStreamChunk, ChatSendError, ChatResult], ChatSendError],
    )
    assert_type(
        await client.chat.send_async(messages=[], stream=flag),
        ChatResult | AsyncEventStream[ChatStreamChunk, ChatResult],
    )


def tools(client: OpenRouter) -> None:
    client.chat.send(
        messages=[{"role": "tool", "tool_call_id": "call_1", "name": "add", "content": "42"}],
        tools=[
            {"type": "openrouter:tool_search"},
            {"type": "function", "name": "add", "parameters": {"type": "object"}, "defer_loading": True},
            {"type": "function", "function": {"name": "sub", "strict": True, "parameters": {"type": "object"}}},
            {"type": "openrouter:web_search", "parameters": {"max_results": 3}},
        ],
        tool_choice="required",
    )
    client.messages.create(
        model="north/small",
        max_tokens=9,
        messages=[{"role": "user", "content": "Hello"}],
        tools=[
            {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
            {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"},
            {"name": "add", "input_schema": {"type": "object", "properties": {}, "additionalProperties": False}},
            {"type": "a_tool_of_tomorrow", "name": "x", "more": [1]},
        ],
        fallbacks=[{"model": "south/large"}],
    )


def files_and_media(client: OpenRouter) -> None:
    client.chat.send(
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Sum up", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
                    {"type": "file", "file": {"filename": "a.pdf", "file_data": "https://files.test/a.pdf"}},
                    {"type": "image_url", "image_url": {"url": "https://files.test/a.png", "detail": "high"}},
                    {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
                    {"type": "video_url", "video_url": {"url": "https://files.test/a.mp4"}},
                ],
            },
            {
                "role": "assistant",
                "content": "It says little.",
                "annotations": [
                    {"type": "file", "file": {"hash": "h1", "content": [{"type": "text", "text": "Little."}]}},
                    {"type": "url_citation", "url_citation": {"url": "https://a.test", "start_index": 3}},
                ],
            },
        ],
        plugins=[
            {"id": "file-parser", "pdf": {"engine": "mistral-ocr"}},
            {"id": "web", "max_results": 2, "search_prompt": "Found:"},
            {"id": "context-compression", "enabled": False},
        ],
        modalities=["text", "image", "audio"],
        image_config={"aspect_ratio": "16:9"},
        audio={"voice": "alloy", "format": "mp3"},
    )


def what_comes_back(answer: ChatResult, chunk: ChatStreamChunk) -> None:
    message = answer.choices[0].message
    for annotation in message.annotations or []:
        if isinstance(annotation, ChatUrlCitation):
            assert_type(annotation.url_citation.url, str)
            assert_type(annotation.url_citation.title, str | None)
            assert_type(annotation.url_citation.start_index, int | None)
        elif isinstance(annotation, ChatFileAnnotation):
            assert_type(annotation.file.hash, str)
        else:
            assert_type(annotation, Unrecognized)
    for image in message.images or []:
        assert_type(image.image_url.url, str)
    if message.audio:
        assert_type(message.audio.transcript, str | None)
    if answer.usage:
        assert_type(answer.usage.cost, float | None)
        if answer.usage.cost_details:
            assert_type(answer.usage.cost_details.upstream_inference_cost, float | None)
        if answer.usage.server_tool_use:
            assert_type(answer.usage.server_tool_use.web_search_requests, int | None)
    delta = chunk.choices[0].delta
    assert_type([image.image_url.url for image in delta.images or []], list[str])


def an_uploaded_files_id(client: OpenRouter) -> None:
    name: str = client.files.upload(file=b"text").id
    client.chat.send(messages=[{"role": "user", "content": [{"type": "file", "file": {"file_id": name}}]}])
