"""Downloads, from the answer's head to what a call gives: they may turn out to be no files, but errors."""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from ..errors import OpenRouterError
from ..types.files import AsyncBinaryResult, BinaryResult
from ..types.result import Err, Ok
from .cancellation import WholeItems
from .colours import ASYNC, SYNC, run
from .compression import Decoder, decoder_of
from .faults import fault_in, response_error
from .response import Answer, decode
from .streams import AsyncSource, BytesReader, Source

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

    import httpx
    from typing_extensions import Self

    from ..types.response import ResponseInfo
    from ..types.result import Result
    from .request import Plan

_LONGEST_ERROR = 64 * 1024


class _Head:
    """The first bytes of a download: as many as it takes to see that it isn't a JSON object, or is an error."""

    def __init__(self, plan: Plan, info: ResponseInfo, response: httpx.Response) -> None:
        self._plan = plan
        self._info = info
        self._decoder = decoder_of(response.headers.get("content-encoding", ""))
        self._content = b""
        self._whole = False
        self.pieces: list[bytes] = []

    @property
    def wants_more(self) -> bool:
        """Tell whether it can't be told yet."""
        return not self._whole and len(self._content) <= _LONGEST_ERROR and self._content.lstrip()[:1] in {b"", b"{"}

    def add(self, piece: bytes) -> None:
        """Take a piece."""
        self.pieces.append(piece)
        self._content += self._decoder.feed(piece)

    def end(self) -> None:
        """Take note that this was all."""
        self._whole = True

    def error(self) -> Err[OpenRouterError] | None:
        """Return the error that came in place of a file."""
        if not self._whole:
            return None
        answer = Answer(self._plan.settings, self._plan.operation, self._info, self._content)
        fault = fault_in(answer)
        return None if fault is None else Err(response_error(answer, fault))


class _Again:
    """The pieces that were looked at, and then the others."""

    def __init__(self, head: list[bytes], rest: AsyncIterator[bytes]) -> None:
        self._head = deque(head)
        self._rest = rest

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        return self._head.popleft() if self._head else await anext(self._rest)


class _Broken:
    """Where pieces can't come from any more."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        raise self._error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        raise self._error


def opened(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    """Return what a synchronous function gives."""
    if not response.is_closed:
        if plan.operation.declares(response.status_code, response.headers):
            return _looked_at(plan, info, response)
        run(SYNC.read(response))
    return _whole(plan, info, response) or Ok(BinaryResult(Source(response, BytesReader(Decoder()), info)), info)


async def opened_async(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    """Return what an asynchronous function gives."""
    if not response.is_closed:
        if plan.operation.declares(response.status_code, response.headers):
            return await _looked_at_async(plan, info, response)
        await ASYNC.read(response)
    return _whole(plan, info, response) or Ok(await _result(response, BytesReader(Decoder()), info), info)


def _whole(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Err[OpenRouterError] | None:
    """Return the error in an answer that was read whole."""
    try:
        decode(Answer(plan.settings, plan.operation, info, response.content))
    except OpenRouterError as error:
        return Err(error)
    return None


def _looked_at(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    pieces: Iterator[bytes] = iter(cast("Iterable[bytes]", response.stream))
    try:
        head = _Head(plan, info, response)
        try:
            while head.wants_more:
                head.add(next(pieces))
        except StopIteration:
            head.end()
        except Exception as error:  # noqa: BLE001  # reading the download tells
            pieces = _Broken(error)
        found = head.error()
    except BaseException:
        response.close()
        raise
    if found is not None:
        response.close()
        return found
    reader = BytesReader(decoder_of(response.headers.get("content-encoding", "")), chain(head.pieces, pieces))
    reader.watch(plan.settings.core, plan.settings.core.http_client)
    return Ok(BinaryResult(Source(response, reader, info)), info)


async def _looked_at_async(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    pieces: AsyncIterator[bytes] = WholeItems(aiter(cast("AsyncIterable[bytes]", response.stream)))
    try:
        head = _Head(plan, info, response)
        try:
            while head.wants_more:
                head.add(await anext(pieces))
        except StopAsyncIteration:
            head.end()
        except Exception as error:  # noqa: BLE001  # reading the download tells
            pieces = _Broken(error)
        found = head.error()
    except BaseException:  # cancelled, say
        await ASYNC.close(response)
        raise
    if found is not None:
        await ASYNC.close(response)
        return found
    reader = BytesReader(decoder_of(response.headers.get("content-encoding", "")), _Again(head.pieces, pieces))
    reader.watch(plan.settings.core, plan.settings.core.async_http_client)
    return Ok(await _result(response, reader, info), info)


async def _result(response: httpx.Response, reader: BytesReader, info: ResponseInfo) -> AsyncBinaryResult:
    source = AsyncSource(response, reader, info)
    await source.start()
    return AsyncBinaryResult(source)
