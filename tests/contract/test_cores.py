"""Cores are frozen, picklable, copyable, and safe to share between threads and event loops (promise 12)."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest

from openrouter_sdk import Err, Ok, OpenRouter, OpenRouterCore, errors
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits, credits_get_credits_async
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import HELLO, KEY, Recorder, run_python

if TYPE_CHECKING:
    from .support import Caller, MakeCore

OPTIONS: dict[str, Any] = {
    "api_key": KEY,
    "http_referer": "https://my.app",
    "app_title": "My app",
    "app_categories": "chat",
    "timeout": 7,
    "retries": 1,
    "retry_codes": ("5XX",),
    "user_agent": "mine/1",
    "strict": True,
}


def through_a_pickle(value: object, protocol: int | None = None) -> Any:
    return pickle.loads(pickle.dumps(value, protocol))  # noqa: S301  # its own pickle


@pytest.mark.parametrize("kind", [OpenRouterCore, OpenRouter])
@pytest.mark.parametrize("name", ["api_key", "timeout", "hooks", "settings", "anything"])
def test_a_core_is_frozen(kind: type[OpenRouterCore], name: str) -> None:
    core = kind(api_key=KEY)
    with pytest.raises(AttributeError, match="frozen"):
        setattr(core, name, 1)
    with pytest.raises(AttributeError, match="frozen"):
        delattr(core, name)
    assert not getattr(core, "__dict__", None)


def test_with_options_changes_a_copy_only(core: OpenRouterCore) -> None:
    changed = core.with_options(retries=7, api_key="other")
    assert (core.retries, changed.retries) == (None, 7)
    assert core.api_key != changed.api_key
    assert changed.server_url == core.server_url


def test_with_options_refuses_what_no_core_takes(core: OpenRouterCore) -> None:
    with pytest.raises(TypeError, match="'retry'"):
        core.with_options(retry=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # that is the point


@pytest.mark.parametrize("duplicate", [through_a_pickle, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
@pytest.mark.parametrize("kind", [OpenRouterCore, OpenRouter])
def test_a_duplicate_of_a_core_makes_the_same_calls(
    fake: FakeOpenRouter, call: Caller, kind: type[OpenRouterCore], duplicate: Any
) -> None:
    core = kind(server_url=fake.url, **OPTIONS)
    call(credits_get_credits, core).unwrap()
    other = duplicate(core)
    call(credits_get_credits, other).unwrap()
    call.run(core.aclose())
    call.run(other.aclose())
    assert type(other) is kind
    assert repr(other) == repr(core)
    assert other.settings.retry == core.settings.retry
    assert other.settings.timeout == core.settings.timeout
    assert dict(fake.requests[0].headers) == dict(fake.requests[1].headers)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_leaves_clients_behind(protocol: int) -> None:
    core = OpenRouterCore(api_key=KEY, **Recorder().clients())
    other = through_a_pickle(core, protocol)
    assert other.http_client is other.async_http_client is None
    assert other.connections is not core.connections
    assert other.api_key == core.api_key


def test_a_pickle_of_a_closed_core_is_open(fake: FakeOpenRouter, call: Caller) -> None:
    core = OpenRouterCore(api_key=KEY, server_url=fake.url)
    core.close()
    other = through_a_pickle(core)
    call(credits_get_credits, other).unwrap()
    call.run(other.aclose())


@pytest.mark.parametrize("name", ["credits", "chat"])
def test_a_success_can_be_pickled(core: OpenRouterCore, call: Caller, name: str) -> None:
    result: Any = call(credits_get_credits, core) if name == "credits" else call(chat_send, core, messages=HELLO)
    other = through_a_pickle(result)
    assert isinstance(other, Ok)
    assert other == result
    assert other.response is not None
    assert other.response.headers == result.response.headers
    assert other.response.attempts == 1


FAILURES: dict[str, tuple[Reply, dict[str, Any]]] = {
    "error": (Reply(404, {"error": {"code": 404, "message": "no", "metadata": {"provider_name": "A"}}}), {}),
    "error in a 200": (Reply(200, {"error": {"code": 401, "message": "no"}}), {}),
    "misfit": (Reply(200, {"data": {"total_credits": "a"}}), {}),
    "drop": (Reply(drop=True), {}),
    "input": (Reply(), {"retries": "x"}),
    "unknown": (Reply(), {"seed": 1}),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("duplicate", [through_a_pickle, copy.copy, copy.deepcopy])
def test_a_failure_can_be_pickled_and_copied(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, name: str, duplicate: Any
) -> None:
    reply, params = FAILURES[name]
    fake.enqueue(reply)
    result = call(credits_get_credits, make_core(strict=True, retries=0), **params)
    other: Any = duplicate(result)
    assert isinstance(result, Err)
    error: Any = result.error
    copied: Any = other.error
    assert type(other) is Err
    assert type(copied) is type(error)
    assert (str(copied), repr(copied), copied.args) == (str(error), repr(error), error.args)
    assert list(copied.__dict__) == list(error.__dict__)
    if isinstance(error, errors.ResponseError):
        assert copied.body == error.body
        assert copied.response.status_code == error.response.status_code


def test_many_threads_share_a_core(fake: FakeOpenRouter) -> None:
    with OpenRouterCore(api_key=KEY, server_url=fake.url) as core, ThreadPoolExecutor(16) as pool:
        results = list(pool.map(credits_get_credits, [core] * 64))
    assert all(isinstance(result, Ok) for result in results)


def test_event_loops_of_many_threads_share_a_core(fake: FakeOpenRouter) -> None:
    code = f"""
