"""The package's own HTTP clients: httpx's transports, and of `httpx.Client` only what a call of ours can need.

Cookies, auth and event hooks take `httpx.Client` as long as all else that a call does. Where a tool has put something
of its own in the place of one of httpx's methods, as tracers and mocks do, the request goes through `httpx.Client`.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
from operator import attrgetter
from time import monotonic, perf_counter
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast
from urllib.request import getproxies

import httpx

from .network import HEARD, AsyncNetwork, Network

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator

    from .proxies import Proxies

# More than httpx's 100: a server that calls models holds many slow connections at once.
CONNECTIONS = 1000
LIMITS = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=100)
LANE_WIDTH = 10
# Seconds; as long as httpx keeps a connection.
LANE_EXPIRY = 5.0
# Methods whose requests state a length even of nothing.
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_LOGGER = logging.getLogger("httpx")
# httpx would take user and password of the URL, which would replace the key.
_NO_AUTH = httpx.Auth()


def make_request(  # noqa: PLR0913  # what a request consists of
    client: DirectClient | AsyncDirectClient,
    method: str,
    url: httpx.URL,
    *,
    headers: httpx.Headers,
    extensions: dict[str, Any],
    content: bytes | None = None,
    files: list[Any] | None = None,
) -> httpx.Request:
    """Make a request for a client of ours: with the headers that the caller leaves out, and no cookies.

    One with a body of bytes needs little of what httpx does for it. The key is in no variable here but `headers`, which
    doesn't show it: tools that log tracebacks log variables too.
    """
    needed = [(b"Host", url.netloc), (b"Accept-Encoding", client.headers["Accept-Encoding"].encode())]
    if files is None and (content or method in _WITH_BODY) and "transfer-encoding" not in headers:
        needed.append((b"Content-Length", b"%d" % len(content or b"")))
    given = {name.lower() for name, _ in headers.raw}
    needed = [header for header in needed if header[0].lower() not in given]
    if files is not None:
        return httpx.Request(method, url, headers=[*needed, *headers.raw], extensions=extensions, files=files)
    stream = httpx.ByteStream(content or b"")
    request = httpx.Request(method, url, headers=[*needed, *headers.raw], extensions=extensions, stream=stream)
    request.read()  # so that hooks can look at `content`
    return request


# --- what other tools put in the place of httpx's methods

_STEPS = attrgetter(
    *(
        step
        for step in (
            "send", "_send_handling_auth", "_send_handling_redirects", "_send_single_request", "_transport_for_url",
        )
        if hasattr(httpx.Client, step)
    )
)  # fmt: skip


class _Patched:
    """Tells whether a client would do anything else than what httpx wrote."""

    def __init__(self, client: httpx.Client | httpx.AsyncClient) -> None:
        self._kind = type(client)
        self._seen: object = None
        self._is_patched = False

    def __bool__(self) -> bool:
        steps = _STEPS(self._kind)
        if steps != self._seen:
            self._is_patched = not all(map(_is_httpxs, steps))
            self._seen = steps
        return self._is_patched


def _is_httpxs(step: object) -> bool:
    return isinstance(step, FunctionType) and step.__globals__["__name__"] == "httpx._client"


def _log(response: httpx.Response) -> None:
    """Write httpx's line, without user, password and query."""
    if _LOGGER.isEnabledFor(logging.INFO):
        method, url = response.request.method, response.request.url.copy_with(userinfo=b"", query=None)
        status = response.status_code, response.reason_phrase
        _LOGGER.info('HTTP Request: %s %s "%s %d %s"', method, url, response.http_version, *status)


def _failure(error: httpx.RequestError, request: httpx.Request) -> httpx.RequestError:
    """Return the error to raise; one that came when an answer had begun doesn't look like a lost connection."""
    if HEARD.get() and isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError)):
        began = httpx.RemoteProtocolError(f"the answer broke off in its head ({error})", request=request)
        began.__cause__ = error
        return began
    error.request = request
    return error


def _proxies() -> Proxies | None:
    environment = getproxies()
    if environment.keys().isdisjoint({"http", "https", "all"}):
        return None
    from .proxies import Proxies

    return Proxies(environment)


