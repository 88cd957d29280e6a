"""A paid answer is never lost: what fits is typed, the rest is kept as it came (promise 4)."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import BaseModel, TypeAdapter

from openrouter_sdk import Ok, Unrecognized, errors
from openrouter_sdk.funcs.api_keys_get_current_key_metadata import api_keys_get_current_key_metadata
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.funcs.models_list import models_list
from openrouter_sdk.models.chat import ChatResult, ReasoningDetailSummary, ReasoningDetailText
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import HELLO, error_of, operation, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from openrouter_sdk import OpenRouterCore

    from .support import Caller, MakeCore

CREDITS: dict[str, Any] = {"data": {"total_credits": 50.5, "total_usage": 12.5}}
BUDGET: dict[str, Any] = {
    "budget_id": "b",
    "guardrail_id": "g",
    "include_byok": True,
    "limit_usd": 5.5,
    "remaining_usd": 1.5,
    "reset_interval": "daily",
    "resets_at": "2026-01-02T03:04:05Z",
    "scope": "member",
    "spend_usd": 4.5,
}
KEY: dict[str, Any] = {
    "data": {
        "allowed_data_regions": ["global"],
        "budgets": [BUDGET],
        "byok_usage": 0.5,
        "byok_usage_daily": 0.5,
        "byok_usage_monthly": 0.5,
        "byok_usage_weekly": 0.5,
        "creator_user_id": "u",
        "effective_budget": dict(BUDGET),
        "expires_at": "2026-01-02T03:04:05Z",
        "free_model_daily_requests": {"limit": 9, "remaining": 8, "used": 1},
        "include_byok_in_limit": True,
        "is_free_tier": True,
        "is_management_key": False,
        "is_provisioning_key": False,
        "label": "a key",
        "limit": 1.5,
        "limit_remaining": 1.5,
        "limit_reset": "daily",
        "organization_id": "o",
        "rate_limit": {"interval": "10s", "note": "old", "requests": 3},
        "usage": 1.5,
        "usage_daily": 1.5,
        "usage_monthly": 1.5,
        "usage_weekly": 1.5,
        "workspace_id": "w",
    }
}
TOKEN: dict[str, Any] = {"bytes": [72, 105], "logprob": -0.5, "token": "Hi"}
MESSAGE: dict[str, Any] = {
    "role": "assistant",
    "content": "Hi",
    "name": "bot",
    "reasoning": "Greet.",
    "reasoning_details": [
        {"type": "reasoning.text", "text": "Greet.", "signature": "s", "index": 0, "format": "unknown", "id": "r"},
        {"type": "reasoning.summary", "summary": "Greeting", "index": 1},
    ],
    "tool_calls": [{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    "images": [{"image_url": {"url": "data:,"}}],
    "audio": {"id": "a", "data": "", "expires_at": 9, "transcript": "Hi"},
}
CHAT: dict[str, Any] = {
    "id": "gen-1",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "openai/gpt-5.2",
    "system_fingerprint": "fp",
    "service_tier": "default",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": {"content": [TOKEN | {"top_logprobs": [TOKEN]}]},
            "message": MESSAGE,
        }
    ],
    "usage": {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "cost": 0.5,
        "is_byok": False,
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 1},
    },
}
REPLIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "credits_get_credits": (CREDITS, {}),
    "api_keys_get_current_key_metadata": (KEY, {}),
    "chat_send": (CHAT, {"messages": HELLO}),
}

Path = tuple["str | int", ...]


def paths(value: object, here: Path = ()) -> Iterator[Path]:
    """Yield the place of every member of every object in a JSON value."""
    members: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        members = [*cast("dict[str | int, object]", value).items()]
        yield from ((*here, name) for name, _ in members)
    elif isinstance(value, list):
        members = [*enumerate(cast("list[object]", value))]
    for name, member in members:
        yield from paths(member, (*here, name))


def set_at(value: Any, path: Path, new: object) -> Any:
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def dropped_at(value: Any, path: Path) -> Any:
    changed = copy.deepcopy(value)
    del at(changed, path[:-1])[path[-1]]
    return changed


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def typed(value: object) -> Any:
    """Write out a value by wire names, with the class of every model, so that two can be compared in full."""
    if isinstance(value, BaseModel):
        wire = {name: field.alias or name for name, field in fields_of(value).items()}
        return {"": type(value), **{wire.get(name, name): typed(member) for name, member in value}}
    return [typed(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def is_required(value: Any, path: Path) -> bool:
    """Tell whether a model can't do without the field at a place."""
    holder = reached(value, path[:-1])
    return any(field.is_required() for name, field in fields_of(holder).items() if path[-1] in {name, field.alias})