import asyncio
from concurrent.futures import ThreadPoolExecutor
from openrouter_sdk.core import OpenRouterCore
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits_async

core = OpenRouterCore(api_key={KEY!r}, server_url={fake.url!r})

async def several():
    return [result.ok for result in await asyncio.gather(*[credits_get_credits_async(core) for _ in range(4)])]

with ThreadPoolExecutor(8) as pool:
    rounds = list(pool.map(lambda _: asyncio.run(several()), range(16)))
core.close()
print(sum(map(sum, rounds)))
"""
    assert run_python(code) == "64"


CHAT_PARAMS: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "x"}}]},
        {"role": "assistant", "content": None, "reasoning_details": [{"type": "reasoning.text", "text": "x"}]},
        {"role": "tool", "tool_call_id": "t", "content": "7"},
    ],
    "tools": [{"type": "function", "function": {"name": "f"}}, {"type": "openrouter:web_search"}],
    "plugins": [{"id": "web"}],
    "response_format": {"type": "json_object"},
}
CHAT_REPLY: dict[str, Any] = {
    "id": "gen-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {
                "role": "assistant",
                "content": [{"type": "text", "text": "Hi"}],
                "reasoning_details": [{"type": "reasoning.text"}, {"type": "reasoning.encrypted", "data": "x"}],
            },
        }
    ],
}
RACE = """
import asyncio, json, sys, threading

sys.setswitchinterval(1e-6)
from openrouter_sdk.core import OpenRouterCore

module, colour, url, key, params = json.loads({given!r})
core = OpenRouterCore(api_key=key, server_url=url, strict=True, retries=0)
barrier = threading.Barrier(32)
outcomes = []

def race():
    barrier.wait()
    functions = __import__(f"openrouter_sdk.funcs.{{module}}", fromlist=[module])
    if colour == "sync":
        result = getattr(functions, module)(core, **params)
    else:
        result = asyncio.run(getattr(functions, module + "_async")(core, **params))
    outcomes.append("ok" if result.ok else repr(result))

threads = [threading.Thread(target=race) for _ in range(32)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
core.close()
print(len(outcomes), *sorted(set(outcomes)))
"""


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize(
    ("name", "params"), [("credits_get_credits", {}), ("chat_send", CHAT_PARAMS)], ids=["credits", "chat"]
)
def test_many_threads_race_for_the_first_call_of_a_process(
    fake: FakeOpenRouter, colour: str, name: str, params: dict[str, Any]
) -> None:
    if name == "chat_send":
        fake.enqueue(*[Reply(body=CHAT_REPLY)] * 32)
    given = json.dumps([name, colour, fake.url, KEY, params])
    assert run_python(RACE.format(given=given)) == "32 ok"
    assert len(fake.requests) == 32


def test_sdk_init_runs_once_however_many_threads_come_first(fake: FakeOpenRouter) -> None:
    runs: list[str] = []
    second = threading.Event()

    class Init:
        def sdk_init(self, core: OpenRouterCore) -> None:  # noqa: ARG002
            runs.append("init")
            if len(runs) > 1:
                second.set()
            second.wait(0.2)

    with OpenRouterCore(api_key=KEY, server_url=fake.url, hooks=[Init()]) as core, ThreadPoolExecutor(8) as pool:
        results = list(pool.map(credits_get_credits, [core] * 8))
    assert all(isinstance(result, Ok) for result in results)
    assert runs == ["init"]


def test_preload_leaves_nothing_for_the_first_call(fake: FakeOpenRouter) -> None:
    code = f"""
import sys
from openrouter_sdk.core import OpenRouterCore
from openrouter_sdk.funcs.chat_send import chat_send

core = OpenRouterCore(api_key={KEY!r}, server_url={fake.url!r})
core.preload(chat_send)
before = set(sys.modules)
assert chat_send(core, messages={HELLO!r}).ok
core.close()
print(sorted(name for name in set(sys.modules) - before if name.startswith(("openrouter_sdk", "httpx", "pydantic"))))
"""
    assert run_python(code) == "[]"


def test_a_core_in_a_running_loop_serves_sync_calls_too(core: OpenRouterCore, call: Caller) -> None:
    async def both() -> list[object]:
        return [credits_get_credits(core), await credits_get_credits_async(core)]

    first, second = cast("list[Any]", call.run(both()))
    assert first == second
    assert isinstance(first, Ok)
    assert not asyncio.iscoroutine(second)
