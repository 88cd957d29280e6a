"""Every fault that the hostile server knows, as data: what is sent instead of the right reply, and the right outcome.

Outcomes are keyed by the kind of call: its name, else "bits" (streams and downloads, which are over before the answer
has come) or "whole", else "POST" or "GET", else "all". "A|B" allows either; an error's base allows all below it.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .kinds import COLLECT, DOWNLOAD, STREAM, WRITE
from .server import End

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .kinds import Kind
    from .server import Right

    Reply = Callable[[Right], bytes]

STREAMS = {STREAM, COLLECT}


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes:
        name: what tests call it.
        reply: makes the bytes that are sent of the right reply.
        expect: the outcomes that are right.
        tries: how many requests may arrive, by the same keys; the core's policy is to try once more.
        end: what becomes of the connection.
        step: how many bytes are sent at a time.
        early: whether the reply comes before the request's body was read.
        at_door: whether it comes before the request.
        timeout: the call's time-out in seconds.
        status: the status that the error has.
        says: what the error's text holds.
    """

    name: str
    reply: Reply
    expect: Mapping[str, str]
    tries: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: {"all": (1,)})
    end: End = End.KEEP
    step: int | None = None
    early: bool = False
    at_door: bool = False
    timeout: float | None = None
    status: int | None = None
    says: str = ""

    def expected(self, kind: Kind) -> set[str]:
        return set(_of(self.expect, kind).split("|"))

    def allowed_tries(self, kind: Kind) -> Sequence[int]:
        tries: Sequence[int] = _of(self.tries, kind)
        return tries


def _of(table: Mapping[str, Any], kind: Kind) -> Any:
    return next(table[key] for key in _keys(kind) if key in table)


def _keys(kind: Kind) -> Iterator[str]:
    yield kind.name
    if kind in STREAMS:
        yield "streams"
    if kind is WRITE:
        yield DOWNLOAD.name
    yield "bits" if kind.is_read_bit_by_bit else "whole"
    yield "POST" if kind.is_post else "GET"
    yield "all"


ONCE = {"all": (1,)}
TWICE = {"all": (2,)}
# A pool drops a new connection that is closed before a request goes over it, and makes another by itself.
CONNECTIONS = {"all": (2, 3, 4)}
FINE = {"all": "Ok"}
LOST = {"all": "ConnectionError"}
CUT = {"whole": "ConnectionError", "bits": "StreamError"}
LATE = {"whole": "RequestTimeoutError", "bits": "StreamError"}
REFUSED = {"all": "ResponseError"}
NO_JSON = {"whole": "OpenRouterDefaultError", "streams": "StreamError", "download": "Ok"}
SOMEHOW = {"all": "Ok|OpenRouterError"}


# --- connections


def _nothing(_: Right) -> bytes:
    return b""


def _const(data: bytes) -> Reply:
    return lambda _: data


