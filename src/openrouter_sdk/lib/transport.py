"""The package's own HTTP clients: httpx's transports, and of `httpx.Client` only what a call of ours can need.

Cookies, auth and event hooks take `httpx.Client` as long as all else that a call does. Redirects, and proxies that the
environment names, are left to it.
"""

from __future__ import annotations

import contextlib
import datetime
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, cast
from urllib.request import getproxies

import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

# More than httpx's 100: a server that calls models holds many slow connections at once.
CONNECTIONS = 1000
LIMITS = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=100)
LANE_WIDTH = 10
# Seconds; as long as httpx keeps a connection.
LANE_EXPIRY = 5.0
# Methods whose requests state a length even of nothing.
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def make_request(  # noqa: PLR0913  # what a request consists of
    client: httpx.Client | httpx.AsyncClient | DirectClient | AsyncDirectClient,
    method: str,
    url: httpx.URL,
    *,
    headers: list[tuple[bytes, bytes]],
    extensions: dict[str, Any],
    content: bytes | None = None,
    files: list[Any] | None = None,
) -> httpx.Request:
    """Make a request for a client of ours: with the headers that the caller leaves out, and no cookies.

    One with a body of bytes needs little of what httpx does for it.
    """
    given = {name.lower() for name, _ in headers}
    needed = [(b"Host", url.netloc), (b"Accept-Encoding", client.headers["Accept-Encoding"].encode())]
    if files is None and (content or method in _WITH_BODY) and b"transfer-encoding" not in given:
        needed.append((b"Content-Length", b"%d" % len(content or b"")))
    headers = [*(header for header in needed if header[0].lower() not in given), *headers]
    if files is not None:
        return httpx.Request(method, url, headers=headers, extensions=extensions, files=files)
    stream = httpx.ByteStream(content or b"")
    request = httpx.Request(method, url, headers=headers, extensions=extensions, stream=stream)
    request.read()  # so that hooks can look at `content`
    return request


class DirectClient:
    """Sends requests over one transport."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport
        self._client = httpx.Client(transport=transport)
        self.headers = self._client.headers

    def send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        """Send a request and return its response, read whole unless it is to be streamed."""
        started = perf_counter()
        try:
            response = self._transport.handle_request(request)
            response.request = request
            if response.has_redirect_location:
                return self._redirected(response, request, stream=stream)
            response.elapsed = datetime.timedelta(seconds=perf_counter() - started)
            if not stream:
                _read(response, started)
        except httpx.RequestError as error:
            error.request = request
            raise
        return response

    def _redirected(self, response: httpx.Response, request: httpx.Request, *, stream: bool) -> httpx.Response:
        client = httpx.Client(transport=_After(response, self._transport), follow_redirects=True)
        return client.send(request, stream=stream)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class _Lane:
    """One transport of an asynchronous client, and how many requests are on it."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self.transport = transport
        self.busy = 0
        self.idle_since = 0.0

    def leave(self) -> None:
        """Count one request less."""
        self.busy -= 1
        self.idle_since = monotonic()


