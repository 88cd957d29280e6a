"""Every error of a function can be named, and a type checker sees that none is forgotten."""

# ruff: noqa: C901, PLR0911  # one branch for each error is what these show
from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import assert_never, assert_type

from openrouter_sdk import Err, Ok, errors, is_err
from openrouter_sdk.funcs.batch_delete import BatchDeleteError, batch_delete, batch_delete_async
from openrouter_sdk.funcs.chat_send import ChatSendError, chat_send, chat_send_async
from openrouter_sdk.funcs.credits_get_credits import CreditsGetCreditsError, credits_get_credits
from openrouter_sdk.funcs.files_upload import FilesUploadError, files_upload
from openrouter_sdk.funcs.models_list import ModelsListError, models_list

if TYPE_CHECKING:
    from openrouter_sdk import OpenRouterCore


def client_error(error: errors.ClientError) -> str:
    match error:
        case errors.OpenRouterDefaultError() | errors.ResponseValidationError():
            return f"{error.status_code} {error.body}"
        case errors.SDKValidationError():
            return error.pretty()
        case errors.ConnectionError() | errors.RequestTimeoutError() | errors.RequestAbortedError():
            return str(error.cause)
        case errors.InvalidRequestError() | errors.UnexpectedClientError():
            return str(error.cause)
        case _:
            assert_never(error)


def credits_errors(core: OpenRouterCore) -> str:
    match credits_get_credits(core):
        case Ok(answer):
            return str(answer.data.total_credits - answer.data.total_usage)
        case Err(error):
            match error:
                case errors.UnauthorizedResponseError() | errors.ForbiddenResponseError():
                    return str(error.code)
                case errors.InternalServerResponseError():
                    return "later"
                case _:
                    return client_error(error)


def credits_errors_one_by_one(error: CreditsGetCreditsError) -> int:
    match error:
        case errors.UnauthorizedResponseError():
            return 1
        case errors.ForbiddenResponseError():
            return 2
        case errors.InternalServerResponseError():
            return 3
        case errors.OpenRouterDefaultError():
            return 4
        case errors.ResponseValidationError():
            return 5
        case errors.SDKValidationError():
            return 6
        case errors.ConnectionError():
            return 7
        case errors.RequestTimeoutError():
            return 8
        case errors.RequestAbortedError():
            return 9
        case errors.InvalidRequestError():
            return 10
        case errors.UnexpectedClientError():
            return 11
        case _:
            assert_never(error)


def chat_errors(error: ChatSendError) -> str:
    match error:
        case errors.BadRequestResponseError() | errors.PayloadTooLargeResponseError():
            return error.message
        case errors.UnauthorizedResponseError() | errors.PaymentRequiredResponseError():
            return error.message
        case errors.ForbiddenResponseError() | errors.NotFoundResponseError():
            return error.message
        case errors.UnprocessableEntityResponseError():
            return error.message
        case errors.RequestTimeoutResponseError() | errors.TooManyRequestsResponseError():
            return str(error.retry_after)
        case errors.InternalServerResponseError() | errors.BadGatewayResponseError():
            return str(error.provider_name)
        case errors.ServiceUnavailableResponseError() | errors.EdgeNetworkTimeoutResponseError():
            return str(error.provider_name)
        case errors.ProviderOverloadedResponseError():
            return str(error.provider_name)
        case _:
            return client_error(error)


def models_errors(error: ModelsListError) -> str:
    match error:
        case errors.BadRequestResponseError() | errors.ForbiddenResponseError():
            return error.message
        case errors.InternalServerResponseError() | errors.ServiceUnavailableResponseError():
            return error.message
        case _:
            return client_error(error)


def upload_errors(error: FilesUploadError) -> str:
    match error:
        case errors.BadRequestResponseError() | errors.UnauthorizedResponseError() | errors.ForbiddenResponseError():
            return error.message
        case errors.PayloadTooLargeResponseError() | errors.TooManyRequestsResponseError():
            return error.message
        case errors.ClientClosedRequestResponseError() | errors.InternalServerResponseError():
            return error.message
        case errors.BadGatewayResponseError() | errors.ServiceUnavailableResponseError():
            return error.message
        case _:
            return client_error(error)


def batch_errors(error: BatchDeleteError) -> str:
    match error:
        case errors.UnauthorizedResponseError() | errors.NotFoundResponseError() | errors.ConflictResponseError():
            return error.message
        case errors.TooManyRequestsResponseError() | errors.InternalServerResponseError():
            return error.message
        case errors.BadGatewayResponseError():
            return error.message
        case _:
            return client_error(error)


def functions_end_in_their_own_errors(core: OpenRouterCore) -> None:
    if is_err(credits_ := credits_get_credits(core)):
        assert_type(credits_.error, CreditsGetCreditsError)
    if is_err(chat := chat_send(core, messages=[])):
        assert_type(chat.error, ChatSendError)
    if is_err(models := models_list(core)):
        assert_type(models.error, ModelsListError)
    if is_err(uploaded := files_upload(core, file=b"")):
        assert_type(uploaded.error, FilesUploadError)
    if is_err(deleted := batch_delete(core, id="b")):
        assert_type(deleted.error, BatchDeleteError)


async def async_twins_end_in_the_same_errors(core: OpenRouterCore) -> None:
    if is_err(chat := await chat_send_async(core, messages=[])):
        assert_type(chat.error, ChatSendError)
    if is_err(deleted := await batch_delete_async(core, id="b")):
        assert_type(deleted.error, BatchDeleteError)


def response_errors_tell_what_came(error: errors.ResponseError) -> None:
    assert_type(error.status_code, int)
    assert_type(error.code, int | str | None)
    assert_type(error.message, str)
    assert_type(error.body, str)
    assert_type(error.content, bytes)
    assert_type(error.retry_after, float | None)
    assert_type(error.provider_name, str | None)
    assert_type(error.response.generation_id, str | None)
    assert_type(error.response.attempts, int)
    assert_type(error.headers["date"], str)


def client_errors_keep_their_cause(error: errors.HTTPClientError) -> None:
    assert_type(error.cause, BaseException | None)
