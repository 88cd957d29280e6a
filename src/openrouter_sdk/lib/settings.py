"""What follows from a core's configuration, worked out once, on its first call."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import httpx

from .._version import __version__
from ..core import SERVERS
from .colours import settled
from .headers import bearer, header_value
from .invalid import invalid
from .log import Log
from .retries import Retrying, RetryPolicy, statuses
from .secret import Secret
from .timeouts import phases
from .urls import BaseURL, parse_base_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Self

    from ..core import OpenRouterCore

HOOK_POINTS = ("before_create_request", "before_request", "after_success", "after_error")
LOGGER = logging.getLogger("openrouter_sdk")
USER_AGENT = f"openrouter-sdk-python/{__version__} Python/{sys.version_info.major}.{sys.version_info.minor}"


class Settings:
    """A core's defaults in the form that a call needs them in."""

    __slots__ = (
        "_common",
        "_headers",
        "base_url",
        "core",
        "hooks",
        "logger",
        "named_server",
        "retry",
        "timeout",
        "urls",
    )

    def __init__(self, core: OpenRouterCore) -> None:
        self.core = core
        self.base_url = parse_base_url(core.server_url or server(core.server))
        self.logger = Log(LOGGER if core.logger is None else core.logger)
        warn_of_plain_http(self.base_url, self.logger)
        # An operation's own server gives way to a server that somebody chose.
        self.named_server = bool(core.server_url)
        self._headers = default_headers(core)
        self._common: dict[tuple[str, str | None], httpx.Headers] = {}
        # Without one, the client's own holds: that of `connections`, or what its owner chose.
        self.timeout = None if core.timeout is None else timeouts(core.timeout)
        self.retry = retrying(Retrying(), core.retries, core.retry_codes)
        self.hooks = {point: bound_methods(core.hooks, point) for point in HOOK_POINTS} if core.hooks else {}
        self.urls: dict[str, httpx.URL] = {}

    def common_headers(self, accept: str, content_type: str | None) -> httpx.Headers:
        """Return the headers of calls that bring none of their own; they aren't to be changed."""
        headers = self._common.get((accept, content_type))
        if headers is None:
            headers = httpx.Headers(self._headers)
            headers["Accept"] = accept
            if content_type is not None:
                headers["Content-Type"] = content_type
            self._common[accept, content_type] = headers
        return headers

    @classmethod
    def of(cls, core: OpenRouterCore) -> Self:
        """Run the hooks of `sdk_init`, and work out the settings of the core that they leave."""
        for sdk_init in bound_methods(core.hooks, "sdk_init"):
            try:
                core = settled(sdk_init(core)) or core
            except Exception as error:
                from .client_errors import unexpected

                raise unexpected(error) from error
        if core.debug:
            show_debug_log()
        return cls(core)


_warned: set[str] = set()


def warn_of_plain_http(base: BaseURL, logger: Log) -> None:
    """Warn, once for each host, that the key travels for everyone on the way to read."""
    url = httpx.URL(base.prefix)
    if url.scheme == "http" and url.host not in _warned and not _is_loopback(url.host):
        _warned.add(url.host)
        logger.warning("http://%s: requests, and the key in them, aren't encrypted on their way; use https", url.host)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bound_methods(hooks: Sequence[object], point: str) -> list[Callable[..., Any]]:
    """Return the methods for one hook point."""
    return [method for hook in hooks if (method := getattr(hook, point, None)) is not None]


def server(name: str | None) -> str:
    """Return the base URL of a server, production by default."""
    try:
        return SERVERS[name or "production"]
    except KeyError:
        raise invalid("server", f"there is no server {name!r}; known: {', '.join(SERVERS)}", name) from None


def timeouts(timeout: Any) -> Mapping[str, float | None]:  # noqa: ANN401  # checked here
    """Return the phases of `timeout`, or raise `SDKValidationError`."""
    try:
        return phases(timeout)
    except ValueError as error:
        raise invalid("timeout", str(error), timeout) from None


def retrying(default: Retrying, retries: object, codes: Any) -> Retrying:  # noqa: ANN401  # checked here
    """Return `default` with what is given changed."""
    if retries is None and codes is None:
        return default
    try:
        chosen = default.statuses if codes is None else statuses(codes)
    except (TypeError, ValueError) as error:
        raise invalid("retry_codes", str(error), codes) from None
    return Retrying(_policy(default.policy, retries), chosen, default.lost_connections)


def _policy(default: RetryPolicy, retries: object) -> RetryPolicy:
    if retries is None or isinstance(retries, RetryPolicy):
        return retries or default
    if not isinstance(retries, int) or isinstance(retries, bool) or retries < 0:
        raise invalid("retries", f"{retries!r} is neither a whole number from 0 on nor a RetryPolicy", retries)
    return default.with_retries(retries)


def default_headers(core: OpenRouterCore) -> httpx.Headers:
    """Return the headers that every request of this core carries."""
    headers = httpx.Headers({"User-Agent": header_value("user_agent", core.user_agent or USER_AGENT)})
    add_identity(headers, core.http_referer, core.app_title, core.app_categories)
    if isinstance(core.api_key, Secret):
        bearer(headers, core.api_key)
    return headers


def add_identity(headers: httpx.Headers, referer: str | None, title: str | None, categories: str | None) -> None:
    """Add the headers that tell OpenRouter which app is calling."""
    for option, name, value in (
        ("http_referer", "HTTP-Referer", referer),
        ("app_title", "X-OpenRouter-Title", title),
        ("app_categories", "X-OpenRouter-Categories", categories),
    ):
        if value:
            headers[name] = header_value(option, value)


def show_debug_log() -> None:
    """Write this package's log to stderr, as `OPENROUTER_DEBUG` asks for."""
    LOGGER.setLevel(logging.DEBUG)
    if not LOGGER.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        LOGGER.addHandler(handler)
