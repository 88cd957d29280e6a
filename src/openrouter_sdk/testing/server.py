"""The fake on a port: a threaded HTTP/1.1 server of the standard library."""

from __future__ import annotations

import socket
import socketserver
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread, current_thread
from typing import Any, TypeAlias

from .handling import error_reply
from .messages import CutOffError, RecordedRequest, Reply

Answer = Callable[[RecordedRequest], Reply]
ReportAbort = Callable[[RecordedRequest], None]

# The base classes serve every kind of socket and leave these open.
_Socket: TypeAlias = Any
_Address: TypeAlias = Any


class Server(ThreadingHTTPServer):
    """Serves `answer` on a free port of the loopback interface, from `start` to `stop`.

    It tells `report_abort` of each request whose client left in the middle of a stream.
    """

    timeout = 1.0  # seconds until the accepting thread looks whether it shall stop, should it miss the call to wake up
    request_queue_size = 128  # the default of 5 makes bursts of connections wait for a retransmission

    def __init__(self, answer: Answer, report_abort: ReportAbort) -> None:
        self._stopping = Event()
        self._connections: dict[Thread, socket.socket] = {}
        super().__init__(("127.0.0.1", 0), partial(_Connection, answer, report_abort, self._stopping))
        self._thread = Thread(target=self._accept, daemon=True, name="FakeOpenRouter")

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.server_port}/api/v1"

    def start(self) -> None:
        """Accept connections, in a daemon thread."""
        self._thread.start()

    def _accept(self) -> None:
        # Not `serve_forever`: it polls, so that each `stop` would wait for its next look.
        while not self._stopping.is_set():
            self.handle_request()

    def stop(self) -> None:
        """Close the port and every connection, and wait for their threads."""
        self._stopping.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.server_port)).close()  # wakes the accepting thread
        self._thread.join()
        self.server_close()
        for thread, connection in self._connections.copy().items():
            with suppress(OSError):  # the client may have been faster
                connection.shutdown(socket.SHUT_RDWR)  # unlike close, it wakes a thread that reads or writes
            thread.join()

    def server_bind(self) -> None:
        """Bind as HTTPServer does, without asking DNS for a name of 127.0.0.1: on some machines that takes seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()

    def process_request(self, request: _Socket, client_address: _Address) -> None:
        """Start a connection's thread as the base class does, and remember it: `stop` must find it."""
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._connections[thread] = request
        thread.start()

    def process_request_thread(self, request: _Socket, client_address: _Address) -> None:
        """Serve a connection to its end, and forget it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            del self._connections[current_thread()]

    def handle_error(self, request: _Socket, client_address: _Address) -> None:
        """Keep silent about clients that went away. Anything else is a bug of ours: its traceback is printed."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _ClientLeftError(Exception):
    """The client closed the connection."""


class _Connection(BaseHTTPRequestHandler):
    """One connection: reads requests and sends what `answer` says, until either side closes."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"  # assumed for an unreadable request line: the refusal needs a status line
    disable_nagle_algorithm = True

    def __init__(  # noqa: PLR0913, PLR0917 - the last three are the base class's
        self,
        answer: Answer,
        report_abort: ReportAbort,
        stopping: Event,
        request: _Socket,
        client_address: _Address,
        server: Server,
    ) -> None:
        self._answer = answer
        self._report_abort = report_abort
        self._stopping = stopping
        super().__init__(request, client_address, server)  # serves the whole connection

    def handle_one_request(self) -> None:
        """Serve a request of any method; the base class would want a `do_X` for each method X."""
        self.raw_requestline = self.rfile.readline()
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._exchange()

    def _exchange(self) -> None:
        try:
            body = self._read_body()
        except ValueError:
            self.send_error(400)
            return
        # From the request line, because the base class changes `self.path` when it begins with two slashes.
        target = self.requestline.split()[1]
        request = RecordedRequest.parse(self.command, target, self.headers.items(), body)
        self._send(self._answer(request), request)

    def _read_body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            return b"".join(iter(self._read_chunk, b""))
        return self._read_exactly(int(self.headers.get("content-length", "0")))

    def _read_chunk(self) -> bytes:
        """Read a chunk; the last one is empty."""
        size = int(self.rfile.readline().partition(b";")[0], 16)
        data = self._read_exactly(size)
        while self.rfile.readline().strip():  # up to an empty line: at once, or after the trailer of the last chunk
            pass
        return data

    def _read_exactly(self, size: int) -> bytes:
        if size < 0:
            raise ValueError(size)
        data = self.rfile.read(size)
        if len(data) < size:
            message = "the client closed the connection inside its request"
            raise ConnectionError(message)
        return data

    def _send(self, reply: Reply, request: RecordedRequest | None = None) -> None:
        if reply.drop or self._stopping.wait(reply.delay):
            self.close_connection = True
            return
        self._send_head(reply)
        try:
            self._send_body(reply)
        except (CutOffError, _ClientLeftError) as end:
            self.close_connection = True
            if isinstance(end, _ClientLeftError) and request and reply.is_stream and not self._stopping.is_set():
                self._report_abort(request)
        if reply.cut_after is not None:
            self.close_connection = True

    def _send_head(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        if self.close_connection:
            self.send_header("connection", "close")
        for name, value in reply.head().items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, reply: Reply) -> None:
        chunked = reply.is_stream and reply.head().get("transfer-encoding") == "chunked"
        for number, piece in enumerate(reply.pieces(self.command)):
            if reply.is_stream and self._client_leaves_within(reply.pause if number else 0.0):
                raise _ClientLeftError
            self._write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked and self.command != "HEAD":
            self._write(b"0\r\n\r\n")

    def _client_leaves_within(self, seconds: float) -> bool:
        """Wait, and watch the connection: a client that left would else be noticed some writes later, or never."""
        self.connection.settimeout(seconds)
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, TimeoutError):
            return False
        except OSError:
            return True
        finally:
            self.connection.settimeout(None)

    def _write(self, data: bytes) -> None:
        try:
            self.wfile.write(data)  # unbuffered: it leaves at once, as one write
        except OSError as error:
            raise _ClientLeftError from error

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Refuse what isn't HTTP, in OpenRouter's shape. The base class calls this too, hence its parameters."""
        self.close_connection = True
        self._send(error_reply(code, message or "This isn't a valid HTTP request."))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
        """Log nothing."""
