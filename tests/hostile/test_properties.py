"""For every operation: arguments, replies and streams made up at random, 100 of each (`scripts/fuzz` makes more).

What must hold stands in scripts/fuzzing: no function raises, what is refused isn't sent, and nothing that came is lost.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest
from fuzzing.arguments import try_arguments
from fuzzing.lab import FACES, MOST_WRONG, Case, Lab, Subject, subjects
from fuzzing.replies import try_reply
from fuzzing.streams import try_stream
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
STREAMING = [name for name, subject in subjects().items() if subject.operation.events]
# The same examples in every run, and none kept between runs.
stable = settings(
    max_examples=100, derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False)  # fmt: skip
SEEDS = st.integers(0, 2**64)
WRONG = st.integers(0, MOST_WRONG)


@contextmanager
def ordinary_stack() -> Iterator[None]:
    """Recursion ends where it does outside: Hypothesis allows for so much that what never ends breaks the process."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(list(traceback.walk_stack(None))) + 1000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def attempt(  # noqa: PLR0913, PLR0917  # what an example consists of
    what: Callable[[Lab, Subject, Case], str], lab: Lab, name: str, face: str, wrong: int, seed: int
) -> None:
    with ordinary_stack():
        what(lab, subjects()[name], Case(face, wrong, Random(seed)))  # noqa: S311  # no secret


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab()
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def strict_lab() -> Iterator[Lab]:
    lab = Lab(strict=True)
    yield lab
    lab.close()


@pytest.mark.parametrize("name", subjects())
@stable
@given(face=st.sampled_from(FACES), wrong=WRONG, seed=SEEDS)
def test_arguments_are_sent_or_refused(lab: Lab, name: str, face: str, wrong: int, seed: int) -> None:
    attempt(try_arguments, lab, name, face, wrong, seed)


@pytest.mark.parametrize("name", subjects())
@stable
@given(face=st.sampled_from(FACES), wrong=WRONG, seed=SEEDS)
def test_nothing_that_came_is_lost(lab: Lab, name: str, face: str, wrong: int, seed: int) -> None:
    attempt(try_reply, lab, name, face, wrong, seed)


@pytest.mark.parametrize("name", STREAMING)
@stable
@given(face=st.sampled_from(FACES), wrong=WRONG, seed=SEEDS)
def test_streams_are_read_and_collected_whatever_is_in_them(
    lab: Lab, name: str, face: str, wrong: int, seed: int
) -> None:
    attempt(try_stream, lab, name, face, wrong, seed)


@pytest.mark.parametrize("name", subjects())
@settings(stable, max_examples=10)
@given(face=st.sampled_from(FACES), wrong=WRONG, seed=SEEDS)
def test_a_strict_core_never_raises(strict_lab: Lab, name: str, face: str, wrong: int, seed: int) -> None:
    attempt(try_reply, strict_lab, name, face, wrong, seed)
