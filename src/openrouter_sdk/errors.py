"""Every error that this package returns in `Err`, or raises from the class SDK.

OpenRouterError
├── ResponseError                       the API answered with an error
│   ├── BadRequestResponseError         400
│   ├── UnauthorizedResponseError       401
│   ├── PaymentRequiredResponseError    402
│   ├── ForbiddenResponseError          403
│   ├── NotFoundResponseError           404
│   ├── RequestTimeoutResponseError     408
│   ├── ConflictResponseError           409
│   ├── GoneResponseError               410
│   ├── PayloadTooLargeResponseError    413
│   ├── UnsupportedMediaTypeResponseError 415
│   ├── UnprocessableEntityResponseError 422
│   ├── TooManyRequestsResponseError    429
│   ├── ClientClosedRequestResponseError 499
│   ├── InternalServerResponseError     500
│   ├── BadGatewayResponseError         502
│   ├── ServiceUnavailableResponseError 503
│   ├── GatewayTimeoutResponseError     504
│   ├── EdgeNetworkTimeoutResponseError 524
│   ├── ProviderOverloadedResponseError 529
│   ├── OpenRouterDefaultError          a status, content type or body that the operation doesn't declare
│   └── ResponseValidationError         a 2xx body that doesn't fit its model (strict cores only)
├── SDKValidationError                  the input was rejected, nothing was sent
├── StreamError                         a stream broke: cut off, unreadable, or too long an event
└── HTTPClientError                     there is no answer
    ├── ConnectionError                 the connection failed, or broke off before the answer was complete
    ├── RequestTimeoutError             no answer in time
    ├── RequestAbortedError             the core was closed
    ├── InvalidRequestError             the HTTP client refused the request
    └── UnexpectedClientError           anything else: a hook, a key callback, a foreign exception; see `__cause__`
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias, Union, cast

from .types.response import ResponseInfo


class OpenRouterError(Exception):
    """Any error of this package."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.message = str(args[0]) if args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by attributes: constructors differ, attributes say it all."""
        return _restore, (type(self), _picklable(self.args), _picklable({**self.__dict__}))


def _restore(cls: type[OpenRouterError], args: tuple[object, ...], attributes: dict[str, object]) -> OpenRouterError:
    error = cls.__new__(cls, *args)
    OpenRouterError.__init__(error, *args)
    error.__dict__.update(attributes)
    return error


def _picklable(value: Any) -> Any:  # noqa: ANN401  # what an error holds
    """Return `value`; what in it can't be pickled, such as a file among a call's arguments, as its repr."""
    import pickle

    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001  # objects say so in ways of their own
        if type(value) is dict:
            return {key: _picklable(item) for key, item in cast("dict[object, object]", value).items()}
        return type(value)(map(_picklable, value)) if type(value) in {list, tuple} else repr(value)
    return value


class ResponseError(OpenRouterError):
    """The API answered with an error.

    Attributes:
        status_code: the status that the error stands for: the HTTP status, or the error's own code in a 2xx answer.
        code: the error's code as the API sent it, a number or a name; None if there was none.
        message: the API's message.
        metadata: the API's further facts on the error: provider, raw message, limits.
        content: the answer's body as it came.
        response: the HTTP exchange: status, headers, attempts, generation id.
        partial: of an error in a stream, what came before it, put together as `collect()` does; else None.
    """

    status: ClassVar[int | None] = None
    partial: Any = None
    hint = ""

    def __init__(  # noqa: PLR0913  # everything that is known of the answer
        self,
        message: object = "",
        *rest: object,
        status_code: int | None = None,
        response: ResponseInfo | None = None,
        content: bytes = b"",
        code: int | str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, *rest)
        self.status_code = status_code or self.status or 0
        self.code = code
        self.metadata: Mapping[str, Any] = metadata or {}
        self.content = content
        self.response = response or ResponseInfo(self.status_code, {})

    @property
    def body(self) -> str:
        """The answer's body as text."""
        return self.content.decode("utf-8", "replace")

    @property
    def data(self) -> Any:  # noqa: ANN401  # JSON is anything
        """The answer's JSON; None if it isn't JSON."""
        from .lib.error_body import load

        return load(self.content)

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers; names are case-insensitive."""
        return self.response.headers

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait before the next try; None if it doesn't say."""
        from .lib.retries import quoted_headers, retry_after

        asked = retry_after(self.headers)
        return retry_after(quoted_headers(self.metadata)) if asked is None else asked

    @property
    def provider_name(self) -> str | None:
        """The provider behind the error, if the API names one."""
        name = self.metadata.get("provider_name")
        return name if isinstance(name, str) else None

    def __str__(self) -> str:
        """Tell status, code, message, provider, the provider's own words, and what to do."""
        from .lib.error_body import ErrorBody, describe

        said = describe(self.status_code, ErrorBody(self.message, self.code, self.metadata))
        advice = "; ".join([*self._attempts(), *([self.hint] if self.hint else [])])
        return f"{said} ({advice})" if advice else said

    def _attempts(self) -> Iterator[str]:
        attempts, wait = self.response.attempts, self.retry_after
        if attempts > 1 or self.status_code == 429:  # noqa: PLR2004  # "Too Many Requests": whoever reads it asks how many
            yield f"after {attempts} attempt{'s' * (attempts != 1)}"
        if wait is not None:
            yield f"come back in {wait:g} s"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class BadRequestResponseError(ResponseError):
    """400: the request is malformed or has invalid values."""

    status = 400


