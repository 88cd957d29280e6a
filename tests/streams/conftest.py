from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import OpenRouter
from openrouter_sdk.lib.connections import ssl_context
from openrouter_sdk.testing import FakeOpenRouter

from .support import FACES, KEY, Face, MakeClient

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter(api_key=KEY) as fake:
        yield fake


def _faces(name: str) -> Iterator[Face]:
    face = Face(name)
    noise: list[Any] = []
    face.loop.set_exception_handler(lambda _, context: noise.append(context))
    yield face
    gc.collect(1)  # what tests dropped may still have something to say
    face.idle()
    face.run(face.loop.shutdown_asyncgens())
    face.loop.close()
    assert noise == []


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    yield from _faces(request.param)


@pytest.fixture(params=["sync-function", "async-function"])
def colour(request: pytest.FixtureRequest) -> Iterator[Face]:
    """The faces of functions, where methods would show the same again."""
    yield from _faces(request.param)


@pytest.fixture
def _face(request: pytest.FixtureRequest) -> Face:
    """The face or colour that the test uses."""
    name = "face" if "face" in request.fixturenames else "colour"
    face: Face = request.getfixturevalue(name)
    return face


def _client(options: dict[str, Any]) -> OpenRouter:
    return OpenRouter(**options)


@pytest.fixture
def make_client(fake: FakeOpenRouter, _face: Face) -> Iterator[MakeClient]:  # its value is used
    clients: list[OpenRouter] = []

    def make(**options: Any) -> OpenRouter:
        clients.append(_client({"api_key": KEY, "server_url": fake.url, **options}))
        return clients[-1]

    yield make
    for client in clients:
        _face.run(client.aclose())


@pytest.fixture
def client(make_client: MakeClient) -> OpenRouter:
    return make_client()


@pytest.fixture
def narrow(make_client: MakeClient, _face: Face) -> Iterator[OpenRouter]:  # its value is used
    """A client whose pools have room for one connection."""
    options: Any = {
        "verify": ssl_context(),
        "limits": httpx.Limits(max_connections=1),
        "timeout": httpx.Timeout(30, pool=2),
    }
    http, async_http = httpx.Client(**options), httpx.AsyncClient(**options)
    yield make_client(http_client=http, async_http_client=async_http, retries=0)
    http.close()
    _face.run(async_http.aclose())
