"""What the package's speed rests on, counted in fresh interpreters: modules, validators, types and connections.

A number that changes here is no failure of its own, but a decision: about what a first call costs.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openrouter_sdk.testing import FakeOpenRouter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Facts = dict[str, Any]

PACKAGE = Path(__file__).parent.parent / "src" / "openrouter_sdk"
HEAVY = {"anyio", "asyncio", "httpcore", "httpx", "pydantic", "pydantic_core", "socket", "ssl"}

PRELUDE = """
import gc, json, sys

def modules(*parts):
    return sorted(name for name in sys.modules if name.startswith(tuple("openrouter_sdk" + part for part in parts)))

def ours():
    return sorted(name.removeprefix("openrouter_sdk.") for name in modules(""))

def alive(test):
    gc.collect()
    return [thing for thing in gc.get_objects() if test(thing)]

def validators():
    import pydantic_core
    return len(alive(lambda thing: type(thing) is pydantic_core.SchemaValidator))

def is_ours(thing):
    return isinstance(thing, type) and thing.__module__.startswith("openrouter_sdk")

def typed_dicts():
    import typing_extensions
    from openrouter_sdk.lib.validators import _validators
    return sorted(kind.__name__ for kind in _validators if typing_extensions.is_typeddict(kind))

def dataclasses():
    return sorted(kind.__name__ for kind in alive(is_ours) if "__dataclass_fields__" in vars(kind))

def tell(value):
    print(json.dumps(value))
"""


def told(program: str, fake: FakeOpenRouter | None = None) -> Any:
    """Run a program in a fresh interpreter, and return what it tells."""
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    if fake is not None:
        environment |= {"OPENROUTER_API_KEY": fake.api_key, "OPENROUTER_BASE_URL": fake.url}
    done = subprocess.run(  # noqa: S603  # programs of these tests
        [sys.executable, "-c", f"{PRELUDE}\n{program}"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


# --- what an import costs


def test_importing_the_package_loads_nothing_but_its_version() -> None:
    loaded, everything = told("import openrouter_sdk; tell([ours(), list(sys.modules)])")
    assert loaded == ["_version", "openrouter_sdk"]
    assert everything
    assert {*HEAVY, "typing_extensions"}.isdisjoint(everything)


def test_making_a_client_loads_nothing_and_does_nothing_outside() -> None:
    loaded, before, after, events = told("""
from openrouter_sdk import OpenRouter
before, events, watching = list(sys.modules), [], True
sys.addaudithook(lambda event, _: events.append(event) if watching else None)
client = OpenRouter(api_key="k")
watching = False
tell([ours(), before, list(sys.modules), events])
""")
    assert tuple(loaded) == (
        "_version", "core", "lib", "lib.connections", "lib.json_values", "lib.record", "lib.resource", "lib.retries",
        "lib.secret", "openrouter_sdk", "sdk", "sdk.sdk", "types", "types.clients", "types.options", "types.response",
        "types.result",
    )  # fmt: skip
    assert HEAVY.isdisjoint(after)
    assert after == before
    assert events == []


def test_the_audit_of_that_test_sees_what_goes_outside() -> None:
    events = told("""
import socket
events = []
sys.addaudithook(lambda event, _: events.append(event))
open(sys.executable, "rb").close()
socket.socket().close()
seen = list(events)
tell(seen)
""")
    assert {"open", "socket.__new__"} <= set(events)


# --- the models of functions

IMPORT_EACH = """
import importlib, pkgutil
import openrouter_sdk.lib.prelude
import openrouter_sdk.funcs

found = {}
for info in pkgutil.iter_modules(openrouter_sdk.funcs.__path__):
    for name in modules(".funcs.", ".helpers", ".models", ".params"):
        del sys.modules[name]
    importlib.import_module("openrouter_sdk.funcs." + info.name)
    found[info.name] = [name.partition(".")[2] for name in modules(".models.", ".params.")]
