"""What the tests of several folders share."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import anyio
import pytest

from openrouter_sdk.lib.connections import Connections
from openrouter_sdk.testing.server import Server


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's key, and no proxy before the fakes of this machine."""
    for name in os.environ:
        if name.startswith("OPENROUTER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Back-off sleeps, recorded and not slept."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:  # stands in for a coroutine function
        slept.append(seconds)

    def nap(_: Connections, seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(anyio, "sleep", sleep)
    monkeypatch.setattr(Connections, "sleep", nap)
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
