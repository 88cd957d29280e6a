"""Answers that aren't what they should be: errors that the API reports, and bodies that don't fit."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pydantic

from ..errors import OpenRouterDefaultError, ResponseError, ResponseValidationError
from . import error_body
from .json_values import as_object
from .misfits import Misfit, places, read
from .model import Unrecognized, as_it_came, members_of
from .operation import Binary
from .response import is_success
from .validators import validator_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .operation import Json
    from .response import Answer

_MOST_TOLD = 5
# What an error's body holds beside the error.
_BESIDE = frozenset({"error", "code", "message"})


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
    if is_success(answer.info.status_code) and isinstance(next(iter(answer.operation.success.values())), Binary):
        body = error_body.load(answer.content)
        own = "content-disposition" in answer.info.headers or "custom_id" in as_object(body)
        return None if own else error_body.read(body)
    return error_body.find(answer.content)


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
    has_nothing_else = value.model_fields_set & value.__dict__.keys() <= _BESIDE
    is_own = "error" in extra or _declares_errors(type(value)) or has_nothing_else or _is_error(body)
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


def repaired(answer: Answer, kind: Json, error: pydantic.ValidationError) -> tuple[Any, list[Misfit]]:
    """Read a body that isn't proper JSON all the same, or raise the error that it is."""
    try:
        raw = error_body.parse(answer.content)
    except (RecursionError, ValueError):
        raise _unreadable(answer, error) from None
    fault = error_body.read(raw)
    if fault is not None:
        raise response_error(answer, fault)
    try:
        value, misfits = read(validator_of(kind.type).validate_python, raw)
    except pydantic.ValidationError:
        raise _unreadable(answer, error) from None
    if answer.settings.core.strict:
        raise validation_error(answer, raw, _problems(error)) from error
    answer.settings.logger.warning("%s: the body isn't valid JSON in UTF-8; read as far as it is", answer.operation.id)
    return value, misfits


def _unreadable(answer: Answer, error: pydantic.ValidationError) -> ResponseError:
    """Return the error of a body that isn't JSON, or isn't an object: cut off, or something else altogether."""
    if not (answer.settings.core.strict and answer.is_json):
        return response_error(answer, None)
    ours = validation_error(answer, answer.content, _problems(error))
    ours.__cause__ = error
    return ours


def _problems(error: pydantic.ValidationError) -> list[Any]:
    return error.errors(include_url=False, include_context=False)


def accept(answer: Answer, value: Any, misfits: list[Misfit]) -> None:  # noqa: ANN401  # the operation's value, or a chunk
    """Log what doesn't fit, once for each place, or raise the error of a strict core."""
    if isinstance(value, Unrecognized) and not misfits:
        misfits = [Misfit(Unrecognized, "raw", "one of the known kinds of objects", value.raw)]
    if answer.settings.core.strict:
        raise validation_error(answer, error_body.load(answer.content), problems(value, misfits))
    told = answer.settings.core.connections.told
    new = {(answer.operation.id, misfit.owner, misfit.field): misfit for misfit in misfits}
    found = {key: misfit for key, misfit in new.items() if key not in told}
    if found:
        told.update(found)
        first = [problem for misfit in found.values() for problem in problems(value, [misfit])[:1]]
        where = "; ".join(map(_told, first[:_MOST_TOLD]))
        answer.settings.logger.warning("%s: the response doesn't fit its model: %s", answer.operation.id, where)


def problems(value: Any, misfits: list[Misfit]) -> list[dict[str, Any]]:  # noqa: ANN401  # what was read
    """Describe misfits as pydantic does: where they are, what should be there, and what is."""
    found = places(value, misfits) or [((misfit.owner.__name__, misfit.field), misfit) for misfit in misfits]
    return [
        {"loc": place, "type": "missing" if misfit.missing else "misfit", "msg": misfit.problem, "input": misfit.value}
        for place, misfit in found
    ]


def _told(problem: Mapping[str, Any]) -> str:
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


def validation_error(answer: Answer, raw: object, errors: Sequence[Mapping[str, Any]]) -> ResponseValidationError:
    """Return the error of a strict core for what doesn't fit its model."""
    ours = ResponseValidationError(
        f"{answer.operation.id}: the response doesn't fit its model",
        status_code=answer.info.status_code,
        response=answer.info,
        content=answer.content,
    )
    ours.errors = errors
    ours.raw_value = raw
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
