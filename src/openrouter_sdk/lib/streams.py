"""Reading an event stream: bytes to chunks and errors without I/O (`Reader`), and where the bytes come from."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import threading
from typing import TYPE_CHECKING, Any, Protocol, get_args

import pydantic

from ..errors import OpenRouterError, StreamError
from ..types.files import AsyncBinaryResult, BinaryResult
from ..types.result import Err, Ok
from ..types.streams import AsyncResultStream, ResultStream
from . import error_body, lenient
from .client_errors import as_error
from .folds import FOLDS
from .json_values import as_object, is_object
from .model import OneOf, Unrecognized, as_it_came
from .response import Answer, misfit_places, reported, response_error, validation_error
from .sse import Decoder, Event
from .validators import validator_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator

    import httpx

    from ..types.response import ResponseInfo
    from ..types.result import Result
    from .operation import Events
    from .request import Plan

    Item = tuple[Event, Result[Any, Any]]

_NO_EVENT = Event(b"")
# Seconds to wait for the end of a response whose last event has come; a new connection may cost as much.
DRAIN = 0.05
# Servers write the tag first; where they don't, the union finds it.
_FIRST_TYPE = re.compile(rb'\s*\{\s*"type"\s*:\s*"([^"\\]+)"')
_LAST_TYPES = frozenset({"response.completed", "response.incomplete", "message_stop", "image_generation.completed"})


class Reader:
    """Turns the bytes of a stream into chunks and, last, at most one error.

    Attributes:
        completed: whether the stream has come to its proper end.
        done: whether there is nothing more to come.
    """

    def __init__(self, answer: Answer, events: Events) -> None:
        self._answer = answer
        self._kind = events
        self._decoder = Decoder()
        self._validate = chunk_validator(events.type)
        self._warned = False
        self._given = 0
        self.completed = False
        self.done = False

    def feed(self, piece: bytes) -> list[Item]:
        """Return what `piece` brings."""
        items = self._items(self._decoder.feed(piece))
        if self._decoder.failure is not None and not self.done:
            items.append(self._failure(self._decoder.failure))
        return items

    def end(self) -> list[Item]:
        """Return what the end of the bytes brings: a last event, or the error of a stream that was cut off."""
        items = self._items(self._decoder.finish())
        if not self.done and not self.completed:
            items.append(self._failure(StreamError("the stream was cut off before its end")))
        self.done = True
        return items

    def broken(self, error: Exception) -> list[Item]:
        """Return what an exception while reading brings: nothing, once the stream is whole or done with."""
        expected = self.done or self.completed
        self.done = True
        return [] if expected else [_broken(error)]

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Fold chunks into what the same call returns without `stream`."""
        missing = self.missing(len(chunks))
        if missing is not None:
            return missing
        value = FOLDS[self._kind.fold]([as_it_came(chunk) for chunk in chunks])
        return Ok(lenient.construct(self._kind.whole, value), self._answer.info)

    def missing(self, size: int) -> Err[StreamError] | None:
        """Return the error of a stream of which `size` chunks were taken, if that isn't all."""
        if not self.completed:
            return Err(StreamError("the stream was closed before its end"))
        if size < self._given:
            return Err(StreamError("chunks that were read already can't be collected; call collect() first of all"))
        return None

    def _failure(self, error: OpenRouterError) -> Item:
        self.done = True
        return _NO_EVENT, Err(error)

    def _items(self, events: list[Event]) -> list[Item]:
        items: list[Item] = []
        for event in events:
            data = event.data
            if data == b"[DONE]":
                self.completed = self.done = True
            elif data[:1] not in {b":", b""}:  # a comment that a proxy made data of, or nothing
                self._take(event, items)
            if self.done:
                break
        return items

    def _take(self, event: Event, items: list[Item]) -> None:
        try:
            value = self._validate(event.data)
        except pydantic.ValidationError as error:
            self._take_misfit(event, error, items)
        else:
            self._give(event, value, items)

    def _give(self, event: Event, value: Any, items: list[Item]) -> None:  # noqa: ANN401  # a chunk
        """Give a chunk, and the error in it; a chunk that is nothing but an error isn't given."""
        fault = stream_fault(event, value)
        if type(value) is not Unrecognized or fault is None:
            items.append((event, Ok(value, self._answer.info)))
            self._given += 1
        if fault is not None:
            items.append(self._failure(response_error(self._answer, fault)))
        else:
            self.completed = value.__dict__.get("type") in _LAST_TYPES

    def _take_misfit(self, event: Event, error: pydantic.ValidationError, items: list[Item]) -> None:
        """Make the most of a chunk that doesn't fit; one that is nothing but an error isn't a chunk."""
        raw = error_body.load(event.data)
        fault = error_body.read(raw) or (error_body.read({"error": raw}) if event.event == "error" else None)
        if not is_object(raw):
            text = error_body.excerpt(event.data[:1000].decode("utf-8", "replace"))
            items.append(self._failure(StreamError(f"an event isn't a JSON object: {text}")))
        elif fault is not None and "choices" not in raw:
            items.append(self._failure(response_error(self._answer, fault)))
        elif fault is None and self._answer.settings.core.strict:
            items.append(self._failure(validation_error(self._answer, raw, error)))
        else:
            self._warn(error)
            self._give(event, lenient.construct(self._kind.type, raw), items)

    def _warn(self, error: pydantic.ValidationError) -> None:
        if not self._warned:
            self._warned = True
            message = "%s: chunks don't fit their model, the first at %s; kept"
            self._answer.settings.logger.warning(message, self._answer.operation.id, misfit_places(error))


