"""What `OpenRouterCore` takes: clients in place of its own, and its options as a typed dict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from typing_extensions import TypedDict

from ..lib.retries import RetryPolicy
from .options import Timeout

if TYPE_CHECKING:
    from logging import Logger

    from ..hooks import Hook
else:  # heavy to import, which those who read annotations at run time needn't pay for
    Logger = Hook = Any

ApiKey: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""A key, or a function that returns one."""


class HTTPClient(Protocol):
    """What `http_client` must be able to do: `httpx.Client`, its subclasses and `httpx2.Client` can.

    Nothing else is asked of it. If it has an attribute `follow_redirects` that is true, `send` is asked not to follow
    the redirects of what isn't a GET, provided that it takes an argument of that name.
    """

    def build_request(  # noqa: PLR0913  # httpx's method
        self,
        method: str,
        url: str,
        *,
        headers: Any,  # noqa: ANN401  # types of httpx or of httpx2
        content: Any,  # noqa: ANN401
        files: Any,  # noqa: ANN401
        extensions: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Make a request of bytes (`content`) or of a form's parts (`files`); one of the two, or both, are None.

        The client may add headers, cookies, query parameters and auth of its own.
        """
        ...

    def send(self, request: Any, *, stream: bool) -> Any:  # noqa: ANN401  # as above
        """Send a request and return its response, which is read and closed by the caller."""
        ...


class AsyncHTTPClient(Protocol):
    """What `async_http_client` must be able to do: `httpx.AsyncClient`, its subclasses and `httpx2.AsyncClient` can.

    Nothing else is asked of it, but for what is said of redirects at `HTTPClient`.
    """

    def build_request(  # noqa: PLR0913  # httpx's method
        self,
        method: str,
        url: str,
        *,
        headers: Any,  # noqa: ANN401  # types of httpx or of httpx2
        content: Any,  # noqa: ANN401
        files: Any,  # noqa: ANN401
        extensions: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Make a request of bytes (`content`) or of a form's parts (`files`); one of the two, or both, are None."""
        ...

    async def send(self, request: Any, *, stream: bool) -> Any:  # noqa: ANN401  # as above
        """Send a request and return its response, which is read and closed by the caller."""
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
    retries: int | RetryPolicy | None
    retry_codes: Sequence[int | str] | None
    user_agent: str | None
    http_client: HTTPClient | None
    async_http_client: AsyncHTTPClient | None
    hooks: Sequence[Hook]
    logger: Logger | None
    strict: bool
