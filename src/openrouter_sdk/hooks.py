"""The points at which your code can look at a call, or change it.

A hook is any object with one or more of the methods below; `OpenRouterCore(hooks=[...])` runs them in order, on every
attempt (`sdk_init` once for each core). A method returns None to leave things as they are, or the thing to go on with.
Every method but `sdk_init` may be a coroutine function if only the asynchronous functions are used. An exception in a
hook ends the call with `Err(UnexpectedClientError)`, whose cause it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import httpx

from .core import OpenRouterCore


@dataclass(frozen=True)
class HookContext:
    """Which call it is.

    Attributes:
        operation_id: the operation's id in OpenRouter's API description, "getCredits".
        method: the HTTP method.
        path: the path template below the base URL.
        attempt: 1 for the first request of the call, 2 for its first retry, and so on.
        core: the configuration that the call runs with.
    """

    operation_id: str
    method: str
    path: str
    attempt: int
    core: OpenRouterCore


@dataclass
class RequestInput:
    """A request before it becomes an `httpx.Request`; change it in place or return another."""

    method: str
    url: httpx.URL
    headers: httpx.Headers
    content: bytes | None


class SDKInitHook(Protocol):
    """Runs before a core's first call."""

    def sdk_init(self, core: OpenRouterCore) -> OpenRouterCore | None:
        """Return a changed copy (`core.with_options(...)`) for the calls to use, or None."""


class BeforeCreateRequestHook(Protocol):
    """Runs before the request object is made."""

    def before_create_request(
        self, context: HookContext, request: RequestInput
    ) -> RequestInput | Awaitable[RequestInput | None] | None:
        """Return the input to use, or None."""


class BeforeRequestHook(Protocol):
    """Runs before the request is sent."""

    def before_request(
        self, context: HookContext, request: httpx.Request
    ) -> httpx.Request | Awaitable[httpx.Request | None] | None:
        """Return the request to send, or None."""


class AfterSuccessHook(Protocol):
    """Runs after a 2xx answer."""

    def after_success(
        self, context: HookContext, response: httpx.Response
    ) -> httpx.Response | Awaitable[httpx.Response | None] | None:
        """Return the response to go on with, or None."""


class AfterErrorHook(Protocol):
    """Runs after any other answer, and after an attempt without an answer."""

    def after_error(
        self, context: HookContext, response: httpx.Response | None, error: Exception | None
    ) -> httpx.Response | Awaitable[httpx.Response | None] | None:
        """Return the response to go on with, or None. Exactly one of `response` and `error` is given."""


Hook: TypeAlias = SDKInitHook | BeforeCreateRequestHook | BeforeRequestHook | AfterSuccessHook | AfterErrorHook
"""Anything with at least one of the hook methods."""

POINTS = ("sdk_init", "before_create_request", "before_request", "after_success", "after_error")
"""The names of a hook's methods."""


def check_hooks(hooks: Iterable[object]) -> None:
    """Refuse an object that would never be called, such as a function, or one whose methods have other names."""
    for hook in hooks:
        if not any(callable(getattr(hook, point, None)) for point in POINTS):
            message = f"hooks: {hook!r} has none of the methods {', '.join(POINTS)}"
            raise TypeError(message)
