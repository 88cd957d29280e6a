"""Calls with an answer that is read whole: one way of making each, for each contender.

A case returns the call that is repeated, after checking what it gives. It imports what it needs itself, so that each
contender has a process to itself. Plain httpx is what a good user would write.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.common import ANSWER, CREDITS, HEADERS, KEY, MESSAGES, MODEL, UNAUTHORIZED, expect
from benchmarks.replies import MODELS

if TYPE_CHECKING:
    from benchmarks.common import AsyncCall, Call


def official(url: str) -> Any:  # noqa: ANN401  # a package that isn't there when types are checked
    """Return the official package's client."""
    return import_module("openrouter").OpenRouter(api_key=KEY, server_url=url)


def openai(url: str) -> Any:  # noqa: ANN401  # as above
    """Return the openai package's client, which people point at OpenRouter."""
    return import_module("openai").OpenAI(api_key=KEY, base_url=url)


def credits_httpx(url: str) -> Call:
    """Get, and validate two fields."""
    import httpx
    from pydantic import BaseModel

    class Credits(BaseModel):
        total_credits: float
        total_usage: float

    client = httpx.Client(headers=HEADERS)

    def call() -> Credits:
        return Credits.model_validate(client.get(f"{url}/credits").json()["data"])

    expect(call().total_credits, CREDITS)
    return call


def credits_ours(url: str) -> Call:
    """Our function."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits

    core = OpenRouterCore(api_key=KEY, server_url=url)
    expect(credits_get_credits(core).unwrap().data.total_credits, CREDITS)
    return lambda: credits_get_credits(core).unwrap()


def credits_official(url: str) -> Call:
    """The official package's method."""
    call: Call = official(url).credits.get_credits
    expect(call().data.total_credits, CREDITS)
    return call


async def credits_async_httpx(url: str, timeout: float = 5) -> AsyncCall:
    """Get, and validate two fields."""
    import httpx
    from pydantic import BaseModel

    class Credits(BaseModel):
        total_credits: float
        total_usage: float

    client = httpx.AsyncClient(headers=HEADERS, timeout=timeout)

    async def call() -> Credits:
        return Credits.model_validate((await client.get(f"{url}/credits")).json()["data"])

    expect((await call()).total_credits, CREDITS)
    return call


async def credits_async_ours(url: str) -> AsyncCall:
    """Our function."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits_async

    core = OpenRouterCore(api_key=KEY, server_url=url)
    expect((await credits_get_credits_async(core)).unwrap().data.total_credits, CREDITS)
    return lambda: credits_get_credits_async(core)


async def credits_async_official(url: str) -> AsyncCall:
    """The official package's method."""
    call: AsyncCall = official(url).credits.get_credits_async
    expect((await call()).data.total_credits, CREDITS)
    return call


def chat_httpx(url: str) -> Call:
    """Post, and parse the JSON; nothing validated."""
    import httpx

    client = httpx.Client(headers=HEADERS)

    def call() -> Any:  # noqa: ANN401  # JSON
        return client.post(f"{url}/chat/completions", json={"model": MODEL, "messages": MESSAGES}).json()

    expect(call()["choices"][0]["message"]["content"], ANSWER)
    return call


def chat_ours(url: str) -> Call:
    """Our function, validated in and out."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.chat_send import chat_send

    core = OpenRouterCore(api_key=KEY, server_url=url)
    expect(chat_send(core, model=MODEL, messages=MESSAGES).unwrap().choices[0].message.content, ANSWER)
    return lambda: chat_send(core, model=MODEL, messages=MESSAGES).unwrap()


def chat_official(url: str) -> Call:
    """The official package's method."""
    send = official(url).chat.send
    expect(send(model=MODEL, messages=MESSAGES).choices[0].message.content, ANSWER)
    return lambda: send(model=MODEL, messages=MESSAGES)


def chat_openai(url: str) -> Call:
    """The openai package's method."""
    create = openai(url).chat.completions.create
    expect(create(model=MODEL, messages=MESSAGES).choices[0].message.content, ANSWER)
    return lambda: create(model=MODEL, messages=MESSAGES)


def models_httpx(url: str) -> Call:
    """Get, and parse the JSON; nothing validated."""
    import httpx

    client = httpx.Client(headers=HEADERS)
    expect(len(client.get(f"{url}/models").json()["data"]), MODELS)
    return lambda: client.get(f"{url}/models").json()


def models_ours(url: str) -> Call:
    """Our function."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.funcs.models_list import models_list

    core = OpenRouterCore(api_key=KEY, server_url=url)
    expect(type(models_list(core).unwrap().items[MODELS - 1]).__name__, "Model")
    return lambda: models_list(core).unwrap()


def models_bare(url: str) -> Call:
    """Our function, for an answer whose envelope lacks two fields that the model requires."""
    return models_ours(url.replace("/api/", "/bare/"))


def models_misfit(url: str) -> Call:
    """Our function, for an answer in which every item has three misfits."""
    return models_ours(url.replace("/api/", "/misfit/"))


def models_official(url: str) -> Call:
    """The official package's method."""
    call: Call = official(url).models.list
    expect(len(call().result.data), MODELS)
    return call


def error_httpx(url: str) -> Call:
    """Get what is refused, and parse the JSON."""
    import httpx

    client = httpx.Client(headers=HEADERS)
    expect(client.get(f"{url}/credits").json()["error"]["code"], UNAUTHORIZED)
    return lambda: client.get(f"{url}/credits").json()


def error_ours(url: str) -> Call:
    """Our function, which returns Err."""
    from openrouter_sdk.core import OpenRouterCore
    from openrouter_sdk.errors import UnauthorizedResponseError
    from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
    from openrouter_sdk.types.result import Err

    core = OpenRouterCore(api_key=KEY, server_url=url)
    result = credits_get_credits(core)
    expect(isinstance(result, Err) and type(result.error), UnauthorizedResponseError)
    return lambda: credits_get_credits(core)


def error_official(url: str) -> Call:
    """The official package's method, which raises."""
    error_type: Any = import_module("openrouter.errors").OpenRouterError
    get_credits = official(url).credits.get_credits

    def call() -> Any:  # noqa: ANN401  # the error
        try:
            return get_credits()
        except error_type as error:
            return error

    expect(call().status_code, UNAUTHORIZED)
    return call
