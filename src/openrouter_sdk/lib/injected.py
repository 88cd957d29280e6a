"""What is used of an HTTP client that was given to a core: what `types.clients` has in its protocols."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


def build_request(  # noqa: PLR0913  # what a request consists of
    client: Any,  # noqa: ANN401  # of either colour, of httpx or httpx2
    method: str,
    url: httpx.URL,
    *,
    headers: httpx.Headers,
    extensions: Mapping[str, Any],
    content: bytes | None,
    files: list[Any] | None,
) -> httpx.Request:
    """Make a request, with the client's own headers, cookies and query parameters."""
    request: Any = client.build_request(
        method, str(url), headers=headers.raw, extensions=extensions, content=content, files=files
    )
    # A client of httpx's with parameters of its own puts them in the place of those of the URL.
    if url.query and request.url.query != url.query:
        request.url = request.url.copy_merge_params(url.params.multi_items())
    made: httpx.Request = request
    return made


def send_options(client: Any, request: httpx.Request) -> dict[str, Any]:  # noqa: ANN401  # as above
    """Return what `send` is given.

    A client that would follow redirects by itself is asked not to: it makes GETs of POSTs.
    """
    if request.method in {"GET", "HEAD"} or not getattr(client, "follow_redirects", False):
        return {"stream": True}
    return {"stream": True, "follow_redirects": False} if _takes(client.send, "follow_redirects") else {"stream": True}


def _takes(function: Any, name: str) -> bool:  # noqa: ANN401  # a method
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(each.name == name or each.kind is each.VAR_KEYWORD for each in parameters)


def check_client(name: str, client: object) -> None:
    """Refuse a client of the other kind; it would fail at its first call, and say nothing of the reason."""
    other = "async_http_client" if name == "http_client" else "http_client"
    if _is_async(client) is not (name == "async_http_client") and _is_async(client) is not None:
        kinds = "a synchronous" if name == "http_client" else "an asynchronous"
        message = f"{name} takes {kinds} client; give {type(client).__name__} as {other}"
        raise TypeError(message)


def _is_async(client: object) -> bool | None:
    """Tell whether a client is asynchronous; None if that can't be seen."""
    if inspect.iscoroutinefunction(getattr(client, "send", None)):
        return True
    if hasattr(client, "aclose") and not hasattr(client, "close"):
        return True
    return False if hasattr(client, "close") and not hasattr(client, "aclose") else None
