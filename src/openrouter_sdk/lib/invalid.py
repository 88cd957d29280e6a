"""The error for one bad input."""

from __future__ import annotations

from ..errors import SDKValidationError


def invalid(name: str, message: str, value: object) -> SDKValidationError:
    """Return the error that says what is wrong with the argument or option `name`."""
    return SDKValidationError(f"{name}: {message}", [{"loc": (name,), "type": "value", "msg": message}], value)
