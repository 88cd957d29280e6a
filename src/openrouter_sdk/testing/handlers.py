"""What the fake answers: a table of operations, each a function of the request and the fake's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import account, anthropic, chat, files, images, media, offers, responses
from .handling import BASE_PATH, Handler, Refusal, State

if TYPE_CHECKING:
    from .messages import RecordedRequest, Reply

# They hand out what opens all the others.
_KEYLESS_PATHS = frozenset({f"{BASE_PATH}/auth/keys", f"{BASE_PATH}/oauth/token"})
_MESSAGES_PATH = f"{BASE_PATH}/messages"  # has errors of its own shape


def respond(request: RecordedRequest, state: State) -> Reply:
    """Answer a request as OpenRouter would: find the operation, check the key, run the handler."""
    try:
        handler = _find_handler(request)
        if request.path not in _KEYLESS_PATHS:
            _check_key(request, state)
        return handler(request, state)
    except Refusal as refusal:
        return anthropic.refuse(refusal) if request.path == _MESSAGES_PATH else refusal.reply


def _find_handler(request: RecordedRequest) -> Handler:
    # Reversed, so that of two templates for the same path the earlier one in the table wins.
    found = {
        method: handler
        for (method, template), handler in reversed(HANDLERS.items())
        if _matches(BASE_PATH + template, request.path)
    }
    if not found:
        raise Refusal(404, "FakeOpenRouter has nothing at this path.")
    if request.method not in found:
        allowed = ", ".join(sorted(found))
        raise Refusal(405, f"This path takes {allowed} only.", {"allow": allowed})
    return found[request.method]


def _matches(template: str, path: str) -> bool:
    """Compare by segments; one like `{id}` in the template stands for any that isn't empty."""
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        segment != "" if name.startswith("{") else segment == name for name, segment in zip(wanted, given, strict=True)
    )


def _check_key(request: RecordedRequest, state: State) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refusal(401, "This request carries no bearer token.")
    if token.strip() != state.api_key:
        raise Refusal(401, "FakeOpenRouter doesn't know this API key.")


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/credits"): account.get_credits,
    ("GET", "/key"): account.get_key,
    ("GET", "/keys"): account.list_keys,
    ("POST", "/auth/keys"): account.exchange_code,
    ("POST", "/oauth/token"): account.exchange_token,
    ("GET", "/models"): offers.list_models,
    ("GET", "/models/count"): offers.count_models,
    ("GET", "/tools/{name}"): offers.get_tool,
    ("POST", "/chat/completions"): chat.send,
    ("POST", "/responses"): responses.send,
    ("POST", "/messages"): anthropic.send,
    ("POST", "/images"): images.create,
    ("GET", "/files"): files.list_files,
    ("POST", "/files"): files.upload,
    ("GET", "/files/{file_id}"): files.get,
    ("GET", "/files/{file_id}/content"): files.download,
    ("DELETE", "/files/{file_id}"): files.delete,
    ("POST", "/audio/speech"): media.speak,
    ("POST", "/audio/transcriptions"): media.transcribe,
    ("POST", "/videos"): media.start_video,
    ("GET", "/videos/{job_id}"): media.get_video,
    ("GET", "/videos/{job_id}/content"): media.download_video,
}
