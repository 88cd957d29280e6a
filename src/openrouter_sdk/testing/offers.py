"""What is on offer: models and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalogue import MODELS
from .handling import BASE_PATH, LARGEST_OFFSET, Object, Refusal, State, path_value, query_int
from .messages import Reply

if TYPE_CHECKING:
    from .messages import RecordedRequest

_DEFAULT_PAGE, _LARGEST_PAGE = 500, 1000  # models per page
_TOOL, _FORMER_TOOL = "web_search", "web-search"


def list_models(request: RecordedRequest, _state: State) -> Reply:
    """Answer GET /models, in pages."""
    offset = query_int(request, "offset", default=0, least=0, most=LARGEST_OFFSET)
    limit = query_int(request, "limit", default=_DEFAULT_PAGE, least=1, most=_LARGEST_PAGE)
    end = offset + limit
    following = f"{BASE_PATH}/models?offset={end}&limit={limit}" if end < len(MODELS) else None
    return Reply(body={"data": MODELS[offset:end], "total_count": len(MODELS), "links": {"next": following}})


def count_models(_request: RecordedRequest, _state: State) -> Reply:
    """Answer GET /models/count."""
    return Reply(body={"data": {"count": len(MODELS)}})


def get_tool(request: RecordedRequest, _state: State) -> Reply:
    """Answer GET /tools/{name}: there is one tool, to which a former name of it leads."""
    name = path_value(request)
    if name == _FORMER_TOOL:
        return Reply(308, headers={"location": f"{BASE_PATH}/tools/{_TOOL}"})
    if name != _TOOL:
        raise Refusal(404, f"FakeOpenRouter has no tool but {_TOOL!r}.")
    return Reply(body={"data": _tool()})


def _tool() -> Object:
    return {
        "id": f"openrouter:{_TOOL}",
        "name": "Web Search",
        "summary": "Searches the web, if this weren't a fake.",
        "tool_description": "Find pages by keywords.",
        "status": "active",
        "aliases": [],
        "engines": [],
        "default_engine": None,
        "fallback_engine": None,
        "docs_url": "https://openrouter.ai/docs",
        "input_schema": {"type": "object", "properties": {"query": {"type": "string"}}},
        "output_schema": None,
        "parameters_schema": {"type": "object", "properties": {}},
        "native_support": {"endpoint_count": 0, "model_count": 0, "models": []},
        "supported_api_formats": ["responses", "chat-completions"],
    }