class AsyncDirectClient:
    """Sends requests, asynchronously, over transports of a few connections each, in lanes.

    A transport looks at all of its connections for each request: a thousand in one cost twice as much as in lanes.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._lanes = [self._lane()]
        self._client = httpx.AsyncClient(transport=self._lanes[0].transport)
        self.headers = self._client.headers

    def _lane(self) -> _Lane:
        limits = httpx.Limits(max_connections=LANE_WIDTH)
        return _Lane(httpx.AsyncHTTPTransport(verify=self._context, limits=limits))

    def _choose(self) -> _Lane:
        """Return the first lane with room, so that those at the end fall idle; open another if there is none."""
        for lane in self._lanes:
            if lane.busy < LANE_WIDTH:
                return lane
        if len(self._lanes) * LANE_WIDTH >= CONNECTIONS:
            return min(self._lanes, key=lambda lane: lane.busy)
        self._lanes.append(self._lane())
        return self._lanes[-1]

    async def send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        """Send a request and return its response, read whole unless it is to be streamed."""
        await self._close_idle()  # first: cancelled here, a call loses no answer
        lane = self._choose()
        lane.busy += 1
        try:
            response = await self._send(lane.transport, request, stream=stream)
        except BaseException:
            lane.leave()
            raise
        if stream:
            response.stream = _Leaving(cast("httpx.AsyncByteStream", response.stream), lane)
        else:
            lane.leave()
        return response

    async def _send(
        self, transport: httpx.AsyncBaseTransport, request: httpx.Request, *, stream: bool
    ) -> httpx.Response:
        started = perf_counter()
        try:
            response = await transport.handle_async_request(request)
            response.request = request
            if response.has_redirect_location:
                client = httpx.AsyncClient(transport=_AsyncAfter(response, transport), follow_redirects=True)
                return await client.send(request, stream=stream)
            response.elapsed = datetime.timedelta(seconds=perf_counter() - started)
            if not stream:
                await _aread(response, started)
        except httpx.RequestError as error:
            error.request = request
            raise
        return response

    async def _close_idle(self) -> None:
        """Close the last lane if nothing has gone over it for a while: nobody else would close its connections."""
        last = self._lanes[-1]
        if len(self._lanes) > 1 and not last.busy and monotonic() - last.idle_since > LANE_EXPIRY:
            self._lanes.pop()
            with contextlib.suppress(Exception):  # no call is to fail for it
                await last.transport.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        first, *others = self._lanes
        self._lanes = [first]
        await self._client.aclose()
        for lane in others:
            await lane.transport.aclose()


class _Leaving(httpx.AsyncByteStream):
    """A response's bytes; closing them frees their place in the lane."""

    def __init__(self, stream: httpx.AsyncByteStream, lane: _Lane) -> None:
        self._stream = stream
        self._lane: _Lane | None = lane

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        return aiter(self._stream)

    async def aclose(self) -> None:
        """Close the response."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.leave()
        await self._stream.aclose()


def _read(response: httpx.Response, started: float) -> None:
    try:
        response.read()
    except BaseException:
        response.close()
        raise
    response.elapsed = datetime.timedelta(seconds=perf_counter() - started)


async def _aread(response: httpx.Response, started: float) -> None:
    try:
        await response.aread()
    except BaseException:
        await response.aclose()
        raise
    response.elapsed = datetime.timedelta(seconds=perf_counter() - started)


class _After(httpx.BaseTransport):
    """Gives a response that has come already; after that, what another transport gives."""

    def __init__(self, first: httpx.Response, transport: httpx.BaseTransport) -> None:
        self._first: httpx.Response | None = first
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Give the next response."""
        first, self._first = self._first, None
        return first or self._transport.handle_request(request)


class _AsyncAfter(httpx.AsyncBaseTransport):
    """Gives a response that has come already; after that, what another transport gives."""

    def __init__(self, first: httpx.Response, transport: httpx.AsyncBaseTransport) -> None:
        self._first: httpx.Response | None = first
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Give the next response."""
        first, self._first = self._first, None
        return first or await self._transport.handle_async_request(request)


def _has_proxies() -> bool:
    return not getproxies().keys().isdisjoint({"http", "https", "all"})


def make_client(context: ssl.SSLContext) -> httpx.Client | DirectClient:
    """Make the synchronous client."""
    options: Any = {"verify": context, "limits": LIMITS}
    if _has_proxies():
        return httpx.Client(**options, follow_redirects=True)
    return DirectClient(httpx.HTTPTransport(**options))


def make_async_client(context: ssl.SSLContext) -> httpx.AsyncClient | AsyncDirectClient:
    """Make an asynchronous client."""
    if _has_proxies():
        return httpx.AsyncClient(verify=context, limits=LIMITS, follow_redirects=True)
    return AsyncDirectClient(context)
