"""Ending reads that take too long, where a read can't be given a time-out of its own.

One thread for all of them, which lives on: starting one takes as long as reading fifty chunks of a stream.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from time import monotonic

# Seconds to wait for the end of a response whose last event has come; a new connection may cost as much.
DRAIN = 0.05


def shut_down(connection: socket.socket) -> None:
    """End a connection, and whatever read waits for it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Watchdog:
    """Shuts down the connections that aren't released in time. Never one that was: both happen under one lock."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew, as in a forked process: the thread stays behind, and the connections are the parent's."""
        self._changed = threading.Condition()
        self._deadlines: dict[socket.socket, float] = {}
        self._has_new = False
        self._is_asleep = False
        self._thread: threading.Thread | None = None

    def watch(self, connection: socket.socket) -> None:
        """Begin to count the time."""
        with self._changed:
            self._deadlines[connection] = monotonic() + DRAIN
            self._has_new = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="openrouter-sdk-watchdog", daemon=True)
                self._thread.start()
            elif self._is_asleep:
                self._changed.notify()

    def release(self, connection: socket.socket) -> None:
        """Leave a connection alone from here on."""
        with self._changed:
            self._deadlines.pop(connection, None)

    def _run(self) -> None:
        """Look at intervals while there are new connections; sleep while there are none, since waking takes long."""
        with self._changed:
            while True:
                while self._has_new or self._deadlines:
                    self._has_new = False
                    self._changed.wait(DRAIN)
                    self._shut_down_late()
                self._is_asleep = True
                self._changed.wait()
                self._is_asleep = False

    def _shut_down_late(self) -> None:
        now = monotonic()
        for connection, deadline in list(self._deadlines.items()):
            if deadline <= now:
                del self._deadlines[connection]
                shut_down(connection)


WATCHDOG = Watchdog()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WATCHDOG.forget)
