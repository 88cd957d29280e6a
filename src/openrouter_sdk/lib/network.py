"""The connections below the package's own clients: known, so that closing a core ends the calls that wait on them.

They tell, too, whether a byte of an answer has come: from then on a request isn't sent again.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import httpcore

from .watchdog import shut_down

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Iterable

    SocketOptions = Iterable[Any] | None

HEARD: ContextVar[bool] = ContextVar("heard", default=False)
"""Whether a byte has come since this was last set to false."""


class _Network:
    """The open connections of a client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: WeakSet[Any] = WeakSet()
        self._is_closed = False

    def _add(self, stream: Any) -> None:  # noqa: ANN401  # a stream of either kind
        with self._lock:
            self._streams.add(stream)
            closed = self._is_closed
        if closed:
            self.shut_down()

    def shut_down(self) -> None:
        """End all connections, and those that are being made; whoever waits for one of them is told so."""
        with self._lock:
            self._is_closed = True
            streams = list(self._streams)
        for stream in streams:
            connection = stream.get_extra_info("socket")
            if connection is not None:
                shut_down(connection)

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise httpcore.ConnectError("closed")


class Network(_Network, httpcore.NetworkBackend):
    """Makes connections for a synchronous client."""

    def __init__(self) -> None:
        super().__init__()
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        self._refuse_if_closed()
        return self.known(self._backend.connect_tcp(host, port, timeout, local_address, socket_options))

    def abandon(self) -> None:
        """Close this process's copies of the connections, which goes unnoticed at their other end and in the parent."""
        for stream in list(self._streams):
            stream.close()

    def known(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        """Keep an eye on a connection."""
        known = _Stream(self, stream)
        self._add(known)
        return known


class _Stream(httpcore.NetworkStream):
    def __init__(self, network: Network, stream: httpcore.NetworkStream) -> None:
        self._network = network
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, timeout)
        if data:
            HEARD.set(True)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return self._network.known(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # httpcore's signature
        return self._stream.get_extra_info(info)


class AsyncNetwork(_Network, httpcore.AsyncNetworkBackend):
    """Makes connections for an asynchronous client."""

    def __init__(self) -> None:
        super().__init__()
        self._backend: Any = httpcore.AnyIOBackend()
        self._connecting: set[asyncio.Future[Any]] = set()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect; closing the client ends that, too."""
        import asyncio

        self._refuse_if_closed()
        connecting: asyncio.Future[httpcore.AsyncNetworkStream] = asyncio.ensure_future(
            self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )
        self._connecting.add(connecting)
        try:
            return self.known(await connecting)
        except asyncio.CancelledError:
            self._refuse_if_closed()
            raise
        finally:
            self._connecting.discard(connecting)

    def shut_down(self) -> None:
        """End all connections, and those that are being made."""
        super().shut_down()
        for connecting in list(self._connecting):
            connecting.get_loop().call_soon_threadsafe(connecting.cancel)

    def known(self, stream: httpcore.AsyncNetworkStream) -> httpcore.AsyncNetworkStream:
        """Keep an eye on a connection."""
        known = _AsyncStream(self, stream)
        self._add(known)
        return known


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, network: AsyncNetwork, stream: httpcore.AsyncNetworkStream) -> None:
        self._network = network
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._stream.read(max_bytes, timeout)
        if data:
            HEARD.set(True)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return self._network.known(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # httpcore's signature
        return self._stream.get_extra_info(info)
