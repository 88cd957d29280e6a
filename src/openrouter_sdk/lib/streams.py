"""Reading an event stream: bytes to chunks and errors without I/O (`Reader`), and where the bytes come from."""

from __future__ import annotations

import contextlib
import re
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_args

import pydantic

from ..errors import RequestAbortedError, ResponseError, StreamError
from ..types.result import Err, Ok
from ..types.streams import AsyncResultStream, ResultStream
from . import error_body, lenient
from .cancellation import WholeItems
from .client_errors import as_error
from .colours import ASYNC, SYNC, run
from .connections import running_loop
from .faults import accept, response_error
from .json_values import as_object, is_object
from .misfits import COLLECTOR, Misfit
from .model import OneOf, Unrecognized, members_of, tags
from .response import Answer
from .sse import BLANK_LINE, Decoder, Event
from .turns import AsyncTurns, Turns
from .validators import validator_of
from .watchdog import DRAIN, WATCHDOG, shut_down

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, Iterator

    import httpx

    from ..core import OpenRouterCore
    from ..types.response import ResponseInfo
    from ..types.result import Result
    from .compression import Decoder as Decompression
    from .connections import Connections
    from .folds import Fold
    from .operation import Events
    from .request import Plan


NO_EVENT: Event = (b"", "message", "", None)
_SOME_BYTES: Event = (b"", "bytes", "", None)
# Servers write the tag first; where they don't, the union finds it.
_FIRST_TYPE = re.compile(rb'\s*\{\s*"type"\s*:\s*"([^"\\]+)"')
_LAST_TYPES = frozenset({"response.completed", "response.incomplete", "message_stop"})
_PREVIEW = "image_generation.partial_image"
# Those that say something of the stream's end, or needn't be kept; None is a tag that isn't known.
_TELLING = _LAST_TYPES | {_PREVIEW, "error", "response.failed", None}
# What stands for nothing. Some servers send it to keep the connection alive.
_NOTHING = frozenset({b"", b"null", b"[]"})
_KEEP_ALIVES = frozenset({"ping", "heartbeat", "keepalive", "keep-alive"})


class Reading:
    """What becomes of the bytes of a response.

    Attributes:
        event: the event that the last chunk came in; `NO_EVENT` before the first.
        failure: the error; it is for the driver to yield, which gives the connection back before.
        completed: whether what is read has come to its proper end.
        done: whether there is nothing more to come.
        fold: how chunks are put together, a name of lib/folds.py; "" for bytes.
        info: the HTTP exchange.
        connections: the package's own, if the response came over one of them; closing them breaks it.
    """

    name = "stream"
    fold = ""
    info: ResponseInfo | None = None
    pieces: Any = None
    """Where the bytes come from, if not from the response itself."""

    def __init__(self) -> None:
        self.event = NO_EVENT
        self.failure: StreamError | ResponseError | RequestAbortedError | None = None
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

    def watch(self, core: OpenRouterCore, injected: object) -> None:
        """Take note of whose connection the response comes over."""
        self.connections = core.connections if injected is None else None

    def broken(self, error: Exception) -> None:
        """Take an exception while reading for a failure, unless all has come or nobody reads any more."""
        if not self.done and not self.completed:
            message = as_error(error).message
            aborted = self.connections is not None and self.connections.closed
            failure = RequestAbortedError(message) if aborted else StreamError(f"the stream broke: {message}")
            failure.__cause__ = error
            self.fail(failure)
        self.done = True

    def fail(self, failure: StreamError | ResponseError | RequestAbortedError) -> None:
        """End reading with an error."""
        self.done = True
        self.failure = failure

    def collected(self) -> Result[Any, Any]:
        """Return what all chunks make when put together, or the error that came instead."""
        raise NotImplementedError

    def partly_read(self) -> Err[StreamError] | None:
        """Return the error of putting together what was read in part before."""
        if self.event is NO_EVENT:
            return None
        return Err(StreamError(f"the {self.name} was read in part before; to have it whole, ask for that first of all"))

    def unfinished(self) -> Err[StreamError] | None:
        """Return the error of what was closed before its end."""
        return None if self.completed else Err(StreamError(f"the {self.name} was closed before its end"))


