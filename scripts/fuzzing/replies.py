"""Replies that were right before they were mutated: a function never raises, and nothing that came is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from openrouter_sdk import Err, Ok
from openrouter_sdk.errors import ResponseError

from .arguments import Maker
from .checks import check_error, check_kept, check_promises, check_value
from .mutations import Mutator
from .values import is_object

if TYPE_CHECKING:
    from .lab import Case, Lab, Subject

PAGES = frozenset({"ResultPage", "AsyncResultPage", "Page", "AsyncPage"})


def make_reply(subject: Subject, case: Case) -> Any:
    """Return a JSON value: the operation's answer, mutated."""
    shape = subject.answer() if case.random.random() < 0.3 else subject.described_answer()  # noqa: PLR2004  # a share
    mutator = Mutator(case.random)
    return mutator.mutated(mutator.value(shape), case.wrong)


def try_reply(lab: Lab, subject: Subject, case: Case) -> str:
    """Answer a call with a reply made by chance; return what it was, or raise AssertionError."""
    if subject.is_empty:
        return _try_empty(lab, subject, case)
    reply = make_reply(subject, case) if subject.answers_json else "x"
    body = json.dumps(reply).encode()
    lab.reply(subject.status, subject.media_type, [body])
    result = lab.call(subject, case.face, Maker(case.random, native=True).least(subject))
    if isinstance(result, Err):
        check_error(result.error)
        return _check_refusal(lab, reply, result.error)
    assert isinstance(result, Ok)
    if subject.answers_json:
        _check_answer(json.loads(body), result.value)
    return "Ok"


def _try_empty(lab: Lab, subject: Subject, case: Case) -> str:
    lab.reply(subject.status, "", [b""])
    result = lab.call(subject, case.face, Maker(case.random, native=True).least(subject))
    assert isinstance(result, Ok), result
    return "Ok"


def _check_refusal(lab: Lab, reply: Any, error: Exception) -> str:
    """Only an error's body, and JSON that isn't an object, are no answers; a strict core takes no misfit."""
    assert isinstance(error, ResponseError), repr(error)
    assert len(lab.sent) == 1
    assert lab.strict or not is_object(reply) or reply.get("error"), f"an answer was taken for {error!r}"
    return "error"


def _check_answer(raw: Any, value: Any) -> None:
    whole = value.result if type(value).__name__ in PAGES else value
    check_kept(raw, whole)
    check_promises(raw, whole)
    check_value(whole)
    if whole is not value:
        list(value.items)
