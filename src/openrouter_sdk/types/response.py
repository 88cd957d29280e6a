"""`ResponseInfo`: what is known of the HTTP exchange behind a value or an error."""

from __future__ import annotations

from collections.abc import Mapping


class ResponseInfo:
    """The HTTP side of an answer.

    Attributes:
        status_code: the HTTP status.
        headers: the response's headers; names are case-insensitive.
        attempts: how many requests it took, the successful one included.
        elapsed: seconds from the first request to the last byte, back-off included.
    """

    __slots__ = ("attempts", "elapsed", "headers", "status_code")

    def __init__(self, status_code: int, headers: Mapping[str, str], attempts: int = 1, elapsed: float = 0.0) -> None:
        self.status_code = status_code
        self.headers = headers
        self.attempts = attempts
        self.elapsed = elapsed

    @property
    def generation_id(self) -> str | None:
        """OpenRouter's id of the generation, for `generations_get_generation`; None where the answer has none."""
        return self.headers.get("x-generation-id")

    def __repr__(self) -> str:
        """Show everything but the headers."""
        return f"ResponseInfo({self.status_code}, attempts={self.attempts}, elapsed={self.elapsed:.3f})"
