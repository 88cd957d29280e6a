"""Streams: what iterating, `text()` and `collect()` give, in functions and methods of both colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_type

from openrouter_sdk import Ok, OpenRouter, Result, errors
from openrouter_sdk.funcs.chat_send import ChatSendError, chat_send, chat_send_async
from openrouter_sdk.models.chat import ChatResult
from openrouter_sdk.models.chat_stream import ChatStreamChunk

if TYPE_CHECKING:
    from openrouter_sdk.core import OpenRouterCore


def functions(core: OpenRouterCore) -> None:
    result = chat_send(core, messages=[], stream=True)
    if isinstance(result, Ok):
        for chunk in result.value:
            assert_type(chunk, Result[ChatStreamChunk, ChatSendError | errors.StreamError])
        for piece in result.value.text():
            assert_type(piece, Result[str, ChatSendError | errors.StreamError])
        assert_type(result.value.collect(), Result[ChatResult, ChatSendError | errors.StreamError])


async def functions_async(core: OpenRouterCore) -> None:
    result = await chat_send_async(core, messages=[], stream=True)
    if isinstance(result, Ok):
        async for piece in result.value.text():
            assert_type(piece, Result[str, ChatSendError | errors.StreamError])
        assert_type(await result.value.collect(), Result[ChatResult, ChatSendError | errors.StreamError])


def methods(client: OpenRouter) -> None:
    with client.chat.send(messages=[], stream=True) as stream:
        for piece in stream.text():
            assert_type(piece, str)
        for chunk in stream:
            assert_type(chunk, ChatStreamChunk)
        assert_type(stream.collect(), ChatResult)


async def methods_async(client: OpenRouter) -> None:
    async with await client.chat.send_async(messages=[], stream=True) as stream:
        async for piece in stream.text():
            assert_type(piece, str)
        assert_type(await stream.collect(), ChatResult)
