"""The fake OpenRouter itself: what it received, what it was told to reply, and the two ways to reach it."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

from .handlers import respond
from .handling import State
from .server import Server
from .store import Store

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .messages import RecordedRequest, Reply
    from .transport import FakeTransport


class FakeOpenRouter:
    """An OpenRouter to test against, in process (`transport()`) or on a port of the loopback interface (`url`).

    Both ways lead to the same handlers, records and scripted replies, and may be used at once, from any threads.
    """

    api_key: str
    """The key that requests must carry as their bearer token."""

    requests: list[RecordedRequest]
    """Every request received whole, in order of arrival, scripted or not. The live list: `clear()` it between tests."""

    aborted: list[RecordedRequest]
    """Those requests whose client closed the connection in the middle of a streamed reply.

    Over a socket the fake notices it when it waits between pieces or sends the next, so give it a moment; a reply that
    was in the socket's buffers to its end counts as taken.
    """

    def __init__(self, *, api_key: str = "sk-or-v1-fake") -> None:
        """Make one that accepts this key. It opens no port before `start()`."""
        self.api_key = api_key
        self.requests = []
        self.aborted = []
        self._scripted: deque[Reply] = deque()
        self._served = 0
        self._store = Store()
        self._lock = Lock()
        self._server: Server | None = None

    def __repr__(self) -> str:
        return f"FakeOpenRouter(url={self._server.url!r})" if self._server else "FakeOpenRouter()"

    @property
    def url(self) -> str:
        """The base URL, like "http://127.0.0.1:49152/api/v1". Raises RuntimeError while there is no port open."""
        if self._server is None:
            message = "FakeOpenRouter has no URL before it starts: use it in a `with` statement, or call `start()`"
            raise RuntimeError(message)
        return self._server.url

    def start(self) -> Self:
        """Open a free port on 127.0.0.1 and serve it from a daemon thread, unless that is so already.

        Raises OSError if there is no port to be had.
        """
        if self._server is None:
            self._server = Server(self._answer, self._report_abort)
            self._server.start()
        return self

    def close(self) -> None:
        """Close the port and all its connections, busy ones too. More calls do nothing; `start()` opens a new port."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def transport(self) -> FakeTransport:
        """Make a transport for `httpx.Client` and `httpx.AsyncClient` that reaches this fake without any socket.

        It needs no `start()`, and takes every host. Paths are those of OpenRouter: they begin with /api/v1.
        """
        from .transport import FakeTransport

        return FakeTransport(self._answer, self._report_abort)

    def enqueue(self, *replies: Reply) -> None:
        """Script the replies to the next requests, first in, first out, whatever is asked and by whom."""
        with self._lock:
            self._scripted.extend(replies)

    def _answer(self, request: RecordedRequest) -> Reply:
        with self._lock:  # the n-th request recorded shall get the n-th reply scripted
            self.requests.append(request)
            self._served += 1
            if self._scripted:
                return self._scripted.popleft()
            state = State(self.api_key, self._served, self._store)
        return respond(request, state)

    def _report_abort(self, request: RecordedRequest) -> None:
        self.aborted.append(request)
