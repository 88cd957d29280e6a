"""Foreign exceptions as errors of ours, what they say, and whether a new connection may help.

Exceptions are told apart by the names of their classes, so that `httpx2` and other clients of httpx's make count too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import (
    ConnectionError,  # noqa: A004  # ours, named as in OpenRouter's other SDKs
    HTTPClientError,
    InvalidRequestError,
    OpenRouterError,
    RequestAbortedError,
    RequestTimeoutError,
    ResponseError,
    UnexpectedClientError,
)

if TYPE_CHECKING:
    from .request import Plan
    from .retries import Failure

from .surplus import has_begun

C = TypeVar("C", bound=HTTPClientError)
_BY_NAME: dict[str, type[HTTPClientError]] = {
    "TimeoutException": RequestTimeoutError,
    "TimeoutError": RequestTimeoutError,
    "ConnectionError": ConnectionError,
    "NetworkError": ConnectionError,
    "RemoteProtocolError": ConnectionError,
    "ProxyError": ConnectionError,
    "LocalProtocolError": InvalidRequestError,
    "UnsupportedProtocol": InvalidRequestError,
    "InvalidURL": InvalidRequestError,
    "CookieConflict": InvalidRequestError,
}
# A read time-out isn't here: the server may be at work on the answer, which would then be paid for twice.
_LOST = frozenset({"NetworkError", "ProxyError", "ConnectTimeout", "ConnectionError"})
# Of the errors of the protocol, the one that says that no byte of an answer came.
_NO_BYTE = "Server disconnected without sending a response"
_PHASES = {
    "ConnectTimeout": ("connect", "no connection to {host} within {seconds} s"),
    "ReadTimeout": ("read", "nothing came from {host} for {seconds} s"),
    "WriteTimeout": ("write", "{host} took nothing for {seconds} s"),
    "PoolTimeout": ("pool", "no connection to {host} was free within {seconds} s"),
}


def _names(error: BaseException) -> list[str]:
    return [cls.__name__ for cls in type(error).__mro__]


def as_error(error: Exception) -> OpenRouterError:
    """Return `error` as one of ours, with itself as the cause."""
    if isinstance(error, OpenRouterError):
        return error
    kind = next((_BY_NAME[name] for name in _names(error) if name in _BY_NAME), None)
    if kind is None:
        closed = isinstance(error, RuntimeError) and "closed" in _text(error)
        kind = RequestAbortedError if closed else UnexpectedClientError
    return _caused(kind, error)


def unexpected(error: Exception) -> UnexpectedClientError:
    """Return the error for what a hook or a callback raised, whatever that was."""
    return _caused(UnexpectedClientError, error)


def _caused(kind: type[C], error: Exception, message: str = "") -> C:
    text = _text(error)
    ours = kind(message or (f"{type(error).__name__}: {text}" if text else type(error).__name__))
    ours.__cause__ = error
    _hide_request(error)
    return ours


def _text(error: Exception) -> str:
    """Return the error's text; a foreign exception may fail even at that."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # nothing escapes
        return ""


def is_lost(error: Exception) -> bool:
    """Tell whether the connection failed before an answer began, so that a new one may do."""
    names = _names(error)
    if "RemoteProtocolError" in names:
        return _text(error).startswith(_NO_BYTE) and not has_begun(error)
    return not _LOST.isdisjoint(names) and not has_begun(error)


def no_answer(failure: Failure, attempts: int, elapsed: float, *, closed: bool) -> OpenRouterError:
    """Return the error of a call without an answer: what happened, at which host, after how many attempts."""
    error = failure.error
    ours = as_error(error)
    if ours is error:
        return ours
    if isinstance(ours, (ConnectionError, RequestTimeoutError)):
        if closed:
            return _caused(RequestAbortedError, error, "the core was closed during the call")
        ours.message = f"{_what_happened(failure)}; {_times(attempts)} in {elapsed:.1f} s"
        ours.args = (ours.message,)
    return ours


def _what_happened(failure: Failure) -> str:
    name, host = type(failure.error).__name__, _host(failure)
    phase, phrase = _PHASES.get(name, ("", ""))
    seconds = failure.request.extensions.get("timeout", {}).get(phase)
    if seconds is not None:
        return f"{name}: {phrase.format(host=host, seconds=f'{seconds:g}')}"
    text = _text(failure.error)
    return f"{name}: {text} (host {host})" if text else f"{name} (host {host})"


def _host(failure: Failure) -> str:
    url = failure.request.url
    return f"{url.host}:{url.port}" if url.port else str(url.host)


def _times(attempts: int) -> str:
    return "1 attempt" if attempts == 1 else f"{attempts} attempts"


def _hide_request(error: Any) -> None:  # noqa: ANN401  # any exception
    """Put a request without headers in the place of the one in an exception of httpx's, which has the key in it."""
    request = getattr(error, "_request", None)
    if request is not None:
        error.request = type(request)(request.method, str(request.url.copy_with(userinfo=b"", query=None)))
    if error.__cause__ is not None:
        _hide_request(error.__cause__)


def explain(error: Exception, plan: Plan) -> None:
    """Add to an error of the API's what it can't know: that there is no key, or where a redirect would have led."""
    if not isinstance(error, ResponseError):
        return
    if error.status_code == 401 and "authorization" not in plan.headers:  # noqa: PLR2004  # "Unauthorized"
        error.hint = "no API key was set: give api_key=..., or set OPENROUTER_API_KEY"
    else:
        from .redirects import explanation

        error.hint = explanation(error.response) or error.hint
