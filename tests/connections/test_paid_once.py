"""What may have been paid for isn't asked for again: nothing is, once a byte of an answer came (promise 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, RetryPolicy, errors
from openrouter_sdk.funcs.batch_create_batches import OPERATION as CREATE_BATCHES

from .support import Connection, always, answer, error_of, first

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import MakeClient
    from .support import Face, RawServer, Serve

WHOLE = b'{"id": "gen-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}}]}'
CHUNKED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n%b\r\n" % (len(WHOLE), WHOLE)
HALF = b"%x\r\n%b" % (len(WHOLE), WHOLE[:20])
LONG = answer(WHOLE).replace(b"content-length: ", b"content-length: 9")
BROKEN = {
    "inside the status line": b"HTTP/1.1 200",
    "inside the headers": b"HTTP/1.1 200 OK\r\ncontent-type: appl",
    "after an informational answer": b"HTTP/1.1 102 Processing\r\n\r\n",
    "after the head": LONG[: LONG.index(b"\r\n\r\n") + 4],
    "inside the body": LONG[:-30],
    "inside a chunk": CHUNKED + HALF,
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
}
WHOLE_ALL_THE_SAME = {
    "the last chunk is missing": CHUNKED + CHUNK,
    "the last line is missing": CHUNKED + CHUNK + b"0\r\n",
    "the length is too great": LONG,
    "what follows is no chunk": CHUNKED + CHUNK + b"oops\r\n",
}
ways = pytest.mark.parametrize("hard", [False, True], ids=["closed", "reset"])


def sends(data: bytes, *, hard: bool) -> Serve:
    def serve(connection: Connection) -> None:
        connection.send(data)
        if hard:
            connection.reset()

    return serve


@ways
@pytest.mark.parametrize("kind", ["post", "stream"])
@pytest.mark.parametrize("fault", BROKEN)
def test_an_answer_that_broke_is_not_asked_for_again(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    naps: list[float],
    fault: str,
    kind: str,
    *,
    hard: bool,
) -> None:
    server = serve(first(sends(BROKEN[fault], hard=hard)))
    error_of(face.use(make_client(server.url), kind), errors.ConnectionError)
    assert len(server.requests) == 1
    assert naps == []


@ways
@pytest.mark.parametrize("fault", WHOLE_ALL_THE_SAME)
def test_json_that_came_whole_is_an_answer(  # fixtures and cases
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer], fault: str, *, hard: bool
) -> None:
    server = serve(first(sends(WHOLE_ALL_THE_SAME[fault], hard=hard and fault != "what follows is no chunk")))
    result = face.use(make_client(server.url), "post")
    if hard and isinstance(result, Err):  # a reset may overtake what was sent
        assert isinstance(result.error, errors.ConnectionError)
    else:
        assert result.unwrap().choices[0].message.content == "Hi"
    assert len(server.requests) == 1


def test_an_answer_whose_end_is_not_announced_in_time_is_one(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer]
) -> None:
    def late(connection: Connection) -> None:
        connection.send(CHUNKED + CHUNK)
        connection.wait()

    server = serve(first(late))
    assert face.use(make_client(server.url), "post", timeout=0.3).unwrap().choices[0].message.content == "Hi"


@pytest.mark.parametrize("status", ["401 Unauthorized", "500 Oops", "418 Teapot"])
def test_an_error_status_is_an_error_even_if_its_body_broke(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer], status: str
) -> None:
    broken = answer(b'{"error": {"code": 1, "message": "no', status=status).replace(b"length: ", b"length: 9")
    server = serve(first(sends(broken, hard=False)))
    result = face.use(make_client(server.url), "post", retries=0)
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.ResponseError)
    assert result.error.status_code == int(status[:3])


@ways
@pytest.mark.parametrize("kind", ["call", "post", "page", "stream", "download", "upload"])
def test_a_connection_lost_before_an_answer_is_replaced(  # noqa: PLR0913  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    naps: list[float],
    kind: str,
    *,
    hard: bool,
) -> None:
    server = serve(first(sends(b"", hard=hard), answer(b'{"error": {"code": 404, "message": "no"}}', status="404 No")))
    result = face.use(make_client(server.url), kind)
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.ResponseError)
    assert (len(server.requests), len(naps)) == (2, 1)


@pytest.mark.parametrize("given_to", ["core", "call"])
def test_a_policy_can_forbid_that(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer], given_to: str
) -> None:
    server = serve(first(sends(b"", hard=False)))
    policy = RetryPolicy(lost_connections=False)
    client = make_client(server.url, **({"retries": policy} if given_to == "core" else {}))
    result = face.use(client, "call", **({"retries": policy} if given_to == "call" else {}))
    error_of(result, errors.ConnectionError)
    assert len(server.requests) == 1


def create_batch(face: Face, client: Any, **options: Any) -> Any:
    from openrouter_sdk.funcs.batch_create_batches import batch_create_batches, batch_create_batches_async

    params: dict[str, Any] = {"model": "a/b", "endpoint": "/v1/chat/completions", **options}
    params["requests"] = [{"custom_id": "1", "body": {"messages": []}}]
    if face.is_method:
        method = client.batch.create_batches_async if face.is_async else client.batch.create_batches
        return face.attempt(lambda: method(**params))
    function: Any = batch_create_batches_async if face.is_async else batch_create_batches
    return face.attempt(lambda: function(client, **params))


@pytest.mark.parametrize(
    ("status", "options", "requests"),
    [
        (429, {}, 3),
        (503, {}, 1),
        (500, {}, 1),
        (503, {"retry_codes": [503]}, 3),
        (429, {"retries": 0}, 1),
        (429, {"retries": 1}, 2),
        (503, {"retries": RetryPolicy(attempts=5)}, 1),
    ],
)
def test_an_operation_may_say_itself_what_it_is_tried_again_on(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    naps: list[float],
    status: int,
    options: dict[str, Any],
    requests: int,
) -> None:
    server = serve(always(answer(b'{"error": {"message": "no"}}', status=f"{status} No")))
    assert isinstance(create_batch(face, make_client(server.url), **options), Err)
    assert len(server.requests) == requests
    assert len(naps) == requests - 1


@pytest.mark.parametrize("options", [{}, {"retries": 5}, {"retries": RetryPolicy(attempts=5)}])
def test_an_operation_may_forbid_to_replace_lost_connections(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer], options: dict[str, Any]
) -> None:
    server = serve(first(sends(b"", hard=False)))
    error_of(create_batch(face, make_client(server.url), **options), errors.ConnectionError)
    assert len(server.requests) == 1
    assert (CREATE_BATCHES.retry_codes, CREATE_BATCHES.retry_lost_connections) == ((429,), False)


def test_a_policy_sets_the_delays(
    face: Face, make_client: MakeClient, serve: Callable[[Serve], RawServer], naps: list[float]
) -> None:
    server = serve(always(answer(b"{}", status="503 Busy")))
    policy = RetryPolicy(attempts=5, first_delay=1, longest_delay=5, factor=3, jitter=0)
    assert isinstance(face.use(make_client(server.url), "call", retries=policy), Err)
    assert naps == [1, 3, 5, 5]


@pytest.mark.parametrize(
    ("policy", "header", "naps_expected"),
    [
        (RetryPolicy(longest_retry_after=100), "retry-after: 90", [90, 90]),
        (RetryPolicy(longest_retry_after=1), "retry-after: 2", []),
        (RetryPolicy(total_time=5, first_delay=10, longest_delay=10, jitter=0), "x: y", []),
        (RetryPolicy(total_time=5), "retry-after: 6", []),
        (RetryPolicy(total_time=5, first_delay=4, jitter=0, attempts=9), "x: y", [4] + [8] * 0),
    ],
)
def test_a_policy_sets_limits(  # noqa: PLR0913, PLR0917  # fixtures and cases
    face: Face,
    make_client: MakeClient,
    serve: Callable[[Serve], RawServer],
    naps: list[float],
    policy: RetryPolicy,
    header: str,
    naps_expected: list[float],
) -> None:
    server = serve(always(answer(b"{}", header, status="503 Busy")))
    assert isinstance(face.use(make_client(server.url, retries=policy), "call"), Err)
    assert naps[: len(naps_expected)] == naps_expected
    assert len(naps) == len(naps_expected) or policy.attempts == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0}, {"attempts": 1.5}, {"attempts": True}, {"attempts": "3"}, {"first_delay": -1}, {"factor": 0.5},
        {"jitter": 2}, {"total_time": "5"}, {"longest_delay": float("nan")}, {"longest_retry_after": float("inf")},
    ],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RetryPolicy(**wrong)


def test_a_policy_that_is_misspelt_is_refused() -> None:
    misspelt: Any = {"atempts": 3}
    with pytest.raises(TypeError, match="atempts"):
        RetryPolicy(**misspelt)


def test_policies_are_values() -> None:
    import pickle

    policy = RetryPolicy(attempts=5, jitter=0.5)
    assert pickle.loads(pickle.dumps(policy)) == policy != RetryPolicy()  # noqa: S301  # made here
    assert "attempts=5" in repr(policy)
    with pytest.raises(AttributeError):
        setattr(policy, "attempts", 9)  # noqa: B010  # type checkers refuse it, too


def test_what_is_no_policy_is_refused(face: Face, make_client: MakeClient) -> None:
    for wrong in ("2", -1, 1.5, True, [1]):
        error_of(face.use(make_client("http://127.0.0.1:9"), "call", retries=wrong), errors.SDKValidationError)
