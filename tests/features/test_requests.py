"""Bodies in the forms that OpenRouter's guides show, feature by feature, in values of our own: they go out as given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .support import Body, Sender

ASK: Body = {"messages": [{"role": "user", "content": "Which way to the sea?"}]}
FUNCTION: Body = {"name": "tide", "description": "The tide.", "parameters": {"type": "object", "properties": {}}}
SCHEMA: Body = {"type": "object", "properties": {"metres": {"type": "number"}}, "required": ["metres"]}


def said(*parts: Body) -> Body:
    return {"messages": [{"role": "user", "content": list(parts)}]}


CHAT: dict[str, Body] = {
    "order of providers": {"provider": {"order": ["nebius", "Azure"], "allow_fallbacks": False}},
    "only and ignored providers": {"provider": {"only": ["nebius"], "ignore": ["Together"]}},
    "providers that know all parameters": {"provider": {"require_parameters": True}},
    "data collection": {"provider": {"data_collection": "deny"}},
    "zero data retention": {"provider": {"zdr": True}},
    "text that may be distilled": {"provider": {"enforce_distillable_text": True}},
    "quantizations": {"provider": {"quantizations": ["fp8", "int4"]}},
    "sorting": {"provider": {"sort": "latency"}},
    "sorting across models": {"provider": {"sort": {"by": "price", "partition": "none"}}},
    "highest prices as numbers": {"provider": {"max_price": {"prompt": 1, "completion": 2.5, "request": 0}}},
    "highest prices as texts": {"provider": {"max_price": {"prompt": "1", "image": "0.02"}}},
    "throughput and latency": {"provider": {"preferred_min_throughput": {"p90": 40}, "preferred_max_latency": 2.5}},
    "options of a provider": {"provider": {"options": {"openai": {"store": False}}}},
    "fallback models": {"models": ["north/small", "south/large"], "route": "fallback"},
    "a variant": {"model": "north/small:nitro"},
    "the auto router": {"model": "openrouter/auto", "plugins": [{"id": "auto-router", "allowed_models": ["north/*"]}]},
    "a preset by name": {"preset": "brief"},
    "a preset as model": {"model": "@preset/brief"},
    "a preset beside a model": {"model": "north/small@preset/brief"},
    "effort of reasoning": {"reasoning": {"effort": "high"}},
    "tokens of reasoning": {"reasoning": {"max_tokens": 900}},
    "hidden reasoning": {"reasoning": {"effort": "low", "exclude": True}},
    "reasoning by default": {"reasoning": {"enabled": True}},
    "no reasoning": {"reasoning": {"enabled": False}},
    "reasoning of old": {"include_reasoning": True},
    "effort in OpenAI's form": {"reasoning_effort": "minimal"},
    "verbosity": {"verbosity": "xhigh"},
    "caching of a part": said({"type": "text", "text": "A long text", "cache_control": {"type": "ephemeral"}}),
    "caching for an hour": said(
        {"type": "text", "text": "A long text", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    ),
    "caching of the whole": {"cache_control": {"type": "ephemeral"}},
    "caching by key": {"prompt_cache_key": "k-1"},
    "tools": {
        "tools": [{"type": "function", "function": FUNCTION}],
        "tool_choice": {"type": "function", "function": {"name": "tide"}},
        "parallel_tool_calls": False,
    },
    "tools in the form of responses": {
        "tools": [{"type": "openrouter:tool_search"}, {"type": "function", **FUNCTION, "defer_loading": True}]
    },
    "the result of a tool": {
        "messages": [
            {"role": "user", "content": "How high is the tide?"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "tide", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "c1", "name": "tide", "content": '{"metres": 2.5}'},
        ]
    },
    "JSON": {"response_format": {"type": "json_object"}},
    "JSON by a schema": {
        "response_format": {"type": "json_schema", "json_schema": {"name": "tide", "strict": True, "schema": SCHEMA}},
        "structured_outputs": True,
    },
    "healing of answers": {"plugins": [{"id": "response-healing"}]},
    "web search": {"plugins": [{"id": "web", "engine": "exa", "max_results": 2, "search_prompt": "Found:"}]},
    "web search in certain sites": {
        "plugins": [{"id": "web", "include_domains": ["sea.test"], "exclude_domains": ["*.lake.test"]}]
    },
    "web search by model": {"model": "north/small:online"},
    "web search of the provider": {"web_search_options": {"search_context_size": "low", "of_tomorrow": 1}},
    "web search as a tool": {"tools": [{"type": "openrouter:web_search", "parameters": {"max_uses": 3}}]},
    "search on X": {
        "plugins": [{"id": "web"}],
        "x_search_filter": {"allowed_x_handles": ["sea"], "from_date": "2026-01-31", "to_date": "2026-02-28"},
    },
    "steps of server tools": {"tools": [{"type": "openrouter:web_fetch"}], "max_tool_calls": 5},
    "an end of server tools": {"stop_server_tools_when": [{"type": "max_cost", "max_cost_in_dollars": 0.5}]},
    "a PDF by address": said({"type": "file", "file": {"filename": "a.pdf", "file_data": "https://sea.test/a.pdf"}}),
    "a PDF and its engine": {
        **said({"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,QQ=="}}),
        "plugins": [{"id": "file-parser", "pdf": {"engine": "mistral-ocr"}}],
    },
    "a PDF parsed before": {
        "messages": [
            {"role": "user", "content": "What does it say?"},
            {
                "role": "assistant",
                "content": "Little.",
                "annotations": [
                    {
                        "type": "file",
                        "file": {
                            "hash": "h1",
                            "name": "a.pdf",
                            "content": [
                                {"type": "text", "text": "Little."},
                                {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
                            ],
                        },
                    }
                ],
            },
            {"role": "user", "content": "Nothing else?"},
        ]
    },
    "citations of before": {
        "messages": [
            {
                "role": "assistant",
                "content": "That way.",
                "annotations": [
                    {"type": "url_citation", "url_citation": {"url": "https://sea.test", "title": "Sea"}},
                    {"type": "of_tomorrow", "x": 1},
                ],
            }
        ]
    },
    "an image": said({"type": "image_url", "image_url": {"url": "https://sea.test/a.png", "detail": "low"}}),
    "images that come": {"modalities": ["image", "text"], "image_config": {"aspect_ratio": "16:9", "image_size": "2K"}},
    "images of before": {
        "messages": [
            {
                "role": "assistant",
                "content": "Here",
                "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}],
            }
        ]
    },
    "audio": said({"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}),
    "audio that comes": {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}},
    "a video": said({"type": "video_url", "video_url": {"url": "https://sea.test/a.mp4"}}),
    "usage accounting of old": {"usage": {"include": True}},
    "message transforms of old": {"transforms": ["middle-out"]},
    "no message transforms": {"transforms": []},
    "compression of the context": {"plugins": [{"id": "context-compression", "enabled": False}]},
    "moderation": {"plugins": [{"id": "moderation"}]},
    "a plugin of tomorrow": {"plugins": [{"id": "of-tomorrow", "enabled": True, "x": 1}]},
    "the user": {"user": "u-1"},
    "a session": {"session_id": "s-1"},
    "metadata": {"metadata": {"team": "blue"}},
    "a trace": {"trace": {"trace_id": "t-1", "span_name": "plan", "team": "blue", "tries": [1, 2]}},
    "several choices": {"n": 2},
    "bias of tokens": {"logit_bias": {"50256": -100}},
    "probabilities": {"logprobs": True, "top_logprobs": 4},
    "a prediction": {"prediction": {"type": "content", "content": "That way"}},
    "sampling": {"top_k": 40, "top_p": 0.9, "min_p": 0.1, "top_a": 0.2, "repetition_penalty": 1.1, "seed": 7},
    "penalties": {"frequency_penalty": 0.5, "presence_penalty": -0.5},
    "an end": {"stop": ["\n\n"], "max_tokens": 64, "max_completion_tokens": 64},
    "a service tier": {"service_tier": "flex"},
    "prefill": {"messages": [{"role": "user", "content": "The sea is"}, {"role": "assistant", "content": "very"}]},
    "what is sent upstream": {"debug": {"echo_upstream_body": True}},
    "deferred tools": {"tools": [{"type": "openrouter:tool_search", "parameters": {"max_results": 3}}]},
    "images as a tool": {
        "tools": [{"type": "openrouter:image_generation", "parameters": {"model": "north/pixels", "quality": "low"}}]
    },
}

OTHERS: dict[str, tuple[str, Body]] = {
    "responses: reasoning": ("responses_send", {"input": "Why?", "reasoning": {"max_tokens": 9, "exclude": True}}),
    "responses: a preset": ("responses_send", {"input": "Why?", "preset": "brief"}),
    "responses: search on X": ("responses_send", {"input": "?", "x_search_filter": {"excluded_x_handles": ["lake"]}}),
    "responses: a trace": ("responses_send", {"input": "Why?", "trace": {"team": "blue"}}),
    "responses: web search": ("responses_send", {"input": "?", "plugins": [{"id": "web", "max_results": 3}]}),
    "responses: tools": (
        "responses_send",
        {
            "input": "?",
            "tools": [{"type": "function", **FUNCTION}],
            "tool_choice": {"type": "function", "name": "tide"},
        },
    ),
    "responses: a call and its result": (
        "responses_send",
        {
            "input": [
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "How high?"}]},
                {"type": "function_call", "id": "f1", "call_id": "c1", "name": "tide", "arguments": "{}"},
                {"type": "function_call_output", "id": "o1", "call_id": "c1", "output": "2.5"},
            ]
        },
    ),
    "messages: fallbacks": (
        "messages_create",
        {"model": "north/small", "max_tokens": 9, **ASK, "fallbacks": [{"model": "south/large"}]},
    ),
    "messages: tools": (
        "messages_create",
        {
            "model": "north/small",
            "max_tokens": 9,
            **ASK,
            "tools": [
                {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
                {"type": "custom", "name": "tide", "input_schema": {**SCHEMA, "additionalProperties": False}},
                {"type": "of_tomorrow", "name": "x", "more": [1]},
            ],
        },
    ),
    "messages: caching and thinking": (
        "messages_create",
        {
            "model": "north/small",
            "max_tokens": 9000,
            **ASK,
            "thinking": {"type": "enabled", "budget_tokens": 2000},
            "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        },
    ),
    "embeddings": (
        "embeddings_generate",
        {"model": "north/vectors", "input": ["sea", "lake"], "dimensions": 8, "provider": {"data_collection": "deny"}},
    ),
    "embeddings of images": (
        "embeddings_generate",
        {
            "model": "north/vectors",
            "input": [{"content": [{"type": "image_url", "image_url": {"url": "https://sea.test/a.png"}}]}],
            "encoding_format": "float",
        },
    ),
    "rerank": ("rerank_rerank", {"model": "north/ranks", "query": "sea", "documents": ["a", "b"], "top_n": 1}),
    "images": (
        "images_generate",
        {
            "model": "north/pixels",
            "prompt": "The sea",
            "n": 2,
            "size": "2K",
            "output_format": "webp",
            "output_compression": 80,
            "background": "opaque",
            "input_references": [{"type": "image_url", "image_url": {"url": "https://sea.test/a.png"}}],
            "provider": {"only": ["nebius"], "allow_fallbacks": False, "options": {"nebius": {"steps": 30}}},
        },
    ),
    "a video": (
        "video_generation_generate",
        {
            "model": "north/frames",
            "prompt": "Waves",
            "duration": 8,
            "resolution": "720p",
            "aspect_ratio": "16:9",
            "generate_audio": False,
            "frame_images": [
                {"type": "image_url", "image_url": {"url": "https://sea.test/a.png"}, "frame_type": "first_frame"}
            ],
            "provider": {"options": {"google-vertex": {"parameters": {"personGeneration": "allow"}}}},
        },
    ),
    "speech": (
        "tts_create_speech",
        {"model": "north/voice", "input": "The sea", "voice": "alloy", "response_format": "mp3", "speed": 1.5},
    ),
    "transcription": (
        "stt_create_transcription",
        {"model": "north/ears", "input_audio": {"data": "UklGRg==", "format": "wav"}, "language": "en"},
    ),
    "OAuth with PKCE": (
        "oauth_exchange_auth_code_for_api_key",
        {"code": "c", "code_verifier": "v", "code_challenge_method": "S256"},
    ),
    "an own provider key": ("byok_create", {"provider": "openai", "key": "sk-own", "name": "ours"}),
}

BODIES = {**{f"chat: {name}": ("chat_send", {**ASK, **body}) for name, body in CHAT.items()}, **OTHERS}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_as_the_guides_show_it_goes_out_as_given(send: Sender, name: str) -> None:
    function, body = BODIES[name]
    result = send(function, **body)
    assert send.requests, result
    assert send.sent() == body


@pytest.mark.parametrize("name", ["responses: a trace", "messages: fallbacks", "chat: a trace"])
def test_headers_that_the_guides_show_go_out(send: Sender, name: str) -> None:
    function, body = BODIES[name]
    headers = {"X-OpenRouter-Cache": "true", "X-OpenRouter-Cache-TTL": "600"}
    send(function, extra_headers=headers, x_openrouter_metadata="enabled", **body)
    sent = send.requests[0].headers
    assert {name: sent[name] for name in headers} == headers
    assert sent["X-OpenRouter-Metadata"] == "enabled"