class Reader(Reading):
    """Turns the bytes of a stream into chunks and, last, at most one error.

    What `collect` needs is kept as it came, since one more entry of a list costs a chunk nothing that can be measured,
    while folding each as it comes would double its cost. It is let go as soon as it is folded.
    """

    def __init__(self, answer: Answer, events: Events) -> None:
        super().__init__()
        self._answer = answer
        self._kind = events
        self.fold = events.fold
        self.info = answer.info
        self._decoder = Decoder()
        self._validate = chunk_validator(events.type)
        self._telling = telling_types(events.type)
        self._warned = False
        self._misfits: list[Misfit] = []
        self._kept: list[bytes] = []
        self._folding: Fold | None = None
        self._collected: Result[Any, Any] | None = None

    def read(self, pieces: Iterable[bytes]) -> Iterator[Ok[Any]]:
        """Yield the chunks in pieces, each read when it is asked for: keeping many at once costs time."""
        decoder, info, validate, telling = self._decoder, self._answer.info, self._validate, self._telling
        keep, misfits = self._kept.append, self._misfits
        for piece in pieces:
            events = decoder.feed(piece)
            # Whatever reports an error has that word in it. Looking once for all events takes half as long as at each;
            # `rpartition` takes half as long as `find`, and a third as long as `in`.
            may_fail = decoder.text.rpartition(b"error")[1]
            for event in events:
                self.event = event
                COLLECTOR.misfits = misfits
                try:
                    value = validate(event[0])
                except pydantic.ValidationError:
                    COLLECTOR.misfits = None
                    result = self._misfit(event)
                else:
                    COLLECTOR.misfits = None
                    if misfits or type(value) in telling or (may_fail and _mentions_error(event)):
                        result = self._telling_chunk(event, value)
                    else:
                        keep(event[0])
                        result = Ok(value, info)
                if result is not None:
                    yield result
                if self.done:
                    return
            if decoder.failure is not None:
                return self.fail(decoder.failure)

    def end(self) -> Iterator[Ok[Any]]:
        """Yield a last chunk, if there is one; a stream that isn't complete by then was cut off."""
        yield from self.read((BLANK_LINE,))
        if not self.done and not self.completed:
            self._end_without_mark()
        self.done = True

    def _end_without_mark(self) -> None:
        """Take the end of the response for the stream's if the answer is complete, or came whole after all."""
        whole = error_body.load(self._decoder.text) if self.event is NO_EVENT else None
        fault = error_body.read(whole)
        if fault is not None:
            self._fail_with(fault, self._decoder.text)
        elif is_object(whole):
            self.completed = True
            self._collected = Ok(lenient.construct(self._kind.whole, whole), self._answer.info)
        elif self._folded().is_complete():
            self.completed = True
        else:
            self.fail(StreamError("the stream was cut off before its end"))

    def fail(self, failure: StreamError | ResponseError | RequestAbortedError) -> None:
        """End reading with an error, which has what came up to it."""
        super().fail(failure)
        failure.partial = self._partial()

    def collected(self) -> Result[Any, Any]:
        """Fold what came into what the same call returns without `stream`."""
        if self._collected is None:
            self._collected = self._collect()
        return self._collected

    def _collect(self) -> Result[Any, Any]:
        unfinished = self.unfinished()
        if self.failure is not None:
            return Err(self.failure)
        if unfinished is not None:
            unfinished.error.partial = self._partial()
            return unfinished
        return Ok(self._partial(), self._answer.info)

    def _partial(self) -> Any:  # noqa: ANN401  # the operation's value
        return lenient.construct(self._kind.whole, self._folded().whole())

    def _folded(self) -> Fold:
        """Fold what was kept, and let it go."""
        if self._folding is None:
            from .folds import FOLDS

            is_chunk = self._kind.type in {self._kind.whole, *members_of(self._kind.whole)}
            self._folding = FOLDS["chunks" if is_chunk else self.fold]()
        for data in self._kept:
            self._folding.add(as_object(error_body.load(data)))
        self._kept.clear()
        return self._folding

    def _telling_chunk(self, event: Event, value: Any) -> Ok[Any] | None:  # noqa: ANN401  # a chunk
        """Take the error in a chunk, if there is one; return the chunk unless it is nothing but an error."""
        data, name, *_ = event
        kind = str(value.__dict__.get("type"))
        raw = as_object(error_body.load(data)) if _mentions_error(event) or kind == "response.failed" else {}
        fault = error_body.in_event(name, raw)
        misfits = [*self._misfits]
        self._misfits.clear()
        if fault is not None and self._is_bare_error(raw):
            self._fail_with(fault, data)
            return None
        if misfits and fault is None and not self._accepts(value, data, misfits):
            return None
        self._kept.append(data if kind != _PREVIEW else _PREVIEW_CAME)
        if fault is not None:
            self._fail_with(fault, data)
        elif kind in _LAST_TYPES:
            self.completed = True
        return Ok(value, self._answer.info)

    def _accepts(self, value: Any, data: bytes, misfits: list[Misfit]) -> bool:  # noqa: ANN401  # a chunk
        """Log what doesn't fit, or fail in a strict core."""
        answer = self._answer
        try:
            accept(Answer(answer.settings, answer.operation, answer.info, data), value, misfits)
        except ResponseError as error:
            self.fail(error)
        return not self.done

    def _is_bare_error(self, raw: dict[str, Any]) -> bool:
        """Tell whether what reports an error is nothing else, such as a chunk without choices."""
        return "choices" not in raw if self.fold == "chat" else not isinstance(raw.get("type"), str)

    def _fail_with(self, fault: error_body.ErrorBody, content: bytes) -> None:
        answer = self._answer
        self.fail(response_error(Answer(answer.settings, answer.operation, answer.info, content), fault))

    def _misfit(self, event: Event) -> Ok[Any] | None:
        """Take what pydantic refused: the end, what means nothing, and JSON that isn't quite right."""
        data, name, *_ = event
        bare = data.strip(b" \t\r\n\"'")
        if bare.upper() == b"[DONE]":
            self.completed = self.done = True
            return None
        raw = error_body.load(data)
        if is_object(raw):
            return self._odd_chunk(event, raw)
        if name == "error":
            words = raw or ("" if bare in _NOTHING else error_body.excerpt(data.decode("utf-8", "replace")))
            self._fail_with(error_body.read({"error": words}) or error_body.NO_WORDS, data)
        elif bare not in _NOTHING and not bare.startswith(b":") and name not in _KEEP_ALIVES:
            self._no_chunk(data, raw)
        return None

    def _no_chunk(self, data: bytes, raw: object) -> None:
        """Pass over a JSON value that isn't an object; what isn't JSON can't be read, nor what comes after it."""
        if raw is None:
            text = error_body.excerpt(data[:1000].decode("utf-8", "replace"))
            self.fail(StreamError(f"an event isn't JSON: {text}"))
        else:
            self._warn("an event isn't a JSON object; passed over: %s", error_body.excerpt(repr(data[:1000])))

    def _odd_chunk(self, event: Event, raw: dict[str, Any]) -> Ok[Any] | None:
        """Make the most of a chunk whose JSON isn't quite right."""
        if b"\\u" not in event[0]:  # which halves of an emoji are written with: pieces may well end in the middle
            text = error_body.excerpt(event[0][:1000].decode("utf-8", "replace"))
            self._warn("an event isn't proper JSON; read as far as possible: %s", text)
        COLLECTOR.misfits = self._misfits
        value = lenient.construct(self._kind.type, raw)
        COLLECTOR.misfits = None
        return self._telling_chunk(event, value)

    def _warn(self, message: str, detail: str) -> None:
        if not self._warned:
            self._warned = True
            self._answer.settings.logger.warning("%s: %s", self._answer.operation.id, message % detail)


