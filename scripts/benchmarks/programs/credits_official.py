"""Credits, with the official package."""

import sys
import time
from importlib import import_module

client = import_module("openrouter").OpenRouter(api_key="sk-or-v1-bench", server_url=sys.argv[1])
found = client.credits.get_credits().data
print(time.process_time(), found.total_credits)
