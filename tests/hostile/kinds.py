"""The kinds of calls, each with its right answer, and the faces of a call."""

from __future__ import annotations

import io
import json
import warnings
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from openrouter_sdk import Err, Ok, OpenRouterError

from .server import CALL

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from openrouter_sdk import OpenRouter, Result

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello there"}]
UPLOADED = 200_000


@dataclass(frozen=True)
class Kind:
    """A kind of calls.

    Attributes:
        name: what tests call it.
        function: the function's name; `method` is the method's place.
        params: the arguments.
        media_type: the content type of the right answer.
        body: makes the right answer of its number, by which it is told from others.
        number: finds that number in what the call gave.
        is_post: whether it costs money.
        is_read_bit_by_bit: whether the call is over before the answer has come.
    """

    name: str
    function: str
    method: str
    params: Callable[[], dict[str, Any]]
    media_type: str
    body: Callable[[int], bytes]
    number: Callable[[list[Any]], int]
    is_post: bool
    is_read_bit_by_bit: bool = False

    def __str__(self) -> str:
        return self.name


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def chat_result(number: int) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": f"Hi {number}"}}
    return {"id": f"gen-{number}", "object": "chat.completion", "created": 1, "model": "a/b", "choices": [choice]}


def _chunk(number: int, content: str, finish_reason: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish_reason}
    return {"id": f"gen-{number}", "object": "chat.completion.chunk", "created": 1, "model": "a/b", "choices": [choice]}


def events(*chunks: Any, done: bool = True) -> bytes:
    texts = [*map(json.dumps, chunks), *(["[DONE]"] if done else [])]
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def chat_events(number: int) -> bytes:
    return events(_chunk(number, "Hi ", None), _chunk(number, "there", None), _chunk(number, "", "stop"))


def file(number: int) -> dict[str, Any]:
    return {
        "_shape": "openrouter", "id": f"file-{number}", "type": "file", "filename": "a.txt", "mime_type": "text/plain",
        "size_bytes": 1, "created_at": "2026-01-02T03:04:05Z", "downloadable": True}  # fmt: skip


def _files(number: int) -> dict[str, Any]:
    return {"_shape": "openrouter", "data": [file(number)], "cursor": None, "has_more": False}


def _last_number(text: str) -> int:
    return int(text.rpartition("-")[2])


def _id(values: list[Any]) -> int:
    return _last_number(values[0].id)


SEND: dict[str, Any] = {"model": "a/b", "messages": HELLO}
JSON = Kind("json", "chat_send", "chat.send", lambda: SEND, "application/json",
            lambda number: _dumped(chat_result(number)), _id, is_post=True)  # fmt: skip
STREAM = Kind("stream", "chat_send", "chat.send", lambda: {**SEND, "stream": True}, "text/event-stream",
              chat_events, _id, is_post=True, is_read_bit_by_bit=True)  # fmt: skip
COLLECT = Kind("collect", "chat_send", "chat.send", lambda: {**SEND, "stream": True}, "text/event-stream",
               chat_events, _id, is_post=True, is_read_bit_by_bit=True)  # fmt: skip
PAGE = Kind("page", "files_list", "files.list", dict, "application/json",
            lambda number: _dumped(_files(number)), _id, is_post=False)  # fmt: skip
DOWNLOAD = Kind("download", "files_download", "files.download", lambda: {"file_id": "f-1"}, "application/octet-stream",
                lambda number: b"\x00\xffbytes-%d" % number, lambda values: _last_number(values[0].decode("latin-1")),
                is_post=False, is_read_bit_by_bit=True)  # fmt: skip
WRITE = replace(DOWNLOAD, name="write")
UPLOAD = Kind("upload", "files_upload", "files.upload", lambda: {"file": ("a.txt", io.BytesIO(b"x" * UPLOADED))},
              "application/json", lambda number: _dumped(file(number)), _id, is_post=True)  # fmt: skip
KINDS = (JSON, STREAM, COLLECT, PAGE, DOWNLOAD, WRITE, UPLOAD)


@dataclass
class Outcome:
    """What came of a call: the values, and the error that ended it, if one did."""

    values: list[Any] = field(default_factory=list[Any])
    error: Exception | None = None

    @property
    def names(self) -> set[str]:
        """The names that are right for it: "Ok", or those of the error's class and its bases."""
        return {"Ok"} if self.error is None else {cls.__name__ for cls in type(self.error).__mro__}

    def add(self, result: Result[Any, Exception]) -> None:
        assert self.error is None, f"something came after {self.error!r}"
        if isinstance(result, Err):
            self.error = result.error
        else:
            assert isinstance(result, Ok), result
            self.values.append(result.value)


class Face:
    """One of the four faces of a call: a function or a method, synchronous or asynchronous."""

    def __init__(self, loop: asyncio.AbstractEventLoop, colour: str, style: str) -> None:
        self.loop = loop
        self.is_async = colour == "async"
        self.is_method = style == "method"

    def perform(self, client: OpenRouter, kind: Kind, number: int, **options: Any) -> Outcome:
        """Make the call of a number, and read all that comes of it."""
        outcome = Outcome()
        options = {**kind.params(), "extra_headers": {CALL: str(number)}, **options}
        opened = self._attempt(lambda: self._target(client, kind)(**options))
        if isinstance(opened, Err) or kind in {JSON, UPLOAD}:
            outcome.add(opened)
        elif kind is COLLECT:
            outcome.add(self._attempt(opened.value.collect))
        elif kind is DOWNLOAD:
            outcome.add(self._attempt(opened.value.read))
        elif kind is WRITE:
            outcome.add(self._written(opened.value))
        else:
            self._read(opened.value, outcome)
        return outcome

    def _written(self, response: Any) -> Result[Any, Exception]:
        """Write a download to a file, and return what is in it; a broken one leaves nothing behind."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            result = self._attempt(lambda: response.write_to(path))
            if isinstance(result, Ok):
                return Ok(path.read_bytes())
            assert not list(Path(folder).iterdir())
            return result

    def _target(self, client: OpenRouter, kind: Kind) -> Callable[..., Any]:
        suffix = "_async" if self.is_async else ""
        if self.is_method:
            method: Callable[..., Any] = attrgetter(kind.method + suffix)(client)
            return method
        module = import_module(f"openrouter_sdk.funcs.{kind.function}")
        return partial(getattr(module, kind.function + suffix), client)

    def _attempt(self, action: Callable[[], Any]) -> Result[Any, Exception]:
        """Return what a function gives, or a method; only a method may raise, and only our errors."""
        if not self.is_method:
            result: Result[Any, Exception] = self._settle(action())
            return result
        try:
            return Ok(self._settle(action()))
        except OpenRouterError as error:
            return Err(error)

    def _settle(self, value: Any) -> Any:
        return self.loop.run_until_complete(value) if self.is_async else value

    def _read(self, items: Any, outcome: Outcome) -> None:
        try:
            if self.is_async:
                self.loop.run_until_complete(self._read_async(items, outcome))
            else:
                for item in items:
                    self._take(item, outcome)
        except OpenRouterError as error:
            assert self.is_method, "a function raised"
            outcome.add(Err(error))

    async def _read_async(self, items: Any, outcome: Outcome) -> None:
        async for item in items:
            self._take(item, outcome)

    def _take(self, item: Any, outcome: Outcome) -> None:
        outcome.add(Ok(item) if self.is_method else item)


def quietly(action: Callable[[], Any]) -> Any:
    """Do something without the warnings that deprecated methods give."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return action()
