"""The table as data: what is measured, against what, and what it may come to at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from benchmarks.replies import CHAT_CHUNKS, RESPONSE_EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

How: TypeAlias = Literal["call", "time", "memory", "figure"]
Kind: TypeAlias = Literal["ratio", "difference", "value"]


@dataclass(frozen=True)
class Unit:
    """A unit, and how many of them are one second or one byte."""

    name: str
    factor: float


MICROSECONDS = Unit("µs", 1e6)
MILLISECONDS = Unit("ms", 1e3)
MEBIBYTES = Unit("MiB", 1 / 1024 / 1024)
KIBIBYTES = Unit("KiB", 1 / 1024)


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        title: what is measured.
        against: what it is compared with, in words.
        how: `call` times repeated calls in lasting processes; `time` and `memory` take the CPU time and the peak memory
            of programs; `figure` takes what a process has worked out.
        cases: what to run for each contender: `MODULE.CASE`, or a program's or a figure's name.
        bar: the most that it may come to; None if it is for information only.
        kind: what the bar is for: the first of the compared over the second, their difference, or the first's value.
        compared: the contenders that the bar is about.
        path: the path of the base URL, which says how the server answers.
        per: how many parts of a call share the time.
        unit: the unit to show times or memory in.
        turns: how many turns each contender has in a round, where it isn't as many as usual.
        rounds: the most rounds that it needs.
    """

    title: str
    against: str
    how: How
    cases: Mapping[str, str]
    bar: float | None = None
    kind: Kind = "ratio"
    compared: tuple[str, str] = ("ours", "httpx")
    path: str = "/api/v1"
    per: int = 1
    unit: Unit = MICROSECONDS
    turns: int | None = None
    rounds: int = 1000


ALL = ("httpx", "ours", "official", "openai")
WITHOUT_OPENAI = ("httpx", "ours", "official")


def _cases(name: str, contenders: tuple[str, ...]) -> dict[str, str]:
    return {contender: f"{name}_{contender}" for contender in contenders}


LINES = "httpx `iter_lines` + json.loads"

