from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import OpenRouterCore
from openrouter_sdk.testing import FakeOpenRouter

from .support import KEY, Caller, MakeCore, Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


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
