from __future__ import annotations

import asyncio
import gc
import threading
import time
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from openrouter_sdk.lib.connections import Connections

from .server import HostileServer

if TYPE_CHECKING:
    from collections.abc import Iterator

# It ends slow reads for the whole process, and lives on.
WATCHDOG = "openrouter-sdk-watchdog"
_sleep = asyncio.sleep


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as server, HostileServer() as other:
        server.other = other.url
        server.beside = other
        yield server


@pytest.fixture(scope="module", autouse=True)
def _nothing_left() -> Iterator[None]:
    """No thread is left over, and nothing that was dropped has anything to say."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    left = [thread for thread in threading.enumerate() if thread not in before and thread.name != WATCHDOG]
    for thread in left:
        thread.join(5)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.fixture(autouse=True)
def _no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off takes no time."""

    async def sleep(_: float, result: Any = None) -> Any:
        return await _sleep(0, result)

    def sleep_sync(*_: object) -> None:
        pass

    monkeypatch.setattr(time, "sleep", sleep_sync)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(anyio, "sleep", sleep)
    monkeypatch.setattr(Connections, "sleep", sleep_sync)


async def _few_rounds() -> None:
    """Let the loop close what was dropped."""
    for _ in range(5):
        await _sleep(0)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that nothing goes wrong in unseen."""
    loop = asyncio.new_event_loop()
    noise: list[Any] = []
    loop.set_exception_handler(lambda _, context: noise.append(context))
    yield loop
    gc.collect(1)
    loop.run_until_complete(_few_rounds())
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert not asyncio.all_tasks(loop)
    loop.close()
    assert noise == []
