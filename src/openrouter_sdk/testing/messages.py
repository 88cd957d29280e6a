"""What travels: the requests that the fake received, and the replies that it sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeGuard
from urllib.parse import parse_qs

# By RFC 9110 these never have a body; sent all the same, it would be read as the start of the next response.
_BODILESS_STATUSES = frozenset({204, 304})

Event: TypeAlias = "bytes | str | dict[str, Any] | tuple[str, str | dict[str, Any]]"
"""Ready bytes; an event's data, as it is or to be JSON; or the event's name with its data."""


class Headers(Mapping[str, str]):
    """Header fields, read by case-insensitive name. Fields sent more than once are joined by a comma."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        """Take the fields in the order in which they came."""
        self._values: dict[str, str] = {}
        for name, value in fields:
            key = name.lower()
            self._values[key] = f"{self._values[key]}, {value}" if key in self._values else value

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        # A failed assertion prints requests into CI logs, and the key that a test sent may be a real one.
        shown = {name: "[secret]" if name == "authorization" else value for name, value in self._values.items()}
        return f"Headers({shown!r})"


@dataclass(frozen=True)
class RecordedRequest:
    """A request as the fake received it."""

    method: str
    path: str
    """As sent: still percent-encoded, without the query."""
    query: dict[str, list[str]]
    """Decoded, every value of each name, in order."""
    headers: Headers
    """Read by case-insensitive name."""
    body: bytes

    @classmethod
    def parse(cls, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> RecordedRequest:
        """Make one of a request's parts; `target` is the path with its query, as on the request line."""
        path, _, query = target.partition("?")
        return cls(method, path, parse_qs(query, keep_blank_values=True), Headers(headers), body)

    def json(self) -> Any:  # noqa: ANN401 - JSON: only the caller knows what it expects
        """Decode the body as JSON. Raises ValueError if it isn't JSON."""
        return json.loads(self.body)


class CutOffError(Exception):
    """Ends a body before its end; the connection has to go with it."""


@dataclass(frozen=True)
class Reply:
    """A reply to send, and what goes wrong on the way.

    Raises ValueError for a negative `cut_after`, `delay` or `pause`, TypeError for a body that can't be JSON, or a
    sequence of pieces that aren't bytes.
    """

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] | Iterable[bytes] = b""
    """A dict or list is sent as JSON, a str as UTF-8. Any other iterable is a stream of pieces.

    Each piece is sent by itself, as a chunk; with a content-length among `headers`, which must be the pieces' sum,
    as it is. Nothing is held in memory. An iterator, unlike a tuple, can be sent only once. It may block, to send on
    a test's command, but not in process with an `AsyncClient`: there it would block the event loop.
    """
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Win over those that go with the body: content-type (application/json for JSON, text/plain for text and bytes,
    application/octet-stream for a stream), and content-length or transfer-encoding."""
    cut_after: int | None = None
    """Send that many bytes of the body, then close the connection, although the whole was promised."""
    delay: float = 0.0
    """Seconds to wait before the first byte."""
    drop: bool = False
    """Close the connection without sending a byte."""
    pause: float = 0.0
    """Seconds to wait between the pieces of a stream."""

    def __post_init__(self) -> None:
        if min(self.delay, self.pause, self.cut_after or 0) < 0:
            message = "delay, pause and cut_after can't be negative"
            raise ValueError(message)
        # What can't be encoded shall fail here, in the test, not in the server's thread.
        if not _is_stream(self.body):
            self.payload()
        elif isinstance(self.body, Sequence) and not all(_is_bytes(piece) for piece in self.body):
            message = "the pieces of a stream must be bytes"
            raise TypeError(message)

    @classmethod
    def events(  # noqa: PLR0913 - the fields of a reply, by name
        cls,
        *events: Event,
        done: bool = True,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        cut_after: int | None = None,
        delay: float = 0.0,
        pause: float = 0.0,
    ) -> Reply:
        """Make a text/event-stream of which each event is a piece; it can be sent any number of times.

        Args:
            events: A dict is sent as JSON, a str as it is, each as the data of an event. A tuple gives the event's name
                before its data. Bytes are sent untouched: comments, retry lines, odd line ends.
            done: Whether `data: [DONE]` comes last.
            status: As of any reply, like all that follow.
            headers: Win over the content-type.
            cut_after: In bytes, all of the stream's lines counted.
            delay: In seconds.
            pause: In seconds, between events.

        Raises:
            TypeError: A dict can't be JSON.
            ValueError: One of the numbers is negative.
        """
        pieces = tuple(_event_bytes(event) for event in (*events, *(["[DONE]"] if done else [])))
        fields = {"content-type": "text/event-stream", **_lowered(headers or {})}
        return cls(status, pieces, fields, cut_after, delay, pause=pause)

    @property
    def is_stream(self) -> bool:
        """Whether the body comes in pieces."""
        return _is_stream(self.body)

    def payload(self) -> bytes:
        """Encode the whole body; this uses up a stream's iterator."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return b"".join(self.body) if _is_stream(self.body) else json.dumps(self.body).encode()

    def head(self) -> dict[str, str]:
        """List all header fields to send, by their lower-case names."""
        given = _lowered(self.headers)
        if self.status in _BODILESS_STATUSES:
            return given
        if self.is_stream:
            framing = {} if "content-length" in given else {"transfer-encoding": "chunked"}
            return {"content-type": "application/octet-stream", **framing, **given}
        content_type = "application/json" if isinstance(self.body, (dict, list)) else "text/plain"
        return {"content-type": content_type, "content-length": str(len(self.payload())), **given}

    def pieces(self, method: str) -> Iterator[bytes]:
        """Yield what is sent of the body in answer to a request of this method; no piece is empty.

        Raises CutOffError after the last piece, if that isn't the end of what was promised.
        """
        if method == "HEAD" or self.status in _BODILESS_STATUSES:
            return
        sent = 0
        for piece in self.body if _is_stream(self.body) else (self.payload(),):
            part = piece if self.cut_after is None else piece[: self.cut_after - sent]
            sent += len(part)
            if part:
                yield part
            if len(part) < len(piece):
                raise CutOffError(sent)
        if sent < (self.promised_length() or 0):
            raise CutOffError(sent)

    def promised_length(self) -> int | None:
        """Tell how many bytes the whole body has; None if nobody knows before its end."""
        length = self.head().get("content-length", "")
        if length.isdecimal():
            return int(length)
        return sum(map(len, self.body)) if _is_stream(self.body) and isinstance(self.body, Sequence) else None


def _is_stream(body: object) -> TypeGuard[Iterable[bytes]]:
    return isinstance(body, Iterable) and not isinstance(body, (bytes, str, dict, list))


def _is_bytes(piece: object) -> bool:
    return isinstance(piece, bytes)


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _event_bytes(event: Event) -> bytes:
    if isinstance(event, bytes):
        return event
    name, data = event if isinstance(event, tuple) else ("", event)
    text = data if isinstance(data, str) else json.dumps(data)
    # Not `splitlines`: an event stream knows only these three ends of a line.
    lines = [f"event: {name}"] * bool(name) + [f"data: {line}" for line in re.split("\r\n|\r|\n", text)]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode()
