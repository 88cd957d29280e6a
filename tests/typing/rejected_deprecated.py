"""Deprecated functions and methods, of both colours, are marked for type checkers."""

# mypy: enable-error-code=deprecated
from __future__ import annotations

from typing import TYPE_CHECKING

from openrouter_sdk.funcs.beta_responses_send import beta_responses_send, beta_responses_send_async  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
from openrouter_sdk.funcs.credits_create_coinbase_charge import credits_create_coinbase_charge  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouter, OpenRouterCore


def functions(core: OpenRouterCore) -> None:
    beta_responses_send(core)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    credits_create_coinbase_charge(core)  # pyright: ignore[reportDeprecated]


async def async_functions(core: OpenRouterCore) -> None:
    await beta_responses_send_async(core)  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]


def methods(client: OpenRouter) -> None:
    client.beta.responses.send()  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
    client.credits.create_coinbase_charge()  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]


async def async_methods(client: OpenRouter) -> None:
    await client.credits.create_coinbase_charge_async()  # type: ignore[deprecated]  # pyright: ignore[reportDeprecated]
