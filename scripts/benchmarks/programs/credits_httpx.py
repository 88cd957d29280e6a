"""Credits, with plain httpx and two fields validated."""

import sys
import time

import httpx
from pydantic import BaseModel


class Credits(BaseModel):
    """The two fields."""

    total_credits: float
    total_usage: float


client = httpx.Client(headers={"Authorization": "Bearer sk-or-v1-bench"})
found = Credits.model_validate(client.get(f"{sys.argv[1]}/credits").json()["data"])
print(time.process_time(), found.total_credits)