class UnauthorizedResponseError(ResponseError):
    """401: the API key is missing, wrong, or of the wrong kind."""

    status = 401


class PaymentRequiredResponseError(ResponseError):
    """402: the account or key has too few credits."""

    status = 402


class ForbiddenResponseError(ResponseError):
    """403: the key may not do this, or moderation refused the input."""

    status = 403


class NotFoundResponseError(ResponseError):
    """404: there is no such thing."""

    status = 404


class RequestTimeoutResponseError(ResponseError):
    """408: the server gave up on the request."""

    status = 408


class ConflictResponseError(ResponseError):
    """409: the request doesn't go with the present state."""

    status = 409


class GoneResponseError(ResponseError):
    """410: the thing existed once."""

    status = 410


class PayloadTooLargeResponseError(ResponseError):
    """413: the request's body is too large."""

    status = 413


class UnsupportedMediaTypeResponseError(ResponseError):
    """415: the request's content type isn't taken."""

    status = 415


class UnprocessableEntityResponseError(ResponseError):
    """422: the request is well formed and can't be carried out."""

    status = 422


class TooManyRequestsResponseError(ResponseError):
    """429: a rate limit was hit; `retry_after` may tell for how long."""

    status = 429


class ClientClosedRequestResponseError(ResponseError):
    """499: the server saw the client go."""

    status = 499


class InternalServerResponseError(ResponseError):
    """500: something broke at the API."""

    status = 500


class BadGatewayResponseError(ResponseError):
    """502: the provider is down or sent an invalid answer."""

    status = 502


class ServiceUnavailableResponseError(ResponseError):
    """503: no provider meets the request's requirements, or the API is unavailable."""

    status = 503


class GatewayTimeoutResponseError(ResponseError):
    """504: a server behind the API took too long."""

    status = 504


class EdgeNetworkTimeoutResponseError(ResponseError):
    """524: the provider took too long at the edge."""

    status = 524


class ProviderOverloadedResponseError(ResponseError):
    """529: the provider is overloaded."""

    status = 529


class OpenRouterDefaultError(ResponseError):
    """An answer that the operation doesn't declare: another status, content type or kind of body."""


class _MisfitError(OpenRouterError):
    """What the two validation errors share: the places that didn't fit.

    Attributes:
        errors: one mapping for each place, with `loc`, `msg` and `type`.
        raw_value: the value that was looked at.
    """

    errors: Sequence[Mapping[str, Any]] = ()
    raw_value: object = None

    def pretty(self) -> str:
        """Write out every place that didn't fit, one a line."""
        from .lib.invalid import line

        lines = [f"  - {line(error)}" for error in self.errors]
        return "\n".join([f"{len(lines)} problem{'s' * (len(lines) != 1)}:", *lines])


class ResponseValidationError(_MisfitError, ResponseError):
    """A 2xx body that doesn't fit its model; only cores with `strict=True` return it."""

    def __str__(self) -> str:
        return f"{self.message}\n{self.pretty()}"


class SDKValidationError(_MisfitError, ValueError):
    """The input was rejected, and nothing was sent: `errors` and `pretty()` tell what to change."""

    def __init__(self, message: str = "", errors: Sequence[Mapping[str, Any]] = (), raw_value: object = None) -> None:
        super().__init__(message)
        self.errors = errors
        self.raw_value = raw_value


class StreamError(OpenRouterError):
    """A stream broke: it was cut off, can't be read, or has too long an event.

    Attributes:
        partial: what came before that, put together as `collect()` does; None for a download.
    """

    partial: Any = None


class HTTPClientError(OpenRouterError):
    """There is no answer; the exception behind it is `__cause__`, and `cause` says the same."""

    @property
    def cause(self) -> BaseException | None:
        """The exception behind this error."""
        return self.__cause__


class ConnectionError(HTTPClientError, builtins.ConnectionError):  # noqa: A001  # named as in our other SDKs
    """The connection failed, or broke off inside the answer; in the latter case it may have been charged for."""


class RequestTimeoutError(HTTPClientError, TimeoutError):
    """No connection, or no byte of an answer, within the time-out; in the latter case it may be charged for."""


class RequestAbortedError(HTTPClientError):
    """The core, or the HTTP client that was given to it, is closed, or was during the call.

    Attributes:
        partial: what came of a stream before that, put together as `collect()` does; else None.
    """

    partial: Any = None


class InvalidRequestError(HTTPClientError):
    """The HTTP client refused to send the request."""


class UnexpectedClientError(HTTPClientError):
    """A hook, a callback or the HTTP client raised something; see `cause`."""


ClientError: TypeAlias = Union[
    OpenRouterDefaultError, ResponseValidationError, SDKValidationError, ConnectionError, RequestTimeoutError,
    RequestAbortedError, InvalidRequestError, UnexpectedClientError,
]  # fmt: skip
"""The errors that every operation can end in, whatever statuses it declares."""
