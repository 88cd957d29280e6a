"""Answers that aren't what they should be: errors that the API reports, and bodies that don't fit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pydantic

from ..errors import OpenRouterDefaultError, ResponseError, ResponseValidationError
from . import error_body, lenient
from .json_values import as_object
from .model import Unrecognized, as_it_came
from .operation import Binary
from .response import is_success

if TYPE_CHECKING:
    from .operation import Json
    from .response import Answer

_DECLARED_ERROR = ("code", "message")


def refused(answer: Answer) -> ResponseError | None:
    """Return the error in an answer that isn't read as JSON; None if it is as it should be."""
    fault = fault_in(answer)
    if fault is None and answer.operation.declares(answer.info.status_code, answer.info.headers):
        return None
    return response_error(answer, fault)


def fault_in(answer: Answer) -> error_body.ErrorBody | None:
    """Return the error that an answer reports, which may be in place of a file.

    What an attachment holds is the file's own, and so is a line of a batch's results.
    """
    body = error_body.load(answer.content)
    if is_success(answer.info.status_code) and isinstance(next(iter(answer.operation.success.values())), Binary):
        own = "content-disposition" in answer.info.headers or "custom_id" in as_object(body)
        return None if own else error_body.read(body)
    return error_body.read(body)


def reported(value: Any) -> error_body.ErrorBody | None:  # noqa: ANN401  # the operation's value
    """Return the error that a 2xx answer reports.

    A field `error` that a model declares may be data, such as the reason why a job failed; it is the answer's own error
    if it has a code and a message.
    """
    extra = value.raw if isinstance(value, Unrecognized) else getattr(value, "__pydantic_extra__", None)
    if extra and extra.get("error"):
        return error_body.read(extra)
    error = getattr(value, "error", None)
    if not isinstance(error, pydantic.BaseModel) or not all(getattr(error, name, None) for name in _DECLARED_ERROR):
        return None
    return error_body.read({"error": as_it_came(error)})


def misfit(answer: Answer, kind: Json, error: pydantic.ValidationError) -> Any:  # noqa: ANN401  # the operation's value
    """Make the most of a body that doesn't fit its model."""
    try:
        raw = json.loads(answer.content)
    except (RecursionError, ValueError):
        raise _unreadable(answer, error) from None
    # A body that doesn't fit and has an error in it is that error, even where the model has a field of that name.
    fault = error_body.read(raw)
    if fault is not None:
        raise response_error(answer, fault)
    value = lenient.construct(kind.type, raw)
    if answer.settings.core.strict:
        raise validation_error(answer, raw, error)
    message = "%s: the answer doesn't fit its model at %s; kept"
    answer.settings.logger.warning(message, answer.operation.id, misfit_places(error))
    return value


def misfit_places(error: pydantic.ValidationError) -> str:
    """Name the first places that didn't fit."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return ", ".join(".".join(map(str, problem["loc"])) or "(whole body)" for problem in problems[:5])


def _unreadable(answer: Answer, error: pydantic.ValidationError) -> ResponseError:
    """Return the error of a body that isn't JSON: cut off, or something else altogether."""
    if answer.settings.core.strict and answer.is_json:
        return validation_error(answer, answer.content, error)
    return response_error(answer, None)


def validation_error(answer: Answer, raw: object, error: pydantic.ValidationError) -> ResponseValidationError:
    """Return the error of a strict core for what doesn't fit its model."""
    ours = ResponseValidationError(
        f"{answer.operation.id}: the answer doesn't fit its model",
        status_code=answer.info.status_code,
        response=answer.info,
        content=answer.content,
    )
    ours.errors = error.errors(include_url=False, include_context=False)
    ours.raw_value = raw
    ours.__cause__ = error
    return ours


def response_error(answer: Answer, body: error_body.ErrorBody | None) -> ResponseError:
    """Return the typed error of an answer: by its status, or in a 2xx answer by the error's own code."""
    status = answer.info.status_code
    if body is None:
        kind = OpenRouterDefaultError if is_success(status) else answer.operation.error_types.get(status)
        return (kind or OpenRouterDefaultError)(
            _what_came(answer), status_code=status, response=answer.info, content=answer.content
        )
    if is_success(status):
        status = error_body.status_of(body.code) or status
    kind = answer.operation.error_types.get(status, OpenRouterDefaultError)
    return kind(
        body.message,
        status_code=status,
        response=answer.info,
        content=answer.content,
        code=body.code,
        metadata=body.metadata,
    )


def _what_came(answer: Answer) -> str:
    kind = answer.info.headers.get("content-type", "no content type")
    text = error_body.excerpt(answer.content[:4000].decode("utf-8", "replace"))
    return f"unexpected answer ({kind}): {text}" if text else f"unexpected answer without a body ({kind})"
