"""Names that people know from elsewhere lead to ours: arguments, options, attributes, classes, and modules."""

from __future__ import annotations

import copy
import pickle
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import openrouter_sdk
from openrouter_sdk import Err, Ok, OpenRouter, OpenRouterCore, errors
from openrouter_sdk.lib import hints

if TYPE_CHECKING:
    from collections.abc import Callable

ARGUMENTS = [
    ("chat_send", "timeout_ms", "did you mean 'timeout', in seconds?"),
    ("chat_send", "timeoutMs", "did you mean 'timeout', in seconds?"),
    ("chat_send", "max_retries", "did you mean 'retries': how many times to try again?"),
    ("chat_send", "base_url", "did you mean 'server_url'?"),
    ("chat_send", "serverURL", "did you mean 'server_url'?"),
    ("chat_send", "headers", "did you mean 'extra_headers'?"),
    ("chat_send", "maxTokens", "did you mean 'max_tokens'?"),
    ("chat_send", "max_output_tokens", "did you mean 'max_completion_tokens'?"),
    ("chat_send", "prompt", "did you mean 'messages'?"),
    ("chat_send", "input", "did you mean 'messages'?"),
    ("chat_send", "functions", "did you mean 'tools'?"),
    ("chat_send", "api_key", ".with_options(api_key=...)"),
    ("chat_send", "brand_new", "put it into extra_body"),
    ("responses_send", "messages", "did you mean 'input'?"),
    ("responses_send", "max_tokens", "did you mean 'max_output_tokens'?"),
    ("responses_send", "system", "did you mean 'instructions'?"),
    ("messages_create", "stop", "did you mean 'stop_sequences'?"),
    ("models_list", "brand_new", "put it into extra_query"),
]


@pytest.mark.parametrize(("function", "name", "hint"), ARGUMENTS)
def test_an_argument_of_another_sdk(function: str, name: str, hint: str) -> None:
    call = getattr(import_module(f"openrouter_sdk.funcs.{function}"), function)
    error = call(OpenRouterCore(api_key="k"), **{name: 1}).error
    assert isinstance(error, errors.SDKValidationError)
    assert f"{name}: There is no such argument" in str(error)
    assert hint in error.pretty()


OPTIONS = [
    ("base_url", "did you mean 'server_url'?"),
    ("timeout_ms", "did you mean 'timeout', in seconds?"),
    ("max_retries", "did you mean 'retries': how many times to try again?"),
    ("apiKey", "did you mean 'api_key'?"),
    ("serverURL", "did you mean 'server_url'?"),
    ("retry_config", "did you mean 'retries'"),
    ("default_headers", "give 'extra_headers' to a call"),
    ("http_cleint", "did you mean 'http_client'?"),
]


@pytest.mark.parametrize("make", [OpenRouter, OpenRouterCore, OpenRouterCore(api_key="k").with_options])
@pytest.mark.parametrize(("name", "hint"), OPTIONS)
def test_an_option_of_another_sdk(make: Callable[..., object], name: str, hint: str) -> None:
    with pytest.raises(TypeError, match="got an unexpected argument") as refused:
        make(**{name: 1})
    assert hint in str(refused.value)


def test_an_option_like_no_other_has_no_hint() -> None:
    make: Any = OpenRouter
    with pytest.raises(TypeError) as refused:
        make(qqqq=1)
    assert str(refused.value) == "OpenRouter() got an unexpected argument 'qqqq'"


def test_options_have_names() -> None:
    make: Any = OpenRouter
    with pytest.raises(TypeError, match=r"OpenRouter\(api_key=\.\.\.\)"):
        make("sk-or-v1-x")


