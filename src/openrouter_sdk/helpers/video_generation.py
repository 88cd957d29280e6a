"""Waiting for a video."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeAlias, cast

from ..errors import RequestTimeoutError
from ..funcs.video_generation_get_generation import (
    VideoGenerationGetGenerationError,
    video_generation_get_generation,
    video_generation_get_generation_async,
)
from ..lib.client_errors import as_error, unexpected
from ..lib.invalid import invalid
from ..types.result import Err

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core import OpenRouterCore
    from ..models.video_generation import VideoGenerationResponse
    from ..types.result import Result

    Progress: TypeAlias = Callable[[VideoGenerationResponse], object]
    Look: TypeAlias = Result[VideoGenerationResponse, VideoGenerationGetGenerationError]

VideoGenerationWaitError: TypeAlias = VideoGenerationGetGenerationError
_UNFINISHED = frozenset({"pending", "in_progress"})


class _Wait:
    """When to look again, and when to stop."""

    def __init__(self, poll_interval: float, timeout: float, on_progress: Progress | None) -> None:
        if not poll_interval > 0 or not timeout > 0:
            message = "poll_interval and timeout are seconds, and more than 0"
            raise invalid("poll_interval", message, (poll_interval, timeout))
        self.poll_interval = poll_interval
        self._timeout = timeout
        self._until = time.monotonic() + timeout
        self._on_progress = on_progress

    def over(self, look: Look) -> Look | None:
        """Return what the wait ends with, or None to look again."""
        if isinstance(look, Err):
            return look
        if self._on_progress is not None:
            try:
                self._on_progress(look.value)
            except Exception as error:
                raise unexpected(error) from error
        if look.value.status not in _UNFINISHED:
            return look
        if time.monotonic() + self.poll_interval > self._until:
            message = f"video {look.value.id!r} is {look.value.status} after {self._timeout:g} s"
            return Err(RequestTimeoutError(message))
        return None


def video_generation_wait(
    core: OpenRouterCore,
    *,
    job_id: str,
    poll_interval: float = 5.0,
    timeout: float = 1800.0,
    on_progress: Progress | None = None,
) -> Look:
    """Wait until a video is done, one way or another: look at the job's `status` and `error`. GET /videos/{job_id}.

    Args:
        core: the configuration.
        job_id: the job's id, which `video_generation_generate` returned.
        poll_interval: seconds between looks.
        timeout: seconds after which to give up, with `RequestTimeoutError`; the job itself goes on.
        on_progress: called with the job after each look.
    """
    try:
        wait = _Wait(poll_interval, timeout, on_progress)
        while True:
            end = wait.over(video_generation_get_generation(core, job_id=job_id))
            if end is not None:
                return end
            time.sleep(wait.poll_interval)
    except Exception as error:  # noqa: BLE001  # the promise of this package
        return _failed(error)


async def video_generation_wait_async(
    core: OpenRouterCore,
    *,
    job_id: str,
    poll_interval: float = 5.0,
    timeout: float = 1800.0,  # of the wait, whose end is a Result
    on_progress: Progress | None = None,
) -> Look:
    """Do as `video_generation_wait` does, asynchronously; cancelling it stops the wait."""
    try:
        wait = _Wait(poll_interval, timeout, on_progress)
        while True:
            end = wait.over(await video_generation_get_generation_async(core, job_id=job_id))
            if end is not None:
                return end
            await asyncio.sleep(wait.poll_interval)
    except Exception as error:  # noqa: BLE001  # the promise of this package
        return _failed(error)


def _failed(error: Exception) -> Err[VideoGenerationGetGenerationError]:
    """Return what a callback, or a bad argument, ended the wait with."""
    return Err(cast("VideoGenerationGetGenerationError", as_error(error)))
