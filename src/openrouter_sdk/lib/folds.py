"""Folding the events of a stream into what the same call returns without `stream`. JSON values in, a JSON value out.

Anything may stand anywhere: what can be folded is, and what can't, such as a number where an object belongs, is passed
over. Empty means nothing: null, "", [] and {} never replace a value. A field that no rule below knows keeps its last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import error_body
from .json_values import as_array, as_object, is_array, is_object
from .texts import compact_json, paired

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Protocol, TypeAlias

    Json: TypeAlias = dict[str, Any]
    Place: TypeAlias = int | str

    class Fold(Protocol):
        """Takes a stream's events one by one."""

        def add(self, event: Json) -> None:
            """Take an event."""
            ...

        def whole(self) -> Json:
            """Return what the events make up to here."""
            ...

        def is_complete(self) -> bool:
            """Tell whether the answer is, whatever the stream's end looks like."""
            ...


_NOTHING: tuple[str, ...] = ()
# What comes in pieces; everything else comes whole.
_PIECEWISE = frozenset(
    {"content", "refusal", "reasoning", "reasoning_content", "arguments", "text", "summary", "transcript"}
)
_LISTS = frozenset({"images", "annotations"})
_LONGEST_INDEX = 9  # digits


class Text:
    """A text that is still growing: its pieces, since adding to a long string copies it."""

    __slots__ = ("pieces",)

    def __init__(self, *pieces: str) -> None:
        self.pieces = list(pieces)

    def __bool__(self) -> bool:
        return any(self.pieces)

    def __str__(self) -> str:
        return "".join(self.pieces)


class Chat:
    """Folds the chunks of a chat."""

    def __init__(self) -> None:
        self._whole: Json = {}
        self._choices: dict[Place, _Choice] = {}

    def add(self, event: Json) -> None:
        """Take a chunk."""
        _update(self._whole, event, but=("choices", "error", "usage"))
        _merge(self._whole, "usage", event)
        for piece in as_array(event.get("choices")):
            if is_object(piece):
                index = _place(piece.get("index"), 0)
                self._choices.setdefault(index, _Choice(index)).add(piece)

    def whole(self) -> Json:
        """Return the chat's result."""
        choices = [choice.whole() for choice in _in_order(self._choices)]
        return _settled({**self._whole, "object": "chat.completion", "choices": choices})

    def is_complete(self) -> bool:
        """Tell whether every choice has its reason to end."""
        return bool(self._choices) and all(choice.is_complete() for choice in self._choices.values())


class ChatChunks(Chat):
    """Folds the chunks of a chat whose whole answer is a chunk, too: an intern's."""

    def whole(self) -> Json:
        """Return one chunk that says everything."""
        whole = super().whole()
        choices = [{**choice, "delta": choice["message"]} for choice in whole["choices"]]
        for choice in choices:
            del choice["message"]
        return {**whole, "object": "chat.completion.chunk", "choices": choices}


class _Choice:
    def __init__(self, index: Place) -> None:
        self._whole: Json = {"index": index, "finish_reason": None}
        self._message: Json = {"role": "assistant", "content": None}
        self._calls: list[_Call] = []
        self._details: list[Json] = []
        self._has_begun = False

    def add(self, piece: Json) -> None:
        _update(self._whole, piece, but=("delta", "error", "index", "logprobs", "message"))
        if is_object(piece.get("logprobs")):
            logprobs = _member(self._whole, "logprobs")
            for name, value in piece["logprobs"].items():
                _append(logprobs, name, value)
        else:
            _update(self._whole, {"logprobs": None} if "logprobs" in piece else {})
        self._add_delta(self._new_part(piece))

    def _new_part(self, piece: Json) -> Json:
        """Return what is new. Some servers send a message, not a delta; one after deltas repeats what they said."""
        message = {} if self._has_begun else as_object(piece.get("message"))
        delta = as_object(piece.get("delta")) or message
        self._has_begun = self._has_begun or any(value for name, value in delta.items() if name != "role")
        return delta

    def _add_delta(self, delta: Json) -> None:
        for name, value in delta.items():
            if name == "tool_calls" and value:
                for call in value if is_array(value) else [value]:
                    self._add_call(as_object(call))
            elif name == "reasoning_details" and value:
                for detail in as_array(value):
                    _add_detail(self._details, as_object(detail))
            elif name == "audio" and is_object(value):
                _add_pieces(_member(self._message, name), value, {*_PIECEWISE, "data"})
            elif name in _PIECEWISE or name in _LISTS:
                _append(self._message, name, value)
            else:
                _update(self._message, {name: value})

    def _add_call(self, piece: Json) -> None:
        """Go on with the call that a piece belongs to, or begin one."""
        if not piece:
            return
        call = next((call for call in reversed(self._calls) if call.goes_on(piece)), None)
        if call is None:
            call = _Call(piece)
            self._calls.append(call)
        call.add(piece)

    def whole(self) -> Json:
        message = dict(self._message)
        if self._calls:
            message["tool_calls"] = [call.whole() for call in self._calls]
        if self._details:
            message["reasoning_details"] = self._details
        return {**self._whole, "message": message}

    def is_complete(self) -> bool:
        return bool(self._whole["finish_reason"])


