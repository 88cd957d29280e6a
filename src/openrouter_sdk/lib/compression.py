"""Taking compressed answers apart, and noticing when their end is missing, which httpx doesn't of most kinds."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable


class Decoder:
    """What stays as it is; the base of what doesn't."""

    def feed(self, data: bytes) -> bytes:
        """Return what a piece gives."""
        return data

    def finish(self) -> None:
        """Raise if there should be more."""


class _Checked(Decoder):
    """One encoding, whose faults become errors of ours."""

    def __init__(self, name: str, inner: Decoder) -> None:
        self._name = name
        self._inner = inner

    def feed(self, data: bytes) -> bytes:
        try:
            return self._inner.feed(data)
        except Exception as error:
            message = f"the compression ({self._name}) is broken: {error}"
            raise StreamError(message) from error

    def finish(self) -> None:
        try:
            self._inner.finish()
        except Exception as error:
            message = f"the compressed content ({self._name}) was cut off before its end"
            raise StreamError(message) from error


class _Missing(Decoder):
    """An encoding for which a package is missing."""

    def __init__(self, name: str) -> None:
        self._name = name

    def feed(self, data: bytes) -> bytes:  # noqa: ARG002  # it can't be read
        extra = {"br": "brotli"}.get(self._name, self._name)
        message = f"the content is compressed by {self._name!r}, which takes a package to read: install httpx[{extra}]"
        raise StreamError(message)


class _Chain(Decoder):
    """Encodings in the order in which they are taken off."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> bytes:
        for decoder in self._decoders:
            data = decoder.feed(data)
        return data

    def finish(self) -> None:
        for decoder in self._decoders:
            decoder.finish()


class _Members(Decoder):
    """A format of members, one after the other, each by a decompressor that tells its end."""

    def __init__(self, make: Callable[[], Any], padding: bytes = b"") -> None:
        self._make = make
        self._padding = padding
        self._member = make()

    def feed(self, data: bytes) -> bytes:
        pieces: list[bytes] = []
        while data:
            if self._member.eof:
                data = data.lstrip(self._padding)
                if not data:
                    break
                self._member = self._make()
            pieces.append(self._member.decompress(data))
            data = self._member.unused_data
        return b"".join(pieces)

    def finish(self) -> None:
        if not self._member.eof:
            raise EOFError


class _Deflate(Decoder):
    """The encoding "deflate": by the standard in zlib's format, and without it from many servers."""

    def __init__(self) -> None:
        self._start = b""
        self._member: Any = None

    def feed(self, data: bytes) -> bytes:
        if self._member is None:
            self._start += data
            if len(self._start) < 2:  # noqa: PLR2004  # the size of zlib's header
                return b""
            data = self._start
            in_zlib = data[0] & 15 == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
            self._member = zlib.decompressobj(zlib.MAX_WBITS if in_zlib else -zlib.MAX_WBITS)
        found: bytes = self._member.decompress(data)
        return found

    def finish(self) -> None:
        if self._member is None or not self._member.eof:
            raise EOFError


class _Brotli(Decoder):
    """By the package `brotli` or `brotlicffi`, whose methods have different names."""

    def __init__(self) -> None:
        try:
            self._member: Any = import_module("brotli").Decompressor()
        except ImportError:
            self._member = import_module("brotlicffi").Decompressor()

    def feed(self, data: bytes) -> bytes:
        decompress = getattr(self._member, "decompress", None) or self._member.process
        found: bytes = decompress(data)
        return found

    def finish(self) -> None:
        if hasattr(self._member, "is_finished") and not self._member.is_finished():
            raise EOFError
        if hasattr(self._member, "finish"):
            self._member.finish()


def _gzip() -> Decoder:
    return _Members(lambda: zlib.decompressobj(zlib.MAX_WBITS | 16), b"\0")


def _zstd() -> Decoder:
    zstandard = import_module("zstandard")
    return _Members(lambda: zstandard.ZstdDecompressor().decompressobj())


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _zstd,
}


def decoder_of(encoding: str) -> Decoder:
    """Return what decodes bytes of a content encoding; those that don't compress are passed over, as httpx does."""
    stated = encoding.lower().split(",")
    names = [name.strip() for name in stated if name.strip() in _DECODERS]
    return _Chain([_decoder(name) for name in reversed(names)]) if names else Decoder()


def _decoder(name: str) -> Decoder:
    try:
        return _Checked(name, _DECODERS[name]())
    except ImportError:
        return _Missing(name)
