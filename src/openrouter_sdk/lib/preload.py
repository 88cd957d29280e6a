"""Doing up front what the first call of a function does."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from .arguments import signature
from .connections import ssl_context
from .model import build_waiting
from .operation import Json
from .validators import validator_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core import OpenRouterCore
    from .operation import Operation


# What a call of ours loads when it needs it, and what httpx and its transports import when they first connect. What
# isn't there isn't needed.
_LATE = (
    *(f"openrouter_sdk.lib.{name}" for name in ("bodies", "cancellation", "client_errors", "faults", "transport")),
    "encodings.idna", "stringprep", "queue", "anyio", "anyio._backends._asyncio", "httpcore._backends.anyio",
    "httpcore._backends.auto", "httpcore._backends.sync",
)  # fmt: skip


def preload(core: OpenRouterCore, functions: tuple[Callable[..., Any], ...]) -> None:
    """Load certificates and settings, and build what each function checks and decodes with."""
    for module in _LATE:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    ssl_context()
    if core.http_client is None:
        core.connections.client()
    if core.settings.hooks:
        importlib.import_module("openrouter_sdk.lib.hooked")
    for function in functions:
        _preload_operation(operation_of(function))
    build_waiting()


def operation_of(function: Callable[..., Any]) -> Operation[Any, Any]:
    """Return the operation behind a function, or a method of the class SDK."""
    module: str = getattr(function, "__module__", "")
    package, _, resource = module.rpartition(".")
    if package == "openrouter_sdk.sdk":
        module = f"openrouter_sdk.funcs.{resource}_{getattr(function, '__name__', '').removesuffix('_async')}"
    try:
        operation: Operation[Any, Any] = importlib.import_module(module).OPERATION
    except (AttributeError, ImportError, ValueError):
        message = f"preload() takes functions of openrouter_sdk.funcs, and methods, not {function!r}"
        raise TypeError(message) from None
    return operation


def _preload_operation(operation: Operation[Any, Any]) -> None:
    signature(operation).build_all()
    for kind in operation.success.values():
        if isinstance(kind, Json):
            validator_of(kind.type)
    if operation.events is not None:
        importlib.import_module("openrouter_sdk.lib.streams")
        validator_of(operation.events.type)
