"""Values of a shape, made by chance: right ones, and ones with something wrong in them."""

from __future__ import annotations

import copy
import datetime
import io
import string
from collections import UserDict, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .shapes import Choice, Constants, Fields, Items, Plain, Shape, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

DEEPEST = 5
TEXTS = ("", "x", "a/b", "Hello there", "é😀\u2028", " \n\t", "null", "0", "../x?y=1#z", "data:,x")
ODD_TEXTS = ("\ud83d", "\x00", "y" * 5000, "\r\nX-Injected: 1", "\ufeff", "NaN", "%2e%2e", "[DONE]")
INTEGERS = (0, 1, 2, -1, 7, 1_700_000_000, 2**31, 2**63 - 1)
NUMBERS = (0, 0.5, 1, 1.5, -2.25, 1e-9, 1e300)
TIMES = (
    datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
    datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=-5))),
)
JSON_JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1.5, 10**30, float("inf"), float("nan"), "", "x", "7", "1.5", "true", [], {}, [None],
    [[]], [{}], {"": None}, {"type": "hologram"}, {"type": None}, {"error": None}, [1, "x", None], {"index": "x"},
    *ODD_TEXTS)  # fmt: skip


class Unprintable:
    """Something that nothing can be asked."""

    def __repr__(self) -> str:
        raise OSError

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        raise OSError

    __hash__ = None  # type: ignore[assignment]


def _endless() -> list[Any]:
    inner: list[Any] = []
    inner.append(inner)
    return inner


def _deep() -> Any:
    value: Any = []
    for _ in range(2000):
        value = [value]
    return value


# Made anew each time, since some can be used up.
JUNK: tuple[Callable[[], Any], ...] = (
    object, Unprintable, _endless, _deep, lambda: b"\xff", lambda: {1}, lambda: (1, object()), lambda: int,
    lambda: print,
    lambda: 10**5000, lambda: float("nan"), lambda: float("inf"), lambda: {7: 7}, lambda: {None: {}},
    lambda: {"role": object()}, lambda: iter([{"role": "user"}]), lambda: io.BytesIO(b"x"), lambda: io.StringIO("x"),
    lambda: Path("no/such/file"), lambda: deque(["x"]), lambda: UserDict({"role": "user"}),
    lambda: ("a", b"x", "t", "z"),
    lambda: ("a\r\nX: y", b"x"), lambda: ("a", b"x", "t\r\nX: y"), lambda: ValueError("x"), lambda: range(3),
    lambda: TIMES[0].replace(tzinfo=None), lambda: datetime.date(2026, 1, 2), lambda: 1j)  # fmt: skip


class Sampler:
    """Makes values by chance.

    `wildness` is the share of places at which something wrong stands; `native` values are such as callers give
    (datetimes, tuples, any object), others are JSON.
    """

    def __init__(self, random: Random, *, wildness: float = 0.0, native: bool = False) -> None:
        self.random = random
        self.wildness = wildness
        self.native = native

    def chance(self, share: float) -> bool:
        """Tell whether something happens that does so in this share of cases."""
        return share > 0 and self.random.random() < share

    def choose(self, options: Sequence[Any]) -> Any:
        """Return one of some values."""
        return options[self.random.randrange(len(options))]

    def junk(self) -> Any:
        """Return something that is hardly right anywhere."""
        return self.choose(JUNK)() if self.native and self.chance(0.5) else copy.deepcopy(self.choose(JSON_JUNK))

    def value(self, shape: Shape, depth: int = 0) -> Any:  # noqa: PLR0911  # one for each kind of shape
        """Return a value of a shape."""
        if self.chance(self.wildness):
            return self.junk()
        if isinstance(shape, Plain):
            return self._plain(shape)
        if isinstance(shape, Constants):
            return self.choose(shape.values)
        if isinstance(shape, Choice):
            return self.value(self._member(shape, depth), depth + 1)
        if isinstance(shape, Items):
            return self._items(shape, depth)
        if isinstance(shape, Values):
            return {self._key(): self.value(shape.value, depth + 1) for _ in range(self._count(depth))}
        return self.fields(shape, depth)

    def fields(self, shape: Fields, depth: int = 0) -> dict[str, Any]:
        """Return an object: what is required, and some of the rest."""
        share = self.choose((0.0, 0.1, 0.5, 0.9)) if depth < DEEPEST else 0.0
        made: dict[str, Any] = {}
        for name, (field, is_required) in shape.fields.items():
            if self.chance(share) or (is_required and not self.chance(self.wildness / 4)):
                made[name] = self.value(field, depth + 1)
        if self.chance(self.wildness):
            made[self._key()] = self.junk()
        return made

    def _member(self, shape: Choice, depth: int) -> Any:
        """Choose a member; far down, one that ends soon."""
        simple = [member for member in shape.members if isinstance(member, (Plain, Constants))]
        return self.choose(simple if simple and depth >= DEEPEST else shape.members)

    def _items(self, shape: Items, depth: int) -> Any:
        items = [self.value(shape.item, depth + 1) for _ in range(self._count(depth))]
        return tuple(items) if self.native and self.chance(0.2) else items

    def _count(self, depth: int) -> int:
        return self.choose((0, 1, 1, 2, 3)) if depth < DEEPEST else 0

    def _key(self) -> str:
        return "".join(self.choose(string.ascii_lowercase) for _ in range(3))

    def _plain(self, shape: Plain) -> Any:
        makers: dict[str, Callable[[], Any]] = {
            "text": lambda: self.choose(TEXTS),
            "integer": lambda: self.choose(INTEGERS),
            "number": lambda: self.choose(NUMBERS),
            "boolean": lambda: self.choose((True, False)),
            "null": lambda: None,
            "time": self._time,
            "date": lambda: datetime.date(2026, 1, 2) if self.native else "2026-01-02",
            "bytes": lambda: b"x" if self.native else "x",
            "base64": lambda: self.choose((b"x", "eA==")) if self.native else "eA==",
            "object": dict,
            "anything": lambda: copy.deepcopy(self.choose((None, True, 7, 1.5, "x", [], {}, {"x": [1]}))),
        }
        return makers[shape.kind]()

    def _time(self) -> Any:
        moment = self.choose(TIMES)
        return moment if self.native else moment.isoformat().replace("+00:00", "Z")