def _use(network: Network | AsyncNetwork, transport: Any) -> None:  # noqa: ANN401  # of either kind
    """Let a transport make its connections by `network`: httpcore takes one, httpx has no argument for it."""
    transport._pool._network_backend = network  # noqa: SLF001  # as said


def _without_socksio(proxy: str) -> Exception:
    from ..errors import InvalidRequestError
    from .shown import shown_url

    return InvalidRequestError(f"ALL_PROXY or its like names {shown_url(proxy)}; for SOCKS, pip install httpx[socks]")


# --- the synchronous client


class _Transports(httpx.BaseTransport):
    """A transport for direct connections, and one for each proxy that is needed."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._proxies = _proxies()
        self._network = Network()
        self._transports: dict[str | None, httpx.BaseTransport] = {None: self._make(None)}

    def _make(self, proxy: str | None) -> httpx.BaseTransport:
        try:
            transport = httpx.HTTPTransport(verify=self._context, limits=LIMITS, proxy=proxy)
        except ImportError as error:
            raise _without_socksio(proxy or "") from error
        _use(self._network, transport)
        return transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        proxy = None if self._proxies is None else self._proxies.find(request.url)
        transport = self._transports.get(proxy) or self._transports.setdefault(proxy, self._make(proxy))
        return transport.handle_request(request)

    def shut_down(self) -> None:
        """End the calls that wait for an answer."""
        self._network.shut_down()

    def abandon(self) -> None:
        """Let go of the connections, which are another process's."""
        self._network.abandon()

    def close(self) -> None:
        """Close the connections."""
        for transport in list(self._transports.values()):
            transport.close()


