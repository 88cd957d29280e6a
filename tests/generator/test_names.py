"""Names: what an API calls a thing, as a valid name in Python."""

from __future__ import annotations

import keyword

import pydantic
import pytest
from generator.names import ERRORS, attribute, function_pascal, is_identifier, pascal, snake, words

from openrouter_sdk import errors

ODD = [
    "class",
    "None",
    "list",
    "3d",
    "@id",
    "?!",
    "",
    "größe",
    "with space",
    "__init__",
    "a-b.c/d",
    "日本",
    "x\ny",
    '"""',
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("creditsGetCredits", "credits_get_credits"),
        ("CreditsGetCredits", "credits_get_credits"),
        ("already_snake_case", "already_snake_case"),
        ("kebab-case", "kebab_case"),
        ("X-OpenRouter-Title", "x_openrouter_title"),
        ("HTTPStatus", "http_status"),
        ("getHTMLPage2", "get_html_page2"),
        ("userID", "user_id"),
        ("filter[name]", "filter_name"),
        ("API Keys", "api_keys"),
        ("oAuth", "oauth"),
        ("OAuth", "oauth"),
        ("exchangeOAuthCode", "exchange_oauth_code"),
        ("class", "class_"),
        ("None", "none"),
        ("async", "async_"),
        ("list", "list"),
        ("_hidden", "hidden"),
        ("3d", "_3d"),
        ("?!", "value"),
        ("", "value"),
    ],
)
def test_snake(text: str, name: str) -> None:
    assert snake(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("chatRequest", "ChatRequest"),
        ("ORAnthropicMessage", "ORAnthropicMessage"),
        ("snake_case-and.dots", "SnakeCaseAndDots"),
        ("1st", "_1st"),
        ("Exception", "Exception_"),
        ("None", "None_"),
        ("list", "List"),
        ("Field", "Field_"),
        ("AsyncPage", "AsyncPage_"),
        ("", "Value"),
        ("!", "Value"),
    ],
)
def test_pascal(text: str, name: str) -> None:
    assert pascal(text) == name


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("totalCredits", "total_credits"),
        ("class", "class_"),
        ("copy", "copy_"),
        ("json", "json_"),
        ("model_config", "model_config_"),
        ("str", "str_"),
        ("datetime", "datetime_"),
        ("id", "id"),
        ("_hidden", "hidden"),
        ("3d", "field_3d"),
        ("?!", "value"),
    ],
)
def test_attribute(wire: str, name: str) -> None:
    assert attribute(wire) == name


@pytest.mark.parametrize("text", ODD)
def test_every_name_is_one_that_python_takes(text: str) -> None:
    for name in (snake(text), pascal(text), attribute(text)):
        assert is_identifier(name)


@pytest.mark.parametrize("text", ["Field", *sorted(set(dir(pydantic.BaseModel)) - set(dir(object)))])
def test_no_field_hides_what_a_model_has(text: str) -> None:
    assert not hasattr(pydantic.BaseModel, attribute(text))
    assert not attribute(text).startswith("_")


@pytest.mark.parametrize("text", keyword.kwlist)
def test_no_name_is_a_keyword(text: str) -> None:
    assert not any(map(keyword.iskeyword, (snake(text), pascal(text), attribute(text))))


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("chat_send", "ChatSend"),
        ("oauth_create_auth_code", "OauthCreateAuthCode"),
        ("lambda__import_", "LambdaImport"),
        ("_3d_prints_list", "_3dPrintsList"),
    ],
)
def test_function_pascal(function: str, name: str) -> None:
    assert function_pascal(function) == name
    assert is_identifier(function_pascal(function))


def test_words_are_found_in_any_case() -> None:
    assert words("someHTTPHeader_of v2-API") == ["some", "HTTP", "Header", "of", "v2", "API"]


@pytest.mark.parametrize("text", ["class", "__mangled", "with space", "3d", "", "a-b", "ﬁle"])
def test_what_cant_stand_in_a_class_body_is_no_identifier(text: str) -> None:
    assert not is_identifier(text)


def test_every_status_has_the_error_that_errors_py_gives_it() -> None:
    assert ERRORS[404] == "NotFoundResponseError"
    assert {status: getattr(errors, name).status for status, name in ERRORS.items()} == {each: each for each in ERRORS}
