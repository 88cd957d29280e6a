"""The fake in process: a transport for httpx, without any socket. The only module here that imports httpx."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import cast

import httpx

from .messages import RecordedRequest, Reply, SentBody

Answer = Callable[[RecordedRequest], Reply]


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests to `answer`, and its replies back as they would arrive over a connection."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for `httpx.Client`."""
        # Read from the stream, not by `request.read()`: that would make any stream replayable, unlike a connection.
        body = b"".join(cast("httpx.SyncByteStream", request.stream))
        reply = self._answer(_record(request, body))
        if seconds := _waiting_time(request, reply):
            time.sleep(seconds)
        return _response(request, reply)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for `httpx.AsyncClient`."""
        body = b"".join([chunk async for chunk in cast("httpx.AsyncByteStream", request.stream)])
        reply = self._answer(_record(request, body))
        if seconds := _waiting_time(request, reply):
            await asyncio.sleep(seconds)
        return _response(request, reply)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A reply's body, cut where the reply says so."""

    def __init__(self, body: SentBody) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body.data
        self._check_whole()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body.data
        self._check_whole()

    def _check_whole(self) -> None:
        received, promised = len(self._body.data), self._body.promised
        if received < promised:
            message = f"FakeOpenRouter cut the body after {received} of {promised} bytes"
            raise httpx.RemoteProtocolError(message)


def _record(request: httpx.Request, body: bytes) -> RecordedRequest:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    return RecordedRequest.parse(request.method, request.url.raw_path.decode("ascii"), headers, body)


def _read_timeout(request: httpx.Request) -> float | None:
    """Tell how many seconds the client waits for bytes; None is for ever."""
    timeouts = cast("dict[str, float | None]", request.extensions.get("timeout", {}))
    return timeouts.get("read")


def _waiting_time(request: httpx.Request, reply: Reply) -> float:
    """Tell how many seconds pass until the reply starts, or until the client loses patience."""
    timeout = _read_timeout(request)
    return reply.delay if timeout is None else min(reply.delay, timeout)


def _response(request: httpx.Request, reply: Reply) -> httpx.Response:
    """Make the response, or raise what httpx raises where there is none."""
    timeout = _read_timeout(request)
    if timeout is not None and reply.delay > timeout:
        message = f"FakeOpenRouter would have answered after {reply.delay} s"
        raise httpx.ReadTimeout(message)
    if reply.drop:
        message = "FakeOpenRouter closed the connection without a reply"
        raise httpx.RemoteProtocolError(message)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.head().items()]
    return httpx.Response(reply.status, headers=headers, stream=_Body(reply.sent_body(request.method)), request=request)
