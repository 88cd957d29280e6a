"""The functions written by hand: OAuth's client side, and waiting for a video."""

from __future__ import annotations

import asyncio
import inspect
import re
from typing import TYPE_CHECKING, Any, get_type_hints

import httpx
import pytest

from openrouter_sdk import Ok, OpenRouter, errors
from openrouter_sdk.funcs.oauth_create_authorization_url import oauth_create_authorization_url
from openrouter_sdk.funcs.oauth_create_sha256_code_challenge import oauth_create_sha256_code_challenge
from openrouter_sdk.funcs.video_generation_wait import video_generation_wait, video_generation_wait_async
from openrouter_sdk.helpers.video_generation import WaitOptions
from openrouter_sdk.testing import FakeOpenRouter, Reply
from openrouter_sdk.types.options import RequestOptions

from .support import Api, Face, MakeClient, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openrouter_sdk import Result

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


def test_an_authorization_url_of_another_server(plain: OpenRouter) -> None:
    made = oauth_create_authorization_url(
        plain, callback_url="x", server_url="http://localhost:9/api/v1", extra_query={"lang": "de", "callback_url": "y"}
    ).unwrap()
    assert made == "http://localhost:9/auth?callback_url=y&lang=de"


# What is wrong with arguments is an error, as of generated functions

URL = Api("oauth_create_authorization_url", "oauth.create_authorization_url", {"callback_url": "https://me.test/"})
CHALLENGES = Api("oauth_create_sha256_code_challenge", "oauth.create_sha256_code_challenge")
WAITING = Api("video_generation_wait", "video_generation.wait", {"job_id": "j"})
GOOD = {"url": URL, "challenge": CHALLENGES, "wait": WAITING}
NO_TEXTS: list[Any] = ["", 7, b"x", ["x"], {}, "\ud83d"]
NO_NUMBERS: list[Any] = ["5", True, float("nan"), float("inf"), [], {}]
NO_METHODS: list[Any] = ["s256", 7, [], {}, b"S256"]
NO_TIMES: list[Any] = [0, -1, httpx.Timeout(5), *NO_NUMBERS]
WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "url": [
        ({"calback_url": "x"}, "did you mean 'callback_url'?"),
        ({"callbackUrl": "x"}, "did you mean 'callback_url'?"),
        ({"base_url": "x"}, "did you mean 'server_url'?"),
        ({"unheard": 1}, "unheard: There is no such argument"),
        ({"callback_url": None}, "callback_url"),
        *(({"callback_url": odd}, "callback_url: it ") for odd in NO_TEXTS),
        *(({"limit": odd}, "limit: it must be a number") for odd in NO_NUMBERS),
        *(({"code_challenge": "x", "code_challenge_method": odd}, "'S256'") for odd in NO_METHODS),
        ({"code_challenge": ["x"], "code_challenge_method": "S256"}, "code_challenge: it "),
        ({"server_url": "nonsense"}, "server_url"),
    ],
    "challenge": [
        ({"verifier": "x"}, "there is only code_verifier"),
        *(({"code_verifier": odd}, "43 to 128") for odd in ("", 7, b"x" * 43, ["x" * 43], "\ud83d" * 43)),
    ],
    "wait": [
        ({"jobid": "x"}, "did you mean 'job_id'?"),
        ({"jobId": "x"}, "did you mean 'job_id'?"),
        ({"timeout_ms": 3}, "did you mean 'timeout', in seconds?"),
        ({"unheard": 3}, "unheard: There is no such argument"),
        ({"extra_body": {}}, "extra_body: There is no such argument"),
        *(({"job_id": odd}, "job_id") for odd in [None, *NO_TEXTS]),
        *(({name: odd}, f"{name}: it must be a number of seconds") for name in ("poll_interval", "timeout")
          for odd in NO_TIMES),
        ({"on_progress": 7}, "on_progress: it must be a function"),
        ({"retries": -1}, "retries"),
        ({"request_timeout": "x"}, "timeout"),
        ({"extra_headers": {"x": "a\r\nb: c"}}, "control characters"),
    ],
}  # fmt: skip
CASES = [(GOOD[name], params, told) for name, cases in WRONG.items() for params, told in cases]


