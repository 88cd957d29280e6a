"""Waiting for a video."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from typing_extensions import TypedDict

from ..errors import RequestTimeoutError
from ..funcs.video_generation_get_generation import (
    VideoGenerationGetGenerationError,
    video_generation_get_generation,
    video_generation_get_generation_async,
)
from ..lib.client_errors import unexpected
from ..lib.colours import settled
from ..lib.prelude import OpenRouterCore, Result, Unpack
from ..lib.retries import RetryPolicy
from ..lib.timeouts import DEFAULT
from ..models.video_generation import VideoGenerationResponse
from ..types.options import Timeout
from ..types.result import Err
from .arguments import checked, checked_async, function, seconds, text

Progress: TypeAlias = Callable[[VideoGenerationResponse], object]
Look: TypeAlias = Result[VideoGenerationResponse, VideoGenerationGetGenerationError]
VideoGenerationWaitError: TypeAlias = VideoGenerationGetGenerationError
_FINAL = ("completed", "failed", "cancelled", "expired")


class WaitOptions(TypedDict, total=False):
    """The options of each look, as those of every call; `timeout` is the wait's own, and a look's `request_timeout`."""

    request_timeout: Timeout
    """Seconds to wait between bytes of an answer, or an `httpx.Timeout` for every phase."""
    retries: int | RetryPolicy
    """How many times to try a look again (0 sends exactly one request), or a `RetryPolicy`."""
    retry_codes: Sequence[int | str]
    """The statuses to retry on, as numbers or classes such as "5XX", in place of the default ones."""
    server_url: str
    """The base URL to call."""
    extra_headers: Mapping[str, str]
    """Headers to add; they win over all others, whatever their letter case."""
    extra_query: Mapping[str, Any]
    """Query parameters to add; they win over the operation's own."""
    http_referer: str
    """URL of your app, for OpenRouter's rankings."""
    app_title: str
    """Name of your app, for OpenRouter's rankings."""
    app_categories: str
    """Categories of your app, separated by commas."""


class _Wait:
    """When to look again, and when to stop."""

    def __init__(self, core: OpenRouterCore, poll_interval: float, timeout: float, options: WaitOptions) -> None:
        self._core = core
        self._options: dict[str, Any] = {**options}
        self._own_timeout = self._options.pop("request_timeout", None)
        self._timeout = timeout
        self._until = time.monotonic() + timeout
        self.poll_interval = poll_interval

    def options(self) -> dict[str, Any]:
        """Return the options of the next look, which shall not last longer than the wait."""
        timeout = self._own_timeout or self._rest()
        return self._options if timeout is None else {**self._options, "timeout": timeout}

    def _rest(self) -> Timeout:
        """Return the time that is left as a time-out, where the usual one is longer."""
        usual = self._core.settings.timeout or DEFAULT
        rest = max(self._until - time.monotonic(), 1.0)
        if all(phase is not None and phase <= rest for phase in usual.values()):
            return None
        import httpx

        return httpx.Timeout(**{name: min(phase or rest, rest) for name, phase in usual.items()})

    def over(self, look: Look) -> Look | None:
        """Return what the wait ends with, or None to look again."""
        if isinstance(look, Err) or _is_final(look.value):
            return look
        if time.monotonic() + self.poll_interval > self._until:
            message = f"video {look.value.id!r} is {look.value.status} after {self._timeout:g} s"
            return Err(RequestTimeoutError(message))
        return None


def _is_final(video: VideoGenerationResponse) -> bool:
    """Tell whether nothing more will come: by a status that says so, or by what only the end brings.

    A status that this version doesn't know says nothing.
    """
    return video.status in _FINAL or bool(video.error or video.unsigned_urls or video.urls)


@checked(WaitOptions, job_id=text, poll_interval=seconds, timeout=seconds, on_progress=function)
def video_generation_wait(
    core: OpenRouterCore,
    *,
    job_id: str,
    poll_interval: float = 5.0,
    timeout: float = 1800.0,
    on_progress: Progress | None = None,
    **options: Unpack[WaitOptions],
) -> Look:
    """Wait until a video is done, one way or another: look at the job's `status` and `error`. GET /videos/{job_id}.

    Args:
        core: the configuration.
        job_id: the job's id, which `video_generation_generate` returned.
        poll_interval: seconds between looks.
        timeout: seconds after which to give up, with `RequestTimeoutError`; the job itself goes on.
        on_progress: called with the job after each look.
        options: of each look, as of every call; what is `timeout` there is `request_timeout` here.
    """
    wait = _Wait(core, poll_interval, timeout, options)
    while True:
        look = video_generation_get_generation(core, job_id=job_id, **wait.options())
        if on_progress is not None and not isinstance(look, Err):
            _tell(on_progress, look.value)
        end = wait.over(look)
        if end is not None:
            return end
        time.sleep(wait.poll_interval)


@checked_async(WaitOptions, job_id=text, poll_interval=seconds, timeout=seconds, on_progress=function)
async def video_generation_wait_async(
    core: OpenRouterCore,
    *,
    job_id: str,
    poll_interval: float = 5.0,
    timeout: float = 1800.0,  # of the wait, whose end is a Result
    on_progress: Progress | None = None,
    **options: Unpack[WaitOptions],
) -> Look:
    """Do as `video_generation_wait` does, asynchronously; cancelling it stops the wait. `on_progress` may be, too."""
    wait = _Wait(core, poll_interval, timeout, options)
    while True:
        look = await video_generation_get_generation_async(core, job_id=job_id, **wait.options())
        if on_progress is not None and not isinstance(look, Err):
            await _tell_async(on_progress, look.value)
        end = wait.over(look)
        if end is not None:
            return end
        await asyncio.sleep(wait.poll_interval)


def _tell(on_progress: Progress, video: VideoGenerationResponse) -> None:
    try:
        settled(on_progress(video))
    except Exception as error:
        raise unexpected(error) from error


async def _tell_async(on_progress: Progress, video: VideoGenerationResponse) -> None:
    try:
        told = on_progress(video)
        if inspect.isawaitable(told):
            await told
    except Exception as error:
        raise unexpected(error) from error
