"""What the generated functions are written in terms of: one import for what all of them need."""

from typing import TYPE_CHECKING, Any, TypeAlias, Union

from typing_extensions import Unpack, deprecated

from .. import errors
from ..core import OpenRouterCore
from ..types.result import Result
from .call import call, call_async
from .operation import Binary, Empty, Json, Operation

__all__ = [
    "TYPE_CHECKING",
    "Any",
    "Binary",
    "Empty",
    "Json",
    "OpenRouterCore",
    "Operation",
    "Result",
    "TypeAlias",
    "Union",
    "Unpack",
    "call",
    "call_async",
    "deprecated",
    "errors",
]
