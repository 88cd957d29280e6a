"""What callers may write, in functions and methods, synchronous and asynchronous."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
from typing_extensions import assert_type

from openrouter_sdk import OpenRouter, OpenRouterCore, Result
from openrouter_sdk.funcs.batch_delete import BatchDeleteError, batch_delete, batch_delete_async
from openrouter_sdk.funcs.chat_send import ChatSendError, chat_send, chat_send_async
from openrouter_sdk.funcs.credits_get_credits import (
    CreditsGetCreditsError,
    credits_get_credits,
    credits_get_credits_async,
)
from openrouter_sdk.funcs.files_upload import files_upload
from openrouter_sdk.models.batch import BatchDeletedObject
from openrouter_sdk.models.chat import ChatResult
from openrouter_sdk.models.credits import GetCreditsResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openrouter_sdk.models.chat import ChatAssistantMessage
    from openrouter_sdk.params.chat import ChatMessagesParam, ChatSendParams, ChatUserMessageParam
    from openrouter_sdk.params.shared import ProviderPreferencesParam


def functions(core: OpenRouterCore) -> None:
    assert_type(credits_get_credits(core), Result[GetCreditsResponse, CreditsGetCreditsError])
    assert_type(chat_send(core, messages=[]), Result[ChatResult, ChatSendError])
    assert_type(batch_delete(core, id="b"), Result[BatchDeletedObject, BatchDeleteError])


async def async_functions(core: OpenRouterCore) -> None:
    assert_type(await credits_get_credits_async(core), Result[GetCreditsResponse, CreditsGetCreditsError])
    assert_type(await chat_send_async(core, messages=[]), Result[ChatResult, ChatSendError])
    assert_type(await batch_delete_async(core, id="b"), Result[BatchDeletedObject, BatchDeleteError])


def methods_return_what_functions_unwrap_to(client: OpenRouter) -> None:
    assert_type(client.credits.get_credits(), GetCreditsResponse)
    assert_type(credits_get_credits(client).unwrap(), GetCreditsResponse)
    assert_type(client.chat.send(messages=[]), ChatResult)
    assert_type(chat_send(client, messages=[]).unwrap(), ChatResult)
    assert_type(client.batch.delete(id="b"), BatchDeletedObject)
    assert_type(batch_delete(client, id="b").unwrap(), BatchDeletedObject)


async def async_methods_return_what_async_functions_unwrap_to(client: OpenRouter) -> None:
    assert_type(await client.credits.get_credits_async(), GetCreditsResponse)
    assert_type((await credits_get_credits_async(client)).unwrap(), GetCreditsResponse)
    assert_type(await client.chat.send_async(messages=[]), ChatResult)
    assert_type((await chat_send_async(client, messages=[])).unwrap(), ChatResult)
    assert_type(await client.batch.delete_async(id="b"), BatchDeletedObject)


def a_resource_within_a_resource(client: OpenRouter) -> None:
    assert_type(client.alpha.decisions.core, OpenRouterCore)


def literal_dicts(client: OpenRouter) -> None:
    client.chat.send(
        model="openai/gpt-5.2",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What is this?"}]},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x", "detail": "low"}}]},
            {"role": "assistant", "content": None, "tool_calls": []},
            {"role": "tool", "tool_call_id": "1", "content": "42"},
        ],
        response_format={"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
        tools=[{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}],
        tool_choice={"type": "function", "function": {"name": "add"}},
        provider={"order": ["openai"], "allow_fallbacks": False, "sort": "price"},
        plugins=[{"id": "web", "max_results": 3}],
        reasoning={"effort": "high"},
        stop=["\n\n"],
        temperature=0,
        max_tokens=None,
    )


def options_of_a_call(core: OpenRouterCore) -> None:
    credits_get_credits(
        core,
        timeout=5,
        retries=0,
        retry_codes=[429, "5XX"],
        server_url="https://proxy.test/v1",
        extra_headers={"X-Request-Id": "1"},
        extra_query={"page": 1},
        extra_body={"new": {"deep": [1, 2]}},
        http_referer="https://my.app",
        app_title="My app",
        app_categories="cli-agent",
    )
    credits_get_credits(core, timeout=httpx.Timeout(5, read=60))
    credits_get_credits(core, timeout=None)


def values_that_a_newer_server_may_know(client: OpenRouter) -> None:
    client.chat.send(messages=[], service_tier="turbo", reasoning={"effort": "extreme"}, modalities=["smell"])


def messages_built_step_by_step(core: OpenRouterCore) -> None:
    user: ChatUserMessageParam = {"role": "user", "content": "Hello"}
    messages: list[ChatMessagesParam] = [user]
    messages.append({"role": "user", "content": "Are you there?"})
    chat_send(core, messages=messages)


def provider_preferences_kept_in_a_variable(core: OpenRouterCore) -> None:
    preferences: ProviderPreferencesParam = {"order": ["openai", "azure"]}
    chat_send(core, messages=[], provider=preferences)


def arguments_kept_in_a_variable(core: OpenRouterCore) -> None:
    params: ChatSendParams = {"model": "openai/gpt-5.2", "messages": [{"role": "user", "content": "Hello"}]}
    chat_send(core, **params)


def an_answer_goes_back_among_the_messages(client: OpenRouter, history: Sequence[ChatMessagesParam]) -> None:
    answer: ChatAssistantMessage = client.chat.send(messages=history).choices[0].message
    client.chat.send(messages=[*history, answer, {"role": "user", "content": "Go on"}])


def files_of_every_kind(core: OpenRouterCore) -> None:
    files_upload(core, file=b"text")
    files_upload(core, file=("a.txt", b"text"))
    files_upload(core, file=("a.txt", b"text", "text/plain"), provider="openai")
