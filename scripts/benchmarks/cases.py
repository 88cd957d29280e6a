"""What is measured: for each row, one way of doing it for each contender.

A case returns the call that is repeated. It imports what it needs itself, so that a fresh process pays for that only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[[], Any]

KEY = "sk-or-v1-bench"
HEADERS = {"Authorization": f"Bearer {KEY}"}
MESSAGES: list[Any] = [
    {"role": "system", "content": "You are terse."},
    {"role": "user", "content": "Say hello, and ask how you can help."},
]


def credits_httpx(url: str) -> Call:
    """Plain httpx, and a model of two fields."""
    import httpx
    from pydantic import BaseModel

    class Credits(BaseModel):
        total_credits: float
        total_usage: float

    client = httpx.Client(headers=HEADERS)
    return lambda: Credits.model_validate(client.get(f"{url}/api/v1/credits").json()["data"])


def credits_ours(url: str) -> Call:
    """Our function."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits

    core = OpenRouterCore(api_key=KEY, server_url=f"{url}/api/v1")
    return lambda: credits_get_credits(core).unwrap()


def credits_official(url: str) -> Call:
    """The official package."""
    client: Any = import_module("openrouter").OpenRouter(api_key=KEY, server_url=f"{url}/api/v1")
    call: Call = client.credits.get_credits
    return call


def credits_async_httpx(url: str) -> Call:
    """Plain httpx, and a model of two fields."""
    import httpx
    from pydantic import BaseModel

    class Credits(BaseModel):
        total_credits: float
        total_usage: float

    client = httpx.AsyncClient(headers=HEADERS)

    async def call() -> Credits:
        return Credits.model_validate((await client.get(f"{url}/api/v1/credits")).json()["data"])

    return call


def credits_async_ours(url: str) -> Call:
    """Our function."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits_async

    core = OpenRouterCore(api_key=KEY, server_url=f"{url}/api/v1")
    return lambda: credits_get_credits_async(core)


def credits_async_official(url: str) -> Call:
    """The official package."""
    client: Any = import_module("openrouter").OpenRouter(api_key=KEY, server_url=f"{url}/api/v1")
    call: Call = client.credits.get_credits_async
    return call


def chat_httpx(url: str) -> Call:
    """Plain httpx, nothing validated; importing pydantic counts in a fresh process."""
    import httpx

    import_module("pydantic")  # as every program has it that goes on to validate something

    client = httpx.Client(headers=HEADERS)
    body = {"model": "openai/gpt-5-mini", "messages": MESSAGES}
    return lambda: client.post(f"{url}/api/v1/chat/completions", json=body).json()


def chat_ours(url: str) -> Call:
    """Our function, validated in and out."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.chat_send import chat_send

    core = OpenRouterCore(api_key=KEY, server_url=f"{url}/api/v1")
    return lambda: chat_send(core, model="openai/gpt-5-mini", messages=MESSAGES).unwrap()


def chat_official(url: str) -> Call:
    """The official package."""
    client: Any = import_module("openrouter").OpenRouter(api_key=KEY, server_url=f"{url}/api/v1")
    return lambda: client.chat.send(model="openai/gpt-5-mini", messages=MESSAGES)


def chat_openai(url: str) -> Call:
    """The openai package, which people point at OpenRouter."""
    client: Any = import_module("openai").OpenAI(api_key=KEY, base_url=f"{url}/api/v1")
    return lambda: client.chat.completions.create(model="openai/gpt-5-mini", messages=MESSAGES)


def models_httpx(url: str) -> Call:
    """Plain httpx, nothing validated."""
    import httpx

    client = httpx.Client(headers=HEADERS)
    return lambda: client.get(f"{url}/api/v1/models").json()


def models_ours(url: str) -> Call:
    """Our function."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.models_list import models_list

    core = OpenRouterCore(api_key=KEY, server_url=f"{url}/api/v1")
    return lambda: models_list(core).unwrap()


def models_official(url: str) -> Call:
    """The official package."""
    client: Any = import_module("openrouter").OpenRouter(api_key=KEY, server_url=f"{url}/api/v1")
    call: Call = client.models.list
    return call


def error_httpx(url: str) -> Call:
    """Plain httpx."""
    import httpx

    client = httpx.Client(headers=HEADERS)
    return lambda: client.get(f"{url}/refused/v1/credits").json()


def error_ours(url: str) -> Call:
    """Our function, which returns Err."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits

    core = OpenRouterCore(api_key=KEY, server_url=f"{url}/refused/v1")
    return lambda: credits_get_credits(core)


def error_official(url: str) -> Call:
    """The official package, which raises."""
    error_type: Any = import_module("openrouter.errors").OpenRouterError
    client: Any = import_module("openrouter").OpenRouter(api_key=KEY, server_url=f"{url}/refused/v1")

    def call() -> object:
        try:
            return client.credits.get_credits()
        except error_type as error:
            return error

    return call
