"""Decoding an event stream, by the WHATWG's rules, from bytes that come in pieces of any size.

Linear in the input, however it is cut: a piece is searched once, and pieces are joined once an event ends in one.
"""

from __future__ import annotations

from typing import TypeAlias

from ..errors import StreamError
from . import error_body

LONGEST_EVENT = 32 * 1024 * 1024
# What the end of a stream counts as: the last event may lack its own.
BLANK_LINE = b"\n\n"
_BOM = b"\xef\xbb\xbf"
_LF, _CR = b"\n\r"  # as numbers: looking for bytes in bytes takes Python ten times as long
_FIELDS = frozenset({b"data", b"event", b"id", b"retry", b""})  # a comment is a field without a name
_LONGEST_RETRY = 15  # digits: more milliseconds than anybody waits


Event: TypeAlias = tuple[bytes, str, str, int | None]
"""Its data, undecoded; its name; the last id that the stream gave up to here; the reconnection time that it states.

A plain tuple, since a class would cost as much as the rest of decoding.
"""


class Decoder:
    """Takes bytes, returns events.

    Attributes:
        text: what the events that were returned last were taken from.
        failure: set when an event got too long; nothing is to be fed after that.
    """

    def __init__(self, longest_event: int = LONGEST_EVENT) -> None:
        self._longest = longest_event
        self._start: bytes | None = b""
        self._after_cr = False
        self._pieces: list[bytes] = []
        self._size = 0
        self._id = ""
        self.text = b""
        self.failure: StreamError | None = None

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that end in `piece`."""
        # Most pieces are just one event of one line of data: that is how servers send them. These methods of bytes take
        # half the time of `find` and `startswith`.
        line, _, rest = piece.partition(b"\n")
        data = line.removeprefix(b"data: ")
        is_one_event = rest == b"\n" and len(data) < len(line) <= self._longest and _CR not in line
        if is_one_event and not self._pieces and self._start is None:
            self.text = data
            return [(data, "message", self._id, None)]
        piece = self._newlines(self._without_bom(piece))
        if not piece:
            return []
        if piece[0] == _LF and self._ends_with_newline():  # a blank line that came in two pieces
            piece = b"".join([*self._pieces, piece])
            self._pieces, self._size = [], 0
        ended, blank_line, rest = piece.rpartition(b"\n\n")
        events: list[Event] = []
        if blank_line:
            text = b"".join([*self._pieces, ended]) if self._pieces else ended
            self._pieces, self._size = [], 0
            events = self._events(text) if len(text) <= self._longest else self._up_to_limit(text)
        self._keep(rest)
        return events

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._pieces.append(rest)
            self._size += len(rest)
        if self._size > self._longest:
            self._fail()

    def _up_to_limit(self, text: bytes) -> list[Event]:
        """Return the events up to the first that is too long, which `failure` tells of."""
        events: list[Event] = []
        for block in text.split(b"\n\n"):
            if len(block) > self._longest:
                self._fail()
                break
            events += self._events(block)
        return events

    def _fail(self) -> None:
        self.failure = StreamError(f"an event is longer than {self._longest} bytes")

    def _without_bom(self, piece: bytes) -> bytes:
        """Take the byte order mark off the start of the stream; it may come in pieces, too."""
        if self._start is None:
            return piece
        piece = self._start + piece
        if len(piece) < len(_BOM) and _BOM.startswith(piece):
            self._start = piece
            return b""
        self._start = None
        return piece.removeprefix(_BOM)

    def _newlines(self, piece: bytes) -> bytes:
        """Make every line end in LF; a CR that ends a piece is one, and the LF after it isn't another."""
        if self._after_cr and piece:
            self._after_cr = False
            piece = piece.removeprefix(b"\n")
        if _CR in piece:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return piece

    def _ends_with_newline(self) -> bool:
        return bool(self._pieces) and self._pieces[-1].endswith(b"\n")

    def _events(self, text: bytes) -> list[Event]:
        """Take events apart at what most of them start with, since most are one line of data."""
        self.text = text
        events: list[Event] = []
        first, *others = (b"\n\n" + text).split(b"\n\ndata: ")
        for block in first.split(b"\n\n"):
            self._add(block, events)
        for data in others:
            if _LF in data:
                for block in (b"data: " + data).split(b"\n\n"):
                    self._add(block, events)
            else:
                events.append((data, "message", self._id, None))
        return events

    def _add(self, block: bytes, events: list[Event]) -> None:
        event = self._event(block)
        if event is not None:
            data, name, identity, retry = event
            events += [(part, name, identity, retry) for part in _parts(data)]

    def _event(self, block: bytes) -> Event | None:
        data: list[bytes] = []
        unbroken: list[bytes] = []
        name, retry = "", None
        for line in block.split(b"\n"):
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"data":
                data.append(value)
                unbroken.append(value)
            elif field == b"event":
                name = value.decode("utf-8", "replace")
            elif field == b"id" and b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
            elif field == b"retry" and value.isdigit() and len(value) <= _LONGEST_RETRY:
                retry = int(value)
            elif field not in _FIELDS and unbroken:
                unbroken.append(line)
        if len(unbroken) > len(data) and _is_json(b"\n".join(unbroken)) and not _is_json(b"\n".join(data)):
            data = unbroken
        return (b"\n".join(data), name or "message", self._id, retry) if data else None


def _parts(data: bytes) -> list[bytes]:
    """Take lines apart that make an event each: some servers, and proxies, leave the blank lines out."""
    lines = data.split(b"\n")
    if len(lines) == 1 or _is_json(data):
        return [data]
    return lines if all(line.startswith((b"{", b"[DONE]")) for line in lines) and _is_json(lines[0]) else [data]


def _is_json(data: bytes) -> bool:
    """Tell whether lines make JSON: some servers write it over several lines, and call only the first one data."""
    return error_body.load(data) is not None
