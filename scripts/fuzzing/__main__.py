"""Makes as many calls as it is told, and prints what came of them; ends with status 1 if anything was wrong."""

from __future__ import annotations

import argparse
import gc
import re
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from .arguments import try_arguments
from .lab import FACES, MOST_WRONG, Case, Lab, subjects
from .replies import try_reply
from .streams import try_stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lab import Subject

TRIES: dict[str, Callable[[Lab, Subject, Case], str]] = {
    "arguments": try_arguments, "replies": try_reply, "streams": try_stream}  # fmt: skip
# How the rounds are shared out: a round of streams makes five calls.
SHARES = ("arguments",) * 5 + ("replies",) * 8 + ("streams",)
WRONG = (0, 0, 1, 1, 1, 2, 3, 5, MOST_WRONG)
SHOWN = 60
# Names, numbers and values, which differ where the cause is the same.
_VARYING = re.compile(r"\S*\.\S+|\S*\d\S*|'[^']*'")


@dataclass
class Failures:
    """What went wrong, by what was said; of each kind the first example."""

    counts: Counter[str] = field(default_factory=Counter[str])
    examples: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    def add(self, key: str, name: str, error: BaseException) -> None:
        """Count an error."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {str(error)[:200]}"
        kind = _VARYING.sub("…", text)
        self.counts[kind] += 1
        self.examples.setdefault(kind, (text, f"--replay {key} ({name}; {frame.filename}:{frame.lineno})"))

    def show(self) -> None:
        """Print them, the frequent ones first."""
        for kind, count in self.counts.most_common(SHOWN):
            text, example = self.examples[kind]
            print(f"{count:6} x {text}\n         {example}")


class Fuzzer:
    """Makes rounds of calls; each is made up of the seed and its number alone."""

    def __init__(self, seed: str, only: str, kinds: tuple[str, ...]) -> None:
        self._seed = seed
        self._kinds = kinds
        self._names = [name for name in subjects() if only in name]
        self._labs = [Lab(), Lab(), Lab(), Lab(strict=True)]
        self.failures = Failures()
        self.outcomes: Counter[str] = Counter()
        self.operations: Counter[str] = Counter()

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return sum(lab.calls for lab in self._labs)

    def round(self, number: int) -> None:
        """Make the calls of one round."""
        key = f"{self._seed}/{number}"
        try:
            self.play(key)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            self.failures.add(key, self._name, error)

    def play(self, key: str) -> None:
        """Make the calls of the round of this seed and number."""
        random = Random(key)  # noqa: S311  # no secret
        kind = random.choice(self._kinds)
        fitting = [name for name in self._names if kind != "streams" or subjects()[name].operation.events]
        self._name = random.choice(fitting or list(subjects()))
        lab = random.choice(self._labs if kind == "replies" else self._labs[:3])
        case = Case(random.choice(FACES), random.choice(WRONG), random)
        self.operations[self._name] += 1
        self.outcomes[f"{kind}: {TRIES[kind](lab, subjects()[self._name], case)}"] += 1

    def close(self) -> None:
        """Close the clients; what was dropped may still have something to say."""
        gc.collect()
        for lab in self._labs:
            lab.close()

    def show(self, seconds: float) -> None:
        """Print figures."""
        wrong = sum(self.failures.counts.values())
        print(f"{self.calls} calls of {len(self.operations)} operations in {seconds:.0f} s, seed {self._seed}")
        print(f"{wrong} failures")
        for outcome, count in sorted(self.outcomes.items()):
            print(f"{count:8} {outcome}")
        least, most = min(self.operations.values(), default=0), max(self.operations.values(), default=0)
        print(f"{least} to {most} rounds an operation")
        self.failures.show()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("calls", type=int, nargs="?", default=100_000, help="how many calls to make")
    parser.add_argument("--seed", default="1", help="what all of them are made up of")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the functions whose name has TEXT in it")
    parser.add_argument("--kind", choices=TRIES, help="only what is tried so")
    parser.add_argument("--replay", metavar="SEED/NUMBER", help="make the calls of one round, and show the failure")
    return parser.parse_args()


def main() -> int:
    """Run, and return the exit status."""
    given = arguments()
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", DeprecationWarning)  # some of the methods are deprecated
    fuzzer = Fuzzer(given.seed, given.only, (given.kind,) if given.kind else SHARES)
    unraisable: list[Any] = []
    sys.unraisablehook = unraisable.append
    if given.replay:
        fuzzer.play(given.replay)
    started, number = time.monotonic(), 0
    while not given.replay and fuzzer.calls < given.calls:
        fuzzer.round(number)
        number += 1
    fuzzer.close()
    fuzzer.show(time.monotonic() - started)
    for noise in unraisable:
        print("unraisable:", noise.exc_value)
    return bool(fuzzer.failures.counts or unraisable)


if __name__ == "__main__":
    sys.exit(main())
