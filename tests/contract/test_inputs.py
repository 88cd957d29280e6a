"""What callers may give: objects of their own, others' numbers, files, moments, Nones; and what reaches the wire."""

from __future__ import annotations

import base64
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import types
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

import attrs
import pydantic
import pytest
from typing_extensions import TypedDict

from openrouter_sdk import OpenRouter, errors
from openrouter_sdk.funcs.analytics_get_user_activity import analytics_get_user_activity
from openrouter_sdk.funcs.api_keys_create import api_keys_create
from openrouter_sdk.funcs.api_keys_list import api_keys_list
from openrouter_sdk.funcs.batch_list import batch_list
from openrouter_sdk.funcs.byok_get import byok_get
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.embeddings_generate import embeddings_generate
from openrouter_sdk.funcs.messages_create import messages_create
from openrouter_sdk.funcs.models_list import models_list
from openrouter_sdk.funcs.responses_send import responses_send
from openrouter_sdk.models.chat import ChatAssistantMessage

from .support import HELLO, Recorder, error_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from openrouter_sdk import OpenRouterCore

    from .support import Caller

USER = {"role": "user", "content": "x"}
UTC = datetime.timezone.utc
PARIS = datetime.timezone(datetime.timedelta(hours=2))


@pytest.fixture
def sent(core: OpenRouterCore, call: Caller) -> Callable[..., httpx.Request]:
    """Return the one request that a call makes."""

    def request(function: Any, **given: Any) -> httpx.Request:
        recorder = Recorder()
        call(function, core.with_options(**recorder.clients()), **given)
        [found] = recorder.requests
        return found

    return request


@pytest.fixture
def body(sent: Callable[..., httpx.Request]) -> Callable[..., Any]:
    """Return the JSON that a call sends."""

    def read(function: Any, **given: Any) -> Any:
        return json.loads(sent(function, **given).content)

    return read


@pytest.fixture
def refused(core: OpenRouterCore, call: Caller) -> Callable[..., str]:
    """Return the words in which a call is refused."""

    def words(function: Any, **given: Any) -> str:
        recorder = Recorder()
        result: Any = call(function, core.with_options(**recorder.clients()), **given)
        assert not recorder.requests
        return str(error_of(result, errors.SDKValidationError))

    return words


# --- objects of the caller's own


class Role(enum.Enum):
    USER = "user"


class TextRole(str, enum.Enum):
    USER = "user"


class Model(pydantic.BaseModel):
    role: Literal["user"] = "user"
    content: str
    name: str | None = None


class Aliased(pydantic.BaseModel):
    kind: str = pydantic.Field(default="user", serialization_alias="role")
    content: str


@dataclasses.dataclass
class Data:
    content: Any
    role: str = "user"


@dataclasses.dataclass(frozen=True)
class Frozen:
    content: str
    role: Role = Role.USER


@attrs.define
class Attrs:
    content: str
    role: str = "user"


class Typed(TypedDict):
    role: str
    content: str


class History(Sequence[Any]):
    """A sequence that isn't a list, and can't be made of one."""

    def __init__(self, first: object, *others: object) -> None:
        self._items = [first, *others]

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)


OWN = [
    Model(content="x"),
    Aliased(content="x"),
    Data("x"),
    Frozen("x"),
    Attrs("x"),
    Typed(role="user", content="x"),
    types.MappingProxyType(USER),
    collections.UserDict(USER),
    collections.ChainMap(USER),
    collections.OrderedDict(USER),
    {"role": Role.USER, "content": "x"},
    {"role": TextRole.USER, "content": "x"},
]


@pytest.mark.parametrize("message", OWN, ids=lambda message: type(message).__name__)
def test_a_message_of_the_callers_own_goes_out_whole(body: Callable[..., Any], message: Any) -> None:
    assert body(chat_send, messages=[message])["messages"] == [USER]
    whole = [USER | {"name": None}] if isinstance(message, Model) else [USER]  # null, where nobody knows better
    assert body(responses_send, input=[message])["input"] == whole
    assert body(chat_send, messages=HELLO, extra_body={"new": [message]})["new"] == whole


