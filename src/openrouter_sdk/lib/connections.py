"""The package's own HTTP clients: made on first use, one for each colour (and event loop), on one SSL context."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import AsyncGenerator

    import httpx

    from .transport import AsyncDirectClient, DirectClient

    Client: TypeAlias = httpx.Client | DirectClient
    AsyncClient: TypeAlias = httpx.AsyncClient | AsyncDirectClient


@lru_cache(maxsize=1)
def ssl_context() -> ssl.SSLContext:
    """Load the certificates, once for the whole process: it takes longer than everything else in a client."""
    import httpx

    return httpx.create_ssl_context()


class LoopClient:
    """An asynchronous client that closes with its event loop, if nobody closes it before.

    A loop closes the asynchronous generators that it has seen started before it goes; so a generator holds the client.
    """

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self._keeper = _keep(client)

    async def start(self) -> None:
        """Let the running loop see the generator."""
        await anext(self._keeper)

    async def aclose(self) -> None:
        """Close the client."""
        await self._keeper.aclose()


async def _keep(client: AsyncClient) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await client.aclose()


class Connections:
    """The clients that a core and its copies share; nothing is made before it is asked for."""

    __slots__ = ("_async", "_sync", "closed", "lock", "told")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._sync: Client | None = None
        self._async: dict[asyncio.AbstractEventLoop, LoopClient] = {}
        self.closed = False
        self.told: set[object] = set()  # the misfits that the log knows of

    def client(self) -> Client:
        """Return the synchronous client."""
        client = self._sync
        return self._make_client() if client is None or self.closed else client

    async def async_client(self) -> AsyncClient:
        """Return the running event loop's client; a connection can't be used from another loop than its own."""
        import asyncio

        loop = asyncio.get_running_loop()
        known = self._async.get(loop)
        if known is not None and not self.closed:
            return known.client
        known = self._make_async_client(loop)
        await known.start()
        return known.client

    def _make_client(self) -> Client:
        from .transport import make_client

        with self.lock:
            self._refuse_if_closed()
            if self._sync is None:
                self._sync = make_client(ssl_context())
            return self._sync

    def _make_async_client(self, loop: asyncio.AbstractEventLoop) -> LoopClient:
        from .transport import make_async_client

        with self.lock:
            self._refuse_if_closed()
            self._async = {known: client for known, client in self._async.items() if not known.is_closed()}
            client = self._async[loop] = LoopClient(make_async_client(ssl_context()))
            return client

    def _refuse_if_closed(self) -> None:
        if self.closed:
            from ..errors import RequestAbortedError

            message = "This client is closed. Make a new one, or keep the calls inside its `with` block."
            raise RequestAbortedError(message)

    def _take(self) -> tuple[Client | None, dict[asyncio.AbstractEventLoop, LoopClient]]:
        with self.lock:
            self.closed = True
            taken = self._sync, self._async
            self._sync, self._async = None, {}
            return taken

    def close(self) -> None:
        """Close both colours from synchronous code."""
        client, async_clients = self._take()
        if client is not None:
            client.close()
        for loop, async_client in async_clients.items():
            _close_on(loop, async_client)

    async def aclose(self) -> None:
        """Close both colours from a coroutine."""
        import asyncio

        client, async_clients = self._take()
        if client is not None:
            client.close()
        own = async_clients.pop(asyncio.get_running_loop(), None)
        for loop, async_client in async_clients.items():
            _close_on(loop, async_client)
        if own is not None:
            await own.aclose()


def _close_on(loop: asyncio.AbstractEventLoop, client: LoopClient) -> None:
    """Close `client` on the loop that it belongs to, which may be idle, running elsewhere, or gone."""
    if loop.is_closed():
        return  # the loop closed it on its way out
    if loop.is_running():
        loop.call_soon_threadsafe(lambda: loop.create_task(client.aclose()))
    else:
        loop.run_until_complete(client.aclose())
