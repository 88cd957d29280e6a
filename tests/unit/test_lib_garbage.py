"""lib.garbage: large answers are made past the collector, which goes on as ever afterwards."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import TYPE_CHECKING

import pytest

from openrouter_sdk.lib import garbage
from openrouter_sdk.lib.garbage import past_collector

if TYPE_CHECKING:
    from collections.abc import Iterator

generations = pytest.mark.skipif(not garbage.HAS_GENERATIONS, reason="the collector has no generations")


class Thing:
    """An object that the collector tracks."""

    def __init__(self) -> None:
        self.itself: Thing | None = None


def some(content: bytes) -> list[Thing]:
    return [Thing() for _ in content]


def generation(thing: object) -> int:
    return next(number for number in range(3) if any(found is thing for found in gc.get_objects(number)))


def circle() -> weakref.ref[Thing]:
    thing = Thing()
    thing.itself = thing
    return weakref.ref(thing)


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    gc.collect()
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.enable()


@generations
def test_objects_are_made_without_collecting_and_old_at_once() -> None:
    seen: list[bool] = []

    def make(content: bytes) -> list[Thing]:
        seen.append(gc.isenabled())
        return some(content)

    things = past_collector(make, b"x" * 5000)
    assert seen == [False]
    assert gc.isenabled()
    assert [generation(thing) for thing in (things, things[0], things[-1])] == [2, 2, 2]


@generations
def test_garbage_from_before_does_not_get_old() -> None:
    left = circle()
    past_collector(some, b"x")
    assert left() is None


@generations
def test_the_old_have_their_turn_as_often_as_ever() -> None:
    turns: list[int] = []
    for _ in range(5):
        past_collector(some, b"x" * 100)
        turns.append(gc.get_count()[2])
    assert turns == [1, 2, 3, 4, 5]


@generations
def test_old_garbage_of_many_answers_is_collected_in_the_end() -> None:
    """Circles that were alive during an answer, and garbage after it."""
    left: list[weakref.ref[Thing]] = []
    for _ in range(3000):
        thing = Thing()
        thing.itself = thing
        left.append(weakref.ref(thing))
        past_collector(some, b"x" * 10)
        del thing
    # Makes many collections due, and one of the old, whose turn comes when a quarter of all is new.
    kept = [Thing() for _ in range(300_000 + len(gc.get_objects()) // 2)]
    assert kept
    assert left[0]() is None


@generations
def test_frozen_objects_stay_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    assert frozen
    assert len(past_collector(some, b"xx")) == 2
    assert gc.get_freeze_count() == frozen
    assert gc.isenabled()


@generations
def test_many_young_objects_are_left_alone() -> None:
    gc.set_threshold(100_000)
    kept = some(b"x" * 20_000)
    things = past_collector(some, b"x")
    assert generation(things[0]) == 0
    assert generation(kept[0]) == 0


def test_who_collects_nothing_goes_on_so() -> None:
    gc.disable()
    assert len(past_collector(some, b"x")) == 1
    assert not gc.isenabled()


def test_an_error_leaves_all_as_it_was() -> None:
    def fail(content: bytes) -> None:
        raise ValueError(content)

    with pytest.raises(ValueError, match="x"):
        past_collector(fail, b"x")
    assert gc.isenabled()


def test_without_generations_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "HAS_GENERATIONS", False)
    assert past_collector(lambda _: gc.isenabled(), b"x")


def test_many_threads_leave_it_as_it_was() -> None:
    lengths: list[int] = []

    def read() -> None:
        lengths.extend(len(past_collector(some, b"x" * 1000)) for _ in range(20))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert lengths == [1000] * 160
    assert gc.isenabled()
