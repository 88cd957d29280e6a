"""The main job, in both styles and both colours: read the credits, ask a model something.

With OPENROUTER_API_KEY set it talks to OpenRouter; without, to the server that the package brings along.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from openrouter_sdk import Err, Ok, OpenRouter, OpenRouterCore, OpenRouterError
from openrouter_sdk.funcs.chat_send import chat_send, chat_send_async
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.testing import FakeOpenRouter

if TYPE_CHECKING:
    from openrouter_sdk.params.chat import ChatMessagesParam
    from openrouter_sdk.types.clients import CoreOptions

MODEL = os.environ.get("OPENROUTER_DEMO_MODEL", "openai/gpt-5-mini")


def functions(core: OpenRouterCore) -> None:
    """Call functions, which return a Result and never raise."""
    match credits_get_credits(core):
        case Ok(credits):
            print(f"  credits left: {credits.data.total_credits - credits.data.total_usage:.2f} USD")
        case Err(error):
            print(f"  credits: {error}")
    result = chat_send(core, model=MODEL, messages=[{"role": "user", "content": "Say hello to a function."}])
    if isinstance(result, Ok):
        print(f"  {MODEL}: {result.value.choices[0].message.content}")
        print(f"  generation: {result.response.generation_id if result.response else None}")
    else:
        print(f"  chat: {result.error}")


async def functions_async(core: OpenRouterCore) -> None:
    """Call functions at the same time."""
    questions = ["Say hello to a coroutine.", "And to another one."]
    calls = [chat_send_async(core, model=MODEL, messages=[{"role": "user", "content": text}]) for text in questions]
    for result in await asyncio.gather(*calls):
        print(f"  {result.value.choices[0].message.content if isinstance(result, Ok) else result.error}")
    await core.aclose()


def methods(client: OpenRouter) -> None:
    """Call methods, which return the value or raise the error."""
    answer = client.chat.send(model=MODEL, messages=[{"role": "user", "content": "Say hello to a method."}])
    print(f"  {answer.choices[0].message.content} ({answer.usage.total_tokens if answer.usage else 0} tokens)")
    try:
        client.with_options(api_key="sk-or-wrong").credits.get_credits()
    except OpenRouterError as error:
        print(f"  with a wrong key: {error}")


async def methods_async(client: OpenRouter) -> None:
    """Stream an answer, asynchronously."""
    question = "Say hello, word by word."
    messages: list[ChatMessagesParam] = [{"role": "user", "content": question}]
    async with await client.chat.send_async(stream=True, model=MODEL, messages=messages) as stream:
        print("  ", end="")
        async for chunk in stream:
            print("".join(f"{choice.delta.content or ''}|" for choice in chunk.choices), end="", flush=True)
        print(" completed" if stream.completed else " cut off")
    await client.aclose()


def pages_and_files(client: OpenRouter) -> None:
    """Go through pages, and through a file up and down."""
    models = client.models.list(limit=5)
    print(f"  models: {models.items[0].id} is the first of {sum(1 for _ in models)}")
    with TemporaryDirectory() as folder:
        Path(folder, "notes.txt").write_text("Some notes.\n", encoding="utf-8")
        try:
            uploaded = client.files.upload(file=Path(folder, "notes.txt"))
            size = client.files.download(file_id=str(getattr(uploaded, "id", ""))).write_to(Path(folder, "again.txt"))
            print(f"  file: {getattr(uploaded, 'id', uploaded)}, {size} bytes there and back")
        except OpenRouterError as error:
            print(f"  file: {error}")


def main() -> None:
    """Run the four of them."""
    with ExitStack() as stack:
        options: CoreOptions = {}
        if os.environ.get("OPENROUTER_API_KEY"):
            print("OPENROUTER_API_KEY is set: talking to OpenRouter.")
        else:
            fake = stack.enter_context(FakeOpenRouter())
            options = {"api_key": fake.api_key, "server_url": fake.url}
            print("OPENROUTER_API_KEY isn't set: talking to the embedded FakeOpenRouter, which echoes.")
        for title, run in (("Functions", functions), ("Methods", methods), ("Pages and files", pages_and_files)):
            print(f"{title}:")
            with OpenRouter(app_title="openrouter_sdk demo").with_options(**options) as client:
                run(client)
        for title, run_async in (("Functions, async", functions_async), ("A stream, async", methods_async)):
            print(f"{title}:")
            asyncio.run(run_async(OpenRouter(app_title="openrouter_sdk demo").with_options(**options)))


if __name__ == "__main__":
    main()
