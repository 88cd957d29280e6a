"""Chat, with the official package."""

import sys
import time
from importlib import import_module

messages = [{"role": "user", "content": "Hello"}]
client = import_module("openrouter").OpenRouter(api_key="sk-or-v1-bench", server_url=sys.argv[1])
found = client.chat.send(model="openai/gpt-5-mini", messages=messages)
print(time.process_time(), found.choices[0].message.content)
