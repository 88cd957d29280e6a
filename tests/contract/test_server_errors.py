"""Server errors stay readable, whatever their status and shape (promises 2 and 5)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk import Err, Ok, errors
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.containers_download_container_file_content import containers_download_container_file_content
from openrouter_sdk.funcs.credits_get_credits import OPERATION, credits_get_credits
from openrouter_sdk.funcs.oauth_create_oauth_token import oauth_create_oauth_token
from openrouter_sdk.funcs.presets_get import presets_get
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import HELLO, error_of

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouterCore

    from .support import Caller, MakeCore

HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}
STATUSES = {
    kind.status: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.ResponseError) and kind.status
}


def provider_error(raw: object) -> dict[str, Any]:
    metadata = {"provider_name": "Acme", "raw": raw}
    return {"error": {"code": 400, "message": "Provider returned error", "metadata": metadata}}


@pytest.mark.parametrize("status", sorted(OPERATION.error_types))
def test_a_declared_status_gives_its_own_class(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, status: int
) -> None:
    fake.enqueue(Reply(status, {"error": {"code": status, "message": "no"}}))
    error = error_of(call(credits_get_credits, core, retries=0), STATUSES[status])
    assert (error.status_code, error.code, error.message) == (status, status, "no")


@pytest.mark.parametrize("status", [201, 204, 299, 304, 402, 418, 599])
def test_an_undeclared_status_gives_the_default_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, status: int
) -> None:
    fake.enqueue(Reply(status, {"error": {"code": status, "message": "no"}}))
    error = error_of(call(credits_get_credits, core), errors.OpenRouterDefaultError)
    assert error.status_code == status


@pytest.mark.parametrize("body", [b"", b"{", b"oops", b'{"data": {"total_credits": 1', b"\xff\xfe", b"[1,]"])
def test_a_200_that_is_not_json_gives_the_default_error_with_the_body(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, body: bytes
) -> None:
    fake.enqueue(Reply(200, body, JSON))
    error = error_of(call(credits_get_credits, core), errors.OpenRouterDefaultError)
    assert (error.status_code, error.content) == (200, body)
    assert error.body == body.decode("utf-8", "replace")


@pytest.mark.parametrize("function", [credits_get_credits, oauth_create_oauth_token])
def test_html_in_a_200_gives_the_default_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, function: Any
) -> None:
    fake.enqueue(Reply(200, "<html>Sign in</html>", HTML))
    params = {} if function is credits_get_credits else OAUTH
    error = error_of(call(function, core, **params), errors.OpenRouterDefaultError)
    assert str(error) == "200 OK: unexpected answer (text/html; charset=utf-8): <html>Sign in</html>"


def test_html_in_a_524_gives_the_error_of_that_status(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(524, "<html>A timeout occurred</html>", HTML))
    error = error_of(call(chat_send, core, messages=HELLO, retries=0), errors.EdgeNetworkTimeoutResponseError)
    assert (error.status_code, error.code) == (524, None)
    assert "A timeout occurred" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b'"text"',
        b"{}",
        b'{"error": null}',
        b'{"error": {}}',
        b'{"message": "no"}',
        b"\xff{",
        b"7",
    ],
)
def test_an_error_status_with_any_body_gives_the_error_of_that_status(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, body: bytes
) -> None:
    fake.enqueue(Reply(403, body, JSON))
    error = error_of(call(credits_get_credits, core), errors.ForbiddenResponseError)
    assert str(error).startswith("403 Forbidden: unexpected answer")
    assert error.content == body


def test_a_json_error_is_read_whatever_the_content_type(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    fake.enqueue(Reply(401, json.dumps({"error": {"code": 401, "message": "no key"}}), HTML))
    assert (
        str(error_of(call(credits_get_credits, core), errors.UnauthorizedResponseError)) == "401 Unauthorized: no key"
    )


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"error":' * 100_000], ids=["array", "object"])
def test_a_body_nested_beyond_reason_keeps_the_error_of_the_status(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, body: bytes
) -> None:
    fake.enqueue(Reply(403, body, JSON))
    assert error_of(call(credits_get_credits, core), errors.ForbiddenResponseError).content == body


@pytest.mark.parametrize(
    ("code", "kind", "status"),
    [
        (401, errors.UnauthorizedResponseError, 401),
        (429, errors.TooManyRequestsResponseError, 429),
        ("429", errors.TooManyRequestsResponseError, 429),
        ("502", errors.BadGatewayResponseError, 502),
        ("rate_limit_exceeded", errors.TooManyRequestsResponseError, 429),
        ("server_error", errors.InternalServerResponseError, 500),
        ("invalid_prompt", errors.BadRequestResponseError, 400),
        ("provider_overloaded", errors.ProviderOverloadedResponseError, 529),
        ("never_heard_of", errors.OpenRouterDefaultError, 200),
        (418, errors.OpenRouterDefaultError, 418),
        (7, errors.OpenRouterDefaultError, 200),
        (None, errors.OpenRouterDefaultError, 200),
        ("\u00b2", errors.OpenRouterDefaultError, 200),
    ],
)
def test_an_error_in_a_200_gets_the_class_of_its_code(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter,
    core: OpenRouterCore,
    call: Caller,
    code: int | str | None,
    kind: type[errors.ResponseError],
    status: int,
) -> None:
    fake.enqueue(Reply(200, {"error": {"code": code, "message": "went wrong"}}))
    error = error_of(call(chat_send, core, messages=HELLO), kind)
    assert (error.code, error.message, error.status_code) == (code, "went wrong", status)
    assert error.response.status_code == 200


def test_an_error_beside_a_whole_answer_is_still_an_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    fake.enqueue(
        Reply(200, {"data": {"total_credits": 1, "total_usage": 1}, "error": {"code": 500, "message": "half"}})
    )
    assert error_of(call(credits_get_credits, core), errors.InternalServerResponseError).message == "half"


@pytest.mark.parametrize("nothing", [None, {}, "", False])
def test_an_empty_error_member_is_no_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, nothing: object
) -> None:
    fake.enqueue(Reply(200, {"data": {"total_credits": 1, "total_usage": 1}, "error": nothing}))
    assert call(credits_get_credits, core).unwrap().data.total_credits == 1


def test_an_error_in_the_200_of_a_download_is_an_error(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    fake.enqueue(Reply(200, {"error": {"code": 404, "message": "gone"}}))
    error = error_of(
        call(containers_download_container_file_content, core, container_id="c", file_id="f"),
        errors.NotFoundResponseError,
    )
    assert error.message == "gone"


SHAPES: list[tuple[object, int | str | None, str]] = [
    ({"error": {"code": 400, "message": "bad"}, "user_id": "u"}, 400, "bad"),
    ({"error": {"code": "invalid_value", "message": "bad"}}, "invalid_value", "bad"),
    ({"type": "error", "error": {"type": "invalid_request_error", "message": "bad"}}, "invalid_request_error", "bad"),
    ({"error": "invalid_grant", "error_description": "bad"}, "invalid_grant", "bad"),
    ({"error": "bad"}, None, "bad"),
    ({"error": {"message": "bad"}}, None, "bad"),
    ({"error": {"code": 400}}, 400, '{"code": 400}'),
    ({"error": {"code": 400, "message": ["odd"]}}, 400, '{"code": 400, "message": ["odd"]}'),
]


@pytest.mark.parametrize(("body", "code", "message"), SHAPES)
@pytest.mark.parametrize("status", [400, 200])
def test_every_known_shape_of_an_error_is_read(  # noqa: PLR0913, PLR0917  # what is sent and what comes of it
    fake: FakeOpenRouter,
    core: OpenRouterCore,
    call: Caller,
    status: int,
    body: dict[str, Any],
    code: int | str | None,
    message: str,
) -> None:
    fake.enqueue(Reply(status, body))
    result = call(chat_send, core, messages=HELLO)
    assert isinstance(result, Err)
    assert isinstance(result.error, errors.ResponseError)
    assert (result.error.code, result.error.message) == (code, message)


OAUTH = {
    "federation_policy_id": "p",
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token": "jwt",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
}


def test_an_oauth_error_is_read_from_an_oauth_operation(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    fake.enqueue(Reply(400, {"error": "invalid_grant", "error_description": "The token has expired."}))
    error = error_of(call(oauth_create_oauth_token, core, **OAUTH), errors.BadRequestResponseError)
    assert str(error) == "400 Bad Request (invalid_grant): The token has expired."


@pytest.mark.parametrize(
    "raw",
    [
        "context too long",
        json.dumps({"error": {"message": "context too long", "type": "invalid_request_error"}}),
        json.dumps({"error": "context too long"}),
        {"error": {"message": "context too long"}},
        {"type": "error", "error": {"type": "x", "message": "context too long"}},
    ],
    ids=["text", "json text", "json text of a text", "object", "anthropic object"],
)
def test_str_holds_status_code_message_provider_and_its_own_message(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, raw: object
) -> None:
    fake.enqueue(Reply(400, provider_error(raw)))
    error = error_of(call(chat_send, core, messages=HELLO), errors.BadRequestResponseError)
    assert str(error) == "400 Bad Request: Provider returned error [Acme: context too long]"
    assert error.provider_name == "Acme"
    assert error.metadata["raw"] == raw


@pytest.mark.parametrize(
    "raw", [{"detail": "context too long"}, ["context too long"], '{"detail": "context too long"}']
)
def test_str_holds_a_provider_message_of_unknown_shape_as_it_is(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, raw: object
) -> None:
    fake.enqueue(Reply(400, provider_error(raw)))
    error = error_of(call(chat_send, core, messages=HELLO), errors.BadRequestResponseError)
    assert "context too long" in str(error)


def test_str_tells_a_code_that_differs_from_the_status(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller
) -> None:
    fake.enqueue(Reply(400, {"error": {"code": "context_length_exceeded", "message": "too long"}}))
    error = error_of(call(chat_send, core, messages=HELLO), errors.BadRequestResponseError)
    assert str(error) == "400 Bad Request (context_length_exceeded): too long"


@pytest.mark.parametrize("metadata", [None, [], "text", 7, {"raw": None}, {"provider_name": 7}, {"raw": 7}])
def test_odd_metadata_does_no_harm(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, metadata: object) -> None:
    fake.enqueue(Reply(404, {"error": {"code": 404, "message": "no such thing", "metadata": metadata}}))
    error = error_of(call(presets_get, core, slug="x"), errors.NotFoundResponseError)
    assert str(error).startswith("404 Not Found: no such thing")


def test_a_long_body_is_told_in_part_and_kept_whole(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(500, "x" * 100_000))
    error = error_of(call(credits_get_credits, core, retries=0), errors.InternalServerResponseError)
    assert len(str(error)) < 2000
    assert len(error.body) == 100_000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"X-RateLimit-Reset": "7"}, 7.0),
        ({"Retry-After": "-7"}, None),
        ({}, None),
    ],
)
def test_an_error_tells_how_long_to_wait(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, headers: dict[str, str], seconds: float | None
) -> None:
    fake.enqueue(Reply(429, {"error": {"code": 429, "message": "slow"}}, headers))
    error = error_of(call(chat_send, core, messages=HELLO, retries=0), errors.TooManyRequestsResponseError)
    assert error.retry_after == seconds


def test_an_error_tells_how_long_to_wait_by_the_headers_that_it_quotes(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float]
) -> None:
    """As it does when OpenRouter passes a provider's limit on; retries wait as long."""
    metadata = {"headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7"}}
    slow = Reply(429, {"error": {"code": 429, "message": "slow", "metadata": metadata}})
    fake.enqueue(slow, slow)
    error = error_of(call(chat_send, core, messages=HELLO, retries=1), errors.TooManyRequestsResponseError)
    assert error.retry_after == 7
    assert naps == [7]


@pytest.mark.parametrize("padding", [b" \n\n   ", b"\n" * 5000])
def test_white_space_before_an_answer_does_no_harm(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, padding: bytes
) -> None:
    fake.enqueue(Reply(200, padding + b'{"data": {"total_credits": 1, "total_usage": 1}}', JSON))
    assert isinstance(call(credits_get_credits, core), Ok)


def test_a_class_of_an_undeclared_status_is_never_used(fake: FakeOpenRouter, make_core: MakeCore, call: Caller) -> None:
    assert 404 not in OPERATION.error_types
    fake.enqueue(Reply(404, {"error": {"code": 404, "message": "no"}}))
    assert error_of(call(credits_get_credits, make_core()), errors.OpenRouterDefaultError).status_code == 404
