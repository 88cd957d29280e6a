"""No function raises, whatever it is given or gets, and the class SDK raises what they return (promise 1)."""

from __future__ import annotations

import inspect
from importlib import import_module
from itertools import cycle
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from openrouter_sdk import Err, Ok, OpenRouter, OpenRouterCore, errors
from openrouter_sdk.funcs.credits_get_credits import credits_get_credits
from openrouter_sdk.lib.operation import Binary, Json
from openrouter_sdk.lib.resource import Child
from openrouter_sdk.testing import FakeOpenRouter, Reply
from openrouter_sdk.types.options import RequestOptions

from .samples import sample
from .support import FUNCTIONS, KEY, error_of, operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .support import Caller

HUGE = 10**5000


class Unprintable:
    def __repr__(self) -> str:
        raise OSError

    __str__ = __repr__


class Incomparable:
    def __eq__(self, other: object) -> bool:
        raise OSError

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise OSError


JUNK: dict[str, object] = {
    "None": None,
    "bool": True,
    "int": -1,
    "huge int": HUGE,
    "nan": float("nan"),
    "empty text": "",
    "text": "x\r\n\x00\ud800",
    "bytes": b"\xff",
    "empty list": [],
    "list": [None, [1], {"x": object()}],
    "tuple": ("a", object()),
    "set": {1},
    "empty dict": {},
    "dict": {"role": "x", "type": object(), 7: {}},
    "class": int,
    "function": print,
    "unprintable": Unprintable(),
    "incomparable": Incomparable(),
    "module": inspect,
}
NOWHERE = "http://127.0.0.1:9/api/v1"  # should a call leave the process: nobody listens there
OPTIONS = sorted(RequestOptions.__annotations__)


@pytest.fixture
def shared_fake() -> FakeOpenRouter:
    """A fake in process, for thousands of calls whose replies don't matter."""
    return FakeOpenRouter(api_key=KEY)


@pytest.fixture
def in_process(shared_fake: FakeOpenRouter) -> dict[str, Any]:
    """Options for a core that talks to it."""
    transport = shared_fake.transport()
    clients = {
        "http_client": httpx.Client(transport=transport),
        "async_http_client": httpx.AsyncClient(transport=transport),
    }
    return {"api_key": KEY, "server_url": NOWHERE, "retries": 0, **clients}


@pytest.fixture
def quick(in_process: dict[str, Any]) -> OpenRouterCore:
    return OpenRouterCore(**in_process)


def parameters(name: str) -> list[str]:
    _, data = operation(name)
    module, _, kind = data.params.partition(".")
    params = getattr(import_module(f"openrouter_sdk.params.{module}"), kind)
    return [name for name in inspect.get_annotations(params) if name not in OPTIONS]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_input_makes_a_function_raise(quick: OpenRouterCore, call: Caller, name: str) -> None:
    function, data = operation(name)
    least = sample(data)
    assert isinstance(call(function, quick), Err if least else (Ok, Err))
    for junk in JUNK.values():
        assert isinstance(call(function, quick, **dict.fromkeys(parameters(name), junk)), (Ok, Err))
        assert isinstance(call(function, quick, **least, no_such_argument=junk), Err)
    for argument, junk in zip(parameters(name), cycle(JUNK.values()), strict=False):
        assert isinstance(call(function, quick, **least | {argument: junk}), (Ok, Err))
    for place in range(0, len(JUNK), 5):
        options = dict(zip(OPTIONS, [*JUNK.values()][place:], strict=False))
        assert isinstance(call(function, quick, **least | options), (Ok, Err))


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("name", ["credits_get_credits", "models_list", "presets_get", "chat_send", "files_upload"])
def test_junk_for_an_option(quick: OpenRouterCore, call: Caller, name: str, option: str) -> None:
    function, data = operation(name)
    for junk in JUNK.values():
        assert isinstance(call(function, quick, **(sample(data) | {option: junk})), (Ok, Err))


CORE_OPTIONS = sorted(set(inspect.signature(OpenRouterCore).parameters) - {"hooks"})


@pytest.mark.parametrize("option", CORE_OPTIONS)
def test_junk_for_an_option_of_the_core(in_process: dict[str, Any], call: Caller, option: str) -> None:
    for title, junk in JUNK.items():
        if title == "incomparable":
            continue  # the constructor isn't a call, and asks whether it was given something
        options: dict[str, Any] = in_process | {option: junk}
        core = OpenRouterCore(**options)
        assert isinstance(call(credits_get_credits, core), (Ok, Err))
        call.run(core.aclose())


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_for_the_core(call: Caller, junk: Any) -> None:
    error_of(call(credits_get_credits, junk), errors.UnexpectedClientError)


