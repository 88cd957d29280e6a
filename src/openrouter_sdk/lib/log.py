"""The package's log: one line for each attempt, without keys, bodies or query strings. Costs nothing when off."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

from .retries import Failure

if TYPE_CHECKING:
    import httpx

    from .request import Plan


class Log:
    """A logger whose failures are its own: no call ends in an error for them."""

    __slots__ = ("_logger",)

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def shows(self, level: int) -> bool:
        """Tell whether records of a level go anywhere."""
        try:
            return self._logger.isEnabledFor(level)
        except Exception:  # noqa: BLE001  # anything can be given as a logger
            return False

    def debug(self, message: str, *values: object) -> None:
        """Log what is for those who look for a fault."""
        if self.shows(logging.DEBUG):
            with contextlib.suppress(Exception):
                self._logger.debug(message, *values, stacklevel=2)

    def warning(self, message: str, *values: object) -> None:
        """Log what somebody should know of."""
        with contextlib.suppress(Exception):
            self._logger.warning(message, *values, stacklevel=2)


def log_attempt(plan: Plan, attempt: int, outcome: httpx.Response | Failure) -> None:
    """Log what came of an attempt."""
    logger = plan.settings.logger
    if logger.shows(logging.DEBUG):
        ended = type(outcome.error).__name__ if isinstance(outcome, Failure) else str(outcome.status_code)
        url = plan.url.copy_with(query=None, userinfo=b"")
        names = ", ".join(plan.headers)  # values may be secrets, of other headers than Authorization, too
        logger.debug("%s %s attempt %d: %s (headers: %s)", plan.operation.method, url, attempt, ended, names)


def log_retry(plan: Plan, attempt: int, delay: float) -> None:
    """Log that another attempt follows."""
    plan.settings.logger.debug("%s: attempt %d failed, the next in %.3f s", plan.operation.id, attempt, delay)
