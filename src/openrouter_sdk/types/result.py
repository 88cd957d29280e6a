"""`Result`: what every function returns. Either `Ok` with a value or `Err` with an error; never an exception.

Ways to tell the two apart that every type checker follows: `match`, `isinstance(result, Ok)`, `is_ok(result)` and
`result.ok is True`. A bare `if result.ok:` narrows in mypy, ty and pyrefly, but not in pyright.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Literal, NoReturn, TypeAlias, TypeVar, cast

from typing_extensions import TypeIs, final

from .response import ResponseInfo

T = TypeVar("T")
U = TypeVar("U")
F = TypeVar("F", bound=Exception)
T_co = TypeVar("T_co", covariant=True)
E_co = TypeVar("E_co", covariant=True, bound=Exception)


class _Closed:
    """Says what to do to those who take a `Result` for the answer itself."""

    __slots__ = ()

    if not TYPE_CHECKING:  # type checkers know without being told

        def __getattr__(self, name: str) -> NoReturn:
            if name[:2] == "__" or name in self.__slots__:
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message)
            raise AttributeError(_advice(self, f"has no attribute {name!r}")) from _cause(self)

        def __iter__(self, *_: object) -> NoReturn:
            raise TypeError(_advice(self, "isn't the answer itself")) from _cause(self)

        __aiter__ = __getitem__ = __enter__ = __exit__ = __aenter__ = __aexit__ = __iter__


def _cause(result: object) -> Exception | None:
    return cast("Err[Exception]", result).error if isinstance(result, Err) else None


def _advice(result: object, what: str) -> str:
    error = _cause(result)
    if error is not None:
        failed = f"{type(error).__name__}: {error}"
        return f"this Err {what}: the call failed ({failed}); match on the result, or look at its .error"
    return f"this Ok {what}, but holds the answer: match on the result, or take its .unwrap()"


@final
class Ok(_Closed, Generic[T_co]):
    """A call that worked: `value` is the answer, `response` tells how it came (None if it didn't come over HTTP)."""

    __slots__ = ("response", "value")
    __match_args__ = ("value",)
    ok: Literal[True] = True
    value: T_co
    response: ResponseInfo | None

    def __init__(self, value: T_co, response: ResponseInfo | None = None) -> None:
        self.value = value
        self.response = response

    def __eq__(self, other: object) -> bool:
        return type(other) is Ok and bool(self.value == cast("Ok[object]", other).value)

    def __hash__(self) -> int:
        return hash((True, self.value))

    def __repr__(self) -> str:
        return f"Ok({self.value!r})"

    def unwrap(self) -> T_co:
        """Return the value."""
        return self.value

    def unwrap_or(self, default: object) -> T_co:  # noqa: ARG002  # the signature that Err shares
        """Return the value; `default` is for `Err`."""
        return self.value

    def map(self, f: Callable[[T_co], U]) -> Ok[U]:
        """Apply `f` to the value."""
        return Ok(f(self.value), self.response)

    def map_err(self, f: Callable[[NoReturn], object]) -> Ok[T_co]:  # noqa: ARG002  # the signature that Err shares
        """Return this `Ok` as it is."""
        return self

    def and_then(self, f: Callable[[T_co], Result[U, F]]) -> Result[U, F]:
        """Go on with `f`, a function that returns a `Result` itself."""
        return f(self.value)


@final
class Err(_Closed, Generic[E_co]):
    """A call that failed: `error` is the exception object that the class SDK would have raised."""

    __slots__ = ("error",)
    __match_args__ = ("error",)
    ok: Literal[False] = False
    error: E_co

    def __init__(self, error: E_co) -> None:
        self.error = error

    def __eq__(self, other: object) -> bool:
        return type(other) is Err and bool(self.error == cast("Err[Exception]", other).error)

    def __hash__(self) -> int:
        return hash((False, self.error))

    def __repr__(self) -> str:
        return f"Err({self.error!r})"

    def unwrap(self) -> NoReturn:
        """Raise the error itself, with its cause."""
        raise self.error

    def unwrap_or(self, default: U) -> U:
        """Return `default`."""
        return default

    def map(self, f: Callable[[NoReturn], object]) -> Err[E_co]:  # noqa: ARG002  # the signature that Ok shares
        """Return this `Err` as it is."""
        return self

    def map_err(self, f: Callable[[E_co], F]) -> Err[F]:
        """Apply `f` to the error."""
        return Err(f(self.error))

    def and_then(self, f: Callable[[NoReturn], object]) -> Err[E_co]:  # noqa: ARG002  # the signature that Ok shares
        """Return this `Err` as it is."""
        return self


Result: TypeAlias = Ok[T_co] | Err[E_co]
"""What a function returns: `match` on it, or ask `is_ok`."""


def is_ok(result: Result[T, F]) -> TypeIs[Ok[T]]:
    """Tell whether `result` is an `Ok`; type checkers narrow both branches."""
    return result.ok


def is_err(result: Result[T, F]) -> TypeIs[Err[F]]:
    """Tell whether `result` is an `Err`; type checkers narrow both branches."""
    return not result.ok
