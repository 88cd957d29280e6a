"""Files."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from .forms import multipart_fields
from .handling import CREATED_TEXT, Object, Refusal, State, path_value, query_int
from .messages import Reply
from .store import StoredFile

if TYPE_CHECKING:
    from .messages import RecordedRequest

_DEFAULT_PAGE, _LARGEST_PAGE = 100, 1000  # files per page


def list_files(request: RecordedRequest, state: State) -> Reply:
    """Answer GET /files, in pages; each page's cursor leads to the next."""
    limit = query_int(request, "limit", default=_DEFAULT_PAGE, least=1, most=_LARGEST_PAGE)
    last_seen = _last_seen(request)
    rest = [file for file in state.store.files() if file.id > last_seen]
    page, has_more = rest[:limit], len(rest) > limit
    body: Object = {
        "_shape": "openrouter",
        "data": [_metadata(file) for file in page],
        "has_more": has_more,
        "first_id": page[0].id if page else None,
        "last_id": page[-1].id if page else None,
        "cursor": urlsafe_b64encode(page[-1].id.encode()).decode() if has_more else None,
    }
    return Reply(body=body)


def _last_seen(request: RecordedRequest) -> str:
    """Read the id that the page before ended with: OpenRouter's cursor, or what OpenAI and Anthropic have for it."""
    for name in ("after", "after_id"):
        if name in request.query:
            return request.query[name][-1]
    try:
        return urlsafe_b64decode(request.query.get("cursor", [""])[-1]).decode()
    except (binascii.Error, ValueError):
        raise Refusal(400, "FakeOpenRouter didn't make this cursor.") from None


def upload(request: RecordedRequest, state: State) -> Reply:
    """Answer POST /files. Unlike OpenRouter, the fake takes any content, and the form's word for its type."""
    field = next((field for field in multipart_fields(request) if field.name == "file"), None)
    if field is None or not field.data:
        raise Refusal(400, "The form needs 'file', which must not be empty.")
    file_type = field.content_type or "application/octet-stream"
    file = StoredFile(state.new_id("or_file_"), field.filename or "file", file_type, field.data)
    state.store.add_file(file)
    return Reply(body=_metadata(file))


def get(request: RecordedRequest, state: State) -> Reply:
    """Answer GET /files/{file_id}."""
    return Reply(body=_metadata(_file(request, state)))


def download(request: RecordedRequest, state: State) -> Reply:
    """Answer GET /files/{file_id}/content."""
    return Reply(body=_file(request, state).content, headers={"content-type": "application/octet-stream"})


def delete(request: RecordedRequest, state: State) -> Reply:
    """Answer DELETE /files/{file_id}."""
    file_id = path_value(request)
    if not state.store.remove_file(file_id):
        raise _unknown_file()
    return Reply(body={"_shape": "openrouter", "id": file_id, "type": "file_deleted"})


def _file(request: RecordedRequest, state: State) -> StoredFile:
    file = state.store.file(path_value(request))
    if file is None:
        raise _unknown_file()
    return file


def _unknown_file() -> Refusal:
    return Refusal(404, "FakeOpenRouter has no such file.")


def _metadata(file: StoredFile) -> Object:
    return {
        "_shape": "openrouter",
        "id": file.id,
        "type": "file",
        "filename": file.name,
        "mime_type": file.mime_type,
        "size_bytes": len(file.content),
        "created_at": CREATED_TEXT,
        "downloadable": True,
    }
