"""Misspelt, missing and mistyped arguments, at every depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openrouter_sdk.funcs.batch_delete import batch_delete
from openrouter_sdk.funcs.chat_send import chat_send, chat_send_async
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.funcs.files_upload import files_upload

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouter, OpenRouterCore
    from openrouter_sdk.models.credits import GetCreditsResponse


def misspelt_arguments(core: OpenRouterCore, client: OpenRouter) -> None:
    chat_send(core, messages=[], modle="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.chat.send(messages=[], max_token=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    credits_get_credits(core, time_out=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.credits.get_credits(limit=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def misspelt_arguments_of_async_twins(core: OpenRouterCore, client: OpenRouter) -> None:
    await chat_send_async(core, messages=[], modle="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    await client.chat.send_async(messages=[], modle="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


def missing_arguments(core: OpenRouterCore, client: OpenRouter) -> None:
    chat_send(core, model="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.chat.send(model="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    batch_delete(core)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.batch.delete()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    files_upload(core)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def misspelt_keys(core: OpenRouterCore) -> None:
    chat_send(core, messages=[{"role": "user", "contnt": "Hello"}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], response_format={"type": "json_schema", "json_schema": {"nam": "x"}})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], tools=[{"type": "function", "function": {"name": "x", "paramters": {}}}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], provider={"ordr": ["openai"]})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def misspelt_keys_beside_all_required_ones(core: OpenRouterCore) -> None:
    chat_send(core, messages=[{"role": "user", "content": "Hello", "nme": "me"}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], response_format={"type": "json_schema", "json_schema": {"name": "x", "strct": True}})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], plugins=[{"id": "web", "max_result": 3}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def misspelt_keys_in_methods(client: OpenRouter) -> None:
    client.chat.send(messages=[{"role": "user", "contnt": "Hello"}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    client.chat.send(messages=[], provider={"ordr": ["openai"]})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def missing_keys(core: OpenRouterCore) -> None:
    chat_send(core, messages=[{"role": "user"}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[{"content": "Hello"}])  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def values_of_a_wrong_type(core: OpenRouterCore, client: OpenRouter) -> None:
    chat_send(core, messages="Hello")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], temperature="warm")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    chat_send(core, messages=[], tools={"type": "function"})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.chat.send(messages=[], max_tokens="8")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.chat.send(messages=[], provider={"allow_fallbacks": "no"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    batch_delete(core, id=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    batch_delete(core, id=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    files_upload(core, file=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def options_of_a_wrong_type(core: OpenRouterCore) -> None:
    credits_get_credits(core, timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    credits_get_credits(core, retries=0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    credits_get_credits(core, extra_headers={"X-Number": 1})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def a_model_that_isnt_a_message(core: OpenRouterCore, answer: GetCreditsResponse) -> None:
    chat_send(core, messages=[answer])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def not_a_core() -> None:
    credits_get_credits("sk")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
