"""A forgotten error, and a value taken from a result that may be an error."""

# ruff: noqa: B018  # the access itself is what is rejected
from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_never

from openrouter_sdk import Err, Ok, Result, errors
from openrouter_sdk.funcs.credits_get_credits import CreditsGetCreditsError, credits_get_credits

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouterCore
    from openrouter_sdk.models.credits import GetCreditsResponse


def forgets_the_client_errors(error: CreditsGetCreditsError) -> str:
    match error:
        case errors.UnauthorizedResponseError() | errors.ForbiddenResponseError():
            return error.message
        case errors.InternalServerResponseError():
            return error.message
        case _:
            assert_never(error)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def forgets_err(result: Result[GetCreditsResponse, CreditsGetCreditsError]) -> float:
    match result:
        case Ok(answer):
            return answer.data.total_credits
        case _:
            assert_never(result)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def takes_the_value_of_what_may_be_an_error(core: OpenRouterCore) -> None:
    credits_get_credits(core).value  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    credits_get_credits(core).error  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def has_no_such_attribute(core: OpenRouterCore) -> None:
    credits_get_credits(core).unwrap().data.total_credit  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    credits_get_credits(core).unwrap_or(None).data  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


def a_status_that_isnt_declared(error: CreditsGetCreditsError) -> errors.ConflictResponseError:
    return error  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def a_wider_result(result: Result[int, LookupError]) -> Result[bool, KeyError]:
    return result  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def an_error_that_isnt_an_exception() -> Err[str]:  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    return Err("no")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
