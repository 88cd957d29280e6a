"""lib.preload: after it, the first call imports nothing."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import OpenRouter
from openrouter_sdk.funcs.chat_send import OPERATION as CHAT
from openrouter_sdk.funcs.chat_send import chat_send, chat_send_async
from openrouter_sdk.funcs.responses_send import OPERATION as RESPONSES
from openrouter_sdk.lib.preload import operation_of
from openrouter_sdk.testing import FakeOpenRouter

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_CALL = """
import asyncio, sys
from openrouter_sdk import OpenRouter
from openrouter_sdk.funcs.chat_send import chat_send, chat_send_async

client = OpenRouter()
client.preload(chat_send)
messages = [{{"role": "user", "content": "Hello"}}]

async def ask():
    before = set(sys.modules)
    answer = {call}
    assert answer.unwrap().choices
    await client.aclose()
    return set(sys.modules) - before

print(*sorted(asyncio.run(ask())))
"""


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter() as fake:
        yield fake


def imported_by_the_first_call(fake: FakeOpenRouter, call: str) -> list[str]:
    environment = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "OPENROUTER_API_KEY": fake.api_key,
        "OPENROUTER_BASE_URL": fake.url,
    }
    command = [sys.executable, "-c", FIRST_CALL.format(call=call)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


CALLS = ["chat_send(client, messages=messages)", "await chat_send_async(client, messages=messages)"]


@pytest.mark.parametrize("call", CALLS)
def test_the_first_call_imports_nothing_of_ours_or_pydantics(fake: FakeOpenRouter, call: str) -> None:
    packages = {name.partition(".")[0] for name in imported_by_the_first_call(fake, call)}
    assert packages.isdisjoint({"openrouter_sdk", "pydantic", "httpx", "httpcore"})


@pytest.mark.parametrize("call", CALLS)
def test_the_first_call_imports_nothing_at_all(fake: FakeOpenRouter, call: str) -> None:
    assert imported_by_the_first_call(fake, call) == []


def test_functions_of_both_colours_lead_to_their_operation() -> None:
    assert operation_of(chat_send) is CHAT
    assert operation_of(chat_send_async) is CHAT


def test_methods_of_both_colours_lead_to_their_operation() -> None:
    client = OpenRouter()
    assert operation_of(client.chat.send) is CHAT
    assert operation_of(client.chat.send_async) is CHAT


def test_a_method_of_a_resource_in_a_resource_leads_to_its_operation() -> None:
    assert operation_of(OpenRouter().beta.responses.send) is RESPONSES


@pytest.mark.parametrize("stranger", [print, len, functools.partial(chat_send), OpenRouter.close])
def test_a_function_of_somebody_else_is_refused(stranger: Any) -> None:
    with pytest.raises(TypeError, match="preload"):
        operation_of(stranger)


@pytest.mark.parametrize("nothing", [3, "chat_send", OpenRouter])
def test_what_isnt_a_function_is_refused(nothing: Any) -> None:
    with pytest.raises(TypeError, match="preload"):
        operation_of(nothing)


def test_preload_takes_a_bad_argument_for_what_it_is() -> None:
    with OpenRouter() as client, pytest.raises(TypeError, match="preload"):
        client.preload(chat_send, print)
