"""Changes to JSON values, to bytes, and to how bytes are cut into pieces."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .samples import ODD_TEXTS, Sampler
from .values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BYTES = (b"\x00", b"\xff", b"\r", b"\n", b"\n\n", b"\r\n", b":", b"data: ", b"data: [DONE]\n\n", b"{", b"}", b'"',
          b"\xef\xbb\xbf",
          b"\\", b"data: null\n\n", b": hi\n\n", b"event: error\n", b"id\n", b"retry: x\n")  # fmt: skip


class Mutator(Sampler):
    """Makes changes by chance."""

    def mutated(self, value: Any, changes: int) -> Any:
        """Return a copy of a JSON value, with changes here and there."""
        holder = [copy.deepcopy(value)]
        for _ in range(changes):
            places = list(_places(holder, deepest=12))
            self._change(*self.choose(places))
        return holder[0]

    def _change(self, holder: Any, key: Any) -> None:
        old = holder[key]
        change = self.choose((self._null, self._junk, self._retype, self._drop, self._rename, self._insert, self._odd))
        change(holder, key, old)

    def _null(self, holder: Any, key: Any, _: Any) -> None:
        holder[key] = None

    def _junk(self, holder: Any, key: Any, _: Any) -> None:
        holder[key] = self.junk()

    def _retype(self, holder: Any, key: Any, old: Any) -> None:
        forms: list[Any] = [[old], {"value": old}, str(old)[:100]]
        if isinstance(old, str):
            forms += [len(old), old.upper(), f"{old}x"]
        if isinstance(old, (int, float)):
            forms += [-old, str(old), not old]
        if is_array(old) and old:
            forms += [old[0], old * 2, {"0": old[0]}]
        if is_object(old) and old:
            forms += [list(old.values()), next(iter(old.values()))]
        holder[key] = self.choose(forms)

    def _drop(self, holder: Any, key: Any, _: Any) -> None:
        if is_object(holder) or len(holder) > 1:
            del holder[key]

    def _rename(self, holder: Any, key: Any, old: Any) -> None:
        if is_object(holder):
            del holder[key]
            holder[self.choose((str(key) + "_", str(key).upper(), "", "odd"))] = old

    def _insert(self, holder: Any, key: Any, old: Any) -> None:
        if is_object(old):
            old[self.choose(("odd", "type", "index", "id", "usage", "model_", "copy", "__class__", "raw"))] = (
                self.junk()
            )
        elif is_array(old):
            old.insert(self.random.randrange(len(old) + 1), self.junk())
        else:
            holder[key] = [old, self.junk()]

    def _odd(self, holder: Any, key: Any, old: Any) -> None:
        if isinstance(old, str):
            holder[key] = self.choose(("zzz", old + self.choose(ODD_TEXTS), *ODD_TEXTS))
        elif isinstance(old, (int, float)):
            holder[key] = self.choose((-1, 1e308, 2**70, 0.1, float("inf"), float("nan"), True))

    def mutated_bytes(self, data: bytes, changes: int) -> bytes:
        """Return bytes with changes here and there."""
        for _ in range(changes):
            place, other = sorted((self.random.randrange(len(data) + 1), self.random.randrange(len(data) + 1)))
            inserted = self.choose(_BYTES)
            forms = (
                data[:place] + inserted + data[place:],
                data[:place] + data[place + 1 :],
                data[:place] + data[min(other, place + 30) :],
                data[:place],
                data[:other] + data[place:],
            )
            data = self.choose(forms)[:100_000]
        return data

    def cut(self, data: bytes) -> list[bytes]:
        """Cut bytes into pieces."""
        step = self.choose((1, 3, 17, 100, len(data) or 1))
        return [data[place : place + step] for place in range(0, len(data), step)]


def _places(holder: Any, deepest: int) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a value, as what holds it and its key."""
    keys: Iterable[Any] = list(holder) if is_object(holder) else range(len(holder))
    for key in keys:
        yield holder, key
        if isinstance(holder[key], (dict, list)) and deepest:
            yield from _places(holder[key], deepest - 1)
