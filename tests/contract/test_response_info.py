"""Headers are at hand, with success and with failure (promise 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openrouter_sdk import Err, Ok, errors
from openrouter_sdk.funcs.chat_send import chat_send
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.testing import FakeOpenRouter, Reply

from .support import BUSY, HELLO, error_of

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouterCore, ResponseInfo, Result

    from .support import Caller

HEADERS = {"X-Generation-Id": "gen-7", "X-RateLimit-Remaining": "9"}


def info_of(result: Result[object, Exception]) -> ResponseInfo:
    info = result.response if isinstance(result, Ok) else getattr(result.error, "response", None)
    assert info is not None
    return info


REPLIES = [
    Reply(200, {"data": {"total_credits": 1, "total_usage": 1}}, HEADERS),
    Reply(200, {"data": {}}, HEADERS),
    Reply(200, b"oops", HEADERS),
    Reply(200, {"error": {"code": 401, "message": "no"}}, HEADERS),
    Reply(404, {"error": {"code": 404, "message": "no"}}, HEADERS),
    Reply(418, b"", HEADERS),
]


@pytest.mark.parametrize("reply", REPLIES, ids=["whole", "misfit", "not json", "error in a 200", "error", "no body"])
def test_every_outcome_tells_how_it_came(
    fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, naps: list[float], reply: Reply
) -> None:
    fake.enqueue(BUSY, reply)
    info = info_of(call(credits_get_credits, core))
    assert (info.status_code, info.attempts, info.generation_id) == (reply.status, 2, "gen-7")
    assert info.headers["X-RATELIMIT-remaining"] == "9"
    assert "x-ratelimit-remaining" in info.headers
    assert info.elapsed > 0
    assert repr(info) == f"ResponseInfo({reply.status}, attempts=2, elapsed={info.elapsed:.3f})"
    assert len(naps) == 1


def test_an_answer_without_a_generation_has_no_id(core: OpenRouterCore, call: Caller) -> None:
    assert info_of(call(credits_get_credits, core)).generation_id is None


def test_a_chat_has_the_id_of_its_generation(core: OpenRouterCore, call: Caller) -> None:
    result = call(chat_send, core, messages=HELLO)
    assert isinstance(result, Ok)
    assert info_of(result).generation_id == result.value.id


def test_elapsed_holds_all_attempts(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(503, {}, {"retry-after-ms": "30"}))
    assert info_of(call(credits_get_credits, core)).elapsed > 0.02


def test_an_error_has_its_headers_too(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller) -> None:
    fake.enqueue(Reply(401, {"error": {"code": 401, "message": "no"}}, HEADERS))
    error = error_of(call(credits_get_credits, core), errors.UnauthorizedResponseError)
    assert error.headers is error.response.headers
    assert error.headers["x-generation-id"] == "gen-7"


def test_mapping_a_result_keeps_what_is_known_of_its_response(core: OpenRouterCore, call: Caller) -> None:
    result = call(credits_get_credits, core)
    mapped = result.map(lambda value: value.data.total_credits)
    assert not isinstance(mapped, Err)
    assert (mapped.value, mapped.response) == (50.0, result.response if isinstance(result, Ok) else None)
