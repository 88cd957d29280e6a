"""The fake OpenRouter, over a real socket and in process, both with the sync and the async client of httpx."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, cast

import httpx
import pytest

import openrouter_sdk.testing
from openrouter_sdk.lib.folds import FOLDS
from openrouter_sdk.testing import FakeOpenRouter, RecordedRequest, Reply, handlers, handling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def events_of(response: httpx.Response) -> list[tuple[str, Any]]:
    """Read an event stream as simply as the fake writes it: names, and data as JSON where it is."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    events: list[tuple[str, Any]] = []
    for block in response.text.removesuffix("\n\n").split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        if "data" in lines:
            data = lines["data"]
            events.append((lines.get("event", ""), data if data == "[DONE]" else json.loads(data)))
    return events


ECHOES: list[tuple[str, str, dict[str, Any]]] = [
    ("/chat/completions", "chat", HELLO),
    ("/chat/completions", "chat", {"messages": [{"role": "user", "content": " Grüße \n\n  an\u2028alle 🌍 "}]}),
    ("/chat/completions", "chat", {"messages": [{"role": "assistant", "content": "alone"}]}),
    ("/responses", "responses", {"model": "openai/gpt-5.2", "input": "Hello there", "temperature": 0.5}),
    ("/responses", "responses", {"input": [{"role": "user", "content": [{"type": "input_text", "text": "Hi"}]}]}),
    ("/messages", "messages", {**HELLO, "max_tokens": 5}),
    ("/images", "images", {"model": "openai/gpt-5-image", "prompt": "a cat"}),
    ("/images", "images", {"model": "openai/gpt-5-image", "prompt": "two cats", "n": 2}),
]


@pytest.mark.parametrize(("path", "fold", "body"), ECHOES)
def test_streams_fold_into_the_whole_answer(path: str, fold: str, body: dict[str, Any]) -> None:
    def ask_a_new_one(**more: Any) -> httpx.Response:  # whose first request gets the same id again
        auth = {"authorization": f"Bearer {KEY}"}
        base = "https://openrouter.ai/api/v1"
        with httpx.Client(verify=TLS, transport=FakeOpenRouter().transport(), base_url=base, headers=auth) as client:
            return client.post(path, json={**body, **more})

    whole, streamed = ask_a_new_one(), ask_a_new_one(stream=True)
    assert streamed.text.startswith(": OPENROUTER PROCESSING\n\n")
    assert streamed.headers["x-generation-id"] == whole.headers["x-generation-id"] == "gen-fake-000001"
    chunks = [data for _, data in events_of(streamed) if data != "[DONE]"]
    folding = FOLDS[fold]()
    for chunk in chunks:
        folding.add(chunk)
    assert folding.whole() == whole.json()
    assert folding.is_complete()


def test_chat_streams_word_by_word(ask: Ask) -> None:
    *events, (_, end) = events_of(ask("POST", "/chat/completions", json={**HELLO, "stream": True}))
    chunks = [data for _, data in events]
    assert end == "[DONE]"
    assert {name for name, _ in events} == {""}
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert choices[0]["delta"]["role"] == "assistant"
    assert [choice["delta"]["content"] for choice in choices] == ["", "Echo:", " Hello", " there", ""]
    assert [choice["finish_reason"] for choice in choices] == [None, None, None, None, "stop"]
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["total_tokens"] == 5
    assert all("usage" not in chunk for chunk in chunks[:-1])


def test_responses_echo(ask: Ask) -> None:
    result = ask("POST", "/responses", json={"input": "Hello there"}).json()
    (item,) = result["output"]
    assert item["content"][0]["text"] == result["output_text"] == "Echo: Hello there"
    assert (result["object"], result["status"], result["model"]) == ("response", "completed", "openrouter/auto")
    assert result["usage"]["total_tokens"] == 5


