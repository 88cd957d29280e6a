"""What the tests of this folder share beside fixtures."""

from __future__ import annotations

import asyncio
import json
from importlib import import_module
from typing import Any

import httpx

from openrouter_sdk import OpenRouterCore

Body = dict[str, Any]


class Sender:
    """Calls functions in one colour, over clients that send nothing: they record the request, and answer `reply`."""

    def __init__(self, *, is_async: bool) -> None:
        self.is_async = is_async
        self.requests: list[httpx.Request] = []
        self.reply: str | Body = {}
        transport = httpx.MockTransport(self._answer)
        self.core = OpenRouterCore(
            api_key="sk-or-v1-0123456789abcdef",
            http_client=httpx.Client(transport=transport),
            async_http_client=httpx.AsyncClient(transport=transport),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self.reply, str):
            return httpx.Response(200, text=self.reply, headers={"Content-Type": "text/event-stream"})
        return httpx.Response(200, json=self.reply)

    def __call__(self, function: str, **arguments: Any) -> Any:
        """Call a function of the API by its name, and return its result."""
        module = import_module(f"openrouter_sdk.funcs.{function}")
        if not self.is_async:
            return getattr(module, function)(self.core, **arguments)
        return asyncio.run(getattr(module, f"{function}_async")(self.core, **arguments))

    def sent(self) -> Body:
        """Return the body of the one request."""
        [request] = self.requests
        body: Body = json.loads(request.content)
        return body
