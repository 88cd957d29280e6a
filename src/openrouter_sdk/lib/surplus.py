"""Bytes that came and belong to no response: those beyond one, and the beginning of one that broke off.

Only h11, below httpcore, knows of them; where the way to it isn't as it was when this was written, nothing is found.
"""

from __future__ import annotations

from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from .watchdog import shut_down

if TYPE_CHECKING:
    import httpx


def drop_surplus(response: httpx.Response) -> None:
    """Shut a connection down on which more came than the response; before that is closed, and others may have it.

    HTTP clients notice what comes later, but not what came in the same read as the end of a response: a later call on
    the connection would take it for its own answer.
    """
    if not _has_bytes(_connection(response.stream)):
        return
    network: Any = response.extensions.get("network_stream")
    connection = None if network is None else network.get_extra_info("socket")
    if connection is not None:
        shut_down(connection)


def has_begun(error: BaseException) -> bool:
    """Tell whether a connection failed with the beginning of an answer in hand, which its error doesn't say."""
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    frames = [frame for each in links for frame, _ in walk_tb(each.__traceback__)]
    return any(_has_bytes(frame.f_locals.get("self")) for frame in frames)


def _has_bytes(connection: object) -> bool:
    state = getattr(connection, "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])


def _connection(stream: Any) -> object:  # noqa: ANN401  # of httpx's and httpcore's classes
    """Return httpcore's connection behind a response's stream."""
    while stream is not None:
        found: object = getattr(stream, "_connection", None)
        if found is not None:
            return found
        stream = getattr(stream, "_stream", None) or getattr(stream, "_httpcore_stream", None)
    return None
