"""The ways to tell Ok from Err, and what the methods of Result return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_never, assert_type

from openrouter_sdk import Err, Ok, OpenRouterError, ResponseInfo, Result, is_err, is_ok
from openrouter_sdk.funcs.chat_send import ChatSendError, chat_send
from openrouter_sdk.funcs.credits_get_credits import CreditsGetCreditsError, credits_get_credits
from openrouter_sdk.models.chat import ChatResult
from openrouter_sdk.models.credits import GetCreditsResponse

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouterCore

    Credits = Result[GetCreditsResponse, CreditsGetCreditsError]


def by_match(result: Credits) -> None:
    match result:
        case Ok(value):
            assert_type(value, GetCreditsResponse)
            assert_type(result, Ok[GetCreditsResponse])
        case Err(error):
            assert_type(error, CreditsGetCreditsError)
            assert_type(result, Err[CreditsGetCreditsError])
        case _:
            assert_never(result)


def by_isinstance(result: Credits) -> None:
    if isinstance(result, Ok):
        assert_type(result.value, GetCreditsResponse)
    else:
        assert_type(result.error, CreditsGetCreditsError)


def by_is_ok(result: Credits) -> None:
    if is_ok(result):
        assert_type(result.value, GetCreditsResponse)
    else:
        assert_type(result.error, CreditsGetCreditsError)


def by_is_err(result: Credits) -> None:
    if is_err(result):
        assert_type(result.error, CreditsGetCreditsError)
    else:
        assert_type(result.value, GetCreditsResponse)


def by_its_flag(result: Credits) -> None:
    if result.ok is True:
        assert_type(result.value, GetCreditsResponse)
    else:
        assert_type(result.error, CreditsGetCreditsError)


def by_an_early_return(result: Credits) -> float:
    if result.ok is False:
        return 0.0
    return result.value.data.total_credits


def response_of_a_value(result: Credits) -> None:
    if is_ok(result):
        assert_type(result.response, ResponseInfo | None)


def unwrap_gives_the_value(core: OpenRouterCore) -> None:
    assert_type(credits_get_credits(core).unwrap(), GetCreditsResponse)
    assert_type(chat_send(core, messages=[]).unwrap(), ChatResult)


def unwrap_or_gives_the_value_or_the_default(core: OpenRouterCore) -> None:
    assert_type(credits_get_credits(core).unwrap_or(None), GetCreditsResponse | None)


def total(answer: GetCreditsResponse) -> float:
    return answer.data.total_credits


def ask_about(answer: GetCreditsResponse) -> Result[ChatResult, ChatSendError]:
    raise NotImplementedError(answer)


def map_changes_the_value(result: Credits) -> None:
    assert_type(result.map(total), Result[float, CreditsGetCreditsError])
    assert_type(result.map(total).unwrap_or(0.0), float)
    # ty doesn't tell a lambda its argument's type where the method belongs to a union.
    assert_type(result.map(lambda answer: answer.data.total_usage).unwrap(), float)  # ty: ignore[type-assertion-failure]


def map_err_changes_the_error(result: Credits) -> None:
    def plain(error: OpenRouterError) -> ValueError:
        return ValueError(str(error))

    assert_type(result.map_err(plain), Result[GetCreditsResponse, ValueError])


def and_then_goes_on(result: Credits) -> None:
    followed = result.and_then(ask_about)
    assert_type(followed, Result[ChatResult, ChatSendError] | Err[CreditsGetCreditsError])
    assert_type(followed.unwrap(), ChatResult)


def a_result_of_a_subclass_is_a_result_of_its_base(result: Result[bool, KeyError]) -> Result[int, LookupError]:
    return result
