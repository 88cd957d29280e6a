"""Files: as callers give them, and as downloads bring them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import StreamError, UnexpectedClientError
from ..lib.closing import AsyncClosing, Closing
from ..lib.mapped import Mapped
from .contents import Base64Content, DataURLContent, FileContent
from .response import ResponseInfo
from .result import Err, Ok, Result

if TYPE_CHECKING:
    from ..lib.streams import AsyncSource, Source
else:  # the runtime's own, which only a call needs
    AsyncSource = Source = Any

Progress: TypeAlias = Callable[[int, int | None], object]
__all__ = [
    "AsyncBinaryResponse", "AsyncBinaryResult", "Base64Content", "BinaryResponse", "BinaryResult", "DataURLContent",
    "FileContent",
]  # fmt: skip


class _Binary:
    response: ResponseInfo

    @property
    def content_type(self) -> str:
        """The content type that the server stated; "" if it didn't."""
        return self.response.headers.get("content-type", "")

    @property
    def content_length(self) -> int | None:
        """The size in bytes that the server stated, if it did."""
        if self.response.headers.get("content-encoding", "identity") != "identity":
            return None  # what is stated is the size of the compressed bytes
        length = self.response.headers.get("content-length", "")
        return int(length) if length.isdecimal() else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.content_type!r}, {self.content_length} bytes)"


class BinaryResult(_Binary, Closing):
    """A download of a function's: nothing is read yet, and reading gives `Result`s.

    Attributes:
        response: the HTTP exchange.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.response = source.response

    def iter_bytes(self) -> Iterator[Result[bytes, StreamError]]:
        """Yield the bytes in pieces as they come, and an `Err` last if the download breaks."""
        return self._source.items

    def read(self) -> Result[bytes, StreamError]:
        """Read all bytes."""
        partly_read = self._source.reader.partly_read()
        if partly_read is not None:
            return partly_read
        pieces: list[bytes] = []
        for result in self.iter_bytes():
            if isinstance(result, Err):
                return result
            pieces.append(result.value)
        return self._source.reader.whole(pieces)

    def write_to(
        self, path: str | os.PathLike[str], on_progress: Progress | None = None
    ) -> Result[int, StreamError | UnexpectedClientError]:
        """Write the bytes to a file, which gets its name once it is complete; return their number.

        A file that is there keeps its mode; a link, a device or a pipe is written through. `on_progress` is called with
        the number of bytes so far, and in all if that is known.
        """
        from ..lib.files import Writing, failed

        try:
            partly_read = self._source.reader.partly_read()
            if partly_read is not None:
                return partly_read
            with Writing(path, self.content_length, on_progress) as writing:
                for result in self.iter_bytes():
                    if isinstance(result, Err):
                        return result
                    writing.write(result.value)
                return self._source.reader.unfinished() or Ok(writing.finish(), self.response)
        except Exception as error:  # noqa: BLE001  # the promise of this package
            return failed(path, error)
        finally:
            self.close()

    def close(self) -> None:
        """Give the connection back; bytes that have not been read are lost."""
        self._source.close()


class AsyncBinaryResult(_Binary, AsyncClosing):
    """A download of an asynchronous function's: nothing is read yet, and reading gives `Result`s.

    Attributes:
        response: the HTTP exchange.
    """

    def __init__(self, source: AsyncSource) -> None:
        self._source = source
        self.response = source.response

    def iter_bytes(self) -> AsyncIterator[Result[bytes, StreamError]]:
        """Yield the bytes in pieces as they come, and an `Err` last if the download breaks."""
        return self._source.items

    async def read(self) -> Result[bytes, StreamError]:
        """Read all bytes."""
        partly_read = self._source.reader.partly_read()
        if partly_read is not None:
            return partly_read
        pieces: list[bytes] = []
        async for result in self.iter_bytes():
            if isinstance(result, Err):
                return result
            pieces.append(result.value)
        return self._source.reader.whole(pieces)

    async def write_to(
        self, path: str | os.PathLike[str], on_progress: Progress | None = None
    ) -> Result[int, StreamError | UnexpectedClientError]:
        """Write the bytes to a file, which gets its name once it is complete; return their number.

        A file that is there keeps its mode; a link, a device or a pipe is written through. `on_progress` is called with
        the number of bytes so far, and in all if that is known.
        """
        from ..lib.files import Writing, failed

        try:
            partly_read = self._source.reader.partly_read()
            if partly_read is not None:
                return partly_read
            with Writing(path, self.content_length, on_progress) as writing:
                async for result in self.iter_bytes():
                    if isinstance(result, Err):
                        return result
                    writing.write(result.value)
                return self._source.reader.unfinished() or Ok(writing.finish(), self.response)
        except Exception as error:  # noqa: BLE001  # the promise of this package
            return failed(path, error)
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Give the connection back; bytes that have not been read are lost."""
        await self._source.aclose()


class BinaryResponse(_Binary, Closing):
    """A download of a method's: nothing is read yet, and reading raises if the download breaks.

    Attributes:
        response: the HTTP exchange.
    """

    def __init__(self, result: BinaryResult) -> None:
        self._result = result
        self.response = result.response

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the bytes in pieces as they come."""
        return (result.unwrap() for result in self._result.iter_bytes())

    def read(self) -> bytes:
        """Read all bytes."""
        return self._result.read().unwrap()

    def write_to(self, path: str | os.PathLike[str], on_progress: Progress | None = None) -> int:
        """Write the bytes to a file, which gets its name once it is complete; return their number.

        A file that is there keeps its mode; a link, a device or a pipe is written through. `on_progress` is called with
        the number of bytes so far, and in all if that is known.
        """
        return self._result.write_to(path, on_progress).unwrap()

    def close(self) -> None:
        """Give the connection back; bytes that have not been read are lost."""
        self._result.close()


class AsyncBinaryResponse(_Binary, AsyncClosing):
    """A download of an asynchronous method's: nothing is read yet, and reading raises if the download breaks.

    Attributes:
        response: the HTTP exchange.
    """

    def __init__(self, result: AsyncBinaryResult) -> None:
        self._result = result
        self.response = result.response

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the bytes in pieces as they come."""
        return Mapped(self._result.iter_bytes(), lambda result: result.unwrap())

    async def read(self) -> bytes:
        """Read all bytes."""
        return (await self._result.read()).unwrap()

    async def write_to(self, path: str | os.PathLike[str], on_progress: Progress | None = None) -> int:
        """Write the bytes to a file, which gets its name once it is complete; return their number.

        A file that is there keeps its mode; a link, a device or a pipe is written through. `on_progress` is called with
        the number of bytes so far, and in all if that is known.
        """
        return (await self._result.write_to(path, on_progress)).unwrap()

    async def aclose(self) -> None:
        """Give the connection back; bytes that have not been read are lost."""
        await self._result.aclose()
