"""What mocks and tracers replace on a client is what is called (promise 13)."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from openrouter_sdk import OpenRouter

from .support import HELLO, KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openrouter_sdk.testing import FakeOpenRouter

    from .support import Caller


@pytest.fixture
def client(fake: FakeOpenRouter, call: Caller) -> Iterator[OpenRouter]:
    client = OpenRouter(api_key=KEY, server_url=fake.url)
    yield client
    call.run(client.aclose())


def send(client: OpenRouter, call: Caller) -> Any:
    method: Callable[..., Any] = client.chat.send_async if call.is_async else client.chat.send
    result: Any = method(model="a/b", messages=HELLO)
    return call.run(result) if call.is_async else result


def test_a_resource_is_the_same_object_each_time(client: OpenRouter) -> None:
    assert client.chat is client.chat
    assert client.beta.responses is client.beta.responses
    assert client.chat is not client.with_options().chat
    assert copy.copy(client).chat is not client.chat


def test_a_patched_method_is_called_and_comes_back(fake: FakeOpenRouter, client: OpenRouter, call: Caller) -> None:
    name = "send_async" if call.is_async else "send"
    with mock.patch.object(client.chat, name) as patched:  # of a coroutine function it makes one
        patched.return_value = "mocked"
        assert send(client, call) == "mocked"
    assert fake.requests == []
    assert send(client, call).choices[0].message.content == "Echo: Hello there"


def test_an_assigned_method_is_called(fake: FakeOpenRouter, client: OpenRouter, call: Caller) -> None:
    name = "send_async" if call.is_async else "send"
    original = getattr(client.chat, name)
    seen: list[Any] = []

    def traced(**params: Any) -> Any:
        seen.append(params)
        return original(**params)

    setattr(client.chat, name, traced)
    send(client, call)
    assert (len(seen), len(fake.requests)) == (1, 1)


def test_a_whole_resource_and_a_method_of_the_client_can_be_patched(client: OpenRouter) -> None:
    with mock.patch.object(client, "chat") as chat, mock.patch.object(client, "close") as close:
        client.chat.send(model="a/b", messages=[])
        client.close()
    assert (chat.send.call_count, close.call_count) == (1, 1)
    assert not isinstance(client.chat, mock.NonCallableMock)


@pytest.mark.parametrize("instance", [False, True])
def test_an_autospec_of_the_client_knows_its_resources(instance: bool) -> None:  # noqa: FBT001  # a parameter
    spec: Any = mock.create_autospec(OpenRouter, instance=instance)
    made = spec if instance else spec(api_key=KEY)
    made.chat.send.return_value = "mocked"
    assert made.chat.send(model="a/b", messages=HELLO) == "mocked"
    assert made.beta.responses.send(input="Hello").called is not None
    with pytest.raises(AttributeError, match="sennd"):
        made.chat.sennd()


def test_what_was_replaced_stays_behind_when_a_client_is_pickled(client: OpenRouter) -> None:
    with mock.patch.object(client.chat, "send"):
        again = pickle.loads(pickle.dumps(client))  # noqa: S301  # our own
        assert not isinstance(again.chat.send, mock.NonCallableMock)
