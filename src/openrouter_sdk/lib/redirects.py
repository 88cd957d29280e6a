"""Where a redirect may lead: a request keeps its method, and prompts and files stay with their server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ..errors import InvalidRequestError
from .colours import REDIRECTS

if TYPE_CHECKING:
    from .colours import Client

MOST = 20
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_SAME_METHOD = frozenset({307, 308})
# What another server is told: nothing of the caller's.
_HARMLESS = frozenset({b"accept", b"accept-encoding", b"user-agent"})


def location(response: Any) -> str | None:  # noqa: ANN401  # of httpx or httpx2
    """Return the place that a response sends to, if it is a redirect."""
    return response.headers.get("location") if response.status_code in REDIRECTS else None


class Redirects:
    """The redirects of one request."""

    def __init__(self, client: Client, request: Any) -> None:  # noqa: ANN401  # as above
        self._client = client
        self._request = request
        self._count = 0

    def next(self, response: Any) -> Any:  # noqa: ANN401  # as above
        """Return the request to send next; None if the response isn't a redirect, or isn't to be followed."""
        _refuse_another_method(self._request, response)
        onward = _onward(self._client, self._request, response)
        if onward is None:
            return None
        self._request = onward
        self._count += 1
        if self._count > MOST:
            message = f"{onward.url.host} redirected more than {MOST} times"
            raise httpx.TooManyRedirects(message, request=onward)
        return onward


def _refuse_another_method(request: Any, response: Any) -> None:  # noqa: ANN401  # as above
    """Refuse what an injected client made of a request by following redirects: a GET doesn't do what a POST does."""
    history = getattr(response, "history", None)
    if history and response.request.method != request.method:
        made = f"the HTTP client made a {response.request.method} of a {request.method}"
        message = f"{made}: {history[0].status_code} {explanation(history[0])}"
        raise InvalidRequestError(message)


def _onward(client: Client, request: Any, response: Any) -> Any:  # noqa: ANN401  # as above
    url = _target(request, response)
    if url is None:
        return None
    is_same = _is_same_server(request.url, url)
    if request.method not in _SAFE_METHODS and not (is_same and response.status_code in _SAME_METHOD):
        return None
    if not is_same and not client.own and getattr(client.http, "auth", None) is not None:
        return None  # the client would give its password to another server
    headers = _headers(request, url, is_same=is_same)
    return type(request)(
        request.method, str(url), headers=headers, stream=request.stream, extensions=request.extensions
    )


def _target(request: Any, response: Any) -> httpx.URL | None:  # noqa: ANN401  # as above
    place = location(response)
    if not place:
        return None
    try:
        url = httpx.URL(str(request.url)).join(place)
    except httpx.InvalidURL:
        return None
    return url if url.host else None


def _is_same_server(one: Any, other: httpx.URL) -> bool:  # noqa: ANN401  # a URL of httpx or httpx2
    if one.host != other.host:
        return False
    if (one.scheme, other.scheme) == ("http", "https"):
        return (one.port, other.port) == (None, None)
    return (one.scheme, _port(one)) == (other.scheme, _port(other))


def _port(url: Any) -> int | None:  # noqa: ANN401  # as above
    port: int | None = url.port
    return port or {"http": 80, "https": 443}.get(url.scheme)


def _headers(request: Any, url: httpx.URL, *, is_same: bool) -> list[tuple[bytes, bytes]]:  # noqa: ANN401  # as above
    kept = [
        (name, value)
        for name, value in request.headers.raw
        if name.lower() != b"host" and (is_same or name.lower() in _HARMLESS)
    ]
    return [(b"Host", url.netloc), *kept]


def explanation(response: Any) -> str:  # noqa: ANN401  # headers and a status
    """Say where a redirect leads that wasn't followed; "" if it is none."""
    place = location(response)
    if not place:
        return ""
    from .shown import shown_url

    return (
        f"it redirects to {shown_url(place)}; followed are only GET requests, and others where a 307 or 308 leads "
        "elsewhere on the same server"
    )