def stream_fault(event: Event, value: Any) -> error_body.ErrorBody | None:  # noqa: ANN401  # a chunk
    """Return the error that a chunk reports: its own, its choice's, or what an event of errors is."""
    fields = value.__dict__
    if fields.get("error") is not None or value.__pydantic_extra__ or type(value) is Unrecognized:
        found = reported(value)
        if found is not None:
            return found
    kind = fields.get("type")
    if kind is None and event.event != "error":
        return _choice_fault(fields.get("choices") or ())
    if kind == "error" or event.event == "error":
        body = as_it_came(value)
        return error_body.read(body) or error_body.read({"error": body})
    if kind == "response.failed":
        response = as_object(as_it_came(value).get("response"))
        return error_body.read(response) or error_body.ErrorBody("the response failed", "server_error")
    return None


def _choice_fault(choices: Any) -> error_body.ErrorBody | None:  # noqa: ANN401  # a list of models
    for choice in choices:
        if choice.__dict__.get("finish_reason") == "error":
            found = error_body.read(choice.__pydantic_extra__ or {})
            return found or error_body.ErrorBody("the generation ended in an error", "server_error")
    return None


def chunk_validator(kind: Any) -> Callable[[bytes], Any]:  # noqa: ANN401  # a type form
    """Return what makes a chunk of bytes, in one validation: of the union's member that the first property names."""
    whole = validator_of(kind).validate_json
    union, *marks = get_args(kind) or (kind,)
    choice = next((mark for mark in marks if isinstance(mark, OneOf)), None)
    if choice is None:
        return whole
    members = {tag.encode(): member for tag, member in choice.members(get_args(union)).items() if tag}
    known: dict[bytes, Callable[[bytes], Any]] = {}

    def validate(data: bytes) -> Any:  # noqa: ANN401  # a chunk
        found = _FIRST_TYPE.match(data)
        if found is None or found[1] not in members:
            return whole(data)
        tag = found[1]
        if tag not in known:
            known[tag] = validator_of(members[tag]).validate_json
        return known[tag](data)

    return validate


class Reading(Protocol):
    """What becomes of the bytes of a response: what `Reader` and `BytesReader` have in common."""

    completed: bool
    done: bool

    def feed(self, piece: bytes) -> list[Item]:
        """Return what a piece brings."""
        ...

    def end(self) -> list[Item]:
        """Return what the end brings."""
        ...

    def broken(self, error: Exception) -> list[Item]:
        """Return what an exception while reading brings."""
        ...

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Put together what came."""
        ...

    def missing(self, size: int) -> Err[StreamError] | None:
        """Return the error of what was taken in part."""
        ...


class BytesReader:
    """Passes a download's bytes on."""

    def __init__(self) -> None:
        self._given = 0
        self.completed = False
        self.done = False

    def feed(self, piece: bytes) -> list[Item]:
        """Return the piece."""
        self._given += len(piece)
        return [(_NO_EVENT, Ok(piece))]

    def end(self) -> list[Item]:
        """Return nothing more."""
        self.completed = self.done = True
        return []

    def broken(self, error: Exception) -> list[Item]:
        """Return the error of a download that broke."""
        return [] if self.done else [_broken(error)]

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Put the bytes together, unless some are missing."""
        return self.missing(sum(map(len, chunks))) or Ok(b"".join(chunks))

    def missing(self, size: int) -> Err[StreamError] | None:
        """Return the error of a download of which `size` bytes were taken, if that isn't all."""
        if not self.completed:
            return Err(StreamError("the download was closed before its end"))
        return Err(StreamError("the download was read in part before")) if size < self._given else None


def _broken(error: Exception) -> Item:
    ours = StreamError(f"the stream broke: {as_error(error).message}")
    ours.__cause__ = error
    return _NO_EVENT, Err(ours)


