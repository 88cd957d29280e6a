"""Doing up front what the first call of a function does."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .arguments import signature
from .connections import ssl_context
from .model import build_members
from .operation import Json
from .validators import validator_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core import OpenRouterCore
    from .operation import Operation


def preload(core: OpenRouterCore, functions: tuple[Callable[..., Any], ...]) -> None:
    """Load certificates and settings, and build what each function checks and decodes with."""
    ssl_context()
    if core.http_client is None:
        core.connections.client()
    _ = core.settings
    for function in functions:
        _preload_operation(operation_of(function))
    build_members()


def operation_of(function: Callable[..., Any]) -> Operation[Any, Any]:
    """Return the operation behind a function, or a method of the class SDK."""
    package, _, resource = function.__module__.rpartition(".")
    name = function.__module__
    if package == "openrouter_sdk.sdk":
        name = f"openrouter_sdk.funcs.{resource}_{function.__name__.removesuffix('_async')}"
    operation: Operation[Any, Any] | None = getattr(importlib.import_module(name), "OPERATION", None)
    if operation is None:
        message = f"preload() takes functions of openrouter_sdk.funcs, not {function!r}"
        raise TypeError(message)
    return operation


def _preload_operation(operation: Operation[Any, Any]) -> None:
    signature(operation.params).build_all()
    for kind in operation.success.values():
        if isinstance(kind, Json):
            validator_of(kind.type)
