"""Files, as callers give them."""

from __future__ import annotations

from typing import TypeAlias, Union

FileContent: TypeAlias = Union[bytes, "tuple[str, bytes]", "tuple[str, bytes, str]"]
"""The bytes of a file, alone or as (name, content) or (name, content, content type)."""
