"""Reading an event stream: bytes to chunks and errors without I/O (`Reader`), and where the bytes come from."""

from __future__ import annotations

import contextlib
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args

import pydantic

from ..errors import OpenRouterError, RequestAbortedError, StreamError
from ..types.files import AsyncBinaryResult, BinaryResult
from ..types.result import Err, Ok
from ..types.streams import AsyncResultStream, ResultStream
from . import error_body, lenient
from .cancellation import WholeItems
from .client_errors import as_error
from .colours import ASYNC
from .connections import running_loop
from .faults import misfit_places, reported, response_error, validation_error
from .folds import FOLDS
from .json_values import as_object, is_object
from .model import OneOf, Unrecognized, as_it_came, members_of, tags
from .response import Answer
from .sse import BLANK_LINE, Decoder, Event
from .validators import validator_of
from .watchdog import DRAIN, WATCHDOG, shut_down

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable, Iterator

    import httpx

    from ..types.response import ResponseInfo
    from ..types.result import Result
    from .connections import Connections
    from .operation import Events
    from .request import Plan


NO_EVENT: Event = (b"", "message", "", None)
_SOME_BYTES: Event = (b"", "bytes", "", None)
# Servers write the tag first; where they don't, the union finds it.
_FIRST_TYPE = re.compile(rb'\s*\{\s*"type"\s*:\s*"([^"\\]+)"')
_LAST_TYPES = frozenset({"response.completed", "response.incomplete", "message_stop", "image_generation.completed"})
# Those that say something of the stream's end; None is a tag that isn't known.
_TELLING = _LAST_TYPES | {"image_generation.partial_image", "error", "response.failed", None}


