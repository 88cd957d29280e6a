"""What is put around a call: hooks, loggers, clients of one's own, tracers, proxies, other event loops."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trio

from openrouter_sdk import Err, Ok, OpenRouter, OpenRouterCore, errors
from openrouter_sdk.lib.connections import ssl_context
from openrouter_sdk.lib.proxies import Proxies
from openrouter_sdk.testing import Reply

from .support import KEY, Face, always, answer, error_of, use_async

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openrouter_sdk.testing import FakeOpenRouter

    from .conftest import MakeClient
    from .support import RawServer, Serve

# --- the connection comes back


@pytest.fixture
def narrow(face: Face, make_client: MakeClient, fake: FakeOpenRouter) -> Iterator[Callable[..., OpenRouter]]:
    """Make clients whose pools have room for one connection."""
    options: Any = {
        "verify": ssl_context(),
        "limits": httpx.Limits(max_connections=1),
        "timeout": httpx.Timeout(9, pool=1),
    }
    client, async_client = httpx.Client(**options), httpx.AsyncClient(**options)

    def make(**more: Any) -> OpenRouter:
        return make_client(fake.url, http_client=client, async_http_client=async_client, **more)

    yield make
    client.close()
    face.run(async_client.aclose())


class Hook:
    def __init__(self, action: Callable[[httpx.Response], Any]) -> None:
        self.action = action

    def after_success(self, _: object, response: httpx.Response) -> Any:
        return self.action(response)


def close(response: httpx.Response) -> None:
    response.is_closed = True


def fail(_: object) -> None:
    raise OSError("odd")


ACTIONS: dict[str, Callable[[httpx.Response], Any]] = {
    "replaces it": lambda _: httpx.Response(200, json={"data": {}}),
    "replaces it by an error": lambda _: httpx.Response(500, content=b"no"),
    "replaces it by a stream": lambda _: httpx.Response(
        200, headers={"content-type": "text/event-stream"}, content=b"data: [DONE]\n\n"
    ),
    "replaces it by junk": lambda _: 7,
    "fails": fail,
    "marks it closed": close,
    "wraps it": lambda response: httpx.Response(200, headers=response.headers, stream=response.stream),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", ["call", "stream"])
def test_a_hook_that_replaces_or_breaks_a_response_keeps_no_connection(
    face: Face, narrow: Callable[..., OpenRouter], kind: str, action: str
) -> None:
    if action == "marks it closed":
        pytest.skip("httpx itself believes it")
    hooked, plain = narrow(hooks=[Hook(ACTIONS[action])], retries=0), narrow(retries=0)
    for _ in range(3):
        face.use(hooked, kind)
        assert isinstance(face.use(plain, "call"), Ok)


def test_a_hook_may_wrap_a_stream(face: Face, narrow: Callable[..., OpenRouter]) -> None:
    assert isinstance(face.use(narrow(hooks=[Hook(ACTIONS["wraps it"])]), "stream"), Ok)


@pytest.mark.parametrize("kind", ["call", "stream", "download"])
def test_retry_codes_that_name_a_success_keep_no_connection(
    face: Face, narrow: Callable[..., OpenRouter], naps: list[float], kind: str
) -> None:
    face.use(narrow(), kind, retry_codes=["2XX"])
    assert isinstance(face.use(narrow(retries=0), "call"), Ok)
    assert len(naps) in {0, 2}


class Angry(logging.Logger):
    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # logging's name
        raise OSError(level)


class Furious(logging.Logger):
    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # logging's name
        return level > 0

    def _log(self, *_: Any, **__: Any) -> None:
        raise OSError("no")


@pytest.mark.parametrize("logger", [Angry("a"), Furious("f"), object()], ids=["asked", "told", "none"])
@pytest.mark.parametrize("kind", ["call", "stream"])
def test_a_logger_that_raises_does_no_harm(
    face: Face, narrow: Callable[..., OpenRouter], fake: FakeOpenRouter, logger: Any, kind: str
) -> None:
    client = narrow(logger=logger, retries=0)
    for _ in range(2):
        assert isinstance(face.use(client, kind), Ok)
    fake.enqueue(Reply(200, {"data": {"total_credits": []}}))
    assert isinstance(face.use(client, "call"), Ok)


# --- clients of one's own


class Minimal:
    """Nothing but what the protocol asks for."""

    def __init__(self) -> None:
        self.http = httpx.Client(verify=ssl_context())

    def build_request(  # noqa: PLR0913  # httpx's method
        self, method: str, url: str, *, headers: Any, content: Any, files: Any, extensions: Any
    ) -> httpx.Request:
        return self.http.build_request(
            method, url, headers=headers, content=content, files=files, extensions=extensions
        )

    def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        return self.http.send(request, stream=stream)


class AsyncMinimal:
    """The same."""

    def __init__(self) -> None:
        self.http = httpx.AsyncClient(verify=ssl_context())

    def build_request(  # noqa: PLR0913  # httpx's method
        self, method: str, url: str, *, headers: Any, content: Any, files: Any, extensions: Any
    ) -> httpx.Request:
        return self.http.build_request(
            method, url, headers=headers, content=content, files=files, extensions=extensions
        )

    async def send(self, request: httpx.Request, *, stream: bool) -> httpx.Response:
        return await self.http.send(request, stream=stream)


@pytest.mark.parametrize("kind", ["call", "post", "page", "upload", "stream"])
def test_a_client_with_just_those_methods_does(
    face: Face, make_client: MakeClient, fake: FakeOpenRouter, kind: str
) -> None:
    http, async_http = Minimal(), AsyncMinimal()
    client = make_client(fake.url, http_client=http, async_http_client=async_http)
    assert isinstance(face.use(client, kind), Ok)
    http.http.close()
    face.run(async_http.http.aclose())


def test_a_clients_own_parameters_leave_ours_alone(face: Face, make_client: MakeClient, fake: FakeOpenRouter) -> None:
    options: Any = {"params": {"tenant": "1", "limit": "99"}, "verify": ssl_context()}
    http, async_http = httpx.Client(**options), httpx.AsyncClient(**options)
    client = make_client(fake.url, http_client=http, async_http_client=async_http)
    face.use(client, "call", extra_query={"limit": 5, "a": ["x", "y"]})
    face.use(client, "call")
    http.close()
    face.run(async_http.aclose())
    first, second = fake.requests
    assert first.query == {"a": ["x", "y"], "limit": ["5"], "tenant": ["1"]}
    assert second.query["tenant"] == ["1"]


@pytest.mark.parametrize("name", ["http_client", "async_http_client"])
def test_a_client_of_the_other_kind_is_refused_at_once(name: str) -> None:
    other = "async_http_client" if name == "http_client" else "http_client"
    wrong: Any = (
        httpx.AsyncClient(verify=ssl_context()) if name == "http_client" else httpx.Client(verify=ssl_context())
    )
    for make in (OpenRouterCore, OpenRouter, OpenRouterCore().with_options):
        with pytest.raises(TypeError, match=f"as {other}"):
            make(**{name: wrong})


@pytest.mark.parametrize("wrong", [object(), print, type("Typo", (), {"before_requests": print})()])
def test_a_hook_without_a_known_method_is_refused(wrong: Any) -> None:
    for make in (OpenRouterCore, OpenRouter, OpenRouterCore().with_options):
        with pytest.raises(TypeError, match="before_request, after_success"):
            make(hooks=[wrong])


# --- what other tools put in the place of httpx's methods


def watching(seen: list[object], real: Callable[..., Any]) -> Callable[..., Any]:
    def patched(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        seen.append(request)
        return real(self, request, *args, **options)

    return patched


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["send", "_send_single_request", "_transport_for_url"])
def test_a_patched_client_sees_every_call(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face, make_client: MakeClient, fake: FakeOpenRouter, monkeypatch: pytest.MonkeyPatch, when: str, step: str
) -> None:
    client = make_client(fake.url)
    if when == "after":
        assert isinstance(face.use(client, "call"), Ok)
    seen: list[object] = []
    for kind in (httpx.Client, httpx.AsyncClient):
        monkeypatch.setattr(kind, step, watching(seen, getattr(kind, step)))
    for each in ("call", "post", "stream"):
        assert isinstance(face.use(client, each), Ok)
    assert len(seen) == 3
    monkeypatch.undo()
    monkeypatch.setenv("NO_PROXY", "*")
    assert isinstance(face.use(client, "call"), Ok)
    assert len(seen) == 3


SENTRY = """
import asyncio, sys
import sentry_sdk
from sentry_sdk.integrations.httpx import HttpxIntegration
from sentry_sdk.transport import Transport