class DirectClient:
    """Sends requests, one by one; following redirects is for its user."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._transports = _Transports(context)
        self._client = httpx.Client(transport=self._transports)
        self._is_patched = _Patched(self._client)
        self.headers = self._client.headers

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its response, to be read and closed."""
        HEARD.set(False)
        try:
            if self._is_patched:
                return self._client.send(request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            started = perf_counter()
            response = self._transports.handle_request(request)
        except httpx.RequestError as error:
            failure = _failure(error, request)
            raise failure from failure.__cause__
        response.request = request
        response.stream = _Timed(response, cast("httpx.SyncByteStream", response.stream), started)
        _log(response)
        return response

    def shut_down(self) -> None:
        """End the calls that wait for an answer."""
        self._transports.shut_down()

    def abandon(self) -> None:
        """Let go of the connections, which are another process's."""
        self._transports.abandon()

    def close(self) -> None:
        """Close the connections."""
        self.shut_down()
        self._client.close()


class _Timed(httpx.SyncByteStream):
    """A response's bytes; closing them tells the response how long it all took."""

    def __init__(self, response: httpx.Response, stream: httpx.SyncByteStream, started: float) -> None:
        self._response = response
        self._stream = stream
        self._started = started

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes."""
        return iter(self._stream)

    def close(self) -> None:
        """Close the response."""
        self._response.elapsed = datetime.timedelta(seconds=perf_counter() - self._started)
        self._stream.close()


# --- the asynchronous client


class _Lane:
    """A transport of few connections, and how many requests are on it."""

    def __init__(self, transport: httpx.AsyncBaseTransport, proxy: str | None) -> None:
        self.transport = transport
        self.proxy = proxy
        self.busy = 0
        self.idle_since = 0.0

    def leave(self) -> None:
        """Count one request less."""
        self.busy -= 1
        self.idle_since = monotonic()

    def has_lost_connections(self) -> bool:
        """Tell whether the transport takes more connections for busy than there are requests.

        A request that is cancelled while it is given a connection, or gives it back, may leave it like that for ever.
        """
        connections = vars(self.transport)["_pool"].connections
        return len([each for each in connections if not (each.is_idle() or each.is_closed())]) > self.busy


class _Lanes(httpx.AsyncBaseTransport):
    """Sends requests over transports of a few connections each, in lanes.

    A transport looks at all of its connections for each request: a thousand in one cost twice as much as in lanes.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._proxies = _proxies()
        self._network = AsyncNetwork()
        self._lanes = [self._lane(None)]
        self._retired: list[_Lane] = []

    def _lane(self, proxy: str | None) -> _Lane:
        limits = httpx.Limits(max_connections=LANE_WIDTH)
        try:
            transport = httpx.AsyncHTTPTransport(verify=self._context, limits=limits, proxy=proxy)
        except ImportError as error:
            raise _without_socksio(proxy or "") from error
        _use(self._network, transport)
        return _Lane(transport, proxy)

    def _choose(self, proxy: str | None) -> _Lane:
        """Return the first lane with room, so that those at the end fall idle; open another if there is none."""
        for lane in self._lanes:
            if lane.busy < LANE_WIDTH and lane.proxy == proxy:
                return lane
        lanes = [lane for lane in self._lanes if lane.proxy == proxy]
        if lanes and len(self._lanes) * LANE_WIDTH >= CONNECTIONS:
            return min(lanes, key=lambda lane: lane.busy)
        self._lanes.append(self._lane(proxy))
        return self._lanes[-1]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request."""
        await self._close_idle()  # first: cancelled here, a call loses no answer
        lane = self._choose(None if self._proxies is None else self._proxies.find(request.url))
        lane.busy += 1
        started = perf_counter()
        try:
            response = await lane.transport.handle_async_request(request)
        except BaseException:
            lane.leave()
            self.check(lane)
            raise
        response.stream = _Leaving(response, cast("httpx.AsyncByteStream", response.stream), lane, self, started)
        return response

    def check(self, lane: _Lane) -> None:
        """Give no more requests to a lane that has lost connections; it is closed when nobody is on it any more."""
        if lane in self._lanes and lane.has_lost_connections():
            self._lanes.remove(lane)
            self._retired.append(lane)

    async def _close_idle(self) -> None:
        """Close lanes that are done with, and the last if nothing has gone over it for a while.

        Nobody else would close their connections.
        """
        idle = [lane for lane in self._retired if not lane.busy] if self._retired else []
        last = self._lanes[-1] if len(self._lanes) > 1 else None
        if last is not None and not last.busy and monotonic() - last.idle_since > LANE_EXPIRY:
            idle.append(self._lanes.pop())
        for lane in idle:
            if lane in self._retired:
                self._retired.remove(lane)
            with contextlib.suppress(Exception):  # no call is to fail for it
                await lane.transport.aclose()

    def shut_down(self) -> None:
        """End the calls that wait for an answer; from any thread."""
        self._network.shut_down()

    async def aclose(self) -> None:
        """Close the connections."""
        for lane in [*self._lanes, *self._retired]:
            await lane.transport.aclose()
        self._lanes, self._retired = self._lanes[:1], []


class AsyncDirectClient:
    """Sends requests, one by one, asynchronously; following redirects is for its user."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._transports = _Lanes(context)
        self._client = httpx.AsyncClient(transport=self._transports)
        self._is_patched = _Patched(self._client)
        self.headers = self._client.headers

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its response, to be read and closed."""
        HEARD.set(False)
        try:
            if self._is_patched:
                return await self._client.send(request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            response = await self._transports.handle_async_request(request)
        except httpx.RequestError as error:
            failure = _failure(error, request)
            raise failure from failure.__cause__
        response.request = request
        _log(response)
        return response

    def shut_down(self) -> None:
        """End the calls that wait for an answer; from any thread."""
        self._transports.shut_down()

    async def aclose(self) -> None:
        """Close the connections."""
        self.shut_down()
        await self._client.aclose()


class _Leaving(httpx.AsyncByteStream):
    """A response's bytes; closing them frees their place in the lane, and tells how long it all took."""

    def __init__(
        self, response: httpx.Response, stream: httpx.AsyncByteStream, lane: _Lane, lanes: _Lanes, started: float
    ) -> None:
        self._response = response
        self._stream = stream
        self._lane: _Lane | None = lane
        self._lanes = lanes
        self._started = started

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        return aiter(self._stream)

    async def aclose(self) -> None:
        """Close the response."""
        lane, self._lane = self._lane, None
        if lane is None:
            return
        self._response.elapsed = datetime.timedelta(seconds=perf_counter() - self._started)
        try:
            await self._stream.aclose()
        except BaseException:
            lane.leave()
            self._lanes.check(lane)
            raise
        lane.leave()


def make_client(context: ssl.SSLContext) -> DirectClient:
    """Make the synchronous client."""
    return DirectClient(context)


def make_async_client(context: ssl.SSLContext) -> AsyncDirectClient:
    """Make an asynchronous client."""
    return AsyncDirectClient(context)
