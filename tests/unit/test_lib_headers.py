"""lib.headers: values that stay inside their line, and the key's header."""

from __future__ import annotations

import httpx
import pytest

from openrouter_sdk.errors import SDKValidationError
from openrouter_sdk.lib.headers import bearer, header_value
from openrouter_sdk.lib.secret import Secret

KEY = "sk-or-v1-hidden"


@pytest.mark.parametrize(
    ("value", "text"),
    [("plain", "plain"), (" spaced ", "spaced"), ("tab\tinside", "tab\tinside"), ("ümläut ✓", "ümläut ✓"), (7, "7")],
)
def test_a_value_travels_trimmed(value: object, text: str) -> None:
    assert header_value("x", value) == text


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\x1bb", "end\n"])
def test_a_value_that_breaks_out_is_refused(value: str) -> None:
    with pytest.raises(SDKValidationError, match="app_title") as refused:
        header_value("app_title", value)
    assert refused.value.errors[0]["loc"] == ("app_title",)
    assert refused.value.raw_value == value


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (KEY, f"Bearer {KEY}"),
        (f" {KEY}\n", f"Bearer {KEY}"),
        (f"Bearer {KEY}", f"Bearer {KEY}"),
        (f"bearer {KEY}", f"bearer {KEY}"),
        ("BearerNot", "Bearer BearerNot"),
    ],
)
def test_the_key_gets_a_prefix_unless_it_has_one(key: str, header: str) -> None:
    headers = httpx.Headers()
    bearer(headers, Secret(key))
    assert headers["authorization"] == header


def test_an_empty_key_sets_no_header() -> None:
    headers = httpx.Headers()
    bearer(headers, Secret(""))
    assert "authorization" not in headers


def test_a_key_that_breaks_out_is_refused_and_not_shown() -> None:
    with pytest.raises(SDKValidationError) as refused:
        bearer(httpx.Headers(), Secret(f"{KEY}\r\nX-Evil: 1"))
    shown = (
        f"{refused.value} {refused.value!r} {refused.value.pretty()} {refused.value.errors} {refused.value.raw_value!r}"
    )
    assert "api_key" in shown
    assert KEY not in shown
