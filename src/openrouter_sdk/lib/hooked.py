"""Running the hooks of a call; loaded only where there are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ..hooks import HookContext, RequestInput
from .client_errors import unexpected
from .response import is_success
from .retries import Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from .colours import Colour
    from .request import Plan


async def ask(colour: Colour, callback: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  # anything
    """Call a hook or a key function; what it raises is never taken for a failure of the network."""
    try:
        return await colour.settle(callback(*arguments))
    except Exception as error:
        raise unexpected(error) from error


class Hooked:
    """The hooks of one attempt."""

    def __init__(self, colour: Colour, plan: Plan, attempt: int) -> None:
        operation, settings = plan.operation, plan.settings
        self._colour = colour
        self._plan = plan
        self._context = HookContext(operation.id, operation.method, operation.path, attempt, settings.core)

    async def _ask(self, hook: Callable[..., Any], *values: object) -> Any:  # noqa: ANN401  # anything
        return await ask(self._colour, hook, self._context, *values)

    async def before_create_request(self) -> RequestInput:
        """Return what to make a request of, fresh for each attempt."""
        plan = self._plan
        given = RequestInput(plan.operation.method, plan.url, httpx.Headers(plan.headers), plan.content)
        for hook in plan.settings.hooks["before_create_request"]:
            given = await self._ask(hook, given) or given
        content = given.content.encode() if isinstance(given.content, str) else given.content
        return RequestInput(given.method, httpx.URL(given.url), httpx.Headers(given.headers), content)

    async def before_request(self, request: httpx.Request) -> httpx.Request:
        """Return the request to send."""
        for hook in self._plan.settings.hooks["before_request"]:
            request = await self._ask(hook, request) or request
        return request

    async def after(self, outcome: httpx.Response | Failure) -> httpx.Response | Failure:
        """Return the outcome to go on with. A response that hooks replace, or fail at, is closed."""
        came = outcome
        try:
            outcome = await self._after(outcome)
        except BaseException:
            await self._let_go(came, outcome)
            raise
        if outcome is not came:
            await self._let_go(came, outcome)
        return outcome

    async def _after(self, outcome: httpx.Response | Failure) -> httpx.Response | Failure:
        hooks = self._plan.settings.hooks
        if not isinstance(outcome, Failure) and is_success(outcome.status_code):
            for hook in hooks["after_success"]:
                outcome = await self._ask(hook, outcome) or outcome
            return outcome
        for hook in hooks["after_error"]:
            response, error = (None, outcome.error) if isinstance(outcome, Failure) else (outcome, None)
            outcome = await self._ask(hook, response, error) or outcome
        return outcome

    async def _let_go(self, came: httpx.Response | Failure, used: object) -> None:
        """Close the response that came: now, or with the one that a hook made of it and that is still to be read."""
        if isinstance(came, Failure):
            return
        if used is not came and isinstance(used, httpx.Response) and not used.is_closed:
            used.stream = _Both(used.stream, came)
        else:
            await self._colour.close(came)


class _Both(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A response's bytes; closing them closes the response that it stands for, too."""

    def __init__(self, stream: Any, came: httpx.Response) -> None:  # noqa: ANN401  # of either colour
        self._stream = stream
        self._came = came

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes."""
        return iter(self._stream)

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        return aiter(self._stream)

    def close(self) -> None:
        """Close both."""
        self._stream.close()
        self._came.close()

    async def aclose(self) -> None:
        """Close both."""
        await self._stream.aclose()
        await self._came.aclose()
