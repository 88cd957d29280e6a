"""The fake in process: a transport for httpx, without any socket. The only module here that imports httpx."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import cast

import httpx

from .messages import CutOffError, RecordedRequest, Reply

Answer = Callable[[RecordedRequest], Reply]
ReportAbort = Callable[[RecordedRequest], None]


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests to `answer`, and its replies back as they would arrive over a connection.

    It tells `report_abort` of each request whose stream is closed in its middle.
    """

    def __init__(self, answer: Answer, report_abort: ReportAbort) -> None:
        self._answer = answer
        self._report_abort = report_abort

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for `httpx.Client`."""
        # Read from the stream, not by `request.read()`: that would make any stream replayable, unlike a connection.
        body = b"".join(cast("httpx.SyncByteStream", request.stream))
        record = _record(request, body)
        reply, patience = self._answer(record), _patience(request)
        _wait(reply.delay, patience)
        return self._response(record, reply, patience)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer for `httpx.AsyncClient`."""
        body = b"".join([chunk async for chunk in cast("httpx.AsyncByteStream", request.stream)])
        record = _record(request, body)
        reply, patience = self._answer(record), _patience(request)
        await _wait_async(reply.delay, patience)
        return self._response(record, reply, patience)

    def _response(self, record: RecordedRequest, reply: Reply, patience: float) -> httpx.Response:
        if reply.drop:
            message = "FakeOpenRouter closed the connection without a reply"
            raise httpx.RemoteProtocolError(message)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.head().items()]
        body = _Body(record, reply, patience, self._report_abort)
        return httpx.Response(reply.status, headers=headers, stream=body)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A reply's body, piece by piece."""

    def __init__(self, request: RecordedRequest, reply: Reply, patience: float, report_abort: ReportAbort) -> None:
        self._request = request
        self._reply = reply
        self._patience = patience
        self._report_abort = report_abort
        self._taken = 0
        self._over = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces():
            if self._taken:
                _wait(self._reply.pause, self._patience)
            self._taken += len(piece)
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces():
            if self._taken:
                await _wait_async(self._reply.pause, self._patience)
            self._taken += len(piece)
            yield piece

    def _pieces(self) -> Iterator[bytes]:
        try:
            yield from self._reply.pieces(self._request.method)
        except CutOffError:
            self._over = True
            message = f"FakeOpenRouter cut the body off after {self._taken} bytes"
            raise httpx.RemoteProtocolError(message) from None
        self._over = True

    def close(self) -> None:
        """End the reply; before its end, that is what closing the connection would be."""
        # A client may stop at the last piece, without asking for more.
        over = self._over or self._taken == self._reply.promised_length()
        if self._reply.is_stream and not over:
            self._report_abort(self._request)
        self._over = True

    async def aclose(self) -> None:
        """End the reply, as `close` does."""
        self.close()


def _record(request: httpx.Request, body: bytes) -> RecordedRequest:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    return RecordedRequest.parse(request.method, request.url.raw_path.decode("ascii"), headers, body)


def _patience(request: httpx.Request) -> float:
    """Tell how many seconds the client waits for bytes."""
    timeouts = cast("dict[str, float | None]", request.extensions.get("timeout", {}))
    seconds = timeouts.get("read")
    return math.inf if seconds is None else seconds


def _wait(seconds: float, patience: float) -> None:
    """Wait, or raise httpx.ReadTimeout when the client's patience ends."""
    if seconds:
        time.sleep(min(seconds, patience))
    _check_patience(seconds, patience)


async def _wait_async(seconds: float, patience: float) -> None:
    if seconds:
        await asyncio.sleep(min(seconds, patience))
    _check_patience(seconds, patience)


def _check_patience(seconds: float, patience: float) -> None:
    if seconds > patience:
        message = f"FakeOpenRouter would have sent something after {seconds} s"
        raise httpx.ReadTimeout(message)
