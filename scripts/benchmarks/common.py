"""What the cases of all topics share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Call: TypeAlias = "Callable[[], Any]"
AsyncCall: TypeAlias = "Callable[[], Awaitable[Any]]"

KEY = "sk-or-v1-bench"
HEADERS = {"Authorization": f"Bearer {KEY}"}
MODEL = "openai/gpt-5-mini"
MESSAGES: list[Any] = [
    {"role": "system", "content": "You are terse."},
    {"role": "user", "content": "Say hello, and ask how you can help."},
]
INPUT = "Say hello, and ask how you can help."
ANSWER = "Hello! How can I help you today?"
CREDITS = 100.5
UNAUTHORIZED = 401


def expect(found: object, wanted: object) -> None:
    """Stop the benchmark if a case doesn't do what it is timed for."""
    if found != wanted:
        message = f"got {found!r} instead of {wanted!r}"
        raise SystemExit(message)
