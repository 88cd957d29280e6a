"""Files on their way out, streamed from disk, and on their way in, which get their name once they are complete."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeGuard

from ..errors import StreamError, UnexpectedClientError
from ..types.result import Err
from .client_errors import as_error, unexpected
from .invalid import invalid
from .json_values import is_array, is_object
from .urls import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from ..types.files import Progress

    Part = tuple[str, tuple[Any, ...]]

_TAKEN = "bytes, a path (pathlib.Path), a binary file object, or a tuple of a name, one of these, and a content type"


class Upload:
    """The parts of a multipart form. Paths are opened for each attempt, and closed after it."""

    def __init__(self, members: Mapping[str, Any], files: frozenset[str]) -> None:
        self._parts = [(name, item, name in files) for name, value in members.items() for item in _items(value)]
        if not self._parts:
            raise invalid("body", "a form needs at least one field", dict(members))
        for name, value, is_file in self._parts:
            if is_file:
                _check(name, _content(value))

    @property
    def replayable(self) -> bool:
        """Tell whether it can be sent again: a file object that can't be rewound can't."""
        contents = [_content(value) for _, value, is_file in self._parts if is_file]
        return all(not hasattr(content, "read") or _rewindable(content) for content in contents)

    @contextlib.contextmanager
    def opened(self) -> Iterator[list[Part]]:
        """Open what is given as a path, and give the parts in httpx's form."""
        with contextlib.ExitStack() as stack:
            yield [
                (name, _file(name, value, stack) if is_file else _field(value)) for name, value, is_file in self._parts
            ]


def is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    """Tell whether `value` is a path, which a string isn't."""
    return isinstance(value, os.PathLike)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Tell whether `value` is a tuple."""
    return isinstance(value, tuple)


def _items(value: Any) -> list[Any]:  # noqa: ANN401  # an argument
    if value is None:
        return []
    return value if is_array(value) else [value]


def _content(value: Any) -> Any:  # noqa: ANN401  # a FileContent
    return value[1] if is_tuple(value) and len(value) in {2, 3} else value


def _check(name: str, content: Any) -> None:  # noqa: ANN401  # to be seen
    if isinstance(content, io.TextIOBase):
        raise invalid(name, "the file object is in text mode; open it with mode 'rb'", repr(content))
    if is_path(content) and not Path(content).is_file():
        raise invalid(name, f"there is no file {str(content)!r}", str(content))
    if not isinstance(content, bytes) and not is_path(content) and not hasattr(content, "read"):
        raise invalid(name, f"a file is {_TAKEN}", repr(content))


def _rewindable(content: Any) -> bool:  # noqa: ANN401  # a file object
    seekable = getattr(content, "seekable", None)
    return bool(seekable and seekable())


class _Unsized:
    """A file object of unknown size: httpx would take the size of a pipe, which is 0, for its length."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read = file.read


def _file(name: str, value: Any, stack: contextlib.ExitStack) -> tuple[Any, ...]:  # noqa: ANN401  # a FileContent
    content = _content(value)
    filename = value[0] if is_tuple(value) else _name(name, content)
    kind = value[2:] if is_tuple(value) else ()
    if is_path(content):
        content = stack.enter_context(Path(content).open("rb"))  # noqa: SIM115  # the stack closes it
    elif hasattr(content, "read") and not _rewindable(content):
        content = _Unsized(content)
    return (filename, content, *(kind or (("application/octet-stream",) if isinstance(content, bytes) else ())))


def _name(name: str, content: Any) -> str:  # noqa: ANN401  # a Content
    path: object = content if is_path(content) else getattr(content, "name", name)
    return Path(path).name if isinstance(path, str) or is_path(path) else name


def _field(value: Any) -> tuple[Any, ...]:  # noqa: ANN401  # an argument
    import pydantic_core

    return None, pydantic_core.to_json(value) if is_object(value) else plain(value).encode()


def encode_base64(value: Any) -> str:  # noqa: ANN401  # to be seen
    """Return base64 text: of bytes, of a file's content, or the text that was given as it is."""
    if isinstance(value, str):
        return value
    if is_path(value):
        _check("file", value)
        value = Path(value).read_bytes()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    message = "Input should be base64 text, bytes or a path (pathlib.Path)"
    raise ValueError(message)


class Writing:
    """Writes a file under another name next to its own, and renames it at the end."""

    def __init__(self, path: str | os.PathLike[str], total: int | None, on_progress: Progress | None) -> None:
        self._path = Path(path)
        self._part = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.part")
        self._total = total
        self._on_progress = on_progress
        self._file: IO[bytes] = self._part.open("xb")
        self.written = 0

    def write(self, piece: bytes) -> None:
        """Write a piece."""
        self._file.write(piece)
        self.written += len(piece)
        if self._on_progress is not None:
            self._on_progress(self.written, self._total)

    def finish(self) -> int:
        """Give the file its name; return its size."""
        self._file.close()
        self._part.replace(self._path)
        return self.written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)


def failed(error: Exception) -> Err[StreamError | UnexpectedClientError]:
    """Return the error of a download that couldn't be written."""
    ours = as_error(error)
    return Err(ours if isinstance(ours, (StreamError, UnexpectedClientError)) else unexpected(error))
