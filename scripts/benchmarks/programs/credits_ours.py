"""Credits, with our function."""

import sys
import time

from openrouter_sdk.core import OpenRouterCore
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits

core = OpenRouterCore(api_key="sk-or-v1-bench", server_url=sys.argv[1])
found = credits_get_credits(core).unwrap().data
print(time.process_time(), found.total_credits)
