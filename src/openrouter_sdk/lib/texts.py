"""Texts as JSON brings them: halves of surrogate pairs, which a stream may cut in two, and other values as texts."""

from __future__ import annotations

import json
import re
from typing import Any

from .json_values import is_array, is_object

_HALF = re.compile("[\ud800-\udfff]")


def paired(text: str) -> str:
    """Join surrogate halves that stand side by side; what stays alone becomes U+FFFD."""
    if text.isascii() or _HALF.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mended(value: Any) -> Any:  # noqa: ANN401  # JSON is anything
    """Return a JSON value with all of its texts `paired`."""
    if isinstance(value, str):
        return paired(value)
    if is_object(value):
        return {paired(key): mended(member) for key, member in value.items()}
    return [mended(item) for item in value] if is_array(value) else value


def json_text(value: Any) -> str:  # noqa: ANN401  # JSON is anything
    """Return a value's JSON text, for a message; what is nested too deeply for that is left out."""
    try:
        return json.dumps(value, default=str)
    except (RecursionError, ValueError):
        return "…"


def compact_json(value: Any) -> str:  # noqa: ANN401  # JSON is anything
    """Return a value's JSON text as it travels; what is nested too deeply for that is left out."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (RecursionError, ValueError):
        return ""
