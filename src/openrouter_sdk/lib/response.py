"""From a response to a value or an error, without I/O."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pydantic

from .misfits import read
from .model import Unrecognized
from .operation import Binary, Json
from .record import Record
from .validators import validator_of

if TYPE_CHECKING:
    from ..types.response import ResponseInfo
    from .operation import Operation
    from .settings import Settings
    from .validators import Validator

_LARGE = 256 * 1024


class Answer(Record):
    """An answer to a call, read whole."""

    settings: Settings
    operation: Operation[Any, Any]
    info: ResponseInfo
    content: bytes

    @property
    def is_json(self) -> bool:
        """Tell whether it says that it is JSON."""
        return "json" in self.info.headers.get("content-type", "").lower()


def is_success(status: int) -> bool:
    """Tell whether the status is a 2xx."""
    return 200 <= status < 300  # noqa: PLR2004  # the statuses that mean success


def decode(answer: Answer) -> Any:  # noqa: ANN401  # the operation's value
    """Return the value in an answer, or raise the error in it."""
    kind = answer.operation.success.get(answer.info.status_code)
    if isinstance(kind, Json):
        return _decode_json(answer, kind)
    from .faults import refused

    error = refused(answer)
    if error is not None:
        raise error
    return answer.content if isinstance(kind, Binary) else None


def _decode_json(answer: Answer, kind: Json) -> Any:  # noqa: ANN401  # the operation's value
    try:
        value, misfits = read(partial(_validate, validator_of(kind.type)), answer.content)
    except pydantic.ValidationError as error:
        from .faults import repaired

        value, misfits = repaired(answer, kind, error)
    if _may_report(value):
        from .faults import reported, response_error

        fault = reported(value, fits=not misfits)
        if fault is not None:
            raise response_error(answer, fault)
    if misfits or type(value) is Unrecognized:
        from .faults import accept

        accept(answer, value, misfits)
    return value


def _validate(validator: Validator, content: bytes) -> Any:  # noqa: ANN401  # the operation's value
    if len(content) < _LARGE:
        return validator.validate_json(content)
    from .garbage import past_collector

    return past_collector(validator.validate_json, content)


def _may_report(value: Any) -> bool:  # noqa: ANN401  # the operation's value
    """Tell at a glance, as for most values one can, that there is no error in it."""
    if not isinstance(value, pydantic.BaseModel):
        return False
    if value.__dict__.get("error") is not None or type(value) is Unrecognized:
        return True
    return "error" in (value.__pydantic_extra__ or ())
