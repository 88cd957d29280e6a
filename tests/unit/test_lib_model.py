"""lib.model: the base of all models, and the choice of a union's member by its tag."""

import pkgutil
from importlib import import_module
from typing import Annotated, Any, Final, Literal

import pydantic
import pytest
from pydantic import TypeAdapter
from typing_extensions import NotRequired, Required, TypedDict

from openrouter_sdk import BaseModel, Unrecognized, models
from openrouter_sdk.lib.misfits import places, read
from openrouter_sdk.lib.model import OneOf, as_it_came, tags
from openrouter_sdk.models.chat import ChatResult

MODES: Final[tuple[Literal["validation", "serialization"], ...]] = ("validation", "serialization")


class Cat(BaseModel):
    type: Literal["cat", "kitten"]
    lives: int = 9


class Dog(BaseModel):
    type: Literal["dog"]
    name: str


class Other(BaseModel):
    type: str
    note: str = ""


class CatParam(TypedDict, total=False):
    type: Required[Literal["cat", "kitten"]]
    lives: int


class OtherParam(TypedDict, total=False):
    type: Required[str]
    note: str


class Untagged(TypedDict, total=False):
    name: str


RESPONSE: TypeAdapter[Any] = TypeAdapter(Annotated[Cat | Dog | Unrecognized, OneOf("type")])
RESPONSE_WITH_FALLBACK: TypeAdapter[Any] = TypeAdapter(Annotated[Cat | Other | Unrecognized, OneOf("type")])
REQUEST: TypeAdapter[Any] = TypeAdapter(Annotated[CatParam | Dog, OneOf("type")])
REQUEST_WITH_FALLBACK: TypeAdapter[Any] = TypeAdapter(Annotated[OtherParam | CatParam, OneOf("type")])
UNKNOWN = [{"type": "bird"}, {}, {"type": None}, {"type": ["cat"]}, {"type": {"a": 1}}, {"type": 1}, {"other": "cat"}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "cat"}, Cat(type="cat")),
        ({"type": "kitten", "lives": 8}, Cat(type="kitten", lives=8)),
        ({"type": "dog", "name": "Rex"}, Dog(type="dog", name="Rex")),
    ],
)
def test_a_response_becomes_the_member_that_its_tag_names(value: Any, expected: BaseModel) -> None:
    assert RESPONSE.validate_python(value) == expected


@pytest.mark.parametrize("value", UNKNOWN)
def test_an_unknown_missing_or_unhashable_tag_is_unrecognized_in_a_response(value: Any) -> None:
    assert RESPONSE.validate_python(value) == Unrecognized(raw=value)


@pytest.mark.parametrize("value", UNKNOWN)
def test_an_unknown_missing_or_unhashable_tag_passes_in_a_request(value: Any) -> None:
    assert REQUEST.validate_python(value) == value


def test_a_response_can_come_from_json() -> None:
    assert RESPONSE.validate_json(b'{"type": "dog", "name": "Rex"}') == Dog(type="dog", name="Rex")


def test_the_member_without_a_constant_tag_takes_all_others() -> None:
    assert RESPONSE_WITH_FALLBACK.validate_python({"type": "cat"}) == Cat(type="cat")
    assert RESPONSE_WITH_FALLBACK.validate_python({"type": "bird", "note": "x"}) == Other(type="bird", note="x")


def test_the_member_without_a_constant_tag_may_stand_first() -> None:
    with pytest.raises(pydantic.ValidationError, match="lives"):
        REQUEST_WITH_FALLBACK.validate_python({"type": "cat", "lives": "nine"})
    with pytest.raises(pydantic.ValidationError, match="note"):
        REQUEST_WITH_FALLBACK.validate_python({"type": "bird", "note": 1})


@pytest.mark.parametrize("adapter", [RESPONSE, REQUEST])
@pytest.mark.parametrize("value", [None, 1, "cat", ["cat"], object()])
def test_what_isnt_an_object_is_refused(adapter: TypeAdapter[Any], value: Any) -> None:
    with pytest.raises(pydantic.ValidationError) as refused:
        adapter.validate_python(value)
    [problem] = refused.value.errors()
    assert problem["msg"] == "Input should be an object with a 'type'"


def test_an_instance_stays_itself_in_a_response() -> None:
    cat = Cat(type="cat")
    assert RESPONSE.validate_python(cat) is cat


def test_an_instance_goes_back_into_a_request_as_it_came() -> None:
    came = {"type": "dog", "name": "Rex", "new": {"deep": [1]}}
    assert REQUEST.validate_python(Dog.model_validate(came)) == came


def test_an_instance_that_is_unrecognized_goes_back_as_it_came() -> None:
    assert REQUEST.validate_python(Unrecognized(raw={"type": "bird"})) == {"type": "bird"}