def only_async(face: Face, api: Api) -> bool:
    return face.is_async and api is not WAITING


@pytest.mark.parametrize(("api", "params", "told"), CASES)
def test_arguments_that_do_not_fit_are_that_error(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api, params: dict[str, Any], told: str
) -> None:
    if only_async(face, api):
        pytest.skip("it has no asynchronous twin")
    result = call(face, client, api, **params)
    assert told in str(error_of(result, errors.SDKValidationError))
    assert fake.requests == []


def call(face: Face, client: OpenRouter, api: Api, *given: Any, **params: Any) -> Result[Any, Exception]:
    if api is CHALLENGES and not face.is_method:
        return face.attempt(lambda: oauth_create_sha256_code_challenge(*given, **params))
    return face.attempt(lambda: face.target(client, api)(*given, **{**api.params, **params}))


@pytest.mark.parametrize("api", GOOD.values(), ids=GOOD)
def test_all_that_is_wrong_is_told_in_the_functions_name(client: OpenRouter, face: Face, api: Api) -> None:
    if only_async(face, api):
        pytest.skip("it has no asynchronous twin")
    bare = Api(api.function, api.method)
    result = call(face, client, CHALLENGES if api is CHALLENGES else bare, "x", y=1, z=2)
    error = error_of(result, errors.SDKValidationError)
    assert str(error).startswith(f"{api.function}: ")
    assert {"y", "z"} <= {problem["loc"][0] for problem in error.errors}
    assert "by name" in str(error)
    required = {"url": "callback_url", "wait": "job_id"}
    for name in (required[kind] for kind in required if GOOD[kind] is api):
        assert f"{name}: This argument is required" in str(error)


@pytest.mark.parametrize("given", [{"callback_url": "x"}, {}])
def test_a_function_without_its_core_does_not_raise(given: dict[str, Any]) -> None:
    function: Any = oauth_create_authorization_url
    assert "core: This argument is required" in str(error_of(function(**given), errors.SDKValidationError))


@pytest.mark.parametrize("api", GOOD.values(), ids=GOOD)
def test_none_leaves_an_argument_out(fake: FakeOpenRouter, client: OpenRouter, face: Face, api: Api) -> None:
    if only_async(face, api):
        pytest.skip("it has no asynchronous twin")
    fake.enqueue(Reply(body=video("completed")))
    names = {"url": ["code_challenge", "code_challenge_method", "limit", "server_url", "extra_query"],
             "challenge": ["code_verifier"],
             "wait": ["poll_interval", "timeout", "on_progress", "request_timeout", "extra_headers"]}  # fmt: skip
    (kind,) = (kind for kind in GOOD if GOOD[kind] is api)
    assert call(face, client, api, **dict.fromkeys(names[kind])).ok


@pytest.mark.parametrize("function", [
    oauth_create_authorization_url, oauth_create_sha256_code_challenge, video_generation_wait,
    video_generation_wait_async,
])  # fmt: skip
def test_their_arguments_are_visible(function: Any) -> None:
    assert set(get_type_hints(function)) >= {*inspect.signature(function).parameters, "return"}
    assert all(f"{name}:" in function.__doc__ for name in inspect.signature(function).parameters) or (
        function is video_generation_wait_async  # which refers to its twin
    )


# Waiting for a video


def video(status: Any, **fields: Any) -> dict[str, Any]:
    return {"id": "j", "polling_url": "/x", "status": status, **fields}


def test_waiting_for_a_video(client: OpenRouter, colour: Face, naps: list[float]) -> None:
    job = colour.call(client, START).unwrap()
    seen: list[str] = []

    def on_progress(job: Any) -> None:
        seen.append(job.status)

    done = colour.call(client, WAIT, job_id=job.id, poll_interval=7, on_progress=on_progress)
    assert done.unwrap().status == "completed"
    assert seen == ["pending", "in_progress", "completed"]
    assert naps == [7, 7]


UNFINISHED = ["pending", "in_progress", "queued", "something new", "", None, 7, ["completed"], {"completed": True}]