@pytest.mark.parametrize("message", OWN, ids=lambda message: type(message).__name__)
def test_a_method_takes_the_same(message: Any) -> None:
    recorder = Recorder()
    with OpenRouter(api_key="k", http_client=recorder.clients()["http_client"]) as client:
        client.chat.send(messages=[message])
    assert b'"role":"user"' in recorder.requests[0].content


@pytest.mark.parametrize("inner", [Data("x"), Attrs("x"), Model(content="x")], ids=lambda inner: type(inner).__name__)
def test_objects_may_hold_others(body: Callable[..., Any], inner: Any) -> None:
    part = {"type": "text", "text": "x"}
    sent = body(chat_send, messages=[Data([part, {"type": "new", "holds": inner}])])
    assert sent["messages"][0]["content"][1]["holds"]["role"] == "user"


LISTS: list[Callable[[list[Any]], Any]] = [
    tuple,
    collections.deque,
    lambda items: History(*items),
    iter,
    lambda items: (item for item in items),
    lambda items: map(dict, items),
    lambda items: dict(enumerate(items)).values(),
]


@pytest.mark.parametrize("make", LISTS, ids=range(len(LISTS)))
def test_a_list_may_be_any_sequence_or_iterator(body: Callable[..., Any], make: Callable[[list[Any]], Any]) -> None:
    assert body(chat_send, messages=make([USER, USER]))["messages"] == [USER, USER]
    assert body(responses_send, input=make([USER]))["input"] == [USER]
    assert body(chat_send, messages=[{"role": "user", "content": make([{"type": "text", "text": "x"}])}]) == {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]
    }


def test_a_set_and_a_range_are_lists(body: Callable[..., Any]) -> None:
    assert body(chat_send, messages=HELLO, stop={"a"})["stop"] == ["a"]
    assert body(embeddings_generate, model="m", input=range(3))["input"] == [0, 1, 2]


class Point(NamedTuple):
    x: int
    y: int


def test_a_named_tuple_is_an_array_as_in_json(body: Callable[..., Any]) -> None:
    assert body(chat_send, messages=HELLO, extra_body={"point": Point(1, 2)})["point"] == [1, 2]


# --- numbers