tell(found)
"""
# What a function returns of other resources' models.
OTHERS = {
    "beta_responses_send": {"responses"},
    "containers_promote_container_file": {"files"},
    "embeddings_list_models": {"models"},
    "system_one_create": {"alpha_decisions"},
}


@pytest.fixture(scope="module")
def loaded_by_functions() -> dict[str, set[str]]:
    """The modules of models and params that each function's module loads: "models.chat"."""
    return {name: set(modules) for name, modules in told(IMPORT_EACH).items()}


def of_models(modules: set[str]) -> set[str]:
    return {name.removeprefix("models.") for name in modules if name.startswith("models.")}


@cache
def named_in(path: Path) -> frozenset[str]:
    """Return the modules of models that a generated file names at its top: "chat"."""
    named: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.level == 1:
                named |= named_in(path.with_name(f"{node.module}.py"))
            elif node.level == 2 and node.module.startswith(("funcs.", "helpers.", "models.")):
                kind, _, module = node.module.partition(".")
                named |= {module} if kind == "models" else named_in(PACKAGE / kind / f"{module}.py")
    return frozenset(named)


def own(function: str) -> set[str]:
    """Return the module of a function's own models, if there is one."""
    resources = [path.stem for path in (PACKAGE / "models").glob("*.py")]
    return {max((name for name in resources if function.startswith(f"{name}_")), key=len, default="shared")}


def test_a_function_loads_the_models_that_its_annotations_need(loaded_by_functions: dict[str, set[str]]) -> None:
    assert len(loaded_by_functions) == len(list((PACKAGE / "funcs").glob("[!_]*.py")))
    for function, loaded in loaded_by_functions.items():
        needed = named_in(PACKAGE / "funcs" / f"{function}.py")
        assert of_models(loaded) == needed, function
        assert len(loaded) - len(needed) <= 1, function  # its own arguments, and nobody else's


def test_few_functions_load_models_of_other_resources(loaded_by_functions: dict[str, set[str]]) -> None:
    beyond = {name: of_models(loaded) - own(name) for name, loaded in loaded_by_functions.items()}
    assert {name: modules for name, modules in beyond.items() if modules} == OTHERS


# --- calls

USER = '{"role": "user", "content": "Hello"}'
SYSTEM = '{"role": "system", "content": "Be brief."}'
TOOL = '{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}'
MESSAGES = f'model="a/b", messages=[{SYSTEM}, {USER}]'
FUNCTION = """
import {module} as function
from openrouter_sdk.core import OpenRouterCore
core = OpenRouterCore()
def call():
    {call}
"""
ASYNC_FUNCTION = """
import asyncio
import {module} as function
from openrouter_sdk.core import OpenRouterCore
core, loop = OpenRouterCore(), asyncio.new_event_loop()
async def steps():
    {call}
def call():
    loop.run_until_complete(steps())
"""
METHOD = """
from openrouter_sdk import OpenRouter
client = OpenRouter()
def call():
    {call}
"""
CREDITS_SEND, CHAT_SEND, RESPONSES_SEND = (
    f"openrouter_sdk.funcs.{name}" for name in ("credits_get_credits", "chat_send", "responses_send")
)
SYNC_STREAM = "with function.{call}.unwrap() as stream: assert [item.unwrap() for item in stream]"
ASYNC_STREAM = "async with (await function.{call}).unwrap() as stream: assert [item.unwrap() async for item in stream]"
CALLS = {
    "credits": FUNCTION.format(module=CREDITS_SEND, call="function.credits_get_credits(core).unwrap()"),
    "credits, async": ASYNC_FUNCTION.format(
        module=CREDITS_SEND, call="(await function.credits_get_credits_async(core)).unwrap()"
    ),
    "credits, method": METHOD.format(call="client.credits.get_credits()"),
    "chat": FUNCTION.format(module=CHAT_SEND, call=f"function.chat_send(core, {MESSAGES}).unwrap()"),
    "chat, async": ASYNC_FUNCTION.format(
        module=CHAT_SEND, call=f"(await function.chat_send_async(core, {MESSAGES})).unwrap()"
    ),
    "chat, method": METHOD.format(call=f"client.chat.send({MESSAGES})"),
    "chat, tool": FUNCTION.format(
        module=CHAT_SEND, call=f'function.chat_send(core, model="a/b", messages=[{USER}], tools=[{TOOL}]).unwrap()'
    ),
    "chat, stream": FUNCTION.format(
        module=CHAT_SEND, call=SYNC_STREAM.format(call=f"chat_send(core, {MESSAGES}, stream=True)")
    ),
    "chat, stream, async": ASYNC_FUNCTION.format(
        module=CHAT_SEND, call=ASYNC_STREAM.format(call=f"chat_send_async(core, {MESSAGES}, stream=True)")
    ),
    "responses, stream": FUNCTION.format(
        module=RESPONSES_SEND,
        call=SYNC_STREAM.format(call='responses_send(core, model="a/b", input="Hello", stream=True)'),
    ),
}
COUNT = """
imported = ours()
connections, searched = [], []
sys.addaudithook(lambda event, _: connections.append(event) if event == "socket.connect" else None)

class Searching:
    def find_spec(self, name, path=None, target=None):
        searched.append(name)

call()
first = {"loaded": sorted({*ours()} - {*imported}), "validators": validators(), "typed dicts": typed_dicts()}
first["dataclasses"] = dataclasses()
call()
before = list(sys.modules)
second = {"validators": validators(), "typed dicts": typed_dicts()}
sys.meta_path.insert(0, Searching())
call()
third = {"is warm": list(sys.modules) == before, "searched": sorted({*searched})}
tell({"imported": imported, "first": first, "second": second, "third": third, "connections": len(connections)})
"""


