"""Members of unions are told apart by `if x.type == "..."`, without an ignore: `Unrecognized` has a type, too."""

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

from openrouter_sdk import OpenRouter, Unrecognized
from openrouter_sdk.models.images import ImageGenerationUsage


def chat(client: OpenRouter) -> None:
    for chunk in client.chat.send(model="a/b", messages=[{"role": "user", "content": "Hello"}], stream=True):
        for choice in chunk.choices:
            for detail in choice.delta.reasoning_details or []:
                if detail.type == "reasoning.text":
                    assert_type(detail.text, str | None)
                elif detail.type == "UNKNOWN":
                    assert_type(detail, Unrecognized)
                    assert_type(detail.raw, Any)


def responses(client: OpenRouter) -> None:
    for event in client.responses.send(model="a/b", input="Hello", stream=True):
        if event.type == "response.output_text.delta":
            assert_type(event.delta, str)
        elif event.type == "response.output_item.done":
            if event.item.type == "function_call":
                assert_type(event.item.arguments, str)
        elif event.type == "response.content_part.added" and event.part.type == "output_text":
            assert_type(event.part.text, str)
        elif event.type == "UNKNOWN":
            assert_type(event, Unrecognized)


def responses_whole(client: OpenRouter) -> None:
    for item in client.responses.send(model="a/b", input="Hello").output:
        if item.type == "message":
            for part in item.content:
                if part.type == "output_text":
                    assert_type(part.text, str)


def messages(client: OpenRouter) -> None:
    events = client.messages.create(
        model="a/b", max_tokens=9, messages=[{"role": "user", "content": "Hello"}], stream=True
    )
    for event in events:
        if event.type == "content_block_start":
            if event.content_block.type == "tool_use":
                assert_type(event.content_block.name, str)
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            assert_type(event.delta.text, str)


def messages_whole(client: OpenRouter) -> None:
    answer = client.messages.create(model="a/b", max_tokens=9, messages=[{"role": "user", "content": "Hello"}])
    for block in answer.content:
        if block.type == "text":
            assert_type(block.text, str)


async def images(client: OpenRouter) -> None:
    async for event in await client.images.generate_async(model="a/b", prompt="a cat", stream=True):
        if event.type == "image_generation.completed":
            assert_type(event.b64_json, str)
            assert_type(event.usage, ImageGenerationUsage | None)
