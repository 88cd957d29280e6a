"""History goes round: what a response held is accepted where a request takes such a thing, in each of its forms."""

from __future__ import annotations

import datetime
import json
import pkgutil
import types
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import AnyUrl
from typing_extensions import TypedDict, get_type_hints, is_typeddict

from openrouter_sdk import BaseModel, Unrecognized, params
from openrouter_sdk.funcs.chat_send import OPERATION as CHAT
from openrouter_sdk.funcs.messages_create import OPERATION as MESSAGES
from openrouter_sdk.funcs.responses_send import OPERATION as RESPONSES
from openrouter_sdk.lib.arguments import Signature, check
from openrouter_sdk.lib.json_values import is_array, is_object
from openrouter_sdk.lib.model import OneOf, loaded
from openrouter_sdk.models.chat import ChatAssistantMessage
from openrouter_sdk.models.messages import MessagesResult
from openrouter_sdk.models.responses import OpenResponsesResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from openrouter_sdk.lib.operation import Operation

UNIONS = {Union, types.UnionType}
PLAIN: dict[object, object] = {
    str: "x",
    int: 1,
    float: 1.5,
    bool: True,
    Any: {"x": None},
    object: 1,
    type(None): None,
    AnyUrl: "http://localhost",
    datetime.datetime: "2026-01-02T03:04:05Z",
    datetime.date: "2026-01-02",
}


def parts(kind: Any) -> Iterator[Any]:
    """Yield a type, and the types that it is made of."""
    yield kind
    for part in get_args(kind):
        if not isinstance(part, OneOf):
            yield from parts(part)


def unions() -> Iterator[tuple[str, Any, type[BaseModel]]]:
    """Yield each model that a union of a request takes, with the union and its place."""
    seen: set[tuple[str, type[BaseModel]]] = set()
    for info in pkgutil.iter_modules(params.__path__):
        for kind in vars(import_module(f"openrouter_sdk.params.{info.name}")).values():
            if not is_typeddict(kind) or kind.__module__ != f"openrouter_sdk.params.{info.name}":
                continue
            for name, hint in get_type_hints(kind, include_extras=True).items():
                for union in parts(hint):
                    for member in models_of(union):
                        if (str(union), member) not in seen:
                            seen.add((str(union), member))
                            yield f"{kind.__name__}.{name}: {member.__name__}", union, member


def models_of(union: Any) -> list[type[BaseModel]]:
    """Return the models that a union with a mark names."""
    if get_origin(union) is not Annotated or not any(isinstance(mark, OneOf) for mark in get_args(union)):
        return []
    members = map(loaded, get_args(get_args(union)[0]))
    return [kind for kind in members if isinstance(kind, type) and issubclass(kind, BaseModel)]


def sample(kind: Any, depth: int) -> Any:  # noqa: PLR0911  # a kind of type each
    """Return a JSON value that fits a type of a response."""
    kind = loaded(kind)
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return members(kind, depth)
    if origin is Annotated:
        return sample(get_args(kind)[0], depth)
    if origin in UNIONS:
        known = [member for member in get_args(kind) if member not in {type(None), Unrecognized}]
        return sample(known[0], depth)
    if origin is Literal:
        return get_args(kind)[0]
    if origin in {list, Sequence}:
        return [sample(get_args(kind)[0], depth - 1)] if depth > 0 else []
    if origin in {dict, Mapping}:
        return {}
    return PLAIN[kind]


def members(kind: type[BaseModel], depth: int) -> dict[str, Any]:
    """Return an object with the fields that a model requires, and near the top with all that it knows, and one more."""
    fields = kind.model_fields.items()
    found = {
        field.alias or name: sample(field.annotation, depth - 1)
        for name, field in fields
        if field.is_required() or depth > 0
    }
    return {**found, "brand_new": {"x": [None]}} if depth > 0 else found


def least(kind: type[BaseModel], _: int) -> dict[str, Any]:
    """Return an object with the fields that a model requires, and no others."""
    return {
        field.alias or name: sample(field.annotation, 0)
        for name, field in kind.model_fields.items()
        if field.is_required()
    }


def without_nones(value: Any) -> Any:
    """Return a JSON value without the members that are None."""
    if is_object(value):
        return {name: without_nones(item) for name, item in value.items() if item is not None}
    return [without_nones(item) for item in value] if is_array(value) else value


FOUND = list(unions())
FORMS: dict[str, Callable[[BaseModel], Any]] = {
    "the object": lambda model: model,
    "its dump": lambda model: model.model_dump(),
    "its JSON": lambda model: json.loads(model.model_dump_json()),
}
SAMPLES = {"whole": members, "least": least}


def sent(union: Any, value: Any) -> Any:
    """Return what a request with a value would hold, or raise what is wrong with it."""
    sequence: Any = Sequence
    fields: dict[str, Any] = {"value": union, "items": sequence[union]}
    make: Any = TypedDict
    holder = make("Holder", fields, total=False)
    problems: list[Mapping[str, Any]] = []
    signature = Signature(holder, frozenset(), frozenset(), frozenset())
    checked = signature.check({"value": value, "items": [value, value]}, problems)
    assert not problems
    assert checked["items"] == [checked["value"]] * 2
    return checked["value"]


def test_there_are_many_such_places() -> None:
    assert len(FOUND) > 30


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", SAMPLES)
@pytest.mark.parametrize(("union", "model"), [found[1:] for found in FOUND], ids=[found[0] for found in FOUND])
def test_what_a_response_held_goes_back(union: Any, model: type[BaseModel], size: str, form: str) -> None:
    came = SAMPLES[size](model, 3)
    back = sent(union, FORMS[form](model.model_validate(came)))
    if form == "the object":
        assert back == came
    else:
        assert without_nones(back) == without_nones(came)


def answered(answer: type[BaseModel], field: str) -> list[type[BaseModel]]:
    """Return the kinds of items that an answer can hold."""
    union = get_args(answer.model_fields[field].annotation)[0]
    members = get_args(get_args(union)[0]) if get_origin(union) is Annotated else (union,)
    return [kind for kind in map(loaded, members) if kind is not Unrecognized]


def of_assistant(block: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": [block]}


OUTPUT = [
    *(
        pytest.param(RESPONSES, "input", kind, list, id=kind.__name__)
        for kind in answered(OpenResponsesResult, "output")
    ),
    *(
        pytest.param(MESSAGES, "messages", kind, of_assistant, id=kind.__name__)
        for kind in answered(MessagesResult, "content")
    ),
    pytest.param(CHAT, "messages", ChatAssistantMessage, list, id="ChatAssistantMessage"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("operation", "argument", "kind", "around"), OUTPUT)
def test_whatever_an_answer_holds_goes_back(
    operation: Operation[Any, Any], argument: str, kind: type[BaseModel], around: Any, form: str
) -> None:
    came = members(kind, 3)
    item = FORMS[form](kind.model_validate(came))
    given = [around(item)] if around is of_assistant else [item]
    required = {"model": "m", "max_tokens": 5} if operation is MESSAGES else {}
    checked = check(operation, {argument: given, **required}).arguments[argument]
    [back] = checked[0]["content"] if around is of_assistant else checked
    assert without_nones(back) == without_nones(came)