# What is kept of a preview: that one came.
_PREVIEW_CAME = b'{"type":"%s"}' % _PREVIEW.encode()


def _mentions_error(event: Event) -> bool:
    return event[0].find(b"error") >= 0 or event[1] == "error"


class Whole(Reading):
    """A stream's answer that came whole: there is nothing to read."""

    def __init__(self, result: Ok[Any], events: Events) -> None:
        super().__init__()
        self._result = result
        self.fold = events.fold
        self.info = result.response
        self.completed = self.done = True

    def read(self, pieces: Iterable[bytes]) -> Iterator[Ok[Any]]:  # noqa: ARG002  # there are none
        """Yield nothing."""
        return iter(())

    def end(self) -> Iterator[Ok[Any]]:
        """Yield nothing."""
        return iter(())

    def collected(self) -> Result[Any, Any]:
        """Return the answer."""
        return self._result


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
    members = {tag.encode(): models[0] for tag, models in choice.by_tag(members_of(union)).items() if tag}
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
    """Passes a download's bytes on, decompressed."""

    name = "download"

    def __init__(self, decoder: Decompression, pieces: Any = None) -> None:  # noqa: ANN401  # an iterator of either colour
        super().__init__()
        self._decompression = decoder
        self.pieces = pieces

    def read(self, pieces: Iterable[bytes]) -> Iterator[Ok[Any]]:
        """Yield the pieces."""
        for piece in pieces:
            found = self._decompression.feed(piece)
            if found:
                self.event = _SOME_BYTES
                yield Ok(found)
            if self.done:
                return

    def end(self) -> Iterator[Ok[Any]]:
        """Yield nothing more."""
        self._decompression.finish()
        self.completed = self.done = True
        return iter(())

    def whole(self, chunks: list[Any]) -> Result[Any, Any]:
        """Put the bytes together."""
        return self.unfinished() or Ok(b"".join(chunks))


