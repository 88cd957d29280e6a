from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import OpenRouterCore
from openrouter_sdk.testing import FakeOpenRouter
from openrouter_sdk.testing.server import Server

from .support import KEY, Caller, MakeCore, Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("OPENROUTER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "*")  # the fake is on this machine


@pytest.fixture
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter(api_key=KEY) as fake:
        yield fake


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Iterator[Caller]:
    caller = Caller(request.param)
    yield caller
    caller.run(caller.loop.shutdown_asyncgens())
    caller.loop.close()


@pytest.fixture
def make_core(fake: FakeOpenRouter, call: Caller) -> Iterator[MakeCore]:
    cores: list[OpenRouterCore] = []

    def make(**options: Any) -> OpenRouterCore:
        given: dict[str, Any] = {"api_key": KEY, "server_url": fake.url, **options}
        cores.append(OpenRouterCore(**given))
        return cores[-1]

    yield make
    for core in cores:
        call.run(core.aclose())


@pytest.fixture
def core(make_core: MakeCore) -> OpenRouterCore:
    return make_core()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Back-off sleeps, recorded and not slept."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:  # stands in for a coroutine function
        slept.append(seconds)

    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that fakes accepted."""
    accepted: list[Any] = []
    process_request = Server.process_request

    def count(self: Server, request: Any, address: Any) -> None:
        accepted.append(address)
        process_request(self, request, address)

    monkeypatch.setattr(Server, "process_request", count)
    return accepted