class Nowhere(Transport):
    def __init__(self, options=None): self.spans = []
    def capture_envelope(self, envelope):
        event = envelope.get_transaction_event()
        self.spans += [span["op"] for span in (event or {{}}).get("spans", [])]

from openrouter_sdk import OpenRouter

def start():
    sentry_sdk.init(dsn="http://k@127.0.0.1/1", traces_sample_rate=1.0, transport=Nowhere(), default_integrations=False,
                    integrations=[HttpxIntegration()])

when = sys.argv[1]
if when == "before": start()
client = OpenRouter(api_key={key!r}, server_url={url!r})
client.credits.get_credits()
if when == "after": start()
with sentry_sdk.start_transaction(name="t"):
    client.credits.get_credits()
    asyncio.run(client.credits.get_credits_async())
crumbs = sentry_sdk.get_isolation_scope()._breadcrumbs
print(sentry_sdk.get_client().transport.spans, len([crumb for crumb in crumbs if crumb["category"] == "httplib"]))
client.close()
"""


@pytest.mark.parametrize(("when", "crumbs"), [("before", 3), ("after", 2)])
def test_sentry_sees_the_calls(fake: FakeOpenRouter, when: str, crumbs: int) -> None:
    pytest.importorskip("sentry_sdk")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(  # noqa: S603  # a program of this test
        [sys.executable, "-c", SENTRY.format(key=KEY, url=fake.url), when],
        capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip
    assert run.stdout.strip() == f"['http.client', 'http.client'] {crumbs}", run.stderr
    assert [("sentry-trace" in request.headers) for request in fake.requests][1:] == [True, True]


@pytest.mark.parametrize("kind", ["call", "post", "stream"])
def test_httpxs_line_is_in_the_log(
    face: Face, make_client: MakeClient, fake: FakeOpenRouter, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.INFO, "httpx")
    face.use(make_client(fake.url.replace("//", "//user:hush@")), kind, extra_query={"token": "hush"})
    [line] = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert line.startswith("HTTP Request: ")
    assert line.endswith('"HTTP/1.1 200 OK"')
    assert "hush" not in line


# --- other event loops, proxies, certificates


def test_under_trio_own_clients_say_what_to_inject(fake: FakeOpenRouter) -> None:
    async def run() -> Any:
        async with OpenRouter(api_key=KEY, server_url=fake.url) as client:
            from openrouter_sdk.funcs.credits_get_credits import credits_get_credits_async

            return await credits_get_credits_async(client)

    assert "async_http_client" in str(error_of(trio.run(run), errors.UnexpectedClientError))


@pytest.mark.parametrize("kind", ["call", "post", "page", "upload", "stream"])
def test_under_trio_an_injected_client_works(fake: FakeOpenRouter, kind: str) -> None:
    fake.enqueue(Reply(503, {}, headers={"retry-after-ms": "1"}))

    async def run() -> Any:
        async with (
            httpx.AsyncClient(verify=ssl_context()) as http,
            OpenRouter(api_key=KEY, server_url=fake.url, async_http_client=http) as client,
        ):
            return await use_async(client, kind)

    assert isinstance(trio.run(run), Ok)


@pytest.mark.parametrize(
    ("exceptions", "url", "is_direct"),
    [
        ("*", "https://a.test", True),
        ("a.test", "https://a.test", True),
        ("a.test", "https://b.a.test", True),
        ("a.test", "https://ba.test", False),
        (".a.test", "https://a.test", False),
        (".a.test", "https://b.a.test", True),
        ("a.test:8080", "https://a.test:8080", True),
        ("a.test:8080", "https://a.test", False),
        ("a.test:443", "https://a.test", True),
        ("localhost, 127.0.0.1", "http://127.0.0.1:5", True),
        ("10.0.0.0/8", "http://10.20.30.40", True),
        ("10.0.0.0/8", "http://11.20.30.40", False),
        ("fe80::/10", "http://[fe80::1]", True),
        ("fe80::/10", "http://[::1]", False),
        ("::1", "http://[::1]:80", True),
        ("[::1]", "http://[::1]:80", True),
        ("[::1]:80", "http://[::1]:80", True),
        ("fd00::/8,2001:db8::/32", "http://10.0.0.1", False),
        ("https://a.test", "https://a.test", True),
        ("https://a.test", "http://a.test", False),
        ("not/a/network,::/x", "https://a.test", False),
    ],
)
def test_exceptions_from_proxies(exceptions: str, url: str, is_direct: bool) -> None:  # noqa: FBT001  # a case
    found = Proxies({"all": "proxy.test:3128", "no": exceptions}).find(httpx.URL(url))
    assert found == (None if is_direct else "http://proxy.test:3128")


@pytest.mark.parametrize("exceptions", ["fe80::/10,127.0.0.0/8", "::1,127.0.0.1", "127.0.0.1"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_hosts_without_proxy_are_reached_whatever_the_proxy(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    fake: FakeOpenRouter,
    monkeypatch: pytest.MonkeyPatch,
    exceptions: str,
    proxy: str,
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", exceptions)
    monkeypatch.setenv("no_proxy", exceptions)
    assert isinstance(face.use(make_client(fake.url), "call"), Ok)


def test_socks_without_its_package_says_what_to_install(
    face: Face, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", "socks5://user:hush@127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY")
    error = error_of(face.use(make_client("http://a.test"), "call"), errors.InvalidRequestError)
    assert "ALL_PROXY" in str(error)
    assert "httpx[socks]" in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_wrong_certificate_file_is_named(
    face: Face, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is None and httpx.__version__.startswith("0.27"):
        pytest.skip("httpx 0.27 passes over a file that isn't there")
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    ssl_context.cache_clear()
    error = error_of(face.use(make_client("https://127.0.0.1:9"), "call"), errors.InvalidRequestError)
    assert "SSL_CERT_FILE" in str(error)
    assert str(path) in str(error)
    monkeypatch.undo()
    ssl_context.cache_clear()


# --- words


def test_a_keyless_401_says_what_to_set(face: Face, make_client: MakeClient, fake: FakeOpenRouter) -> None:
    error = error_of(face.use(make_client(fake.url, api_key=None), "call"), errors.UnauthorizedResponseError)
    assert "api_key" in str(error)
    assert "OPENROUTER_API_KEY" in str(error)
    wrong = error_of(face.use(make_client(fake.url, api_key="wrong"), "call"), errors.UnauthorizedResponseError)
    assert "OPENROUTER_API_KEY" not in str(wrong)


def test_a_429_says_how_often_and_when_to_come_back(
    face: Face, make_client: MakeClient, fake: FakeOpenRouter, naps: list[float]
) -> None:
    fake.enqueue(*[Reply(429, {"error": {"code": 429, "message": "slow"}}, {"retry-after": "12"})] * 3)
    error = error_of(face.use(make_client(fake.url), "post"), errors.TooManyRequestsResponseError)
    assert "after 3 attempts" in str(error)
    assert "12 s" in str(error)
    assert naps == [12, 12]


def test_a_lost_connection_says_where_and_how_often(face: Face, make_client: MakeClient, naps: list[float]) -> None:
    error = error_of(face.use(make_client("http://127.0.0.1:9/v1"), "call"), errors.ConnectionError)
    assert "127.0.0.1:9" in str(error)
    assert "3 attempts in " in str(error)
    assert len(naps) == 2


def test_a_time_out_says_where_and_how_long(face: Face, make_client: MakeClient, fake: FakeOpenRouter) -> None:
    fake.enqueue(Reply(delay=30))
    error = error_of(face.use(make_client(fake.url), "call", timeout=0.25), errors.RequestTimeoutError)
    assert "127.0.0.1" in str(error)
    assert "0.25 s" in str(error)
    assert "1 attempt" in str(error)


# --- secrets


def everything(error: BaseException) -> str:
    """Return all that can be seen of an error and its causes, requests' headers included, and of our frames."""
    shown = ["".join(traceback.format_exception(error))]
    link: BaseException | None = error
    while link is not None:
        shown += [repr(vars(link)), str(getattr(getattr(link, "_request", None), "headers", httpx.Headers()).raw)]
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if "openrouter_sdk" in frame.f_code.co_filename:
                shown.append(repr(frame.f_locals))
        link = link.__cause__ or link.__context__
    return "\n".join(shown)


