"""Arguments from wildly wrong to right: no function raises, and what isn't sent is refused with the reason."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openrouter_sdk import Err
from openrouter_sdk.errors import SDKValidationError

from .checks import check_error
from .lab import MOST_WRONG, URL
from .samples import DEEPEST, Sampler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .lab import Case, Lab, Subject

OPTIONS: dict[str, tuple[Any, ...]] = {
    "timeout": (5, 0.5, None), "retries": (0, 1), "retry_codes": ((), (500,), ("5XX", 429)),
    "extra_headers": ({}, {"X-Mine": "1"}), "extra_query": ({}, {"q": 1}), "http_referer": ("https://a.example",),
    "app_title": ("My app",), "app_categories": ("cli-agent",)}  # fmt: skip
BAD_OPTIONS: tuple[dict[str, Any], ...] = (
    {"timeout": "soon"}, {"timeout": -1}, {"retries": -1}, {"retries": "x"}, {"retry_codes": "5XX"},
    {"server_url": "nowhere"}, {"server_url": 7}, {"extra_headers": {"X": "a\r\nb"}}, {"extra_headers": {"": ""}},
    {"extra_headers": []}, {"extra_query": 7}, {"extra_body": 7}, {"extra_body": {"x": object()}}, {"app_title": "é"},
    {"no_such_argument": 1})  # fmt: skip
FILES = (
    lambda: b"x", lambda: ("a.txt", b"x"), lambda: ("a.txt", b"x", "text/plain"), lambda: io.BytesIO(b"x"),
    lambda: ("ä.txt", io.BytesIO(b"x")))  # fmt: skip
PLAIN = ("x", "a b", "a-1")


class Maker(Sampler):
    """Makes arguments."""

    def arguments(self, subject: Subject) -> dict[str, Any]:
        """Return arguments for an operation."""
        plain = {*subject.operation.headers, *_in_path(subject)}
        files = {_argument(subject, name) for name in subject.operation.files}
        made: dict[str, Any] = {}
        for name, (shape, is_required) in subject.arguments().items():
            if (is_required and not self.chance(self.wildness / 4)) or self.chance(0.3):
                made[name] = self.value(shape)
                if not self.chance(self.wildness):
                    made[name] = self.choose(PLAIN) if name in plain else made[name]
                    made[name] = self.choose(FILES)() if name in files else made[name]
        return {**made, **self._options()}

    def least(self, subject: Subject) -> dict[str, Any]:
        """Return the least that an operation takes."""
        files = {_argument(subject, name) for name in subject.operation.files}
        required = {name: shape for name, (shape, is_required) in subject.arguments().items() if is_required}
        plain = {*subject.operation.headers, *_in_path(subject)}
        made = {name: "x" if name in plain else self.value(shape, DEEPEST) for name, shape in required.items()}
        return {**made, **dict.fromkeys(files & required.keys(), b"x")}

    def _options(self) -> dict[str, Any]:
        made = {name: self.choose(values) for name, values in OPTIONS.items() if self.chance(0.05)}
        if self.chance(self.wildness):
            made |= self.choose(BAD_OPTIONS)
        if self.chance(self.wildness / 2):
            made[self.choose(tuple(OPTIONS))] = self.junk()
        return made


def _in_path(subject: Subject) -> set[str]:
    return {name for name in subject.arguments() if f"{{{name}}}" in subject.operation.path}


def _argument(subject: Subject, wire: str) -> str:
    names: Mapping[str, str] = {name: argument for argument, name in subject.operation.wire_names.items()}
    return names.get(wire, wire)


def try_arguments(lab: Lab, subject: Subject, case: Case) -> str:
    """Call once with arguments made by chance; return what it was, or raise AssertionError."""
    maker = Maker(case.random, wildness=(case.wrong / MOST_WRONG) ** 2, native=True)
    lab.reply(subject.status, subject.media_type, [b"{}" if subject.answers_json else b""])
    result = lab.call(subject, case.face, maker.arguments(subject))
    if isinstance(result, Err):
        check_error(result.error)
    if isinstance(result, Err) and isinstance(result.error, SDKValidationError):
        assert not lab.sent, "refused, and sent all the same"
        assert case.wrong, f"right arguments were refused: {result.error}"
        assert "pydantic" not in str(result.error), str(result.error)
        return "refused"
    assert lab.sent, f"neither refused nor sent: {result!r}"
    _check_request(lab, subject)
    return "sent"


def _check_request(lab: Lab, subject: Subject) -> None:
    """A path's arguments stay in their segments, and a header's in its line."""
    request = lab.sent[0]
    if str(request.url).startswith(URL):
        path = request.url.raw_path.partition(b"?")[0].removeprefix(b"/api/v1")
        assert path.count(b"/") == subject.operation.path.count("/"), path
    assert not any(b"\r" in value or b"\n" in value for _, value in request.headers.raw)
    assert request.method == subject.operation.method
