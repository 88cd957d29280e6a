"""What `OpenRouterCore` takes: clients in place of its own, and its options as a typed dict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from typing_extensions import TypedDict

if TYPE_CHECKING:
    import logging
    from collections.abc import Sequence

    from ..hooks import Hook
    from .options import Timeout

ApiKey: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""A key, or a function that returns one."""


class HTTPClient(Protocol):
    """What `http_client` must be able to do: `httpx.Client`, its subclasses and `httpx2.Client` can."""

    def build_request(self, method: str, url: str, *, headers: Any, content: Any, extensions: Any) -> Any:  # noqa: ANN401  # types of httpx or of httpx2
        """Make a request, with the client's own headers, cookies and auth."""
        ...

    def send(self, request: Any, *, stream: bool) -> Any:  # noqa: ANN401  # as above
        """Send a request and return its response, read whole unless it is to be streamed."""
        ...


class AsyncHTTPClient(Protocol):
    """What `async_http_client` must be able to do: `httpx.AsyncClient`, its subclasses and `httpx2.AsyncClient` can."""

    def build_request(self, method: str, url: str, *, headers: Any, content: Any, extensions: Any) -> Any:  # noqa: ANN401  # types of httpx or of httpx2
        """Make a request, with the client's own headers, cookies and auth."""
        ...

    async def send(self, request: Any) -> Any:  # noqa: ANN401  # as above
        """Send a request and return its response, read whole."""
        ...


class CoreOptions(TypedDict, total=False):
    """The arguments of `OpenRouterCore`, for `with_options`."""

    api_key: ApiKey | None
    http_referer: str | None
    app_title: str | None
    app_categories: str | None
    server: str | None
    server_url: str | None
    timeout: Timeout
    retries: int | None
    retry_codes: Sequence[int | str] | None
    user_agent: str | None
    http_client: HTTPClient | None
    async_http_client: AsyncHTTPClient | None
    hooks: Sequence[Hook]
    logger: logging.Logger | None
    strict: bool