def test_a_misfit_inside_a_member_tells_its_whole_place() -> None:
    adapter = TypeAdapter(dict[str, list[Annotated[Cat | Dog | Unrecognized, OneOf("type")]]])
    value, misfits = read(adapter.validate_python, {"pets": [{"type": "cat"}, {"type": "dog", "name": 7}]})
    [(place, misfit)] = places(value, misfits)
    assert place == ("pets", 1, "name")
    assert (misfit.owner, misfit.field, misfit.value) == (Dog, "name", 7)


class Fish(BaseModel):
    type: Literal["animal"]
    fins: int


class Bird(BaseModel):
    type: Literal["animal"]
    wings: int


class Stone(BaseModel):
    type: str
    weight: float | None = None


ANIMAL: TypeAdapter[Any] = TypeAdapter(Annotated[Stone | Fish | Bird | Unrecognized, OneOf("type")])
UNTAGGED: TypeAdapter[Any] = TypeAdapter(Annotated[Fish | Bird | Unrecognized, OneOf()])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "animal", "fins": 2}, Fish),
        ({"type": "animal", "wings": 2}, Bird),
        ({"wings": 2}, Bird),  # without the tag
        ({"type": None, "wings": 2}, Bird),
        ({"wings": "many"}, Bird),  # all that it requires is there
        ({"type": "pebble", "weight": 1}, Stone),
        ({"weight": 1}, Unrecognized),  # never the member that takes any tag
        ({}, Unrecognized),
        ({"roots": 7}, Unrecognized),
    ],
)
def test_members_that_share_a_tag_or_lack_it_are_the_first_that_fits(value: Any, expected: type[BaseModel]) -> None:
    assert type(ANIMAL.validate_python(value)) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "animal", "wings": 2}, Bird),
        ({"type": "animal", "fins": 2}, Fish),
        ({"type": "animal", "wings": "many"}, Bird),
        ({"roots": 7}, Unrecognized),
        ({}, Unrecognized),
    ],
)
def test_members_without_a_tag_are_told_apart_by_their_fields(value: Any, expected: type[BaseModel]) -> None:
    assert type(UNTAGGED.validate_python(value)) is expected


def test_an_unrecognized_member_has_a_type_that_the_api_has_not() -> None:
    found = RESPONSE.validate_python({"type": "bird"})
    assert (found.type, found.raw) == ("UNKNOWN", {"type": "bird"})


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (Cat, ("cat", "kitten")),
        (CatParam, ("cat", "kitten")),
        (Other, (None,)),
        (OtherParam, (None,)),
        (Untagged, ()),
        (Unrecognized, ()),
        (str, ()),
    ],
)
def test_tags_of_a_member(member: Any, expected: tuple[str | None, ...]) -> None:
    assert tags(member, "type") == expected


def test_a_tag_may_be_left_out_of_a_typed_dict() -> None:
    class Kind(TypedDict, total=False):
        type: NotRequired[Literal["a"]]

    assert tags(Kind, "type") == ("a",)


def test_as_it_came_has_the_fields_that_were_there() -> None:
    assert as_it_came(Cat.model_validate({"type": "cat"})) == {"type": "cat"}
    assert as_it_came(Cat.model_validate({"type": "cat", "lives": 9, "x": None})) == {
        "type": "cat",
        "lives": 9,
        "x": None,
    }


def test_models_keep_fields_that_they_dont_know() -> None:
    cat = Cat.model_validate({"type": "cat", "colour": "red"})
    assert cat.model_extra == {"colour": "red"}
    assert cat.model_dump()["colour"] == "red"


def test_an_unrecognized_member_is_written_as_it_came() -> None:
    assert Unrecognized(raw={"type": "bird"}).model_dump_json() == '{"type":"bird"}'


def models_of(module: str) -> list[type[pydantic.BaseModel]]:
    found = vars(import_module(f"openrouter_sdk.models.{module}")).values()
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseModel)]


@pytest.mark.parametrize("module", [info.name for info in pkgutil.iter_modules(models.__path__)])
def test_every_model_has_a_json_schema(module: str) -> None:
    """Web frameworks ask for it where an answer is passed on."""
    kinds = [kind for kind in models_of(module) if kind is not Unrecognized]
    described = [kind.model_json_schema(mode=mode) for kind in kinds for mode in MODES]
    assert {schema["type"] for schema in described} == {"object"}


def test_a_json_schema_describes_classes_of_other_modules_and_leaves_unions_open() -> None:
    found = ChatResult.model_json_schema()
    (alignment, _) = found["properties"]["alignment"]["anyOf"]
    assert alignment["title"] == "Alignment"
    assert alignment["properties"]["calls"]["items"] == {"type": "object"}


def test_the_json_schema_of_what_is_written_for_an_unrecognized_member_is_anything() -> None:
    assert TypeAdapter(list[Unrecognized]).json_schema(mode="serialization")["$defs"] == {"Unrecognized": {}}
