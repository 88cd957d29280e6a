from __future__ import annotations

import pytest

from .support import Sender


@pytest.fixture(params=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Sender:
    return Sender(is_async=request.param == "async")