class _Call:
    """A tool call. Its index says only where its pieces belong, so that the whole one has none."""

    def __init__(self, piece: Json) -> None:
        self._index = _place(piece.get("index"))
        self._whole: Json = {}

    def goes_on(self, piece: Json) -> bool:
        """Tell whether a piece may belong to this call: by its index, else its id, else the function that it names."""
        index, identity = _place(piece.get("index")), _name(piece, "id")
        if index is not None and self._index not in {None, index}:
            return False
        own = _name(self._whole, "id")
        if identity and own:
            return identity == own
        function = _name(as_object(piece.get("function")), "name")
        own_function = _name(as_object(self._whole.get("function")), "name")
        return index is not None or bool(identity) or not function or own_function in {"", function}

    def add(self, piece: Json) -> None:
        for name, value in piece.items():
            if name != "index" and is_object(value):
                _add_pieces(_member(self._whole, name), value, ("arguments", "input"), as_text=True)
            elif name != "index":
                _update(self._whole, {name: value})

    def whole(self) -> Json:
        """Return the call; one that isn't of another kind calls a function."""
        whole = {**self._whole, "type": self._whole.get("type") or "function"}
        if whole["type"] == "function":
            whole["function"] = {"name": "", "arguments": "", **as_object(whole.get("function"))}
            whole["function"]["arguments"] = whole["function"]["arguments"] or ""
        return whole


def _add_detail(details: list[Json], piece: Json) -> None:
    """Go on with a detail of the reasoning, or begin one."""
    detail = next((detail for detail in reversed(details) if _same_detail(detail, piece)), None)
    indexed = _place(piece.get("index")) is not None
    goes_on = indexed or (detail is not None and detail is details[-1] and not piece.keys().isdisjoint(_GOING_ON))
    if detail is not None and goes_on:
        _add_pieces(detail, piece, ("text", "summary", "data"))
    elif piece:
        details.append(dict(piece))


# What a piece without an index holds if it goes on with the last detail.
_GOING_ON = frozenset({"text", "signature"})


def _same_detail(detail: Json, piece: Json) -> bool:
    """Tell whether both are of one type, index and id."""
    kind, identity = _name(piece, "type"), _name(piece, "id")
    return (
        kind in {"", _name(detail, "type")}
        and _place(piece.get("index")) == _place(detail.get("index"))
        and (not identity or _name(detail, "id") in {"", identity})
    )


class Messages:
    """Folds the events of an Anthropic message."""

    def __init__(self) -> None:
        self._whole: Json = {}
        self._blocks: list[tuple[Place, _Block]] = []

    def add(self, event: Json) -> None:
        """Take an event."""
        kind = event.get("type")
        if kind == "message_start":
            _update(self._whole, as_object(event.get("message")), but=("usage",))
            _merge(self._whole, "usage", as_object(event.get("message")))
        elif kind == "content_block_start":
            index = _place(event.get("index"), len(self._blocks))
            self._blocks.append((index, _Block(as_object(event.get("content_block")))))
        elif kind == "content_block_delta":
            self._block(event).add(as_object(event.get("delta")))
        elif kind != "content_block_stop":
            _update(self._whole, as_object(event.get("delta")))
            _merge(self._whole, "usage", event)
            _update(self._whole, event, but=("delta", "error", "index", "type", "usage"))

    def _block(self, event: Json) -> _Block:
        """Return the block that a delta belongs to: the last of its index; of all, where it has none."""
        index = _place(event.get("index"))
        for place, block in reversed(self._blocks):
            if index in {None, place}:
                return block
        self._blocks.append((_place(index, len(self._blocks)), _Block({})))
        return self._blocks[-1][1]

    def whole(self) -> Json:
        """Return the message."""
        blocks = [block.whole() for _, block in sorted(self._blocks, key=lambda numbered: _rank(numbered[0]))]
        return _settled({**self._whole, "content": blocks or self._whole.get("content") or []})

    def is_complete(self) -> bool:
        """Tell whether the message has its reason to stop."""
        return bool(self._whole.get("stop_reason"))


