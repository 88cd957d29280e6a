"""How one page leads to the next."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pydantic
import pydantic_core

from ..errors import OpenRouterDefaultError
from ..types.pages import AsyncResultPage, ResultPage
from ..types.response import ResponseInfo
from ..types.result import Err, Ok
from .call import call, call_async
from .client_errors import as_error
from .json_values import as_array, as_object, is_object
from .model import Unrecognized, as_it_came

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core import OpenRouterCore
    from ..types.result import Result
    from .operation import Operation, Paging


class Seen(NamedTuple):
    """What came before a page: the cursors that were followed, and marks of the pages themselves."""

    cursors: frozenset[str] = frozenset()
    pages: frozenset[int] = frozenset()


class Turn:
    """From one page to the next: the call that brought this one, and what leads on from it."""

    def __init__(
        self,
        core: OpenRouterCore,
        operation: Operation[Any, Any],
        params: Mapping[str, Any],
        seen: Seen = Seen(),  # noqa: B008  # it can't change
    ) -> None:
        self._core = core
        self._operation = operation
        self._params = params
        self._seen = seen
        self._page: Ok[Any] | None = None

    def get(self) -> Result[Any, Any]:
        """Get the page."""
        return self._wrapped(call(self._core, self._operation, self._params), ResultPage)

    async def get_async(self) -> Result[Any, Any]:
        """Get the page."""
        return self._wrapped(await call_async(self._core, self._operation, self._params), AsyncResultPage)

    def next(self) -> Result[Any, Any] | None:
        """Get the page after it."""
        try:
            turn = self._turned()
            return turn.unless_seen(turn.get()) if isinstance(turn, Turn) else turn
        except Exception as error:  # noqa: BLE001  # the promise of this package
            return Err(as_error(error))

    async def next_async(self) -> Result[Any, Any] | None:
        """Get the page after it."""
        try:
            turn = self._turned()
            return turn.unless_seen(await turn.get_async()) if isinstance(turn, Turn) else turn
        except Exception as error:  # noqa: BLE001  # the promise of this package
            return Err(as_error(error))

    def unless_seen(self, result: Result[Any, Any]) -> Result[Any, Any] | None:
        """Return the page, or None if it came before: some servers answer every question with the same page."""
        if isinstance(result, Ok) and mark(result.value.items) in self._seen.pages:
            return None
        return result

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
        items = items_of(self._paging, page.value)
        cursor = next(iter(more.values())) if self._paging.cursor else None
        if cursor in self._seen.cursors:
            ends = not items and fields_of(page.value).get("has_more") is not True
            return None if ends else Err(_circle(self._operation, page, cursor))
        seen = Seen(
            self._seen.cursors if cursor is None else self._seen.cursors | {cursor},
            self._seen.pages | {mark(items)} if items else self._seen.pages,
        )
        return Turn(self._core, self._operation, _turned_params(self._operation, self._params, more), seen)


def _circle(operation: Operation[Any, Any], page: Ok[Any], cursor: object) -> OpenRouterDefaultError:
    response = page.response or ResponseInfo(200, {})
    message = f"{operation.id}: the cursor {cursor!r} came a second time; following it would never end"
    return OpenRouterDefaultError(message, status_code=response.status_code, response=response)


def _turned_params(
    operation: Operation[Any, Any], params: Mapping[str, Any], more: Mapping[str, Any]
) -> dict[str, Any]:
    """Put what leads on into a call's parameters; `extra_query`, which would win, gives way to it."""
    turned = {**params, **more}
    if params.get("extra_query"):
        wires = {operation.wire_names.get(name, name) for name in more}
        turned["extra_query"] = {name: value for name, value in params["extra_query"].items() if name not in wires}
    return turned


def mark(items: Sequence[Any]) -> int:
    """Return a number that tells a page by its items: by their ids where they have some, else by all that they hold."""
    for name in ("id", "hash"):
        ids = [getattr(item, name, None) for item in items]
        if all(isinstance(each, (str, int)) for each in ids):
            return hash((name, *ids))
    try:
        return hash(pydantic_core.to_json(items, inf_nan_mode="constants"))
    except pydantic_core.PydanticSerializationError:  # half a character, which JSON can't hold
        return hash(repr([as_it_came(item) if isinstance(item, pydantic.BaseModel) else item for item in items]))


def items_of(paging: Paging, page: Any) -> Sequence[Any]:  # noqa: ANN401  # a model
    """Return what is on a page; of a page of a shape that isn't known, what is where the items stand in others."""
    if isinstance(page, Unrecognized):
        return [Unrecognized(raw=item) for item in as_array(fields_of(page).get(paging.items))]
    return as_array(getattr(page, paging.items, None))


def fields_of(value: Any) -> Mapping[str, Any]:  # noqa: ANN401  # a model, or what came in place of one
    """Return the fields that came, by their names; none of what isn't an object."""
    if isinstance(value, Unrecognized):
        return as_object(value.raw)
    if not isinstance(value, pydantic.BaseModel):
        return value if is_object(value) else {}
    return {name: getattr(value, name, None) for name in value.model_fields_set}


def next_arguments(paging: Paging, params: Mapping[str, Any], page: Any) -> dict[str, Any] | None:  # noqa: ANN401  # a model
    """Return the arguments that lead to the next page; None after the last."""
    fields = fields_of(page)
    more = _says_more(fields)
    if more is False:
        return None
    if paging.cursor is not None:
        field, argument = paging.shapes.get(fields.get("shape", ""), (paging.cursor, paging.cursor_argument))
        cursor = fields.get(field)
        return {argument: _text(cursor)} if cursor else None
    count = len(items_of(paging, page))
    start = asked(params, "offset") or 0
    if not count or (not more and _is_last(paging, asked(params, "limit"), start + count, count, fields)):
        return None
    beyond = paging.last_offset is not None and start + count > paging.last_offset
    return None if beyond else {"offset": start + count}


def _says_more(fields: Mapping[str, Any]) -> bool | None:
    """Return whether a page says that another follows; None if it says nothing of it."""
    if isinstance(fields.get("has_more"), bool):
        return bool(fields["has_more"])
    links = fields_of(fields.get("links"))
    return bool(links["next"]) if "next" in links else None


def _is_last(paging: Paging, limit: int | None, end: int, count: int, fields: Mapping[str, Any]) -> bool:
    """Tell by numbers whether there is nothing after a page: by the total, else by the page's own size.

    A short page is the last, and so is one with more items than asked for: that server doesn't page at all.
    """
    total = fields.get("total_count")
    if type(total) is int and total >= 0:
        return end >= total
    expected = limit or paging.limit
    return (expected is not None and count < expected) or bool(limit and count > limit)


def asked(params: Mapping[str, Any], name: str) -> int | None:
    """Return the number that a call asked for, by an argument or in `extra_query`, which wins."""
    extra: Mapping[str, Any] = params.get("extra_query") or {}
    given: Any = extra.get(name, params.get(name))
    with contextlib.suppress(TypeError, ValueError):
        return int(given)
    return None


def _text(cursor: object) -> str:
    """Write a cursor as text: it may be any JSON value."""
    return cursor if isinstance(cursor, str) else json.dumps(cursor, separators=(",", ":"), default=str)
