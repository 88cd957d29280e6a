"""Importing the openai package."""

import time

openai = __import__("openai")
print(time.process_time(), openai.__name__)