def opened(
    plan: Plan, info: ResponseInfo, response: httpx.Response, whole: Ok[Any] | None = None
) -> ResultStream[Any, Any, Any]:
    """Return what a synchronous function gives for a stream, or for an answer that came whole."""
    reader = _reader(plan, info, whole)
    reader.watch(plan.settings.core, plan.settings.core.http_client)
    return ResultStream(Source(response, reader, info))


async def opened_async(
    plan: Plan, info: ResponseInfo, response: httpx.Response, whole: Ok[Any] | None = None
) -> AsyncResultStream[Any, Any, Any]:
    """Return what an asynchronous function gives for a stream, or for an answer that came whole."""
    reader = _reader(plan, info, whole)
    reader.watch(plan.settings.core, plan.settings.core.async_http_client)
    source = AsyncSource(response, reader, info)
    await source.start()
    return AsyncResultStream(source)


def _reader(plan: Plan, info: ResponseInfo, whole: Ok[Any] | None) -> Reading:
    events = cast("Events", plan.operation.events)
    if whole is not None:
        return Whole(whole, events)
    return Reader(Answer(plan.settings, plan.operation, info, b""), events)


class Source:
    """A stream's items in the synchronous colour; dropping it gives the connection back."""

    def __init__(self, http: httpx.Response, reader: Reading, response: ResponseInfo) -> None:
        self._http = http
        self.reader = reader
        self.response = response
        self._results: Generator[Any, None, None] = _read(http, reader)
        next(self._results)  # a generator that hasn't started doesn't run its `finally` when it is dropped
        self.items: Iterator[Any] = Turns(self._results)

    def close(self) -> None:
        """Stop reading, and close the response."""
        self.reader.done = True
        try:
            self._results.close()
        except ValueError:  # another thread is reading: that ends when the connection does
            with contextlib.suppress(Exception):
                connection = _socket(self._http)
                if connection is not None:
                    shut_down(connection)


def _read(http: httpx.Response, reader: Reading) -> Generator[Result[Any, Any] | None, None, None]:
    try:
        yield None
        if isinstance(reader, Whole):
            return
        try:
            pieces = reader.pieces or (
                iter(cast("Iterable[bytes]", http.stream)) if _is_raw(http) else http.iter_bytes()
            )
            yield from reader.read(pieces)
            if not reader.done:
                yield from reader.end()
            elif reader.completed:
                _drain(http, pieces)
        except Exception as error:  # noqa: BLE001  # the promise of this package
            reader.broken(error)
        if reader.failure is not None:
            run(SYNC.close(http))  # first: whoever gets the error may keep it, and the stream
            yield Err(reader.failure)
    finally:
        if not sys.is_finalizing():  # httpx's clock crashes Python 3.13 by then (gh-132413); the system closes all
            run(SYNC.close(http))


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
        self._results = _aread(http, reader)
        self.items: AsyncIterator[Any] = AsyncTurns(self._results, reader.broken)

    async def start(self) -> None:
        """Start the generator: one that hasn't doesn't run its `finally` when it is dropped."""
        await anext(self._results)

    async def aclose(self) -> None:
        """Stop reading, and close the response."""
        self.reader.done = True
        try:
            await self._results.aclose()
        except RuntimeError:  # another task is reading: that ends when the response is closed
            await ASYNC.close(self._http)


async def _aread(http: httpx.Response, reader: Reading) -> AsyncGenerator[Iterator[Result[Any, Any]], None]:
    """Yield what each piece of the response brings."""
    try:
        yield iter(())
        if isinstance(reader, Whole):
            return
        try:
            pieces = WholeItems(
                reader.pieces
                or (aiter(cast("AsyncIterable[bytes]", http.stream)) if _is_raw(http) else http.aiter_bytes())
            )
            async for piece in pieces:
                yield reader.read((piece,))
                if reader.done:
                    if reader.completed:
                        await _adrain(http, pieces)
                    await pieces.aclose()
                    break
            else:
                yield reader.end()
        except Exception as error:  # noqa: BLE001  # the promise of this package
            reader.broken(error)
        if reader.failure is not None:
            await ASYNC.close(http)  # first: whoever gets the error may keep it, and the stream
            yield iter((Err(reader.failure),))
    finally:
        await ASYNC.close(http)
