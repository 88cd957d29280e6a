"""A call, from arguments to a Result. The one place where its steps stand in order."""

from __future__ import annotations

from contextlib import nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import OpenRouterError
from ..types.response import ResponseInfo
from ..types.result import Err, Ok
from .colours import ASYNC, SYNC, run, stays_open
from .log import log_attempt, log_retry
from .request import plan_call
from .response import Answer, decode
from .retries import Failure
from .secret import Secret

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import httpx

    from ..core import OpenRouterCore
    from ..types.files import AsyncBinaryResult, BinaryResult
    from ..types.result import Result
    from ..types.streams import AsyncResultStream, ResultStream
    from .colours import Client, Colour, Mode
    from .hooked import Hooked
    from .operation import Operation
    from .request import Plan

    Finish = Callable[[Plan, ResponseInfo, httpx.Response], Awaitable[Result[Any, Any]]]

_STREAMED = 200
_NO_FILES = nullcontext()
T = TypeVar("T")
E = TypeVar("E", bound=Exception)


def call(core: OpenRouterCore, operation: Operation[T, E], params: Mapping[str, object]) -> Result[T, E]:
    """Carry out `operation`, synchronously."""
    return run(_call(SYNC, core, operation, params, _decoded))


async def call_async(core: OpenRouterCore, operation: Operation[T, E], params: Mapping[str, object]) -> Result[T, E]:
    """Carry out `operation`, asynchronously."""
    return await _call(ASYNC, core, operation, params, _decoded)


def stream_call(
    core: OpenRouterCore, operation: Operation[Any, E], params: Mapping[str, object]
) -> Result[ResultStream[Any, E, Any], E]:
    """Carry out `operation` as a stream, synchronously."""
    return run(_call(SYNC, core, operation, params, _streamed, "events"))


async def stream_call_async(
    core: OpenRouterCore, operation: Operation[Any, E], params: Mapping[str, object]
) -> Result[AsyncResultStream[Any, E, Any], E]:
    """Carry out `operation` as a stream, asynchronously."""
    return await _call(ASYNC, core, operation, params, _streamed_async, "events")


def download_call(
    core: OpenRouterCore, operation: Operation[Any, E], params: Mapping[str, object]
) -> Result[BinaryResult, E]:
    """Carry out `operation` as a download, synchronously."""
    return run(_call(SYNC, core, operation, params, _downloaded, "bytes"))


async def download_call_async(
    core: OpenRouterCore, operation: Operation[Any, E], params: Mapping[str, object]
) -> Result[AsyncBinaryResult, E]:
    """Carry out `operation` as a download, asynchronously."""
    return await _call(ASYNC, core, operation, params, _downloaded_async, "bytes")


def page_call(core: OpenRouterCore, operation: Operation[Any, Any], params: Mapping[str, object]) -> Result[Any, Any]:
    """Carry out a paged operation, synchronously."""
    from .pages import Turn

    return Turn(core, operation, params).get()


async def page_call_async(
    core: OpenRouterCore, operation: Operation[Any, Any], params: Mapping[str, object]
) -> Result[Any, Any]:
    """Carry out a paged operation, asynchronously."""
    from .pages import Turn

    return await Turn(core, operation, params).get_async()


async def _call(  # noqa: PLR0913, PLR0917  # a call, and how it ends
    colour: Colour,
    core: OpenRouterCore,
    operation: Operation[Any, Any],
    params: Mapping[str, object],
    finish: Finish,
    mode: Mode = "whole",
) -> Result[Any, Any]:
    """Never raise an `Exception`: everything that goes wrong below is a value from here on."""
    try:
        settings = core.settings
        plan = plan_call(settings, operation, params, await _key(colour, settings.core), mode=mode)
        return await _exchange(colour, plan, finish)
    except Exception as error:  # noqa: BLE001  # the promise of this package
        return _err(error)


def _err(error: Exception) -> Err[OpenRouterError]:
    from .client_errors import as_error

    return Err(as_error(error))


async def _key(colour: Colour, core: OpenRouterCore) -> Secret | None:
    """Ask a key function for its key; a key that is a string already stands in the settings' headers."""
    key = core.api_key
    if key is None or isinstance(key, Secret):
        return None
    from .hooked import ask

    return Secret(await ask(colour, key))


async def _exchange(colour: Colour, plan: Plan, finish: Finish) -> Result[Any, Any]:
    """Send, and send again while the policy says so; then decode what came last."""
    started = perf_counter()
    attempt = 1
    while True:
        outcome = await _attempt(colour, plan, attempt)
        elapsed = perf_counter() - started
        delay = _delay(plan, outcome, attempt, elapsed)
        if delay is None:
            break
        log_retry(plan, attempt, delay)
        if not isinstance(outcome, Failure):
            await colour.close(outcome)
        await colour.sleep(plan.settings.core, delay)
        attempt += 1
    if isinstance(outcome, Failure):
        return _failed(colour, plan, outcome, attempt, elapsed)
    return await _finish(
        colour, plan, finish, outcome, ResponseInfo(outcome.status_code, outcome.headers, attempt, elapsed)
    )


