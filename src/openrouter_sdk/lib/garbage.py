"""Reading a large answer past CPython's garbage collector.

The objects of an answer are no garbage while they are made, and refer to each other in no circles. Still Python looks
through those that are young, over and over: a quarter of the time of an answer of 400 models. Here they are made while
no collection runs, and made old at once. All that was young before is collected first, so that nothing else gets old
before its time, and old objects are collected as often as ever.
"""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

HAS_GENERATIONS = (
    sys.implementation.name == "cpython" and sys.version_info < (3, 14) and "free-threading" not in sys.version
)
# Objects; what an answer of 400 models consists of. Collecting more than that beforehand wouldn't pay.
_MANY = 10_000
# Objects; Python 3.12 freezes some hundreds when it starts, a program that freezes its own far more.
_FROZEN_AT_START = 1000
_reading = threading.Lock()


def past_collector(make: Callable[[bytes], T], content: bytes) -> T:
    """Return `make(content)`, whose objects the collector doesn't see while they are young."""
    if not (HAS_GENERATIONS and gc.isenabled() and _young() < _MANY and _reading.acquire(blocking=False)):
        return make(content)
    try:
        gc.collect(1)
        collections = gc.get_count()[2]
        gc.disable()
        try:
            return make(content)
        finally:
            _make_old(collections)
            gc.enable()
    finally:
        _reading.release()


def _young() -> int:
    """Return about how many objects are young: those since the last collection, and those that survived some."""
    count, survived, _ = gc.get_count()
    return count + survived * gc.get_threshold()[0]


def _make_old(collections: int) -> None:
    """Make all young objects old, unless the program has frozen objects, which this would thaw.

    Freezing forgets how many collections of the young there were, after which the old have their turn. They are made
    up for; since nothing is young now, they cost nothing.
    """
    if gc.get_freeze_count() > _FROZEN_AT_START:
        return
    gc.freeze()
    gc.unfreeze()
    for _ in range(collections):
        gc.collect(1)
