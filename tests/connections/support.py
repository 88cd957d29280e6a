"""A server of raw sockets, and the kinds of calls that travel over connections."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import suppress
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from openrouter_sdk import Err, Ok, OpenRouterError, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from openrouter_sdk import OpenRouter

    Serve = Callable[["Connection"], None]

T = TypeVar("T")
X = TypeVar("X", bound=Exception)

KEY = "sk-or-v1-0123456789abcdef"
CREDITS_JSON = b'{"data": {"total_credits": 5, "total_usage": 1}}'


def answer(body: bytes = CREDITS_JSON, *headers: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"content-type: {kind}", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One connection of the server."""

    def __init__(self, server: RawServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self._file = sock.makefile("rb")

    def read(self) -> bytes | None:
        """Read a request, and note it; None if the client has left."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._file.readline()
            if not line:
                return None
            head += line
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        body = (
            self._chunks()
            if b"transfer-encoding" in headers
            else self._file.read(int(headers.get(b"content-length", b"0")))
        )
        self.server.requests.append(head + body)
        self.server.came.set()
        return head + body

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._file.readline(), 16):
            body += self._file.read(size)
            self._file.readline()
        self._file.readline()
        return body

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def close(self) -> None:
        self._file.close()
        self.sock.close()

    def reset(self) -> None:
        """Break the connection the hard way."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait(self) -> None:
        """Say nothing until the test ends."""
        self.server.ending.wait(30)


class RawServer:
    """Does with each connection what a function says, and closes it."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.requests: list[bytes] = []
        self.came = threading.Event()
        self.ending = threading.Event()
        self.accepted = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.accepted += 1
                threading.Thread(target=self._run, args=(sock,), daemon=True).start()

    def _run(self, sock: socket.socket) -> None:
        connection = Connection(self, sock)
        with suppress(OSError, ValueError):
            self._serve(connection)
        connection.close()

    def close(self) -> None:
        self.ending.set()
        self._listener.close()


def always(data: bytes) -> Serve:
    """Answer every request in the same way."""

    def serve(connection: Connection) -> None:
        while connection.read() is not None:
            connection.send(data)

    return serve


def first(broken: Serve, data: bytes = answer()) -> Serve:
    """Do something odd to the first request, and answer the others."""

    def serve(connection: Connection) -> None:
        while connection.read() is not None:
            if len(connection.server.requests) == 1:
                broken(connection)
                return
            connection.send(data)

    return serve


def waits(connection: Connection) -> None:
    """Take requests, and answer none."""
    while connection.read() is not None:
        connection.wait()


# Calls of every kind, each with something to do with what it returns: function, method, arguments.
HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello there"}]
APIS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "call": ("credits_get_credits", "credits.get_credits", {}),
    "post": ("chat_send", "chat.send", {"model": "a/b", "messages": HELLO}),
    "page": ("files_list", "files.list", {}),
    "upload": ("files_upload", "files.upload", {"file": ("a.txt", b"x" * 100_000)}),
    "stream": ("chat_send", "chat.send", {"model": "a/b", "messages": HELLO, "stream": True}),
    "download": ("files_download", "files.download", {"file_id": "f-1"}),
}
KINDS = tuple(APIS)
Outcome: TypeAlias = Result[Any, Exception]


class Face:
    """One of the four faces of a call: a function or a method, synchronous or asynchronous. It has its own event loop.

    What goes wrong comes back as an `Err`, whatever the face.
    """

    def __init__(self, name: str) -> None:
        self.is_async = name.startswith("async")
        self.is_method = name.endswith("method")
        self.loop = asyncio.new_event_loop()

    def run(self, steps: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(steps)

    def attempt(self, action: Callable[[], Any]) -> Outcome:
        try:
            return as_result(self.run(action()) if self.is_async else action())
        except OpenRouterError as error:
            return Err(error)

    def call(self, client: OpenRouter, kind: str, **options: Any) -> Outcome:
        return self.attempt(partial(target(client, kind, is_async=self.is_async, is_method=self.is_method), **options))

    def use(self, client: OpenRouter, kind: str, **options: Any) -> Outcome:
        """Make a call, and use up what it returns."""
        if self.is_async:
            return self.attempt(partial(use_async, client, kind, is_method=self.is_method, **options))
        result = self.call(client, kind, **options)
        if isinstance(result, Err) or kind not in {"stream", "download"}:
            return result
        return self.attempt(result.value.collect if kind == "stream" else result.value.read)

    def close(self, client: OpenRouter) -> None:
        self.run(client.aclose()) if self.is_async else client.close()


def target(client: OpenRouter, kind: str, *, is_async: bool, is_method: bool) -> Callable[..., Any]:
    """Return the function (with the client as its first argument bound) or the method, with its arguments."""
    function, method, params = APIS[kind]
    suffix = "_async" if is_async else ""
    if is_method:
        return partial(attrgetter(method + suffix)(client), **params)
    return partial(getattr(import_module(f"openrouter_sdk.funcs.{function}"), function + suffix), client, **params)


def as_result(value: Any) -> Outcome:
    """Return what a function gave as it is, and what a method gave as an `Ok`."""
    result: Outcome = value if type(value) in {Ok, Err} else Ok(value)
    return result


async def use_async(client: OpenRouter, kind: str, *, is_method: bool = False, **options: Any) -> Outcome:
    """Make an asynchronous call, and use up what it returns."""
    result = as_result(await target(client, kind, is_async=True, is_method=is_method)(**options))
    if isinstance(result, Err):
        return result
    opened: Any = result.value
    if kind == "stream":
        async with opened:
            return as_result(await opened.collect())
    return as_result(await opened.read()) if kind == "download" else result


def error_of(result: Outcome, kind: type[X]) -> X:
    """Return the error in `result`, which must be a `kind` and no subclass."""
    assert isinstance(result, Err), result
    assert type(result.error) is kind, repr(result.error)
    return result.error
