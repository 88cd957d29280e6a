"""The two colours: how a synchronous and an asynchronous call wait. Everything else about a call is shared.

The steps of a call are coroutines. In the synchronous colour nothing in them ever waits, so that `run` finishes them in
one go, without an event loop.
"""

from __future__ import annotations

import contextlib
import inspect
import time
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

from .response import finish, is_read
from .surplus import drop_surplus
from .timeouts import DEFAULT

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Coroutine, Iterable, Mapping
    from typing import Protocol

    import httpx

    from ..core import OpenRouterCore
    from .operation import Operation

    # A protocol's class takes as long to make as a module takes to load; only type checkers need this one.
    class Colour(Protocol):
        """What differs between the colours."""

        def injected(self, core: OpenRouterCore) -> object:
            """Return the client that was given to the core, if there is one."""
            ...

        async def client(self, core: OpenRouterCore) -> Client:
            """Return the client to send with."""
            ...

        async def send(self, client: Client, request: httpx.Request) -> httpx.Response:
            """Send a request, follow redirects, and return the response, to be read and closed."""
            ...

        async def read(self, response: httpx.Response) -> None:
            """Read a response to its end, and close it."""
            ...

        async def close(self, response: httpx.Response) -> None:
            """Close a response, read or not; never raise."""
            ...

        async def sleep(self, core: OpenRouterCore, seconds: float) -> None:
            """Wait, until the core is closed at the longest."""

        async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
            """Wait for what a callback returned, if there is something to wait for."""
            ...


T = TypeVar("T")
Mode: TypeAlias = Literal["whole", "events", "bytes"]
"""How an answer is read."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})


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
        if self.own:
            from .transport import make_request

            return make_request(
                self.http, method, url, headers=headers, extensions=extensions, content=content, files=files
            )
        from .injected import build_request

        return build_request(
            self.http, method, url, headers=headers, extensions=extensions, content=content, files=files
        )

    def options(self, request: httpx.Request) -> dict[str, Any]:
        """Return what `send` is given beside the request."""
        if self.own:
            return {}
        from .injected import send_options

        return send_options(self.http, request)


def settled(value: Any) -> Any:  # noqa: ANN401  # what a callback returned
    """Refuse what would have to be waited for."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        message = "nothing can wait for a coroutine function here; in calls, use the function's _async twin"
        raise TypeError(message)
    return value


class _Sync:
    def injected(self, core: OpenRouterCore) -> object:
        return core.http_client

    async def client(self, core: OpenRouterCore) -> Client:
        injected = core.http_client
        return Client(core.connections.client(), own=True) if injected is None else Client(injected, own=False)

    async def send(self, client: Client, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = client.http.send(request, **client.options(request))
        return response if is_final(client, response) else await self._follow(client, request, response)

    async def _follow(self, client: Client, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        from .redirects import Redirects

        redirects = Redirects(client, request)
        try:
            while (onward := redirects.next(response)) is not None:
                await self.read(response)  # so that its connection can be used again
                response = client.http.send(onward, **client.options(onward))
        except BaseException:
            await self.close(response)
            raise
        return response

    async def read(self, response: httpx.Response) -> None:
        if is_read(response):
            response.read()
            response.close()
            return
        pieces: list[bytes] = []
        error: Exception | None = None
        try:
            for piece in cast("Iterable[bytes]", response.stream):
                pieces.append(piece)  # noqa: PERF402  # what comes before an error is kept
        except Exception as raised:  # noqa: BLE001  # what came before may be all
            error = raised
        finally:
            drop_surplus(response)
            cast("httpx.SyncByteStream", response.stream).close()
        finish(response, b"".join(pieces), error)

    async def close(self, response: httpx.Response) -> None:
        with contextlib.suppress(Exception):
            drop_surplus(response)
            response.close()

    async def sleep(self, core: OpenRouterCore, seconds: float) -> None:
        if core.http_client is None:
            core.connections.sleep(seconds)
        else:
            time.sleep(seconds)  # noqa: ASYNC251  # never on an event loop: see the module's docstring

    async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
        return settled(value)


class _Async:
    def injected(self, core: OpenRouterCore) -> object:
        return core.async_http_client

    async def client(self, core: OpenRouterCore) -> Client:
        injected = core.async_http_client
        if injected is not None:
            return Client(injected, own=False)
        return Client(await core.connections.async_client(), own=True)

    async def send(self, client: Client, request: httpx.Request) -> httpx.Response:
        from .cancellation import Whole

        return await Whole(self._send(client, request), self.close)

    async def _send(self, client: Client, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await client.http.send(request, **client.options(request))
        return response if is_final(client, response) else await self._follow(client, request, response)

    async def _follow(self, client: Client, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        from .redirects import Redirects

        redirects = Redirects(client, request)
        try:
            while (onward := redirects.next(response)) is not None:
                await self._read(response)  # so that its connection can be used again
                response = await client.http.send(onward, **client.options(onward))
        except BaseException:
            await self.close(response)
            raise
        return response

    async def read(self, response: httpx.Response) -> None:
        from .cancellation import Whole

        await Whole(self._read(response))

    async def _read(self, response: httpx.Response) -> None:
        if is_read(response):
            await response.aread()
            await response.aclose()
            return
        pieces: list[bytes] = []
        error: Exception | None = None
        try:
            async for piece in cast("AsyncIterable[bytes]", response.stream):
                pieces.append(piece)  # noqa: PERF401  # what comes before an error is kept
        except Exception as raised:  # noqa: BLE001  # what came before may be all
            error = raised
        finally:
            drop_surplus(response)
            await cast("httpx.AsyncByteStream", response.stream).aclose()
        finish(response, b"".join(pieces), error)

    async def close(self, response: httpx.Response) -> None:
        from .cancellation import Whole

        with contextlib.suppress(Exception):
            drop_surplus(response)
            await Whole(response.aclose())

    async def sleep(self, core: OpenRouterCore, seconds: float) -> None:
        if core.async_http_client is None:
            await core.connections.async_sleep(seconds)
        else:
            import anyio

            await anyio.sleep(seconds)

    async def settle(self, value: Any) -> Any:  # noqa: ANN401  # what a callback returned
        return await value if inspect.isawaitable(value) else value


def is_final(client: Client, response: Any) -> bool:  # noqa: ANN401  # of httpx or httpx2
    """Tell whether a response isn't a redirect, nor what an injected client got by following one."""
    return response.status_code not in REDIRECTS and (client.own or not getattr(response, "history", None))


def stays_open(response: httpx.Response, operation: Operation[Any, Any], mode: Mode) -> bool:
    """Tell whether a response is a good one of the kind that is read bit by bit: events, or bytes (and no JSON)."""
    if mode == "whole":
        return False
    kind = response.headers.get("content-type", "").lower()
    if mode == "events":
        return response.status_code in operation.success and "text/event-stream" in kind
    return response.is_success and "json" not in kind


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
