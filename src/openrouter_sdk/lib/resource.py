"""What the generated class SDK is written in terms of: the base of its resources, and how one holds another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, Union, cast, overload

from typing_extensions import Unpack, deprecated

from ..core import OpenRouterCore
from ..types.result import Result

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
__all__ = ["TYPE_CHECKING", "Any", "Child", "Resource", "Union", "Unpack", "deprecated"]


class Resource:
    """Methods that belong together; `OpenRouter` makes each resource when it is first asked for, and keeps it."""

    def __init__(self, core: OpenRouterCore) -> None:
        self._core = core

    @property
    def core(self) -> OpenRouterCore:
        """The core that the methods run with."""
        return self._core

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._core!r})"

    if not TYPE_CHECKING:  # a type checker that saw this would take any name for granted

        def __getattr__(self, name: str) -> object:
            """Refuse a name that isn't there, with a hint to the one that is meant."""
            from .hints import for_method

            known = [mine for mine in dir(type(self)) if mine[0] != "_"]
            message = f"{type(self).__name__!r} has no attribute {name!r}{for_method(name, known)}"
            raise AttributeError(message)


R = TypeVar("R", bound=Resource)


class Child(Generic[R]):
    """Decorates a function that makes a resource: an attribute that is made when it is first asked for.

    It stands in its holder's `__dict__` from then on, where Python looks first, as with `functools.cached_property`: a
    method that is replaced on it, as mocks and tracers do, stays replaced. Asked of the class, it is the resource's
    class, which is what `unittest.mock.create_autospec` looks at.
    """

    def __init__(self, make: Callable[[Any], R]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, holder: None, owner: type) -> type[R]: ...
    @overload
    def __get__(self, holder: object, owner: type | None = None) -> R: ...
    def __get__(self, holder: object, owner: type | None = None) -> R | type[R]:
        if holder is None:
            return type(self._make(Resource(cast("OpenRouterCore", None))))
        resource: R = vars(holder).setdefault(self._name, self._make(holder))
        return resource


def described(method: F, function: Callable[..., Any]) -> F:
    """Give a method the name, signature and docstring of its function."""
    update_wrapper(method, function)
    return method


def unwrapping(function: Callable[Concatenate[OpenRouterCore, P], Result[T, Any]]) -> Callable[Concatenate[Any, P], T]:
    """Turn a function written by hand into a method, which returns the value or raises the error."""

    def method(self: Resource, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(self.core, *args, **kwargs).unwrap()

    return described(method, function)


def unwrapping_async(
    function: Callable[Concatenate[OpenRouterCore, P], Awaitable[Result[T, Any]]],
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    """Turn an asynchronous function written by hand into a method."""

    async def method(self: Resource, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return (await function(self.core, *args, **kwargs)).unwrap()

    return described(method, function)


def unwrapping_static(function: Callable[P, Result[T, Any]]) -> Callable[Concatenate[Any, P], T]:
    """Turn a function that needs no core into a method."""

    def method(self: Resource, /, *args: P.args, **kwargs: P.kwargs) -> T:  # noqa: ARG001  # a method's
        return function(*args, **kwargs).unwrap()

    return described(method, function)
