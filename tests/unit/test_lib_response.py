"""lib.response: large answers are read past the garbage collector."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

import httpx
import pydantic
import pytest

from openrouter_sdk import BaseModel, OpenRouterCore, ResponseInfo
from openrouter_sdk.lib.operation import Json, Operation
from openrouter_sdk.lib.response import Answer, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

seen: list[bool] = []


class Item(BaseModel):
    name: str

    @pydantic.field_validator("name")
    @classmethod
    def look(cls, name: str) -> str:
        seen.append(gc.isenabled())
        return name


class Items(BaseModel):
    items: list[Item]


OPERATION: Operation[Any, Any] = Operation("items", "GET", "/items", "x.X", {200: Json(Items)}, None)
LARGE, SMALL = {"items": [{"name": "x" * 3000}] * 100}, {"items": [{"name": "x"}]}


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    gc.collect()  # where many objects are young, none are made past the collector
    seen.clear()
    yield
    gc.enable()


def read(value: object) -> Any:
    info = ResponseInfo(200, httpx.Headers({"content-type": "application/json"}))
    return decode(Answer(OpenRouterCore().settings, OPERATION, info, json.dumps(value).encode()))


def test_a_large_answer_is_read_without_collecting() -> None:
    assert len(read(LARGE).items) == 100
    assert set(seen) == {False}
    assert gc.isenabled()


def test_a_small_answer_is_read_as_usual() -> None:
    assert len(read(SMALL).items) == 1
    assert seen == [True]


def test_a_large_answer_that_does_not_fit_is_kept() -> None:
    assert len(read({"items": [{"name": "x" * 3000}] * 100 + [{"name": 1}]}).items) == 101
    assert gc.isenabled()