# What a block is whose beginning didn't come.
_BLOCK_OF_DELTA = {
    "text_delta": "text",
    "citations_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "thinking",
    "input_json_delta": "tool_use",
    "compaction_delta": "compaction",
}


class _Block:
    def __init__(self, start: Json) -> None:
        self._whole = dict(start)
        self._input = Text()

    def add(self, delta: Json) -> None:
        kind = _name(delta, "type")
        if kind in _BLOCK_OF_DELTA:
            self._whole.setdefault("type", _BLOCK_OF_DELTA[kind])
        if kind == "input_json_delta":
            self._input.pieces.append(_text(delta.get("partial_json")))
        elif kind == "citations_delta":
            _append(self._whole, "citations", [delta["citation"]] if is_object(delta.get("citation")) else None)
        else:
            rest = {name: value for name, value in delta.items() if name != "type"}
            _add_pieces(self._whole, rest, ("text", "thinking", "content"))

    def whole(self) -> Json:
        """Return the block; an input whose JSON was cut off stays text."""
        text = paired(str(self._input))
        if not text.strip():
            return dict(self._whole)
        parsed = error_body.load(text)
        return {**self._whole, "input": text if parsed is None else parsed}


class Responses:
    """Folds the events of a response: the last one holds all of it, unless the stream was cut off."""

    def __init__(self) -> None:
        self._whole: Json = {}
        self._items: dict[Place, _Item] = {}
        self._done: set[Place] = set()

    def add(self, event: Json) -> None:
        """Take an event."""
        kind = _name(event, "type")
        if is_object(event.get("response")):
            _update(self._whole, event["response"])
        elif "output_index" in event or "item_id" in event or "item" in event:
            self._add_to_item(kind, event)
        else:
            _update(self._whole, event, but=("error", "response", "sequence_number", "type"))

    def _add_to_item(self, kind: str, event: Json) -> None:
        index = self._index(kind, event)
        if kind == "response.output_item.done":
            self._done.add(index)
        if is_object(event.get("item")):
            self._items.setdefault(index, _Item()).take(event["item"])
        elif kind in _PARTS or kind in _FIELDS:
            self._items.setdefault(index, _Item()).add(kind, event)

    def _index(self, kind: str, event: Json) -> Place:
        """Return the place of the item that an event belongs to: its index, that of its id, or else the last one."""
        index: Place | None = _place(event.get("output_index"))
        if index is not None:
            return index
        identity = _name(event, "item_id") or _name(as_object(event.get("item")), "id")
        last = next(reversed(self._items), None)
        if identity:
            last = next((place for place, item in self._items.items() if item.id == identity), None)
        elif last in self._done or kind == "response.output_item.added":
            last = None
        return max((place for place in self._items if isinstance(place, int)), default=-1) + 1 if last is None else last

    def whole(self) -> Json:
        """Return the response; where its last event leaves the output out, the items are it."""
        items = [item.whole for item in _in_order(self._items)]
        has_output = self._whole.get("output") and (self._is_over() or not items)
        return _settled(self._whole if has_output or not items else {**self._whole, "output": items})

    def is_complete(self) -> bool:
        """Tell whether the response says so, or all of its items are done."""
        return self._is_over() or (bool(self._items) and self._items.keys() <= self._done)

    def _is_over(self) -> bool:
        return _name(self._whole, "status") in {"completed", "incomplete", "cancelled"}


