"""What a streaming call gives: chunks as they come, `text()` for the text alone, and `collect()` for the whole.

Functions give a `ResultStream` (or `AsyncResultStream`), which yields `Ok(chunk)` and at most one `Err(error)`, the
last; it never raises. Methods give an `EventStream` (or `AsyncEventStream`), which yields chunks and raises the error.

`collect()` gives what the same call returns without `stream`: before, while or after you read. A server that doesn't
stream gives such a value at once: then there are no chunks, the text comes in one piece, and the stream is complete.

Close a stream that you don't read to its end, by `with` (`async with`) or `close()` (`aclose()`); twice is fine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING, Any, Generic, cast

from typing_extensions import Self, TypeVar

from ..errors import StreamError
from ..lib.closing import AsyncClosing, Closing
from ..lib.mapped import Mapped
from .response import ResponseInfo
from .result import Result

if TYPE_CHECKING:
    from ..lib.pieces import Pieces
    from ..lib.streams import AsyncSource, Reading, Source
else:  # the runtime's own, which only a call needs
    AsyncSource = Pieces = Reading = Source = Any

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


_unwrapped: Callable[[Result[Any, Any]], Any] = methodcaller("unwrap")


def _with_event(reader: Reading, result: Result[T, E]) -> Result[StreamEvent[T], E]:
    return result.map(lambda chunk: StreamEvent(chunk, *reader.event[1:]))


class _Texts(Generic[E]):
    """The texts in a stream's chunks. Not a generator: several threads may share it."""

    def __init__(self, items: Iterator[Result[Any, E]], pieces: Pieces) -> None:
        self._items = items
        self._pieces = pieces

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Result[str, E]:
        """Return the next text."""
        for result in self._items:
            text = self._pieces.take(result)
            if text is not None:
                return text
        rest = self._pieces.rest()
        if rest is None:
            raise StopIteration
        return rest


class _AsyncTexts(Generic[E]):
    """The texts in a stream's chunks. Not a generator: that would be left to the event loop to finish."""

    def __init__(self, items: AsyncIterator[Result[Any, E]], pieces: Pieces) -> None:
        self._items = items
        self._pieces = pieces

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result[str, E]:
        """Return the next text."""
        async for result in self._items:
            text = self._pieces.take(result)
            if text is not None:
                return text
        rest = self._pieces.rest()
        if rest is None:
            raise StopAsyncIteration
        return rest


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
        return map(partial(_with_event, self._source.reader), self._source.items)

    def text(self) -> Iterator[Result[str, E | StreamError]]:
        """Yield the answer's text alone, piece by piece: of the first choice, of all messages, of all text blocks."""
        from ..lib.pieces import Pieces

        return _Texts(self._source.items, Pieces(self._source.reader))

    def collect(self) -> Result[W, E | StreamError]:
        """Read on to the end, and fold all chunks into what the same call returns without `stream`.

        Chunks that you have read count, too. An error's `partial` is what came before it, folded.
        """
        for _ in self._source.items:
            pass
        return self._source.reader.collected()

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
        return Mapped(self._source.items, partial(_with_event, self._source.reader))

    def text(self) -> AsyncIterator[Result[str, E | StreamError]]:
        """Yield the answer's text alone, piece by piece: of the first choice, of all messages, of all text blocks."""
        from ..lib.pieces import Pieces

        return _AsyncTexts(self._source.items, Pieces(self._source.reader))

    async def collect(self) -> Result[W, E | StreamError]:
        """Read on to the end, and fold all chunks into what the same call returns without `stream`.

        Chunks that you have read count, too. An error's `partial` is what came before it, folded.
        """
        async for _ in self._source.items:
            pass
        return self._source.reader.collected()

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
        return map(_unwrapped, self._results)

    def events(self) -> Iterator[StreamEvent[T]]:
        """Yield chunks together with the event's name, id and retry."""
        return map(_unwrapped, self._results.events())

    def text(self) -> Iterator[str]:
        """Yield the answer's text alone, piece by piece: of the first choice, of all messages, of all text blocks."""
        return map(_unwrapped, self._results.text())

    def collect(self) -> W:
        """Read on to the end, and fold all chunks into what the same call returns without `stream`.

        Chunks that you have read count, too. An error's `partial` is what came before it, folded.
        """
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

    def text(self) -> AsyncIterator[str]:
        """Yield the answer's text alone, piece by piece: of the first choice, of all messages, of all text blocks."""
        return Mapped(self._results.text(), _unwrapped)

    async def collect(self) -> W:
        """Read on to the end, and fold all chunks into what the same call returns without `stream`.

        Chunks that you have read count, too. An error's `partial` is what came before it, folded.
        """
        return (await self._results.collect()).unwrap()

    async def aclose(self) -> None:
        """Give the connection back; chunks that have not been read are lost."""
        await self._results.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.response!r}, completed={self.completed})"
