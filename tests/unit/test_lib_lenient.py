"""lib.lenient: what fits is typed, the rest stays as it came, gaps are None."""

# ruff: noqa: RUF012  # pydantic copies defaults
from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from openrouter_sdk import BaseModel, Unrecognized
from openrouter_sdk.lib.lenient import construct
from openrouter_sdk.lib.model import OneOf


class Cat(BaseModel):
    type: Literal["cat"]
    lives: int


class Dog(BaseModel):
    type: Literal["dog"]
    name: str
    tricks: list[str] = []


Pet = Annotated[Cat | Dog | Unrecognized, OneOf("type")]


class Home(BaseModel):
    number: int
    label: str | None = None
    from_: str = Field(alias="from", default="here")
    cats: list[Cat] = []
    by_name: dict[str, Cat] = {}
    grid: list[list[Cat]] = []
    pets: list[Pet] = []
    favourite: Pet | None = None
    cat_or_text: str | Cat = ""
    anything: Any = None


class Kennel(BaseModel):
    pet: Pet
    number: int


def home(**members: Any) -> Any:
    value = construct(Home, members)
    assert isinstance(value, Home)
    return value


def test_what_fits_is_as_validated() -> None:
    assert home(number=1, cats=[{"type": "cat", "lives": 9}]) == Home(number=1, cats=[Cat(type="cat", lives=9)])


def test_a_missing_required_field_reads_as_none() -> None:
    assert home(label="x").number is None


def test_a_missing_optional_field_has_its_default() -> None:
    made = home(number="?")
    assert (made.label, made.from_, made.cats) == (None, "here", [])


def test_defaults_arent_shared() -> None:
    home(number="?").cats.append(Cat(type="cat", lives=1))
    assert home(number="?").cats == []


def test_a_field_that_doesnt_fit_stays_as_it_came_and_the_others_are_typed() -> None:
    made = home(number="many", label="x", cats=[{"type": "cat", "lives": 9}])
    assert made.number == "many"
    assert made.cats == [Cat(type="cat", lives=9)]


def test_aliases_are_followed() -> None:
    made = home(**{"number": "?", "from": "there"})
    assert made.from_ == "there"
    assert made.model_dump(warnings=False)["from"] == "there"


def test_unknown_fields_are_kept() -> None:
    made = home(number="?", new={"deep": [1]})
    assert made.model_extra == {"new": {"deep": [1]}}
    assert made.model_dump(exclude_unset=True, warnings=False) == {"number": "?", "new": {"deep": [1]}}


BAD_CAT = {"type": "cat", "lives": "nine", "colour": "red"}


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"cats": [BAD_CAT]}, ("cats", 0)),
        ({"by_name": {"tom": BAD_CAT}}, ("by_name", "tom")),
        ({"grid": [[BAD_CAT]]}, ("grid", 0, 0)),
        ({"pets": [BAD_CAT]}, ("pets", 0)),
        ({"favourite": BAD_CAT}, ("favourite",)),
        ({"cat_or_text": BAD_CAT}, ("cat_or_text",)),
    ],
    ids=["list", "dict", "nested list", "tagged union in a list", "optional tagged union", "plain union"],
)
def test_models_are_found_wherever_they_stand(members: dict[str, Any], path: tuple[Any, ...]) -> None:
    cat: Any = getattr(home(number=1, **members), path[0])
    for step in path[1:]:
        cat = cat[step]
    assert (type(cat), cat.lives, cat.model_extra) == (Cat, "nine", {"colour": "red"})


def test_neighbours_of_what_doesnt_fit_are_typed() -> None:
    made = home(number=1, cats=[BAD_CAT, {"type": "cat", "lives": 9}, 3])
    assert made.cats[1:] == [Cat(type="cat", lives=9), 3]


def test_a_member_is_picked_by_its_tag_though_it_doesnt_fit() -> None:
    [dog] = home(number=1, pets=[{"type": "dog", "name": 7}]).pets
    assert (type(dog), dog.name) == (Dog, 7)


def test_an_unknown_tag_is_unrecognized_beside_what_doesnt_fit() -> None:
    bird = {"type": "bird", "sings": True}
    assert home(number="?", pets=[bird], favourite=bird).pets == [Unrecognized(raw=bird)]


def test_a_member_of_a_fields_own_union_is_picked_by_its_tag() -> None:
    made = construct(Kennel, {"number": 1, "pet": {"type": "dog", "name": 7}})
    assert type(made.pet) is Dog


def test_an_unknown_tag_in_a_fields_own_union_is_unrecognized_beside_what_doesnt_fit() -> None:
    made = construct(Kennel, {"number": "?", "pet": {"type": "bird"}})
    assert made.pet == Unrecognized(raw={"type": "bird"})


@pytest.mark.parametrize("raw", [None, 1, "text", [1], {"a": None}, []])
def test_any_json_is_kept_where_a_list_of_models_was_expected(raw: Any) -> None:
    assert construct(list[Cat], raw) == raw


@pytest.mark.parametrize("raw", [None, 1, "text", [1]])
def test_what_isnt_an_object_is_kept_where_a_model_was_expected(raw: Any) -> None:
    assert construct(Cat, raw) == raw


def test_a_top_level_union_is_picked_by_its_tag() -> None:
    assert type(construct(Pet, {"type": "dog"})) is Dog
    assert construct(Pet, {"type": "bird"}) == Unrecognized(raw={"type": "bird"})
    assert construct(Pet, 3) == 3


def test_what_was_made_can_be_copied_and_dumped() -> None:
    made = home(number="?", cats=[BAD_CAT], new=1)
    assert made.model_copy(deep=True) == made
    dumped = made.model_dump(mode="json", exclude_unset=True, warnings=False)
    assert dumped == {"number": "?", "cats": [BAD_CAT], "new": 1}
