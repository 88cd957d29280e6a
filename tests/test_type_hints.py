"""Annotations can be read at run time, everywhere: frameworks, documentation tools and `validate_call` do."""

from __future__ import annotations

import inspect
import pkgutil
import typing
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pydantic
import pytest
import typing_extensions
from pydantic import validate_call

import openrouter_sdk
from openrouter_sdk import Ok, OpenRouter, OpenRouterCore, RetryPolicy
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.funcs.files_upload import files_upload
from openrouter_sdk.funcs.models_list import models_list
from openrouter_sdk.params.chat import ChatSendParams
from openrouter_sdk.testing import FakeOpenRouter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SKIPPED = (".lib", ".testing", ".__main__")
CHECKED: Any = validate_call  # its types are those of the function, whose arguments are checked here
USER = {"role": "user", "content": "Hello"}


def public_modules() -> list[str]:
    found = [info.name for info in pkgutil.walk_packages(openrouter_sdk.__path__, "openrouter_sdk.")]
    return [name for name in found if not name.removeprefix("openrouter_sdk").startswith(SKIPPED)]


OPERATIONS = [name for name in public_modules() if ".funcs." in name or (".sdk." in name and ".sdk.sdk" not in name)]


def functions_of(kind: type) -> Iterator[Callable[..., Any]]:
    """Yield the methods of a class, and the getters of its properties, those of its bases included."""
    for base in kind.__mro__:
        if base.__module__.startswith("openrouter_sdk"):
            for member in [*vars(base).values()]:
                found: Any = member.fget if isinstance(member, property) else member
                found = getattr(found, "__func__", found) if type(found) in {classmethod, staticmethod} else found
                if inspect.isfunction(found):
                    yield found


def annotated(module: str) -> Iterator[Any]:
    """Yield all that has annotations in a module."""
    for thing in [*vars(import_module(module)).values()]:
        if getattr(thing, "__module__", None) == module:
            if isinstance(thing, type):
                yield thing
                yield from functions_of(thing)
            elif inspect.isfunction(thing):
                yield thing


@pytest.mark.parametrize("module", public_modules())
def test_the_type_hints_of_everything_resolve(module: str) -> None:
    for thing in annotated(module):
        for hints in (typing.get_type_hints(thing), typing_extensions.get_type_hints(thing, include_extras=True)):
            assert not any(isinstance(hint, (str, typing.ForwardRef)) for hint in hints.values()), thing
        if not isinstance(thing, type):
            inspect.signature(thing, eval_str=True)


def test_the_type_hints_of_what_the_package_exports_resolve() -> None:
    for name in openrouter_sdk.__all__:
        thing = getattr(openrouter_sdk, name)
        for each in (thing, *functions_of(thing)) if isinstance(thing, type) else ():
            typing.get_type_hints(each)


def test_what_a_function_takes_is_told_by_its_type_hints() -> None:
    hints = typing_extensions.get_type_hints(chat_send)
    assert hints["core"] is OpenRouterCore
    assert typing.get_args(hints["params"]) == (ChatSendParams,)
    for method in (OpenRouter.chat.send, OpenRouter.chat.send_async):
        assert typing_extensions.get_type_hints(method)["params"] == hints["params"]


@pytest.fixture
def client() -> Iterator[OpenRouter]:
    with FakeOpenRouter() as fake, OpenRouter(api_key=fake.api_key, server_url=fake.url) as made:
        yield made


@pytest.mark.parametrize("module", OPERATIONS)
def test_validate_call_takes_every_function_and_method(module: str) -> None:
    for thing in annotated(module):
        if not isinstance(thing, type) and not thing.__name__.startswith("_"):
            assert inspect.signature(CHECKED(thing)) == inspect.signature(thing)


class Job(pydantic.BaseModel):
    """As an application may have one."""

    client: OpenRouter
    request: ChatSendParams


def test_a_model_may_have_a_client_and_params(client: OpenRouter) -> None:
    request = {"model": "a/b", "messages": [USER], "retries": RetryPolicy(attempts=2)}
    job = Job.model_validate({"client": client, "request": request})
    assert job.client is client
    assert job.request == request
    with pytest.raises(pydantic.ValidationError, match="instance of OpenRouter"):
        Job.model_validate({"client": "k", "request": request})


def test_a_call_through_validate_call_is_the_call_itself(client: OpenRouter) -> None:
    for result in (
        CHECKED(credits_get_credits)(client),
        CHECKED(chat_send)(client, model="a/b", messages=[USER], temperature=0.5, timeout=5),
        CHECKED(models_list)(client),
        CHECKED(files_upload)(client, file=("a.txt", b"Hello")),
    ):
        assert isinstance(result, Ok)
    assert CHECKED(client.credits.get_credits)() == client.credits.get_credits()
    answer = CHECKED(client.chat.send)(model="a/b", messages=[USER], retries=0)
    assert type(answer) is type(client.chat.send(model="a/b", messages=[{"role": "user", "content": "Hello"}]))


def test_validate_call_finds_what_is_missing(client: OpenRouter) -> None:
    with pytest.raises(pydantic.ValidationError, match="messages"):
        CHECKED(chat_send)(client, model="a/b")
