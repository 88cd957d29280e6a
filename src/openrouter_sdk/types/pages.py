"""What a paged call gives: one page, and the way to the next.

Functions give a `ResultPage` (or `AsyncResultPage`), which leads on in `Result`s; methods give a `Page` (or
`AsyncPage`), which leads on in values and raises. Iterating over a page yields its items, and those of the pages after.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .response import ResponseInfo
from .result import Err, Ok, Result

if TYPE_CHECKING:
    from ..lib.pages import Turn
else:  # the runtime's own, which only a call needs
    Turn = Any

T = TypeVar("T")
W = TypeVar("W")
E = TypeVar("E", bound=Exception)


class _Items(Generic[T, W]):
    """What is on one page, as a sequence; iterating is another thing, and goes on to the pages after.

    Attributes:
        result: the page as the API returned it.
        items: what is on it.
        response: the HTTP exchange.
    """

    def __init__(self, result: W, items: Sequence[T], response: ResponseInfo | None) -> None:
        self.result = result
        self.items = items
        self.response = response

    @property
    def data(self) -> Sequence[T]:
        """What is on the page: `items` by the name that most answers have for it."""
        return self.items

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self.items[index]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.items)} items)"


class ResultPage(_Items[T, W], Generic[T, W, E]):
    """A page of a function's results."""

    def __init__(self, result: W, items: Sequence[T], response: ResponseInfo | None, turn: Turn) -> None:
        super().__init__(result, items, response)
        self._turn = turn

    def next(self) -> Result[ResultPage[T, W, E], E] | None:
        """Get the next page; None if this is the last."""
        return self._turn.next()

    def pages(self) -> Iterator[Result[ResultPage[T, W, E], E]]:
        """Yield this page and all after it; an error is the last that comes."""
        result: Result[ResultPage[T, W, E], E] | None = Ok(self, self.response)
        while result is not None:
            yield result
            result = result.value.next() if isinstance(result, Ok) else None

    def __iter__(self) -> Iterator[Result[T, E]]:
        """Yield the items of this page and all after it; an error is the last that comes."""
        for page in self.pages():
            if isinstance(page, Err):
                yield page
            else:
                yield from (Ok(item, page.response) for item in page.value.items)


class AsyncResultPage(_Items[T, W], Generic[T, W, E]):
    """A page of an asynchronous function's results."""

    __iter__ = None  # else Python would take a page for a sequence, and `for` without `async` end after its items

    def __init__(self, result: W, items: Sequence[T], response: ResponseInfo | None, turn: Turn) -> None:
        super().__init__(result, items, response)
        self._turn = turn

    async def next(self) -> Result[AsyncResultPage[T, W, E], E] | None:
        """Get the next page; None if this is the last."""
        return await self._turn.next_async()

    async def pages(self) -> AsyncIterator[Result[AsyncResultPage[T, W, E], E]]:
        """Yield this page and all after it; an error is the last that comes."""
        result: Result[AsyncResultPage[T, W, E], E] | None = Ok(self, self.response)
        while result is not None:
            yield result
            result = await result.value.next() if isinstance(result, Ok) else None

    async def __aiter__(self) -> AsyncIterator[Result[T, E]]:
        """Yield the items of this page and all after it; an error is the last that comes."""
        async for page in self.pages():
            if isinstance(page, Err):
                yield page
            else:
                for item in page.value.items:
                    yield Ok(item, page.response)


class Page(_Items[T, W]):
    """A page of a method's results."""

    def __init__(self, page: ResultPage[T, W, Any]) -> None:
        super().__init__(page.result, page.items, page.response)
        self._page = page

    def next(self) -> Page[T, W] | None:
        """Get the next page; None if this is the last."""
        found = self._page.next()
        return None if found is None else Page(found.unwrap())

    def pages(self) -> Iterator[Page[T, W]]:
        """Yield this page and all after it."""
        return (Page(page.unwrap()) for page in self._page.pages())

    def __iter__(self) -> Iterator[T]:
        """Yield the items of this page and all after it."""
        return (item.unwrap() for item in self._page)


class AsyncPage(_Items[T, W]):
    """A page of an asynchronous method's results."""

    __iter__ = None  # else Python would take a page for a sequence, and `for` without `async` end after its items

    def __init__(self, page: AsyncResultPage[T, W, Any]) -> None:
        super().__init__(page.result, page.items, page.response)
        self._page = page

    async def next(self) -> AsyncPage[T, W] | None:
        """Get the next page; None if this is the last."""
        found = await self._page.next()
        return None if found is None else AsyncPage(found.unwrap())

    def pages(self) -> AsyncIterator[AsyncPage[T, W]]:
        """Yield this page and all after it."""
        return (AsyncPage(page.unwrap()) async for page in self._page.pages())

    def __aiter__(self) -> AsyncIterator[T]:
        """Yield the items of this page and all after it."""
        return (item.unwrap() async for item in self._page)
