"""lib.log: one line for each attempt, and no secret in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx

from openrouter_sdk import OpenRouterCore
from openrouter_sdk.funcs.credits_get_credits import OPERATION
from openrouter_sdk.lib.log import log_attempt, log_retry
from openrouter_sdk.lib.request import Plan, plan_call
from openrouter_sdk.lib.retries import Failure

if TYPE_CHECKING:
    import pytest

KEY = "sk-or-v1-hidden"


def plan_of(server_url: str = "https://api.test/v1") -> Plan:
    core = OpenRouterCore(api_key=KEY, server_url=server_url, http_referer="https://my.app")
    return plan_call(core.settings, OPERATION, {"extra_query": {"token": "hush"}}, None)


def test_an_attempt_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "openrouter_sdk")
    log_attempt(plan_of(), 2, httpx.Response(503))
    [line] = caplog.messages
    assert line.startswith("GET https://api.test/v1/credits attempt 2: 503 ")


def test_an_attempt_without_an_answer_names_the_exception(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "openrouter_sdk")
    log_attempt(plan_of(), 1, Failure(httpx.ConnectError("refused"), httpx.Request("GET", "http://x"), answered=False))
    assert "attempt 1: ConnectError" in caplog.text


def test_neither_key_nor_query_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "openrouter_sdk")
    log_attempt(plan_of(), 1, httpx.Response(200))
    assert "http-referer" in caplog.text
    assert "my.app" not in caplog.text  # values may be secrets
    assert KEY not in caplog.text
    assert "hush" not in caplog.text


def test_a_password_in_the_base_url_isnt_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "openrouter_sdk")
    log_attempt(plan_of("https://me:hush-hush@api.test/v1"), 1, httpx.Response(200))
    assert "api.test" in caplog.text
    assert "hush-hush" not in caplog.text


def test_a_retry_tells_how_long_it_waits(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "openrouter_sdk")
    log_retry(plan_of(), 1, 0.5)
    assert caplog.messages == ["getCredits: attempt 1 failed, the next in 0.500 s"]


def test_nothing_is_logged_by_default(caplog: pytest.LogCaptureFixture) -> None:
    log_attempt(plan_of(), 1, httpx.Response(200))
    log_retry(plan_of(), 1, 0.5)
    assert caplog.messages == []


def test_a_logger_of_ones_own_is_used(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("mine")
    caplog.set_level(logging.DEBUG, "mine")
    core = OpenRouterCore(server_url="https://api.test", logger=logger)
    log_attempt(plan_call(core.settings, OPERATION, {}, None), 1, httpx.Response(200))
    assert [record.name for record in caplog.records] == ["mine"]