ATTRIBUTES = [
    ("keys", "client.api_keys"),
    ("apiKeys", "client.api_keys"),
    ("audio", "client.stt or client.tts"),
    ("completions", "client.chat"),
    ("o_auth", "client.oauth"),
    ("chatt", "client.chat"),
    ("chat.completions", ".send(...)"),
    ("chat.create", ".send(...)"),
    ("chat.sendAsync", ".send_async(...)"),
    ("chat.stream", ".send(stream=True, ...)"),
    ("embeddings.create", ".generate(...)"),
    ("responses.create", ".send(...)"),
    ("images.create", ".generate(...)"),
    ("models.retrieve", ".get(...)"),
    ("files.create", ".upload(...)"),
    ("credits.get", ".get_credits(...)"),
]


@pytest.mark.parametrize(("path", "hint"), ATTRIBUTES)
def test_an_attribute_of_another_sdk(path: str, hint: str) -> None:
    *holders, name = path.split(".")
    holder: Any = OpenRouter(api_key="k")
    for step in holders:
        holder = getattr(holder, step)
    with pytest.raises(AttributeError) as refused:
        getattr(holder, name)
    assert f"has no attribute {name!r}; did you mean {hint}?" in str(refused.value)
    assert not hasattr(holder, name)


def test_a_client_with_hints_is_still_copied_and_pickled() -> None:
    client = OpenRouter(api_key="k")
    assert repr(copy.copy(client)) == repr(copy.deepcopy(client)) == repr(pickle.loads(pickle.dumps(client)))  # noqa: S301  # ours


def test_a_class_of_another_sdk() -> None:
    with pytest.raises(AttributeError, match="the client is OpenRouter"):
        openrouter_sdk.AsyncOpenRouter  # type: ignore[attr-defined] # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ImportError, match=r"OpenRouter, whose asynchronous methods end in _async"):
        from openrouter_sdk import AsyncOpenRouter  # type: ignore[attr-defined] # noqa: F401  # pyright: ignore[reportAttributeAccessIssue, reportUnusedImport]
    assert not hasattr(openrouter_sdk, "AsyncOpenRouter")


def test_a_module_that_is_called_says_where_its_function_is() -> None:
    module: Any = import_module("openrouter_sdk.funcs.chat_send")
    with pytest.raises(TypeError, match=r"from openrouter_sdk\.funcs\.chat_send import chat_send"):
        module(OpenRouterCore(api_key="k"), messages=[])


# --- a result that is taken for the answer


def enter(result: Any) -> None:
    with result:
        pass


USES: list[Callable[[Any], object]] = [
    list,
    iter,
    aiter,
    enter,
    lambda result: result[0],
    lambda result: result.choices,
    lambda result: result.text,
]


@pytest.mark.parametrize("use", USES, ids=range(len(USES)))
def test_a_result_says_how_to_get_at_the_answer(use: Callable[[Any], object]) -> None:
    with pytest.raises((TypeError, AttributeError), match=r"this Ok .*, but holds the answer: .*\.unwrap\(\)"):
        use(Ok([1]))


@pytest.mark.parametrize("use", USES, ids=range(len(USES)))
def test_an_error_that_is_taken_for_the_answer_tells_itself(use: Callable[[Any], object]) -> None:
    cause = ValueError("boom")
    with pytest.raises((TypeError, AttributeError), match=r"the call failed \(ValueError: boom\)") as refused:
        use(Err(cause))
    assert refused.value.__cause__ is cause


def test_results_are_still_copied_pickled_and_asked() -> None:
    for result in (Ok([1]), Ok(None)):
        assert copy.deepcopy(result) == copy.copy(result) == pickle.loads(pickle.dumps(result)) == result  # noqa: S301  # ours
    assert not hasattr(Ok(1), "choices")
    assert not hasattr(Err(ValueError()), "__deepcopy__")


@pytest.mark.parametrize(
    ("name", "snake"),
    [("serverURL", "server_url"), ("maxTokens", "max_tokens"), ("x", "x"), ("HTTPReferer", "http_referer")],
)
def test_snake_case(name: str, snake: str) -> None:
    assert hints.snake_case(name) == snake
