"""Importing the official package."""

import time

openrouter = __import__("openrouter")
print(time.process_time(), openrouter.__name__)
