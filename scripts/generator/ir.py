"""What the generator knows of an API, free of OpenAPI's spellings and of Python's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["params", "models"]
"""A schema that is sent and returned becomes two types: a typed dict and a model."""


Body: TypeAlias = Literal["json", "form", "multipart"]
"""How arguments are encoded as a request's body."""


@dataclass(frozen=True)
class Scalar:
    """A plain JSON value."""

    kind: Literal[
        "string", "integer", "number", "boolean", "null", "any", "date", "date-time", "file", "base64", "data-url"
    ]  # fmt: skip


@dataclass(frozen=True)
class Values:
    """An enumeration; open if other values may come up."""

    values: tuple[str | int | float | bool, ...]
    open: bool


@dataclass(frozen=True)
class Array:
    """A list."""

    item: Type


@dataclass(frozen=True)
class Map:
    """An object with free keys."""

    value: Type


@dataclass(frozen=True)
class Nullable:
    """A value or null."""

    of: Type


@dataclass(frozen=True)
class Ref:
    """A type that has a name."""

    name: str


@dataclass(frozen=True)
class Choice:
    """One of several types.

    Objects are told apart by the value of the property `tag`, or by their fields where that is ""; None: others.
    """

    members: tuple[Type, ...]
    tag: str | None = None


Type: TypeAlias = Scalar | Values | Array | Map | Nullable | Ref | Choice


@dataclass(frozen=True)
class Field:
    """A property of an object, or an argument of an operation."""

    wire: str
    name: str
    type: Type
    required: bool
    doc: str = ""
    place: Literal["path", "query", "header", "body"] = "body"
    comma_separated: bool = False


@dataclass(frozen=True)
class Object:
    """A type with fields; an extensible one may have any others. A class written by hand may add to it."""

    name: str
    fields: tuple[Field, ...]
    extensible: bool = False
    base: str = ""


@dataclass(frozen=True)
class Alias:
    """A name for a type without fields of its own."""

    name: str
    type: Type


Definition: TypeAlias = Object | Alias


@dataclass(frozen=True)
class Success:
    """What one status that means success brings."""

    status: int
    kind: Literal["json", "binary", "empty"]
    type: Type = Scalar("null")
    media_type: str = ""


@dataclass(frozen=True)
class Events:
    """A stream of events: the type of their data, how they fold, and whether a stream has to be asked for."""

    type: Ref
    fold: str
    on_request: bool


@dataclass(frozen=True)
class Paging:
    """How one page leads to the next: where its items are, their type, and the arguments that lead on."""

    items: str
    item: Type
    cursor: str | None = None
    cursor_argument: str = ""
    limit: int | None = None
    last_offset: int | None = None
    shapes: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])


@dataclass(frozen=True)
class Retries:
    """What an operation may be tried again on, where it says so itself."""

    codes: tuple[int | str, ...]
    lost_connections: bool


@dataclass(frozen=True)
class Operation:
    """One operation."""

    id: str
    method: str
    path: str
    resource: str
    name: str
    summary: str
    arguments: tuple[Field, ...]
    body: Body | None
    successes: tuple[Success, ...]
    errors: tuple[int, ...]
    events: Events | None = None
    paging: Paging | None = None
    server: str | None = None
    retries: Retries | None = None
    deprecated: str = ""
    alias_of: Operation | None = None

    @property
    def function(self) -> str:
        """The function's name."""
        return f"{self.resource}_{self.name}"

    @property
    def original(self) -> Operation:
        """The operation whose arguments and errors this one has: its own, or those of the one that it is a twin of."""
        return self.alias_of or self


@dataclass(frozen=True)
class Api:
    """The whole of it; definitions by side and name, in the order in which they can be written."""

    operations: tuple[Operation, ...]
    params: dict[str, Definition] = field(default_factory=dict[str, Definition])
    models: dict[str, Definition] = field(default_factory=dict[str, Definition])
    owners: dict[tuple[Side, str], str] = field(default_factory=dict[tuple[Side, str], str])
    helpers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
