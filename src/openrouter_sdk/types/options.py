"""What every function and method takes beside its own arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import TypedDict

from ..lib.retries import RetryPolicy

if TYPE_CHECKING:
    import httpx

    Timeout: TypeAlias = float | httpx.Timeout | None
else:
    Timeout = Any  # checked by lib/timeouts.py, so that declaring options doesn't import httpx


class RequestOptions(TypedDict, total=False):
    """Options of one call; each wins over the core's value of the same name."""

    timeout: Timeout
    """Seconds to wait between bytes of the answer, or an `httpx.Timeout` for every phase."""
    retries: int | RetryPolicy
    """How many times to try again (0 sends exactly one request), or a `RetryPolicy`."""
    retry_codes: Sequence[int | str]
    """The statuses to retry on, as numbers or classes such as "5XX", in place of the default ones."""
    server_url: str
    """The base URL to call."""
    extra_headers: Mapping[str, str]
    """Headers to add; they win over all others, whatever their letter case."""
    extra_query: Mapping[str, Any]
    """Query parameters to add; they win over the operation's own."""
    extra_body: Mapping[str, Any]
    """Members to add to a JSON body; they win over the operation's own."""
    http_referer: str
    """URL of your app, for OpenRouter's rankings."""
    app_title: str
    """Name of your app, for OpenRouter's rankings."""
    app_categories: str
    """Categories of your app, separated by commas."""
