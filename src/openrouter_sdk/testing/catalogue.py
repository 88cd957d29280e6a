"""The models that the fake offers. The names are real; dates, sizes and prices are only plausible."""

from __future__ import annotations

from typing import Any, NamedTuple


class _Entry(NamedTuple):
    id: str
    name: str
    tokenizer: str
    created: int  # Unix seconds
    context: int  # tokens
    prompt_price: float  # USD per million tokens
    completion_price: float  # USD per million tokens
    inputs: tuple[str, ...]


_TEXT = ("text",)
_SIGHT = ("text", "image")
_OMNI = ("text", "image", "file", "audio", "video")

_ENTRIES = (
    _Entry("openai/gpt-5.2", "OpenAI: GPT-5.2", "GPT", 1765400000, 400_000, 1.75, 14, _SIGHT),
    _Entry("openai/gpt-5-mini", "OpenAI: GPT-5 Mini", "GPT", 1754500000, 400_000, 0.25, 2, _SIGHT),
    _Entry("openai/gpt-oss-120b", "OpenAI: gpt-oss-120b", "GPT", 1754400000, 131_072, 0.05, 0.25, _TEXT),
    _Entry("anthropic/claude-opus-4.5", "Anthropic: Claude Opus 4.5", "Claude", 1764000000, 200_000, 5, 25, _SIGHT),
    _Entry("anthropic/claude-haiku-4.5", "Anthropic: Claude Haiku 4.5", "Claude", 1760500000, 200_000, 1, 5, _SIGHT),
    _Entry("google/gemini-2.5-pro", "Google: Gemini 2.5 Pro", "Gemini", 1750100000, 1_048_576, 1.25, 10, _OMNI),
    _Entry("google/gemini-2.5-flash", "Google: Gemini 2.5 Flash", "Gemini", 1750100000, 1_048_576, 0.3, 2.5, _OMNI),
    _Entry("deepseek/deepseek-v3.2", "DeepSeek: DeepSeek V3.2", "DeepSeek", 1764600000, 163_840, 0.28, 0.42, _TEXT),
    _Entry("qwen/qwen3-coder", "Qwen: Qwen3 Coder", "Qwen3", 1753200000, 262_144, 0.22, 0.95, _TEXT),
    _Entry("mistralai/mistral-medium-3.1", "Mistral: Medium 3.1", "Mistral", 1755100000, 131_072, 0.4, 2, _SIGHT),
    _Entry("meta-llama/llama-4-maverick", "Meta: Llama 4 Maverick", "Llama4", 1743900000, 1_048_576, 0.15, 0.6, _SIGHT),
    _Entry("x-ai/grok-4", "xAI: Grok 4", "Grok", 1752100000, 256_000, 3, 15, _SIGHT),
)


def _model(entry: _Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "canonical_slug": entry.id,
        "name": entry.name,
        "description": f"{entry.name}, as imitated by FakeOpenRouter.",
        "created": entry.created,
        "context_length": entry.context,
        "architecture": _architecture(entry),
        "pricing": {
            "prompt": _per_token(entry.prompt_price),
            "completion": _per_token(entry.completion_price),
            "request": "0",
            "image": "0",
        },
        "top_provider": {
            "context_length": entry.context,
            "max_completion_tokens": entry.context // 4,
            "is_moderated": False,
        },
        "per_request_limits": None,
        "supported_parameters": ["max_tokens", "seed", "stop", "temperature", "tool_choice", "tools", "top_p"],
        "default_parameters": None,
        "supported_voices": None,
        "knowledge_cutoff": None,
        "expiration_date": None,
        "links": {"details": f"/api/v1/models/{entry.id}/endpoints"},
    }


def _architecture(entry: _Entry) -> dict[str, Any]:
    return {
        "modality": f"{'+'.join(entry.inputs)}->text",
        "input_modalities": list(entry.inputs),
        "output_modalities": ["text"],
        "tokenizer": entry.tokenizer,
        "instruct_type": None,
    }


def _per_token(usd_per_million: float) -> str:
    return f"{usd_per_million / 1_000_000:.8f}".rstrip("0")


MODELS: tuple[dict[str, Any], ...] = tuple(_model(entry) for entry in _ENTRIES)
