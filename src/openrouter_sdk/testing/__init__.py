"""An OpenRouter to test against: no network, no key, no cost.

`FakeOpenRouter` answers chats, responses and messages (it echoes, streamed or whole), images, audio, videos, files, and
lists of models and keys, either on a port of the loopback interface or in process, as a transport for httpx. It records
every request, and plays scripted replies, streams and faults included:

    with FakeOpenRouter() as fake:
        fake.enqueue(Reply(status=429, headers={"retry-after": "1"}), Reply.events({"choices": []}, pause=0.5))
        answer = httpx.get(f"{fake.url}/credits", headers={"authorization": f"Bearer {fake.api_key}"})

    client = httpx.Client(transport=FakeOpenRouter().transport(), base_url="https://openrouter.ai/api/v1")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fake import FakeOpenRouter
    from .messages import RecordedRequest, Reply

__all__ = ["FakeOpenRouter", "RecordedRequest", "Reply"]

_HOMES = {"FakeOpenRouter": "fake", "RecordedRequest": "messages", "Reply": "messages"}


def _look_up(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value  # found without this function from now on
    return value


if not TYPE_CHECKING:  # a type checker that saw this would take any name for granted
    __getattr__ = _look_up


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
