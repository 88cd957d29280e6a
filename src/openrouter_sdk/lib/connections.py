"""The package's own HTTP clients: made on first use, one for each colour (and event loop), on one SSL context."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .timeouts import DEFAULT

if TYPE_CHECKING:
    import asyncio
    import ssl

    import httpx


@lru_cache(maxsize=1)
def ssl_context() -> ssl.SSLContext:
    """Load the certificates, once for the whole process: it takes longer than everything else in a client."""
    import httpx

    return httpx.create_ssl_context()


def _client_options() -> dict[str, Any]:
    import httpx

    # More than httpx's 100 and 20: a server that calls models holds many slow connections at once.
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
    return {"verify": ssl_context(), "limits": limits, "follow_redirects": True, "timeout": httpx.Timeout(**DEFAULT)}


class Connections:
    """The clients that a core and its copies share; nothing is made before it is asked for."""

    __slots__ = ("_async", "_lock", "_sync", "closed")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sync: httpx.Client | None = None
        self._async: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}
        self.closed = False

    def client(self) -> httpx.Client:
        """Return the synchronous client."""
        client = self._sync
        return self._make_client() if client is None or self.closed else client

    def async_client(self) -> httpx.AsyncClient:
        """Return the running event loop's client; a connection can't be used from another loop than its own."""
        import asyncio

        loop = asyncio.get_running_loop()
        client = self._async.get(loop)
        return self._make_async_client(loop) if client is None or self.closed else client

    def _make_client(self) -> httpx.Client:
        import httpx

        with self._lock:
            self._refuse_if_closed()
            if self._sync is None:
                self._sync = httpx.Client(**_client_options())
            return self._sync

    def _make_async_client(self, loop: asyncio.AbstractEventLoop) -> httpx.AsyncClient:
        import httpx

        with self._lock:
            self._refuse_if_closed()
            self._async = {known: client for known, client in self._async.items() if not known.is_closed()}
            client = self._async[loop] = httpx.AsyncClient(**_client_options())
            return client

    def _refuse_if_closed(self) -> None:
        if self.closed:
            from ..errors import RequestAbortedError

            message = "This client is closed. Make a new one, or keep the calls inside its `with` block."
            raise RequestAbortedError(message)

    def _take(self) -> tuple[httpx.Client | None, dict[asyncio.AbstractEventLoop, httpx.AsyncClient]]:
        with self._lock:
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


def _close_on(loop: asyncio.AbstractEventLoop, client: httpx.AsyncClient) -> None:
    """Close `client` on the loop that it belongs to, which may be idle, running elsewhere, or gone."""
    if loop.is_closed():
        return  # its sockets went with it
    if loop.is_running():
        loop.call_soon_threadsafe(lambda: loop.create_task(client.aclose()))
    else:
        loop.run_until_complete(client.aclose())