class Foreign:
    """What numpy's scalars and arrays have."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def tolist(self) -> Any:
        return self._value


class Index:
    def __index__(self) -> int:
        return 5


@pytest.mark.parametrize("number", [5, 5.0, Foreign(5), Index(), decimal.Decimal(5), fractions.Fraction(5)], ids=repr)
def test_an_integer_may_be_written_otherwise(sent: Callable[..., httpx.Request], number: Any) -> None:
    assert b'"max_tokens":5' in sent(chat_send, messages=HELLO, max_tokens=number).content.replace(b"5}", b"5,")[:-1]


@pytest.mark.parametrize("number", [0.5, Foreign(0.5), decimal.Decimal("0.5"), fractions.Fraction(1, 2)], ids=repr)
def test_a_number_may_be_written_otherwise(body: Callable[..., Any], number: Any) -> None:
    assert body(chat_send, messages=HELLO, temperature=number)["temperature"] == 0.5


@pytest.mark.parametrize("tokens", [[[9906, 1917]], Foreign([[9906, 1917]]), [range(2)], [9906]], ids=repr)
def test_integers_stay_integers(sent: Callable[..., httpx.Request], tokens: Any) -> None:
    assert b"." not in sent(embeddings_generate, model="m", input=tokens, dimensions=3).content
    assert b"." not in sent(chat_send, messages=[USER], temperature=0, top_p=1, logit_bias={"50256": -100}).content


def test_a_number_that_isnt_whole_is_no_integer(refused: Callable[..., str]) -> None:
    assert refused(chat_send, messages=HELLO, max_tokens=1.5) == (
        "chat_send: max_tokens: Should be an integer, not a number"
    )


# --- files


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "bird.png"
    path.write_bytes(b"\x89PNG")
    return path


PNG = base64.b64encode(b"\x89PNG").decode()


def test_a_path_becomes_a_data_url(body: Callable[..., Any], image: Path) -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": image}},
        {"type": "file", "file": {"filename": "bird.png", "file_data": image}},
    ]
    [message] = body(chat_send, messages=[{"role": "user", "content": parts}])["messages"]
    url = f"data:image/png;base64,{PNG}"
    assert message["content"][0]["image_url"] == {"url": url}
    assert message["content"][1]["file"]["file_data"] == url
    items = [{"role": "user", "content": [{"type": "input_image", "image_url": image}]}]
    assert body(responses_send, input=items)["input"][0]["content"][0]["image_url"] == url


def test_a_path_becomes_base64_where_that_is_asked_for(body: Callable[..., Any], image: Path) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": image}
    message = {"role": "user", "content": [{"type": "image", "source": source}]}
    sent = body(messages_create, model="m", max_tokens=5, messages=[message])
    assert sent["messages"][0]["content"][0]["source"]["data"] == PNG


def test_a_file_that_isnt_there_is_told_with_its_place(refused: Callable[..., str], tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": tmp_path / "none.png"}}]
    told = refused(chat_send, messages=[{"role": "user", "content": parts}])
    assert told.startswith("chat_send: messages[0].content[1].image_url.url: The file ")
    assert "none.png' can't be read: No such file" in told


# --- times

MOMENTS = [
    (datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
    (datetime.datetime(2026, 1, 2, 1, 4, 5, tzinfo=PARIS), "2026-01-01T23:04:05Z"),
    (datetime.datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "2026-01-02T03:04:05.000600Z"),
]


@pytest.mark.parametrize(("moment", "written"), MOMENTS)
def test_a_moment_goes_out_in_utc(
    sent: Callable[..., httpx.Request], body: Callable[..., Any], moment: datetime.datetime, written: str
) -> None:
    assert body(api_keys_create, name="k", expires_at=moment)["expires_at"] == written
    assert sent(batch_list, created_after=moment).url.params["created_after"] == written
    assert sent(models_list, extra_query={"since": moment}).url.params["since"] == written
    assert body(chat_send, messages=HELLO, extra_body={"at": [moment]})["at"] == [written]


def test_a_day_goes_out_as_such(sent: Callable[..., httpx.Request]) -> None:
    day = datetime.date(2026, 1, 2)
    assert sent(batch_list, created_after=day).url.params["created_after"] == "2026-01-02"
    assert sent(analytics_get_user_activity, date=day).url.params["date"] == "2026-01-02"
    late = datetime.datetime(2026, 1, 3, 1, tzinfo=PARIS)
    assert sent(analytics_get_user_activity, date=late).url.params["date"] == "2026-01-02"


def test_a_moment_without_a_zone_is_refused_with_a_hint(refused: Callable[..., str]) -> None:
    naive = datetime.datetime(2026, 1, 2)  # noqa: DTZ001  # that is the point
    for told in (
        refused(api_keys_create, name="k", expires_at=naive),
        refused(batch_list, created_after=naive),
        refused(chat_send, messages=HELLO, extra_body={"at": naive}),
        refused(analytics_get_user_activity, date=naive),
    ):
        assert ".astimezone()" in told


# --- Nones, and what is a text in a URL


@pytest.mark.parametrize("function", [models_list, api_keys_list, batch_list])
def test_none_leaves_an_argument_of_the_url_out(sent: Callable[..., httpx.Request], function: Any) -> None:
    names = {models_list: ["limit", "offset", "q", "sort"], api_keys_list: ["offset"], batch_list: ["status"]}
    assert sent(function, **dict.fromkeys(names[function])).url.query == b""


def test_none_leaves_an_option_out(sent: Callable[..., httpx.Request]) -> None:
    options = ("timeout", "retries", "retry_codes", "server_url", "extra_headers", "extra_query", "app_title")
    assert sent(models_list, **dict.fromkeys(options)).url.query == b""


def test_none_for_a_required_argument_is_refused(refused: Callable[..., str]) -> None:
    assert refused(byok_get, id=None) == "byok_get: id: Should be a string, not None"
    assert refused(chat_send, messages=HELLO, metadata={"a": None}) == (
        "chat_send: metadata.a: Should be a string, not None"
    )
    assert refused(chat_send, messages=None) == "chat_send: messages: Should be a list, not None"
    assert refused(chat_send, messages=[{"role": "user", "content": None}]) == (
        "chat_send: messages[0].content: Should be a string or a list, not None"
    )


@pytest.mark.parametrize("empty", [[], (), iter(())], ids=repr)
def test_an_empty_list_sends_nothing(sent: Callable[..., httpx.Request], empty: Any) -> None:
    assert sent(batch_list, status=empty).url.query == b""


SPELT = [
    (models_list, {"limit": "5"}, "limit=5"),
    (models_list, {"limit": 5}, "limit=5"),
    (models_list, {"distillable": True}, "distillable=true"),
    (models_list, {"distillable": "true"}, "distillable=true"),
    (models_list, {"q": 5}, "q=5"),
    (models_list, {"sort": TextRole.USER}, "sort=user"),
    (api_keys_list, {"include_disabled": "false"}, "include_disabled=false"),
    (api_keys_list, {"include_disabled": False}, "include_disabled=false"),
]


@pytest.mark.parametrize(("function", "given", "query"), SPELT)
def test_in_a_url_a_value_and_its_text_are_the_same(
    sent: Callable[..., httpx.Request], function: Any, given: dict[str, Any], query: str
) -> None:
    assert sent(function, **given).url.query.decode() == query


def test_a_uuid_stands_in_a_path(sent: Callable[..., httpx.Request]) -> None:
    assert sent(byok_get, id=uuid.UUID(int=5)).url.path.endswith("/byok/00000000-0000-0000-0000-000000000005")


@pytest.mark.parametrize("given", [{"limit": "five"}, {"limit": True}, {"limit": 1.5}, {"limit": [1]}])
def test_what_no_text_can_mean_is_refused(refused: Callable[..., str], given: dict[str, Any]) -> None:
    assert refused(models_list, **given).startswith("models_list: limit: Should be an integer, not a")


def test_extra_body_on_a_get_is_refused_with_a_hint(refused: Callable[..., str]) -> None:
    assert "extra_query" in refused(models_list, extra_body={"a": 1})
    assert "extra_query" in refused(api_keys_list, qqqq=1)


# --- what a response brought


def test_what_came_goes_back_in_free_places(body: Callable[..., Any]) -> None:
    came = {"role": "assistant", "content": None, "new": {"x": None}}
    message = ChatAssistantMessage.model_validate(came)
    assert body(chat_send, messages=HELLO, extra_body={"of": [message]})["of"] == [came]
    assert body(chat_send, messages=[{"role": "new", "quotes": message}])["messages"][0]["quotes"] == came


def test_a_tool_call_goes_back_inside_a_dict(body: Callable[..., Any]) -> None:
    tool_call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    came = ChatAssistantMessage.model_validate({"role": "assistant", "content": None, "tool_calls": [tool_call]})
    for calls in (came.tool_calls, [call.model_dump() for call in came.tool_calls or ()]):
        message = {"role": "assistant", "content": "", "tool_calls": calls}
        assert body(chat_send, messages=[message])["messages"] == [{**message, "tool_calls": [tool_call]}]


UNKNOWN = [
    (chat_send, "messages", [{"role": "assistant", "tool_calls": [{"type": "custom", "id": "1", "custom": {"a": 1}}]}]),
    (chat_send, "messages", [{"role": "oracle", "words": None}]),
    (responses_send, "input", [{"type": "openrouter:hologram", "id": "x"}]),
    (responses_send, "input", [{"type": "custom_tool_call_output", "call_id": "1", "output": "x"}]),
    (responses_send, "input", [{"role": "user", "content": [{"type": "input_image", "image_url": "http://x"}]}]),
    (responses_send, "tools", [{"type": "new", "x": 1}]),
    (responses_send, "tool_choice", {"type": "new"}),
]


@pytest.mark.parametrize(("function", "name", "value"), UNKNOWN)
def test_what_this_version_doesnt_know_is_sent_as_it_is(
    body: Callable[..., Any], function: Any, name: str, value: Any
) -> None:
    required = {"messages": HELLO} if function is chat_send else {"input": "x"}
    assert body(function, **{**required, name: value})[name] == value


def test_anthropics_usual_tool_has_no_type(body: Callable[..., Any]) -> None:
    tools = [{"name": "w", "input_schema": {"type": "object"}}]
    assert body(messages_create, model="m", max_tokens=5, messages=HELLO, tools=tools)["tools"] == tools


# --- words

IMAGE: list[dict[str, Any]] = [{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {}}]
WORDS: list[tuple[dict[str, Any], str]] = [
    ({"messages": [{"role": "user", "content": IMAGE}]},
     "messages[0].content[1].image_url.url: This field is required"),
    ({"messages": [{"role": "user", "content": 7}]},
     "messages[0].content: Should be a string or a list, not an integer"),
    ({"messages": "x"}, "messages: Should be a list, not a string"),
    ({"messages": [len]}, "messages[0]: Should be a dict, not a function"),
    ({"messages": HELLO, "response_format": Model}, "response_format: Should be a dict, not a class"),
    ({"messages": HELLO, "metadata": {"a": 1}}, "metadata.a: Should be a string, not an integer"),
    ({"messages": HELLO, "stop": 5}, "stop: Should be a string or a list, not an integer"),
    ({"messages": HELLO, "extra_body": {"a": {"b": [len]}}},
     "extra_body.a.b[0]: It can't be written as JSON: a function"),
    ({"messages": HELLO, "seed": float("nan")}, "seed: Should be an integer, not a number"),
    ({"messages": HELLO, "temperature": float("nan")}, "temperature: It can't be written as JSON: it isn't finite"),
    ({"messages": [{"role": "user", "content": "\ud800"}]},
     "messages[0].content: It can't be written as JSON: it holds half a character (a lone surrogate)"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "words"), WORDS)
def test_a_problem_is_told_in_one_line_in_the_callers_words(
    refused: Callable[..., str], given: dict[str, Any], words: str
) -> None:
    assert refused(chat_send, **given) == f"chat_send: {words}"


def test_a_union_of_many_complains_in_the_words_of_one(refused: Callable[..., str]) -> None:
    for given in ({"input": [5]}, {"input": 5}, {"input": [{"type": "message", "role": "user", "content": 5}]}):
        told = refused(responses_send, **given)
        assert told.count("\n") == 0
        assert len(told) < 120


def test_several_problems_stand_in_a_line_each(refused: Callable[..., str]) -> None:
    told = refused(chat_send, temprature=1, top_p="x")
    assert told == (
        "chat_send: 3 problems:\n"
        "  - temprature: There is no such argument; did you mean 'temperature'?\n"
        "  - messages: This argument is required\n"
        "  - top_p: Should be a number, not a string"
    )


def test_an_iterator_is_read_once(body: Callable[..., Any]) -> None:
    read: list[int] = []

    def messages() -> Iterator[dict[str, str]]:
        read.append(1)
        yield USER

    body(chat_send, messages=messages())
    assert read == [1]
