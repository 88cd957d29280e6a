"""Chat, with plain httpx; pydantic's BaseModel is imported, as in every program that goes on to validate something."""

import sys
import time

import httpx
from pydantic import BaseModel

messages = [{"role": "user", "content": "Hello"}]
client = httpx.Client(headers={"Authorization": "Bearer sk-or-v1-bench"})
body = {"model": "openai/gpt-5-mini", "messages": messages}
found = client.post(f"{sys.argv[1]}/chat/completions", json=body).json()
print(time.process_time(), BaseModel.__name__, found["choices"][0]["message"]["content"])
