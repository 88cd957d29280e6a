"""Decoding an event stream, by the WHATWG's rules, from bytes that come in pieces of any size.

Linear in the input, however it is cut: a piece is searched once, and pieces are joined once an event ends in one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import StreamError

LONGEST_EVENT = 32 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_LF = 0x0A
_LONGEST_RETRY = 15  # digits: more milliseconds than anybody waits


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        data: its data, undecoded.
        event: its name; "message" where the stream gives none.
        id: the last id that the stream gave, up to here.
        retry: the reconnection time in milliseconds that the event's block gave.
    """

    data: bytes
    event: str = "message"
    id: str = ""
    retry: int | None = None


class Decoder:
    """Takes bytes, returns events; `failure` is set when an event got too long, and nothing is to be fed after that."""

    def __init__(self, longest_event: int = LONGEST_EVENT) -> None:
        self._longest = longest_event
        self._start: bytes | None = b""
        self._after_cr = False
        self._pieces: list[bytes] = []
        self._size = 0
        self._id = ""
        self.failure: StreamError | None = None

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that end in `piece`."""
        piece = self._newlines(self._without_bom(piece))
        if not piece:
            return []
        ended = b"\n\n" in piece or (piece[0] == _LF and self._ends_with_newline())
        self._pieces.append(piece)
        self._size += len(piece)
        blocks: list[bytes] = []
        if ended:
            *blocks, rest = b"".join(self._pieces).split(b"\n\n")
            self._pieces = [rest] if rest else []
            self._size = len(rest)
        return self._within_limit(blocks)

    def _within_limit(self, blocks: list[bytes]) -> list[Event]:
        """Return the events up to the first that is too long, which `failure` tells of."""
        too_long = next((index for index, block in enumerate(blocks) if len(block) > self._longest), None)
        if too_long is not None or self._size > self._longest:
            self.failure = StreamError(f"an event is longer than {self._longest} bytes")
        return self._events(blocks[:too_long])

    def finish(self) -> list[Event]:
        """Return the event that the end of the stream cut its blank line off, if there is one."""
        rest = b"".join([self._start or b"", *self._pieces])
        self._pieces = []
        return self._events([rest])

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
        if b"\r" in piece:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return piece

    def _ends_with_newline(self) -> bool:
        return bool(self._pieces) and self._pieces[-1].endswith(b"\n")

    def _events(self, blocks: list[bytes]) -> list[Event]:
        events: list[Event] = []
        for block in blocks:
            if block.startswith(b"data: ") and b"\n" not in block:
                events.append(Event(block[6:], id=self._id))
            else:
                event = self._event(block)
                if event is not None:
                    events.append(event)
        return events

    def _event(self, block: bytes) -> Event | None:
        data: list[bytes] = []
        name, retry = "", None
        for line in block.split(b"\n"):
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"data":
                data.append(value)
            elif field == b"event":
                name = value.decode("utf-8", "replace")
            elif field == b"id" and b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
            elif field == b"retry" and value.isdigit() and len(value) <= _LONGEST_RETRY:
                retry = int(value)
        return Event(b"\n".join(data), name or "message", self._id, retry) if data else None
