"""What the tests of this folder share beside fixtures."""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import httpx

import openrouter_sdk.funcs
from openrouter_sdk import Err
from openrouter_sdk.testing import Reply

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

    from openrouter_sdk import OpenRouterCore, Result
    from openrouter_sdk.lib.operation import Operation

T = TypeVar("T")
E = TypeVar("E", bound=Exception)
X = TypeVar("X", bound=Exception)

KEY = "sk-or-v1-0123456789abcdef"
HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello there"}]
BUSY = Reply(503, {"error": {"code": 503, "message": "busy"}})


class MakeCore(Protocol):
    """Makes cores that talk to the fake, and are closed at the end of the test."""

    def __call__(self, **options: Any) -> OpenRouterCore: ...


class Caller:
    """Runs functions in one colour: `call(credits_get_credits, core, timeout=3)`. It has one event loop of its own."""

    def __init__(self, colour: Literal["sync", "async"]) -> None:
        self.is_async = colour == "async"
        self.loop = asyncio.new_event_loop()

    def __call__(self, function: Callable[..., Result[T, E]], core: OpenRouterCore, **params: Any) -> Result[T, E]:
        if not self.is_async:
            return function(core, **params)
        return self.run(twin(function)(core, **params))

    def run(self, steps: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(steps)

    def coloured(self, function: Callable[..., T]) -> Callable[..., Any]:
        """Return a callback as it is, or as a coroutine function in the async colour."""

        async def function_async(*args: Any) -> T:
            return function(*args)

        return function_async if self.is_async else function


def twin(function: Callable[..., Result[T, E]]) -> Callable[..., Coroutine[Any, Any, Result[T, E]]]:
    """Find the async function that goes with a sync one."""
    found: Callable[..., Coroutine[Any, Any, Result[T, E]]] = getattr(
        sys.modules[function.__module__], f"{function.__name__}_async"
    )
    assert inspect.iscoroutinefunction(found)
    return found


def error_of(result: Result[object, Exception], kind: type[X]) -> X:
    """Return the error in `result`, which must be a `kind` and no subclass."""
    assert isinstance(result, Err), result
    assert type(result.error) is kind, repr(result.error)
    return result.error


class Recorder:
    """HTTP clients that send nothing, and record what they were given."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self.reply = reply or Reply(body={})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.reply.status, headers=self.reply.head(), content=self.reply.payload())

    def clients(self) -> dict[str, Any]:
        """Return options for a core."""
        transport = httpx.MockTransport(self)
        return {
            "http_client": httpx.Client(transport=transport),
            "async_http_client": httpx.AsyncClient(transport=transport),
        }


# Functions written by hand have a module in funcs, too, and aren't operations.
HELPERS = {"oauth_create_authorization_url", "oauth_create_sha256_code_challenge", "video_generation_wait"}
FUNCTIONS = sorted({module.name for module in iter_modules(openrouter_sdk.funcs.__path__)} - HELPERS)


def operation(name: str) -> tuple[Callable[..., Result[Any, Exception]], Operation[Any, Any]]:
    """Return a function of the API by its name, and what it does as data."""
    module = import_module(f"openrouter_sdk.funcs.{name}")
    return getattr(module, name), module.OPERATION


def texts(records: list[logging.LogRecord]) -> list[str]:
    return [record.getMessage() for record in records]


def chain(error: BaseException) -> list[BaseException]:
    """Return an error with its causes and contexts."""
    found: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        current = left.pop()
        if current is not None and current not in found:
            found.append(current)
            left += [current.__cause__, current.__context__]
    return found


def our_frames(error: BaseException) -> Iterator[FrameType]:
    """Yield the frames of this package in the tracebacks of an error, its causes and its contexts."""
    for link in chain(error):
        for frame, _ in walk_tb(link.__traceback__):
            if "/openrouter_sdk/" in frame.f_code.co_filename.replace("\\", "/"):
                yield frame


def closed_port() -> int:
    """Return a port of this machine at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def run_python(code: str) -> str:
    """Run a program in a fresh process, and return what it prints; errors and warnings fail the test."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(  # noqa: S603  # programs of these tests
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout.strip()
