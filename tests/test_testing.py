"""The fake OpenRouter, over a real socket and in process, both with the sync and the async client of httpx."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import pytest

import openrouter_sdk.testing
from openrouter_sdk.testing import FakeOpenRouter, RecordedRequest, Reply, handlers

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sk-or-v1-fake"
HELLO = {"model": "openai/gpt-5.2", "messages": [{"role": "user", "content": "Hello there"}]}


TLS = ssl.create_default_context()  # made once: each client would take 20 ms for its own


class Ask(Protocol):
    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response: ...


@pytest.fixture
def fake() -> Iterator[FakeOpenRouter]:
    with FakeOpenRouter() as fake:
        yield fake


@pytest.fixture(params=["socket-sync", "socket-async", "in-process-sync", "in-process-async"])
def ask(request: pytest.FixtureRequest, fake: FakeOpenRouter) -> Ask:
    """Send one request and read the whole response, by each of the four ways to reach the fake."""
    way, _, colour = request.param.rpartition("-")
    auth = {"authorization": f"Bearer {KEY}"}

    def ask_sync(method: str, path: str, **options: Any) -> httpx.Response:
        transport = fake.transport() if way == "in-process" else None
        with httpx.Client(verify=TLS, transport=transport, base_url=fake.url, headers=auth) as client:
            return client.request(method, path, **options)

    async def ask_async(method: str, path: str, **options: Any) -> httpx.Response:
        transport = fake.transport() if way == "in-process" else None
        async with httpx.AsyncClient(verify=TLS, transport=transport, base_url=fake.url, headers=auth) as client:
            return await client.request(method, path, **options)

    if colour == "sync":
        return ask_sync
    return lambda method, path, **options: asyncio.run(ask_async(method, path, **options))


def address(fake: FakeOpenRouter) -> tuple[str, int]:
    url = httpx.URL(fake.url)
    return url.host, url.port or 0


def error_of(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["error"]
    error: dict[str, Any] = body["error"]
    assert error["code"] == response.status_code
    assert isinstance(error["message"], str)
    return error


# Handlers


def test_credits(ask: Ask) -> None:
    response = ask("GET", "/credits")
    assert response.status_code == 200
    assert response.json() == {"data": {"total_credits": 50.0, "total_usage": 12.5}}


def test_key_has_what_the_api_promises(ask: Ask) -> None:
    data = ask("GET", "/key").json()["data"]
    assert {"label", "limit", "limit_remaining", "usage", "byok_usage_monthly", "rate_limit", "budgets"} <= set(data)
    assert KEY not in json.dumps(data)


def test_models_are_counted_and_listed_whole(ask: Ask) -> None:
    listed = ask("GET", "/models").json()
    count = ask("GET", "/models/count").json()["data"]["count"]
    assert count == listed["total_count"] == len(listed["data"]) == 12
    assert listed["links"] == {"next": None}
    assert len({model["id"] for model in listed["data"]}) == count


def test_models_in_pages(ask: Ask) -> None:
    whole = ask("GET", "/models").json()["data"]
    path = "/models?limit=5"
    pages: list[list[dict[str, Any]]] = []
    while path:
        page = ask("GET", path).json()
        pages.append(page["data"])
        path = (page["links"]["next"] or "").removeprefix("/api/v1")
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [model for page in pages for model in page] == whole
    assert ask("GET", "/models?offset=99").json()["data"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "limit=", "offset=-1", "offset=1_0"])
def test_models_refuse_pages_that_cannot_be(ask: Ask, query: str) -> None:
    assert error_of(ask("GET", f"/models?{query}"))["code"] == 400


def test_chat_echoes(ask: Ask) -> None:
    response = ask("POST", "/chat/completions", json=HELLO)
    assert response.status_code == 200
    result = response.json()
    assert result["object"] == "chat.completion"
    assert result["model"] == "openai/gpt-5.2"
    assert result["id"] == response.headers["x-generation-id"]
    assert result["id"].startswith("gen-")
    (choice,) = result["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"] == "Echo: Hello there"
    usage = result["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (2, 3, 5)
    assert usage["cost"] == 0.000005


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Grüße 🌍", "Grüße 🌍"),
        ([{"type": "text", "text": "two "}, {"type": "text", "text": "parts"}], "two parts"),
        ([{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "seen"}], "seen"),
        ([], ""),
        (None, ""),
        ([None, {"text": 1}, 7], ""),
    ],
)
def test_chat_reads_any_form_of_content(ask: Ask, content: object, text: str) -> None:
    messages = [{"role": "user", "content": "earlier"}, {"role": "user", "content": content}, {"role": "assistant"}]
    answer = ask("POST", "/chat/completions", json={"messages": messages}).json()
    assert answer["choices"][0]["message"]["content"] == f"Echo: {text}"


def test_chat_without_a_user(ask: Ask) -> None:
    answer = ask("POST", "/chat/completions", json={"messages": [{"role": "system", "content": "Hi"}]}).json()
    assert answer["choices"][0]["message"]["content"] == "Echo: "


@pytest.mark.parametrize(
    "body",
    ["", "no JSON", "\xff", "[" * 100_000, "[]", "{}", '{"messages": []}', '{"messages": 1}', '{"messages": [1]}'],
)
def test_chat_refuses_bodies(ask: Ask, body: str) -> None:
    assert error_of(ask("POST", "/chat/completions", content=body.encode("latin-1")))["code"] == 400


def test_chat_does_not_pretend_to_stream(ask: Ask) -> None:
    assert error_of(ask("POST", "/chat/completions", json={**HELLO, "stream": True}))["code"] == 501


# Routes and keys


@pytest.mark.parametrize("path", ["/nothing", "/credits/", "/models/..%2Fcredits", "/models/%63ount", "/Credits"])
def test_unknown_path(ask: Ask, path: str) -> None:
    assert error_of(ask("GET", path))["code"] == 404


def test_path_outside_the_base(fake: FakeOpenRouter) -> None:
    with httpx.Client(verify=TLS, transport=fake.transport(), base_url="https://openrouter.ai") as client:
        assert client.get("/credits").status_code == 404


def test_templates_and_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    table: dict[tuple[str, str], handlers.Handler] = {
        ("GET", "/things/one"): lambda _request, _state: Reply(body="literal"),
        ("GET", "/things/{id}"): lambda request, _state: Reply(body=request.path.rpartition("/")[2]),
        ("DELETE", "/things/{id}"): lambda _request, _state: Reply(status=204),
    }
    monkeypatch.setattr(handlers, "HANDLERS", table)
    auth = {"authorization": f"Bearer {KEY}"}
    base = "https://openrouter.ai/api/v1/things"
    with httpx.Client(verify=TLS, transport=FakeOpenRouter().transport(), headers=auth) as client:
        assert client.get(f"{base}/one").text == "literal"
        assert client.get(f"{base}/a%2Fb").text == "a%2Fb"
        assert client.delete(f"{base}/one").status_code == 204
        assert client.put(f"{base}/one").headers["allow"] == "DELETE, GET"
        assert client.get(f"{base}/").status_code == 404


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "BREW"])
def test_wrong_method(ask: Ask, method: str) -> None:
    response = ask(method, "/credits")
    assert error_of(response)["code"] == 405
    assert response.headers["allow"] == "GET"


def test_head_has_no_body(ask: Ask) -> None:
    response = ask("HEAD", "/credits")
    assert response.status_code == 405
    assert response.content == b""
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer wrong", f"Basic {KEY}", KEY, f"Bearer {KEY}x"])
def test_wrong_key(ask: Ask, value: str) -> None:
    error = error_of(ask("GET", "/credits", headers={"authorization": value}))
    assert error["code"] == 401
    assert KEY not in error["message"]


def test_bearer_in_any_case(ask: Ask) -> None:
    assert ask("GET", "/credits", headers={"authorization": f"bearer {KEY}"}).status_code == 200


def test_own_key() -> None:
    fake = FakeOpenRouter(api_key="mine")
    with httpx.Client(verify=TLS, transport=fake.transport(), base_url="https://openrouter.ai/api/v1") as client:
        assert client.get("/credits", headers={"authorization": "Bearer mine"}).status_code == 200
        assert client.get("/credits", headers={"authorization": f"Bearer {KEY}"}).status_code == 401


# Records


def test_requests_are_recorded_as_they_came(fake: FakeOpenRouter, ask: Ask) -> None:
    ask("GET", "/a%2Fb/%C3%BC?x=1&x=2&y=&z=a%20b", headers={"X-Thing": "One"})
    ask("POST", "/chat/completions", json=HELLO)
    first, second = fake.requests
    assert isinstance(first, RecordedRequest)
    assert (first.method, first.path) == ("GET", "/api/v1/a%2Fb/%C3%BC")
    assert first.query == {"x": ["1", "2"], "y": [""], "z": ["a b"]}
    assert first.headers["x-thing"] == first.headers["X-THING"] == "One"
    assert "x-thing" in first.headers
    assert "x-other" not in first.headers
    assert dict(first.headers)["x-thing"] == "One"
    assert len(first.headers) == len(list(first.headers))
    assert first.body == b""
    assert second.json() == HELLO
    with pytest.raises(ValueError, match="Expecting"):
        first.json()


def test_repeated_headers_are_joined(fake: FakeOpenRouter, ask: Ask) -> None:
    ask("GET", "/credits", headers=[("x-many", "1"), ("X-Many", "2")])
    assert fake.requests[0].headers["x-many"] == "1, 2"


def test_key_stays_out_of_repr(fake: FakeOpenRouter, ask: Ask) -> None:
    ask("GET", "/credits")
    assert KEY not in repr(fake.requests)
    assert KEY not in repr(fake)


def test_body_without_a_length(fake: FakeOpenRouter) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"messages": '
        yield b"x" * 70_000
        yield b"}"

    with httpx.Client(verify=TLS, headers={"authorization": f"Bearer {KEY}"}) as client:
        for _ in range(2):  # on one connection: the first body must have been read to its end
            assert client.post(f"{fake.url}/chat/completions", content=chunks()).status_code == 400
    assert {len(request.body) for request in fake.requests} == {70_014}


def test_stream_of_a_request_is_used_up_in_process() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"{}"

    with httpx.Client(verify=TLS, transport=FakeOpenRouter().transport()) as client:
        request = client.build_request("POST", "https://openrouter.ai/api/v1/chat/completions", content=chunks())
        client.send(request)
        with pytest.raises(httpx.StreamConsumed):
            client.send(request)


# Scripted replies


def test_scripted_replies_come_first_and_in_order(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(status=529), Reply(body="text"))
    fake.enqueue(Reply(body=["list"]))
    assert ask("GET", "/nothing", headers={"authorization": ""}).status_code == 529
    assert ask("GET", "/nothing").text == "text"
    assert ask("GET", "/nothing").json() == ["list"]
    assert ask("GET", "/nothing").status_code == 404
    assert len(fake.requests) == 4


@pytest.mark.parametrize(
    ("reply", "content", "content_type"),
    [
        (Reply(body=b"\xff"), b"\xff", "text/plain"),
        (Reply(body="é"), "é".encode(), "text/plain"),
        (Reply(body={"a": 1}), b'{"a": 1}', "application/json"),
        (Reply(body=[]), b"[]", "application/json"),
        (Reply(body="{", headers={"Content-Type": "application/json"}), b"{", "application/json"),
        (Reply(), b"", "text/plain"),
    ],
)
def test_content_types(fake: FakeOpenRouter, ask: Ask, reply: Reply, content: bytes, content_type: str) -> None:
    fake.enqueue(reply)
    response = ask("GET", "/credits")
    assert response.content == content
    assert response.headers.get_list("content-type") == [content_type]
    assert response.headers["content-length"] == str(len(content))


def test_reply_headers(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(status=429, headers={"Retry-After": "1", "x-odd": "é"}))
    response = ask("GET", "/credits")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "1"
    assert dict(response.headers.raw)[b"x-odd"] == b"\xe9"


def test_status_without_a_body(fake: FakeOpenRouter) -> None:
    fake.enqueue(Reply(status=204, body="never sent"))
    with httpx.Client(verify=TLS) as client:
        response = client.get(fake.url)
        assert (response.status_code, response.content) == (204, b"")
        assert "content-length" not in response.headers
        assert client.get(fake.url).status_code == 404  # on the same connection


@pytest.mark.parametrize("cut_after", [0, 3])
def test_cut(fake: FakeOpenRouter, ask: Ask, cut_after: int) -> None:
    fake.enqueue(Reply(body="whole", cut_after=cut_after))
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET", "/credits")
    assert ask("GET", "/credits").status_code == 200


@pytest.mark.parametrize("way", ["socket", "in-process"])
def test_cut_after_what_was_sent(fake: FakeOpenRouter, way: str) -> None:
    fake.enqueue(Reply(body="whole", cut_after=3))
    received = b""
    transport = fake.transport() if way == "in-process" else None
    with httpx.Client(verify=TLS, transport=transport) as client, client.stream("GET", fake.url) as response:
        assert response.headers["content-length"] == "5"
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - what arrived first is the point
            for chunk in response.iter_bytes():
                received += chunk
    assert received == b"who"


def test_cut_after_the_end_cuts_nothing(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(body="whole", cut_after=5))
    assert ask("GET", "/credits").text == "whole"


def test_drop(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(drop=True))
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET", "/credits")
    assert len(fake.requests) == 1
    assert ask("GET", "/credits").status_code == 200


def test_delay(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(delay=0.1))
    start = time.perf_counter()
    assert ask("GET", "/credits").status_code == 200
    assert time.perf_counter() - start >= 0.1


def test_delay_beyond_the_timeout(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(delay=30))
    with pytest.raises(httpx.ReadTimeout):
        ask("GET", "/credits", timeout=0.05)


def test_delay_without_a_timeout(fake: FakeOpenRouter, ask: Ask) -> None:
    fake.enqueue(Reply(delay=0.01))
    assert ask("GET", "/credits", timeout=None).status_code == 200


def test_impossible_replies_fail_where_they_are_made() -> None:
    with pytest.raises(ValueError, match="negative"):
        Reply(delay=-1)
    with pytest.raises(ValueError, match="negative"):
        Reply(cut_after=-1)
    with pytest.raises(TypeError, match="JSON"):
        Reply(body={"set": {1}})


# The server's life


def test_no_url_without_a_server() -> None:
    fake = FakeOpenRouter()
    with pytest.raises(RuntimeError, match="start"):
        _ = fake.url
    with fake:
        assert fake.url.startswith("http://127.0.0.1:")
        assert fake.url.endswith("/api/v1")
    with pytest.raises(RuntimeError, match="start"):
        _ = fake.url


def test_start_and_close_are_idempotent() -> None:
    fake = FakeOpenRouter()
    fake.close()
    assert fake.start() is fake
    url = fake.url
    with fake:
        assert fake.url == url
    fake.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, verify=TLS)
    with fake:
        assert httpx.get(fake.url, verify=TLS).status_code == 404


def test_connections_are_kept(fake: FakeOpenRouter) -> None:
    with httpx.Client(verify=TLS) as client:
        ports = {client.get(fake.url).extensions["network_stream"].get_extra_info("client_addr") for _ in range(5)}
    assert len(ports) == 1


def test_close_ends_everything() -> None:
    before = threading.active_count()
    with FakeOpenRouter() as fake, httpx.Client(verify=TLS) as client:
        client.get(fake.url)
        with socket.create_connection(address(fake), timeout=5) as silent:
            httpx.get(fake.url, verify=TLS)  # connections are accepted in order: the silent one has its thread now
            assert threading.active_count() >= before + 3
            fake.close()
            assert silent.recv(1) == b""
            assert threading.active_count() == before
    gc.collect()  # an unclosed socket would warn now


def test_close_interrupts_a_delay(fake: FakeOpenRouter) -> None:
    fake.enqueue(Reply(delay=60))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(httpx.get, fake.url, timeout=60, verify=TLS)
        while not fake.requests:
            time.sleep(0.001)
        fake.close()
        assert isinstance(waiting.exception(timeout=10), httpx.RemoteProtocolError)


def test_close_interrupts_a_reader_that_does_not_read(fake: FakeOpenRouter) -> None:
    fake.enqueue(Reply(body=bytes(50_000_000)))
    with httpx.Client(verify=TLS) as client, client.stream("GET", fake.url):
        fake.close()


def test_many_threads(fake: FakeOpenRouter) -> None:
    fake.enqueue(*[Reply(body=str(number)) for number in range(200)])
    with httpx.Client(verify=TLS) as client, ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(client.get, [fake.url] * 200))
    assert sorted(int(response.text) for response in responses) == list(range(200))
    assert len(fake.requests) == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
    ],
)
def test_what_is_not_http(fake: FakeOpenRouter, capfd: pytest.CaptureFixture[str], sent: bytes, status: int) -> None:
    with socket.create_connection(address(fake), timeout=5) as client:
        client.sendall(sent)
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.startswith(b"HTTP/1.1 %d" % status)
    assert json.loads(received.partition(b"\r\n\r\n")[2])["error"]["code"] == status
    assert fake.requests == []
    assert capfd.readouterr().err == ""


def test_chunks_with_all_their_trimmings(fake: FakeOpenRouter) -> None:
    with socket.create_connection(address(fake), timeout=5) as client:
        head = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n"
        body = b"2;extension=1\r\nab\r\n1\r\nc\r\n0\r\nX-Trailer: 1\r\n\r\n"
        client.sendall(head + b"\r\n" + body + head + b"connection: close\r\n\r\n" + body)
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.count(b"HTTP/1.1 404") == 2
    assert [request.body for request in fake.requests] == [b"abc", b"abc"]


def test_our_own_bugs_are_not_hidden(
    fake: FakeOpenRouter, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handlers, "HANDLERS", None)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(fake.url, verify=TLS)
    fake.close()
    assert "AttributeError" in capfd.readouterr().err


def test_target_is_recorded_raw(fake: FakeOpenRouter) -> None:
    with socket.create_connection(address(fake), timeout=5) as client:
        client.sendall(b"GET //two?a=1 HTTP/1.1\r\nconnection: close\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert b"\r\nconnection: close\r\n" in received
    assert fake.requests[0].path == "//two"


@pytest.mark.parametrize("sent", [b"", b"GET", b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nshort"])
def test_clients_that_go_away_leave_no_trace(
    fake: FakeOpenRouter, capfd: pytest.CaptureFixture[str], sent: bytes
) -> None:
    with socket.create_connection(address(fake)) as client:
        client.sendall(sent)
    assert httpx.get(fake.url, verify=TLS).status_code == 404
    fake.close()
    assert len(fake.requests) == 1
    assert capfd.readouterr().err == ""


# The package


def test_import_is_light() -> None:
    script = (
        "import sys, openrouter_sdk.testing as testing\n"
        "assert 'http.server' not in sys.modules\n"
        "testing.FakeOpenRouter(), testing.Reply()\n"
        "assert 'httpx' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)  # noqa: S603 - our own script


def test_exports() -> None:
    assert set(openrouter_sdk.testing.__all__) <= set(dir(openrouter_sdk.testing))
    for name in openrouter_sdk.testing.__all__:
        assert getattr(openrouter_sdk.testing, name).__name__ == name
    with pytest.raises(AttributeError, match="nothing"):
        getattr(openrouter_sdk.testing, "nothing")  # noqa: B009  # a checker refuses the name itself
