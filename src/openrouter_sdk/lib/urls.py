"""URLs: a base, a path whose values can't escape their segment, and a query string."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, quote, urlencode

import httpx

from .invalid import invalid
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..errors import SDKValidationError
    from .operation import Checked


class BaseURL(Record):
    """A base URL: everything before the path, and the query parameters that it carries."""

    prefix: str
    query: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        from .shown import shown_url

        return f"BaseURL({shown_url(self.prefix)!r})"


def parse_base_url(text: str) -> BaseURL:
    """Split a base URL, or raise `SDKValidationError`, which doesn't show a password."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError) as error:
        raise _invalid_url(text, f"isn't a URL: {error}") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise _invalid_url(text, "must start with http:// or https:// and name a host")
    query = tuple(parse_qsl(url.query.decode(), keep_blank_values=True))
    return BaseURL(str(url.copy_with(query=None, fragment=None)).rstrip("/"), query)


def _invalid_url(given: object, problem: str) -> SDKValidationError:
    from .shown import shown_url

    shown = shown_url(given) if isinstance(given, str) else given
    return invalid("server_url", f"{shown!r} {problem}", shown)


def operation_url(base: BaseURL, checked: Checked) -> httpx.URL:
    """Return the URL of a call."""
    url = base.prefix + _fill(checked.operation.path, checked.arguments)
    query = [*_query(base, checked)]
    return httpx.URL(f"{url}?{urlencode(query, quote_via=quote)}" if query else url)


def _query(base: BaseURL, checked: Checked) -> Iterator[tuple[str, str]]:
    """Yield the base's own parameters, the operation's, and the extra ones, which win."""
    operation, arguments = checked.operation, checked.arguments
    extra: Mapping[str, Any] = checked.options.get("extra_query", {})
    yield from (pair for pair in base.query if pair[0] not in extra)
    for name in operation.query:
        wire = operation.wire_names.get(name, name)
        if name in arguments and wire not in extra:
            yield from query_pairs(wire, arguments[name], joined=name in operation.comma_separated)
    for wire, value in extra.items():
        yield from query_pairs(wire, value)


def path_names(path: str) -> list[str]:
    """Return the names of the arguments in a path."""
    return [part[1:-1] for part in path.split("/") if part[:1] == "{"]


def _fill(path: str, arguments: Mapping[str, Any]) -> str:
    """Put arguments into a path, each as one encoded segment."""
    if "{" not in path:
        return path
    return "/".join(_segment(part[1:-1], arguments) if part[:1] == "{" else part for part in path.split("/"))


def _segment(name: str, arguments: Mapping[str, Any]) -> str:
    value = simple(arguments[name])
    if value in {"", ".", ".."}:
        # "." and ".." can't be encoded: servers take %2E for a dot, too.
        raise invalid(name, f"{value!r} can't stand in a URL's path", value)
    return quote(value, safe="")


def query_pairs(name: str, value: object, *, joined: bool = False) -> Iterable[tuple[str, str]]:
    """Spell out one argument: a sequence repeats the name, or is joined by commas; None isn't sent."""
    if value is None:
        return []
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [plain(item) for item in cast("Sequence[object]", value) if item is not None]
        return [(name, ",".join(items))] if joined and items else [(name, item) for item in items]
    return [(name, plain(value))]


def simple(value: object) -> str:
    """Write an argument of a path or a header: a scalar, or a sequence's items with commas between them."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(plain(item) for item in cast("Sequence[object]", value))
    return plain(value)


def plain(value: object) -> str:
    """Write a scalar as text, the way JSON would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str(value)
