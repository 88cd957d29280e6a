"""From samples to figures, and to lines of the table."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.measuring import Samples
    from benchmarks.rows import Row

OTHERS = ("official", "openai")
MARKDOWN = """| what | against | this package | bar | official `openrouter` | `openai` |
| --- | --- | --- | --- | --- | --- |
"""


def _compare(row: Row, samples: Samples) -> float:
    """Return a round's figure: the median over pairs of neighbouring slices.

    The two slices of a pair are taken within a tenth of a second, and what slows a machine down mostly lasts longer: it
    slows both. With slices of 10 ms this moves by 1 or 2 % from round to round, and by 4 % on a machine that is busy
    with other things; the ratio of the contenders' medians, lower quartiles or minimums moves as much or twice as much.
    """
    first, second = (samples[name] for name in row.compared)
    if row.kind == "ratio":
        return statistics.median(one / other for one, other in zip(first, second, strict=True))
    if row.kind == "difference":
        return statistics.median(one - other for one, other in zip(first, second, strict=True))
    return statistics.median(first)


@dataclass(frozen=True)
class Result:
    """What the rounds of a row came to."""

    row: Row
    rounds: list[Samples]

    @property
    def figures(self) -> list[float]:
        """The figure of each round, in order of size."""
        return sorted(_compare(self.row, samples) for samples in self.rounds)

    @property
    def figure(self) -> float:
        """The figure that the bar is for: rounds differ, as each has new processes."""
        return statistics.median(self.figures)

    @property
    def holds(self) -> bool | None:
        """Tell whether the figure is within the bar, if there is one."""
        return None if self.row.bar is None else self.figure <= self.row.bar

    @property
    def values(self) -> dict[str, float]:
        """Each contender's seconds or bytes: the least that was measured, as disturbances only add."""
        return {name: min(min(samples[name]) for samples in self.rounds) for name in self.row.cases}

    def as_json(self) -> dict[str, object]:
        """Return all there is to know, in seconds and bytes."""
        row = self.row
        return {
            "title": row.title,
            "against": row.against,
            "kind": row.kind,
            "bar": row.bar,
            "figure": self.figure,
            "rounds": self.figures,
            "holds": self.holds,
            "values": self.values,
        }

    def _shown(self, figure: float) -> str:
        unit, sign = self.row.unit, "+" if self.row.kind == "difference" else ""
        return f"{figure:.2f}" if self.row.kind == "ratio" else f"{figure * unit.factor:{sign}.2f} {unit.name}"

    @property
    def _bar(self) -> str:
        return "" if self.row.bar is None else self._shown(self.row.bar)

    def markdown(self) -> str:
        """Return the row's line of the README's table."""
        cells = (self.row.title, self.row.against, self._shown(self.figure), self._bar, *map(self._other, OTHERS))
        return f"| {' | '.join(cells)} |"

    def _other(self, name: str) -> str:
        """Return what another package's figure would be."""
        values = self.values
        if name not in values:
            return ""
        value, base = values[name], values[self.row.compared[1]]
        return self._shown({"ratio": value / base, "difference": value - base, "value": value}[self.row.kind])

    def line(self) -> str:
        """Return the row's line of the table."""
        verdict = {None: "", True: "holds", False: "FAILS"}[self.holds]
        rounds = f"{self._shown(self.figures[0])} to {self._shown(self.figures[-1])}"
        what = f"{self.row.title:<47}{self.row.against:<38}"
        return f"{what}{self._shown(self.figure):>10}{self._bar:>10}  {verdict:<7}{rounds:<24}{self._contenders()}"

    def _contenders(self) -> str:
        """Name every contender's value, and what it is to that of the one compared with."""
        values, unit = self.values, self.row.unit
        base = values[self.row.compared[1]]
        ratios = {
            name: f" ({value / base:.2f})" if name not in self.row.compared else "" for name, value in values.items()
        }
        shown = [f"{name} {value * unit.factor:.4g} {unit.name}{ratios[name]}" for name, value in values.items()]
        return ", ".join(shown)
