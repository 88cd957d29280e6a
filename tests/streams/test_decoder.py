"""The decoder of event streams, without a network: the WHATWG's rules, whatever the pieces."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk.errors import StreamError
from openrouter_sdk.lib import validators
from openrouter_sdk.lib.sse import BLANK_LINE, LONGEST_EVENT, Decoder, Event
from openrouter_sdk.lib.streams import chunk_validator
from openrouter_sdk.models.responses_stream import StreamEvents

if TYPE_CHECKING:
    from collections.abc import Iterable


def sent(data: bytes, name: str = "message", id_: str = "", retry: int | None = None) -> Event:
    return data, name, id_, retry


def decode(pieces: Iterable[bytes]) -> list[Event]:
    decoder = Decoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    assert decoder.failure is None
    return events + decoder.feed(BLANK_LINE)


def bytewise(stream: bytes) -> list[bytes]:
    return [stream[index : index + 1] for index in range(len(stream))]


OTHER_ENDS = "a\u2028b\u0085c\x0b\x0c\x1c".encode()
STREAMS: dict[str, tuple[bytes, list[Event]]] = {
    "nothing": (b"", []),
    "one": (b"data: a\n\n", [sent(b"a")]),
    "two": (b"data: a\n\ndata: b\n\n", [sent(b"a"), sent(b"b")]),
    "CR": (b"data: a\r\rdata: b\r\r", [sent(b"a"), sent(b"b")]),
    "CRLF": (b"data: a\r\n\r\ndata: b\r\n\r\n", [sent(b"a"), sent(b"b")]),
    "mixed": (b"data: a\r\n\rdata: b\n\r\ndata: c\r\ndata: d\r\r\n\n", [sent(b"a"), sent(b"b"), sent(b"c\nd")]),
    "BOM": (b"\xef\xbb\xbfdata: a\n\n", [sent(b"a")]),
    "BOM twice": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [sent(b"b")]),
    "BOM inside": (b"data: \xef\xbb\xbfa\n\n", [sent(b"\xef\xbb\xbfa")]),
    "half a BOM": (b"\xef\xbb", []),
    "no BOM": (b"\xef\xbbdata: a\n\ndata: b\n\n", [sent(b"b")]),
    "comment": (b": hello\n\ndata: a\n: more\ndata: b\n\n:\n\n", [sent(b"a\nb")]),
    "many lines": (b"data: a\ndata:\ndata: b\n\n", [sent(b"a\n\nb")]),
    "spaces": (b"data:a\n\ndata:  b \n\n data: c\n\n", [sent(b"a"), sent(b" b ")]),
    "no colon": (b"data\n\ndata\ndata\n\n", [sent(b""), sent(b"\n")]),
    "other fields": (b"dat: a\n\nDATA: b\n\nfoo\ndata: c\n\n", [sent(b"c")]),
    "name": (b"event: x\ndata: a\n\ndata: b\n\n", [sent(b"a", "x"), sent(b"b")]),
    "name without data": (b"event: x\n\ndata: b\n\n", [sent(b"b")]),
    "empty name": (b"event: x\nevent:\ndata: a\n\n", [sent(b"a")]),
    "id": (b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", [sent(b"a", id_="1"), sent(b"b", id_="1"), sent(b"c")]),
    "id alone": (b"id: 1\n\ndata: b\n\n", [sent(b"b", id_="1")]),
    "id with NUL": (b"id: 1\nid: 2\x003\ndata: a\n\n", [sent(b"a", id_="1")]),
    "retry": (b"retry: 30\ndata: a\n\ndata: b\n\n", [sent(b"a", retry=30), sent(b"b")]),
    "odd retry": (b"retry: 3x\nretry: -1\nretry: +1\nretry: 1_0\nretry:\ndata: a\n\n", [sent(b"a")]),
    "retry not in ASCII": ("retry: ٣\ndata: a\n\n".encode(), [sent(b"a")]),
    "end without a blank line": (b"data: a\n\ndata: b\n", [sent(b"a"), sent(b"b")]),
    "end inside a line": (b"data: a\n\ndata: b", [sent(b"a"), sent(b"b")]),
    "end after CR": (b"data: a\r", [sent(b"a")]),
    "other line ends": (b"data: " + OTHER_ENDS + b"\n\n", [sent(OTHER_ENDS)]),
    "not UTF-8": (b"event: \xff\nid: \xff\ndata: \xff\n\n", [sent(b"\xff", "\ufffd", "\ufffd")]),
    "DONE": (b"data: {}\n\ndata: [DONE]\n\n", [sent(b"{}"), sent(b"[DONE]")]),
    "many blank lines": (b"\n\n\ndata: a\n\n\n\n\n\ndata: b\n\n\n", [sent(b"a"), sent(b"b")]),
}  # fmt: skip
SOME = b"".join(stream for stream, _ in STREAMS.values() if stream.endswith((b"\n", b"\r")))


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_events(stream: bytes, events: list[Event]) -> None:
    assert decode([stream]) == events


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_a_split_anywhere_changes_nothing(stream: bytes, events: list[Event]) -> None:
    for first in range(len(stream) + 1):
        for second in range(first, len(stream) + 1):
            assert decode([stream[:first], stream[first:second], stream[second:]]) == events


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_byte_by_byte(stream: bytes, events: list[Event]) -> None:
    assert decode(bytewise(stream)) == events


def test_a_line_feed_alone_after_a_split_line_end() -> None:
    """CR LF is one line end, in however many pieces; the LF after it is the next."""
    assert decode([b"data: a\r", b"\n", b"\n", b"data: b\n\n"]) == [sent(b"a"), sent(b"b")]


@pytest.mark.parametrize("ends", [
    [b"\n", b"\n\n"], [b"\r", b"\r\r"], [b"\r\n", b"\r\n\r\n"],
    [b"\n", b"\r", b"\r\n", b"\n\n"]], ids=["LF", "CR", "CRLF", "mixed"])  # fmt: skip
def test_random_splits_change_nothing(ends: list[bytes]) -> None:
    chance = random.Random(8)  # noqa: S311  # no secret
    alphabet = [b"data: a", b"data", b":", b" ", b"\xef\xbb\xbf", b"id: 1", b"event: e", *ends]
    for _ in range(3000):
        stream = b"".join(chance.choices(alphabet, k=30))
        cuts = sorted(chance.choices(range(len(stream) + 1), k=chance.randrange(12)))
        pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
        expected = reference(stream)
        assert decode([stream]) == expected, stream
        assert decode(pieces) == expected, pieces


def reference(stream: bytes) -> list[Event]:
    """Decode as the WHATWG words it, line by line."""
    text = stream.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events: list[Event] = []
    data: list[bytes] = []
    name, identity = "", ""
    for line in [*text.split(b"\n"), b""]:  # the end counts as a blank line here
        field, _, value = line.partition(b":")
        value = value[1:] if value[:1] == b" " else value
        if not line:
            if data:
                events.append(sent(b"\n".join(data), name or "message", identity))
            data, name = [], ""
        elif field == b"data":
            data.append(value)
        elif field == b"event":
            name = value.decode("utf-8", "replace")
        elif field == b"id":
            identity = value.decode("utf-8", "replace")
    return events


def test_a_long_event_in_small_pieces() -> None:
    piece = b"x" * 1024
    decoder = Decoder()
    decoder.feed(b"data: ")
    for _ in range(4096):
        assert decoder.feed(piece) == []
    (found,) = decoder.feed(b"\n\n")
    assert len(found[0]) == 4 * 1024 * 1024


def test_an_event_of_one_line_feed_per_piece() -> None:
    """A blank line whose halves come in two pieces, at the end of a long event."""
    pieces = [b"data: " + b"x" * 1000, *[b"y" * 1000] * 100, b"\n", b"\n", b"data: b\n", b"\n"]
    assert [len(data) for data, *_ in decode(pieces)] == [101_000, 1]


def test_the_limit_of_an_event() -> None:
    assert LONGEST_EVENT == 32 * 1024 * 1024
    decoder = Decoder(20)
    assert decoder.feed(b"data: a\n\ndata: " + b"x" * 14 + b"\n\n") == [sent(b"a"), sent(b"x" * 14)]
    assert decoder.failure is None
    assert decoder.feed(b"data: b\n\ndata: " + b"x" * 15) == [sent(b"b")]
    assert isinstance(decoder.failure, StreamError)


@pytest.mark.parametrize("tail", [b"", b"\n\n", b"\n\ndata: c\n\n"])
def test_events_before_one_that_is_too_long_are_kept(tail: bytes) -> None:
    decoder = Decoder(20)
    assert decoder.feed(b"data: a\n\ndata: b\n\ndata: " + b"x" * 30 + tail) == [sent(b"a"), sent(b"b")]
    assert "20 bytes" in str(decoder.failure)


def test_small_pieces_reach_the_limit_too() -> None:
    decoder = Decoder(20)
    for _ in range(20):
        assert decoder.feed(b"x") == []
    assert decoder.failure is None
    decoder.feed(b"x")
    assert decoder.failure is not None


def test_a_retry_of_many_digits_breaks_nothing() -> None:
    (found,) = decode([b"retry: " + b"9" * 5000 + b"\ndata: a\n\n"])
    assert found[0] == b"a"


def test_a_chunk_builds_the_validator_of_its_own_variant_only(monkeypatch: pytest.MonkeyPatch) -> None:
    built: dict[Any, Any] = {}
    monkeypatch.setattr(validators, "_validators", built)
    validate = chunk_validator.__wrapped__(StreamEvents)  # afresh: other tests may have used the one that is kept
    delta: dict[str, Any] = {"type": "response.output_text.delta",
             "item_id": "m", "output_index": 0, "content_index": 0,
             "delta": "hi", "logprobs": [], "sequence_number": 0}  # fmt: skip
    before = set(built)
    chunks = [validate(json.dumps(delta).encode()) for _ in range(3)]
    assert [type(chunk).__name__ for chunk in chunks] == ["TextDeltaEvent"] * 3
    assert [kind.__name__ for kind in set(built) - before] == ["TextDeltaEvent"]


@pytest.mark.parametrize("text", [
    '{"delta": "hi", "type": "response.output_text.done", ',
    ' { "type" : "response.output_text.done", ',
    '{"type": "response.output_text.d\\u006fne", ',
])  # fmt: skip
def test_a_tag_is_found_wherever_and_however_it_is_written(text: str) -> None:
    rest = '"text": "hi", "item_id": "m", "output_index": 0, "content_index": 0, "logprobs": [], "sequence_number": 0}'
    assert type(chunk_validator(StreamEvents)((text + rest).encode())).__name__ == "TextDoneEvent"


def test_an_unknown_tag_is_kept_as_it_came() -> None:
    chunk = chunk_validator(StreamEvents)(b'{"type": "response.new", "x": 1}')
    assert chunk.raw == {"type": "response.new", "x": 1}


def test_many_events_in_one_piece_may_be_longer_than_the_limit_together() -> None:
    decoder = Decoder(longest_event=10)
    assert [event[0] for event in decoder.feed(b"data: 1\n\ndata: 2\n\ndata: 3\n\nda")] == [b"1", b"2", b"3"]
    assert [event[0] for event in decoder.feed(b"ta: 4\n\n")] == [b"4"]
    assert decoder.failure is None
