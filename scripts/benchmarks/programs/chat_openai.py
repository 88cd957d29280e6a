"""Chat, with the openai package."""

import sys
import time
from importlib import import_module

messages = [{"role": "user", "content": "Hello"}]
client = import_module("openai").OpenAI(api_key="sk-or-v1-bench", base_url=sys.argv[1])
found = client.chat.completions.create(model="openai/gpt-5-mini", messages=messages)
print(time.process_time(), found.choices[0].message.content)
