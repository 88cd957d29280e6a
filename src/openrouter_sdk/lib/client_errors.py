"""Foreign exceptions as errors of ours, and whether a new connection may help.

Exceptions are told apart by the names of their classes, so that `httpx2` and other clients of httpx's make count too.
"""

from __future__ import annotations

from typing import TypeVar

from ..errors import (
    ConnectionError,  # noqa: A004  # ours, named as in OpenRouter's other SDKs
    HTTPClientError,
    InvalidRequestError,
    OpenRouterError,
    RequestAbortedError,
    RequestTimeoutError,
    UnexpectedClientError,
)

C = TypeVar("C", bound=HTTPClientError)
_BY_NAME: dict[str, type[HTTPClientError]] = {
    "TimeoutException": RequestTimeoutError,
    "NetworkError": ConnectionError,
    "RemoteProtocolError": ConnectionError,
    "ProxyError": ConnectionError,
    "LocalProtocolError": InvalidRequestError,
    "UnsupportedProtocol": InvalidRequestError,
    "InvalidURL": InvalidRequestError,
    "CookieConflict": InvalidRequestError,
}
# A read time-out isn't here: the server may be at work on the answer, which would then be paid for twice.
_RETRYABLE = frozenset({"NetworkError", "RemoteProtocolError", "ProxyError", "ConnectTimeout"})


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


def _caused(kind: type[C], error: Exception) -> C:
    text = _text(error)
    ours = kind(f"{type(error).__name__}: {text}" if text else type(error).__name__)
    ours.__cause__ = error
    return ours


def _text(error: Exception) -> str:
    """Return the error's text; a foreign exception may fail even at that."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # nothing escapes
        return ""


def is_retryable(error: Exception) -> bool:
    """Tell whether the connection failed, so that a new one may do."""
    return not _RETRYABLE.isdisjoint(_names(error))
