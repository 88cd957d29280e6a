"""Chat, with our function."""

import sys
import time

from openrouter_sdk.core import OpenRouterCore
from openrouter_sdk.funcs.chat_send import chat_send

core = OpenRouterCore(api_key="sk-or-v1-bench", server_url=sys.argv[1])
found = chat_send(core, model="openai/gpt-5-mini", messages=[{"role": "user", "content": "Hello"}]).unwrap()
print(time.process_time(), found.choices[0].message.content)