@pytest.fixture(scope="module")
def facts() -> Iterator[Callable[[str], Facts]]:
    """What one of the calls above costs."""
    with FakeOpenRouter() as fake:

        @cache
        def count(call: str) -> Facts:
            found: Facts = told(CALLS[call] + COUNT, fake)
            return found

        yield count


OF_ALL_FUNCTIONS = (
    "_version", "core", "errors", "funcs", "lib", "lib.call", "lib.colours", "lib.connections", "lib.function_modules",
    "lib.headers", "lib.invalid", "lib.json_values", "lib.log", "lib.misfits", "lib.model", "lib.operation",
    "lib.prelude", "lib.record", "lib.request", "lib.response", "lib.retries", "lib.secret", "lib.settings",
    "lib.surplus", "lib.texts", "lib.timeouts", "lib.typed", "lib.urls", "lib.validators", "lib.watchdog", "models",
    "openrouter_sdk", "params", "types", "types.clients", "types.options", "types.response", "types.result",
)  # fmt: skip
OF_ONE_FUNCTION = {
    "credits": ("funcs.credits_get_credits", "models.credits", "params.credits"),
    "chat": ("funcs.chat_send", "models.chat", "params.chat", "types.contents", "types.outputs"),
}
OF_A_FIRST_CALL = {
    "credits": ("lib.network", "lib.transport"),
    "chat": ("lib.arguments", "lib.bodies", "lib.inputs", "lib.network", "lib.transport"),
    "chat, stream": (
        "lib.arguments", "lib.bodies", "lib.cancellation", "lib.client_errors", "lib.closing", "lib.error_body",
        "lib.faults", "lib.inputs", "lib.lenient", "lib.mapped", "lib.network", "lib.sse", "lib.streams",
        "lib.transport", "lib.turns", "models.chat_stream", "models.shared", "types.streams",
    ),
}  # fmt: skip
OF_A_CLIENT = ("lib.resource", "sdk", "sdk.sdk")


@pytest.mark.parametrize("call", OF_ONE_FUNCTION)
def test_modules_that_a_functions_module_loads(facts: Callable[[str], Facts], call: str) -> None:
    assert tuple(facts(call)["imported"]) == tuple(sorted(OF_ALL_FUNCTIONS + OF_ONE_FUNCTION[call]))


