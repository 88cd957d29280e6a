"""Files on their way out and in."""

from __future__ import annotations

import base64
import errno
import gzip
import io
import json
import os
import stat
import sys
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx
import pytest

from openrouter_sdk import Err, errors
from openrouter_sdk.testing import FakeOpenRouter, Reply
from openrouter_sdk.testing.forms import Field, multipart_fields

from .support import CREDITS, DOWNLOAD, SPEECH, UPLOAD, Api, Face, MakeClient, error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from openrouter_sdk import OpenRouter

FORM = Api("stt_create_transcription_multipart", "stt.create_transcription_multipart", {"model": "a/b"})
INLINE = Api("stt_create_transcription", "stt.create_transcription", {"model": "a/b"})
TOKEN = Api("oauth_create_oauth_token", "oauth.create_oauth_token", {
    "federation_policy_id": "p 1&", "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token": "jwt", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt"})  # fmt: skip
TOOL = Api("tools_get_tool", "tools.get_tool", {"name": "web-search"})
DECISIONS = Api("alpha_decisions_create", "alpha.decisions.create", {
    "model": "a/b", "state": "x", "questions": {"q": {"type": "noul", "instructions": "?"}}})  # fmt: skip
AUDIO = {"content-type": "audio/mpeg"}


# Uploads


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "söng.mp3"
    path.write_bytes(b"la la")
    return path


def fields(fake: FakeOpenRouter) -> list[Field]:
    return multipart_fields(fake.requests[-1])


class OneWay(io.BytesIO):
    """A file object that can be read once."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_an_upload_of_bytes(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    face.call(client, UPLOAD, file=b"la la").unwrap()
    assert fields(fake) == [Field("file", "file", "application/octet-stream", b"la la")]


def test_an_upload_of_a_path(fake: FakeOpenRouter, client: OpenRouter, face: Face, song: Path) -> None:
    face.call(client, UPLOAD, file=song).unwrap()
    assert [(field.filename, field.data) for field in fields(fake)] == [("söng.mp3", b"la la")]


def test_an_upload_of_a_file_object(fake: FakeOpenRouter, client: OpenRouter, face: Face, song: Path) -> None:
    with song.open("rb") as file:
        face.call(client, UPLOAD, file=file).unwrap()
        assert not file.closed
    assert [(field.filename, field.data) for field in fields(fake)] == [("söng.mp3", b"la la")]
    face.call(client, UPLOAD, file=io.BytesIO(b"tra")).unwrap()
    assert [(field.filename, field.data) for field in fields(fake)] == [("file", b"tra")]
    face.call(client, UPLOAD, file=OneWay(b"tra")).unwrap()
    assert [(field.filename, field.data) for field in fields(fake)] == [("file", b"tra")]


def test_an_upload_of_a_tuple(fake: FakeOpenRouter, client: OpenRouter, face: Face, song: Path) -> None:
    for content in (b"la la", song, io.BytesIO(b"la la")):
        face.call(client, UPLOAD, file=("x.ogg", content, "audio/ogg")).unwrap()
        assert fields(fake) == [Field("file", "x.ogg", "audio/ogg", b"la la")]
        face.call(client, UPLOAD, file=("x.ogg", content)).unwrap()
        assert [(field.filename, field.data) for field in fields(fake)] == [("x.ogg", b"la la")]


@pytest.mark.parametrize(
    "file", ["text", 7, Path("/no/such/file"), Path("/"), io.StringIO("x"), ("a", "b"), (), None, ("a", b"b", "c", {})]
)
def test_what_is_no_file_is_refused(fake: FakeOpenRouter, client: OpenRouter, face: Face, file: Any) -> None:
    error_of(face.call(client, UPLOAD, file=file), errors.SDKValidationError)
    assert fake.requests == []


def test_the_fields_of_a_form(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    params: dict[str, Any] = {"timestamp_granularities": ["word", "segment"], "keyterms": ["a"], "diarize": True,
                              "temperature": 0.5, "language": "de", "provider": '{"x":1}'}  # fmt: skip
    face.call(client, FORM, file=("a.mp3", b"la"), **params).unwrap()
    found = [(field.name, field.data) for field in fields(fake) if field.filename is None]
    assert sorted(found) == [
        ("diarize", b"true"),
        ("keyterms[]", b"a"),
        ("language", b"de"),
        ("model", b"a/b"),
        ("provider", b'{"x":1}'),
        ("temperature", b"0.5"),
        ("timestamp_granularities[]", b"segment"),
        ("timestamp_granularities[]", b"word"),
    ]


BREAKS = ["a\r\nX: y", "a\nX: y", "a\rX", "a\0", "a\ud83d", "", 7, None]


@pytest.mark.parametrize("text", BREAKS)
def test_a_text_that_would_break_out_of_a_parts_headers_is_refused(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, text: Any
) -> None:
    """A part's headers are the file's name and content type, and the field's name."""
    for given in ({"file": (text, b"x")}, {"file": (text, b"x", "text/plain")}, {"file": ("a", b"x", text)}):
        error_of(face.call(client, UPLOAD, **given), errors.SDKValidationError)
    if isinstance(text, str):
        error_of(face.call(client, UPLOAD, file=b"x", extra_body={text: "y"}), errors.SDKValidationError)
    assert fake.requests == []


@pytest.mark.parametrize("name", ["a\nb", "a\rX: y", "a\udcff"])
def test_a_name_that_a_file_has_itself_is_checked_too(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"la")
    named = io.BytesIO(b"la")
    named.name = name
    for given in (path, named):
        error = error_of(face.call(client, UPLOAD, file=given), errors.SDKValidationError)
        assert "file's name" in str(error)
    assert fake.requests == []
    face.call(client, UPLOAD, file=("mine", path)).unwrap()
    assert fields(fake)[0].filename == "mine"


BUSY = Reply(503, {"error": {"code": 503, "message": "busy"}})


@pytest.mark.parametrize("kind", ["bytes", "path", "object", "tuple"])
def test_an_upload_that_can_be_rewound_is_retried(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float], song: Path, kind: str
) -> None:
    given = {"bytes": b"la la", "path": song, "object": io.BytesIO(b"la la"), "tuple": ("x", song)}[kind]
    fake.enqueue(BUSY, Reply(drop=True))
    face.call(client, UPLOAD, file=given).unwrap()
    assert len(naps) == 2
    assert {multipart_fields(request)[0].data for request in fake.requests} == {b"la la"}


@pytest.mark.parametrize("file", [lambda: OneWay(b"la"), lambda: ("x", OneWay(b"la"))], ids=["object", "tuple"])
@pytest.mark.parametrize("fault", [BUSY, Reply(drop=True)], ids=["status", "connection"])
def test_an_upload_that_cannot_be_rewound_is_not_retried(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, naps: list[float], file: Any, fault: Reply
) -> None:
    fake.enqueue(fault)
    assert isinstance(face.call(client, UPLOAD, file=file()), Err)
    assert (len(fake.requests), naps) == (1, [])


class JustRead:
    """As little as a file object can be."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def test_an_upload_of_what_can_only_be_read(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    result = colour.call(client, UPLOAD, file=JustRead(b"la"))
    assert fields(fake)[0].data == b"la"
    assert result.ok


def test_an_upload_of_a_pipe(fake: FakeOpenRouter, client: OpenRouter, colour: Face) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"la la")
    os.close(writer)
    with open(reader, "rb") as file:  # noqa: PTH123  # a descriptor
        colour.call(client, UPLOAD, file=file).unwrap()
    assert fields(fake)[0].data == b"la la"


class Counter(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Takes bodies in, and counts their bytes."""

    taken = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        self.taken = sum(map(len, request.stream))
        return httpx.Response(200, json={})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.taken = sum([len(piece) async for piece in request.stream])
        return httpx.Response(200, json={})


def test_an_upload_is_streamed_from_disk(make_client: MakeClient, face: Face, tmp_path: Path) -> None:
    size = 64 * 1024 * 1024
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(size)
    counter = Counter()
    http, async_http = httpx.Client(transport=counter), httpx.AsyncClient(transport=counter)
    client = make_client(http_client=http, async_http_client=async_http)
    face.call(client, UPLOAD, file=b"x").unwrap()  # builds what is built once
    tracemalloc.start()
    try:
        face.call(client, UPLOAD, file=path).unwrap()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert counter.taken > size
    assert peak < 8 * 1024 * 1024
    http.close()
    face.run(async_http.aclose())


def test_base64_is_made_of_bytes_and_paths(fake: FakeOpenRouter, client: OpenRouter, face: Face, song: Path) -> None:
    for data in (b"la la", song, base64.b64encode(b"la la").decode()):
        face.call(client, INLINE, input_audio={"data": data, "format": "mp3"}).unwrap()
        assert fake.requests[-1].json()["input_audio"] == {"data": "bGEgbGE=", "format": "mp3"}


@pytest.mark.parametrize("data", [7, Path("/no/such/file"), ["x"]])
def test_base64_of_anything_else_is_refused(fake: FakeOpenRouter, client: OpenRouter, face: Face, data: Any) -> None:
    error_of(face.call(client, INLINE, input_audio={"data": data, "format": "mp3"}), errors.SDKValidationError)
    assert fake.requests == []


# Downloads


def read_all(face: Face, download: Any) -> Any:
    return face.attempt(download.read).unwrap()


def test_reading_a_download(client: OpenRouter, face: Face) -> None:
    download = face.call(client, SPEECH).unwrap()
    assert (download.content_type, download.content_length) == ("audio/mpeg", 14)
    assert download.response.status_code == 200
    assert read_all(face, download) == b"ID3Hello there"


def test_a_download_of_what_was_uploaded(client: OpenRouter, face: Face) -> None:
    file = face.call(client, UPLOAD, file=b"la la").unwrap()
    assert read_all(face, face.call(client, DOWNLOAD, file_id=file.id).unwrap()) == b"la la"


def test_a_download_comes_in_pieces(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply(body=(b"a" * 10, b"b" * 10), headers=AUDIO, pause=0.05))
    download = face.call(client, SPEECH).unwrap()
    first, error = face.read(download.iter_bytes(), 1)
    assert (first, error) == ([b"a" * 10], None)
    assert face.read(download.iter_bytes()) == ([b"b" * 10], None)


def test_writing_a_download(fake: FakeOpenRouter, client: OpenRouter, face: Face, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"old")
    pieces = (b"a" * 10, b"b" * 10)
    fake.enqueue(Reply(body=pieces, headers={**AUDIO, "content-length": "20"}, pause=0.05))
    download = face.call(client, SPEECH).unwrap()
    seen: list[tuple[int, int | None]] = []

    def on_progress(done: int, total: int | None) -> None:
        assert path.read_bytes() == b"old"  # the file gets its name at the end
        seen.append((done, total))

    assert face.attempt(lambda: download.write_to(path, on_progress)).unwrap() == 20
    assert path.read_bytes() == b"a" * 10 + b"b" * 10
    assert seen[-1] == (20, 20)
    assert list(tmp_path.iterdir()) == [path]


def noting(seen: list[tuple[int, int | None]]) -> Callable[[int, int | None], None]:
    return lambda done, total: seen.append((done, total))


def test_progress_without_a_known_length(fake: FakeOpenRouter, client: OpenRouter, face: Face, tmp_path: Path) -> None:
    fake.enqueue(Reply(body=(b"abc",), headers=AUDIO))
    download = face.call(client, SPEECH).unwrap()
    seen: list[tuple[int, int | None]] = []
    face.attempt(lambda: download.write_to(str(tmp_path / "a"), noting(seen))).unwrap()
    assert seen == [(3, None)]


def test_an_empty_download(fake: FakeOpenRouter, client: OpenRouter, face: Face, tmp_path: Path) -> None:
    fake.enqueue(Reply(body=b"", headers=AUDIO), Reply(body=b"", headers=AUDIO))
    assert read_all(face, face.call(client, SPEECH).unwrap()) == b""
    download = face.call(client, SPEECH).unwrap()
    assert face.attempt(lambda: download.write_to(tmp_path / "a")).unwrap() == 0
    assert (tmp_path / "a").read_bytes() == b""


CUTS = {
    "stated length": Reply(body=b"x" * 1000, headers=AUDIO, cut_after=500),
    "chunked": Reply(body=(b"x" * 500, b"y" * 500), headers=AUDIO, cut_after=500),
    "bad encoding": Reply(body=b"oops", headers={**AUDIO, "content-encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", CUTS.values(), ids=CUTS)
def test_a_broken_download_leaves_nothing(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, tmp_path: Path, reply: Reply
) -> None:
    fake.enqueue(reply, reply, reply)
    download = face.call(narrow, SPEECH).unwrap()
    error_of(face.attempt(lambda: download.write_to(tmp_path / "a.mp3")), errors.StreamError)
    assert list(tmp_path.iterdir()) == []
    error_of(face.attempt(face.call(narrow, SPEECH).unwrap().read), errors.StreamError)
    _, error = face.read(face.call(narrow, SPEECH).unwrap().iter_bytes())
    assert type(error) is errors.StreamError
    del error
    assert face.call(narrow, CREDITS).ok


class OddError(Exception):
    pass


ODD = [OddError("no"), RuntimeError("closed"), httpx.ReadTimeout("late"), OSError(28, "full")]


@pytest.mark.parametrize("odd", ODD)
def test_a_callback_that_raises(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, tmp_path: Path, odd: Exception
) -> None:
    def on_progress(*_: object) -> None:
        raise odd

    fake.enqueue(Reply(body=(b"abc", b"def"), headers=AUDIO, pause=60))
    download = face.call(narrow, SPEECH).unwrap()
    error = error_of(face.attempt(lambda: download.write_to(tmp_path / "a", on_progress)), errors.UnexpectedClientError)
    assert str(odd) in str(error)
    assert list(tmp_path.iterdir()) == []
    assert face.call(narrow, CREDITS).ok


def test_a_callback_that_raises_is_the_cause(client: OpenRouter, colour: Face, tmp_path: Path) -> None:
    odd = httpx.ReadTimeout("late")

    def on_progress(*_: object) -> None:
        raise odd

    download = colour.call(client, SPEECH).unwrap()
    error = error_of(
        colour.attempt(lambda: download.write_to(tmp_path / "a", on_progress)), errors.UnexpectedClientError
    )
    assert error.__cause__ is odd


@pytest.mark.parametrize("where", ["missing/a", "file/a"])
def test_a_folder_that_cannot_be_written(narrow: OpenRouter, face: Face, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    download = face.call(narrow, SPEECH).unwrap()
    error = error_of(face.attempt(lambda: download.write_to(tmp_path / where)), errors.UnexpectedClientError)
    assert isinstance(error.__cause__, OSError)
    assert face.call(narrow, CREDITS).ok


def test_a_folder_instead_of_a_file(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    download = face.call(client, SPEECH).unwrap()
    error_of(face.attempt(lambda: download.write_to(tmp_path / "a")), errors.UnexpectedClientError)
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_downloads_give_their_connection_back(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, connections: list[Any]
) -> None:
    for _ in range(20):
        read_all(face, face.call(narrow, SPEECH).unwrap())
    assert len(connections) == 1
    for _ in range(20):
        fake.enqueue(Reply(body=(b"a", b"b"), headers=AUDIO, pause=60))
        face.close(face.call(narrow, SPEECH).unwrap())
    assert face.call(narrow, CREDITS).ok


def test_a_download_as_a_context_manager(fake: FakeOpenRouter, narrow: OpenRouter, face: Face) -> None:
    async def use(download: Any) -> None:
        async with download as entered:
            assert entered is download

    for _ in range(3):
        fake.enqueue(Reply(body=(b"a", b"b"), headers=AUDIO, pause=60))
        download = face.call(narrow, SPEECH).unwrap()
        if face.is_async:
            face.run(use(download))
        else:
            with download as entered:
                assert entered is download
    assert face.call(narrow, CREDITS).ok


def test_an_error_instead_of_a_download(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fault = {"error": {"code": 403, "message": "no"}}
    for status in (403, 200):
        fake.enqueue(Reply(status, fault))
        error_of(face.call(client, SPEECH), errors.ForbiddenResponseError)


def test_a_download_of_json(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    """Files may hold JSON."""
    fake.enqueue(Reply(body=b'{"a": 1}', headers={"content-type": "application/json"}))
    download = face.call(client, DOWNLOAD).unwrap()
    assert not isinstance(download, bytes)
    assert read_all(face, download) == b'{"a": 1}'


def test_a_closed_download_is_not_written(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, tmp_path: Path
) -> None:
    """A partial download never leaves a file under the final name."""
    fake.enqueue(Reply(body=(b"a", b"b"), headers=AUDIO, pause=60))
    download = colour.call(client, SPEECH).unwrap()
    colour.close(download)
    assert isinstance(colour.attempt(lambda: download.write_to(tmp_path / "a")), Err)
    assert list(tmp_path.iterdir()) == []


def test_a_download_read_in_part_is_not_written(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, tmp_path: Path
) -> None:
    fake.enqueue(Reply(body=(b"a", b"b"), headers=AUDIO, pause=0.05))
    download = colour.call(client, SPEECH).unwrap()
    colour.read(download.iter_bytes(), 1)
    colour.attempt(lambda: download.write_to(tmp_path / "a"))
    assert not (tmp_path / "a").exists() or (tmp_path / "a").read_bytes() == b"ab"


def test_progress_never_passes_the_total(
    fake: FakeOpenRouter, client: OpenRouter, colour: Face, tmp_path: Path
) -> None:
    fake.enqueue(Reply(body=gzip.compress(b"x" * 10_000), headers={**AUDIO, "content-encoding": "gzip"}))
    seen: list[tuple[int, int | None]] = []
    download = colour.call(client, SPEECH).unwrap()
    colour.attempt(lambda: download.write_to(tmp_path / "a", noting(seen))).unwrap()
    assert seen[-1] in {(10_000, None), (10_000, 10_000)}


WHOLE = b"la la " * 500
ENCODED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(WHOLE)),
    "x-gzip": ("x-gzip", gzip.compress(WHOLE)),
    "gzip, two members": ("gzip", gzip.compress(WHOLE[:100]) + gzip.compress(WHOLE[100:])),
    "gzip, padded": ("gzip", gzip.compress(WHOLE) + bytes(20)),
    "deflate": ("deflate", zlib.compress(WHOLE)),
    "deflate, raw": ("deflate", zlib.compress(WHOLE)[2:-4]),
    "deflate in gzip": ("deflate, GZIP", gzip.compress(zlib.compress(WHOLE))),
}


def encoded(kind: str, content: bytes, *, in_pieces: bool = False) -> Reply:
    pieces = tuple(content[at : at + 1] for at in range(len(content))) if in_pieces else content
    return Reply(body=pieces, headers={**AUDIO, "content-encoding": kind})


@pytest.mark.parametrize(("kind", "content"), ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_compressed_download(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, tmp_path: Path, kind: str, content: bytes, *, in_pieces: bool
) -> None:
    fake.enqueue(encoded(kind, content, in_pieces=in_pieces), encoded(kind, content, in_pieces=in_pieces))
    assert read_all(face, face.call(client, SPEECH).unwrap()) == WHOLE
    download = face.call(client, SPEECH).unwrap()
    assert face.attempt(lambda: download.write_to(tmp_path / "a")).unwrap() == len(WHOLE)
    assert (tmp_path / "a").read_bytes() == WHOLE


def broken(content: bytes) -> list[bytes]:
    """Cut short, at the very start and end, too; with a byte changed; and something else altogether."""
    cut = [content[:size] for size in (0, 1, 5, 11, len(content) // 2, len(content) - 5, len(content) - 1)]
    middle = len(content) // 2
    return [*cut, content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :], b"oops" * 9]


BROKEN = [(kind, piece) for kind in ("gzip", "deflate", "deflate in gzip")
          for piece in broken(ENCODED[kind][1])]  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), BROKEN)
def test_truncated_or_broken_compression_leaves_nothing(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, tmp_path: Path, kind: str, content: bytes
) -> None:
    fake.enqueue(*[encoded(ENCODED[kind][0], content)] * 3)
    (tmp_path / "a").write_bytes(b"old")
    download = face.call(narrow, SPEECH).unwrap()
    error_of(face.attempt(lambda: download.write_to(tmp_path / "a")), errors.StreamError)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]
    error_of(face.attempt(face.call(narrow, SPEECH).unwrap().read), errors.StreamError)
    _, error = face.read(face.call(narrow, SPEECH).unwrap().iter_bytes())
    assert type(error) is errors.StreamError
    del error
    assert face.call(narrow, CREDITS).ok


def test_raw_deflate_that_was_cut_off_is_an_error(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(encoded("deflate", ENCODED["deflate, raw"][1][:-3]))
    error_of(face.attempt(face.call(client, SPEECH).unwrap().read), errors.StreamError)


class Upside:
    """A decompressor as the packages for Brotli and Zstandard have them, of a format with a mark at its end."""

    def __init__(self) -> None:
        self.eof = False
        self.unused_data = b""

    def process(self, data: bytes) -> bytes:
        content, end, self.unused_data = data.partition(b"!")
        self.eof = bool(end)
        if b"?" in content:
            raise OSError(content)
        return content

    decompress = process

    def is_finished(self) -> bool:
        return self.eof


class Finishing:
    """As `brotlicffi` has it."""

    def __init__(self) -> None:
        self._inner = Upside()
        self.decompress = self._inner.decompress

    def finish(self) -> None:
        if not self._inner.eof:
            raise OSError


class Zstandard:
    """As `zstandard` has it."""

    @staticmethod
    def decompressobj() -> Upside:
        return Upside()


PACKAGES = {
    "brotli": ("br", SimpleNamespace(Decompressor=Upside)),
    "brotlicffi": ("br", SimpleNamespace(Decompressor=Finishing)),
    "zstandard": ("zstd", SimpleNamespace(ZstdDecompressor=Zstandard)),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_encodings_that_take_a_package(  # fixtures and cases
    fake: FakeOpenRouter, client: OpenRouter, face: Face, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    kind, module = PACKAGES[package]
    for name in PACKAGES:
        monkeypatch.setitem(sys.modules, name, module if name == package else None)
    fake.enqueue(*(encoded(kind, content) for content in (b"la la!", b"la la", b"la?!")))
    assert read_all(face, face.call(client, SPEECH).unwrap()) == b"la la"
    for _ in range(2):
        error_of(face.attempt(face.call(client, SPEECH).unwrap().read), errors.StreamError)


@pytest.mark.parametrize("kind", ["br", "zstd"])
def test_an_encoding_whose_package_is_missing_is_named(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for name in PACKAGES:
        monkeypatch.setitem(sys.modules, name, None)
    fake.enqueue(encoded(kind, b"la la"))
    error = error_of(face.attempt(face.call(client, SPEECH).unwrap().read), errors.StreamError)
    assert repr(kind) in str(error)


def test_an_encoding_that_does_not_compress_is_passed_over(
    fake: FakeOpenRouter, client: OpenRouter, face: Face
) -> None:
    fake.enqueue(encoded("aws-chunked", b"la la"))
    assert read_all(face, face.call(client, SPEECH).unwrap()) == b"la la"


# What isn't what was asked for

FAULT = {"error": {"code": 403, "message": "no"}}
ICON = Api("interns_get_intern_icon", "interns.get_intern_icon", {"intern_id": "i-1"})
VIDEO = Api("video_generation_get_video_content", "video_generation.get_video_content", {"job_id": "j-1"})
CONTAINER = Api("containers_download_container_file_content", "containers.download_container_file_content",
                {"container_id": "c-1", "file_id": "f-1"})  # fmt: skip
DOWNLOADS = {"speech": SPEECH, "file": DOWNLOAD, "icon": ICON, "video": VIDEO, "container": CONTAINER}
KINDS = ["audio/mpeg", "image/png", "video/mp4", "application/octet-stream", "application/json", "text/plain",
         "text/html", "text/event-stream", "application/problem+json", ""]  # fmt: skip


@pytest.mark.parametrize("api", DOWNLOADS.values(), ids=DOWNLOADS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 201, 206, 403])
def test_an_error_under_any_status_and_content_type_is_that_error(  # noqa: PLR0913, PLR0917  # fixtures and cases
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, api: Api, kind: str, status: int
) -> None:
    body = json.dumps(FAULT).encode()
    fake.enqueue(
        Reply(status, b"\n " + body, {"content-type": kind}),
        Reply(status, (b" ", body[:3], body[3:]), {"content-type": kind}),
        Reply(status, gzip.compress(body), {"content-type": kind, "content-encoding": "gzip"}),
    )
    for _ in range(3):
        result = face.call(narrow, api)
        assert isinstance(result, Err), result
        assert isinstance(result.error, errors.ResponseError)
        assert (result.error.status_code, result.error.message) == (403, "no")
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("status", [201, 202, 204, 206])
def test_a_status_that_is_not_declared_is_an_error(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, status: int
) -> None:
    body = b"" if status == 204 else b"la la"
    fake.enqueue(Reply(status, body, AUDIO))
    error = error_of(face.call(client, SPEECH), errors.OpenRouterDefaultError)
    assert (error.status_code, error.content) == (status, body)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", "video/mp4", "application/json"])
def test_content_that_is_not_declared_is_an_error(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face, kind: str
) -> None:
    fake.enqueue(Reply(body=b"<h1>Sign in</h1>", headers={"content-type": kind}))
    error = error_of(face.call(narrow, SPEECH), errors.OpenRouterDefaultError)
    assert error.content == b"<h1>Sign in</h1>"
    assert face.call(narrow, CREDITS).ok


@pytest.mark.parametrize("kind", ["audio/wav", "Audio/PCM;rate=24000", "application/octet-stream", ""])
def test_content_of_the_declared_kind_is_taken(fake: FakeOpenRouter, client: OpenRouter, face: Face, kind: str) -> None:
    fake.enqueue(Reply(body=b"la la", headers={"content-type": kind}))
    assert read_all(face, face.call(client, SPEECH).unwrap()) == b"la la"


ATTACHED = {"content-disposition": "attachment"}


@pytest.mark.parametrize(("content", "headers"), [
    (b"%PDF", {"content-type": "application/pdf"}),
    (b"text", {"content-type": "text/plain"}),
    (b"", {"content-type": "text/plain"}),
    (b"{", {"content-type": "application/octet-stream"}),
    (b'{"a": 1}', {"content-type": "application/octet-stream"}),
    (b'{"a": 1}' + b" " * 200_000, {"content-type": "application/octet-stream"}),
    (b'{"custom_id": "1", "error": {"message": "no"}}', {"content-type": "application/x-ndjson"}),
    (b'{"error": {"message": "mine"}}', {**ATTACHED, "content-type": "application/octet-stream"}),
    (b"<h1>Mine</h1>", {**ATTACHED, "content-type": "text/html"}),
])  # fmt: skip
def test_a_file_may_hold_anything(
    fake: FakeOpenRouter, client: OpenRouter, face: Face, content: bytes, headers: dict[str, str]
) -> None:
    fake.enqueue(Reply(body=content, headers=headers), Reply(body=(content,), headers=headers))
    for _ in range(2):
        assert read_all(face, face.call(client, DOWNLOAD).unwrap()) == content


def test_a_download_that_breaks_at_its_start_breaks_when_it_is_read(
    fake: FakeOpenRouter, narrow: OpenRouter, face: Face
) -> None:
    fake.enqueue(Reply(body=b'{"error": 1}' * 9, headers=AUDIO, cut_after=4))
    download = face.call(narrow, SPEECH).unwrap()
    error_of(face.attempt(download.read), errors.StreamError)
    assert face.call(narrow, CREDITS).ok


# Where downloads are written


def write(face: Face, client: OpenRouter, path: Path) -> Any:
    download = face.call(client, SPEECH).unwrap()
    return face.attempt(lambda: download.write_to(path))


SAID = b"ID3Hello there"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755, 0o444])
def test_an_existing_file_keeps_its_mode(client: OpenRouter, face: Face, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(mode)
    write(face, client, path).unwrap()
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (SAID, mode)


def test_a_new_file_has_the_mode_that_new_files_have(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    write(face, client, tmp_path / "a").unwrap()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("name", ["n" * 255, "ü" * 127, "a b", ".a", "a\nb"])
def test_any_name_that_a_file_may_have(client: OpenRouter, face: Face, tmp_path: Path, name: str) -> None:
    write(face, client, tmp_path / name).unwrap()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, SAID)]


def test_a_name_that_is_too_long_is_an_error(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    error_of(write(face, client, tmp_path / ("n" * 256)), errors.UnexpectedClientError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_written_through(client: OpenRouter, face: Face, tmp_path: Path, *, exists: bool) -> None:
    """A relative one to another link, to a file in another folder."""
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "file"
    if exists:
        target.write_bytes(b"old")
        target.chmod(0o600)
    (tmp_path / "there" / "second").symlink_to("file")
    (tmp_path / "first").symlink_to("there/second")
    write(face, client, tmp_path / "first").unwrap()
    assert target.read_bytes() == SAID
    assert (tmp_path / "first").is_symlink()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "first", "second", "there"]
    if exists:
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_link_to_itself_is_an_error(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    error_of(write(face, client, tmp_path / "a"), errors.UnexpectedClientError)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_device_is_written_to(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    for path in (Path("/dev/null"), tmp_path / "null"):
        write(face, client, path).unwrap()
        assert path.is_char_device()


def test_a_pipe_is_written_to(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with ThreadPoolExecutor() as pool:
        found = pool.submit(path.read_bytes)
        write(face, client, path).unwrap()
        assert found.result(30) == SAID
    assert path.is_fifo()


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no such names of descriptors")
def test_an_open_descriptor_is_written_to(client: OpenRouter, face: Face, tmp_path: Path) -> None:
    """As it is by /dev/stdout, where that is a file: what else is written to it belongs to the same file."""
    with (tmp_path / "out").open("wb", buffering=0) as out:
        out.write(b"before ")
        write(face, client, Path(f"/dev/fd/{out.fileno()}")).unwrap()
    assert (tmp_path / "out").read_bytes() == b"before " + SAID
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
def test_a_full_disk_is_named(client: OpenRouter, face: Face) -> None:
    error = error_of(write(face, client, Path("/dev/full")), errors.UnexpectedClientError)
    assert "'/dev/full': No space left on device" in str(error)
    assert isinstance(error.__cause__, OSError)


@pytest.mark.parametrize("method", ["write", "close", "replace"])
def test_a_disk_that_fails_leaves_nothing(
    narrow: OpenRouter, face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if method == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        kind: Any = type("Full", (io.BufferedWriter,), {method: fail} if method == "write" else {})
        raw: Any = type("Raw", (io.FileIO,), {"write": fail})

        def opened(_: Path, part: Path) -> IO[bytes]:
            file: IO[bytes] = kind(raw(part, "xb"))
            return file

        monkeypatch.setattr("openrouter_sdk.lib.files._opened", opened)
    error = error_of(write(face, narrow, tmp_path / "a"), errors.UnexpectedClientError)
    assert "/a': No space left on device" in str(error)
    assert list(tmp_path.iterdir()) == []
    assert face.call(narrow, CREDITS).ok


# The rest of the wire


def test_a_token_is_asked_for_by_a_form(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    token = face.call(client, TOKEN, scope="inference").unwrap()
    assert token.token_type == "Bearer"
    (request,) = fake.requests
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    sent = parse_qs(request.body.decode(), strict_parsing=True)
    assert sent == {name: [value] for name, value in {**TOKEN.params, "scope": "inference"}.items()}


def test_a_refused_token(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    fake.enqueue(Reply(400, {"error": "invalid_request", "error_description": "no such policy"}))
    error = error_of(face.call(client, TOKEN), errors.BadRequestResponseError)
    assert (error.code, error.message) == ("invalid_request", "no such policy")


def test_a_redirect_is_followed(fake: FakeOpenRouter, client: OpenRouter, face: Face) -> None:
    assert face.call(client, TOOL).unwrap().data.id == "openrouter:web_search"
    assert [request.path for request in fake.requests] == ["/api/v1/tools/web-search", "/api/v1/tools/web_search"]
    assert len({request.headers["authorization"] for request in fake.requests}) == 1


class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    def __init__(self) -> None:
        self.urls: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(str(request.url))
        return httpx.Response(200, json={})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


@pytest.mark.parametrize(("options", "url"), [
    ({"server_url": None}, "https://openrouter.ai/api/alpha/decisions"),
    ({"server_url": "https://mine.test/base"}, "https://mine.test/base/api/alpha/decisions"),
])  # fmt: skip
def test_decisions_have_a_server_of_their_own(
    make_client: MakeClient, face: Face, options: dict[str, Any], url: str
) -> None:
    recorder = Recorder()
    http, async_http = httpx.Client(transport=recorder), httpx.AsyncClient(transport=recorder)
    client = make_client(http_client=http, async_http_client=async_http, **options)
    face.call(client, DECISIONS)
    assert recorder.urls == [url]
    http.close()
    face.run(async_http.aclose())