def _reader(plan: Plan, info: ResponseInfo) -> Reading:
    events = plan.operation.events
    if events is None:
        return BytesReader()
    return Reader(Answer(plan.settings, plan.operation, info, b""), events)


def opened(plan: Plan, info: ResponseInfo, response: httpx.Response) -> ResultStream[Any, Any, Any] | BinaryResult:
    """Return what a synchronous function gives for a response that is read bit by bit."""
    source = Source(response, _reader(plan, info), info)
    return ResultStream(source) if plan.mode == "events" else BinaryResult(source)


async def opened_async(
    plan: Plan, info: ResponseInfo, response: httpx.Response
) -> AsyncResultStream[Any, Any, Any] | AsyncBinaryResult:
    """Return what an asynchronous function gives for a response that is read bit by bit."""
    source = AsyncSource(response, _reader(plan, info), info)
    await source.start()
    return AsyncResultStream(source) if plan.mode == "events" else AsyncBinaryResult(source)


class Source:
    """A stream's items in the synchronous colour; dropping it gives the connection back."""

    def __init__(self, http: httpx.Response, reader: Reading, response: ResponseInfo) -> None:
        self._http = http
        self.reader = reader
        self.response = response
        self.items: Generator[Any, None, None] = _read(http, reader)
        next(self.items)  # a generator that hasn't started doesn't run its `finally` when it is dropped

    def close(self) -> None:
        """Stop reading, and close the response."""
        self.reader.done = True
        try:
            self.items.close()
        except ValueError:  # another thread is reading: that ends when the connection does
            connection = _socket(self._http)
            if connection is not None:
                _shut_down(connection)


def _read(http: httpx.Response, reader: Reading) -> Generator[Item | None, None, None]:
    try:
        yield None
        pieces = http.iter_bytes()
        for piece in pieces:
            items = reader.feed(piece)
            if reader.done:  # give the connection back first: whoever gets the error may keep it, and the stream
                if reader.completed:
                    _drain(http, pieces)
                http.close()
            yield from items
            if reader.done:
                return
        yield from reader.end()
    except Exception as error:  # noqa: BLE001  # the promise of this package
        items = reader.broken(error)
        http.close()
        yield from items
    finally:
        http.close()


def _drain(http: httpx.Response, pieces: Iterator[bytes]) -> None:
    """Read what the server sends after the last event, if it comes soon: then the connection can be used again.

    A read can't be given a time-out of its own here; a timer ends it by shutting the connection down.
    """
    connection = _socket(http)
    if connection is None:
        return
    timer = threading.Timer(DRAIN, _shut_down, [connection])
    timer.daemon = True
    timer.start()
    try:
        next(pieces, None)
    finally:
        timer.cancel()


def _socket(http: httpx.Response) -> socket.socket | None:
    """Return the connection's socket, where it is this response's alone."""
    network = http.extensions.get("network_stream") if http.http_version.startswith("HTTP/1") else None
    return None if network is None else network.get_extra_info("socket")


def _shut_down(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


async def _adrain(pieces: AsyncIterator[bytes]) -> None:
    """Read what the server sends after the last event, if it comes soon: then the connection can be used again."""
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(anext(pieces, None), DRAIN)


class AsyncSource:
    """A stream's items in the asynchronous colour; dropping it gives the connection back, through the event loop."""

    def __init__(self, http: httpx.Response, reader: Reading, response: ResponseInfo) -> None:
        self._http = http
        self.reader = reader
        self.response = response
        self.items: AsyncGenerator[Any, None] = _aread(http, reader)

    async def start(self) -> None:
        """Start the generator: one that hasn't doesn't run its `finally` when it is dropped."""
        await anext(self.items)

    async def aclose(self) -> None:
        """Stop reading, and close the response."""
        self.reader.done = True
        try:
            await self.items.aclose()
        except RuntimeError:  # another task is reading: that ends when the response is closed
            await self._http.aclose()


async def _aread(http: httpx.Response, reader: Reading) -> AsyncGenerator[Item | None, None]:
    try:
        yield None
        pieces = http.aiter_bytes()
        async for piece in pieces:
            items = reader.feed(piece)
            if reader.done:  # give the connection back first: whoever gets the error may keep it, and the stream
                if reader.completed:
                    await _adrain(pieces)
                await http.aclose()
            for item in items:
                yield item
            if reader.done:
                return
        for item in reader.end():
            yield item
    except Exception as error:  # noqa: BLE001  # the promise of this package
        items = reader.broken(error)
        await http.aclose()
        for item in items:
            yield item
    finally:
        await http.aclose()
