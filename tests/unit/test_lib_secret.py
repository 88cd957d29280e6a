"""lib.secret: a string that doesn't show."""

from __future__ import annotations

import copy
import pickle

import pytest

from openrouter_sdk.lib.secret import Secret

KEY = "sk-or-v1-hidden"


@pytest.mark.parametrize("shown", [repr(Secret(KEY)), str(Secret(KEY)), f"{Secret(KEY)}", f"{[Secret(KEY)]}"])
def test_it_doesnt_show(shown: str) -> None:
    assert KEY not in shown
    assert "***" in shown


def test_reveal_returns_the_string() -> None:
    assert Secret(KEY).reveal() == KEY


def test_it_is_as_true_as_its_string() -> None:
    assert Secret(KEY)
    assert not Secret("")


def test_equal_strings_make_equal_secrets() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert len({Secret(KEY), Secret(KEY)}) == 1
    assert Secret(KEY) != Secret("other")
    assert Secret(KEY) != KEY


def test_it_has_no_dict_to_look_into() -> None:
    assert not hasattr(Secret(KEY), "__dict__")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_works_and_doesnt_show_it(protocol: int) -> None:
    pickled = pickle.dumps(Secret(KEY), protocol)
    assert KEY.encode() not in pickled
    assert pickle.loads(pickled).reveal() == KEY  # noqa: S301  # made here


def test_a_copy_is_equal() -> None:
    assert copy.deepcopy(Secret(KEY)) == Secret(KEY)
