"""Importing our package."""

import time

import openrouter_sdk

print(time.process_time(), openrouter_sdk.__name__)