CALLS = (
    Row("credits, sync", "httpx + pydantic on two fields", "call", _cases("calls.credits", WITHOUT_OPENAI), 1.0),
    Row("credits, async", "httpx + pydantic on two fields", "call", _cases("calls.credits_async", WITHOUT_OPENAI), 1.0),
    Row("chat, validated in and out", "httpx + .json()", "call", _cases("calls.chat", ALL), 1.1),
    Row("400 models, typed", "httpx + .json()", "call", _cases("calls.models", WITHOUT_OPENAI), 1.5),
    Row(
        "400 models without links and total_count",
        "the same with them",
        "call",
        {"fitting": "calls.models_ours", "ours": "calls.models_bare"},
        1.2,
        compared=("ours", "fitting"),
    ),
    Row(
        "400 models with three misfits each",
        "400 that fit",
        "call",
        {"fitting": "calls.models_ours", "ours": "calls.models_misfit"},
        2.2,
        compared=("ours", "fitting"),
    ),
    Row(
        "a 401 reply as Err", "httpx + .json()", "call", _cases("calls.error", WITHOUT_OPENAI), 1.05, path="/refused/v1"
    ),
)
STREAMS = (
    Row("chat stream, a chunk", LINES, "call", _cases("streams.chat", ALL), 1.0, path="/bulk/v1", per=CHAT_CHUNKS),
    Row(
        "chat stream, a chunk, async",
        LINES,
        "call",
        _cases("streams.chat_async", WITHOUT_OPENAI),
        1.0,
        path="/bulk/v1",
        per=CHAT_CHUNKS,
    ),
    Row(
        "responses stream, an event",
        LINES,
        "call",
        _cases("streams.responses", ALL),
        1.2,
        path="/bulk/v1",
        per=RESPONSE_EVENTS,
    ),
    Row(
        "chat stream, rechunked to 16 KB, a chunk",
        LINES,
        "call",
        _cases("streams.chat", ("httpx", "ours")),
        path="/rechunked/v1",
        per=CHAT_CHUNKS,
    ),
    Row(
        "responses stream, rechunked to 16 KB, an event",
        LINES,
        "call",
        _cases("streams.responses", ("httpx", "ours")),
        path="/rechunked/v1",
        per=RESPONSE_EVENTS,
    ),
    Row(
        "chat stream, a chunk in its own segment",
        LINES,
        "call",
        _cases("streams.chat", ("httpx", "ours")),
        1.05,
        path="/paced/v1",
        turns=12,
        per=CHAT_CHUNKS,
    ),
    Row(
        "responses stream, an event in its own segment",
        LINES,
        "call",
        _cases("streams.responses", ("httpx", "ours")),
        1.05,
        path="/paced/v1",
        turns=12,
        per=RESPONSE_EVENTS,
    ),
)
PROCESSES = (
    Row(
        "fresh process to first credits",
        "httpx + pydantic on two fields",
        "time",
        _cases("credits", WITHOUT_OPENAI),
        1.08,
        unit=MILLISECONDS,
    ),
    Row(
        "fresh process to first chat",
        "httpx + .json(), and import of pydantic's BaseModel",
        "time",
        _cases("chat", ALL),
        1.35,
        unit=MILLISECONDS,
    ),
    Row(
        "import",
        "bare interpreter",
        "time",
        _cases("import", ("nothing", "ours", "official", "openai")),
        0.005,
        "difference",
        ("ours", "nothing"),
        unit=MILLISECONDS,
    ),
    Row(
        "OpenRouter(api_key=...)",
        "",
        "call",
        _cases("inner.construct", ("ours", "official", "openai")),
        0.0001,
        "value",
        ("ours", "ours"),
        unit=MILLISECONDS,
    ),
    Row(
        "peak memory of a process with one chat",
        "httpx + .json(), and import of pydantic's BaseModel",
        "memory",
        _cases("chat", ALL),
        8 * 1024 * 1024,
        "difference",
        unit=MEBIBYTES,
    ),
)
SCALE = (
    Row(
        "1,000 calls at once, a call",
        "10 at once",
        "call",
        {"many": "inner.many_ours", "few": "inner.few_ours"},
        1.2,
        compared=("many", "few"),
        per=1000,
        turns=3,
        rounds=2,
    ),
    Row(
        "the same with plain httpx",
        "10 at once",
        "call",
        {"many": "inner.many_httpx", "few": "inner.few_httpx"},
        compared=("many", "few"),
        per=1000,
        turns=3,
        rounds=1,
    ),
    Row(
        "memory of 1,000 open streams, each",
        "httpx",
        "figure",
        _cases("held", ("httpx", "ours")),
        1.2,
        path="/held/v1",
        unit=KIBIBYTES,
        rounds=2,
    ),
    Row(
        "decoding 8 MB in one event, in 1 KB pieces",
        "4 MB; both in process, no network",
        "call",
        {"8 MB": "inner.decode_8_megabytes", "4 MB": "inner.decode_4_megabytes"},
        2.2,
        compared=("8 MB", "4 MB"),
        turns=10,
        unit=MILLISECONDS,
    ),
    *(
        Row(
            f"memory after 10,000 calls, {kind}",
            "after 1,000",
            "figure",
            {"ours": f"growth_{kind}"},
            1024 * 1024,
            "value",
            ("ours", "ours"),
            path=path,
            unit=MEBIBYTES,
            rounds=1,
        )
        for kind, path in (
            ("credits", "/api/v1"),
            ("chat", "/api/v1"),
            ("stream", "/short/v1"),
            ("error", "/refused/v1"),
        )
    ),
    Row(
        "client.credits.get_credits()",
        "credits_get_credits(client)",
        "figure",
        {"ours": "method_over_function"},
        2e-6,
        "value",
        ("ours", "ours"),
    ),
)
ROWS = (*CALLS, *STREAMS, *PROCESSES, *SCALE)
