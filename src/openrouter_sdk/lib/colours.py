"""The two colours: how a synchronous and an asynchronous call wait. Everything else about a call is shared.

The steps of a call are coroutines. In the synchronous colour nothing in them ever waits, so that `run` finishes them in
one go, without an event loop.
"""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from .timeouts import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from typing import Protocol

    import httpx

    from ..core import OpenRouterCore

    # A protocol's class takes as long to make as a module takes to load; only type checkers need this one.
    class Colour(Protocol):
        """What differs between the colours."""

        async def client(self, core: OpenRouterCore) -> Client:
            """Return the client to send with."""
            ...

        async def send(self, client: Client, request: httpx.Request, mode: Mode) -> httpx.Response:
            """Send a request and read the whole response, unless it is one of the kind that is read bit by bit."""
            ...

        async def close(self, response: httpx.Response) -> None:
            """Close a response that wasn't read."""
            ...

        async def sleep(self, seconds: float) -> None:
            """Wait."""

        async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
            """Wait for what a callback returned, if there is something to wait for."""
            ...


T = TypeVar("T")
Mode: TypeAlias = Literal["whole", "events", "bytes"]
"""How an answer is read."""


class Client:
    """An HTTP client, and whether it is ours."""

    __slots__ = ("http", "own")

    def __init__(self, http: Any, *, own: bool) -> None:  # noqa: ANN401  # of either colour, of httpx or httpx2
        self.http = http
        self.own = own

    def request(  # noqa: PLR0913, PLR0917  # what a request consists of
        self,
        method: str,
        url: httpx.URL,
        headers: httpx.Headers,
        content: bytes | None,
        timeout: Mapping[str, float | None] | None,
        files: list[Any] | None = None,
    ) -> httpx.Request:
        """Make the request. An injected client adds its own headers, cookies and auth, and has its own time-outs."""
        timeout = timeout or (DEFAULT if self.own else None)
        extensions = {} if timeout is None else {"timeout": dict(timeout)}  # a hook may change it
        body: dict[str, Any] = {"content": content} if files is None else {"files": files}
        if self.own:
            from .transport import make_request

            return make_request(self.http, method, url, headers=headers.raw, extensions=extensions, **body)
        request: httpx.Request = self.http.build_request(
            method, str(url), headers=headers.raw, extensions=extensions, **body
        )
        return request


def settled(value: Any) -> Any:  # noqa: ANN401  # what a callback returned
    """Refuse what would have to be waited for."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        message = "nothing can wait for a coroutine function here; in calls, use the function's _async twin"
        raise TypeError(message)
    return value


class _Sync:
    async def client(self, core: OpenRouterCore) -> Client:
        injected = core.http_client
        return Client(injected or core.connections.client(), own=injected is None)

    async def send(self, client: Client, request: httpx.Request, mode: Mode) -> httpx.Response:
        response: httpx.Response = client.http.send(request, stream=mode != "whole")
        if mode != "whole" and not stays_open(response, mode):
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
        return settled(value)


class _Async:
    async def client(self, core: OpenRouterCore) -> Client:
        injected = core.async_http_client
        return Client(injected or await core.connections.async_client(), own=injected is None)

    async def send(self, client: Client, request: httpx.Request, mode: Mode) -> httpx.Response:
        response: httpx.Response = await client.http.send(request, stream=mode != "whole")
        if mode != "whole" and not stays_open(response, mode):
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


def stays_open(response: httpx.Response, mode: Mode) -> bool:
    """Tell whether a response is a good one of the kind that is read bit by bit: events, or bytes (and no JSON)."""
    kind = response.headers.get("content-type", "").lower()
    return response.is_success and ("text/event-stream" in kind if mode == "events" else "json" not in kind)


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