class Reading:
    """What becomes of the bytes of a response.

    Attributes:
        event: the event that the last chunk came in; `NO_EVENT` before the first.
        failure: the error; it is for the driver to yield, which gives the connection back before.
        completed: whether what is read has come to its proper end.
        done: whether there is nothing more to come.
        connections: the package's own, if the response came over one of them; closing them breaks it.
    """

    name = "stream"

    def __init__(self) -> None:
        self.event = NO_EVENT
        self.failure: OpenRouterError | None = None
        self.completed = False
        self.done = False
        self.connections: Connections | None = None

    def read(self, pieces: Iterable[bytes]) -> Iterator[Ok[Any]]:
        """Yield what pieces bring, up to the last, or to what there is nothing to come after."""
        raise NotImplementedError

    def end(self) -> Iterator[Ok[Any]]:
        """Yield what the end brings."""
        raise NotImplementedError

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Put together what came."""
        raise NotImplementedError

    def broken(self, error: Exception) -> None:
        """Take an exception while reading for a failure, unless all has come or nobody reads any more."""
        if not self.done and not self.completed:
            message = as_error(error).message
            aborted = self.connections is not None and self.connections.closed
            self.failure = RequestAbortedError(message) if aborted else StreamError(f"the stream broke: {message}")
            self.failure.__cause__ = error
        self.done = True

    def partly_read(self) -> Err[StreamError] | None:
        """Return the error of putting together what was read in part before."""
        if self.event is NO_EVENT:
            return None
        return Err(StreamError(f"the {self.name} was read in part before; to have it whole, ask for that first of all"))

    def unfinished(self) -> Err[StreamError] | None:
        """Return the error of what was closed before its end."""
        return None if self.completed else Err(StreamError(f"the {self.name} was closed before its end"))


class Reader(Reading):
    """Turns the bytes of a stream into chunks and, last, at most one error."""

    def __init__(self, answer: Answer, events: Events) -> None:
        super().__init__()
        self._answer = answer
        self._kind = events
        self._decoder = Decoder()
        self._validate = chunk_validator(events.type)
        self._telling = telling_types(events.type)
        self._warned = False

    def read(self, pieces: Iterable[bytes]) -> Iterator[Ok[Any]]:
        """Yield the chunks in pieces, each read when it is asked for: keeping many at once costs time."""
        decoder, info, validate, telling = self._decoder, self._answer.info, self._validate, self._telling
        for piece in pieces:
            events = decoder.feed(piece)
            # Whatever reports an error has that word in it. Looking once for all events takes half as long as at each;
            # `rpartition` takes half as long as `find`, and a third as long as `in`.
            may_fail = decoder.text.rpartition(b"error")[1]
            for event in events:
                self.event = event
                try:
                    value = validate(event[0])
                except pydantic.ValidationError as error:
                    result = self._misfit(event, error)
                else:
                    told = type(value) in telling or (may_fail and _mentions_error(event))
                    result = self._telling_chunk(event[1], value) if told else Ok(value, info)
                if result is not None:
                    yield result
                if self.done:
                    return
            if decoder.failure is not None:
                return self._fail(decoder.failure)

    def end(self) -> Iterator[Ok[Any]]:
        """Yield a last chunk, if there is one; a stream that isn't complete by then was cut off."""
        yield from self.read((BLANK_LINE,))
        if not self.done and not self.completed:
            self._fail(StreamError("the stream was cut off before its end"))
        self.done = True

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Fold chunks into what the same call returns without `stream`."""
        unfinished = self.unfinished()
        if unfinished is not None:
            return unfinished
        value = FOLDS[self._kind.fold]([as_it_came(chunk) for chunk in chunks])
        return Ok(lenient.construct(self._kind.whole, value), self._answer.info)

    def _fail(self, error: OpenRouterError) -> None:
        self.done = True
        self.failure = error

    def _telling_chunk(self, name: str, value: Any) -> Ok[Any] | None:  # noqa: ANN401  # a chunk
        """Take the error in a chunk, if there is one; return the chunk unless it is nothing but an error."""
        fault = stream_fault(name, value)
        if fault is None:
            self.completed = value.__dict__.get("type") in _LAST_TYPES
        else:
            self._fail(response_error(self._answer, fault))
        return Ok(value, self._answer.info) if type(value) is not Unrecognized or fault is None else None

    def _misfit(self, event: Event, error: pydantic.ValidationError) -> Ok[Any] | None:
        """Take what isn't a chunk: the end, a comment that a proxy made data of, or what should be a chunk."""
        data = event[0]
        if data == b"[DONE]":
            self.completed = self.done = True
        elif data[:1] not in {b":", b""}:
            return self._broken_chunk(event, error)
        return None

    def _broken_chunk(self, event: Event, error: pydantic.ValidationError) -> Ok[Any] | None:
        """Make the most of a chunk that doesn't fit; one that is nothing but an error isn't a chunk."""
        data, name, *_ = event
        raw = error_body.load(data)
        fault = error_body.read(raw) or (error_body.read({"error": raw}) if name == "error" else None)
        if not is_object(raw):
            text = error_body.excerpt(data[:1000].decode("utf-8", "replace"))
            self._fail(StreamError(f"an event isn't a JSON object: {text}"))
        elif fault is not None and "choices" not in raw:
            self._fail(response_error(self._answer, fault))
        elif fault is None and self._answer.settings.core.strict:
            self._fail(validation_error(self._answer, raw, error))
        else:
            self._warn(error)
            return self._telling_chunk(name, lenient.construct(self._kind.type, raw))
        return None

    def _warn(self, error: pydantic.ValidationError) -> None:
        if not self._warned:
            self._warned = True
            message = "%s: chunks don't fit their model, the first at %s; kept"
            self._answer.settings.logger.warning(message, self._answer.operation.id, misfit_places(error))


def _mentions_error(event: Event) -> bool:
    return event[0].find(b"error") >= 0 or event[1] == "error"


def stream_fault(name: str, value: Any) -> error_body.ErrorBody | None:  # noqa: ANN401  # a chunk
    """Return the error that a chunk reports: its own, its choice's, or what an event of errors is."""
    found = reported(value)
    if found is not None:
        return found
    kind = value.__dict__.get("type")
    if kind is None and name != "error":
        return _choice_fault(value.__dict__.get("choices") or ())
    if kind == "error" or name == "error":
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


@cache
def telling_types(kind: Any) -> frozenset[type]:  # noqa: ANN401  # a type form
    """Return the types of chunks that say something of the stream's end."""
    union, *_ = get_args(kind) or (kind,)
    return frozenset(
        member
        for member in members_of(union)
        if member is Unrecognized or not _TELLING.isdisjoint(tags(member, "type"))
    )


@cache
def chunk_validator(kind: Any) -> Callable[[bytes], Any]:  # noqa: ANN401  # a type form
    """Return what makes a chunk of bytes, in one validation: of the union's member that the first property names."""
    whole = validator_of(kind).validate_json
    union, *marks = get_args(kind) or (kind,)
    choice = next((mark for mark in marks if isinstance(mark, OneOf)), None)
    if choice is None:
        return whole
    members = {tag.encode(): member for tag, member in choice.by_tag(members_of(union)).items() if tag}
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