def test_responses_stream(ask: Ask) -> None:
    *events, (_, end) = events_of(ask("POST", "/responses", json={"input": "Hi", "stream": True}))
    assert end == "[DONE]"
    assert [data["type"].removeprefix("response.") for _, data in events] == [
        "created",
        "output_item.added",
        "content_part.added",
        *["output_text.delta"] * 2,
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert [data["sequence_number"] for _, data in events] == list(range(9))


@pytest.mark.parametrize("body", [{}, {"input": None}, {"input": []}, {"input": ["x"]}])
def test_responses_refuse_inputs(ask: Ask, body: dict[str, Any]) -> None:
    assert error_of(ask("POST", "/responses", json=body))["code"] == 400


def test_messages_echo(ask: Ask) -> None:
    result = ask("POST", "/messages", json=HELLO).json()
    assert result["content"] == [{"type": "text", "text": "Echo: Hello there", "citations": None}]
    assert (result["type"], result["role"], result["stop_reason"]) == ("message", "assistant", "end_turn")
    assert (result["usage"]["input_tokens"], result["usage"]["output_tokens"]) == (2, 3)


def test_messages_stream_with_names(ask: Ask) -> None:
    events = events_of(ask("POST", "/messages", json={**HELLO, "stream": True}))
    assert [name for name, _ in events] == [
        "message_start",
        "content_block_start",
        *["content_block_delta"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert all(name == data["type"] for name, data in events)


@pytest.mark.parametrize(
    ("method", "key", "status", "kind"),
    [
        ("POST", KEY, 400, "invalid_request_error"),
        ("POST", "x", 401, "authentication_error"),
        ("GET", KEY, 405, "invalid_request_error"),
    ],
)
def test_messages_refuse_in_their_own_shape(ask: Ask, method: str, key: str, status: int, kind: str) -> None:
    response = ask(method, "/messages", json={}, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == status
    body = response.json()
    assert (body["type"], body["error"]["type"], body["request_id"]) == ("error", kind, None)


def test_image_is_a_png(ask: Ask) -> None:
    (image,) = ask("POST", "/images", json={"prompt": "a cat"}).json()["data"]
    assert image["media_type"] == "image/png"
    data = base64.b64decode(image["b64_json"])
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert zlib.crc32(data[12:29]) == int.from_bytes(data[29:33], "big")


@pytest.mark.parametrize(
    "body", [{}, {"prompt": ""}, {"prompt": 1}, {"prompt": "x", "n": 0}, {"prompt": "x", "n": "1"}]
)
def test_images_refuse(ask: Ask, body: dict[str, Any]) -> None:
    assert error_of(ask("POST", "/images", json=body))["code"] == 400


# Lists, files and media


def test_keys_in_pages(ask: Ask) -> None:
    pages = [ask("GET", f"/keys?offset={offset}").json()["data"] for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len({key["hash"] for page in pages for key in page}) == 7
    assert error_of(ask("GET", "/keys?offset=x"))["code"] == 400


def test_files_in_pages(ask: Ask) -> None:
    whole = ask("GET", "/files").json()
    assert (whole["_shape"], whole["has_more"], whole["cursor"]) == ("openrouter", False, None)
    pages: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        pages.append(ask("GET", "/files", params={"limit": 2, "cursor": cursor}).json())
        cursor = pages[-1]["cursor"]
    assert [len(page["data"]) for page in pages] == [2, 2, 1]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert [file for page in pages for file in page["data"]] == whole["data"]
    assert pages[1]["first_id"] == whole["data"][2]["id"]
    after = ask("GET", "/files", params={"after": pages[0]["last_id"]}).json()
    assert after["data"] == whole["data"][2:]
    assert ask("GET", "/files", params={"after_id": whole["last_id"]}).json()["data"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "cursor=x", "cursor=%FF", "cursor=/w=="])
def test_files_refuse_pages_that_cannot_be(ask: Ask, query: str) -> None:
    assert error_of(ask("GET", f"/files?{query}"))["code"] == 400


def test_life_of_a_file(ask: Ask) -> None:
    content = bytes(range(256)) * 100 + b"\r\n--\r\n\r\n"
    uploaded = ask("POST", "/files", files={"file": ('Ü "1".bin', content, "application/x-thing")}).json()
    assert uploaded["filename"] == 'Ü "1".bin'
    assert (uploaded["mime_type"], uploaded["size_bytes"]) == ("application/x-thing", len(content))
    path = f"/files/{uploaded['id']}"
    assert ask("GET", path).json() == ask("GET", "/files").json()["data"][-1] == uploaded
    downloaded = ask("GET", f"{path}/content")
    assert downloaded.headers["content-type"] == "application/octet-stream"
    assert downloaded.content == content
    assert ask("DELETE", path).json() == {"_shape": "openrouter", "id": uploaded["id"], "type": "file_deleted"}
    for method, gone in (("GET", path), ("GET", f"{path}/content"), ("DELETE", path)):
        assert error_of(ask(method, gone))["code"] == 404


def test_each_fake_has_its_own_files(fake: FakeOpenRouter, ask: Ask) -> None:
    ask("POST", "/files", files={"file": b"x"})
    assert len(ask("GET", "/files").json()["data"]) == 6
    auth = {"authorization": f"Bearer {fake.api_key}"}
    with httpx.Client(verify=TLS, transport=FakeOpenRouter().transport(), headers=auth) as client:
        assert len(client.get("https://openrouter.ai/api/v1/files").json()["data"]) == 5


FORM = "multipart/form-data; boundary=b"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--b--"),
        ("multipart/mixed; boundary=b", b"--b--\r\n"),
        (FORM, b""),
        (FORM, b"--b--\r\n"),
        (FORM, b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'),
        (FORM, b"--b\r\n\r\nx\r\n--b--"),
        (FORM, b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--'),
        (FORM, b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n\r\n--b--'),
    ],
)
def test_upload_refuses_forms(ask: Ask, content_type: str, body: bytes) -> None:
    assert error_of(ask("POST", "/files", content=body, headers={"content-type": content_type}))["code"] == 400


def test_form_in_an_uncommon_hand(ask: Ask) -> None:
    body = (
        b"preamble\r\n--b c\r\ncontent-disposition: form-data;\r\n name=file; filename*=UTF-8''%C3%9C.txt\r\n\r\n"
        b"\r\nx\n\r\n--b c--\r\nepilogue"
    )
    headers = {"content-type": 'Multipart/Form-Data; Boundary="b c"'}
    uploaded = ask("POST", "/files", content=body, headers=headers).json()
    assert (uploaded["filename"], uploaded["mime_type"]) == ("Ü.txt", "application/octet-stream")
    assert ask("GET", f"/files/{uploaded['id']}/content").content == b"\r\nx\n"


def test_speech(ask: Ask) -> None:
    body = {"model": "m", "input": "Grüße", "voice": "v"}
    response = ask("POST", "/audio/speech", json=body)
    assert (response.headers["content-type"], response.content) == ("audio/mpeg", b"ID3" + "Grüße".encode())
    response = ask("POST", "/audio/speech", json={**body, "response_format": "pcm", "input": [{"text": "a"}, {}]})
    assert (response.headers["content-type"], response.content) == ("audio/pcm", b"a ")
    assert error_of(ask("POST", "/audio/speech", json={"model": "m"}))["code"] == 400


def test_transcription_of_json(ask: Ask) -> None:
    audio = {"data": base64.b64encode(b"12345").decode(), "format": "wav"}
    body = {"model": "m", "input_audio": audio, "timestamp_granularities": ["word", "segment"]}
    answer = ask("POST", "/audio/transcriptions", json=body).json()
    assert answer["text"] == "5 bytes; timestamp_granularities: word, segment"
    body = {"model": "m", "input_audio": {"url": "https://example.com/a.wav"}}
    assert ask("POST", "/audio/transcriptions", json=body).json()["text"] == "0 bytes"


def test_transcription_of_a_form(ask: Ask) -> None:
    fields = {"model": "m", "timestamp_granularities[]": ["word", "segment"], "keyterms[]": ["ü"], "twice": ["a", "b"]}
    answer = ask("POST", "/audio/transcriptions", data=fields, files={"file": ("a.wav", b"123", "audio/wav")}).json()
    assert answer["text"] == "3 bytes; timestamp_granularities[]: word, segment; keyterms[]: ü; twice: a, b"


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"model": "m"}},
        {"json": {"input_audio": {"data": "AAAA"}}},
        {"json": {"model": "m", "input_audio": {"data": "?"}}},
        {"json": {"model": "m", "input_audio": {"data": "ü"}}},
        {"files": {"file": b"x"}},
        {"data": {"model": "m"}, "files": {"other": b"x"}},
    ],
)
def test_transcriptions_refuse(ask: Ask, options: dict[str, Any]) -> None:
    assert error_of(ask("POST", "/audio/transcriptions", **options))["code"] == 400


def test_life_of_a_video(ask: Ask) -> None:
    response = ask("POST", "/videos", json={"model": "m", "prompt": "a cat"})
    job = response.json()
    assert (response.status_code, job["status"]) == (202, "pending")
    path = job["polling_url"].removeprefix("/api/v1")
    assert error_of(ask("GET", f"{path}/content"))["code"] == 409
    looks = [ask("GET", path).json() for _ in range(4)]
    assert [look["status"] for look in looks] == ["pending", "in_progress", "completed", "completed"]
    assert {look["id"] for look in looks} == {job["id"]}
    video = ask("GET", looks[-1]["unsigned_urls"][0].removeprefix("/api/v1"))
    assert video.headers["content-type"] == "video/mp4"
    assert video.content[4:8] == b"ftyp"
    assert error_of(ask("GET", f"{path}/content?index=1"))["code"] == 400
    assert error_of(ask("GET", "/videos/none"))["code"] == error_of(ask("GET", "/videos/none/content"))["code"] == 404


def test_keys_are_had_without_a_key(ask: Ask) -> None:
    nobody = {"authorization": ""}
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "subject_token": "a.b+c",
        "federation_policy_id": "policy",
    }
    token = ask("POST", "/oauth/token", data={**form, "scope": "management"}, headers=nobody).json()
    assert (token["access_token"], token["token_type"], token["scope"]) == (KEY, "Bearer", "management")
    assert ask("POST", "/auth/keys", json={"code": "x"}, headers=nobody).json() == {"key": KEY, "user_id": "user_fake"}
    assert error_of(ask("POST", "/auth/keys", json={}, headers=nobody))["code"] == 400
    response = ask("POST", "/oauth/token", data={**form, "grant_type": "password"})
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")
    response = ask("POST", "/oauth/token", content=b"\xff")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_tool_that_moved(ask: Ask) -> None:
    response = ask("GET", "/tools/web-search")
    assert (response.status_code, response.headers["location"]) == (308, "/api/v1/tools/web_search")
    followed = ask("GET", "/tools/web-search", follow_redirects=True)
    assert followed.json() == ask("GET", "/tools/web%5Fsearch").json()
    assert followed.json()["data"]["id"] == "openrouter:web_search"
    assert error_of(ask("GET", "/tools/other"))["code"] == 404


