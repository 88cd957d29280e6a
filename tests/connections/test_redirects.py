"""A redirect makes no GET of a POST, and takes no prompt, file or key to another server; with any client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

from openrouter_sdk import Err, Ok, errors
from openrouter_sdk.lib.connections import ssl_context

from .support import KEY, Connection, always, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import MakeClient
    from .support import Face, RawServer, Serve


class Narrow(httpx.Client):
    """A client whose `send` takes less than httpx's."""

    def send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:  # type: ignore[override]  # that is the point
        return super().send(request, stream=stream)


class AsyncNarrow(httpx.AsyncClient):
    """The same."""

    async def send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:  # type: ignore[override]  # that is the point
        return await super().send(request, stream=stream)


CLIENTS: dict[str, Any] = {
    "own": None,
    "httpx": (httpx.Client, httpx.AsyncClient, {}),
    "following": (httpx.Client, httpx.AsyncClient, {"follow_redirects": True}),
    "httpx2": (httpx2.Client, httpx2.AsyncClient, {"follow_redirects": True}),
    "narrow": (Narrow, AsyncNarrow, {"follow_redirects": True}),
}


@pytest.fixture(params=CLIENTS)
def injected(request: pytest.FixtureRequest, face: Face) -> Iterator[dict[str, Any]]:
    if CLIENTS[request.param] is None:
        yield {}
        return
    kind, async_kind, options = CLIENTS[request.param]
    client, async_client = kind(verify=ssl_context(), **options), async_kind(verify=ssl_context(), **options)
    yield {"http_client": client, "async_http_client": async_client}
    client.close()
    face.run(async_client.aclose())


def redirects(status: int, place: str) -> Serve:
    """Redirect what doesn't ask for /there; answer that."""

    def serve(connection: Connection) -> None:
        while (request := connection.read()) is not None:
            there = b"/there" in request.split(b"\r\n", 1)[0]
            connection.send(answer() if there else answer(b"moved", f"location: {place}", status=f"{status} Moved"))

    return serve


@pytest.mark.parametrize("status", [301, 302, 303])
@pytest.mark.parametrize("kind", ["post", "upload", "stream"])
def test_a_post_never_becomes_a_get_whose_answer_is_right(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    injected: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    server = serve(redirects(status, "/there"))
    result = face.use(make_client(server.url, **injected), kind)
    assert isinstance(result, Err)
    assert "/there" in str(result.error)


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("kind", ["post", "upload"])
def test_a_post_goes_on_as_a_post_on_the_same_server(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    injected: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    server = serve(redirects(status, "/there"))
    face.use(make_client(server.url, **injected), kind)
    there, *_ = (request for request in server.requests if b"/there" in request.split(b"\r\n", 1)[0])
    assert there.startswith(b"POST ")
    body = server.requests[0].partition(b"\r\n\r\n")[2]
    assert len(there.partition(b"\r\n\r\n")[2]) == len(body) > 0
    assert KEY.encode() in there


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_get_is_followed_and_its_key_stays(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer], injected: dict[str, Any], status: int
) -> None:
    other = serve(always(answer()))
    server = serve(redirects(status, f"{other.url.replace('127.0.0.1', 'localhost')}/there"))
    client = make_client(server.url, **injected)
    assert isinstance(face.use(client, "call", extra_headers={"X-Secret": "hush"}), Ok)
    if "follow_redirects" not in injected:
        assert KEY.encode() not in other.requests[0]
    if not injected:
        assert b"hush" not in other.requests[0]


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("kind", ["post", "upload", "stream"])
def test_prompts_and_files_stay_with_their_server(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    injected: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    if isinstance(injected.get("http_client"), Narrow):
        pytest.skip("what such a client does by itself is its owner's choice")
    other = serve(always(answer()))
    server = serve(redirects(status, f"{other.url}/there"))
    result = face.use(make_client(server.url, **injected), kind)
    assert isinstance(result, Err)
    assert f"{other.url}/there" in str(result.error)
    assert other.requests == []


def test_a_delete_is_not_followed(face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer]) -> None:
    server = serve(redirects(302, "/there"))
    client = make_client(server.url)
    keys = client.api_keys
    result = face.attempt(lambda: (keys.delete_async if face.is_async else keys.delete)(hash="h"))
    assert isinstance(result, Err)
    assert type(result.error) is errors.OpenRouterDefaultError
    assert "/there" in str(result.error)
    assert asyncio.iscoroutinefunction(keys.delete_async)
