"""Running the hooks of a call; loaded only where there are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ..hooks import HookContext, RequestInput
from .client_errors import unexpected
from .response import is_success

if TYPE_CHECKING:
    from collections.abc import Callable

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

    async def after(self, outcome: httpx.Response | Exception) -> httpx.Response | Exception:
        """Return the outcome to go on with; where a hook fails, close the response."""
        try:
            return await self._after(outcome)
        except BaseException:
            if not isinstance(outcome, Exception):
                await self._colour.close(outcome)
            raise

    async def _after(self, outcome: httpx.Response | Exception) -> httpx.Response | Exception:
        hooks = self._plan.settings.hooks
        if not isinstance(outcome, Exception) and is_success(outcome.status_code):
            for hook in hooks["after_success"]:
                outcome = await self._ask(hook, outcome) or outcome
            return outcome
        for hook in hooks["after_error"]:
            response, error = (None, outcome) if isinstance(outcome, Exception) else (outcome, None)
            outcome = await self._ask(hook, response, error) or outcome
        return outcome
