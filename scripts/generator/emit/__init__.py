"""From `ir.Api` to the text of every generated file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .facade import facade_files
from .functions import function_files
from .helpers import helper_files
from .types import type_files

if TYPE_CHECKING:
    from .. import ir


def emit(api: ir.Api) -> dict[str, str]:
    """Return the text of each file, by its path below the package; not formatted yet."""
    return {
        **function_files(api),
        **helper_files(api),
        **type_files(api, "params"),
        **type_files(api, "models"),
        **facade_files(api),
    }
