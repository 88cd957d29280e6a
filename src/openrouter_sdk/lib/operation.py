"""An operation as data: what its function's module states, and the runtime interprets."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

from .model import named
from .record import Record
from .retries import Retrying, statuses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..errors import ResponseError

T = TypeVar("T")
E = TypeVar("E", bound=Exception)


_UNSPECIFIC = frozenset({"", "application/octet-stream", "binary/octet-stream"})


class Json(Record):
    """A JSON body that fits `type`."""

    type: Any
    accept = "application/json"


class Binary(Record):
    """A body of bytes, taken as they are."""

    media_type: str
    type = bytes

    @property
    def accept(self) -> str:
        """The Accept header that asks for it."""
        return self.media_type

    def fits(self, headers: Mapping[str, str]) -> bool:
        """Tell whether headers announce such a body: of the same kind, or unspecific.

        A file may be anything; but where nothing says that it is one, a page of HTML is somebody's excuse.
        """
        stated = headers.get("content-type", "").partition(";")[0].strip().lower()
        if stated in _UNSPECIFIC or "content-disposition" in headers:
            return True
        kind = self.media_type.partition("/")[0]
        return stated != "text/html" if kind == "application" else stated.partition("/")[0] == kind


class Empty(Record):
    """No body."""

    type = type(None)
    accept = "*/*"


class Events(Record):
    """A stream of events whose data fits a type below `openrouter_sdk.models`, and that folds into a `whole`.

    The type is loaded when a stream is first read, since most calls don't ask for one.
    """

    model: str
    whole: Any
    fold: str
    accept = "text/event-stream"

    @cached_property
    def type(self) -> Any:  # noqa: ANN401  # a type form
        """The type of an event's data."""
        return named(f"models.{self.model}")


class Paging(Record):
    """How one page leads to the next: by the number of items seen, or by a cursor that the page holds.

    Attributes:
        items: the field of a page that holds its items.
        cursor: the field that holds the next page's cursor.
        cursor_argument: the argument that takes it.
        limit: how many items a page has unless another number is asked for.
        last_offset: the largest number of items that the API skips.
        shapes: the cursor's field and argument, where a page's `shape` makes them others.
    """

    items: str
    cursor: str | None = None
    cursor_argument: str = "cursor"
    limit: int | None = None
    last_offset: int | None = None
    shapes: Mapping[str, tuple[str, str]] = MappingProxyType({})


class Operation(Record, Generic[T, E]):
    """One operation of the API.

    Attributes:
        id: its id in the API's description.
        method: the HTTP method.
        path: the path below the base URL, with arguments in braces.
        params: where its arguments are typed: module and class below `openrouter_sdk.params`.
        success: what the body holds, for each status that means success.
        errors: the union of its errors.
        query: the arguments that go into the query string.
        headers: the arguments that go into headers.
        body: how the remaining arguments are encoded as the body.
        comma_separated: the query arguments whose items share one parameter.
        files: the fields of a form that are files, by their names on the wire.
        events: what a stream holds, where the operation can answer with one.
        paging: how to get the next page, where the operation answers with pages.
        wire_names: the names on the wire, where they aren't the arguments' own.
        function: the name of its function, for messages.
        streams_on_request: whether a stream must be asked for in the body.
        server: the base URL, where the operation has its own.
        retry_codes: the statuses to try again on, where the operation has its own.
        retry_lost_connections: whether it may be tried again when the connection was lost.
    """

    id: str
    method: str
    path: str
    params: str
    success: Mapping[int, Json | Binary | Empty]
    errors: Any
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    body: Literal["json", "form", "multipart"] | None = None
    comma_separated: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    events: Events | None = None
    paging: Paging | None = None
    wire_names: Mapping[str, str] = MappingProxyType({})
    function: str = ""
    streams_on_request: bool = False
    server: str | None = None
    retry_codes: tuple[int | str, ...] | None = None
    retry_lost_connections: bool = True

    def retrying(self, default: Retrying) -> Retrying:
        """Return what a call is tried again on, if its caller doesn't say."""
        if self.retry_codes is None and self.retry_lost_connections:
            return default
        codes = default.statuses if self.retry_codes is None else statuses(self.retry_codes)
        return Retrying(default.policy, codes, self.retry_lost_connections)

    @cached_property
    def accept(self) -> str:
        """The Accept header."""
        return ", ".join(dict.fromkeys(kind.accept for kind in self.success.values()))

    def declares(self, status: int, headers: Mapping[str, str]) -> bool:
        """Tell whether an answer with such a status and such headers is what success looks like."""
        kind = self.success.get(status)
        return kind.fits(headers) if isinstance(kind, Binary) else kind is not None

    @cached_property
    def has_url_arguments(self) -> bool:
        """Tell whether an argument can go into the URL."""
        return bool(self.query or "{" in self.path)

    @cached_property
    def takes_arguments(self) -> bool:
        """Tell whether there is anything but options to give."""
        return bool(self.has_url_arguments or self.headers or self.body)

    @cached_property
    def error_types(self) -> Mapping[int, type[ResponseError]]:
        """The error for each status that the operation declares."""
        return {kind.status: kind for kind in get_args(self.errors) if getattr(kind, "status", None)}


class Checked(Record):
    """What was given to a call: the operation's own arguments, and the options that every call takes."""

    operation: Operation[Any, Any]
    arguments: Mapping[str, Any]
    options: Mapping[str, Any]
    stream: bool = False

    @property
    def accept(self) -> str:
        """The Accept header."""
        events = self.operation.events
        return events.accept if self.stream and events else self.operation.accept
