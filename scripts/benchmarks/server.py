"""A server that answers as fast as it can: canned bytes for each path."""

from __future__ import annotations

import asyncio
import json

CREDITS = {"data": {"total_credits": 100.5, "total_usage": 25.75}}
CHAT = {
    "id": "gen-1",
    "object": "chat.completion",
    "created": 1765400000,
    "model": "openai/gpt-5-mini",
    "system_fingerprint": None,
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "native_finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "Hello! How can I help you today?", "refusal": None},
        }
    ],
    "usage": {
        "prompt_tokens": 18,
        "completion_tokens": 9,
        "total_tokens": 27,
        "cost": 0.0000225,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    },
}
ERROR = {"error": {"code": 401, "message": "No auth credentials found"}}


def _model(number: int) -> dict[str, object]:
    return {
        "id": f"maker/model-{number}",
        "canonical_slug": f"maker/model-{number}",
        "name": f"Maker: Model {number}",
        "created": 1765400000 + number,
        "description": "A model among many. " * 10,
        "context_length": 200000,
        "architecture": {
            "modality": "text+image->text",
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "tokenizer": "GPT",
            "instruct_type": None,
        },
        "pricing": {"prompt": "0.00000125", "completion": "0.00001", "request": "0", "image": "0"},
        "top_provider": {"context_length": 200000, "max_completion_tokens": 64000, "is_moderated": True},
        "per_request_limits": None,
        "supported_parameters": ["max_tokens", "temperature", "tools", "tool_choice", "stop", "seed"],
        "default_parameters": {"temperature": None, "top_p": None, "frequency_penalty": None},
        "supported_voices": None,
        "knowledge_cutoff": None,
        "links": {"details": f"/api/v1/models/maker/model-{number}/endpoints"},
    }


MODELS = {"data": [_model(number) for number in range(400)], "total_count": 400, "links": {"next": None}}


def _reply(status: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    return b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
        status.encode(),
        len(content),
        content,
    )


REPLIES = {
    b"/api/v1/credits": _reply("200 OK", CREDITS),
    b"/api/v1/chat/completions": _reply("200 OK", CHAT),
    b"/api/v1/models": _reply("200 OK", MODELS),
    b"/refused/v1/credits": _reply("401 Unauthorized", ERROR),
}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            writer.write(REPLIES[head.split(b" ", 2)[1].split(b"?")[0]])
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    """Print the port, and serve until killed."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
