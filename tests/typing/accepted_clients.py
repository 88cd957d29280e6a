"""Cores and clients: their options, HTTP clients, hooks, copies and contexts."""

# ruff: noqa: ARG002  # the arguments belong to the hooks, used or not
from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx
import httpx2
from typing_extensions import assert_type

from openrouter_sdk import SERVERS, OpenRouter, OpenRouterCore
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits, credits_get_credits_async

if TYPE_CHECKING:
    from openrouter_sdk import HookContext
    from openrouter_sdk.hooks import Hook, RequestInput


class Session(httpx.Client):
    """A subclass, as tracing libraries make them."""


async def ask_for_the_key() -> str:
    return "sk"


def every_option() -> None:
    OpenRouterCore(
        api_key="sk",
        http_referer="https://my.app",
        app_title="My app",
        app_categories="cli-agent",
        server="production",
        server_url="https://proxy.test/v1",
        timeout=30.5,
        retries=5,
        retry_codes=(408, "5XX"),
        user_agent="me/1",
        hooks=[],
        logger=logging.getLogger("mine"),
        strict=True,
    )
    OpenRouter(api_key=lambda: "sk", timeout=httpx.Timeout(5))
    OpenRouter(api_key=ask_for_the_key)
    assert_type(SERVERS["production"], str)


def http_clients_of_all_makes() -> None:
    OpenRouterCore(http_client=httpx.Client(), async_http_client=httpx.AsyncClient())
    OpenRouterCore(http_client=httpx2.Client(), async_http_client=httpx2.AsyncClient())
    OpenRouter(http_client=Session())


class Tracer:
    """A hook for both colours' sake: nothing to wait for."""

    def sdk_init(self, core: OpenRouterCore) -> OpenRouterCore | None:
        return core.with_options(app_title="traced")

    def before_create_request(self, context: HookContext, request: RequestInput) -> RequestInput | None:
        request.headers["X-Attempt"] = str(context.attempt)
        return request

    def before_request(self, context: HookContext, request: httpx.Request) -> None: ...

    def after_success(self, context: HookContext, response: httpx.Response) -> httpx.Response:
        return response

    def after_error(
        self, context: HookContext, response: httpx.Response | None, error: Exception | None
    ) -> httpx.Response | None:
        return response


class AsyncTracer:
    """A hook for asynchronous calls."""

    async def before_request(self, context: HookContext, request: httpx.Request) -> httpx.Request | None:
        return request

    async def after_error(
        self, context: HookContext, response: httpx.Response | None, error: Exception | None
    ) -> httpx.Response | None:
        return response


def hooks() -> None:
    several: list[Hook] = [Tracer(), AsyncTracer()]
    OpenRouterCore(hooks=several)
    OpenRouter(hooks=[Tracer()])


def copies_are_of_the_same_class(core: OpenRouterCore, client: OpenRouter) -> None:
    assert_type(core.with_options(timeout=5, retries=0), OpenRouterCore)
    assert_type(client.with_options(api_key=None, hooks=(Tracer(),)), OpenRouter)


def contexts(core: OpenRouterCore) -> None:
    with core as same, OpenRouter() as client:
        assert_type(same, OpenRouterCore)
        assert_type(client, OpenRouter)


async def async_contexts() -> None:
    async with OpenRouter() as client:
        assert_type(client, OpenRouter)


def preload_takes_functions_and_methods(client: OpenRouter) -> None:
    client.preload(credits_get_credits, credits_get_credits_async, client.chat.send, client.chat.send_async)