def connections() -> Iterator[Fault]:
    for name, end in (("closed", End.CLOSE), ("reset", End.RESET)):
        yield Fault(f"{name} at the door", _nothing, LOST, CONNECTIONS, end, at_door=True)
        yield Fault(f"{name} before the request's body was read", _nothing, LOST, TWICE, end, early=True)
        yield Fault(f"{name} before the response", _nothing, LOST, TWICE, end)
        yield Fault(f"{name} in the status line", _const(b"HTTP/1.1 2"), LOST, ONCE, end)
        yield Fault(f"{name} after the status line", _const(b"HTTP/1.1 200 OK\r\n"), LOST, ONCE, end)
        yield Fault(f"{name} in the head", lambda right: right.reply()[:40], LOST, ONCE, end)
        yield Fault(f"{name} after the head", lambda right: right.head("Content-Length: 50"), CUT, ONCE, end)
        yield Fault(f"{name} in the body", lambda right: right.reply()[: -len(right.body) // 2], CUT, ONCE, end)
        yield Fault(f"{name} in a chunk", lambda right: right.chunked(right.body, end=b"")[:-15], CUT, ONCE, end)
        yield Fault(f"{name} after the response", lambda right: right.reply(), FINE, ONCE, end)
    yield Fault("stalled before the response", _nothing, {"all": "RequestTimeoutError"}, ONCE, End.STALL, timeout=0.1)
    yield Fault(
        "stalled in the head", lambda right: right.reply()[:30], {"all": "RequestTimeoutError"}, ONCE, End.STALL,
        timeout=0.1)  # fmt: skip
    yield Fault(
        "stalled in the body", lambda right: right.reply()[: -len(right.body) // 2], LATE, ONCE, End.STALL,
        timeout=0.1)  # fmt: skip
    yield Fault("byte by byte", lambda right: right.reply(), FINE, step=1)
    yield Fault("byte by byte in chunks", lambda right: right.chunked(*_bytes(right.body)), FINE, step=1)


def _bytes(data: bytes) -> list[bytes]:
    return [data[place : place + 1] for place in range(len(data))]


# --- what isn't HTTP, or oddly so

STATUS_LINES: dict[str, tuple[bytes, Mapping[str, str]]] = {
    "garbage": (b"\x16\x03\x01 garbage \xff\r\n\r\n", LOST),
    "HTTP/0.9": (b"<html>hello</html>\r\n", LOST),
    "HTTP/2's": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", LOST),
    "another protocol's": (b"SSH-2.0-OpenSSH_9.6\r\n", LOST),
    "a TLS alert": (b"\x15\x03\x01\x00\x02\x02\x46", LOST),
    "a request": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", LOST),
    "a status that is no number": (b"HTTP/1.1 abc OK\r\n\r\n", LOST),
    "a status of two digits": (b"HTTP/1.1 20 OK\r\n\r\n", LOST),
    "a version of its own": (b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", SOMEHOW),
    "blank lines": (b"\r\n\r\n\r\n", LOST),
}
HEADERS: dict[str, tuple[str, Mapping[str, str]]] = {
    "many small headers": ("\r\n".join(f"X-{number}: y" for number in range(500)), FINE),
    "a flood of headers": ("\r\n".join(f"X-{number}: {'y' * 90}" for number in range(2000)), LOST),
    "a huge header": (f"X-Huge: {'y' * 300_000}", LOST),
    "a header without a colon": ("nonsense", LOST),
    "a header with a NUL": ("X: a\x00b", LOST),
    "a header without a name": (": x", LOST),
    "a folded header": ("X: a\r\n b", FINE),
    "a header of Latin-1": ("X-Caf\xe9: x", LOST),
    "a value of Latin-1": ("X: caf\xe9", FINE),
    "an odd content type": ("Content-Type: ;;;=,\x80", SOMEHOW),
    "a second content type": ("Content-Type: text/html", SOMEHOW),
    "an odd connection header": ("Connection: sometimes", FINE),
    "a cookie": ("Set-Cookie: a=b; Domain=example.org", FINE),
    "an odd generation id": ("X-Generation-Id: \xff", FINE),
}
LENGTHS: dict[str, tuple[str, Mapping[str, str]]] = {
    "a negative length": ("Content-Length: -5", LOST),
    "a length that is no number": ("Content-Length: many", LOST),
    "a huge length": (f"Content-Length: {10**30}",
                      {"whole": "Ok|ConnectionError", "bits": "Ok|StreamError|ConnectionError"}),
    "two lengths that differ": ("Content-Length: 5\r\nContent-Length: 6", LOST),
    "a transfer encoding of its own": ("Transfer-Encoding: sometimes", LOST),
}  # fmt: skip


def oddities() -> Iterator[Fault]:
    for name, (data, expect) in STATUS_LINES.items():
        yield Fault(f"{name} for a status line", _const(data), expect, ONCE, End.CLOSE)
    for name, (header, expect) in HEADERS.items():
        yield Fault(name, _with_header(header), expect)
    for name, (header, expect) in LENGTHS.items():
        yield Fault(name, _with_length(header), expect, end=End.CLOSE)
    yield Fault("no reason", lambda right: right.reply(status="200"), FINE)
    yield Fault("HTTP/1.0", lambda right: right.reply().replace(b"HTTP/1.1", b"HTTP/1.0", 1), FINE, end=End.CLOSE)
    yield Fault("bare line feeds", lambda right: _bare(right.reply()), FINE)
    yield Fault("no length, ended by a close", lambda right: right.head() + right.body, FINE, end=End.CLOSE)
    # The end of a stream is cut off, but not that of the answer in it.
    yield Fault("a length too short", _short_length, {**NO_JSON, "streams": "Ok|StreamError"})
    # All of it came, and what is missing is nothing that was meant to come: either view will do.
    yield Fault(
        "a length too long", lambda right: right.head(f"Content-Length: {len(right.body) + 10}") + right.body,
        {"whole": "Ok|ConnectionError", "streams": "Ok", "download": "StreamError"}, end=End.CLOSE)  # fmt: skip
    yield Fault("both a length and chunks", _length_and_chunks, FINE, end=End.CLOSE)
    yield Fault("101 unasked", _const(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
                {"all": "OpenRouterDefaultError|ConnectionError"}, end=End.CLOSE)  # fmt: skip
    for status, count in ((100, 1), (100, 50), (103, 50)):
        yield Fault(f"{count} x {status}", _after(b"HTTP/1.1 %d Wait\r\nLink: x\r\n\r\n" % status * count), FINE)
    for status in (201, 202, 203, 204, 205, 206, 299, 600, 999):
        yield _undeclared(status)


def _undeclared(status: int) -> Fault:
    # A stream is paid for, whatever its status; a 204 has none.
    expect = {"streams": "Ok|OpenRouterDefaultError"} if status != 204 else {}
    expect["all"] = "OpenRouterDefaultError"
    return Fault(f"status {status}", lambda right: right.reply(status=f"{status} Odd"), expect, status=status)


def _after(lines: bytes) -> Reply:
    return lambda right: lines + right.reply()


def _with_header(header: str) -> Reply:
    return lambda right: right.reply(header)


def _with_length(header: str) -> Reply:
    return lambda right: right.head(header) + right.body


def _bare(reply: bytes) -> bytes:
    head, _, body = reply.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + body


def _short_length(right: Right) -> bytes:
    return right.head(f"Content-Length: {len(right.body) - 9}") + right.body


def _length_and_chunks(right: Right) -> bytes:
    return right.chunked(right.body).replace(b"Transfer-", b"Content-Length: 3\r\nTransfer-", 1)


# --- chunks

CHUNK_FRAMES: dict[str, tuple[bytes, Mapping[str, str]]] = {
    "a chunk size that is no number": (b"zz\r\nxx\r\n", CUT),
    "a negative chunk size": (b"-5\r\nxx\r\n", CUT),
    "a huge chunk size": (b"f" * 30 + b"\r\n", CUT),
    "a chunk without a line break after it": (b"2\r\nxxyy\r\n0\r\n\r\n", CUT),
    "a flood of a chunk size": (b"0" * 200_000, CUT),
}


def chunks() -> Iterator[Fault]:
    for name, (frame, expect) in CHUNK_FRAMES.items():
        yield Fault(name, _with_frame(frame), expect, end=End.CLOSE)
    yield Fault("chunks of one byte", lambda right: right.chunked(*_bytes(right.body)), FINE)
    yield Fault("extensions and trailers", _extended, FINE)
    # The whole JSON came, and that is the answer; of bytes nobody can tell whether they are all.
    expect = {"all": "Ok", "download": "StreamError"}
    for name, end in (("closed", End.CLOSE), ("reset", End.RESET)):
        yield Fault(f"{name} before the last chunk's frame", lambda right: right.chunked(right.body, end=b""), expect,
                    end=end)  # fmt: skip
        yield Fault(f"{name} in the last chunk's frame", lambda right: right.chunked(right.body, end=b"0\r\n"), expect,
                    end=end)  # fmt: skip
    yield Fault(
        "stalled before the last chunk's frame", lambda right: right.chunked(right.body, end=b""),
        {"all": "Ok", "download": "StreamError"}, end=End.STALL, timeout=0.1)  # fmt: skip


def _with_frame(frame: bytes) -> Reply:
    return lambda right: right.chunked(right.body[:9], end=frame)


def _extended(right: Right) -> bytes:
    frame = b'%x;name="value"\r\n%s\r\n0\r\nX-Trailer: x\r\n\r\n' % (len(right.body), right.body)
    return right.head("Transfer-Encoding: chunked") + frame


# --- bodies


def bodies() -> Iterator[Fault]:
    nothing = {"whole": "OpenRouterDefaultError", "streams": "StreamError", "download": "Ok"}
    yield Fault("an empty body", lambda right: right.reply(body=b""), nothing)
    yield Fault("a blank body", lambda right: right.reply(body=b" \n\n "), nothing)
    yield Fault("blanks around the body", lambda right: right.reply(body=b"\n \r\n\n" + right.body + b"\n\n "),
                {"all": "Ok"})  # fmt: skip
    yield Fault("a body of HTML", lambda right: right.reply(body=b"<html>boom</html>", kind="text/html"),
                {"all": "OpenRouterDefaultError", "download": "Ok|OpenRouterDefaultError"}, says="boom")  # fmt: skip
    yield Fault("the right body as HTML", lambda right: right.reply(kind="text/html"),
                {"whole": "Ok", "bits": "Ok|OpenRouterDefaultError"})  # fmt: skip
    yield Fault("no content type", lambda right: right.reply(kind=""),
                {"all": "Ok", "streams": "Ok|OpenRouterDefaultError"})  # fmt: skip
    for charset in ("utf-99", "base64", "rot13", "utf-16", ""):
        yield Fault(f"charset {charset!r}", _of_charset(charset), FINE)
    yield Fault("a byte order mark", lambda right: right.reply(body=b"\xef\xbb\xbf" + right.body), FINE)
    yield Fault("UTF-16", lambda right: right.reply(body=right.body.decode("latin-1").encode("utf-16")),
                {"whole": "Ok|OpenRouterDefaultError", "streams": "StreamError", "download": "Ok"})  # fmt: skip
    yield Fault("half the body", lambda right: right.reply(body=right.body[: len(right.body) // 2]), NO_JSON)
    for scalar in ("7", '"x"', "null", "true", "[]", '[{"id": 1}]', "NaN"):
        yield Fault(f"the JSON {scalar}", _json(scalar), {"all": "ResponseError", "download": "Ok|ResponseError"})
    yield Fault("an empty object", _json("{}"), {"all": "Ok|ResponseError"})


def _of_charset(charset: str) -> Reply:
    return lambda right: right.reply(kind=f"{right.kind.media_type}; charset={charset}")


def _json(text: str, status: str = "200 OK") -> Reply:
    return lambda right: right.reply(body=text.encode(), kind="application/json", status=status)


ODD_VALUES: dict[str, tuple[bytes, Mapping[str, str]]] = {
    "a raw NUL": (b'"a\x00b"', {"whole": "Ok|OpenRouterDefaultError", "streams": "Ok|StreamError", "download": "Ok"}),
    "an escaped NUL": (rb'"a\u0000b"', FINE),
    "half a character": (rb'"\ud83d"', FINE),
    "bytes that aren't UTF-8": (b'"caf\xe9"', FINE),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000,
                     {"whole": "Ok|OpenRouterDefaultError", "streams": "Ok|StreamError", "download": "Ok"}),
    "5,000 digits": (b"9" * 5000,
                     {"whole": "Ok|OpenRouterDefaultError", "streams": "Ok|StreamError", "download": "Ok"}),
    "NaN": (b"NaN", FINE),
    "Infinity": (b"-Infinity", FINE),
    "a number that overflows": (b"1e999", FINE),
    "a key that comes twice": (b'1, "odd": {"x": 1, "x": null}', FINE),
    "a long text": (b'"%s"' % (b"y" * 1_000_000), FINE),
}  # fmt: skip


def odd_values() -> Iterator[Fault]:
    for name, (value, expect) in ODD_VALUES.items():
        yield Fault(f"{name} in a field", _with_odd(value), expect)


def _with_odd(value: bytes) -> Reply:
    """Put a value into the first object of the right body."""
    return lambda right: right.reply(body=right.body.replace(b"{", b'{"odd": %s, ' % value, 1))


# --- compression


def compression() -> Iterator[Fault]:
    broken = {"whole": "ResponseError", "bits": "StreamError"}
    # JSON may still be whole without its checksum; of bytes nobody can tell.
    unchecked = {"all": "Ok|ResponseError|StreamError", "download": "StreamError"}
    for encoding, compress in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        yield Fault(encoding, _encoded(encoding, compress), FINE)
        yield Fault(f"half of {encoding}", _encoded(encoding, _cut_short(compress, 10_000)), broken)
        yield Fault(f"{encoding} without its checksum", _encoded(encoding, _cut_short(compress, 4)), unchecked)
        # A whole answer in JSON is one, whatever its header says of it.
        yield Fault(f"no {encoding}, but said so", _encoded(encoding, bytes), {**broken, "whole": "Ok"})
        yield Fault(f"nothing as {encoding}", _encoded(encoding, lambda _: b""),
                    {"whole": "ResponseError", "streams": "StreamError", "download": "Ok|StreamError"})  # fmt: skip
    yield Fault("gzip twice, and said so", _encoded("gzip, gzip", _twice), FINE)
    yield Fault("gzip twice, and said once", _encoded("gzip", _twice), NO_JSON)
    yield Fault("a little gzip for much", _encoded("gzip", lambda data: gzip.compress(_padded(data))), FINE)
    yield Fault("gzip with bytes after it", _encoded("gzip", lambda data: gzip.compress(data) + b"junk"), SOMEHOW)
    yield Fault("an encoding of its own", _encoded("sometimes", bytes), FINE)


def _encoded(encoding: str, encode: Callable[[bytes], bytes]) -> Reply:
    return lambda right: right.reply(f"Content-Encoding: {encoding}", body=encode(right.body))


def _twice(data: bytes) -> bytes:
    return gzip.compress(gzip.compress(data))


def _cut_short(compress: Callable[[bytes], bytes], less: int) -> Callable[[bytes], bytes]:
    """Compress, and leave the last bytes out: at most half of all."""

    def encode(data: bytes) -> bytes:
        whole = compress(data)
        return whole[: -min(less, len(whole) // 2)]

    return encode


def _padded(data: bytes) -> bytes:
    """Put much before JSON that doesn't change it."""
    return b"\n" * 3_000_000 + data if data[:1] in {b"{", b"d"} else data


# --- redirects


def redirects() -> Iterator[Fault]:
    for status in (301, 302, 303):
        yield _redirect(f"{status}", status, "/elsewhere", {"POST": "ResponseError", "all": "Ok"},
                        {"POST": (1,), "all": (2,)}, "elsewhere")  # fmt: skip
    for status in (307, 308):
        yield _redirect(f"{status}", status, "/elsewhere", FINE, TWICE)
        yield _redirect(f"{status} to itself", status, "", {"all": "ResponseError|HTTPClientError"},
                        {"all": tuple(range(1, 30))})  # fmt: skip
    for status in (300, 304, 305, 306, 399):
        yield _redirect(f"{status}", status, "/elsewhere", REFUSED, ONCE)
    for status in (301, 302, 303, 307, 308):
        yield Fault(f"{status} without a location", _moved(status),
                    REFUSED, status=status)  # fmt: skip
        yield Fault(f"{status} to another origin", _to_other(status),
                    {"POST": "ResponseError", "GET": "Ok|ResponseError"}, says="elsewhere")  # fmt: skip
        for location in (
            "http://[",
            "ftp://127.0.0.1/x",
            "http://127.0.0.1:99999/",
            "//",
            "\x00",
            "http://",
            "x" * 70_000,
        ):
            yield _redirect(f"{status} to {location[:30]!r}", status, location, {"all": "OpenRouterError"},
                            {"all": tuple(range(1, 30))})  # fmt: skip


def _redirect(  # noqa: PLR0913, PLR0917  # a fault
    name: str,
    status: int,
    location: str,
    expect: Mapping[str, str],
    tries: Mapping[str, tuple[int, ...]],
    says: str = "",
) -> Fault:
    def reply(right: Right) -> bytes:
        return right.reply(f"Location: {location}", status=f"{status} Moved", body=b"", kind="")

    return Fault(f"a redirect by {name}", reply, expect, tries, says=says)


def _moved(status: int) -> Reply:
    return lambda right: right.reply(status=f"{status} Moved")


def _to_other(status: int) -> Reply:
    return lambda right: right.reply(f"Location: {right.other}/elsewhere", status=f"{status} Moved", body=b"", kind="")


# --- errors

RETRIED = {408, 409, 429, 500, 502, 503, 504, 524, 529}
STATUSES = (400, 401, 402, 403, 404, 408, 409, 410, 413, 415, 418, 422, 429, 431, 451, 499, 500, 501, 502, 503, 504,
            520, 524, 529, 599)  # fmt: skip
BOOM = json.dumps({"error": {"code": "odd", "message": "boom"}})
ERROR_BODIES: dict[str, tuple[bytes, str, str]] = {
    "JSON": (BOOM.encode(), "application/json", "boom"),
    "JSON as text": (BOOM.encode(), "text/plain", "boom"),
    "JSON without a type": (BOOM.encode(), "", "boom"),
    "a text": (json.dumps({"error": "boom"}).encode(), "application/json", "boom"),
    "a message": (json.dumps({"message": "boom"}).encode(), "application/json", "boom"),
    "true and a message": (json.dumps({"error": True, "message": "boom"}).encode(), "application/json", "boom"),
    "a title and a message": (json.dumps({"error": "Bad", "message": "boom"}).encode(), "application/json", "boom"),
    "HTML": (b"<html><h1>boom</h1></html>", "text/html", "boom"),
    "events": (b"event: error\ndata: " + BOOM.encode() + b"\n\n", "text/event-stream", "boom"),
    "events without a name": (b": hi\n\ndata: " + BOOM.encode() + b"\n\ndata: [DONE]\n\n", "text/event-stream", "boom"),
    "nothing": (b"", "application/json", ""),
    "nothing without a type": (b"", "", ""),
    "null": (b"null", "application/json", ""),
    "a list": (b"[1]", "application/json", ""),
    "garbage": (b"\x00\xff\xfe{", "application/json", ""),
    "no UTF-8": (b'{"error": {"message": "boom caf\xe9"}}', "application/json", "boom"),
    "a message that is no text": (b'{"error": {"message": {"a": "boom"}}}', "application/json", "boom"),
    "half a character": (rb'{"error": {"message": "boom \ud83d"}}', "application/json", "boom"),
    "deep nesting": (b'{"error": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", ""),
    "a code of 5,000 digits": (b'{"error": {"code": ' + b"9" * 5000 + b', "message": "boom"}}', "application/json", ""),
    "half of JSON": (BOOM.encode()[:-2], "application/json", "boom"),
}  # fmt: skip
# What is an error in a whole answer is one in an answer to a request for a stream.
ERRORS_IN_200: dict[str, dict[str, Any]] = {
    "code and message": {"error": {"code": 429, "message": "boom"}},
    "a message": {"error": {"message": "boom"}},
    "an empty message": {"error": {"code": 400, "message": ""}},
    "a text": {"error": "boom"},
    "true and a message": {"error": True, "message": "boom"},
    "Anthropic's": {"type": "error", "error": {"type": "overloaded_error", "message": "boom"}},
    "a list": {"error": [{"message": "boom"}]},
    "errors beside data": {"data": None, "error": {"message": "boom"}},
}


def errors() -> Iterator[Fault]:
    for status in STATUSES:
        yield _error(f"status {status}", status, BOOM.encode(), "application/json", "boom")
    for name, (body, media_type, says) in ERROR_BODIES.items():
        yield _error(f"400 with {name}", 400, body, media_type, says)
        yield _error(f"503 with {name}", 503, body, media_type, says)
    for name, error in ERRORS_IN_200.items():
        yield Fault(f"an error in a 200: {name}", _json(json.dumps(error)), REFUSED)
        yield Fault(f"an error in a 200 of the usual type: {name}", _usual(error), REFUSED)
    yield Fault("503 whose body is cut", lambda right: right.reply(status="503 Busy")[:-5],
                {"all": "ResponseError|HTTPClientError"}, {"all": (1, 2)}, End.CLOSE)  # fmt: skip
    yield Fault("503 with broken gzip", lambda right: right.reply("Content-Encoding: gzip", status="503 Busy"),
                REFUSED, {"all": (1, 2)}, status=503)  # fmt: skip
    yield Fault("400 with broken gzip", lambda right: right.reply("Content-Encoding: gzip", status="400 Bad"),
                REFUSED, status=400)  # fmt: skip
    yield Fault("413 before the upload was read", lambda right: right.reply(
        "Connection: close", body=BOOM.encode(), kind="application/json", status="413 Large"),
        REFUSED, end=End.CLOSE, early=True, status=413, says="boom")  # fmt: skip
    yield Fault("a right answer before the upload was read", lambda right: right.reply("Connection: close"), FINE,
                end=End.CLOSE, early=True)  # fmt: skip


def _error(name: str, status: int, body: bytes, media_type: str, says: str) -> Fault:  # a fault
    def reply(right: Right) -> bytes:
        return right.reply(status=f"{status} Odd", body=body, kind=media_type)

    return Fault(name, reply, REFUSED, TWICE if status in RETRIED else ONCE, status=status, says=says)


def _usual(error: dict[str, Any]) -> Reply:
    """Write an error in the content type that the right answer has; in a stream, as an event."""

    def reply(right: Right) -> bytes:
        text = json.dumps(error)
        return right.reply(body=(f"data: {text}\n\ndata: [DONE]\n\n" if right.kind in STREAMS else text).encode())

    return reply


# The header, and how many tries follow.
RETRY_AFTER: dict[str, int] = {
    "Retry-After: 0": 2,
    "Retry-After: 3": 2,
    "Retry-After: 0.25": 2,
    "Retry-After: -5": 2,
    "Retry-After: 61": 1,
    "Retry-After: 999999999999": 1,
    "Retry-After: 1e400": 1,
    "Retry-After: nan": 2,
    "Retry-After: soon": 2,
    "Retry-After: ": 2,
    "Retry-After: 3, 4": 2,
    "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT": 2,
    "Retry-After: Wed, 21 Oct 2315 07:28:00 GMT": 1,
    "Retry-After: Wed, 99 Foo 99999 07:28:00 GMT": 2,
    "Retry-After: 2015-10-21T07:28:00Z": 2,
    "retry-after-ms: 10": 2,
    "retry-after-ms: 99999999": 1,
    "retry-after-ms: x": 2,
    "X-RateLimit-Reset: 9999999999999": 1,
    "X-RateLimit-Reset: 1": 2,
    "X-RateLimit-Reset: x": 2,
}


def retry_after() -> Iterator[Fault]:
    for header, tries in RETRY_AFTER.items():
        reply = _too_many(header)
        yield Fault(header, reply, {"all": "TooManyRequestsResponseError"}, {"all": (tries,)}, status=429, says="boom")


def _too_many(header: str) -> Reply:
    return lambda right: right.reply(header, status="429 Slow", body=BOOM.encode(), kind="application/json")


# --- more than was asked for


def leftovers() -> Iterator[Fault]:
    yield Fault("a second response unasked", lambda right: right.reply() + _forged(right), FINE)
    yield Fault("a second response after chunks", lambda right: right.chunked(right.body) + _forged(right), FINE)
    yield Fault("bytes after the response", lambda right: right.reply() + b"junk\r\n\r\n", FINE)
    yield Fault("a blank line after the response", lambda right: right.reply() + b"\r\n", FINE)
    yield Fault("a 204 with a response for its body", lambda right: right.head(status="204 Nothing") + _forged(right),
                {"all": "OpenRouterDefaultError"})  # fmt: skip
    yield Fault("half a response unasked", lambda right: right.reply() + _forged(right)[:20], FINE)
    yield Fault("a connection that says it closes, and stays", lambda right: right.reply("Connection: close"), FINE)
    yield Fault("Keep-Alive: timeout=0", lambda right: right.reply("Keep-Alive: timeout=0"), FINE, end=End.CLOSE)


def _forged(right: Right) -> bytes:
    """Write another right answer, told by its number."""
    return right._replace(number=666).reply()


FAULTS = [
    *connections(), *oddities(), *chunks(), *bodies(), *odd_values(), *compression(), *redirects(), *errors(),
    *retry_after(), *leftovers()]  # fmt: skip
