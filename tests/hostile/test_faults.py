"""Whatever a server does: the right outcome in every face, no request too many, and the next call is right."""

from __future__ import annotations

import pickle
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import OpenRouter
from openrouter_sdk.errors import ConnectionError, ResponseError  # noqa: A004  # ours

from .faults import FAULTS, Fault
from .kinds import KINDS, Face, Kind, Outcome, quietly

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from .server import HostileServer

STYLES = ("function", "method")


@pytest.fixture(params=["own", "injected"])
def client(request: pytest.FixtureRequest, server: HostileServer, loop: asyncio.AbstractEventLoop) -> Iterator[Any]:
    """A client with its own connections, and one whose pools have room for one."""
    options: Any = {"limits": httpx.Limits(max_connections=1), "timeout": httpx.Timeout(5, pool=1), "verify": False}
    http, async_http = httpx.Client(**options), httpx.AsyncClient(**options)
    given: Any = {"http_client": http, "async_http_client": async_http} if request.param == "injected" else {}
    client = OpenRouter(api_key="k", server_url=server.url, retries=1, **given)
    yield client
    loop.run_until_complete(client.aclose())
    http.close()
    loop.run_until_complete(async_http.aclose())


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_has_its_outcome_and_no_other_effect(  # noqa: PLR0913, PLR0917  # the sweep's axes
    server: HostileServer, client: OpenRouter, loop: asyncio.AbstractEventLoop, fault: Fault, kind: Kind, colour: str
) -> None:
    outcomes: list[Outcome] = []
    for style in STYLES:
        face = Face(loop, colour, style)
        outcomes.append(_misbehave(server, client, face, fault, kind))
        _behave(server, client, face, kind)
    function, method = outcomes
    assert type(function.error) is type(method.error)


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nobody_listens(server: HostileServer, loop: asyncio.AbstractEventLoop, kind: Kind, colour: str) -> None:
    with socket.socket() as bound:  # it keeps the port, and accepts nothing
        bound.bind(("127.0.0.1", 0))
        with OpenRouter(api_key="k", server_url=f"http://127.0.0.1:{bound.getsockname()[1]}", retries=1) as client:
            for style in STYLES:
                face = Face(loop, colour, style)
                outcome: Outcome = quietly(partial(face.perform, client, kind, server.number()))
                assert isinstance(outcome.error, ConnectionError), outcome
            loop.run_until_complete(client.aclose())


def _misbehave(server: HostileServer, client: OpenRouter, face: Face, fault: Fault, kind: Kind) -> Outcome:
    options = {} if fault.timeout is None else {"timeout": fault.timeout}
    number = server.number()
    server.answer(kind, fault)
    server.beside.answer(kind)
    outcome: Outcome = quietly(lambda: face.perform(client, kind, number, **options))
    assert outcome.names & fault.expected(kind), repr(outcome.error) if outcome.error else outcome.values
    assert server.tries(number) in fault.allowed_tries(kind)
    if outcome.error is not None:
        _check_error(outcome.error, fault)
    _check_redirected(server, kind)
    return outcome


def _check_error(error: Exception, fault: Fault) -> None:
    assert fault.says in str(error)
    assert type(pickle.loads(pickle.dumps(error))) is type(error)  # noqa: S301  # what was just pickled
    repr(error)
    if isinstance(error, ResponseError):
        assert fault.status in {None, error.status_code}
        assert isinstance(error.body, str)
        assert error.retry_after is None or error.retry_after >= 0


def _check_redirected(server: HostileServer, kind: Kind) -> None:
    """Nothing that was sent gets lost on the way, nor does it go to another origin."""
    assert len({request.body.count(b"x") > 1000 for request in server.requests}) <= 1
    assert {request.method for request in server.requests} <= {"POST" if kind.is_post else "GET"}
    for request in server.beside.requests:
        assert (request.method, request.body) == ("GET", b"")
        assert "authorization" not in request.headers


def _behave(server: HostileServer, client: OpenRouter, face: Face, kind: Kind) -> None:
    """The next calls get their own answers, at the first try."""
    for _ in range(2):
        number = server.number()
        server.answer(kind)
        outcome: Outcome = quietly(partial(face.perform, client, kind, number))
        assert outcome.error is None, repr(outcome.error)
        assert kind.number(outcome.values) == number
        assert server.tries(number) == 1
