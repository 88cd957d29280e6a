"""Telling the kinds of JSON values apart, for type checkers, too."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[Any, Any]]:
    """Tell whether a value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is an array."""
    return isinstance(value, list)
