"""`OpenRouterCore`: the configuration that every function takes. It does no I/O and imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from typing_extensions import Self, Unpack

from .lib.connections import Connections
from .lib.retries import RetryPolicy
from .lib.secret import Secret
from .types.clients import ApiKey, AsyncHTTPClient, CoreOptions, HTTPClient
from .types.options import Timeout

if TYPE_CHECKING:
    from logging import Logger

    from pydantic_core import CoreSchema

    from .hooks import Hook
    from .lib.settings import Settings
else:  # heavy to import, which those who read annotations at run time needn't pay for
    CoreSchema = Logger = Hook = Settings = Any

F = TypeVar("F", bound=Callable[..., None])
SERVERS = {"production": "https://openrouter.ai/api/v1"}


def hinted(init: F) -> F:
    """Let a constructor say what is meant by an option that it doesn't have."""
    known = frozenset(init.__kwdefaults__ or ())

    @wraps(init)
    def checked(self: OpenRouterCore, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # the constructor's
        if options.keys() - known:
            raise unexpected(f"{type(self).__name__}()", options.keys() - known, known)
        if arguments:
            message = f"{type(self).__name__}() takes its options by name: {type(self).__name__}(api_key=...)"
            raise TypeError(message)
        init(self, **options)

    return cast("F", checked)


def unexpected(called: str, unknown: Collection[str], known: Collection[str]) -> TypeError:
    """Return the error for options that there aren't."""
    from .lib.hints import for_option

    name = min(unknown)
    return TypeError(f"{called} got an unexpected argument {name!r}{for_option(name, known)}")


def _environment(name: str) -> str | None:
    return os.environ.get(f"OPENROUTER_{name}") or None


def _check(values: Mapping[str, Any]) -> None:
    """Refuse clients and hooks that can't be what they are given as."""
    for name in ("http_client", "async_http_client"):
        if values[name] is not None:
            from .lib.injected import check_client

            check_client(name, values[name])
    if values["hooks"]:
        from .hooks import check_hooks

        check_hooks(values["hooks"])


def _shown(name: str, value: object) -> str:
    if name == "api_key" and callable(value):
        return "<function>"
    if isinstance(value, str) and "://" in value:
        from .lib.shown import shown_url

        value = shown_url(value)
    return repr(value)


class OpenRouterCore:
    """Configuration, and the connections that calls share; frozen and safe to use from many threads.

    Args:
        api_key: the key, or a function that returns it, asked once for each call (it may be a coroutine function if
            only asynchronous functions are used). Else `OPENROUTER_API_KEY`; without any, calls go out without a key.
        http_referer: URL of your app. Else `OPENROUTER_HTTP_REFERER`.
        app_title: name of your app. Else `OPENROUTER_APP_TITLE`.
        app_categories: categories of your app, separated by commas. Else `OPENROUTER_APP_CATEGORIES`.
        server: the name of a server in `SERVERS`.
        server_url: the base URL; wins over `server`. Without both, `OPENROUTER_BASE_URL`, else production.
        timeout: seconds to wait between bytes of an answer (600), or an `httpx.Timeout` for every phase.
        retries: how many times to try again (2), or a `RetryPolicy`; 0 sends exactly one request.
        retry_codes: the statuses to retry on, in place of the default ones; 503 or "5XX".
        user_agent: the User-Agent header.
        http_client: the client for synchronous calls, in place of an own one; never closed by this package.
        async_http_client: the client for asynchronous calls; never closed by this package.
        hooks: objects with any of the methods of `openrouter_sdk.hooks`.
        logger: where to log, in place of `logging.getLogger("openrouter_sdk")`.
        strict: return `Err(ResponseValidationError)` for a 2xx body that doesn't fit its model.

    An empty environment variable counts as unset. `OPENROUTER_DEBUG` (1, true, yes, on) logs every request, redacted.
    """

    __slots__ = (
        "__weakref__",
        "_settings",
        "api_key",
        "app_categories",
        "app_title",
        "async_http_client",
        "connections",
        "debug",
        "hooks",
        "http_client",
        "http_referer",
        "logger",
        "retries",
        "retry_codes",
        "server",
        "server_url",
        "strict",
        "timeout",
        "user_agent",
    )
    api_key: Secret | Callable[[], str | Awaitable[str]] | None
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
    hooks: tuple[Hook, ...]
    logger: Logger | None
    strict: bool
    debug: bool
    connections: Connections
    _settings: Settings | None

    @hinted
    def __init__(  # noqa: PLR0913  # many options are what it is for
        self,
        *,
        api_key: ApiKey | None = None,
        http_referer: str | None = None,
        app_title: str | None = None,
        app_categories: str | None = None,
        server: str | None = None,
        server_url: str | None = None,
        timeout: Timeout = None,
        retries: int | RetryPolicy | None = None,
        retry_codes: Sequence[int | str] | None = None,
        user_agent: str | None = None,
        http_client: HTTPClient | None = None,
        async_http_client: AsyncHTTPClient | None = None,
        hooks: Sequence[Hook] = (),
        logger: Logger | None = None,
        strict: bool = False,
    ) -> None:
        key = api_key or _environment("API_KEY")
        self._fill(
            api_key=key if key is None or callable(key) else Secret(key),
            http_referer=http_referer or _environment("HTTP_REFERER"),
            app_title=app_title or _environment("APP_TITLE"),
            app_categories=app_categories or _environment("APP_CATEGORIES"),
            server=server,
            server_url=server_url or (None if server else _environment("BASE_URL")),
            timeout=timeout,
            retries=retries,
            retry_codes=retry_codes,
            user_agent=user_agent,
            http_client=http_client,
            async_http_client=async_http_client,
            hooks=tuple(hooks),
            logger=logger,
            strict=strict,
            debug=(_environment("DEBUG") or "").lower() in {"1", "true", "yes", "on"},
            connections=Connections(),
        )

    def _fill(self, **values: object) -> None:
        _check(values)
        for name, value in values.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_settings", None)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse to change an option: calls in other threads may be using it. What mocks replace is no option."""
        self._refuse_option(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        """Refuse, as `__setattr__` does."""
        self._refuse_option(name)
        object.__delattr__(self, name)

    def _refuse_option(self, name: str) -> None:
        found = getattr(type(self), name, None)
        if name in OpenRouterCore.__slots__ or found is None or isinstance(found, property):
            message = f"{type(self).__name__} is frozen; make a changed copy with .with_options({name}=...)"
            raise AttributeError(message)

    if not TYPE_CHECKING:  # a type checker that saw this would take any name for granted

        def __getattr__(self, name: str) -> object:
            """Refuse a name that isn't there, with a hint to the one that is meant."""
            from .lib.hints import for_resource

            known = [mine for mine in dir(type(self)) if mine[0] != "_"]
            message = f"{type(self).__name__!r} has no attribute {name!r}{for_resource(name, known)}"
            raise AttributeError(message)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic take any core, so that `validate_call` and models can have it as a type."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    def _config(self) -> dict[str, Any]:
        skipped = {"__weakref__", "connections", "_settings"}
        return {name: getattr(self, name) for name in OpenRouterCore.__slots__ if name not in skipped}

    def __repr__(self) -> str:
        """Show what is set; never the key, nor a password or token in a URL."""
        shown = {name: value for name, value in self._config().items() if value not in (None, (), False)}
        return f"{type(self).__name__}({', '.join(f'{name}={_shown(name, value)}' for name, value in shown.items())})"

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the configuration; clients stay behind."""
        return self._config() | {"http_client": None, "async_http_client": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the configuration, with no connections yet."""
        self._fill(**state, connections=Connections())

    def with_options(self, **changes: Unpack[CoreOptions]) -> Self:
        """Return a copy with `changes` (the constructor's arguments) that shares this core's connections."""
        config = self._config()
        known = config.keys() - {"debug"}
        if changes.keys() - known:
            raise unexpected("with_options()", changes.keys() - known, known)
        config.update(changes)
        key = config["api_key"]
        if key is not None and not callable(key) and not isinstance(key, Secret):
            config["api_key"] = Secret(key)
        if changes.get("server") and "server_url" not in changes:
            config["server_url"] = None
        copy = type(self).__new__(type(self))
        copy._fill(  # noqa: SLF001  # its own class
            **config | {"hooks": tuple(config["hooks"])}, connections=self.connections
        )
        return copy

    def __copy__(self) -> Self:
        """Return a copy that shares the connections, as `with_options` does."""
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        """Return a copy that shares the connections: they can't be copied."""
        return self.with_options()

    @property
    def settings(self) -> Settings:
        """What follows from the configuration, worked out on first use (for the runtime)."""
        settings = self._settings
        if settings is None:
            from .lib.settings import Settings

            with self.connections.lock:
                settings = self._settings or Settings.of(self)
                object.__setattr__(self, "_settings", settings)
        return settings

    def preload(self, *functions: Callable[..., Any]) -> None:
        """Do now what the first call of each of `functions` would do: imports, model building, loading certificates.

        For servers that mustn't block their event loop later. Methods of the class SDK are taken too.
        """
        from .lib.preload import preload

        preload(self, functions)

    def close(self) -> None:
        """Close the connections of both colours, of all copies too; closing again does nothing.

        Calls that wait in other threads and tasks end at once, in a `RequestAbortedError`.
        """
        self.connections.close()

    async def aclose(self) -> None:
        """Close the connections of both colours, of all copies too; closing again does nothing.

        Calls that wait in other threads and tasks end at once, in a `RequestAbortedError`.
        """
        await self.connections.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
