"""What the tests of this folder share beside fixtures: the four faces of a call, and the APIs that stream."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from openrouter_sdk import Err, Ok, OpenRouterError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from openrouter_sdk import OpenRouter, Result

T = TypeVar("T")
X = TypeVar("X", bound=Exception)

KEY = "sk-or-v1-0123456789abcdef"
HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello there"}]
FACES = ("sync-function", "async-function", "sync-method", "async-method")


class MakeClient(Protocol):
    """Makes clients that talk to the fake, and are closed at the end of the test."""

    def __call__(self, **options: Any) -> OpenRouter: ...


@dataclass(frozen=True)
class Api:
    """An operation: its function's name, its method's place, and arguments that fit it."""

    function: str
    method: str
    params: dict[str, Any] = field(default_factory=dict[str, Any])


CHAT = Api("chat_send", "chat.send", {"model": "a/b", "messages": HELLO})
RESPONSES = Api("responses_send", "responses.send", {"model": "a/b", "input": "Hello there"})
BETA = Api("beta_responses_send", "beta.responses.send", RESPONSES.params)
MESSAGES = Api("messages_create", "messages.create", {"model": "a/b", "max_tokens": 9, "messages": HELLO})
IMAGES = Api("images_generate", "images.generate", {"model": "a/b", "prompt": "a cat"})
INTERNS = Api("interns_chat", "interns.chat", {"intern_id": "i-1", "messages": HELLO})
CREDITS = Api("credits_get_credits", "credits.get_credits")
SPEECH = Api("tts_create_speech", "tts.create_speech", {"model": "a/b", "input": "Hello there"})
DOWNLOAD = Api("files_download", "files.download", {"file_id": "f-1"})
UPLOAD = Api("files_upload", "files.upload")
FILES = Api("files_list", "files.list")
MODELS = Api("models_list", "models.list")

ECHOING = {"chat": CHAT, "responses": RESPONSES, "beta": BETA, "messages": MESSAGES, "images": IMAGES}


class Face:
    """One of the four faces of a call: a function or a method, synchronous or asynchronous. It has its own event loop.

    What goes wrong comes back as an `Err`, whatever the face.
    """

    def __init__(self, name: str) -> None:
        colour, style = name.split("-")
        self.is_async = colour == "async"
        self.is_method = style == "method"
        self.loop = asyncio.new_event_loop()

    def run(self, steps: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(steps)

    def settle(self, value: Any) -> Any:
        """Wait for what a call returned, in the asynchronous colour."""
        return self.run(value) if self.is_async else value

    def target(self, client: OpenRouter, api: Api) -> Callable[..., Any]:
        """Return the function (with the core as its first argument bound) or the method."""
        suffix = "_async" if self.is_async else ""
        if self.is_method:
            method: Callable[..., Any] = attrgetter(api.method + suffix)(client)
            return method
        function = getattr(import_module(f"openrouter_sdk.funcs.{api.function}"), api.function + suffix)
        return partial(function, client)

    def call(self, client: OpenRouter, api: Api, **params: Any) -> Result[Any, Exception]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # some of the methods are deprecated
            return self.attempt(lambda: self.target(client, api)(**{**api.params, **params}))

    def attempt(self, action: Callable[[], Any]) -> Result[Any, Exception]:
        """Call, and wait for the outcome: that of a function is a `Result`, a method returns or raises."""
        if not self.is_method:
            result: Result[Any, Exception] = self.settle(action())
            return result
        try:
            return Ok(self.settle(action()))
        except OpenRouterError as error:
            return Err(error)

    def open(self, client: OpenRouter, api: Api, **params: Any) -> Any:
        """Open a stream."""
        return self.call(client, api, stream=True, **params).unwrap()

    def read(  # noqa: C901  # four faces in one
        self, items: Any, most: int | None = None
    ) -> tuple[list[Any], Exception | None]:
        """Read what an iterable yields, as far as wanted, and return the values and the error that ended them."""
        values: list[Any] = []
        error: Exception | None = None

        def take(item: Any) -> bool:
            nonlocal error
            if self.is_method:
                values.append(item)
            elif isinstance(item, Err):
                assert error is None, "a second error"
                error = cast("Err[Exception]", item).error
            else:
                values.append(item.value)
            return most is None or len(values) < most

        def read_sync() -> None:
            for item in items:
                if not take(item):
                    break

        async def read_async() -> None:
            async for item in items:
                if not take(item):
                    break

        try:
            self.run(read_async()) if self.is_async else read_sync()
        except OpenRouterError as raised:
            assert self.is_method, "a function raised"
            error = raised
        return values, error

    def collect(self, stream: Any) -> Result[Any, Exception]:
        return self.attempt(stream.collect)

    def close(self, stream: Any) -> None:
        self.settle(stream.aclose() if self.is_async else stream.close())

    def idle(self) -> None:
        """Let the event loop do what it has to do: close generators that were dropped."""

        async def few_rounds() -> None:
            for _ in range(10):
                await asyncio.sleep(0)

        if self.is_async:
            self.run(few_rounds())


def error_of(result: Result[object, Exception], kind: type[X]) -> X:
    """Return the error in `result`, which must be a `kind` and no subclass."""
    assert isinstance(result, Err), result
    assert type(result.error) is kind, repr(result.error)
    return result.error


def chunk(content: str | None = None, **fields: Any) -> dict[str, Any]:
    """Make a chunk of a chat."""
    choices = [] if content is None else [{"index": 0, "delta": {"content": content}, "finish_reason": None}]
    same = {"id": "gen-1", "object": "chat.completion.chunk", "created": 1, "model": "a/b"}
    return {**same, "choices": choices, **fields}


def delta(**fields: Any) -> dict[str, Any]:
    """Make a chunk of a chat with any delta."""
    return chunk(choices=[{"index": 0, "delta": fields, "finish_reason": None}])
