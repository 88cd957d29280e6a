"""lib.typed: typed dicts that are made when they are first used, and do what typed dicts do."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest
from typing_extensions import Required, get_type_hints

from openrouter_sdk.lib import typed
from openrouter_sdk.lib.typed import TypedDict
from openrouter_sdk.params.chat import ChatSendParams, ChatSystemMessageParam


class Leaf(TypedDict, total=False):
    size: Required[int]
    next: Leaf


class Tree(Leaf, total=False):
    name: str


Odd = TypedDict("Odd", {"in": Required[int], "a-b": str}, total=False)


class Mine(pydantic.BaseModel):
    messages: list[ChatSystemMessageParam]


def test_keys() -> None:
    assert Leaf.__required_keys__ == {"size"}
    assert Tree.__required_keys__ == {"size"}
    assert Tree.__optional_keys__ == {"name", "next"}
    assert Odd.__required_keys__ == {"in"}
    assert typed.keys(Tree) == {"size", "next", "name"}
    assert "messages" in ChatSendParams.__required_keys__


def test_types() -> None:
    assert get_type_hints(Tree)["size"] is int
    assert typed.annotation(Tree, "size") == Required[int]
    assert typed.annotation(Leaf, "next") is Leaf
    with pytest.raises(KeyError):
        typed.annotation(Leaf, "name")


def test_a_call_makes_a_dict() -> None:
    tree = Tree(size=1, name="oak")
    assert tree == {"size": 1, "name": "oak"}
    assert type(tree) is dict
    assert Odd({"in": 1}) == {"in": 1}


def test_pydantic_takes_it_for_a_typed_dict() -> None:
    adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Tree)
    value = {"size": 1, "next": {"size": 2}}
    assert adapter.validate_python(value) == value
    with pytest.raises(pydantic.ValidationError, match=r"next\.size"):
        adapter.validate_python({"size": 1, "next": {}})
    assert pydantic.TypeAdapter(Odd).validate_python({"in": "1"}) == {"in": 1}
    assert Mine.model_validate({"messages": [{"role": "system", "content": "Hi"}]}).messages[0]["role"] == "system"


def test_it_is_made_once_and_when_it_is_used() -> None:
    class Unused(TypedDict, total=False):
        name: str

    before = typed.made.cache_info().currsize
    assert Unused(name="x") == {"name": "x"}
    assert typed.made.cache_info().currsize == before
    kind: Any = Leaf
    assert typed.made(kind) is typed.made(kind)
    assert typed.made(kind).__module__ == __name__


def test_what_is_a_dict_is_an_instance() -> None:
    kind: Any = Leaf
    assert isinstance({}, kind)
    assert not isinstance([], kind)


def test_total_is_refused() -> None:
    with pytest.raises(TypeError, match="total=True isn't supported"):
        typed.LateTypedDict("Whole", (), {}, total=True)
