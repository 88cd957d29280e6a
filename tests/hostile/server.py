"""An HTTP server on loopback that does to its clients what a fault says, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from .faults import Fault
    from .kinds import Kind

# Seconds after which a connection that nobody ends is given up: longer than any client here waits.
PATIENCE = 10.0
# The header with the number of a call.
CALL = "x-call"


class End(Enum):
    """What becomes of a connection after a reply."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()
    STALL = auto()


class Request(NamedTuple):
    """A request that arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Right(NamedTuple):
    """The right reply to a request, of which faults are made."""

    kind: Kind
    number: int
    other: str

    @property
    def body(self) -> bytes:
        return self.kind.body(self.number)

    def reply(self, *headers: str, body: bytes | None = None, status: str = "200 OK", kind: str | None = None) -> bytes:
        """Write a reply; `headers` come after the content's type and length."""
        content = self.body if body is None else body
        return self.head(f"Content-Length: {len(content)}", *headers, status=status, kind=kind) + content

    def head(self, *headers: str, status: str = "200 OK", kind: str | None = None) -> bytes:
        """Write a reply's head without a length."""
        media_type = self.kind.media_type if kind is None else kind
        lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {media_type}"] if media_type else []), *headers]
        return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")

    def chunked(self, *chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
        """Write a reply in chunks."""
        frames = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
        return self.head("Transfer-Encoding: chunked") + frames + end


class Wire:
    """One connection, as the server sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sock.settimeout(PATIENCE)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = sock.makefile("rb")

    def read_head(self) -> Request | None:
        """Read a request up to its body; None if there is no more."""
        first = self._file.readline().decode("latin-1").split()
        if not first:
            return None
        headers: dict[str, str] = {}
        while line := self._file.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Request(first[0], first[1], headers, b"")

    def read_body(self, request: Request) -> Request:
        if request.headers.get("transfer-encoding") == "chunked":
            return request._replace(body=b"".join(self._chunks()))
        return request._replace(body=self._file.read(int(request.headers.get("content-length", 0))))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._file.readline(), 16):
            yield self._file.read(size)
            self._file.readline()
        self._file.readline()

    def send(self, data: bytes, step: int | None) -> None:
        """Send bytes, all at once or in steps."""
        for start in range(0, len(data), step or len(data) or 1):
            self._sock.sendall(data[start : start + (step or len(data))])

    def end(self, end: End) -> None:
        if end is End.RESET:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif end is End.STALL:
            self._drain()
        elif end is End.CLOSE:
            self._sock.shutdown(socket.SHUT_WR)
            self._drain()

    def _drain(self) -> None:
        """Read on until the client ends the connection: a close with unread bytes would be a reset."""
        while self._sock.recv(65536):
            pass

    def close(self) -> None:
        self._file.close()
        self._sock.close()


class HostileServer:
    """Answers right, unless it was told of a fault.

    Attributes:
        requests: what arrived since it was told last.
        beside: the server at `other`, another origin.
        tries: how often a client tried: requests, or connections where the fault is at the door.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._fault: Fault | None = None
        self._kind: Kind | None = None
        self._wires: set[Wire] = set()
        self._threads: list[threading.Thread] = []
        self.requests: list[Request] = []
        self.calls: Counter[int] = Counter()
        self.other = ""
        self.beside: HostileServer = self
        self._number = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def answer(self, kind: Kind, fault: Fault | None = None) -> None:
        """Answer all that comes from now on as a reply to a `kind`: right, or with a fault."""
        self._kind, self._fault = kind, fault
        self.requests, self.calls = [], Counter()

    def number(self) -> int:
        """Return a number for a call, which says it in a header, and is answered with it."""
        self._number += 1
        return self._number

    def tries(self, number: int) -> int:
        """Return how often a call came: as a request, or as a connection where the fault is at the door."""
        return self.calls[number] + self.calls[0]

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _spawn(self, target: Any, *arguments: Any) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=target, args=arguments, name="hostile server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._spawn(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        wire = Wire(sock)
        with contextlib.suppress(OSError, ValueError):  # clients that are badly served break off
            while self._exchange(wire) is End.KEEP:
                pass
        wire.close()

    def _exchange(self, wire: Wire) -> End:
        """Serve one request; return what became of the connection."""
        fault = self._fault
        if fault is not None and fault.at_door:
            self.calls[0] += 1
            return self._misbehave(wire, fault, 0)
        request = wire.read_head()
        if request is None:
            return End.CLOSE
        fault = self._fault  # it may have changed while the connection was idle
        number = int(request.headers.get(CALL, 0))
        self.calls[number] += 1
        if fault is not None and fault.early:
            return self._misbehave(wire, fault, number)
        self.requests.append(wire.read_body(request))
        if fault is not None and "elsewhere" not in request.target:
            return self._misbehave(wire, fault, number)
        wire.send(self._right(number).reply(), None)
        return End.KEEP

    def _misbehave(self, wire: Wire, fault: Fault, number: int) -> End:
        wire.send(fault.reply(self._right(number)), fault.step)
        wire.end(fault.end)
        return fault.end

    def _right(self, number: int) -> Right:
        assert self._kind is not None
        return Right(self._kind, number, self.other)