async def _finish(
    colour: Colour, plan: Plan, finish: Finish, response: httpx.Response, info: ResponseInfo
) -> Result[Any, Any]:
    try:
        result = await finish(plan, info, response)
    except BaseException:
        await colour.close(response)
        raise
    if isinstance(result, Err):
        from .client_errors import explain

        explain(result.error, plan)
    return result


def _failed(colour: Colour, plan: Plan, failure: Failure, attempts: int, elapsed: float) -> Err[OpenRouterError]:
    from .client_errors import no_answer

    closed = plan.settings.core.connections.closed and not colour.injected(plan.settings.core)
    return Err(no_answer(failure, attempts, elapsed, closed=closed))


async def _decoded(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    try:
        return Ok(decode(Answer(plan.settings, plan.operation, info, response.content)), info)
    except OpenRouterError as error:
        return Err(error)


async def _streamed(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    whole = None if stays_open(response, plan.operation, plan.mode) else await _decoded(plan, info, response)
    if whole is not None and _stands(plan, info, response, whole):
        return whole
    from .streams import opened

    return Ok(opened(plan, info, response, whole if isinstance(whole, Ok) else None), info)


async def _streamed_async(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    whole = None if stays_open(response, plan.operation, plan.mode) else await _decoded(plan, info, response)
    if whole is not None and _stands(plan, info, response, whole):
        return whole
    from .streams import opened_async

    return Ok(await opened_async(plan, info, response, whole if isinstance(whole, Ok) else None), info)


async def _downloaded(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    from .downloads import opened

    return opened(plan, info, response)


async def _downloaded_async(plan: Plan, info: ResponseInfo, response: httpx.Response) -> Result[Any, Any]:
    from .downloads import opened_async

    return await opened_async(plan, info, response)


def _stands(plan: Plan, info: ResponseInfo, response: httpx.Response, whole: Result[Any, Any]) -> bool:
    """Tell whether a whole answer is what the call returns: an error, or one under a status of its own.

    Of a server that doesn't stream comes a stream that is complete at once; events under another name are events.
    """
    if isinstance(whole, Ok):
        return plan.mode == "events" and info.status_code != _STREAMED
    is_events = info.status_code == _STREAMED and response.content.lstrip().startswith((b"data:", b"event:", b":"))
    return plan.mode != "events" or not is_events


def _delay(plan: Plan, outcome: httpx.Response | Failure, attempt: int, elapsed: float) -> float | None:
    """Return the seconds to wait before the next attempt, or None if `outcome` stands."""
    if plan.upload is not None and not plan.upload.replayable:
        return None
    retry = plan.retry
    if isinstance(outcome, Failure):
        from .client_errors import is_lost

        if outcome.answered or not (
            retry.lost_connections and retry.policy.lost_connections and is_lost(outcome.error)
        ):
            return None
        return None if plan.settings.core.connections.closed else retry.policy.delay(attempt, elapsed=elapsed)
    if outcome.status_code not in retry.statuses:
        return None
    from .retries import limits

    return retry.policy.delay(attempt, limits(outcome), elapsed=elapsed)


async def _attempt(colour: Colour, plan: Plan, attempt: int) -> httpx.Response | Failure:
    """Send one request, hooks included. A failure to send is an outcome; a failure of a hook ends the call."""
    hooked = _hooked(colour, plan, attempt) if plan.settings.hooks else None
    given = plan if hooked is None else await hooked.before_create_request()
    client = await colour.client(plan.settings.core)
    with plan.upload.opened() if plan.upload is not None else _NO_FILES as files:
        request = client.request(given.method, given.url, given.headers, given.content, plan.timeout, files)
        if hooked is not None:
            request = await hooked.before_request(request)
        outcome = await _send(colour, client, request, plan)
    log_attempt(plan, attempt, outcome)
    return outcome if hooked is None else await _after(colour, plan, hooked, outcome)


def _hooked(colour: Colour, plan: Plan, attempt: int) -> Hooked:
    from .hooked import Hooked

    return Hooked(colour, plan, attempt)


async def _after(
    colour: Colour, plan: Plan, hooked: Hooked, outcome: httpx.Response | Failure
) -> httpx.Response | Failure:
    """Run the hooks that come after; what they put in the place of a response is read like one."""
    used = await hooked.after(outcome)
    if used is not outcome and not isinstance(used, Failure) and not stays_open(used, plan.operation, plan.mode):
        await colour.read(used)
    return used


async def _send(colour: Colour, client: Client, request: httpx.Request, plan: Plan) -> httpx.Response | Failure:
    answered = False
    try:
        response = await colour.send(client, request)
        answered = True
        if not stays_open(response, plan.operation, plan.mode):
            await colour.read(response)
    except Exception as error:  # noqa: BLE001  # clients raise exceptions of their own kinds
        return Failure(error, request, answered)
    return response
