"""The package's own HTTP clients: made on first use, one for each colour (and event loop), on one SSL context."""

from __future__ import annotations

import contextlib
import os
import threading
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import AsyncGenerator

    from .transport import AsyncDirectClient, DirectClient


@lru_cache(maxsize=1)
def ssl_context() -> ssl.SSLContext:
    """Load the certificates, once for the whole process: it takes longer than everything else in a client."""
    import httpx

    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise _bad_certificates(error) from error


def _bad_certificates(error: OSError) -> Exception:
    """Return the error that says which variable names the file: the system's says neither."""
    from ..errors import InvalidRequestError

    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        path = os.environ.get(name)
        if path:
            return InvalidRequestError(f"{name} is {path!r}, where no certificates can be loaded from: {error}")
    return InvalidRequestError(f"no certificates can be loaded: {error}")


class LoopClient:
    """An asynchronous client that closes with its event loop, if nobody closes it before.

    A loop closes the asynchronous generators that it has seen started before it goes; so a generator holds the client.
    """

    def __init__(self, client: AsyncDirectClient) -> None:
        self.client = client
        self._keeper = _keep(client)
        self._sleeps: set[asyncio.Future[None]] = set()

    async def start(self) -> None:
        """Let the running loop see the generator."""
        await anext(self._keeper)

    async def sleep(self, seconds: float) -> None:
        """Wait, until the client is closed at the longest."""
        import asyncio

        sleeping = asyncio.ensure_future(asyncio.sleep(seconds))
        self._sleeps.add(sleeping)
        try:
            await asyncio.wait((sleeping,))
        finally:
            self._sleeps.discard(sleeping)
            sleeping.cancel()

    def shut_down(self) -> None:
        """End the calls that wait; from any thread."""
        self.client.shut_down()
        for sleeping in list(self._sleeps):
            sleeping.get_loop().call_soon_threadsafe(sleeping.cancel)

    async def aclose(self) -> None:
        """Close the client."""
        from .cancellation import Whole

        await Whole(self._keeper.aclose())


async def _keep(client: AsyncDirectClient) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await client.aclose()


_ALL: WeakSet[Connections] = WeakSet()


class Connections:
    """The clients that a core and its copies share; nothing is made before it is asked for."""

    __slots__ = ("__weakref__", "_async", "_closing", "_left", "_sync", "closed", "lock", "told")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.closed = False
        self._closing = threading.Event()
        self._sync: DirectClient | None = None
        self._async: dict[asyncio.AbstractEventLoop, LoopClient] = {}
        self._left: list[LoopClient] = []
        self.told: set[object] = set()  # the misfits that the log knows of
        _ALL.add(self)

    def forget(self) -> None:
        """Start anew, as in a forked process: the connections are the parent's, and a lock may never be released.

        Asynchronous clients stay in memory: their end would be told to the parent's event loop.
        """
        client, self._sync = self._sync, None
        if client is not None:
            client.abandon()
        self._left += self._async.values()
        self._async = {}
        self.lock = threading.RLock()
        self._closing = threading.Event()
        if self.closed:
            self._closing.set()

    def client(self) -> DirectClient:
        """Return the synchronous client."""
        client = self._sync
        return self._make_client() if client is None or self.closed else client

    async def async_client(self) -> AsyncDirectClient:
        """Return the running event loop's client; a connection can't be used from another loop than its own."""
        return (await self._loop_client()).client

    async def _loop_client(self) -> LoopClient:
        loop = running_loop()
        if loop is None:
            raise _no_asyncio()
        known = self._async.get(loop)
        if known is not None and not self.closed:
            return known
        known = self._make_async_client(loop)
        await known.start()
        return known

    def _make_client(self) -> DirectClient:
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

    def sleep(self, seconds: float) -> None:
        """Wait, until the clients are closed at the longest."""
        self._closing.wait(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Wait, until the clients are closed at the longest."""
        if not self.closed:
            await (await self._loop_client()).sleep(seconds)

    def _take(self) -> tuple[DirectClient | None, dict[asyncio.AbstractEventLoop, LoopClient]]:
        """Begin to close: whoever waits is told so, and there will be no other clients."""
        with self.lock:
            self.closed = True
            taken = self._sync, self._async
            self._sync, self._async = None, {}
        self._closing.set()
        for client in taken[1].values():
            client.shut_down()
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
        client, async_clients = self._take()
        if client is not None:
            client.close()
        loop = running_loop()
        own = None if loop is None else async_clients.pop(loop, None)
        for other, async_client in async_clients.items():
            _close_on(other, async_client)
        if own is not None:
            await own.aclose()


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return asyncio's running event loop; None outside of one, as in synchronous code and under trio."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _no_asyncio() -> Exception:
    from ..errors import UnexpectedClientError

    return UnexpectedClientError(
        "the package's own client runs on asyncio alone; on trio, give OpenRouterCore(async_http_client="
        "httpx.AsyncClient()), and close that client yourself"
    )


def _close_on(loop: asyncio.AbstractEventLoop, client: LoopClient) -> None:
    """Close `client` on the loop that it belongs to, which may be idle, running elsewhere, or gone."""
    if loop.is_running():
        _close_soon(loop, client)
    elif running_loop() is None:
        _run_to_close(loop, client)
    else:  # a thread runs one loop at a time
        thread = threading.Thread(target=_run_to_close, args=(loop, client))
        thread.start()
        thread.join()


def _run_to_close(loop: asyncio.AbstractEventLoop, client: LoopClient) -> None:
    if loop.is_closed():
        return  # it closed the client on its way out
    closing = client.aclose()
    try:
        loop.run_until_complete(closing)
    except RuntimeError:  # somebody has begun to run it
        closing.close()
        _close_soon(loop, client)


def _close_soon(loop: asyncio.AbstractEventLoop, client: LoopClient) -> None:
    with contextlib.suppress(RuntimeError):  # it was closed meanwhile
        loop.call_soon_threadsafe(lambda: loop.create_task(client.aclose()))


def _forget_all() -> None:
    for connections in list(_ALL):
        connections.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