@pytest.mark.parametrize("status", UNFINISHED)
def test_a_status_that_is_not_known_to_be_final_goes_on(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float], status: Any
) -> None:
    fake.enqueue(
        Reply(body=video(status)), Reply(body=video(status, error="", urls=[])), Reply(body=video("completed"))
    )
    done = face.call(client, WAITING)
    assert done.unwrap().status == "completed"
    assert len(naps) == 2


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "expired"])
def test_a_final_status_ends_the_wait(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float], status: str
) -> None:
    fake.enqueue(Reply(body=video(status)))
    assert face.call(client, WAITING).unwrap().status == status
    assert naps == []


@pytest.mark.parametrize("status", ["pending", "something new"])
@pytest.mark.parametrize("sign", [{"error": "no"}, {"urls": ["u"]}, {"unsigned_urls": ["u"]}])
def test_an_error_or_the_results_end_the_wait_whatever_the_status(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float], status: Any, sign: dict[str, Any]
) -> None:
    fake.enqueue(Reply(body=video(status, **sign)))
    assert face.call(client, WAITING).ok
    assert naps == []


def test_the_options_go_to_every_look(
    fake: FakeOpenRouter, make_client: MakeClient, face: Face, naps: list[float]
) -> None:
    client = make_client(server_url="http://127.0.0.1:1/nowhere")
    busy = Reply(418, {"error": {"code": 418, "message": "busy"}})
    fake.enqueue(busy, Reply(body=video("pending")), busy, Reply(body=video("completed")))
    done = face.call(
        client, WAITING, server_url=fake.url, extra_headers={"x-mine": "1"}, extra_query={"q": "2"}, retries=1,
        retry_codes=[418], app_title="Mine", http_referer="https://me.test", app_categories="cli-agent",
        request_timeout=httpx.Timeout(7),
    )  # fmt: skip
    assert done.unwrap().status == "completed"
    assert len(naps) == 3
    for request in fake.requests:
        assert (request.headers["x-mine"], request.query["q"]) == ("1", ["2"])
        assert request.headers["x-openrouter-title"] == "Mine"


class Timeouts(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Notes the time-outs of requests."""

    def __init__(self) -> None:
        self.seen: list[dict[str, float]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.extensions["timeout"])
        return httpx.Response(200, json=video("completed"))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


@pytest.mark.parametrize(("params", "longest"), [
    ({}, 600), ({"timeout": 30}, 30), ({"timeout": 30, "request_timeout": 90}, 90),
    ({"request_timeout": httpx.Timeout(3)}, 3),
])  # fmt: skip
def test_a_look_lasts_no_longer_than_the_wait(
    make_client: MakeClient, face: Face, params: dict[str, Any], longest: float
) -> None:
    """Unless it is told so: `timeout` is the wait's, `request_timeout` each look's."""
    transport = Timeouts()
    http, async_http = httpx.Client(transport=transport), httpx.AsyncClient(transport=transport)
    client = make_client(http_client=http, async_http_client=async_http, timeout=600)
    face.call(client, WAITING, **params).unwrap()
    (seen,) = transport.seen
    assert longest - 5 < seen["read"] <= longest
    assert seen["connect"] <= 10 or "request_timeout" in params
    http.close()
    face.run(async_http.aclose())


def test_the_options_of_a_wait_are_those_of_a_call() -> None:
    own, every = get_type_hints(WaitOptions), get_type_hints(RequestOptions)
    assert own.keys() - every.keys() == {"request_timeout"}
    assert every.keys() - own.keys() == {"timeout", "extra_body"}
    assert own["request_timeout"] == every["timeout"]
    assert all(own[name] == every[name] for name in own.keys() & every.keys())


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


def test_a_callback_may_be_asynchronous_where_something_waits_for_it(
    fake: FakeOpenRouter, client: OpenRouter, face: Face
) -> None:
    seen: list[str] = []

    async def on_progress(job: Any) -> None:
        await asyncio.sleep(0)
        seen.append(job.status)

    fake.enqueue(Reply(body=video("completed")))
    result = face.call(client, WAITING, on_progress=on_progress)
    if face.is_async:
        assert (result.ok, seen) == (True, ["completed"])
    else:
        assert "_async" in str(error_of(result, errors.UnexpectedClientError))


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
