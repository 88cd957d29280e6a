"""Files on their way out, streamed from disk, and on their way in, which get their name once they are complete."""

from __future__ import annotations

import base64
import contextlib
import errno
import io
import os
import secrets
import shutil
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeGuard

from ..errors import StreamError, UnexpectedClientError
from ..types.result import Err
from .client_errors import as_error, unexpected
from .headers import fits_a_header
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
            _check_text("body", "a field's name", name)
            if is_file:
                _check(name, _content(value))
                _check_texts(name, value)

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


def _check_texts(name: str, value: Any) -> None:  # noqa: ANN401  # a FileContent
    """Check what goes into the headers of a file's part."""
    given = is_tuple(value)
    _check_text(name, "the file's name", value[0] if given else _name(name, value))
    for kind in value[2:] if given else ():
        _check_text(name, "the content type", kind)


def _check_text(name: str, what: str, text: object) -> None:
    if not isinstance(text, str) or not text:
        raise invalid(name, f"{what} must be a text, and not an empty one", text)
    if not fits_a_header(text):
        raise invalid(
            name, f"{what}, {text!r}, can't be sent: it holds line breaks, control characters or half a character", text
        )


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
    return (Path(path).name if isinstance(path, str) or is_path(path) else "") or name


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
    """Writes a file under another name next to its own, and renames it at the end, with the mode of the file before it.

    A link stays one: the file that it leads to is written. What is no regular file, such as a device or a pipe, is
    written to as it is.
    """

    def __init__(self, path: str | os.PathLike[str], total: int | None, on_progress: Progress | None) -> None:
        self._path = Path(path)
        self._total = total
        self._on_progress = on_progress
        self._target = _target(self._path)
        self._part = self._target and self._target.parent / f".{secrets.token_hex(8)}.part"
        self._file = _opened(self._target, self._part) if self._target and self._part else self._path.open("ab")
        self.written = 0

    def write(self, piece: bytes) -> None:
        """Write a piece."""
        self._file.write(piece)
        self.written += len(piece)
        if self._on_progress is not None:
            try:
                self._on_progress(self.written, self._total)
            except Exception as error:
                raise unexpected(error) from error

    def finish(self) -> int:
        """Give the file its name; return its size."""
        self._file.close()
        if self._part is not None and self._target is not None:
            with contextlib.suppress(FileNotFoundError):  # there was none before
                shutil.copymode(self._target, self._part)
            self._part.replace(self._target)
        return self.written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # what is in its buffer may have no room on the disk
            self._file.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)


def _opened(target: Path, part: Path) -> IO[bytes]:
    """Open a new file that nobody may read who may not read the one that it replaces."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    return open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode))  # with an opener


_DESCRIPTORS = ("/dev/fd/", "/dev/std", "/proc/")  # what these lead to is open already: by another name it is lost


def _target(path: Path) -> Path | None:
    """Return the regular file that is to be written, which may not be there yet; None if it is something else."""
    try:
        is_file = stat.S_ISREG(path.stat().st_mode) and not str(path.absolute()).startswith(_DESCRIPTORS)
    except FileNotFoundError:
        is_file = True
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return Path(os.path.realpath(path)) if is_file else None


def failed(path: str | os.PathLike[str], error: Exception) -> Err[StreamError | UnexpectedClientError]:
    """Return the error of a download that couldn't be written."""
    if isinstance(error, OSError):
        ours = UnexpectedClientError(f"the download can't be written to {str(path)!r}: {error.strerror or error}")
        ours.__cause__ = error
        return Err(ours)
    found = as_error(error)
    return Err(found if isinstance(found, (StreamError, UnexpectedClientError)) else unexpected(error))
