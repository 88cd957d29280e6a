"""The package's own HTTP clients: httpx's transports, and of `httpx.Client` only what a call of ours can need.

Cookies, auth and event hooks take `httpx.Client` as long as all else that a call does. Redirects, and proxies that the
environment names, are left to it.
"""

from __future__ import annotations

import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import httpx

if TYPE_CHECKING:
    import ssl

# More than httpx's 100 and 20: a server that calls models holds many slow connections at once.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)


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


class AsyncDirectClient:
    """Sends requests over one transport, asynchronously."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport
        self._client = httpx.AsyncClient(transport=transport)
        self.headers = self._client.headers

    async def send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        """Send a request and return its response, read whole unless it is to be streamed."""
        started = perf_counter()
        try:
            response = await self._transport.handle_async_request(request)
            response.request = request
            if response.has_redirect_location:
                return await self._redirected(response, request, stream=stream)
            if not stream:
                await _aread(response, started)
        except httpx.RequestError as error:
            error.request = request
            raise
        return response

    async def _redirected(self, response: httpx.Response, request: httpx.Request, *, stream: bool) -> httpx.Response:
        client = httpx.AsyncClient(transport=_AsyncAfter(response, self._transport), follow_redirects=True)
        return await client.send(request, stream=stream)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


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
    options: Any = {"verify": context, "limits": LIMITS}
    if _has_proxies():
        return httpx.AsyncClient(**options, follow_redirects=True)
    return AsyncDirectClient(httpx.AsyncHTTPTransport(**options))