# Where the pieces of a part of an item go: the list, what says which of it, the part's type, the part's field.
_PARTS = {
    "response.output_text.delta": ("content", "content_index", "output_text", "text"),
    "response.output_text.done": ("content", "content_index", "output_text", "text"),
    "response.refusal.delta": ("content", "content_index", "refusal", "refusal"),
    "response.refusal.done": ("content", "content_index", "refusal", "refusal"),
    "response.reasoning_text.delta": ("content", "content_index", "reasoning_text", "text"),
    "response.reasoning_text.done": ("content", "content_index", "reasoning_text", "text"),
    "response.reasoning_summary_text.delta": ("summary", "summary_index", "summary_text", "text"),
    "response.reasoning_summary_text.done": ("summary", "summary_index", "summary_text", "text"),
    "response.content_part.added": ("content", "content_index", "output_text", ""),
    "response.content_part.done": ("content", "content_index", "output_text", ""),
    "response.reasoning_summary_part.added": ("summary", "summary_index", "summary_text", ""),
    "response.reasoning_summary_part.done": ("summary", "summary_index", "summary_text", ""),
    "response.output_text.annotation.added": ("content", "content_index", "output_text", "annotations"),
}
# Where the pieces of an item's own field go: the item's type, the field.
_FIELDS = {
    "response.function_call_arguments.delta": ("function_call", "arguments"),
    "response.function_call_arguments.done": ("function_call", "arguments"),
    "response.custom_tool_call_input.delta": ("custom_tool_call", "input"),
    "response.custom_tool_call_input.done": ("custom_tool_call", "input"),
    "response.code_interpreter_call_code.delta": ("code_interpreter_call", "code"),
    "response.code_interpreter_call_code.done": ("code_interpreter_call", "code"),
}
_ITEM_OF_PART = {"output_text": "message", "refusal": "message"}


class _Item:
    def __init__(self) -> None:
        self.whole: Json = {}
        self._parts: dict[tuple[str, Place], Json] = {}

    @property
    def id(self) -> str:
        return _name(self.whole, "id")

    def take(self, item: Json) -> None:
        """Take the item as it is now."""
        _update(self.whole, item)
        self._parts.clear()

    def add(self, kind: str, event: Json) -> None:
        """Take an event that tells of a part of the item, or of a field."""
        if _name(event, "item_id"):
            self.whole.setdefault("id", event["item_id"])
        if kind in _FIELDS:
            item_type, name = _FIELDS[kind]
            self.whole.setdefault("type", item_type)
            _add_event(self.whole, name, kind, event)
            return
        among, index_name, part_type, name = _PARTS[kind]
        self.whole.setdefault("type", _ITEM_OF_PART.get(part_type, "reasoning"))
        if self.whole["type"] == "message":
            self.whole.setdefault("role", "assistant")
        _add_event(self._part(among, _place(event.get(index_name), 0), part_type), name, kind, event)

    def _part(self, among: str, index: Place, kind: str) -> Json:
        """Return the part at an index; one that isn't there yet comes after all others."""
        parts = self.whole[among] = _as_parts(self.whole.get(among) or [])
        if (among, index) in self._parts:
            return self._parts[among, index]
        given = parts[index] if isinstance(index, int) and 0 <= index < len(parts) else None
        part: Json = given if is_object(given) else {"type": kind}
        if part is not given:
            parts.append(part)
        self._parts[among, index] = part
        return part


def _add_event(whole: Json, name: str, kind: str, event: Json) -> None:
    """Add a piece to an item's field or part, or take what is done."""
    if not name:
        _update(whole, as_object(event.get("part")))
    elif name == "annotations":
        _append(whole, name, [event["annotation"]] if is_object(event.get("annotation")) else None)
    elif kind.endswith(".delta"):
        _append(whole, name, _text(event.get("delta")))
    elif name in event:
        _update(whole, {name: _text(event[name])})


class Images:
    """Takes the finished images; partial ones were previews."""

    def __init__(self) -> None:
        self._whole: Json = {}
        self._images: list[Json] = []
        self._has_begun = False

    def add(self, event: Json) -> None:
        """Take an event."""
        kind = _name(event, "type")
        if kind in {"image_generation.partial_image", "image_generation.text_chunk"}:
            self._has_begun = True
            return
        _update(self._whole, event, but=("error", "type", *_OF_AN_IMAGE))
        if kind == "image_generation.completed":
            self._has_begun = False
            self._images.append({name: event[name] for name in _OF_AN_IMAGE if name in event})

    def whole(self) -> Json:
        """Return the images."""
        return _settled({**self._whole, "data": self._images})

    def is_complete(self) -> bool:
        """Tell whether there is an image, and none that was begun and not finished."""
        return bool(self._images) and not self._has_begun


