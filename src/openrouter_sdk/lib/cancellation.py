"""Cancelling a call without breaking the HTTP client that it uses.

Between two waits a client takes steps that belong together: it gets a connection and marks it as busy, or reads the
last byte of an answer and marks the connection as free. Where such steps only give way to other tasks (`sleep(0)`, a
free lock), asyncio may cancel them all the same, and httpcore then keeps the connection in its pool for ever. So a
cancellation that comes while nothing is waited for is handed on at the next wait. (Those of anyio's scopes can't be:
what they leave behind is for `transport` to find.)
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator

T = TypeVar("T")


class Whole(Generic[T]):
    """Awaits something; a cancellation only reaches it while it waits.

    Args:
        awaited: what to wait for.
        discard: what to do with its value if the task was cancelled and there was nothing left to wait for.
    """

    __slots__ = ("_awaited", "_discard")

    def __init__(self, awaited: Awaitable[T], discard: Callable[[T], Awaitable[object]] | None = None) -> None:
        self._awaited = awaited
        self._discard = discard

    def __await__(self) -> Generator[Any, None, T]:
        """Take the steps one by one; what is raised inside is one of: nothing, a wait's error, a cancellation."""
        steps = cast("Generator[Any, None, T]", self._awaited.__await__())
        sent: Any = None
        error: BaseException | None = None
        postponed: asyncio.CancelledError | None = None
        while True:
            try:
                wait = steps.send(sent) if error is None else steps.throw(error)
            except StopIteration as done:
                value: T = done.value
                break
            sent = error = None
            if is_due := postponed is not None and _is_pending(wait):
                wait.cancel()
                postponed = None
            try:
                sent = yield wait
            except GeneratorExit:
                steps.close()
                raise
            except asyncio.CancelledError as cancelled:
                if is_due or _is_pending(wait, cancelled=True) or _is_anyios(cancelled):
                    error = cancelled
                else:
                    postponed = cancelled
            except BaseException as raised:  # noqa: BLE001  # it is thrown in
                error = raised
        if postponed is not None and _is_cancelled():
            if self._discard is not None:
                yield from Whole(self._discard(value)).__await__()
            raise postponed
        return value


def _is_pending(wait: Any, *, cancelled: bool = False) -> bool:  # noqa: ANN401  # what a coroutine yields
    """Tell whether a task waits for something that is still to come, and doesn't just give way to others.

    Only asyncio yields None for the latter; to other libraries' waits every exception is handed on.
    """
    if wait is None:
        return False
    if not asyncio.isfuture(wait):
        return cancelled
    return not wait.done() or (cancelled and wait.cancelled())


def _is_anyios(cancelled: asyncio.CancelledError) -> bool:
    """Tell whether it is one of anyio's, which waits for its own cancellations by giving way, over and over."""
    return bool(cancelled.args) and "cancel scope" in str(cancelled.args[0])


def _is_cancelled() -> bool:
    """Tell whether the task is still to be cancelled: a time-out inside may have asked for it, and been over since."""
    task: Any = asyncio.current_task()
    return not hasattr(task, "cancelling") or task.cancelling() > 0  # Python 3.10 doesn't count


class WholeItems(Generic[T]):
    """An asynchronous iterator whose steps are `Whole`."""

    __slots__ = ("_items",)

    def __init__(self, items: AsyncIterator[T]) -> None:
        self._items = items

    def __aiter__(self) -> WholeItems[T]:
        return self

    def __anext__(self) -> Awaitable[T]:
        """Return the next item, to be awaited."""
        return Whole(anext(self._items))

    async def aclose(self) -> None:
        """Close the iterator, if it is a generator: other libraries than asyncio complain of those that are dropped."""
        close = getattr(self._items, "aclose", None)
        if close is not None:
            await Whole(close())
