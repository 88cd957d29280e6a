"""What the generated functions are written in terms of: one import for what all of them need."""

from typing import TYPE_CHECKING, Any, TypeAlias, Union

from typing_extensions import Unpack, deprecated

from .. import errors
from ..core import OpenRouterCore
from ..types.result import Result
from .call import (
    call,
    call_async,
    download_call,
    download_call_async,
    page_call,
    page_call_async,
    stream_call,
    stream_call_async,
)
from .operation import Binary, Empty, Events, Json, Operation, Paging

__all__ = [
    "TYPE_CHECKING",
    "Any",
    "Binary",
    "Empty",
    "Events",
    "Json",
    "OpenRouterCore",
    "Operation",
    "Paging",
    "Result",
    "TypeAlias",
    "Union",
    "Unpack",
    "call",
    "call_async",
    "deprecated",
    "download_call",
    "download_call_async",
    "errors",
    "page_call",
    "page_call_async",
    "stream_call",
    "stream_call_async",
]