@pytest.mark.parametrize("call", OF_A_FIRST_CALL)
def test_modules_that_a_first_call_loads(facts: Callable[[str], Facts], call: str) -> None:
    assert tuple(facts(call)["first"]["loaded"]) == OF_A_FIRST_CALL[call]


@pytest.mark.parametrize("call", OF_A_FIRST_CALL)
def test_a_first_asynchronous_call_loads_what_cancelling_needs_besides(
    facts: Callable[[str], Facts], call: str
) -> None:
    needed = {*facts(call)["first"]["loaded"], "lib.cancellation"}
    assert facts(f"{call}, async")["first"]["loaded"] == sorted(needed)


@pytest.mark.parametrize(
    ("call", "more"),
    [("credits", ("sdk.credits",)), ("chat", ("lib.closing", "lib.mapped", "sdk.chat", "types.streams"))],
)
def test_modules_that_a_first_call_of_a_method_loads(
    facts: Callable[[str], Facts], call: str, more: tuple[str, ...]
) -> None:
    method = facts(f"{call}, method")
    function = OF_ALL_FUNCTIONS + OF_ONE_FUNCTION[call] + OF_A_FIRST_CALL[call]
    assert sorted(method["imported"] + method["first"]["loaded"]) == sorted(function + OF_A_CLIENT + more)


@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("credits", 1),  # the answer's model
        ("credits, method", 1),
        ("chat", 4),  # an argument that is no text, two kinds of messages, the answer's model
        ("chat, async", 4),
        ("chat, stream", 5),  # the same, with the chunk's model, and the usage of the last one
        ("chat, tool", 5),  # two arguments that are no texts, one kind of messages, one of tools, the answer's model
        ("responses, stream", 12),  # the union of events, eight of its kinds, a response, an item and a content
    ],
)
def test_validators_that_a_first_call_builds(facts: Callable[[str], Facts], call: str, number: int) -> None:
    """A union's members are built when they are used: of five kinds of messages, thirteen of tools, fifty of events."""
    assert facts(call)["first"]["validators"] == number


CHAT_TYPES = ("ChatSystemMessageParam", "ChatUserMessageParam")
TOOL_TYPES = ("ChatFunctionToolFunctionParam", "ChatUserMessageParam")


@pytest.mark.parametrize(
    ("call", "names"), [("credits", ()), ("chat", CHAT_TYPES), ("chat, stream", CHAT_TYPES), ("chat, tool", TOOL_TYPES)]
)
def test_typed_dicts_that_a_first_call_builds_validators_of(
    facts: Callable[[str], Facts], call: str, names: tuple[str, ...]
) -> None:
    """Those of the messages and tools that were given; none of other kinds."""
    assert tuple(facts(call)["first"]["typed dicts"]) == names


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("credits", []),
        ("credits, async", []),
        ("credits, method", []),
        ("chat", []),
        ("chat, async", []),
        ("chat, method", ["StreamEvent"]),  # by way of the module of streams, which the method's module imports
        ("chat, stream", ["StreamEvent"]),  # the users' own to make: a dataclass is what it promises to be
    ],
)
def test_dataclasses_that_a_first_call_makes(facts: Callable[[str], Facts], call: str, names: list[str]) -> None:
    assert facts(call)["first"]["dataclasses"] == names


@pytest.mark.parametrize("call", CALLS)
def test_a_second_call_builds_nothing(facts: Callable[[str], Facts], call: str) -> None:
    first, second = facts(call)["first"], facts(call)["second"]
    assert second == {name: first[name] for name in second}


@pytest.mark.parametrize("call", CALLS)
def test_a_warm_call_loads_nothing_and_searches_for_nothing(facts: Callable[[str], Facts], call: str) -> None:
    third = facts(call)["third"]
    assert third["is warm"]
    # httpcore asks for it on every asynchronous call, and finds it where other packages brought it along.
    assert set(third["searched"]) <= ({"sniffio"} if "async" in call else set())


@pytest.mark.parametrize("call", CALLS)
def test_calls_one_after_another_open_one_connection(facts: Callable[[str], Facts], call: str) -> None:
    assert facts(call)["connections"] == 1
