"""Functions written by hand, under `helpers`: each gets a module in `funcs` and a method, like all the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .templating import render

if TYPE_CHECKING:
    from .. import ir


@dataclass(frozen=True)
class Helper:
    """A function written by hand: its resource, its name there, and how it becomes a method."""

    resource: str
    name: str
    kind: str

    @property
    def function(self) -> str:
        """The function's name."""
        return f"{self.resource}_{self.name}"

    @property
    def methods(self) -> list[tuple[str, str, str]]:
        """The methods: name, function, and what of `lib/resource.py` makes the one of the other."""
        if self.kind == "static":
            return [(self.name, self.function, "unwrapping_static")]
        own = [(self.name, self.function, "unwrapping")]
        twin = (f"{self.name}_async", f"{self.function}_async", "unwrapping_async")
        return [*own, twin] if self.kind == "asynchronous" else own


def helpers_of(api: ir.Api) -> list[Helper]:
    """Return the functions that overrides.toml lists."""
    return [Helper(resource, name, kind) for (resource, name), kind in sorted(api.helpers.items())]


def helper_files(api: ir.Api) -> dict[str, str]:
    """Return the module of each function."""
    return {f"funcs/{helper.function}.py": render("helper.jinja", helper=helper) for helper in helpers_of(api)}
