"""JSON values, told apart in a way that type checkers follow."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether `value` is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether `value` is a JSON array."""
    return isinstance(value, list)


def as_object(value: object) -> dict[str, Any]:
    """Return a JSON object's members; none for any other value."""
    return value if is_object(value) else {}


def as_array(value: object) -> list[Any]:
    """Return a JSON array's items; none for any other value."""
    return value if is_array(value) else []
