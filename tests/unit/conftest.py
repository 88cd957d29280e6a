"""What the unit tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from openrouter_sdk.lib.operation import Checked, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping


class MakeCall(Protocol):
    def __call__(
        self, arguments: Mapping[str, Any], options: Mapping[str, Any] | None = None, **operation: Any
    ) -> Checked: ...


@pytest.fixture
def make_call() -> MakeCall:
    """Make a call whose arguments were checked, to an operation made up for the test."""

    def make(arguments: Mapping[str, Any], options: Mapping[str, Any] | None = None, **operation: Any) -> Checked:
        given: dict[str, Any] = {"method": "GET", "path": "/things", "params": "", "success": {}, "errors": None}
        return Checked(Operation(id="op", **{**given, **operation}), arguments, options or {})

    return make
