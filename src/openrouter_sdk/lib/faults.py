"""Answers that aren't what they should be: errors that the API reports, and bodies that don't fit."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pydantic

from ..errors import OpenRouterDefaultError, ResponseError, ResponseValidationError
from . import error_body, lenient
from .json_values import as_object
from .model import Unrecognized, as_it_came, members_of
from .response import is_success

if TYPE_CHECKING:
    from .operation import Json
    from .response import Answer

# What an error's body holds beside the error.
_BESIDE = frozenset({"error", "code", "message", "user_id"})


def refused(answer: Answer) -> ResponseError | None:
    """Return the error in an answer that isn't read as JSON; None if it is as it should be."""
    expected = answer.info.status_code in answer.operation.success
    fault = error_body.find(answer.content) if answer.is_json or not expected else None
    return response_error(answer, fault) if fault is not None or not expected else None


def reported(value: Any) -> error_body.ErrorBody | None:  # noqa: ANN401  # the operation's value
    """Return the error that a 2xx answer reports.

    A field `error` that a model declares may be data, such as the reason why a job failed; it is the answer's own error
    if it is declared with a code and a message, or has both, or if there is nothing else in the answer.
    """
    if isinstance(value, Unrecognized):
        return error_body.read(value.raw)
    if not isinstance(value, pydantic.BaseModel):
        return None
    extra = value.__pydantic_extra__ or {}
    error = extra.get("error") or value.__dict__.get("error")
    if not error:
        return None
    body = as_it_came(error) if isinstance(error, pydantic.BaseModel) else error
    is_own = "error" in extra or _declares_errors(type(value)) or value.model_fields_set <= _BESIDE or _is_error(body)
    return error_body.read({**value.__dict__, **extra, "error": body}) if is_own else None


def _is_error(body: object) -> bool:
    members = as_object(body)
    return bool(members.get("code") and members.get("message"))


@cache
def _declares_errors(model: type[pydantic.BaseModel]) -> bool:
    """Tell whether a model's field `error` is the API's way to report one: with a code and a message."""
    field = model.__pydantic_fields__.get("error")
    members = () if field is None else members_of(field.annotation) or (field.annotation,)
    models = (member for member in members if isinstance(member, type) and issubclass(member, pydantic.BaseModel))
    return any({"code", "message"} <= member.__pydantic_fields__.keys() for member in models)


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
