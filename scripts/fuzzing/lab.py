"""Every operation, and a place to call it: in process, in all four faces, with a reply of one's choice."""

from __future__ import annotations

import asyncio
import inspect
import logging
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import httpx
import yaml

import openrouter_sdk.funcs
from openrouter_sdk import Err, Ok, OpenRouter, OpenRouterError
from openrouter_sdk.lib.operation import Binary, Empty, Json

from .shapes import Description, Fields, Shape, of_type

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping
    from random import Random

    from openrouter_sdk import Result
    from openrouter_sdk.lib.operation import Operation

SPEC = Path(__file__).parents[3] / "shared" / "openapi" / "openrouter.openapi.yaml"
OPTIONS = frozenset({
    "timeout", "retries", "retry_codes", "server_url", "extra_headers", "extra_query", "extra_body", "http_referer",
    "app_title", "app_categories"})  # fmt: skip
FACES = ("sync function", "async function", "sync method", "async method")
# The most that is wrong with a call.
MOST_WRONG = 20
URL = "http://lab.invalid/api/v1"


@dataclass(frozen=True)
class Subject:
    """An operation under test."""

    name: str
    function: Callable[..., Any]
    function_async: Callable[..., Any]
    operation: Operation[Any, Any]

    @property
    def status(self) -> int:
        """The status that means success."""
        return next(iter(self.operation.success))

    @property
    def answers_json(self) -> bool:
        """Tell whether its answer is JSON."""
        return isinstance(self.operation.success[self.status], Json)

    @property
    def media_type(self) -> str:
        """The content type of its answer."""
        kind = self.operation.success[self.status]
        if isinstance(kind, Binary):
            return kind.media_type.replace("*", "mpeg")
        return "application/json" if isinstance(kind, Json) else ""

    @property
    def is_empty(self) -> bool:
        """Tell whether its answer has no body."""
        return isinstance(self.operation.success[self.status], Empty)

    def arguments(self) -> Mapping[str, tuple[Shape, bool]]:
        """Return the shape of each argument, and whether it is required."""
        module, _, name = self.operation.params.partition(".")
        shape = of_type(getattr(import_module(f"openrouter_sdk.params.{module}"), name))
        assert isinstance(shape, Fields)
        return {name: field for name, field in shape.fields.items() if name not in OPTIONS}

    def answer(self) -> Shape:
        """Return the shape of its answer by its type."""
        return of_type(self.operation.success[self.status].type)

    def described_answer(self) -> Shape:
        """Return the shape of its answer by the description, or by its type where that isn't at hand."""
        found = description()
        return (found and found.answer(self.operation.id, self.status)) or self.answer()


@cache
def description() -> Description | None:
    """Read the API's description, if it is at hand."""
    if not SPEC.exists():
        return None
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Description(yaml.load(SPEC.read_bytes(), Loader=loader))  # noqa: S506  # a safe one


@cache
def subjects() -> dict[str, Subject]:
    """Return every operation by its function's name."""
    found: dict[str, Subject] = {}
    for info in iter_modules(openrouter_sdk.funcs.__path__):
        module = vars(import_module(f"openrouter_sdk.funcs.{info.name}"))
        if "OPERATION" in module:
            found[info.name] = Subject(info.name, module[info.name], module[f"{info.name}_async"], module["OPERATION"])
    return found


class Case(NamedTuple):
    """What a call is made up of: its face, how much is wrong with it, and chance."""

    face: str
    wrong: int
    random: Random


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, and may break after them."""

    def __init__(self, pieces: list[bytes], failure: Exception | None) -> None:
        self._pieces = pieces
        self._failure = failure

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._failure is not None:
            raise self._failure

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


@dataclass
class Lab:
    """A client in process.

    Attributes:
        sent: the requests of the last call.
        noise: what the event loop had to complain about.
        calls: how many calls there were.
    """

    strict: bool = False
    sent: list[httpx.Request] = field(default_factory=list[httpx.Request])
    noise: list[Any] = field(default_factory=list[Any])
    calls: int = 0

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda _, context: self.noise.append(context))
        transport = httpx.MockTransport(self._answer)
        logger = logging.getLogger("openrouter_sdk.lab")
        logger.disabled = True
        self.client = OpenRouter(
            api_key="k", server_url=URL, retries=0, strict=self.strict, logger=logger,
            http_client=httpx.Client(transport=transport),
            async_http_client=httpx.AsyncClient(transport=transport))  # fmt: skip
        self._methods: dict[tuple[str, bool], Callable[..., Any]] = {}
        self._status, self._headers, self._pieces = 200, dict[str, str](), [b""]
        self._failure: Exception | None = None

    def reply(self, status: int, media_type: str, pieces: list[bytes], failure: Exception | None = None) -> None:
        """Say what is answered from now on."""
        self._status, self._headers = status, {"content-type": media_type} if media_type else {}
        self._pieces, self._failure = pieces, failure

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(self._status, headers=self._headers, stream=Body(self._pieces, self._failure))

    def call(self, subject: Subject, face: str, arguments: Mapping[str, Any]) -> Result[Any, Exception]:
        """Call an operation in a face; a method's value or error comes back as a `Result`, too."""
        self.sent.clear()
        self.calls += 1
        is_async, is_method = face.startswith("async"), face.endswith("method")
        if is_method:
            return self.attempt(lambda: self._method(subject, is_async=is_async)(**arguments), is_async=is_async)
        function = subject.function_async if is_async else subject.function
        returned = self.settle(function(self.client, **arguments), is_async=is_async)
        assert isinstance(returned, (Ok, Err)), f"a function returned {returned!r}"
        return cast("Result[Any, Exception]", returned)

    def attempt(self, action: Callable[[], Any], *, is_async: bool) -> Result[Any, Exception]:
        """Do what may raise one of our errors, and nothing else."""
        try:
            return Ok(self.settle(action(), is_async=is_async))
        except OpenRouterError as error:
            return Err(error)

    def settle(self, value: Any, *, is_async: bool) -> Any:
        """Wait for a value, in the asynchronous colour."""
        return self.loop.run_until_complete(value) if is_async else value

    def _method(self, subject: Subject, *, is_async: bool) -> Callable[..., Any]:
        key = subject.name, is_async
        if key not in self._methods:
            self._methods[key] = _find_method(self.client, subject.name, "_async" if is_async else "")
        return self._methods[key]

    def close(self) -> None:
        """End it all."""
        self.loop.run_until_complete(self.client.aclose())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()
        assert not self.noise, self.noise


def _find_method(holder: object, name: str, suffix: str) -> Callable[..., Any]:
    """Find `client.api_keys.list` for api_keys_list: resources and methods are joined in the function's name."""
    for resource in sorted(_resources(holder), key=len, reverse=True):
        if name.startswith(f"{resource}_"):
            rest = name.removeprefix(f"{resource}_")
            child: Any = getattr(holder, resource)
            if inspect.ismethod(getattr(child, rest, None)):
                return partial(getattr(child, rest + suffix))
            return _find_method(child, rest, suffix)
    message = f"no method for {name}"
    raise LookupError(message)


def _resources(holder: object) -> list[str]:
    return [name for name, value in vars(holder.__class__).items() if value.__class__.__name__ == "Child"]