class Refusing(httpx.Request):
    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError("odd")


@pytest.mark.parametrize("fault", ["refused", "request", "late", "cut"])
@pytest.mark.parametrize("kind", ["call", "upload", "stream"])
def test_the_key_is_in_no_frame_and_no_cause(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face, make_client: MakeClient, fake: FakeOpenRouter, monkeypatch: pytest.MonkeyPatch, kind: str, fault: str
) -> None:
    if fault == "request":
        monkeypatch.setattr(httpx, "Request", Refusing)
    fake.enqueue(Reply(delay=30) if fault == "late" else Reply(body=b"12345", cut_after=2))
    url = "http://127.0.0.1:9" if fault == "refused" else fake.url
    result = face.use(make_client(url, retries=0), kind, timeout=0.3)
    assert isinstance(result, Err)
    assert KEY not in everything(result.error)


def test_no_repr_shows_a_password_or_token_in_a_url() -> None:
    core = OpenRouterCore(server_url="https://user:hush@a.test/v1?token=hush", http_referer="https://u:hush@b.test")
    assert "hush" not in repr(core)
    assert "a.test/v1" in repr(core)
    assert "hush" not in repr(core.settings.base_url)


@pytest.mark.parametrize("url", ["ftp://user:hush@a.test", "https://user:hush@", "https://user:hush@a.test:x"])
def test_no_error_shows_a_password_in_a_url(face: Face, make_client: MakeClient, url: str) -> None:
    error = error_of(face.use(make_client(url), "call"), errors.SDKValidationError)
    assert "hush" not in str(error) + repr(vars(error))


@pytest.mark.parametrize(
    ("url", "warns"),
    [
        ("http://plain.test/v1", True),
        ("https://plain.test/v1", False),
        ("http://127.0.0.2:9/v1", False),
        ("http://localhost:9/v1", False),
        ("http://[::1]:9/v1", False),
    ],
)
@pytest.mark.parametrize("given_to", ["core", "call"])
def test_plain_http_warns_once(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    given_to: str,
    *,
    warns: bool,
) -> None:
    monkeypatch.setattr("openrouter_sdk.lib.settings._warned", {"other.test"})
    client = make_client(url if given_to == "core" else "http://127.0.0.1:9", retries=0)
    for _ in range(2):
        face.use(client, "call", timeout=0.1, **({"server_url": url} if given_to == "call" else {}))
        face.use(client.with_options(retries=0), "call", **({"server_url": url} if given_to == "call" else {}))
    assert len([record for record in caplog.records if "encrypted" in record.getMessage()]) == warns


def test_what_is_uploaded_from_memory_still_arrives(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer]
) -> None:
    server = serve(always(answer()))
    face.use(make_client(server.url), "upload", file=io.BytesIO(b"content of the file"))
    assert b"content of the file" in server.requests[0]
