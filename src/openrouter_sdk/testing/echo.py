"""The fake's intelligence: it answers with what it was told last, and counts words for tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from .handling import Object, is_list, is_object

_TOKENS_PER_USD = 1_000_000  # in prompt and completion alike
DEFAULT_MODEL = "openrouter/auto"
PROCESSING = b": OPENROUTER PROCESSING\n\n"  # OpenRouter keeps connections alive with it


class Tokens(NamedTuple):
    """How many tokens a generation took."""

    prompt: int
    completion: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.prompt + self.completion

    @property
    def cost(self) -> float:
        """The price in USD."""
        return self.total / _TOKENS_PER_USD


class Echo(NamedTuple):
    """An answer, and what it takes."""

    model: str
    text: str
    tokens: Tokens


def answer(body: Object, messages: list[Object]) -> Echo:
    """Answer a chat of any API: messages with a role and a content, of which the user's last counts."""
    texts = [(message.get("role"), _text(message.get("content"))) for message in messages]
    last = [text for role, text in texts if role == "user"][-1:]
    text = f"Echo: {''.join(last)}"
    tokens = Tokens(sum(len(text.split()) for _, text in texts), len(text.split()))
    return Echo(str(body.get("model") or DEFAULT_MODEL), text, tokens)


def _text(content: object) -> str:
    """Read the text of a message's content, which is a string, or a list of parts with text in some."""
    if isinstance(content, str):
        return content
    parts = content if is_list(content) else []
    texts: list[object] = [part.get("text") for part in parts if is_object(part)]
    return "".join(text for text in texts if isinstance(text, str))


def words(text: str) -> list[str]:
    """Cut a text into words, each with the space before it."""
    return re.findall(r"\s*\S+|\s+", text)
