"""From arguments to a request, without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ..errors import SDKValidationError
from .headers import bearer, header_name, header_value
from .invalid import invalid_at, said_by
from .operation import Checked
from .record import Record
from .settings import add_identity, retrying, timeouts, warn_of_plain_http
from .urls import BaseURL, operation_url, parse_base_url, simple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .colours import Mode
    from .files import Upload
    from .operation import Operation
    from .retries import Retrying
    from .secret import Secret
    from .settings import Settings


class Plan(Record):
    """All that is decided about a call before its first byte is sent."""

    operation: Operation[Any, Any]
    settings: Settings
    url: httpx.URL
    headers: httpx.Headers
    content: bytes | None
    upload: Upload | None
    timeout: Mapping[str, float | None] | None
    retry: Retrying
    mode: Mode = "whole"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.operation.method


def plan_call(
    settings: Settings,
    operation: Operation[Any, Any],
    params: Mapping[str, Any],
    key: Secret | None,
    *,
    mode: Mode = "whole",
) -> Plan:
    """Decide what to send, or raise `SDKValidationError`. `key` is what a key function returned."""
    try:
        return _plan(settings, _checked(operation, params, mode), key, mode)
    except SDKValidationError as error:
        raise said_by(operation.function or operation.id, error) from error.__cause__
    except UnicodeEncodeError:
        raise said_by(operation.function or operation.id, _half_a_character(params)) from None
    except ValueError as error:  # of thousands of digits, which Python doesn't write out
        raise said_by(operation.function or operation.id, invalid_at((), str(error), None)) from None


def _half_a_character(params: Mapping[str, Any]) -> SDKValidationError:
    from .inputs import is_half, places

    place = next(places(dict(params), is_half, ()), ())
    return invalid_at(place, "This text holds half a character (a lone surrogate), which can't be sent", None)


def _checked(operation: Operation[Any, Any], params: Mapping[str, Any], mode: Mode) -> Checked:
    if not params and not operation.takes_arguments:
        return Checked(operation, params, params)
    from .arguments import check

    return check(operation, params, stream=mode == "events")


def _plan(settings: Settings, checked: Checked, key: Secret | None, mode: Mode) -> Plan:
    options = checked.options
    has_body = checked.operation.body is not None or "extra_body" in options
    content, content_type, upload = _body(checked) if has_body else (None, None, None)
    timeout = options.get("timeout")
    return Plan(
        checked.operation,
        settings,
        _url(settings, checked),
        _headers(settings, checked, key, content_type),
        content,
        upload,
        settings.timeout if timeout is None else timeouts(timeout),
        _retrying(settings, checked),
        mode,
    )


def _retrying(settings: Settings, checked: Checked) -> Retrying:
    """Return what the call is tried again on: the operation's own wish before the core's, the call's before both."""
    options = checked.options
    retry = checked.operation.retrying(settings.retry)
    return retrying(retry, options.get("retries"), options.get("retry_codes")) if options else retry


def _body(checked: Checked) -> tuple[bytes | None, str | None, Upload | None]:
    from .bodies import encode_body

    body = encode_body(checked)
    return body.content, body.content_type, body.upload


def _url(settings: Settings, checked: Checked) -> httpx.URL:
    base = _base(settings, checked)
    in_url = checked.arguments and checked.operation.has_url_arguments
    if in_url or "extra_query" in checked.options or base is not settings.base_url:
        return operation_url(base, checked)
    path = checked.operation.path
    url = settings.urls.get(path)
    if url is None:
        url = settings.urls[path] = operation_url(base, checked)
    return url


def _base(settings: Settings, checked: Checked) -> BaseURL:
    server_url = checked.options.get("server_url")
    if server_url:
        base = parse_base_url(server_url)
        warn_of_plain_http(base, settings.logger)
        return base
    if checked.operation.server and not settings.named_server:
        return parse_base_url(checked.operation.server)
    return settings.base_url


def _headers(settings: Settings, checked: Checked, key: Secret | None, content_type: str | None) -> httpx.Headers:
    """Put the headers together; what comes later wins. Those of calls without any of their own are made once."""
    common = settings.common_headers(checked.accept, content_type)
    given = checked.arguments
    arguments = {name: given[name] for name in checked.operation.headers if given.get(name) is not None}
    if key is None and not arguments and not checked.options:
        return common
    headers = httpx.Headers(common)
    if key is not None:
        bearer(headers, key)
    for name, value in arguments.items():
        headers[checked.operation.wire_names.get(name, name)] = header_value(name, simple(value))
    options = checked.options
    add_identity(headers, options.get("http_referer"), options.get("app_title"), options.get("app_categories"))
    extra: Mapping[str, str] = options.get("extra_headers", {})
    for name, value in extra.items():
        headers[header_name(name)] = header_value(f"extra_headers.{name}", value)
    return headers
