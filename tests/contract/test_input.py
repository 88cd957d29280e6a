"""Validation rejects only what the API surely rejects, and then nothing is sent (promises 3 and 11)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Ok, errors
from openrouter_sdk.funcs.api_keys_create import api_keys_create
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.funcs.models_list import models_list
from openrouter_sdk.funcs.presets_get import presets_get

from .support import HELLO, KEY, Recorder, error_of

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouterCore, Result
    from openrouter_sdk.testing import FakeOpenRouter

    from .support import Caller, MakeCore


def rejected(call: Caller, core: OpenRouterCore, function: Any, params: dict[str, Any]) -> errors.SDKValidationError:
    """Return the error of a call that must send nothing."""
    recorder = Recorder()
    result: Result[object, Exception] = call(function, core.with_options(**recorder.clients()), **params)
    assert not recorder.requests
    return error_of(result, errors.SDKValidationError)


def test_rejected_input_never_reaches_the_server(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    error_of(call(chat_send, core), errors.SDKValidationError)
    assert fake.requests == []


def test_a_missing_argument_is_named(core: OpenRouterCore, call: Caller) -> None:
    error = rejected(call, core, chat_send, {})
    assert error.errors == [{"loc": ("messages",), "type": "missing", "msg": "This argument is required"}]
    assert error.pretty() == "1 problem:\n  - messages: This argument is required"
    assert error.raw_value == {}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"messages": "Hello"}, "messages"),
        ({"messages": None}, "messages"),
        ({"messages": {"role": "user"}}, "messages"),
        ({"messages": ["Hello"]}, "messages.0"),
        ({"messages": [{"role": "user"}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": 7}]}]}, "messages.0.content"),
        ({"messages": HELLO, "temperature": "1"}, "temperature"),
        ({"messages": HELLO, "temperature": True}, "temperature"),
        ({"messages": HELLO, "max_tokens": "1"}, "max_tokens"),
        ({"messages": HELLO, "max_tokens": 1.5}, "max_tokens"),
        ({"messages": HELLO, "model": 7}, "model"),
        ({"messages": HELLO, "model": b"x"}, "model"),
        ({"messages": HELLO, "models": "x"}, "models"),
        ({"messages": HELLO, "provider": {"order": "x"}}, "provider.order"),
        ({"messages": HELLO, "provider": []}, "provider"),
    ],
)
def test_a_wrong_json_type_is_rejected_where_it_stands(
    core: OpenRouterCore, call: Caller, given: dict[str, Any], place: str
) -> None:
    error = rejected(call, core, chat_send, given)
    places = [".".join(map(str, problem["loc"])) for problem in error.errors]
    assert any(found.startswith(place) for found in places), places
    assert str(error).startswith("chat_send: ")
    assert place.replace(".0", "[0]") in str(error)


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("max_token", "max_tokens"), ("temprature", "temperature"), ("message", "messages")]
)
def test_a_misspelt_argument_gets_a_hint(core: OpenRouterCore, call: Caller, misspelt: str, meant: str) -> None:
    error = rejected(call, core, chat_send, {"messages": HELLO, misspelt: 1})
    assert f"{misspelt}: There is no such argument; did you mean {meant!r}?" in str(error)


def test_an_argument_like_no_other_gets_the_way_around(core: OpenRouterCore, call: Caller) -> None:
    assert "put it into extra_body" in str(rejected(call, core, chat_send, {"messages": HELLO, "qqqqqqqq": 1}))


def test_a_misspelt_option_gets_a_hint(core: OpenRouterCore, call: Caller) -> None:
    assert "did you mean 'timeout'?" in str(rejected(call, core, credits_get_credits, {"timeuot": 1}))


def test_all_problems_are_told_at_once(core: OpenRouterCore, call: Caller) -> None:
    error = rejected(call, core, chat_send, {"temprature": 1, "max_tokens": "1", "model": 7, "top_p": "x", "seed": "x"})
    assert len(error.errors) >= 6
    assert error.pretty().count("\n  - ") == len(error.errors)
    assert "more; see .pretty()" in str(error)


def test_unknown_nested_fields_tags_and_values_are_the_servers_business(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    body: dict[str, Any] = {
        "messages": [
            {"role": "user", "content": [{"type": "hologram", "rays": [1, {"x": None}]}], "mood": "glad"},
            {"role": "oracle", "words": 7},
        ],
        "model": "nobody/nothing",
        "reasoning": {"effort": "gigantic", "depth": 7},
        "provider": {"sort": "beauty", "new": {"deep": True}},
        "tools": [{"type": "openrouter:telepathy", "range": 7}],
        "plugins": [{"id": "brand-new", "x": 1}],
        "temperature": 1_000,
        "max_tokens": -7,
    }
    call(chat_send, core, **body)
    assert fake.requests[0].json() == body


def test_what_is_left_out_is_not_sent_and_none_is_null(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    call(chat_send, core, messages=HELLO, temperature=None, provider=None)
    assert fake.requests[0].json() == {"messages": HELLO, "temperature": None, "provider": None}


def test_sequences_and_mappings_of_any_kind_are_taken(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(chat_send, core, messages=tuple(HELLO), models=("a", "b"), temperature=1)
    assert fake.requests[0].json() == {"messages": HELLO, "models": ["a", "b"], "temperature": 1}


def test_a_moment_is_sent_as_iso_8601(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    call(api_keys_create, core, name="k", expires_at=moment)
    assert fake.requests[0].json() == {"name": "k", "expires_at": "2026-01-02T03:04:05Z"}


def test_query_arguments_are_encoded(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(models_list, core, q="a&b=c d/é+", limit=2)
    assert fake.requests[0].query == {"q": ["a&b=c d/é+"], "limit": ["2"]}


LOOP: dict[str, Any] = {}
LOOP["loop"] = LOOP


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), [{"x": float("nan")}], object(), print, LOOP, "\ud800"],
    ids=["nan", "inf", "-inf", "nested nan", "object", "function", "cycle", "surrogate"],
)
def test_what_json_cannot_hold_is_rejected(core: OpenRouterCore, call: Caller, value: object) -> None:
    error = rejected(call, core, chat_send, {"messages": HELLO, "extra_body": {"x": value}})
    assert "can't be written as JSON" in str(error)


def test_not_a_number_is_rejected_as_an_argument_too(core: OpenRouterCore, call: Caller) -> None:
    rejected(call, core, chat_send, {"messages": HELLO, "temperature": float("nan")})


def test_the_words_of_not_a_number_are_a_text_like_others(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    messages = [{"role": "user", "content": "NaN, Infinity or -Infinity?"}]
    assert isinstance(call(chat_send, core, messages=messages), Ok)
    assert fake.requests[0].json() == {"messages": messages}


SURROGATE = "\ud800"


@pytest.mark.parametrize(
    ("function", "given"),
    [
        (presets_get, {"slug": SURROGATE}),
        (models_list, {"q": SURROGATE}),
        (credits_get_credits, {"app_title": SURROGATE}),
        (credits_get_credits, {"extra_headers": {"x": SURROGATE}}),
        (credits_get_credits, {"extra_headers": {"é": "x"}}),
        (credits_get_credits, {"extra_query": {"x": SURROGATE}}),
    ],
    ids=["path", "query", "title", "header", "header name", "extra query"],
)
def test_text_that_cannot_be_encoded_is_rejected(
    core: OpenRouterCore, call: Caller, function: Any, given: dict[str, Any]
) -> None:
    rejected(call, core, function, given)


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": "1"},
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": True},
        {"timeout": float("nan")},
        {"retries": "1"},
        {"retries": -1},
        {"retries": 1.5},
        {"retries": True},
        {"retry_codes": 503},
        {"retry_codes": ["5Y"]},
        {"retry_codes": [None]},
        {"server_url": 7},
        {"extra_headers": "x"},
        {"extra_headers": {"x": 1}},
        {"extra_headers": {"x": None}},
        {"extra_query": "x"},
        {"extra_query": [("x", 1)]},
        {"extra_body": "x"},
        {"extra_body": [1]},
        {"app_title": 7},
        {"http_referer": b"x"},
        {"app_categories": ["x"]},
    ],
    ids=str,
)
def test_an_option_of_the_wrong_type_is_rejected(core: OpenRouterCore, call: Caller, options: dict[str, Any]) -> None:
    error = rejected(call, core, credits_get_credits, options)
    assert str(error.errors[0]["loc"][0]) in options


@pytest.mark.parametrize(
    "options", [{"timeout": "1"}, {"timeout": 0}, {"retries": -1}, {"retries": "1"}, {"retry_codes": ["5Y"]}], ids=str
)
def test_an_option_of_the_core_is_checked_by_the_call(
    make_core: MakeCore, call: Caller, options: dict[str, Any]
) -> None:
    rejected(call, make_core(**options), credits_get_credits, {})


BREAKS = ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00b"]


@pytest.mark.parametrize("text", BREAKS)
@pytest.mark.parametrize("name", ["app_title", "http_referer", "app_categories", "api_key", "user_agent"])
def test_a_line_break_in_a_header_is_rejected(make_core: MakeCore, call: Caller, name: str, text: str) -> None:
    error = rejected(call, make_core(**{name: text}), credits_get_credits, {})
    assert error.errors[0]["loc"] == (name,)


@pytest.mark.parametrize("text", BREAKS)
@pytest.mark.parametrize("name", ["app_title", "http_referer", "app_categories"])
def test_a_line_break_in_a_header_of_one_call_is_rejected(
    core: OpenRouterCore, call: Caller, name: str, text: str
) -> None:
    assert rejected(call, core, credits_get_credits, {name: text}).errors[0]["loc"] == (name,)


@pytest.mark.parametrize("extra", [{"x": "a\r\nb"}, {"x\r\ny": "a"}, {"x": "a\x00"}])
def test_a_line_break_in_an_extra_header_is_rejected(core: OpenRouterCore, call: Caller, extra: dict[str, str]) -> None:
    assert "extra_headers" in str(rejected(call, core, credits_get_credits, {"extra_headers": extra}))


def test_a_line_break_in_a_key_that_a_function_returns_is_rejected(make_core: MakeCore, call: Caller) -> None:
    error = rejected(call, make_core(api_key=lambda: f"{KEY}\r\nX-Evil: 1"), credits_get_credits, {})
    assert KEY not in str(error)


@pytest.mark.parametrize("slug", ["", ".", ".."])
def test_a_path_value_that_would_vanish_is_rejected(core: OpenRouterCore, call: Caller, slug: str) -> None:
    assert rejected(call, core, presets_get, {"slug": slug}).errors[0]["loc"] == ("slug",)


@pytest.mark.parametrize(
    ("slug", "segment"),
    [
        ("../credits?x=1#y", "..%2Fcredits%3Fx%3D1%23y"),
        ("a/b", "a%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("..\\x", "..%5Cx"),
        ("a b\r\n", "a%20b%0D%0A"),
        ("é", "%C3%A9"),
        ("...", "..."),
        ("@me:x;y=1", "%40me%3Ax%3By%3D1"),
    ],
)
def test_a_path_value_is_one_encoded_segment(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, slug: str, segment: str
) -> None:
    call(presets_get, core, slug=slug)
    [request] = fake.requests
    assert (request.path, request.query) == (f"/api/v1/presets/{segment}", {})


def test_extra_body_wins_over_arguments(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(chat_send, core, messages=HELLO, seed=1, extra_body={"seed": "two", "brand_new": [None]})
    assert fake.requests[0].json() == {"messages": HELLO, "seed": "two", "brand_new": [None]}


def test_extra_query_wins_over_arguments(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(models_list, core, limit=2, offset=1, extra_query={"limit": 3, "new": ["a", "b"], "on": True, "off": None})
    assert fake.requests[0].query == {"offset": ["1"], "limit": ["3"], "new": ["a", "b"], "on": ["true"]}


def test_extra_query_works_where_there_are_no_arguments(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    call(credits_get_credits, core, extra_query={"x": "1"})
    call(credits_get_credits, core)
    assert [request.query for request in fake.requests] == [{"x": ["1"]}, {}]


def test_what_a_caller_gives_is_not_changed(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    extra = {"x": [1]}
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    call(chat_send, core, messages=messages, extra_body=extra)
    assert messages == [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    assert extra == {"x": [1]}
    assert len(fake.requests) == 1
