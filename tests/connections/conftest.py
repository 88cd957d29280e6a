from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from openrouter_sdk import OpenRouter
from openrouter_sdk.testing import FakeOpenRouter

from .support import KEY, Face, RawServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .support import Serve

FACES = ("sync-function", "async-function", "sync-method", "async-method")


@pytest.fixture
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter(api_key=KEY) as fake:
        yield fake


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    face = Face(request.param)
    noise: list[Any] = []
    face.loop.set_exception_handler(lambda _, context: noise.append(context))
    yield face
    face.run(face.loop.shutdown_asyncgens())
    face.loop.close()
    assert noise == []


class MakeClient(Protocol):
    """Makes clients, which are closed at the end of the test."""

    def __call__(self, url: str, **options: Any) -> OpenRouter: ...


@pytest.fixture
def make_client(face: Face) -> Iterator[MakeClient]:
    clients: list[OpenRouter] = []

    def make(url: str, **options: Any) -> OpenRouter:
        given: dict[str, Any] = {"api_key": KEY, "server_url": url, **options}
        clients.append(OpenRouter(**given))
        return clients[-1]

    yield make
    for client in clients:
        face.close(client)


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], RawServer]]:
    """Start servers, which end with the test."""
    servers: list[RawServer] = []

    def start(function: Serve) -> RawServer:
        servers.append(RawServer(function))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
