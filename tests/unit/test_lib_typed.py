"""lib.typed: typed dicts whose keys' types are read one at a time, and which know their required keys."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pydantic
import pytest
from typing_extensions import Required, TypedDict, get_original_bases, get_type_hints, is_typeddict

from openrouter_sdk import params
from openrouter_sdk.lib import typed
from openrouter_sdk.lib.validators import SENT, build, validator_of
from openrouter_sdk.params.chat import ChatSendArguments, ChatSendParams, ChatSystemMessageParam
from openrouter_sdk.types.options import RequestOptions


class Leaf(TypedDict, total=False):
    size: Required[int]
    next: Leaf


class Tree(Leaf, total=False):
    name: str


Odd = TypedDict("Odd", {"in": Required[int], "a-b": str}, total=False)
InTexts = TypedDict("InTexts", {"in": "Required[int]", "a-b": "Leaf"}, total=False)

typed.mark_required(__name__)


class Mine(pydantic.BaseModel):
    messages: list[ChatSystemMessageParam]


def test_keys() -> None:
    assert Leaf.__required_keys__ == {"size"}
    assert Tree.__required_keys__ == {"size"}
    assert Tree.__optional_keys__ == {"name", "next"}
    assert Odd.__required_keys__ == {"in"}
    assert InTexts.__required_keys__ == {"in"}
    assert typed.keys(Tree) == {"size", "next", "name"}
    assert "messages" in ChatSendParams.__required_keys__


def test_types() -> None:
    assert get_type_hints(Tree)["size"] is int
    assert typed.annotation(Tree, "size") == Required[int]
    assert typed.annotation(Leaf, "next") is Leaf
    assert typed.annotation(Odd, "in") == typed.annotation(InTexts, "in") == Required[int]
    assert typed.resolved(InTexts, "a-b") is Leaf
    with pytest.raises(KeyError):
        typed.annotation(Leaf, "name")


def test_a_call_makes_a_dict() -> None:
    tree = Tree(size=1, name="oak")
    assert tree == {"size": 1, "name": "oak"}
    assert type(tree) is dict
    assert Odd({"in": 1}) == {"in": 1}


@pytest.mark.parametrize("kind", [Odd, InTexts])
def test_pydantic_takes_both_ways_of_writing_one(kind: Any) -> None:
    assert pydantic.TypeAdapter(kind).validate_python({"in": "1"}) == {"in": 1}
    with pytest.raises(pydantic.ValidationError, match="Field required"):
        pydantic.TypeAdapter(kind).validate_python({})


def test_pydantic_takes_it_for_a_typed_dict() -> None:
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Tree)
    value = {"size": 1, "next": {"size": 2}}
    assert adapter.validate_python(value) == value
    with pytest.raises(pydantic.ValidationError, match=r"next\.size"):
        adapter.validate_python({"size": 1, "next": {}})
    assert Mine.model_validate({"messages": [{"role": "system", "content": "Hi"}]}).messages[0]["role"] == "system"


def test_validating_a_request_takes_further_keys_and_exact_types_at_any_depth() -> None:
    validator = validator_of(Tree)
    value = {"size": 1, "more": 1, "next": {"size": 2, "more": 2, "next": {"size": 3, "more": 3}}}
    assert validator.validate_python(value) == value
    for wrong in ({"size": "1"}, {"size": 1, "next": {"size": "2"}}):
        with pytest.raises(pydantic.ValidationError):
            validator.validate_python(wrong)


def test_validating_a_request_changes_nothing_for_others_who_use_the_typed_dict() -> None:
    validator_of(Leaf)
    assert not hasattr(Leaf, "__pydantic_config__")
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Leaf)
    assert adapter.validate_python({"size": "1", "more": 1}) == {"size": 1}
    kinds: Any = list[Leaf]
    assert build(kinds, SENT).validate_python([{"size": 1, "more": 1}]) == [{"size": 1, "more": 1}]


def of_params() -> list[Any]:
    found = [import_module(f"openrouter_sdk.params.{info.name}") for info in pkgutil.iter_modules(params.__path__)]
    return [kind for module in found for kind in vars(module).values() if is_typeddict(kind)]


def test_all_that_a_request_takes_are_typed_dicts_that_know_their_required_keys() -> None:
    """Where annotations are texts, Python itself finds no `Required` in them."""
    kinds = of_params()
    assert len(kinds) > 500
    for kind in kinds:
        hints = get_type_hints(kind, include_extras=True)
        required = {name for name, hint in hints.items() if getattr(hint, "__origin__", None) is Required}
        assert (kind.__required_keys__, kind.__optional_keys__) == (required, hints.keys() - required), kind


def test_arguments_come_before_options() -> None:
    names = [*get_type_hints(ChatSendParams)]
    assert names == [*get_type_hints(ChatSendArguments), *get_type_hints(RequestOptions)]
    assert get_original_bases(ChatSendParams) == (ChatSendArguments, RequestOptions)


def test_others_can_add_keys_of_their_own() -> None:
    class Further(ChatSystemMessageParam, total=False):
        remark: Required[str]

    assert is_typeddict(Further)
    assert {"role", "content"} <= Further.__required_keys__
    value = Further(role="system", content="Hi", remark="x")
    assert pydantic.TypeAdapter(Further).validate_python(value) == value
