"""How one page leads to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import OpenRouterDefaultError
from ..types.pages import AsyncResultPage, ResultPage
from ..types.response import ResponseInfo
from ..types.result import Err, Ok
from .call import call, call_async
from .json_values import as_array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core import OpenRouterCore
    from ..types.result import Result
    from .operation import Operation, Paging


class Turn:
    """From one page to the next: the call that brought this one, and what leads on from it."""

    def __init__(
        self,
        core: OpenRouterCore,
        operation: Operation[Any, Any],
        params: Mapping[str, Any],
        cursors: frozenset[str] = frozenset(),
    ) -> None:
        self._core = core
        self._operation = operation
        self._params = params
        self._cursors = cursors
        self._page: Ok[Any] | None = None

    def get(self) -> Result[Any, Any]:
        """Get the page."""
        return self._wrapped(call(self._core, self._operation, self._params), ResultPage)

    async def get_async(self) -> Result[Any, Any]:
        """Get the page."""
        return self._wrapped(await call_async(self._core, self._operation, self._params), AsyncResultPage)

    def next(self) -> Result[Any, Any] | None:
        """Get the page after it."""
        turn = self._turned()
        return turn.get() if isinstance(turn, Turn) else turn

    async def next_async(self) -> Result[Any, Any] | None:
        """Get the page after it."""
        turn = self._turned()
        return await turn.get_async() if isinstance(turn, Turn) else turn

    def _wrapped(self, result: Result[Any, Any], kind: type[Any]) -> Result[Any, Any]:
        if isinstance(result, Err):
            return result
        self._page = result
        items = items_of(self._paging, result.value)
        return Ok(kind(result.value, items, result.response, self), result.response)

    @property
    def _paging(self) -> Paging:
        paging = self._operation.paging
        if paging is None:
            message = f"{self._operation.id} has no pages"
            raise TypeError(message)
        return paging

    def _turned(self) -> Turn | Err[Any] | None:
        """Return the turn to the next page, or None after the last; a cursor that comes again would go on forever."""
        page = self._page
        if page is None:
            return None
        more = next_arguments(self._paging, self._params, page.value)
        if more is None:
            return None
        cursor = more.get(self._paging.cursor_argument) if self._paging.cursor else None
        if cursor is not None and cursor in self._cursors:
            return Err(_circle(self._operation, page, cursor))
        cursors = self._cursors | ({cursor} if cursor is not None else frozenset[str]())
        return Turn(self._core, self._operation, {**self._params, **more}, cursors)


def _circle(operation: Operation[Any, Any], page: Ok[Any], cursor: str) -> OpenRouterDefaultError:
    response = page.response or ResponseInfo(200, {})
    message = f"{operation.id}: the cursor {cursor!r} came a second time; following it would never end"
    return OpenRouterDefaultError(message, status_code=response.status_code, response=response)


def items_of(paging: Paging, page: Any) -> Sequence[Any]:  # noqa: ANN401  # a model
    """Return what is on a page."""
    return as_array(getattr(page, paging.items, None))


def next_arguments(paging: Paging, params: Mapping[str, Any], page: Any) -> dict[str, Any] | None:  # noqa: ANN401  # a model
    """Return the arguments that lead to the next page; None after an empty or short one, or without a cursor."""
    items = items_of(paging, page)
    if not items or getattr(page, "has_more", None) is False:
        return None
    if paging.cursor is not None:
        cursor = getattr(page, paging.cursor, None)
        return {paging.cursor_argument: cursor} if cursor else None
    limit = params.get("limit") or paging.limit
    if limit is not None and len(items) < limit:
        return None
    return {"offset": (params.get("offset") or 0) + len(items)}
