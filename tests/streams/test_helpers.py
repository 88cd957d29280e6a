"""The functions written by hand: OAuth's client side, and waiting for a video."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import Ok, OpenRouter, errors
from openrouter_sdk.funcs.oauth_create_authorization_url import oauth_create_authorization_url
from openrouter_sdk.funcs.oauth_create_sha256_code_challenge import oauth_create_sha256_code_challenge
from openrouter_sdk.funcs.video_generation_wait import video_generation_wait_async
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import Api, Face, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator

START = Api("video_generation_generate", "video_generation.generate", {"model": "a/b", "prompt": "a cat"})
WAIT = Api("video_generation_wait", "video_generation.wait")
# RFC 7636, appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture
def plain() -> Iterator[OpenRouter]:
    with OpenRouter(api_key="k") as client:
        yield client


def test_the_example_of_the_rfc() -> None:
    made = oauth_create_sha256_code_challenge(code_verifier=VERIFIER).unwrap()
    assert (made.code_challenge, made.code_verifier) == (CHALLENGE, VERIFIER)


def test_a_random_verifier() -> None:
    made = [oauth_create_sha256_code_challenge().unwrap() for _ in range(20)]
    assert len({challenge.code_verifier for challenge in made}) == 20
    for challenge in made:
        assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", challenge.code_verifier)
        assert oauth_create_sha256_code_challenge(code_verifier=challenge.code_verifier) == Ok(challenge)


@pytest.mark.parametrize("verifier", ["", "x" * 42, "x" * 129, "x" * 43 + "!", "x" * 43 + "\n", "ü" * 43, 7])
def test_a_verifier_that_cannot_be(verifier: Any) -> None:
    error_of(oauth_create_sha256_code_challenge(code_verifier=verifier), errors.SDKValidationError)


def test_a_verifier_that_is_no_text() -> None:
    number: Any = int("1" * 43)
    result = oauth_create_sha256_code_challenge(code_verifier=number)
    assert not isinstance(result, Ok) or isinstance(result.value.code_verifier, str)  # and nothing raised


def test_an_authorization_url(plain: OpenRouter) -> None:
    made = oauth_create_authorization_url(
        plain, callback_url="https://me.test/?a=1&b=ü", code_challenge=CHALLENGE, code_challenge_method="S256", limit=5
    ).unwrap()
    url = httpx.URL(made)
    assert (url.scheme, url.host, url.path) == ("https", "openrouter.ai", "/auth")
    assert dict(url.params) == {
        "callback_url": "https://me.test/?a=1&b=ü", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        "limit": "5"}  # fmt: skip


def test_an_authorization_url_without_pkce(plain: OpenRouter) -> None:
    made = oauth_create_authorization_url(plain, callback_url="https://me.test/").unwrap()
    assert dict(httpx.URL(made).params) == {"callback_url": "https://me.test/"}


@pytest.mark.parametrize("limit", [1234567.5, 12345678.0, 1000000.0])
def test_a_limit_keeps_its_value(plain: OpenRouter, limit: float) -> None:
    made = oauth_create_authorization_url(plain, callback_url="https://me.test/", limit=limit).unwrap()
    written = httpx.URL(made).params["limit"]
    assert float(written) == limit
    assert "e" not in written


@pytest.mark.parametrize(
    ("params", "missing"),
    [({"code_challenge": CHALLENGE}, "code_challenge_method"), ({"code_challenge_method": "S256"}, "code_challenge")],
)
def test_half_of_pkce_is_refused(plain: OpenRouter, params: dict[str, Any], missing: str) -> None:
    result = oauth_create_authorization_url(plain, callback_url="https://me.test/", **params)
    assert missing in str(error_of(result, errors.SDKValidationError))


@pytest.mark.parametrize("params", [{"callback_url": ""}, {"code_challenge": "x", "code_challenge_method": "MD5"}])
def test_other_bad_arguments_are_refused(plain: OpenRouter, params: dict[str, Any]) -> None:
    given: dict[str, Any] = {"callback_url": "https://me.test/", **params}
    result = oauth_create_authorization_url(plain, **given)
    error_of(result, errors.SDKValidationError)


# Waiting for a video


def test_waiting_for_a_video(client: OpenRouter, colour: Face, naps: list[float]) -> None:
    job = colour.call(client, START).unwrap()
    seen: list[str] = []

    def on_progress(job: Any) -> None:
        seen.append(job.status)

    done = colour.call(client, WAIT, job_id=job.id, poll_interval=7, on_progress=on_progress)
    assert done.unwrap().status == "completed"
    assert seen == ["pending", "in_progress", "completed"]
    assert naps == [7, 7]


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired", "something new"])
def test_a_video_that_ends_otherwise(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, naps: list[float], status: str
) -> None:
    job = {"id": "j", "polling_url": "/x", "status": status, "error": "no"}
    fake.enqueue(Reply(body=job))
    result = colour.call(client, WAIT, job_id="j").unwrap()
    assert (result.status, result.error) == (status, "no")
    assert naps == []


def test_a_wait_that_takes_too_long(client: OpenRouter, colour: Face, naps: list[float]) -> None:
    job = colour.call(client, START).unwrap()
    result = colour.call(client, WAIT, job_id=job.id, poll_interval=60, timeout=1)
    assert job.id in str(error_of(result, errors.RequestTimeoutError))
    assert naps == []


def test_a_look_that_fails_ends_the_wait(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, naps: list[float]
) -> None:
    fake.enqueue(Reply(body={"id": "j", "polling_url": "/x", "status": "pending"}))
    error_of(colour.call(client, WAIT, job_id="none"), errors.NotFoundResponseError)
    assert len(naps) == 1


class OddError(Exception):
    pass


@pytest.mark.parametrize("odd", [
    OddError("no"),
    httpx.ReadTimeout("late"),
])  # fmt: skip
def test_a_callback_that_raises_ends_the_wait(client: OpenRouter, colour: Face, odd: Exception) -> None:
    def on_progress(_: object) -> None:
        raise odd

    job = colour.call(client, START).unwrap()
    result = colour.call(client, WAIT, job_id=job.id, on_progress=on_progress)
    assert error_of(result, errors.UnexpectedClientError).__cause__ is odd


@pytest.mark.parametrize("params", [{"poll_interval": 0}, {"poll_interval": -1}, {"timeout": 0}, {"timeout": "x"}])
def test_bad_arguments_of_a_wait(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, params: dict[str, Any]
) -> None:
    assert not colour.call(client, WAIT, job_id="j", **params).ok
    assert fake.requests == []


@pytest.mark.parametrize("colour", ["async-function"], indirect=True)
def test_a_wait_can_be_cancelled(client: OpenRouter, colour: Face) -> None:
    job = colour.call(client, START).unwrap()

    async def cancel() -> None:
        seen = asyncio.Event()
        wait = video_generation_wait_async(client, job_id=job.id, on_progress=lambda _: seen.set())
        task = asyncio.ensure_future(wait)
        await seen.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    colour.run(asyncio.wait_for(cancel(), 30))


@pytest.mark.parametrize("method", ["wait", "wait_async"])
def test_helpers_are_methods_too(plain: OpenRouter, method: str) -> None:
    assert callable(getattr(plain.video_generation, method))
    assert callable(plain.oauth.__getattribute__("create_authorization_url"))
    assert callable(plain.oauth.__getattribute__("create_sha256_code_challenge"))
