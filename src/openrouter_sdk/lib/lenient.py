"""Making the most of a JSON value that doesn't fit."""

from __future__ import annotations

from typing import Any

import pydantic

from .model import loaded
from .validators import validator_of


def construct(kind: Any, raw: Any) -> Any:  # noqa: ANN401  # any type form, any JSON
    """Return `raw` as a `kind`; as it came, if it isn't even of the same form."""
    try:
        return validator_of(loaded(kind)).validate_python(raw)
    except pydantic.ValidationError:
        return raw
