"""What a core and a call put on the wire: headers, base URL, environment (section 5)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import OpenRouterCore, __version__, errors
from openrouter_sdk.funcs.alpha_decisions_create import alpha_decisions_create
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.funcs.models_list import models_list
from openrouter_sdk.funcs.tts_create_speech import tts_create_speech

from .samples import sample
from .support import FUNCTIONS, HELLO, KEY, Recorder, error_of, operation, run_python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openrouter_sdk.testing import FakeOpenRouter

    from .support import Caller, MakeCore

IDENTITY: dict[str, Any] = {"http_referer": "https://my.app", "app_title": "My app", "app_categories": "cli-agent,chat"}
PRODUCTION = "https://openrouter.ai/api/v1"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_operation_sends_the_headers_of_its_core(call: Caller, recorder: Recorder, name: str) -> None:
    function, data = operation(name)
    core = OpenRouterCore(api_key=KEY, retries=0, **IDENTITY, **recorder.clients())
    call(function, core, **sample(data))
    [request] = recorder.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["http-referer"] == "https://my.app"
    assert request.headers["x-openrouter-title"] == "My app"
    assert request.headers["x-openrouter-categories"] == "cli-agent,chat"
    assert request.headers["user-agent"].startswith(f"openrouter-sdk-python/{__version__} ")
    assert request.headers["accept"] == data.accept
    kinds = {
        "json": "application/json",
        "form": "application/x-www-form-urlencoded",
        "multipart": "multipart/form-data",
    }
    assert request.headers.get("content-type", "").partition(";")[0] == kinds.get(data.body or "", "")
    assert request.method == data.method
    assert request.url.path.count("/") == len((data.server or PRODUCTION).split("/")) - 3 + data.path.count("/")


def test_a_call_overrides_the_identity_of_its_core(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    core = make_core(http_referer="https://my.app", app_title="My app", app_categories="chat")
    call(credits_get_credits, core, http_referer="https://other.app", app_title="Other", app_categories="game")
    call(credits_get_credits, core)
    names = ("http-referer", "x-openrouter-title", "x-openrouter-categories")
    sent = [[request.headers[name] for name in names] for request in fake.requests]
    assert sent == [["https://other.app", "Other", "game"], ["https://my.app", "My app", "chat"]]


def test_a_core_without_identity_sends_none(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(credits_get_credits, core)
    names = {"http-referer", "x-openrouter-title", "x-openrouter-categories", "content-type"}
    assert not names & set(fake.requests[0].headers)


def test_a_user_agent_of_your_own(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    call(credits_get_credits, make_core(user_agent="mine/1"))
    assert fake.requests[0].headers["user-agent"] == "mine/1"


@pytest.mark.parametrize("title", ["Приложение 🚀", "Café", "日本"])
def test_a_title_beyond_latin_1_travels_as_utf_8(
    fake: FakeOpenRouter, make_core: MakeCore, call: Caller, title: str
) -> None:
    call(credits_get_credits, make_core(app_title=title)).unwrap()
    call(credits_get_credits, make_core(), app_title=title).unwrap()
    sent = [request.headers["x-openrouter-title"].encode("latin-1").decode() for request in fake.requests]
    assert sent == [title, title]


@pytest.mark.parametrize("key", ["sk-1", " sk-1 \n", "Bearer sk-1", "bearer sk-1", "Bearer sk-1\n"])
def test_the_key_becomes_a_bearer_token(fake: FakeOpenRouter, make_core: MakeCore, call: Caller, key: str) -> None:
    call(credits_get_credits, make_core(api_key=key))
    assert fake.requests[0].headers["authorization"].lower() == "bearer sk-1"


def test_without_a_key_there_is_no_authorization(call: Caller, recorder: Recorder) -> None:
    call(credits_get_credits, OpenRouterCore(**recorder.clients()))
    assert "authorization" not in recorder.requests[0].headers


EXTRA = {
    "AUTHORIZATION": "Basic eA==",
    "http-REFERER": "r",
    "x-openrouter-TITLE": "t",
    "X-Openrouter-Categories": "c",
    "ACCEPT": "a/b",
    "content-TYPE": "application/json; charset=x",
    "user-AGENT": "u",
    "X-New": "n",
}


def test_extra_headers_win_by_case_insensitive_name(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    core = make_core(http_referer="https://my.app", app_title="My app", app_categories="chat")
    call(chat_send, core, messages=HELLO, app_title="Other", extra_headers=EXTRA)
    headers = fake.requests[0].headers
    assert {name: headers[name] for name in EXTRA} == EXTRA  # a header that is sent twice would hold a comma


def test_a_header_argument_is_sent_as_a_header(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(chat_send, core, messages=HELLO, x_openrouter_metadata="enabled")
    assert fake.requests[0].headers["x-openrouter-metadata"] == "enabled"
    assert fake.requests[0].json() == {"messages": HELLO}


def test_a_download_asks_for_its_media_type(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    call(tts_create_speech, core, **sample(operation("tts_create_speech")[1]))
    assert fake.requests[0].headers["accept"] == "audio/*"


def url_of(call: Caller, core: OpenRouterCore, **params: Any) -> str:
    """Return the URL that `credits_get_credits` goes to."""
    recorder = Recorder()
    call(credits_get_credits, core.with_options(**recorder.clients()), **params)
    return str(recorder.requests[0].url)


def test_production_is_the_default(call: Caller) -> None:
    assert url_of(call, OpenRouterCore()) == f"{PRODUCTION}/credits"


def test_base_urls_in_order_of_precedence(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_BASE_URL", "https://env.test/v1")
    both = OpenRouterCore(server="production", server_url="https://core.test/v1")
    assert url_of(call, both, server_url="https://call.test/v1") == "https://call.test/v1/credits"
    assert url_of(call, both) == "https://core.test/v1/credits"
    assert url_of(call, OpenRouterCore(server="production")) == f"{PRODUCTION}/credits"
    assert url_of(call, OpenRouterCore()) == "https://env.test/v1/credits"


def test_a_call_with_a_base_url_leaves_the_next_one_alone(call: Caller) -> None:
    core = OpenRouterCore()
    recorder = Recorder()
    core = core.with_options(**recorder.clients())
    call(credits_get_credits, core)
    call(credits_get_credits, core, server_url="https://call.test")
    call(credits_get_credits, core)
    hosts = [request.url.host for request in recorder.requests]
    assert hosts == ["openrouter.ai", "call.test", "openrouter.ai"]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.test/", "https://a.test/credits?x=1"),
        ("https://a.test/v1/", "https://a.test/v1/credits?x=1"),
        ("https://a.test/v1//", "https://a.test/v1/credits?x=1"),
        ("https://a.test:8443/v1?tenant=7", "https://a.test:8443/v1/credits?tenant=7&x=1"),
        ("https://a.test/v1/?tenant=a%26b&x=0", "https://a.test/v1/credits?tenant=a%26b&x=1"),
        ("http://[::1]:80/v1#part", "http://[::1]/v1/credits?x=1"),
    ],
)
def test_a_base_url_keeps_what_belongs_to_it(call: Caller, base: str, url: str) -> None:
    assert url_of(call, OpenRouterCore(server_url=base), extra_query={"x": 1}) == url


def test_a_base_url_with_a_query_keeps_it_without_arguments(call: Caller) -> None:
    assert url_of(call, OpenRouterCore(server_url="https://a.test/?tenant=7")) == "https://a.test/credits?tenant=7"


BAD_URLS = ["ftp://a.test", "a.test/v1", "//a.test", "https://", "https://[::1", "file:///etc", "http:/a", "\x00"]


@pytest.mark.parametrize("base", BAD_URLS)
def test_a_base_url_that_is_none_is_rejected(call: Caller, recorder: Recorder, base: str) -> None:
    clients = recorder.clients()
    for result in (
        call(credits_get_credits, OpenRouterCore(server_url=base, **clients)),
        call(credits_get_credits, OpenRouterCore(**clients), server_url=base),
    ):
        assert error_of(result, errors.SDKValidationError).errors[0]["loc"] == ("server_url",)
    assert recorder.requests == []


def test_a_server_that_does_not_exist_is_rejected(call: Caller) -> None:
    error = error_of(call(credits_get_credits, OpenRouterCore(server="staging")), errors.SDKValidationError)
    assert str(error) == "server: there is no server 'staging'; known: production"


ALPHA = {**sample(operation("alpha_decisions_create")[1])}


@pytest.mark.parametrize(
    ("core_url", "call_url", "url"),
    [
        (None, None, "https://openrouter.ai/api/alpha/decisions"),
        ("https://core.test", None, "https://core.test/api/alpha/decisions"),
        (None, "https://call.test", "https://call.test/api/alpha/decisions"),
        ("https://core.test", "https://call.test", "https://call.test/api/alpha/decisions"),
    ],
)
def test_an_operation_with_its_own_server_uses_it_unless_another_is_given(
    call: Caller, recorder: Recorder, core_url: str | None, call_url: str | None, url: str
) -> None:
    core = OpenRouterCore(api_key=KEY, server_url=core_url, **recorder.clients())
    call(alpha_decisions_create, core, **ALPHA, **({"server_url": call_url} if call_url else {}))
    [request] = recorder.requests
    assert str(request.url) == url
    assert request.headers["authorization"] == f"Bearer {KEY}"


VARIABLES = {
    "api_key": ("OPENROUTER_API_KEY", "authorization", "Bearer {}"),
    "http_referer": ("OPENROUTER_HTTP_REFERER", "http-referer", "{}"),
    "app_title": ("OPENROUTER_APP_TITLE", "x-openrouter-title", "{}"),
    "app_categories": ("OPENROUTER_APP_CATEGORIES", "x-openrouter-categories", "{}"),
}


@pytest.mark.parametrize("option", VARIABLES)
@pytest.mark.parametrize(
    ("explicit", "environment", "sent"),
    [
        (None, "env", "env"),
        ("mine", "env", "mine"),
        ("", "env", "env"),
        (None, "", None),
        ("", "", None),
        (None, None, None),
    ],
)
def test_the_environment_fills_in_what_is_not_given(  # noqa: PLR0913, PLR0917  # fixtures and cases
    call: Caller,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    explicit: str | None,
    environment: str | None,
    sent: str | None,
) -> None:
    variable, header, template = VARIABLES[option]
    if environment is not None:
        monkeypatch.setenv(variable, environment)
    options: Any = {} if explicit is None else {option: explicit}
    call(credits_get_credits, OpenRouterCore(**options, **recorder.clients()))
    assert recorder.requests[0].headers.get(header) == (None if sent is None else template.format(sent))


@pytest.mark.parametrize(("variable", "host"), [("", "openrouter.ai"), ("https://env.test", "env.test")])
def test_an_empty_base_url_in_the_environment_counts_as_unset(
    call: Caller, monkeypatch: pytest.MonkeyPatch, variable: str, host: str
) -> None:
    monkeypatch.setenv("OPENROUTER_BASE_URL", variable)
    assert f"//{host}/" in url_of(call, OpenRouterCore(server_url=""))


def test_the_environment_is_read_when_the_core_is_made(
    call: Caller, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = OpenRouterCore(**recorder.clients())
    monkeypatch.setenv("OPENROUTER_API_KEY", "late")
    monkeypatch.setenv("OPENROUTER_BASE_URL", "https://late.test")
    call(credits_get_credits, core)
    assert "authorization" not in recorder.requests[0].headers
    assert recorder.requests[0].url.host == "openrouter.ai"


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """The package's logger, put back as it was."""
    logger = logging.getLogger("openrouter_sdk")
    level, handlers = logger.level, list(logger.handlers)
    yield logger
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.mark.parametrize("value", ["1", "true", "YES", "On"])
@pytest.mark.usefixtures("logger")
def test_debug_in_the_environment_logs_every_request_redacted(
    call: Caller, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("OPENROUTER_DEBUG", value)
    core = OpenRouterCore(api_key=KEY, **recorder.clients())
    call(credits_get_credits, core)
    call(models_list, core)
    shown = capsys.readouterr().err.splitlines()
    assert len([line for line in shown if "openrouter_sdk DEBUG GET https://openrouter.ai/api/v1/" in line]) == 2
    assert KEY not in "".join(shown)


@pytest.mark.parametrize("value", ["", "0", "false", "no", "off"])
def test_debug_stays_off_otherwise(  # noqa: PLR0913, PLR0917  # fixtures
    call: Caller,
    recorder: Recorder,
    logger: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    value: str,
) -> None:
    monkeypatch.setenv("OPENROUTER_DEBUG", value)
    call(credits_get_credits, OpenRouterCore(**recorder.clients()))
    assert capsys.readouterr().err == ""
    assert not logger.isEnabledFor(logging.DEBUG)


def test_a_logger_of_your_own_takes_the_log(call: Caller, recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    mine = logging.getLogger("mine")
    with caplog.at_level(logging.DEBUG):
        call(credits_get_credits, OpenRouterCore(logger=mine, **recorder.clients()))
    names = {record.name for record in caplog.records}
    assert "mine" in names
    assert "openrouter_sdk" not in names


def test_making_a_core_imports_nothing_heavy() -> None:
    code = (
        "import sys; from openrouter_sdk.core import OpenRouterCore; OpenRouterCore(api_key='x'); "
        "print([name for name in ('httpx', 'pydantic', 'ssl', 'asyncio') if name in sys.modules])"
    )
    assert run_python(code) == "[]"
