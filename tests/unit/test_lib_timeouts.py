"""lib.timeouts: numbers and httpx's and httpx2's own."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2
import pytest

from openrouter_sdk.lib.timeouts import DEFAULT, phases


def test_the_default_waits_10_seconds_for_a_connection_and_600_for_bytes() -> None:
    assert (DEFAULT["connect"], DEFAULT["read"]) == (10.0, 600.0)


@pytest.mark.parametrize("number", [5, 0.25])
def test_a_number_sets_the_read_time_out_alone(number: float) -> None:
    assert phases(number) == {**DEFAULT, "read": float(number)}


@pytest.mark.parametrize("module", [httpx, httpx2])
def test_an_object_sets_every_phase(module: Any) -> None:
    timeout = module.Timeout(1, read=2, pool=None)
    assert phases(timeout) == {"connect": 1, "read": 2, "write": 1, "pool": None}


@pytest.mark.parametrize("bad", [0, -1, True, float("nan"), "5", None, (1, 2)])
def test_anything_else_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="an httpx"):
        phases(bad)


def test_infinity_is_refused() -> None:
    with pytest.raises(ValueError, match="an httpx"):
        phases(float("inf"))
