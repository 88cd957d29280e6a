"""lib.watchdog: connections that aren't released in time are ended, and no others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk.lib.watchdog import Watchdog, shut_down

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Pair = tuple[socket.socket, socket.socket]

ENDED = b""
PATIENCE = 30


@pytest.fixture
def dog() -> Watchdog:
    return Watchdog()


@pytest.fixture
def pair() -> Iterator[Callable[[], Pair]]:
    """Makes connections, each as its watched end and the end that sees what happens to it."""
    made: list[socket.socket] = []

    def make() -> Pair:
        near, far = socket.socketpair()
        far.settimeout(PATIENCE)
        made.extend((near, far))
        return near, far

    yield make
    for end in made:
        end.close()


def is_open(near: socket.socket, far: socket.socket) -> bool:
    near.sendall(b"x")
    return far.recv(1) == b"x"


def lock_of(dog: Watchdog) -> Any:
    """Return what the thread holds while it looks, and lets go when it waits."""
    return vars(dog)["_changed"]


def test_what_isnt_released_is_shut_down(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    near, far = pair()
    dog.watch(near)
    assert far.recv(1) == ENDED
    assert near.recv(1) == ENDED
    dog.release(near)


def test_a_read_that_waits_ends(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    near, _ = pair()
    near.settimeout(PATIENCE)
    dog.watch(near)
    assert near.recv(1) == ENDED


def test_what_was_released_in_time_stays(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    released, other = pair(), pair()
    with lock_of(dog):  # in time, however slow this machine is
        dog.watch(released[0])
        dog.release(released[0])
        dog.watch(other[0])
    assert other[1].recv(1) == ENDED  # whose time was up last
    assert is_open(*released)


def test_what_is_released_and_watched_again_is_shut_down(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    near, far = pair()
    with lock_of(dog):
        dog.watch(near)
        dog.release(near)
    dog.watch(near)
    assert far.recv(1) == ENDED


def test_releasing_what_isnt_watched_does_nothing(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    near, far = pair()
    dog.release(near)
    assert is_open(near, far)


def test_there_is_no_thread_before_there_is_something_to_watch() -> None:
    before = threading.active_count()
    Watchdog()
    assert threading.active_count() == before


def test_one_thread_serves_many(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    before = set(threading.enumerate())
    pairs = [pair() for _ in range(20)]
    for near, _ in pairs:
        dog.watch(near)
    (thread,) = set(threading.enumerate()) - before
    assert thread.daemon
    assert [far.recv(1) for _, far in pairs] == [ENDED] * 20
    assert set(threading.enumerate()) - before == {thread}


def test_many_at_once_are_told_apart(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    pairs = [pair() for _ in range(20)]
    with lock_of(dog):
        for near, _ in pairs:
            dog.watch(near)
        for near, _ in pairs[::2]:
            dog.release(near)
    assert [far.recv(1) for _, far in pairs[1::2]] == [ENDED] * 10
    assert all(is_open(*kept) for kept in pairs[::2])


def test_many_threads_may_use_it(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    pairs = [pair() for _ in range(16)]

    def use(near: socket.socket) -> None:
        for _ in range(50):
            with lock_of(dog):
                dog.watch(near)
                dog.release(near)
        dog.watch(near)

    before = set(threading.enumerate())
    threads = [threading.Thread(target=use, args=(near,)) for near, _ in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [far.recv(1) for _, far in pairs] == [ENDED] * 16
    assert len(set(threading.enumerate()) - before) == 1


def test_the_thread_sleeps_and_wakes_again(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        near, far = pair()
        dog.watch(near)
        assert far.recv(1) == ENDED
        with lock_of(dog):  # the thread held it when it shut the connection down, and lets go to sleep
            assert vars(dog)["_is_asleep"]
    assert len(set(threading.enumerate()) - before) == 1


def test_it_forgets_what_it_has_shut_down(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    near, far = pair()
    dog.watch(near)
    assert far.recv(1) == ENDED
    with lock_of(dog):
        assert vars(dog)["_deadlines"] == {}


def test_a_closed_connection_is_shut_down_in_silence(dog: Watchdog, pair: Callable[[], Pair]) -> None:
    (near, _), (other, far) = pair(), pair()
    near.close()
    shut_down(near)
    dog.watch(near)
    dog.watch(other)
    assert far.recv(1) == ENDED  # the thread goes on


def test_a_connection_that_was_never_made_is_shut_down_in_silence() -> None:
    with socket.socket() as lonely:
        shut_down(lonely)


FORKS = """
import os, socket, warnings
from openrouter_sdk.lib import watchdog
from openrouter_sdk.lib.watchdog import WATCHDOG

warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of forks beside threads

def pair():
    near, far = socket.socketpair()
    far.settimeout(10)
    return near, far

def ends():
    near, far = pair()
    WATCHDOG.watch(near)
    return far.recv(1) == b""

def in_a_child(test):
    child = os.fork()
    if not child:
        os._exit(0 if test() else 1)
    return lambda: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

"""
FORK_TESTS = {
    "before the first": "assert in_a_child(ends)(); assert ends()",
    "later": "assert ends(); assert in_a_child(ends)(); assert ends()",
    "again and again": "assert ends(); assert in_a_child(lambda: ends() and ends() and ends())(); assert ends()",
    "what its parent released": """
def ends_only_its_own():
    watchdog.DRAIN, watchdog.monotonic = 0.05, lambda: float("inf")  # everything is late
    return ends()

watchdog.DRAIN = 60
near, far = pair()
WATCHDOG.watch(near)
child = in_a_child(ends_only_its_own)
WATCHDOG.release(near)
assert child()
near.sendall(b"x")
assert far.recv(1) == b"x"
""",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.parametrize("test", FORK_TESTS.values(), ids=FORK_TESTS)
def test_a_forked_child_watches_its_own(test: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603  # the program above
        [sys.executable, "-c", FORKS + test], capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
