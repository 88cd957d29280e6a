"""A server that answers as fast as it can, with canned bytes; the first part of a path says how a stream is written.

`/bulk/…` writes all events at once, each an HTTP chunk of its own, as servers send them; `/rechunked/…` in chunks
of 16 KB, as a proxy may make them; `/paced/…` each event in a TCP segment of its own; `/short/…` few of them; and
`/held/…` the first event, after which it waits for the client to go.
"""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING

from benchmarks.replies import SHORT_STREAM, STREAMS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PIECE = 16 * 1024
PAUSE = 0.001
"""Long enough for a client to have read one event before the next is written."""
BACKLOG = 4096
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"data: [DONE]\n\n"
LAST_CHUNK = b"0\r\n\r\n"


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def _bulk(pieces: list[bytes]) -> bytes:
    return HEAD + b"".join(map(_chunk, pieces)) + LAST_CHUNK


def _rechunked(events: list[bytes]) -> bytes:
    content = b"".join([*events, END])
    return _bulk([content[start : start + PIECE] for start in range(0, len(content), PIECE)])


_BULK = {path: _bulk([*events, END]) for path, events in STREAMS.items()}
_RECHUNKED = {path: _rechunked(events) for path, events in STREAMS.items()}
_SHORT = _bulk([*SHORT_STREAM, END])


async def _write_bulk(writer: asyncio.StreamWriter, path: bytes) -> None:
    writer.write(_BULK[path])


async def _write_rechunked(writer: asyncio.StreamWriter, path: bytes) -> None:
    writer.write(_RECHUNKED[path])


async def _write_short(writer: asyncio.StreamWriter, _: bytes) -> None:
    writer.write(_SHORT)


async def _write_paced(writer: asyncio.StreamWriter, path: bytes) -> None:
    """Write one event at a time; asyncio sets TCP_NODELAY, so that each write leaves at once."""
    writer.write(HEAD)
    for event in STREAMS[path]:
        writer.write(_chunk(event))
        await asyncio.sleep(PAUSE)
    writer.write(_chunk(END) + LAST_CHUNK)


async def _write_held(writer: asyncio.StreamWriter, path: bytes) -> None:
    comment, first, *_ = STREAMS[path]
    writer.write(HEAD + _chunk(comment) + _chunk(first))


WAYS: dict[bytes, Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]] = {
    b"/bulk": _write_bulk,
    b"/rechunked": _write_rechunked,
    b"/short": _write_short,
    b"/paced": _write_paced,
    b"/held": _write_held,
}


async def _answer(writer: asyncio.StreamWriter, path: bytes) -> None:
    if path in WHOLE:
        writer.write(WHOLE[path])
    else:
        way, _, rest = path.partition(b"/v1")
        await WAYS[way](writer, rest)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            await _answer(writer, head.split(b" ", 2)[1].split(b"?")[0])
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def allow_many_files() -> None:
    """Raise the limit of open files, which is often too low for 1,000 connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def main() -> None:
    """Print the port, and serve until killed."""
    allow_many_files()
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
