"""Speech, transcriptions and videos."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import TYPE_CHECKING

from . import echo
from .forms import is_multipart, multipart_fields
from .handling import BASE_PATH, Object, Refusal, State, is_list, is_object, json_object, path_value, query_int, text_of
from .messages import Reply

if TYPE_CHECKING:
    from .messages import RecordedRequest

_LOOKS_TO_COMPLETE = 3
_VIDEO = b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00mp41" + b"\x00\x00\x00\x08mdat"  # no frames, but a well-formed MP4
_VIDEO_COST = 0.5  # USD

_Lists = dict[str, list[str]]


def speak(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /audio/speech: no sound, but the input's text, behind the mark that MP3 files begin with."""
    body = json_object(request)
    text_of(body, "model")
    spoken = _spoken(body).encode(errors="replace")
    headers = {"x-generation-id": state.new_id("gen-")}
    if body.get("response_format") == "pcm":
        return Reply(body=spoken, headers={"content-type": "audio/pcm", **headers})
    return Reply(body=b"ID3" + spoken, headers={"content-type": "audio/mpeg", **headers})


def _spoken(body: Object) -> str:
    """Read the input: a text, or the turns of several speakers."""
    turns: object = body.get("input")
    if not is_list(turns):
        return text_of(body, "input")
    return " ".join(str(turn.get("text", "")) for turn in turns if is_object(turn))


def transcribe(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /audio/transcriptions: the text tells what came."""
    size, lists = _form_audio(request) if is_multipart(request) else _json_audio(json_object(request))
    text = "; ".join([f"{size} bytes", *(f"{name}: {', '.join(values)}" for name, values in lists.items())])
    tokens = echo.Tokens(0, len(text.split()))
    usage = {"input_tokens": 0, "output_tokens": tokens.completion, "total_tokens": tokens.total, "cost": tokens.cost}
    return Reply(body={"text": text, "usage": usage}, headers={"x-generation-id": state.new_id("gen-")})


def _json_audio(body: Object) -> tuple[int, _Lists]:
    """Read the size of the audio, and all members that are lists."""
    text_of(body, "model")
    audio: object = body.get("input_audio")
    if not is_object(audio):
        raise Refusal(400, "This needs 'input_audio', an object.")
    lists: _Lists = {name: [str(item) for item in value] for name, value in body.items() if is_list(value)}
    if "url" in audio:
        return 0, lists  # the fake has no network
    try:
        return len(b64decode(text_of(audio, "data"), validate=True)), lists
    except (binascii.Error, ValueError):
        raise Refusal(400, "The audio isn't base64.") from None


def _form_audio(request: RecordedRequest) -> tuple[int, _Lists]:
    """Read the size of the file, and all fields that are lists by their names, or came more than once."""
    fields = multipart_fields(request)
    values: _Lists = {}
    for field in fields:
        values.setdefault(field.name, []).append(field.data.decode(errors="replace") if field.filename is None else "")
    if not {"file", "source_url"} & set(values) or "model" not in values:
        raise Refusal(400, "The form needs 'model', and 'file' or 'source_url'.")
    size = sum(len(field.data) for field in fields if field.name == "file")
    return size, {name: items for name, items in values.items() if name.endswith("[]") or len(items) > 1}


def start_video(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /videos."""
    text_of(json_object(request), "model")
    job_id = state.new_id("job-")
    state.store.add_video(job_id)
    return Reply(202, _job(job_id, "pending"))


def get_video(request: RecordedRequest, state: State) -> Reply:
    """Answer GET /videos/{job_id}: pending, then in progress, then completed."""
    job_id = path_value(request)
    looks = _looks(state.store.look_at_video(job_id))
    if looks < _LOOKS_TO_COMPLETE:
        return Reply(body=_job(job_id, ("pending", "in_progress")[looks - 1]))
    done: Object = {
        "generation_id": job_id.replace("job-", "gen-", 1),
        "unsigned_urls": [f"{BASE_PATH}/videos/{job_id}/content?index=0"],
        "usage": {"cost": _VIDEO_COST, "is_byok": False},
    }
    return Reply(body={**_job(job_id, "completed"), **done})


def download_video(request: RecordedRequest, state: State) -> Reply:
    """Answer GET /videos/{job_id}/content."""
    if _looks(state.store.look_at_video(path_value(request), step=0)) < _LOOKS_TO_COMPLETE:
        raise Refusal(409, "The video isn't finished: ask for its status until it is.")
    query_int(request, "index", default=0, least=0, most=0)
    return Reply(body=_VIDEO, headers={"content-type": "video/mp4"})


def _looks(looks: int | None) -> int:
    if looks is None:
        raise Refusal(404, "FakeOpenRouter has no such job.")
    return looks


def _job(job_id: str, status: str) -> Object:
    return {"id": job_id, "polling_url": f"{BASE_PATH}/videos/{job_id}", "status": status}