BODIES: dict[str, Reply] = {
    "empty object": Reply(body={}),
    "list": Reply(body=[]),
    "text": Reply(200, '"x"', {"content-type": "application/json"}),
    "wrong types": Reply(body={"data": 7, "id": [], "object": {}, "choices": "x", "output": [7], "error": 0}),
    "lists of wrong types": Reply(body={"data": [7, None, {"id": 7}], "choices": [None], "output": [{"type": 7}]}),
    "HTML": Reply(200, "<html>", {"content-type": "text/html"}),
    "nothing": Reply(200),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_operation_makes_something_of_any_body(
    shared_fake: FakeOpenRouter, quick: OpenRouterCore, call: Caller, name: str
) -> None:
    function, data = operation(name)
    status, kind = next(iter(data.success.items()))
    is_json = isinstance(kind, Json)
    for title, reply in BODIES.items():
        stated = {"HTML": "text/html", "nothing": "text/plain"}.get(title, "application/json")
        shared_fake.enqueue(Reply(status, reply.body, reply.headers))
        result = call(function, quick, **sample(data))
        refused = is_json and title in {"HTML", "nothing", "list", "text"}
        if refused or not data.declares(status, {"content-type": stated}):
            error_of(result, errors.OpenRouterDefaultError)
        else:
            assert isinstance(result, Ok), (title, result)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_operation_gives_the_errors_that_it_declares(
    shared_fake: FakeOpenRouter, quick: OpenRouterCore, call: Caller, name: str
) -> None:
    function, data = operation(name)
    for status, kind in data.error_types.items():
        shared_fake.enqueue(Reply(status, {"error": {"code": status, "message": "no"}}))
        assert error_of(call(function, quick, **sample(data)), kind).status_code == status


ERROR_BODIES: list[dict[str, Any]] = [
    {"error": {"code": 599, "message": "no"}},
    {"error": {"message": "no"}},
    {"error": {"code": None, "message": "no", "metadata": {"provider_name": "Acme"}}},
    {"type": "error", "error": {"type": "odd_error", "message": "no"}},
    {"error": "no"},
    {"error": True, "message": "no"},
    {"error": "Bad Request", "message": "no", "statusCode": 400},
    {"error": {"code": "", "message": "no"}},
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_operation_reads_an_error_in_its_success_status(
    shared_fake: FakeOpenRouter, quick: OpenRouterCore, call: Caller, name: str
) -> None:
    function, data = operation(name)
    status = next(iter(data.success))
    if status == 204:
        return  # which has no body
    for body in ERROR_BODIES:
        shared_fake.enqueue(Reply(status, body))
        assert error_of(call(function, quick, **sample(data)), errors.OpenRouterDefaultError).message == "no", body


def method_of(client: OpenRouter, call: Caller, name: str) -> Any:
    """Return the method of the class SDK that goes with a function."""
    from openrouter_sdk.lib.preload import operation_of

    wanted = f"openrouter_sdk.funcs.{name}"
    for path in resources(client):
        for method in vars(type(path)):
            if not method.startswith("_") and f"openrouter_sdk.funcs.{module_of(path)}_{method}" == wanted:
                assert operation_of(getattr(path, method)) is operation(name)[1]
                return getattr(path, f"{method}_async" if call.is_async else method)
    pytest.fail(f"no method for {name}")


def module_of(resource: object) -> str:
    return type(resource).__module__.rpartition(".")[2]


def resources(holder: object) -> Iterator[object]:
    for name, attribute in vars(type(holder)).items():
        if isinstance(attribute, Child):
            child = getattr(holder, name)
            yield child
            yield from resources(child)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_method_returns_the_value_or_raises_the_error_of_its_function(
    shared_fake: FakeOpenRouter, in_process: dict[str, Any], call: Caller, name: str
) -> None:
    _, data = operation(name)
    status, kind = next(iter(data.success.items()))
    with OpenRouter(**in_process) as client:
        method = method_of(client, call, name)

        def invoke() -> object:
            returned = method(**sample(data))
            return call.run(returned) if call.is_async else returned

        headers = {"content-type": kind.media_type} if isinstance(kind, Binary) else {}
        shared_fake.enqueue(Reply(status, {} if isinstance(kind, Json) else b"", headers))
        assert type(invoke()) is not Ok
        shared_fake.enqueue(Reply(418, {"error": {"code": 418, "message": "teapot"}}))
        with pytest.raises(errors.OpenRouterDefaultError, match="teapot"):
            invoke()


class OddError(Exception):
    pass


def test_the_class_raises_the_error_with_its_cause(in_process: dict[str, Any], call: Caller) -> None:
    cause = OddError()

    class Fails:
        def before_request(self, *_: object) -> None:
            raise cause

    options: dict[str, Any] = {**in_process, "hooks": [Fails()]}
    client = OpenRouter(**options)
    with pytest.raises(errors.UnexpectedClientError) as caught:
        call.run(client.credits.get_credits_async()) if call.is_async else client.credits.get_credits()
    assert caught.value.__cause__ is caught.value.cause is cause
    error = error_of(call(credits_get_credits, client), errors.UnexpectedClientError)
    assert (str(error), error.cause) == (str(caught.value), cause)


@pytest.mark.parametrize("status", [401, 404, 500])
def test_unwrap_raises_the_very_error(fake: FakeOpenRouter, core: OpenRouterCore, call: Caller, status: int) -> None:
    fake.enqueue(Reply(status, {"error": {"code": status, "message": "no"}}))
    result = call(credits_get_credits, core, retries=0)
    assert isinstance(result, Err)
    with pytest.raises(errors.ResponseError) as caught:
        result.unwrap()
    assert caught.value is result.error


def test_a_client_is_a_core(fake: FakeOpenRouter, call: Caller) -> None:
    with OpenRouter(api_key=KEY, server_url=fake.url) as client:
        assert call(credits_get_credits, client).unwrap().data.total_credits == 50.0
        assert isinstance(client.with_options(retries=0), OpenRouter)
        call.run(client.aclose())
