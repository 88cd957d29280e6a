"""The two colours: how a synchronous and an asynchronous call wait. Everything else about a call is shared.

The steps of a call are coroutines. In the synchronous colour nothing in them ever waits, so that `run` finishes them in
one go, without an event loop.
"""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    import httpx

    from ..core import OpenRouterCore
    from ..hooks import RequestInput

T = TypeVar("T")


@dataclass(frozen=True)
class Client:
    """An HTTP client, and whether it is ours."""

    http: Any
    own: bool

    def request(self, given: RequestInput, timeout: Mapping[str, float | None] | None) -> httpx.Request:
        """Make the request: an injected client adds its own headers, cookies and auth; ours has none to add."""
        extensions: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
        if self.own:
            import httpx

            given.headers.setdefault("Accept-Encoding", self.http.headers["Accept-Encoding"])
            return httpx.Request(
                given.method, given.url, headers=given.headers, content=given.content, extensions=extensions
            )
        request: httpx.Request = self.http.build_request(
            given.method, str(given.url), headers=given.headers, content=given.content, extensions=extensions
        )
        return request


class Colour(Protocol):
    """What differs between the colours."""

    def client(self, core: OpenRouterCore) -> Client:
        """Return the client to send with."""
        ...

    async def send(self, client: Client, request: httpx.Request, *, stream: bool) -> httpx.Response:
        """Send a request and read the whole response, unless it is a stream that was asked for."""
        ...

    async def close(self, response: httpx.Response) -> None:
        """Close a response that wasn't read."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
        """Wait for what a callback returned, if there is something to wait for."""
        ...


class _Sync:
    def client(self, core: OpenRouterCore) -> Client:
        injected = core.http_client
        return Client(core.connections.client(), own=True) if injected is None else Client(injected, own=False)

    async def send(self, client: Client, request: httpx.Request, *, stream: bool) -> httpx.Response:
        response: httpx.Response = client.http.send(request, stream=stream)
        if stream and not is_event_stream(response):
            try:
                response.read()
            finally:
                response.close()
        return response

    async def close(self, response: httpx.Response) -> None:
        response.close()

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251  # never on an event loop: see the module's docstring

    async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
        if inspect.isawaitable(value):
            if inspect.iscoroutine(value):
                value.close()
            message = "a coroutine function was given to a synchronous call; use the function's _async twin"
            raise TypeError(message)
        return value


class _Async:
    def client(self, core: OpenRouterCore) -> Client:
        injected = core.async_http_client
        return Client(core.connections.async_client(), own=True) if injected is None else Client(injected, own=False)

    async def send(self, client: Client, request: httpx.Request, *, stream: bool) -> httpx.Response:
        response: httpx.Response = await client.http.send(request, stream=stream)
        if stream and not is_event_stream(response):
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response

    async def close(self, response: httpx.Response) -> None:
        await response.aclose()

    async def sleep(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)

    async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
        return await value if inspect.isawaitable(value) else value


def is_event_stream(response: httpx.Response) -> bool:
    """Tell whether a response is a stream, and a good one."""
    return response.is_success and "text/event-stream" in response.headers.get("content-type", "").lower()


SYNC: Colour = _Sync()
ASYNC: Colour = _Async()


def run(steps: Coroutine[Any, Any, T]) -> T:
    """Finish coroutines of the synchronous colour."""
    try:
        steps.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    steps.close()
    message = "a synchronous call tried to wait on an event loop"
    raise RuntimeError(message)