def reached(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else attribute(value, step)
    return value


def empty(value: Any, path: Path) -> Any:
    """Return what a missing field reads as: a required list or object as an empty one, all else as None."""
    came = reached(value, path)
    if not is_required(value, path) or not isinstance(came, (BaseModel, list)):
        return None
    return typed(type(came).model_validate({}) if isinstance(came, BaseModel) else [])


def fields_of(model: BaseModel) -> dict[str, FieldInfo]:
    return type(model).model_fields


def attribute(model: BaseModel, wire: str) -> Any:
    return getattr(model, next((name for name, field in fields_of(model).items() if field.alias == wire), wire))


FIELDS = [(name, path) for name, (body, _) in REPLIES.items() for path in paths(body)]
# Without its tag, a union's member can't be told: it is kept raw, not typed.
GAPS = [(name, path) for name, path in FIELDS if path[-1] != "type" or "reasoning_details" not in path]
IDS = [f"{name}-{'.'.join(map(str, path))}" for name, path in GAPS]


@pytest.mark.parametrize("how", ["dropped", "null"])
@pytest.mark.parametrize(("name", "path"), GAPS, ids=IDS)
def test_any_field_may_be_missing_or_null(  # noqa: PLR0913, PLR0917  # fixtures, and what is taken away
    fake: FakeOpenRouter,
    core: OpenRouterCore,
    call: Caller,
    caplog: pytest.LogCaptureFixture,
    name: str,
    path: Path,
    how: str,
) -> None:
    function, _ = operation(name)
    body, params = REPLIES[name]
    fake.enqueue(Reply(body=body), Reply(body=dropped_at(body, path) if how == "dropped" else set_at(body, path, None)))
    whole = call(function, core, **params).unwrap()
    assert not caplog.records
    result = call(function, core, **params)
    assert isinstance(result, Ok)
    assert typed(result.value) == set_at(typed(whole), path, empty(whole, path))
    assert len(caplog.records) == is_required(whole, path)


def test_the_warning_names_operation_and_place_and_nothing_else(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    fake.enqueue(Reply(body={"data": {"total_credits": "a lot", "total_usage": 1}}))
    call(credits_get_credits, core)
    [record] = caplog.records
    assert (record.name, record.levelname) == ("openrouter_sdk", "WARNING")
    assert texts([record]) == [
        "getCredits: the response doesn't fit its model: data.total_credits: Value should be a finite number"
    ]


def test_a_misfit_is_logged_once_for_each_place(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    bodies: list[dict[str, Any]] = [
        {"total_credits": "a lot", "total_usage": 1},
        {"total_credits": [], "total_usage": True},
    ]
    for body in bodies * 2:
        fake.enqueue(Reply(body={"data": body}))
        call(credits_get_credits, core.with_options(app_title="copies count as one core"))
    places = [text.split(": ")[2] for text in texts(caplog.records)]
    assert places == ["data.total_credits", "data.total_usage"]


def test_a_union_member_without_its_tag_is_the_first_that_fits(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    path = ("choices", 0, "message", "reasoning_details", 1)
    fake.enqueue(Reply(body=dropped_at(CHAT, (*path, "type"))))
    details = call(chat_send, core, messages=HELLO).unwrap().choices[0].message.reasoning_details or []
    assert isinstance(details[1], ReasoningDetailSummary)
    assert details[1].summary == "Greeting"
    assert len(caplog.records) == 1


def test_a_union_member_without_its_tag_that_fits_no_type_is_kept_raw(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    path = ("choices", 0, "message", "reasoning_details", 1)
    fake.enqueue(Reply(body=set_at(CHAT, path, {"dream": 1})))
    details = call(chat_send, core, messages=HELLO).unwrap().choices[0].message.reasoning_details or []
    assert details[1] == Unrecognized(raw={"dream": 1})
    assert len(caplog.records) == 1


@pytest.mark.parametrize("wrong", ["a lot", [1], {"x": 1}, [True]])
def test_a_value_of_the_wrong_type_is_kept_as_it_came(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, wrong: object
) -> None:
    fake.enqueue(Reply(body={"data": {"total_credits": wrong, "total_usage": 2}}))
    value = call(credits_get_credits, core).unwrap()
    assert value.data.total_credits == wrong
    assert isinstance(value.data.total_usage, float)


@pytest.mark.parametrize("wrong", ["text", 7, [1], None, {}])
@pytest.mark.parametrize("path", [("choices",), ("choices", 0), ("choices", 0, "message"), ("usage",)])
def test_a_part_of_the_wrong_kind_leaves_the_others_typed(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, path: Path, wrong: object
) -> None:
    fake.enqueue(Reply(body=CHAT), Reply(body=set_at(CHAT, path, wrong)))
    whole = typed(call(chat_send, core, messages=HELLO).unwrap())
    value = typed(call(chat_send, core, messages=HELLO).unwrap())
    if wrong not in ({}, None):  # which become a model without values, or an empty list
        assert at(value, path) == wrong
    assert dropped_at(value, path[:1]) == dropped_at(whole, path[:1])


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("body", [[], [1], "text", 7, None, True])
def test_a_body_that_isnt_an_object_is_an_error_that_holds_it(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, body: object, *, strict: bool
) -> None:
    fake.enqueue(Reply(200, json.dumps(body), {"content-type": "application/json"}))
    kind = errors.ResponseValidationError if strict else errors.OpenRouterDefaultError
    error = error_of(call(credits_get_credits, make_core(strict=strict)), kind)
    assert json.loads(error.body) == body


LAX = {
    "not UTF-8": (b'"caf\xe9"', "caf\ufffd"),
    "half of a surrogate pair": (rb'"a \ud83d b"', "a \ufffd b"),
    "the other half": (rb'"\ude00"', "\ufffd"),
    "a whole pair": (rb'"\ud83d\ude00"', "\U0001f600"),
    "what only looks like half a pair": (rb'"\\ud83d"', r"\ud83d"),
    "a raw line break": (b'"a\nb"', "a\nb"),
}


@pytest.mark.parametrize(("text", "expected"), LAX.values(), ids=LAX)
def test_text_that_json_does_not_allow_is_read_and_can_be_written(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, text: bytes, expected: str
) -> None:
    body = json.dumps(CHAT).encode().replace(b'"Hi"', text)
    fake.enqueue(Reply(200, body, {"content-type": "application/json"}))
    value = call(chat_send, core, messages=HELLO).unwrap()
    assert value.choices[0].message.content == expected
    assert json.loads(value.model_dump_json())["choices"][0]["message"]["content"] == expected


NUMBERS: dict[str, tuple[bytes, object, object]] = {
    "a text": (b'"NaN"', "NaN", "NaN"),
    "not a number": (b"NaN", pytest.approx(float("nan"), nan_ok=True), "NaN"),
    "beyond floats": (b"1e999", float("inf"), "Infinity"),
    "below floats": (b"-1e999", float("-inf"), "-Infinity"),
    "beyond floats, written out": (b"1" + b"0" * 400, 10**400, 10**400),
    "a boolean": (b"true", True, True),
    "a list": (b"[1]", [1], [1]),
}


@pytest.mark.parametrize(("text", "expected", "dumped"), NUMBERS.values(), ids=NUMBERS)
def test_what_isnt_a_number_keeps_its_meaning(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    make_core: MakeCore,
    call: Caller,
    caplog: pytest.LogCaptureFixture,
    text: bytes,
    expected: object,
    dumped: object,
) -> None:
    reply = Reply(
        200, b'{"data": {"total_credits": %s, "total_usage": 1}}' % text, {"content-type": "application/json"}
    )
    fake.enqueue(reply, reply)
    value = call(credits_get_credits, make_core()).unwrap()
    assert value.data.total_credits == expected
    assert type(value.data.total_credits) is type(expected) or not isinstance(expected, (bool, int))
    assert json.loads(value.model_dump_json())["data"]["total_credits"] == dumped
    assert len(caplog.records) == 1
    error_of(call(credits_get_credits, make_core(strict=True)), errors.ResponseValidationError)


@pytest.mark.parametrize("text", ["12.5", " 12.5", "1e1"])
def test_a_number_in_a_text_is_read_as_that_number(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    fake.enqueue(Reply(body={"data": {"total_credits": text, "total_usage": 1}}))
    assert call(credits_get_credits, core).unwrap().data.total_credits == float(text)
    assert not caplog.records


FLAGS: dict[str, tuple[object, object, int]] = {
    "a number": (1, 1, 1), "a text": ("yes", "yes", 1), "a boolean's text": ("false", "false", 1),
}  # fmt: skip


@pytest.mark.parametrize(("came", "expected", "warnings"), FLAGS.values(), ids=FLAGS)
def test_a_number_isnt_a_boolean(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    core: OpenRouterCore,
    call: Caller,
    caplog: pytest.LogCaptureFixture,
    came: object,
    expected: object,
    warnings: int,
) -> None:
    fake.enqueue(Reply(body=set_at(KEY, ("data", "is_free_tier"), came)))
    found = call(api_keys_get_current_key_metadata, core).unwrap().data.is_free_tier
    assert (found, type(found)) == (expected, type(expected))
    assert len(caplog.records) == warnings


TIMES: dict[str, tuple[object, int]] = {
    "Unix time": (1767225600, 1),
    "Unix time as a text": ("1767225600", 1),
    "words": ("tomorrow", 1),
    "a date that isn't": ("2026-02-30T00:00:00Z", 1),
    "beyond all years": ("99999-01-01T00:00:00Z", 1),
    "empty": ("", 1),
}


@pytest.mark.parametrize(("came", "warnings"), TIMES.values(), ids=TIMES)
def test_what_isnt_a_time_as_documented_stays_as_it_came(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    core: OpenRouterCore,
    call: Caller,
    caplog: pytest.LogCaptureFixture,
    came: object,
    warnings: int,
) -> None:
    fake.enqueue(Reply(body=set_at(KEY, ("data", "expires_at"), came)))
    value = call(api_keys_get_current_key_metadata, core).unwrap()
    assert cast("object", value.data.expires_at) == came
    assert value.model_dump(mode="json", exclude_unset=True)["data"]["expires_at"] == came
    assert len(caplog.records) == warnings


class Kept(BaseModel):
    """A user's own model."""

    answers: list[ChatResult]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("path", [path for name, path in FIELDS if name == "chat_send"], ids=str)
@pytest.mark.parametrize("wrong", [7, "text", [1], {"x": 1}, None, True])
def test_a_misfit_is_written_without_warnings_inside_a_users_own_model(path: Path, wrong: object) -> None:
    answer = ChatResult.model_validate(set_at(CHAT, path, wrong))
    kept = Kept(answers=[answer])
    assert json.loads(kept.model_dump_json(exclude_unset=True)) == kept.model_dump(mode="json", exclude_unset=True)
    listed = TypeAdapter(list[ChatResult])
    dumped = listed.dump_json([answer], exclude_unset=True)
    assert [again.model_dump() for again in listed.validate_json(dumped)] == [answer.model_dump()]


def test_an_answer_nested_beyond_reason_is_not_lost(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    body = b'{"data": {"total_credits": 1, "total_usage": 1}, "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    fake.enqueue(Reply(200, body, {"content-type": "application/json"}))
    result = call(credits_get_credits, core)
    kept = isinstance(result, Ok) or getattr(result.error, "content", None) == body
    assert kept, result


@pytest.mark.parametrize("text", [b'"\\ud800"', b'"\xff"', b"NaN", b"1e999", b"1" * 5000])
def test_an_answer_that_only_a_lax_reader_takes_is_not_lost(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, text: bytes
) -> None:
    body = b'{"data": {"total_credits": 1, "total_usage": 1}, "more": ' + text + b"}"
    fake.enqueue(Reply(200, body, {"content-type": "application/json"}))
    result = call(credits_get_credits, core)
    kept = isinstance(result, Ok) or getattr(result.error, "content", None) == body
    assert kept, result


ENUMS = [
    ("chat_send", ("choices", 0, "finish_reason")),
    ("chat_send", ("choices", 0, "message", "reasoning_details", 0, "format")),
    ("api_keys_get_current_key_metadata", ("data", "allowed_data_regions", 0)),
    ("api_keys_get_current_key_metadata", ("data", "budgets", 0, "reset_interval")),
    ("api_keys_get_current_key_metadata", ("data", "budgets", 0, "scope")),
]


@pytest.mark.parametrize(("name", "path"), ENUMS)
def test_an_unknown_value_of_an_enumeration_is_a_value_like_others(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture, name: str, path: Path
) -> None:
    function, _ = operation(name)
    body, params = REPLIES[name]
    fake.enqueue(Reply(body=set_at(body, path, "zzz")))
    assert at(typed(call(function, core, **params).unwrap()), path) == "zzz"
    assert not caplog.records


def test_a_closed_constant_that_changes_is_kept(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(body=CHAT | {"object": "chat.completion.v2"}))
    value = call(chat_send, core, messages=HELLO).unwrap()
    assert cast("str", value.object) == "chat.completion.v2"
    assert value.choices[0].message.content == "Hi"


def test_an_unknown_tag_becomes_unrecognized(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    news = {"type": "reasoning.dream", "dream": ["of", "sheep"]}
    details = [MESSAGE["reasoning_details"][0], news]
    fake.enqueue(Reply(body=set_at(CHAT, ("choices", 0, "message", "reasoning_details"), details)))
    [known, unknown] = call(chat_send, core, messages=HELLO).unwrap().choices[0].message.reasoning_details or []
    assert isinstance(known, ReasoningDetailText)
    assert unknown == Unrecognized(raw=news)
    assert not caplog.records


def with_extras(value: Any) -> Any:
    """Add unknown members to every object."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {name: with_extras(member) for name, member in members.items()} | {"x-new": {"deep": [1, None, "é"]}}
    return [with_extras(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["credits_get_credits", "chat_send"])
def test_unknown_fields_survive_the_way_back_to_json(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    function, _ = operation(name)
    body, params = REPLIES[name]
    fake.enqueue(Reply(body=with_extras(body)))
    value = call(function, core, **params).unwrap()
    assert value.model_dump(by_alias=True, exclude_unset=True) == with_extras(body)
    assert json.loads(value.model_dump_json(exclude_unset=True)) == with_extras(body)
    assert not caplog.records


def test_unknown_fields_survive_beside_a_field_that_does_not_fit(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    body = dropped_at(with_extras(CHAT), ("created",))
    fake.enqueue(Reply(body=body))
    value = call(chat_send, core, messages=HELLO).unwrap()
    assert value.model_dump(by_alias=True, exclude_unset=True, warnings=False) == body


def test_unknown_fields_are_attributes(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(body=set_at(CHAT, ("usage", "carbon"), 7)))
    usage: Any = call(chat_send, core, messages=HELLO).unwrap().usage
    assert usage.carbon == 7


MESSAGES = {
    "plain": MESSAGE,
    "with unknown fields": with_extras(MESSAGE),
    "with an unknown tag": MESSAGE | {"reasoning_details": [{"type": "reasoning.dream", "dream": 1}]},
    "with nulls": {"role": "assistant", "content": None, "refusal": None, "tool_calls": None},
    "least": {"role": "assistant"},
    "that does not fit": {"role": "assistant", "content": 7, "tool_calls": [{"id": 5}], "audio": "loud", "images": [1]},
    "of a new role": {"role": "assistant_v2", "content": "Hi"},
    "of parts": {"role": "assistant", "content": [{"type": "text", "text": "Hi", "x": 1}, {"type": "new", "y": 2}]},
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_an_answer_sent_back_reaches_the_wire_as_it_came(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, message: dict[str, Any]
) -> None:
    fake.enqueue(Reply(body=set_at(CHAT, ("choices", 0, "message"), message)))
    answer = call(chat_send, core, messages=HELLO).unwrap().choices[0].message
    call(chat_send, core, messages=[*HELLO, answer, {"role": "user", "content": "And?"}]).unwrap()
    assert fake.requests[1].json()["messages"][1] == message


def test_parts_of_an_answer_can_be_sent_back_inside_a_dict(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    details = [*with_extras(MESSAGE["reasoning_details"]), {"type": "reasoning.dream", "dream": 1}]
    fake.enqueue(Reply(body=set_at(CHAT, ("choices", 0, "message", "reasoning_details"), details)))
    answer = call(chat_send, core, messages=HELLO).unwrap().choices[0].message
    message = {"role": "assistant", "content": "Hi", "reasoning_details": answer.reasoning_details}
    call(chat_send, core, messages=[*HELLO, message]).unwrap()
    assert fake.requests[1].json()["messages"][1] == message | {"reasoning_details": details}


def test_a_strict_core_gives_an_error_with_value_and_body(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"data": {"total_credits": "a lot", "more": 1}}
    fake.enqueue(Reply(body=body, headers={"x-generation-id": "gen-7"}))
    error = error_of(call(credits_get_credits, make_core(strict=True)), errors.ResponseValidationError)
    assert error.raw_value == body
    assert json.loads(error.body) == body
    assert error.pretty() == (
        "2 problems:\n  - data.total_credits: Value should be a finite number\n  - data.total_usage: Field required"
    )
    assert error.pretty() in str(error)
    assert [problem["loc"] for problem in error.errors] == [("data", "total_credits"), ("data", "total_usage")]
    assert (error.status_code, error.response.generation_id) == (200, "gen-7")
    assert not caplog.records


def test_a_strict_core_gives_a_validation_error_for_broken_json(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller
) -> None:
    fake.enqueue(Reply(200, b'{"data":', {"content-type": "application/json"}))
    error = error_of(call(credits_get_credits, make_core(strict=True)), errors.ResponseValidationError)
    assert error.body == '{"data":'
    assert error.raw_value == b'{"data":'


def test_a_strict_core_still_tells_a_server_error_from_a_misfit(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller
) -> None:
    fake.enqueue(Reply(200, {"error": {"code": 401, "message": "no"}}))
    assert error_of(call(credits_get_credits, make_core(strict=True)), errors.UnauthorizedResponseError).message == "no"


def test_a_strict_core_takes_unknown_fields_tags_and_values(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller
) -> None:
    body = with_extras(set_at(CHAT, ("choices", 0, "finish_reason"), "zzz"))
    fake.enqueue(Reply(body=body))
    assert call(chat_send, make_core(strict=True), messages=HELLO).unwrap().choices[0].finish_reason == "zzz"


def test_the_fakes_own_replies_fit_their_models(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    core = make_core(strict=True)
    assert call(credits_get_credits, core).unwrap().data.total_credits == 50.0
    assert call(api_keys_get_current_key_metadata, core).unwrap().data.rate_limit.requests == -1
    assert call(models_list, core).unwrap().items[0].id == "openai/gpt-5.2"
    assert call(chat_send, core, messages=HELLO).unwrap().choices[0].message.content == "Echo: Hello there"
    assert len(fake.requests) == 4
