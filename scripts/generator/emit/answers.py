"""What a call gives, by the kind of answer: a value, a page, a stream or a download, in functions and in methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import ir

if TYPE_CHECKING:
    from .types import Module

_COLOUR = "{colour}"
_STREAMED = 200


@dataclass(frozen=True)
class Answer:
    """The texts for one kind of answer; `{colour}` in them is "" or "Async".

    Attributes:
        call: the runtime's function that carries the call out.
        value: what the function's `Ok` holds.
        stream: the stream that it holds with `stream=True`, where that can be asked for.
        method: what the method returns.
        method_stream: the stream that it returns with `stream=True`.
        instead: how unions go on with what may come instead of a stream; `value` has it, too.
        wrap: what makes the method's value of the function's.
        types: the module below `types` that these come from, and their names without a colour.
    """

    call: str
    value: str
    method: str
    stream: str = ""
    method_stream: str = ""
    instead: str = ""
    wrap: str = ""
    types: tuple[str, ...] = ()

    def function(self, error: str, colour: str) -> dict[str, str]:
        """Return what a function of one colour returns."""
        return {
            "value": _coloured(f"Result[{self.value}, {error}]", colour),
            "stream": _coloured(f"Result[{self.stream}{self.instead}, {error}]", colour) if self.stream else "",
            "either": _coloured(f"Result[{self.value} | {self.stream}, {error}]", colour),
        }

    def methods(self, colour: str) -> dict[str, str]:
        """Return what a method of one colour returns."""
        either = f"{self.method} | {self.method_stream}"
        stream = f"{self.method_stream}{self.instead}"
        texts = {"value": self.method, "stream": stream, "either": either, "wrap": self.wrap}
        return {name: _coloured(text, colour) for name, text in texts.items()}

    def imports(self, kind: int) -> dict[str, list[str]]:
        """Return the imports that a module of functions (0) or of methods (1) needs."""
        if not self.types:
            return {}
        module, *names = self.types
        return {f"..types.{module}": sorted(_coloured(names[kind], colour) for colour in ("", "Async"))}


def _coloured(text: str, colour: str) -> str:
    return text.replace(_COLOUR, colour)


def answer_of(module: Module, operation: ir.Operation, error: str) -> Answer:
    """Return the kind of an operation's answer."""
    returns = return_type(module, operation)
    if operation.paging:
        item = module.annotation(operation.paging.item)
        return Answer(
            "page_call",
            f"{_COLOUR}ResultPage[{item}, {returns}, {error}]",
            f"{_COLOUR}Page[{item}, {returns}]",
            wrap=f"{_COLOUR}Page",
            types=("pages", f"{_COLOUR}ResultPage", f"{_COLOUR}Page"),
        )
    if operation.events:
        return _streamed(module, operation, operation.events, error)
    if [success.kind for success in operation.successes] == ["binary"]:
        return Answer(
            "download_call",
            f"{_COLOUR}BinaryResult",
            f"{_COLOUR}BinaryResponse",
            wrap=f"{_COLOUR}BinaryResponse",
            types=("files", f"{_COLOUR}BinaryResult", f"{_COLOUR}BinaryResponse"),
        )
    return Answer("call", returns, returns)


def _streamed(module: Module, operation: ir.Operation, events: ir.Events, error: str) -> Answer:
    chunk, returns = module.annotation(events.type), return_type(module, operation)
    types = ("streams", f"{_COLOUR}ResultStream", f"{_COLOUR}EventStream")
    if events.on_request:
        return Answer(
            "call",
            returns,
            returns,
            stream=f"{_COLOUR}ResultStream[{chunk}, {error}, {returns}]",
            method_stream=f"{_COLOUR}EventStream[{chunk}, {returns}]",
            instead="".join(f" | {text}" for text in _instead_of_a_stream(module, operation)),
            types=types,
        )
    value = f"{_COLOUR}ResultStream[{chunk}, {error}] | {returns}"
    method = f"{_COLOUR}EventStream[{chunk}] | {returns}"
    return Answer("stream_call", value, method, wrap=f"{_COLOUR}EventStream.of", types=types)


def _instead_of_a_stream(module: Module, operation: ir.Operation) -> list[str]:
    """Return what an answer under another status than the stream's own holds: it comes whole."""
    return [module.annotation(success.type) for success in operation.successes if success.status != _STREAMED]


def return_type(module: Module, operation: ir.Operation) -> str:
    """Return the annotation of an operation's value, read whole."""
    kinds = tuple(dict.fromkeys(success.type for success in operation.successes))
    return module.annotation(kinds[0] if len(kinds) == 1 else ir.Choice(kinds))