class BytesReader(Reading):
    """Passes a download's bytes on."""

    name = "download"

    def read(self, pieces: Iterable[bytes]) -> Iterator[Ok[Any]]:
        """Yield the pieces."""
        for piece in pieces:
            self.event = _SOME_BYTES
            yield Ok(piece)
            if self.done:
                return

    def end(self) -> Iterator[Ok[Any]]:
        """Yield nothing more."""
        self.completed = self.done = True
        return iter(())

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Put the bytes together."""
        return self.unfinished() or Ok(b"".join(chunks))


def _reader(plan: Plan, info: ResponseInfo, injected: object) -> Reading:
    events = plan.operation.events
    reader = Reader(Answer(plan.settings, plan.operation, info, b""), events) if events is not None else BytesReader()
    if injected is None:
        reader.connections = plan.settings.core.connections
    return reader


def opened(plan: Plan, info: ResponseInfo, response: httpx.Response) -> ResultStream[Any, Any, Any] | BinaryResult:
    """Return what a synchronous function gives for a response that is read bit by bit."""
    source = Source(response, _reader(plan, info, plan.settings.core.http_client), info)
    return ResultStream(source) if plan.mode == "events" else BinaryResult(source)


async def opened_async(
    plan: Plan, info: ResponseInfo, response: httpx.Response
) -> AsyncResultStream[Any, Any, Any] | AsyncBinaryResult:
    """Return what an asynchronous function gives for a response that is read bit by bit."""
    source = AsyncSource(response, _reader(plan, info, plan.settings.core.async_http_client), info)
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
                shut_down(connection)


def _read(http: httpx.Response, reader: Reading) -> Generator[Result[Any, Any] | None, None, None]:
    try:
        yield None
        try:
            pieces = iter(cast("Iterable[bytes]", http.stream)) if _is_raw(http) else http.iter_bytes()
            yield from reader.read(pieces)
            if not reader.done:
                yield from reader.end()
            elif reader.completed:
                _drain(http, pieces)
        except Exception as error:  # noqa: BLE001  # the promise of this package
            reader.broken(error)
        if reader.failure is not None:
            http.close()  # first: whoever gets the error may keep it, and the stream
            yield Err(reader.failure)
    finally:
        if not sys.is_finalizing():  # httpx's clock crashes Python 3.13 by then (gh-132413); the system closes all
            http.close()


def _is_raw(http: httpx.Response) -> bool:
    """Tell whether the stream beneath the response has its very bytes: then reading that is cheaper."""
    return not http.is_stream_consumed and "content-encoding" not in http.headers


def _drain(http: httpx.Response, pieces: Iterator[bytes]) -> None:
    """Read what the server sends after the last event, if it comes soon: then the connection can be used again.

    A read can't be given a time-out of its own here; the watchdog ends it by shutting the connection down.
    """
    connection = _socket(http)
    if connection is None:
        return
    WATCHDOG.watch(connection)
    try:
        next(pieces, None)
    finally:
        WATCHDOG.release(connection)


def _socket(http: httpx.Response) -> socket.socket | None:
    """Return the connection's socket, where it is this response's alone."""
    network = http.extensions.get("network_stream") if http.http_version.startswith("HTTP/1") else None
    return None if network is None else network.get_extra_info("socket")


async def _adrain(http: httpx.Response, pieces: WholeItems[bytes]) -> None:
    """Read what the server sends after the last event, if it comes soon: then the connection can be used again."""
    connection, loop = _socket(http), running_loop()
    if connection is None:
        return
    with contextlib.suppress(StopAsyncIteration):
        if loop is None:  # trio, over an injected client
            import anyio

            with anyio.move_on_after(DRAIN):
                await anext(pieces)
            return
        timer = loop.call_later(DRAIN, shut_down, connection)
        try:
            await anext(pieces)
        finally:
            timer.cancel()


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
            await ASYNC.close(self._http)


async def _aread(http: httpx.Response, reader: Reading) -> AsyncGenerator[Result[Any, Any] | None, None]:
    try:
        yield None
        try:
            pieces = WholeItems(
                aiter(cast("AsyncIterable[bytes]", http.stream)) if _is_raw(http) else http.aiter_bytes()
            )
            async for piece in pieces:
                for result in reader.read((piece,)):
                    yield result
                if reader.done:
                    if reader.completed:
                        await _adrain(http, pieces)
                    await pieces.aclose()
                    break
            else:
                for result in reader.end():
                    yield result
        except Exception as error:  # noqa: BLE001  # the promise of this package
            reader.broken(error)
        if reader.failure is not None:
            await ASYNC.close(http)  # first: whoever gets the error may keep it, and the stream
            yield Err(reader.failure)
    finally:
        await ASYNC.close(http)