_OF_AN_IMAGE = ("b64_json", "media_type", "revised_prompt", "url")


def _update(whole: Json, piece: Mapping[str, Any], but: Collection[str] = _NOTHING) -> None:
    """Take over each field's value, unless it is empty and there is one already."""
    for name, value in piece.items():
        if name in but:
            continue
        if value or name not in whole or (value is not None and (whole[name] is None or not _is_empty(value))):
            whole[name] = value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, (str, list, dict, Text)) and not value)


def _merge(whole: Json, name: str, piece: Json) -> None:
    """Take over the fields of a field's object."""
    if is_object(piece.get(name)):
        _update(_member(whole, name), piece[name])
    elif name in piece:
        _update(whole, {name: None})


def _member(whole: Json, name: str) -> Json:
    """Return the object that a field holds, and put one there if there is none."""
    if not is_object(whole.get(name)):
        whole[name] = {}
    member: Json = whole[name]
    return member


def _add_pieces(whole: Json, piece: Json, piecewise: Iterable[str], *, as_text: bool = False) -> None:
    """Take over each field's value, or append it where it comes in pieces."""
    for name, value in piece.items():
        if name not in piecewise:
            _update(whole, {name: value})
        else:
            _append(whole, name, _text(value) if as_text and value is not None else value)


def _append(whole: Json, name: str, value: Any) -> None:  # noqa: ANN401  # JSON is anything
    """Add a piece to a field's text or list."""
    old = whole.get(name)
    if _is_empty(old) or _is_empty(value):
        _update(whole, {name: value})
    elif is_array(old) or is_array(value):
        whole[name] = old if is_array(old) else _as_parts(old)
        whole[name] += _as_parts(value)
    elif isinstance(old, Text):
        old.pieces.append(_text(value))
    else:
        whole[name] = Text(_text(old), _text(value))


def _as_parts(value: Any) -> list[Any]:  # noqa: ANN401  # JSON is anything
    """Return a value as a list of parts."""
    if is_array(value):
        return value
    return [value if is_object(value) else {"type": "text", "text": _text(value)}]


def _text(value: Any) -> str:  # noqa: ANN401  # JSON is anything
    """Return a text; any other value's JSON, of null none."""
    if isinstance(value, (str, Text)):
        return str(value)
    return "" if value is None else compact_json(value)


def _name(whole: Json, name: str) -> str:
    """Return a field that names something, such as an id or a type; "" if that is no text."""
    value = whole.get(name)
    return value if isinstance(value, str) else ""


def _place(index: object, default: Any = None) -> Any:  # noqa: ANN401  # a place, or the default's type
    """Return an index in a form that can be compared: servers write 0, 0.0 and "0", and leave it out."""
    if isinstance(index, int) and not isinstance(index, bool):
        return index
    if isinstance(index, float):
        return int(index) if index.is_integer() else str(index)
    if isinstance(index, str) and index:
        return int(index) if index.isdecimal() and len(index) <= _LONGEST_INDEX else index
    return default


def _rank(place: Place) -> tuple[bool, int]:
    """Return what to sort places by: numbers first, the others as they came."""
    return (False, place) if isinstance(place, int) else (True, 0)


def _in_order(numbered: Mapping[Place, Any]) -> list[Any]:
    return [numbered[place] for place in sorted(numbered, key=_rank)]


def _settled(whole: Json) -> Json:
    """Return a copy that holds texts where some still grew, without halves of surrogate pairs."""
    settled: Json = {}
    # Not recursive: values may be nested more deeply than Python calls functions.
    waiting: list[tuple[Any, Any]] = [(settled, whole)]
    while waiting:
        copy, value = waiting.pop()
        for key, item in value.items() if is_object(value) else enumerate(value):
            if is_object(item) or is_array(item):
                new: Any = {} if is_object(item) else [None] * len(item)
                waiting.append((new, item))
            else:
                new = paired(str(item)) if isinstance(item, (str, Text)) else item
            copy[paired(key) if isinstance(key, str) else key] = new
    return settled


FOLDS: dict[str, type[Fold]] = {
    "chat": Chat, "chunks": ChatChunks, "images": Images, "messages": Messages, "responses": Responses,
}  # fmt: skip
