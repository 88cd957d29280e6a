"""Iterating over one generator from several threads or tasks: each item goes to one of them, and nothing is raised.

A generator refuses whoever comes while another waits for its next item. Whoever is refused looks again a moment later,
so that those who are alone, as nearly all are, needn't take a lock for each item.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Iterator

    from typing_extensions import Self

T = TypeVar("T")

_MOMENT = 0.001


class Turns(Generic[T]):
    """The items of a generator, for several threads."""

    __slots__ = ("_items",)

    def __init__(self, items: Generator[T, None, None]) -> None:
        self._items = items

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        """Return the next item."""
        while True:
            try:
                return next(self._items)
            except ValueError:  # the generator is already executing; nothing else comes out of ours
                time.sleep(_MOMENT)


class AsyncTurns(Generic[T]):
    """The items in what an asynchronous generator yields, which are iterators of some at once, for several tasks.

    One step of such a generator for each item would cost as much as the rest of passing it on.
    """

    __slots__ = ("_items", "_on_error", "_some")

    def __init__(self, items: AsyncGenerator[Iterator[T], None], on_error: Callable[[Exception], object]) -> None:
        self._items = items
        self._some: Iterator[T] = iter(())
        self._on_error = on_error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next item."""
        while True:
            try:
                for item in self._some:
                    return item
            except Exception as error:  # noqa: BLE001  # the promise of this package
                self._on_error(error)
            try:
                self._some = await self._items.__anext__()
            except RuntimeError:  # the generator is already running; nothing else comes out of ours
                await asyncio.sleep(_MOMENT)
