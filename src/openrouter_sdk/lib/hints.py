"""What people mean by names that this package doesn't have: typos, camel case, and other SDKs' names.

The tables give openai's, anthropic's, litellm's, the official SDK's and its TypeScript twin's names. A hint is only
given for a name that exists where it is given.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_SECONDS = ", in seconds"
_COUNT = ": how many times to try again"

# An argument elsewhere -> ours, the first that the operation has, and what to know about it.
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "api_base": ("server_url",),
    "base_url": ("server_url",),
    "body": ("extra_body",),
    "categories": ("app_categories",),
    "default_headers": ("extra_headers",),
    "default_query": ("extra_query",),
    "engine": ("model",),
    "file_path": ("file",),
    "function_call": ("tool_choice",),
    "functions": ("tools",),
    "headers": ("extra_headers",),
    "history": ("messages", "input"),
    "http_headers": ("extra_headers",),
    "input": ("messages", "query", "prompt"),
    "instructions": ("system", "messages"),
    "json_body": ("extra_body",),
    "key_name": ("name",),
    "max_completion_tokens": ("max_tokens", "max_output_tokens"),
    "max_new_tokens": ("max_tokens", "max_output_tokens"),
    "max_output_tokens": ("max_completion_tokens", "max_tokens"),
    "max_retries": ("retries",),
    "max_tokens": ("max_output_tokens",),
    "message": ("messages", "input"),
    "messages": ("input",),
    "model_id": ("model",),
    "model_name": ("model",),
    "num_retries": ("retries",),
    "params": ("extra_query",),
    "prompt": ("messages", "input"),
    "query": ("extra_query", "q"),
    "query_params": ("extra_query",),
    "referer": ("http_referer",),
    "request_timeout": ("timeout",),
    "response_format": ("text",),
    "retry_config": ("retries",),
    "search": ("q", "query"),
    "server": ("server_url",),
    "site_name": ("app_title",),
    "site_url": ("http_referer",),
    "stop": ("stop_sequences",),
    "stop_sequences": ("stop",),
    "system": ("instructions", "messages"),
    "system_prompt": ("system", "instructions", "messages"),
    "text": ("input",),
    "texts": ("input",),
    "timeout_ms": ("timeout",),
    "timeout_seconds": ("timeout",),
    "title": ("app_title",),
    "top_k_results": ("top_n",),
    "url": ("server_url",),
    "x_open_router_categories": ("app_categories",),
    "x_open_router_title": ("app_title",),
    "x_title": ("app_title",),
}
# What is set once, for all calls.
_OF_THE_CORE = frozenset({
    "api_key", "async_client", "async_http_client", "client", "debug_logger", "hooks", "http_client", "logger",
    "strict", "user_agent",
})  # fmt: skip

# A constructor's option elsewhere -> ours.
_OPTIONS = {
    "api_base": "server_url",
    "async_client": "async_http_client",
    "base_url": "server_url",
    "bearer_auth": "api_key",
    "bearer_token": "api_key",
    "categories": "app_categories",
    "client": "http_client",
    "debug_logger": "logger",
    "http_async_client": "async_http_client",
    "key": "api_key",
    "max_retries": "retries",
    "num_retries": "retries",
    "openrouter_api_key": "api_key",
    "referer": "http_referer",
    "request_timeout": "timeout",
    "retry_config": "retries",
    "security": "api_key",
    "server_idx": "server",
    "site_name": "app_title",
    "site_url": "http_referer",
    "timeout_ms": "timeout",
    "timeout_seconds": "timeout",
    "title": "app_title",
    "token": "api_key",
    "url": "server_url",
    "x_open_router_categories": "app_categories",
    "x_open_router_title": "app_title",
    "x_title": "app_title",
}
_PER_CALL = {
    "body": "extra_body",
    "default_headers": "extra_headers",
    "default_query": "extra_query",
    "extra_body": "extra_body",
    "extra_headers": "extra_headers",
    "extra_query": "extra_query",
    "headers": "extra_headers",
    "params": "extra_query",
}
_NOTES = {
    **dict.fromkeys(("timeout_ms", "request_timeout", "timeout_seconds"), _SECONDS),
    **dict.fromkeys(("max_retries", "num_retries", "retry_config"), _COUNT),
}

# A client's attribute elsewhere -> ours.
_RESOURCES = {
    "account": "credits",
    "activity": "analytics",
    "audio": "stt or client.tts",
    "auth": "oauth",
    "batches": "batch",
    "completions": "chat",
    "completion": "chat.send",
    "embedding": "embeddings",
    "generation": "generations",
    "image": "images",
    "key": "api_keys",
    "keys": "api_keys",
    "message": "messages",
    "model": "models",
    "o_auth": "oauth",
    "provider": "providers",
    "response": "responses",
    "speech": "tts",
    "transcriptions": "stt",
    "video": "video_generation",
    "videos": "video_generation",
}
# A method elsewhere -> ours, the first that the resource has; and what openai keeps another level down.
_METHODS: dict[str, tuple[str, ...]] = {
    "completions": ("send",),
    "content": ("download",),
    "complete": ("send", "create"),
    "create": ("send", "generate", "create", "upload", "create_speech", "create_transcription"),
    "create_async": ("send_async", "generate_async", "create_async", "upload_async"),
    "delete": ("delete",),
    "generate": ("create", "send"),
    "get": ("list", "get"),
    "invoke": ("send", "create", "generate"),
    "parse": ("send",),
    "query": ("send", "create"),
    "retrieve": ("get", "retrieve"),
    "run": ("send", "create"),
    "send": ("create", "generate"),
    "speech": ("create_speech",),
    "stream": ("send", "create", "generate"),
    "transcriptions": ("create_transcription",),
    "update": ("update",),
}
_CLASSES = frozenset({
    "Anthropic", "AsyncAnthropic", "AsyncClient", "AsyncOpenAI", "AsyncOpenRouter", "Client", "OpenAI",
    "OpenRouterAsync", "OpenRouterClient", "Openrouter",
})  # fmt: skip


def for_argument(name: str, known: Collection[str], *, has_body: bool) -> str:
    """Return what to add to "There is no such argument"."""
    snake = snake_case(name)
    ours = next((mine for mine in _ARGUMENTS.get(snake, ()) if mine in known), None)
    if snake in known or ours:
        return f"; did you mean {snake if snake in known else ours!r}{_NOTES.get(snake, '')}?"
    if snake in _OF_THE_CORE:
        option = _OPTIONS.get(snake, snake)
        return f"; it belongs to the core or client: .with_options({option}=...) makes a changed copy"
    close = difflib.get_close_matches(snake, known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f". To send it all the same, put it into {'extra_body' if has_body else 'extra_query'}"


def for_option(name: str, known: Collection[str]) -> str:
    """Return what to add to "unexpected argument" of a constructor."""
    snake = snake_case(name)
    ours = snake if snake in known else _OPTIONS.get(snake)
    if ours:
        return f"; did you mean {ours!r}{_NOTES.get(snake, '')}?"
    if snake in _PER_CALL:
        return f"; give {_PER_CALL[snake]!r} to a call, or an http_client that has it"
    return _close(snake, known, repr)


def for_resource(name: str, known: Iterable[str]) -> str:
    """Return what to add to "no attribute" of a client."""
    snake = snake_case(name)
    known = list(known)
    ours = snake if snake in known else _RESOURCES.get(snake)
    return f"; did you mean client.{ours}?" if ours else _close(snake, known, "client.{}".format)


def for_method(name: str, known: Iterable[str]) -> str:
    """Return what to add to "no attribute" of a resource."""
    snake = snake_case(name)
    known = list(known)
    meant = [snake, *_METHODS.get(snake, ()), *(mine for mine in known if mine.startswith(f"{snake}_"))]
    ours = next((mine for mine in meant if mine in known), None)
    if ours is None:
        return _close(snake, known, ".{}(...)".format)
    return f"; did you mean .{ours}({'stream=True, ' if snake == 'stream' else ''}...)?"


def for_class(name: str) -> str:
    """Return what to add to "no attribute" of the package."""
    if name not in _CLASSES:
        return ""
    twin = ", whose asynchronous methods end in _async: await client.chat.send_async(...)" if "Async" in name else ""
    return f"; the client is OpenRouter{twin}"


def _close(name: str, known: Collection[str], shown: Callable[[str], str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {shown(close[0])}?" if close else ""


def snake_case(name: str) -> str:
    """Return `serverURL` as `server_url`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-", "_", name).lower()
