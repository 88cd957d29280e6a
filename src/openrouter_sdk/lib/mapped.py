"""An asynchronous iterator over another, item by item.

A generator would do the same, and leave itself to the event loop to finish whenever somebody breaks out of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, TypeVar

from typing_extensions import Self

T = TypeVar("T")


class Mapped(Generic[T]):
    """What `f` makes of the items of another iterator."""

    __slots__ = ("_f", "_items")

    def __init__(self, items: AsyncIterator[Any], f: Callable[[Any], T]) -> None:
        self._items = items
        self._f = f

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return what `f` makes of the next item."""
        return self._f(await anext(self._items))
