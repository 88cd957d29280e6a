"""What a streaming call gives: chunks as they come, and `collect()` for the whole of them.

Functions give a `ResultStream` (or `AsyncResultStream`), which yields `Ok(chunk)` and at most one `Err(error)`, the
last; it never raises. Methods give an `EventStream` (or `AsyncEventStream`), which yields chunks and raises the error.

Close a stream that you don't read to its end, by `with` (`async with`) or `close()` (`aclose()`); twice is fine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, cast

from typing_extensions import TypeVar

from ..lib.closing import AsyncClosing, Closing
from ..lib.mapped import Mapped
from .result import Err

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ..errors import StreamError
    from ..lib.sse import Event
    from ..lib.streams import AsyncSource, Source
    from .response import ResponseInfo
    from .result import Result

T = TypeVar("T")
U = TypeVar("U")
C = TypeVar("C")
V = TypeVar("V")
E = TypeVar("E", bound=Exception)
W = TypeVar("W", default=Any)


@dataclass(frozen=True)
class StreamEvent(Generic[T]):
    """A chunk, and what the stream says about it.

    Attributes:
        data: the chunk.
        event: the event's name; "message" where the stream gives none.
        id: the last id that the stream gave.
        retry: the reconnection time in milliseconds, if the event states one.
    """

    data: T
    event: str = "message"
    id: str = ""
    retry: int | None = None


def _unwrapped(result: Result[T, Any]) -> T:
    return result.unwrap()


def _with_event(result: Result[T, E], event: Event) -> Result[StreamEvent[T], E]:
    return result.map(lambda chunk: StreamEvent(chunk, *event[1:]))


class ResultStream(Closing, Generic[T, E, W]):
    """Yields `Ok(chunk)`, and an `Err` last if the stream breaks; never raises.

    Attributes:
        response: the HTTP exchange: status, headers, attempts, generation id, seconds up to the answer's head.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.response: ResponseInfo = source.response

    @property
    def completed(self) -> bool:
        """Tell whether the stream has come to its proper end."""
        return self._source.reader.completed

    def __iter__(self) -> Iterator[Result[T, E | StreamError]]:
        """Go on where reading stopped."""
        return self._source.items

    def events(self) -> Iterator[Result[StreamEvent[T], E | StreamError]]:
        """Yield chunks together with the event's name, id and retry."""
        source = self._source
        return (_with_event(result, source.reader.event) for result in source.items)

    def collect(self) -> Result[W, E | StreamError]:
        """Read on to the end, and fold the chunks into what the same call returns without `stream`."""
        partly_read = self._source.reader.partly_read()
        if partly_read is not None:
            self.close()
            return partly_read
        chunks: list[Any] = []
        for result in self:
            if isinstance(result, Err):
                self.close()
                return result
            chunks.append(result.value)
        return self._source.reader.whole(chunks)

    def close(self) -> None:
        """Give the connection back; chunks that have not been read are lost."""
        self._source.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.response!r}, completed={self.completed})"


class AsyncResultStream(AsyncClosing, Generic[T, E, W]):
    """Yields `Ok(chunk)`, and an `Err` last if the stream breaks; never raises.

    Attributes:
        response: the HTTP exchange: status, headers, attempts, generation id, seconds up to the answer's head.
    """

    def __init__(self, source: AsyncSource) -> None:
        self._source = source
        self.response: ResponseInfo = source.response

    @property
    def completed(self) -> bool:
        """Tell whether the stream has come to its proper end."""
        return self._source.reader.completed

    def __aiter__(self) -> AsyncIterator[Result[T, E | StreamError]]:
        """Go on where reading stopped."""
        return self._source.items

    def events(self) -> AsyncIterator[Result[StreamEvent[T], E | StreamError]]:
        """Yield chunks together with the event's name, id and retry."""
        reader = self._source.reader
        return Mapped(self._source.items, lambda result: _with_event(result, reader.event))

    async def collect(self) -> Result[W, E | StreamError]:
        """Read on to the end, and fold the chunks into what the same call returns without `stream`."""
        partly_read = self._source.reader.partly_read()
        if partly_read is not None:
            await self.aclose()
            return partly_read
        chunks: list[Any] = []
        async for result in self:
            if isinstance(result, Err):
                await self.aclose()
                return result
            chunks.append(result.value)
        return self._source.reader.whole(chunks)

    async def aclose(self) -> None:
        """Give the connection back; chunks that have not been read are lost."""
        await self._source.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.response!r}, completed={self.completed})"


class EventStream(Closing, Generic[T, W]):
    """Yields chunks, and raises if the stream breaks; what a `ResultStream` is to functions, this is to methods.

    Attributes:
        response: the HTTP exchange: status, headers, attempts, generation id, seconds up to the answer's head.
    """

    def __init__(self, results: ResultStream[T, Any, W]) -> None:
        self._results = results
        self.response = results.response

    @staticmethod
    def of(value: ResultStream[C, Any, V] | U) -> EventStream[C, V] | U:
        """Turn a function's stream into a method's; anything else stays what it is."""
        return EventStream(cast("ResultStream[C, Any, V]", value)) if isinstance(value, ResultStream) else value

    @property
    def completed(self) -> bool:
        """Tell whether the stream has come to its proper end."""
        return self._results.completed

    def __iter__(self) -> Iterator[T]:
        """Go on where reading stopped."""
        return (result.unwrap() for result in self._results)

    def events(self) -> Iterator[StreamEvent[T]]:
        """Yield chunks together with the event's name, id and retry."""
        return (result.unwrap() for result in self._results.events())

    def collect(self) -> W:
        """Read on to the end, and fold the chunks into what the same call returns without `stream`."""
        return self._results.collect().unwrap()

    def close(self) -> None:
        """Give the connection back; chunks that have not been read are lost."""
        self._results.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.response!r}, completed={self.completed})"


class AsyncEventStream(AsyncClosing, Generic[T, W]):
    """Yields chunks, and raises if the stream breaks; what an `AsyncResultStream` is to functions, this is to methods.

    Attributes:
        response: the HTTP exchange: status, headers, attempts, generation id, seconds up to the answer's head.
    """

    def __init__(self, results: AsyncResultStream[T, Any, W]) -> None:
        self._results = results
        self.response = results.response

    @staticmethod
    def of(value: AsyncResultStream[C, Any, V] | U) -> AsyncEventStream[C, V] | U:
        """Turn an asynchronous function's stream into a method's; anything else stays what it is."""
        return (
            AsyncEventStream(cast("AsyncResultStream[C, Any, V]", value))
            if isinstance(value, AsyncResultStream)
            else value
        )

    @property
    def completed(self) -> bool:
        """Tell whether the stream has come to its proper end."""
        return self._results.completed

    def __aiter__(self) -> AsyncIterator[T]:
        """Go on where reading stopped."""
        return Mapped(aiter(self._results), _unwrapped)

    def events(self) -> AsyncIterator[StreamEvent[T]]:
        """Yield chunks together with the event's name, id and retry."""
        return Mapped(self._results.events(), _unwrapped)

    async def collect(self) -> W:
        """Read on to the end, and fold the chunks into what the same call returns without `stream`."""
        return (await self._results.collect()).unwrap()

    async def aclose(self) -> None:
        """Give the connection back; chunks that have not been read are lost."""
        await self._results.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.response!r}, completed={self.completed})"
