"""lib.model: stand-ins for what another module of types defines."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import pytest
from pydantic import TypeAdapter

from openrouter_sdk import BaseModel, Unrecognized
from openrouter_sdk.lib.lenient import construct
from openrouter_sdk.lib.misfits import places, read
from openrouter_sdk.lib.model import OneOf, build_waiting, late, loaded
from openrouter_sdk.lib.validators import validator_of


class Wheel(BaseModel):
    type: Literal["wheel"]
    size: int


class Bell(BaseModel):
    type: Literal["bell"]
    sound: str | None = None


class Short(BaseModel):
    id: str


class Long(Short):
    text: str
    number: int


elsewhere = ModuleType("openrouter_sdk.models.elsewhere")
vars(elsewhere).update(Wheel=Wheel, Bell=Bell, Part=Annotated[Wheel | Bell | Unrecognized, OneOf("type")], Size=int)
vars(elsewhere).update(Short=Short, Long=Long)
if TYPE_CHECKING:
    LateWheel: TypeAlias = Wheel
    LateBell: TypeAlias = Bell
    LateLamp: TypeAlias = BaseModel
    LatePart: TypeAlias = Wheel | Bell | Unrecognized
    LateSize: TypeAlias = int
    InlineShort: TypeAlias = Short
    InlineLong: TypeAlias = Long
else:
    LateWheel, LateBell = late("models.elsewhere.Wheel"), late("models.elsewhere.Bell")
    LateLamp = late("models.elsewhere.Lamp")
    LatePart = late("models.elsewhere.Part", inline=True)
    LateSize = late("models.elsewhere.Size", inline=True)
    InlineShort = late("models.elsewhere.Short", inline=True)
    InlineLong = late("models.elsewhere.Long", inline=True)


class Bicycle(BaseModel):
    front: LateWheel
    spare: LateWheel | None = None
    parts: list[LatePart] = []  # noqa: RUF012  # pydantic copies defaults
    size: LateSize | None = None
    extras: Annotated[LateWheel | LateBell | Unrecognized, OneOf("type")] | None = None
    by_name: dict[str, LateBell] | None = None


@pytest.fixture(autouse=True)
def _there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, elsewhere.__name__, elsewhere)


WHEEL = {"type": "wheel", "size": 28}
BELL = {"type": "bell", "sound": "ring", "loud": True}
WHOLE: dict[str, Any] = {
    "front": WHEEL,
    "spare": None,
    "parts": [WHEEL, BELL, {"type": "lamp"}],
    "size": 56,
    "extras": BELL,
    "by_name": {"left": BELL},
}


@pytest.mark.parametrize("as_json", [True, False])
def test_every_place_of_a_stand_in_is_typed_and_goes_back_as_it_came(*, as_json: bool) -> None:
    made: Any = Bicycle.model_validate_json(json.dumps(WHOLE)) if as_json else Bicycle.model_validate(WHOLE)
    assert isinstance(made.front, Wheel)
    assert [type(part) for part in made.parts] == [Wheel, Bell, Unrecognized]
    assert (type(made.extras), type(made.by_name["left"]), made.size) == (Bell, Bell, 56)
    assert made.model_dump(exclude_unset=True) == WHOLE
    assert json.loads(made.model_dump_json(exclude_unset=True)) == WHOLE


def test_an_instance_stays_itself() -> None:
    wheel = Wheel(type="wheel", size=20)
    assert Bicycle(front=wheel).front is wheel


def test_a_misfit_tells_its_whole_place() -> None:
    value, misfits = read(Bicycle.model_validate, {"front": {"type": "wheel", "size": "big"}, "size": "big"})
    assert [place for place, _ in places(value, misfits)] == [("front", "size"), ("size",)]


def test_what_fits_is_typed_around_a_misfit_in_it() -> None:
    misfits = {"spare": {"type": "wheel", "size": "big"}, "extras": {"type": "bell", "sound": 1}}
    made = construct(Bicycle, {**WHOLE, **misfits})
    assert isinstance(made, Bicycle)
    assert isinstance(made.front, Wheel)
    assert isinstance(made.spare, Wheel)
    assert isinstance(made.extras, Bell)
    assert made.model_dump(exclude_unset=True) == {**WHOLE, **misfits}


def test_a_stand_in_is_told_by_the_name_of_what_it_stands_for() -> None:
    assert repr(LateWheel) == "<class 'openrouter_sdk.models.elsewhere.Wheel'>"
    assert (loaded(LateWheel), loaded(LateSize), loaded(Wheel)) == (Wheel, int, Wheel)


def test_a_stand_in_makes_and_knows_instances_of_its_class() -> None:
    wheel: Any = LateWheel(type="wheel", size=20)
    assert type(wheel) is Wheel
    assert [isinstance(wheel, kind) for kind in (LateWheel, LateBell)] == [True, False]


def test_building_what_waits_reaches_stand_ins() -> None:
    class Lonely(BaseModel):
        lamp: LateLamp | None = None

    class Lamp(BaseModel):
        watts: int

    vars(elsewhere)["Lamp"] = Lamp
    validator_of(Lonely)
    assert not Lamp.__pydantic_complete__
    build_waiting()
    assert Lamp.__pydantic_complete__


def test_a_class_is_loaded_for_its_first_value_and_an_alias_for_the_validator_around_it() -> None:
    program = """
import sys
from openrouter_sdk.models.chat import ChatChoice, ChatResult, ReasoningDetailText
loaded = lambda: "openrouter_sdk.models.shared" in sys.modules
answer = {"id": "1", "model": "a/b", "object": "chat.completion", "created": 1, "choices": []}
seen = [type(ChatResult.model_validate(answer)), loaded()]
alignment = ChatResult.model_validate({**answer, "alignment": {"calls": []}}).alignment
print(seen == [ChatResult, False], loaded(), type(alignment).__module__)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert done.stdout == "True True openrouter_sdk.models.shared\n"


def test_pydantic_takes_a_stand_in_by_itself() -> None:
    assert TypeAdapter(LateWheel).validate_python(WHEEL) == Wheel(type="wheel", size=28)
