"""Pydantic validators, each built once, on first use, under one lock: building in several threads isn't safe."""

from __future__ import annotations

import os
import threading
from types import new_class
from typing import TYPE_CHECKING, Any, cast

import pydantic
from pydantic import ConfigDict
from typing_extensions import is_typeddict

if TYPE_CHECKING:
    from typing import Protocol

    class Validator(Protocol):
        """What pydantic's validators have in common."""

        def validate_python(self, value: Any, /) -> Any:  # noqa: ANN401  # any value of Python's
            """Check a value."""
            ...

        def validate_json(self, data: bytes, /) -> Any:  # noqa: ANN401  # any value of JSON's
            """Read JSON, and check it."""
            ...


# What callers send: unknown fields pass, and JSON types are taken as they are ("1" isn't a number).
SENT = ConfigDict(extra="allow", strict=True, arbitrary_types_allowed=True)
# What the API returns, where it isn't a model.
RETURNED = ConfigDict(extra="allow", arbitrary_types_allowed=True)


LOCK = threading.RLock()
if hasattr(os, "register_at_fork"):  # a child must not find it taken by a thread that it doesn't have
    os.register_at_fork(before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=LOCK.release)
_validators: dict[Any, Validator] = {}


def validator_of(kind: Any, config: ConfigDict = RETURNED) -> Validator:  # noqa: ANN401  # a type form
    """Return the validator of a model, a typed dict (with the config of requests) or any other type."""
    validator = _validators.get(kind)
    if validator is None:
        with LOCK:
            validator = _validators.get(kind) or _build(kind, config)
            _validators[kind] = validator
    return validator


def _build(kind: Any, config: ConfigDict) -> Validator:  # noqa: ANN401  # a type form
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        kind.model_rebuild()
        return built(kind.__pydantic_validator__)
    if is_typeddict(cast("object", kind)):
        return build(_configured(kind), None)
    return build(kind, config)


def _configured(kind: Any) -> Any:  # noqa: ANN401  # a typed dict class
    """Return a typed dict with the config of requests, which nested ones take over; `kind` itself keeps having none.

    Its name is none that an annotation could have: pydantic takes a class's own name in its annotations for that class.
    """
    namespace = {"__module__": kind.__module__, "__doc__": kind.__doc__, "__pydantic_config__": SENT}
    return new_class(f"sent {kind.__name__}", (kind,), {"total": False}, lambda body: body.update(namespace))


def build(kind: Any, config: ConfigDict | None) -> Validator:  # noqa: ANN401  # a type form
    """Build a validator for `kind`."""
    from pydantic import TypeAdapter

    with LOCK:
        adapter: TypeAdapter[Any] = TypeAdapter(kind, config=config)
        return built(adapter.validator)


def built(validator: Any) -> Validator:  # noqa: ANN401  # a validator, or pydantic's stand-in for one
    """Refuse the stand-in for a validator that couldn't be built yet."""
    if "Mock" in type(validator).__name__:
        message = f"pydantic didn't build {validator!r}"
        raise TypeError(message)
    return cast("Validator", validator)
