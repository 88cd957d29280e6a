"""What travels: the requests that the fake received, and the replies that it sends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs

# By RFC 9110 these never have a body; sent all the same, it would be read as the start of the next response.
_BODILESS_STATUSES = frozenset({204, 304})


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


class SentBody(NamedTuple):
    """The bytes of a body that are sent, and how many the headers promise."""

    data: bytes
    promised: int


@dataclass(frozen=True)
class Reply:
    """A reply to send, and what goes wrong on the way.

    Raises ValueError for a negative `cut_after` or `delay`, TypeError for a body that can't be JSON.
    """

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    """A dict or list is sent as JSON, a str as UTF-8."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Win over those that go with the body: content-type (text/plain or application/json) and content-length."""
    cut_after: int | None = None
    """Send that many bytes of the body, then close the connection, although the headers promise the whole."""
    delay: float = 0.0
    """Seconds to wait before the first byte."""
    drop: bool = False
    """Close the connection without sending a byte."""

    def __post_init__(self) -> None:
        if self.delay < 0 or (self.cut_after or 0) < 0:
            message = "delay and cut_after can't be negative"
            raise ValueError(message)
        self.payload()  # a body that can't be encoded shall fail here, in the test, not in the server's thread

    def payload(self) -> bytes:
        """Encode the whole body."""
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    def head(self) -> dict[str, str]:
        """List all header fields to send, by their lower-case names."""
        given = {name.lower(): value for name, value in self.headers.items()}
        if self.status in _BODILESS_STATUSES:
            return given
        content_type = "application/json" if isinstance(self.body, (dict, list)) else "text/plain"
        return {"content-type": content_type, "content-length": str(len(self.payload())), **given}

    def sent_body(self, method: str) -> SentBody:
        """Tell what is sent of the body in answer to a request of this method."""
        if method == "HEAD" or self.status in _BODILESS_STATUSES:
            return SentBody(b"", 0)
        payload = self.payload()
        return SentBody(payload[: self.cut_after], len(payload))
