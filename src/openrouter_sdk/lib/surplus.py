"""Bytes that a server sends beyond its response: a later call on the connection would take them for its own answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .watchdog import shut_down

if TYPE_CHECKING:
    import httpx


def drop_surplus(response: httpx.Response) -> None:
    """Shut a connection down on which more came than the response; before that is closed, and others may have it.

    HTTP clients notice what comes later, but not what came in the same read as the end of a response. Only h11, below
    httpcore, knows; where the way to it isn't as it was when this was written, nothing is done.
    """
    state = getattr(_connection(response.stream), "_h11_state", None)
    if state is None or not state.trailing_data[0]:
        return
    network: Any = response.extensions.get("network_stream")
    connection = None if network is None else network.get_extra_info("socket")
    if connection is not None:
        shut_down(connection)


def _connection(stream: Any) -> object:  # noqa: ANN401  # of httpx's and httpcore's classes
    """Return httpcore's connection behind a response's stream."""
    while stream is not None:
        found: object = getattr(stream, "_connection", None)
        if found is not None:
            return found
        stream = getattr(stream, "_stream", None) or getattr(stream, "_httpcore_stream", None)
    return None
