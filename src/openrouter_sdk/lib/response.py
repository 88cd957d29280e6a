"""From a response to a value or an error, without I/O."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pydantic

from .misfits import read
from .model import Unrecognized
from .operation import Binary, Json
from .record import Record
from .validators import validator_of

if TYPE_CHECKING:
    import httpx

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

        fault = reported(value)
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


def is_read(response: Any) -> bool:  # noqa: ANN401  # of whatever client
    """Tell whether a response has its content already, or can't be read but as a whole."""
    return bool(getattr(response, "is_stream_consumed", True))


def finish(response: httpx.Response, raw: bytes, error: Exception | None) -> None:
    """Give a response its content. `error` is what ended reading before its end.

    JSON that is whole is an answer, even where only the end of the transfer's frame or of the compression is missing.
    And what an error status says is worth more than that its body broke off.
    """
    encoding = response.headers.pop("content-encoding", None)
    content = raw if encoding is None else _decompressed(encoding, raw)
    response.stream = _byte_stream(response)(content)
    response.read()
    if encoding is not None:
        response.headers["content-encoding"] = encoding
    if error is not None and response.is_success and not _is_whole(content):
        _tell_request(error, response)
        raise error


def _decompressed(encoding: str, raw: bytes) -> bytes:
    """Return what a body holds; as it came, if its compression is broken."""
    from ..errors import StreamError
    from .compression import decoder_of

    decoder = decoder_of(encoding)
    content = b""
    try:
        content = decoder.feed(raw)
        decoder.finish()
    except StreamError:
        return content if _is_whole(content) else raw
    return content


def _byte_stream(response: httpx.Response) -> type[httpx.ByteStream]:
    """Return the class for bytes in memory, of the library that the response is of: httpx or httpx2."""
    kind = next(kind for kind in type(response).__mro__ if kind.__name__ == "Response")
    library: Any = sys.modules[kind.__module__.partition(".")[0]]
    stream: type[httpx.ByteStream] = library.ByteStream
    return stream


def _is_whole(content: bytes) -> bool:
    """Tell whether it is a JSON object or array; half a number can't be told from a whole one."""
    import json

    try:
        return isinstance(json.loads(content), (dict, list))
    except (RecursionError, ValueError):
        return False


def _tell_request(error: Any, response: httpx.Response) -> None:  # noqa: ANN401  # any exception
    if hasattr(error, "_request"):
        error.request = response.request
