"""lib.arguments: what is rejected before anything is sent, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import httpx
import pytest
from typing_extensions import Required

from openrouter_sdk.errors import SDKValidationError
from openrouter_sdk.funcs.chat_send import OPERATION as CHAT
from openrouter_sdk.funcs.credits_get_credits import OPERATION as CREDITS
from openrouter_sdk.lib.arguments import OPTIONS, check, takes_text
from openrouter_sdk.lib.model import OPEN

HELLO = [{"role": "user", "content": "Hello"}]


def rejected(**given: Any) -> SDKValidationError:
    with pytest.raises(SDKValidationError) as refused:
        check(CHAT, given)
    return refused.value


def places(error: SDKValidationError) -> list[tuple[object, ...]]:
    return [problem["loc"] for problem in error.errors]


def test_arguments_and_options_are_told_apart() -> None:
    checked = check(CHAT, {"messages": HELLO, "model": "m", "timeout": 5, "extra_body": {"a": 1}})
    assert checked.arguments == {"messages": HELLO, "model": "m"}
    assert checked.options == {"timeout": 5, "extra_body": {"a": 1}}


def test_options_are_those_that_the_design_promises() -> None:
    headers = {"http_referer", "app_title", "app_categories"}
    others = {"timeout", "retries", "retry_codes", "server_url", "extra_headers", "extra_query", "extra_body"}
    assert headers | others == OPTIONS


def test_a_missing_argument_is_named() -> None:
    error = rejected(model="m")
    assert places(error) == [("messages",)]
    assert error.errors[0]["type"] == "missing"


def test_a_misspelt_argument_gets_a_hint() -> None:
    error = rejected(messages=HELLO, max_token=5)
    assert places(error) == [("max_token",)]
    assert "did you mean 'max_tokens'?" in str(error)


def test_an_argument_like_no_other_gets_another_hint() -> None:
    assert "extra_body" in str(rejected(messages=HELLO, xyzzy=1))


def test_an_operation_without_arguments_takes_none() -> None:
    with pytest.raises(SDKValidationError, match="limit"):
        check(CREDITS, {"limit": 5})


def test_an_operation_without_arguments_takes_options() -> None:
    assert check(CREDITS, {"retries": 0}).options == {"retries": 0}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"messages": "Hello"}, ("messages",)),
        ({"messages": [{"role": "user", "content": 5}]}, ("messages", 0, "content")),
        ({"messages": [{"role": "user"}]}, ("messages", 0, "content")),
        ({"messages": HELLO, "temperature": "warm"}, ("temperature",)),
        ({"messages": HELLO, "max_tokens": "5"}, ("max_tokens",)),
        ({"messages": HELLO, "max_tokens": 5.5}, ("max_tokens",)),
        ({"messages": HELLO, "logprobs": "yes"}, ("logprobs",)),
        ({"messages": HELLO, "model": None}, ("model",)),
        ({"messages": HELLO, "provider": {"order": "openai"}}, ("provider", "order")),
        (
            {"messages": HELLO, "tools": [{"type": "function", "function": {"name": 5}}]},
            ("tools", 0, "function", "name"),
        ),
        ({"messages": HELLO, "extra_headers": {"X": 1}}, ("extra_headers", "X")),
        ({"messages": HELLO, "retries": "2"}, ("retries",)),
        ({"messages": HELLO, "server_url": 1}, ("server_url",)),
    ],
)
def test_a_wrong_json_type_is_told_by_its_place(given: dict[str, Any], place: tuple[object, ...]) -> None:
    found = places(rejected(**given))
    assert all(loc[: len(place)] == place for loc in found)
    assert found


@pytest.mark.parametrize(
    "given",
    [
        {"messages": [{"role": "user", "content": "Hello", "new": 1}]},
        {"messages": [{"role": "narrator", "content": 5}]},
        {"messages": [{"content": "no role"}]},
        {"messages": []},
        {"messages": tuple(HELLO)},
        {"messages": HELLO, "temperature": 99},
        {"messages": HELLO, "temperature": 1},
        {"messages": HELLO, "max_tokens": None},
        {"messages": HELLO, "service_tier": "of tomorrow"},
        {"messages": HELLO, "provider": {"new_preference": True, "order": ["nobody"]}},
        {"messages": HELLO, "tools": [{"type": "openrouter:tomorrow", "parameters": {"a": 1}}]},
    ],
)
def test_what_the_server_may_know_better_passes(given: dict[str, Any]) -> None:
    checked = check(CHAT, given)
    assert {name: list(value) if name == "messages" else value for name, value in checked.arguments.items()} == {
        **given,
        "messages": list(given["messages"]),
    }


def test_an_iterator_of_messages_is_read() -> None:
    assert check(CHAT, {"messages": iter(HELLO)}).arguments == {"messages": HELLO}


def test_all_problems_are_told_at_once_and_the_message_has_three() -> None:
    error = rejected(modell="m", temperature="warm", top_k="x", seed="y")
    assert len(error.errors) == 5
    assert "and 2 more" in str(error)
    assert error.pretty().startswith("5 problems:")


def test_the_error_holds_what_was_given() -> None:
    assert rejected(model="m").raw_value == {"model": "m"}


def test_what_was_given_isnt_changed() -> None:
    message = {"role": "user", "content": "Hello", "new": 1}
    given = {"messages": [message]}
    check(CHAT, given)
    assert given == {"messages": [message]}
    assert given["messages"][0] is message


@pytest.mark.parametrize("timeout", [5, 0.5, None, httpx.Timeout(5)])
def test_time_outs_of_all_kinds_are_left_to_lib_timeouts(timeout: Any) -> None:
    assert check(CREDITS, {"timeout": timeout}).options == {"timeout": timeout}


TYPES: list[tuple[Any, bool]] = [
    (str, True),
    (Required[str], True),
    (str | None, True),
    (Sequence[int] | str, True),
    (Annotated[str, OPEN], True),
    (Annotated[str | None, OPEN], True),
    (Literal["a"], False),
    (Annotated[str, "something else"], False),
    (Sequence[str], False),
    (int | None, False),
    (Any, False),
]


@pytest.mark.parametrize(("kind", "expected"), TYPES)
def test_what_takes_any_text(kind: Any, *, expected: bool) -> None:
    assert takes_text(kind) is expected
