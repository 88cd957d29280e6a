"""Options that don't exist, HTTP clients and hooks that aren't any."""

from __future__ import annotations

import httpx

from openrouter_sdk import OpenRouter, OpenRouterCore


class NoHook:
    def before_requests(self) -> None: ...


def unknown_options(core: OpenRouterCore) -> None:
    OpenRouterCore(apikey="sk")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    OpenRouter(key="sk")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    core.with_options(time_out=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def positional_options() -> None:
    OpenRouterCore("sk")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def options_of_a_wrong_type(core: OpenRouterCore) -> None:
    OpenRouterCore(api_key=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenRouterCore(timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    core.with_options(retries="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def clients_that_arent_any(core: OpenRouterCore) -> None:
    OpenRouterCore(http_client=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenRouterCore(async_http_client=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    core.with_options(http_client=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def clients_of_the_other_colour() -> None:
    OpenRouterCore(async_http_client=httpx.Client())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def hooks_that_arent_any() -> None:
    OpenRouterCore(hooks=[NoHook()])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    OpenRouterCore(hooks=[1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def unknown_resources(client: OpenRouter) -> None:
    client.chats.send(messages=[])  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    client.chat.sned(messages=[])  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