# Routes and keys


@pytest.mark.parametrize("path", ["/nothing", "/credits/", "/models/..%2Fcredits", "/models/%63ount", "/Credits"])
def test_unknown_path(ask: Ask, path: str) -> None:
    assert error_of(ask("GET", path))["code"] == 404


def test_path_outside_the_base(fake: FakeOpenRouter) -> None:
    with httpx.Client(verify=TLS, transport=fake.transport(), base_url="https://openrouter.ai") as client:
        assert client.get("/credits").status_code == 404


def test_templates_and_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    table: dict[tuple[str, str], handling.Handler] = {
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
    with pytest.raises(ValueError, match="negative"):
        Reply(pause=-1)
    with pytest.raises(TypeError, match="JSON"):
        Reply(body={"set": {1}})
    with pytest.raises(TypeError, match="JSON"):
        Reply.events({"set": {1}})
    with pytest.raises(TypeError, match="bytes"):
        Reply(body=(b"one", cast("bytes", "two")))
    with pytest.raises(TypeError, match="bytes"):
        Reply(body=cast("bytes", bytearray(b"one")))


# Scripted streams


class Pieces:
    """An iterable that isn't a sequence, and can be iterated again."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)


class Receive(Protocol):
    def __call__(self, limit: int | None = None, **options: Any) -> tuple[httpx.Response, list[bytes]]: ...


@pytest.fixture(params=["socket-sync", "socket-async", "in-process-sync", "in-process-async"])
def receive(request: pytest.FixtureRequest, fake: FakeOpenRouter) -> Receive:
    """Send a request and read the body's pieces, up to a number of them, then close; a broken end is `b"!"`."""
    way, _, colour = request.param.rpartition("-")

    def receive_sync(limit: int | None = None, **options: Any) -> tuple[httpx.Response, list[bytes]]:
        transport = fake.transport() if way == "in-process" else None
        with httpx.Client(verify=TLS, transport=transport, **options) as client:
            with client.stream("GET", fake.url) as response:
                pieces: list[bytes] = []
                try:
                    for piece in response.iter_raw():
                        pieces.append(piece)
                        if len(pieces) == limit:
                            break
                except httpx.TransportError:
                    pieces.append(b"!")
            return response, pieces

    async def receive_async(limit: int | None = None, **options: Any) -> tuple[httpx.Response, list[bytes]]:
        transport = fake.transport() if way == "in-process" else None
        async with httpx.AsyncClient(verify=TLS, transport=transport, **options) as client:
            async with client.stream("GET", fake.url) as response:
                pieces: list[bytes] = []
                try:
                    async for piece in response.aiter_raw():
                        pieces.append(piece)
                        if len(pieces) == limit:
                            break
                except httpx.TransportError:
                    pieces.append(b"!")
            return response, pieces

    if colour == "sync":
        return receive_sync
    return lambda limit=None, **options: asyncio.run(receive_async(limit, **options))


def wait_for_abort(fake: FakeOpenRouter) -> None:
    deadline = time.monotonic() + 5
    while not fake.aborted and time.monotonic() < deadline:
        time.sleep(0.001)


@pytest.mark.parametrize("kind", [tuple, iter, Pieces])
def test_pieces_of_any_kind_are_chunks(fake: FakeOpenRouter, ask: Ask, kind: Callable[[list[bytes]], Any]) -> None:
    fake.enqueue(Reply(body=kind([b"one", b"", b"two"])))
    response = ask("GET", "/credits")
    assert response.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in response.headers
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.content == b"onetwo"


def test_pieces_of_a_pausing_stream(fake: FakeOpenRouter, receive: Receive) -> None:
    fake.enqueue(Reply(body=(b"one", b"two", b"three"), pause=0.05))
    start = time.perf_counter()
    assert receive()[1] == [b"one", b"two", b"three"]
    assert time.perf_counter() - start >= 0.1
    assert fake.aborted == []


def test_stream_on_command(fake: FakeOpenRouter) -> None:
    go_on = threading.Event()

    def pieces() -> Iterator[bytes]:
        yield b"one"
        assert go_on.wait(5)
        yield b"two"

    fake.enqueue(Reply(body=pieces()))
    with httpx.Client(verify=TLS) as client, client.stream("GET", fake.url) as response:
        received = response.iter_raw()
        assert next(received) == b"one"
        go_on.set()
        assert list(received) == [b"two"]


def test_connection_is_kept_after_a_stream(fake: FakeOpenRouter) -> None:
    fake.enqueue(*[Reply(body=(b"one", b"two"))] * 3, Reply(body=(b"12",), headers={"Content-Length": "2"}))
    with httpx.Client(verify=TLS) as client:
        assert client.head(fake.url).content == b""
        replies = [client.get(fake.url) for _ in range(3)]
        assert [reply.content for reply in replies] == [b"onetwo", b"onetwo", b"12"]
        assert len({reply.extensions["network_stream"].get_extra_info("client_addr") for reply in replies}) == 1


def test_stream_of_known_length(fake: FakeOpenRouter, ask: Ask) -> None:
    body = (bytes(100_000) for _ in range(100))
    fake.enqueue(Reply(body=body, headers={"Content-Length": "10000000", "content-type": "video/mp4"}))
    response = ask("GET", "/credits")
    assert "transfer-encoding" not in response.headers
    assert response.headers.get_list("content-length") == ["10000000"]
    assert response.headers["content-type"] == "video/mp4"
    assert response.content == bytes(10_000_000)


@pytest.mark.parametrize("body", [(b"short",), "short", {}])
def test_less_than_promised(fake: FakeOpenRouter, ask: Ask, body: Any) -> None:
    fake.enqueue(Reply(body=body, headers={"content-length": "9"}))
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET", "/credits", timeout=5)
    assert fake.aborted == []


@pytest.mark.parametrize(
    ("cut_after", "received"), [(0, b"!"), (2, b"on!"), (3, b"one!"), (4, b"onet!"), (6, b"onetwo")]
)
@pytest.mark.parametrize("headers", [{}, {"content-length": "6"}])
def test_cut_in_a_stream(
    fake: FakeOpenRouter, receive: Receive, cut_after: int, received: bytes, headers: dict[str, str]
) -> None:
    fake.enqueue(Reply(body=Pieces([b"one", b"two"]), headers=headers, cut_after=cut_after, pause=0.02))
    assert b"".join(receive()[1]) == received
    assert fake.aborted == []


def test_client_that_leaves_a_stream_is_recorded(fake: FakeOpenRouter, receive: Receive) -> None:
    sent: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b"piece"

    fake.enqueue(Reply(body=pieces(), pause=0.02))
    assert receive(2)[1] == [b"piece"] * 2
    wait_for_abort(fake)
    assert fake.aborted == fake.requests
    assert fake.aborted[0] is fake.requests[0]
    assert len(sent) < 1000


def test_client_that_loses_patience_is_recorded(fake: FakeOpenRouter, receive: Receive) -> None:
    fake.enqueue(Reply(body=(b"one", b"two"), pause=30))
    assert receive(timeout=0.2)[1] == [b"one", b"!"]
    wait_for_abort(fake)
    assert fake.aborted == fake.requests


@pytest.mark.parametrize(
    "make",
    [
        lambda: Reply.events(done=True),
        lambda: Reply(body=iter([b"12"]), headers={"content-length": "2"}),
        lambda: Reply(body=b"not a stream"),
        lambda: Reply(204, ["not sent"]),
        lambda: Reply(200, (), cut_after=0),
    ],
)
def test_client_that_stops_at_the_last_piece_took_all(
    fake: FakeOpenRouter, receive: Receive, make: Callable[[], Reply]
) -> None:
    fake.enqueue(make())
    receive(1)
    fake.close()
    assert fake.aborted == []


def test_client_that_leaves_a_flood(fake: FakeOpenRouter, capfd: pytest.CaptureFixture[str]) -> None:
    fake.enqueue(Reply(body=(bytes(1_000_000) for _ in range(1000))))
    with httpx.Client(verify=TLS) as client, client.stream("GET", fake.url) as response:
        next(response.iter_raw())
    wait_for_abort(fake)
    assert fake.aborted == fake.requests
    fake.close()
    assert capfd.readouterr().err == ""


def test_client_that_resets_the_connection(fake: FakeOpenRouter, capfd: pytest.CaptureFixture[str]) -> None:
    fake.enqueue(Reply(body=(b"one", b"two"), pause=30))
    with socket.create_connection(address(fake), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert client.recv(1) == b"H"
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_for_abort(fake)
    fake.close()
    assert fake.aborted == fake.requests
    assert capfd.readouterr().err == ""


def test_closing_the_fake_is_no_abort(fake: FakeOpenRouter) -> None:
    fake.enqueue(Reply(body=(b"one", b"two"), pause=60))
    with httpx.Client(verify=TLS) as client, client.stream("GET", fake.url) as response:
        received = response.iter_raw()
        assert next(received) == b"one"
        fake.close()
        with pytest.raises(httpx.RemoteProtocolError):
            next(received)
    assert fake.aborted == []


def test_bugs_in_an_iterable_are_not_hidden(fake: FakeOpenRouter, capfd: pytest.CaptureFixture[str]) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise ZeroDivisionError

    fake.enqueue(Reply(body=pieces()), Reply(body=pieces()))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(fake.url, verify=TLS)
    with pytest.raises(ZeroDivisionError), httpx.Client(verify=TLS, transport=fake.transport()) as client:
        client.get(fake.url)
    fake.close()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_events(fake: FakeOpenRouter, receive: Receive) -> None:
    events: list[Any] = [
        b": comment\r\n\r\n",
        {"ü": 1},
        "raw\ndata\r\nof\rlines\u2028",
        ("named", {"a": 1}),
        ("named", "[x]"),
        "",
        b"retry: 10\n\n",
    ]
    fake.enqueue(Reply.events(*events, headers={"X-Thing": "1"}, pause=0.01))
    response, pieces = receive()
    assert (response.headers["content-type"], response.headers["x-thing"]) == ("text/event-stream", "1")
    assert pieces == [
        b": comment\r\n\r\n",
        b'data: {"\\u00fc": 1}\n\n',
        "data: raw\ndata: data\ndata: of\ndata: lines\u2028\n\n".encode(),
        b'event: named\ndata: {"a": 1}\n\n',
        b"event: named\ndata: [x]\n\n",
        b"data: \n\n",
        b"retry: 10\n\n",
        b"data: [DONE]\n\n",
    ]


def test_events_take_the_fields_of_a_reply() -> None:
    reply = Reply.events("a", done=False, status=429, headers={"Content-Type": "x"}, cut_after=1, delay=2, pause=3)
    assert reply.payload() == b"data: a\n\n"
    assert reply == Reply(429, (b"data: a\n\n",), {"content-type": "x"}, cut_after=1, delay=2, pause=3)
    assert reply.head() == {"content-type": "x", "transfer-encoding": "chunked"}


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
