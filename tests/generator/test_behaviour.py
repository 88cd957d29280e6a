"""What the golden trees do when called: what goes out, and what an answer becomes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from generator.__main__ import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent

# For each line, in a process forked when the heavy imports are done: calls one function of a golden tree, answered
# without a network, and prints what was sent and what came back.
CALLS = """
import ast, importlib, json, logging, os, sys, traceback
import httpx
import openrouter_sdk, openrouter_sdk.lib.model, openrouter_sdk.lib.prelude

def call(tree, function, arguments, status, answer):
    openrouter_sdk.__path__.insert(0, tree)
    sent = {}

    def reply(request):
        headers = {name: value for name, value in request.headers.items() if name in shown or name.startswith("x-")}
        sent.update(url=f"{request.method} {request.url}", headers=headers, body=request.read().decode())
        return httpx.Response(status, content=answer, headers={"content-type": "application/json"})

    shown = {"content-type", "traceid"}
    client = httpx.Client(transport=httpx.MockTransport(reply))
    core = openrouter_sdk.OpenRouterCore(api_key="none", server_url="https://plants.example", http_client=client)
    module = importlib.import_module(f"openrouter_sdk.funcs.{function}")
    result = getattr(module, function)(core, **arguments)
    value = result.value if result.ok else result.error
    return {**sent, "result": repr(value), "attributes": repr(getattr(value, "__dict__", None)), "misfits": misfits}

class Misfits(logging.Handler):
    def emit(self, record):
        misfits.append(record.getMessage())

misfits = []
logging.getLogger("openrouter_sdk").addHandler(Misfits())

for line in sys.stdin:
    if os.fork():
        os.wait()
        continue
    try:
        print(json.dumps(call(*ast.literal_eval(line))))
    except Exception:
        print(json.dumps({"result": traceback.format_exc()}))
    sys.stdout.flush()
    os._exit(0)
"""


class Call:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(
        self, tree: str, function: str, arguments: dict[str, Any], answer: Any = None, status: int = 200
    ) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        content = "" if status == 204 else json.dumps(answer or {})
        line = repr((str(HERE / "golden" / tree), function, arguments, status, content))
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    line = [sys.executable, "-c", CALLS]
    with subprocess.Popen(  # noqa: S603  # our own words
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as process:
        yield Call(process)


TRAIL = {"region_id": "a/b", "trail_name": "high ridge", "max_length": 7.5}


def test_parameters_go_where_they_belong_under_their_own_names(call: Call) -> None:
    given = {
        "with_photos": True,
        "tag_names": ["a", "b"],
        "fields": ["length", "x"],
        "trace_id": "t",
        "x_client_version": 3,
    }
    done = call("parameters", "trails_get_trail", {**TRAIL, **given}, {"lengthKm": 3, "openedOn": "2020-02-02"})
    query = "withPhotos=true&tagNames=a&tagNames=b&fields=length%2Cx&maxLength=7.5"
    assert done["url"] == f"GET https://plants.example/regions/a%2Fb/trails/high%20ridge?{query}"
    assert done["headers"] == {"x-client-version": "3", "traceid": "t"}
    assert done["result"] == "GetTrailResponse(length_km=3.0, opened_on=datetime.date(2020, 2, 2))"


def test_a_boolean_header_is_spelt_as_in_json(call: Call) -> None:
    done = call("parameters", "trails_get_trail", {**TRAIL, "x_metric": True}, {"lengthKm": 3})
    assert done["headers"]["x-metric"] == "true"


def test_odd_names_are_spelt_as_the_description_spells_them(call: Call) -> None:
    fields = {
        "lambda_": "l",
        "none": "n",
        "hidden": "h",
        "_3d": True,
        "id": "i",
        "gr_e": "g",
        "value": "v",
        "json": "j",
    }
    places = {"class_": "c", "_2nd": "2", "from_": "f", "filter_name": "x", "model_config": "m"}
    done = call("names", "lambda__import_", {**places, **fields}, {"lambda": "l", "json": "j", "3d": True})
    assert done["url"] == "POST https://plants.example/import/c/2?from=f&filter%5Bname%5D=x&model_config=m"
    assert json.loads(done["body"]) == {
        "lambda": "l", "None": "n", "_hidden": "h", "3d": True, "@id": "i", "größe": "g", "?!": "v", "json": "j"
    }  # fmt: skip
    assert "lambda_='l'" in done["result"]
    assert "json_='j'" in done["result"]
    assert "field_3d=True" in done["result"]


def test_hostile_names_are_sent_as_they_are(call: Call) -> None:
    body = {'ro"ot': "r", "back\\slash": "b", "{{ 7 * 7 }}": "7"}
    given = {"weed_id": 'a"b', "query_x": '"""', "x_header": "h", "body": body}
    function = "weeds_import_os_raw_pull_import_os_7_7"
    done = call("hostile", function, given, {'ro"ot': "r", "back\\slash": "b", "{{ 7 * 7 }}": "7"})
    assert done["url"] == "POST https://plants.example/weeds/a%22b?query%22%27%5C%0A%7Bx%7D=%22%22%22"
    assert json.loads(done["body"]) == {'body"""\\': body}
    assert "field_7_7='7'" in done["result"]


def test_null_is_sent_and_what_is_left_out_isnt(call: Call) -> None:
    done = call("nullables", "trees_update_tree", {"id": "1", "by_list": None, "by_reference": None, "by_enum": None})
    assert json.loads(done["body"]) == {"by_list": None, "by_reference": None, "by_enum": None}


@pytest.mark.parametrize("name", ["by_list", "by_any_of", "by_one_of", "by_const", "by_enum", "by_keyword", "in_a_map"])
def test_null_is_read_wherever_it_is_allowed(call: Call, name: str) -> None:
    value = {"a": None} if name == "in_a_map" else None
    done = call("nullables", "trees_update_tree", {"id": "1", "by_list": "", "by_reference": None}, {name: value})
    assert f"'{name}': {value!r}" in done["attributes"]
    assert not any(f"{name}: Value" in misfit for misfit in done["misfits"])


def test_recursive_values_are_read_to_the_bottom(call: Call) -> None:
    none: list[Any] = []
    rule = {"type": "all", "rules": [{"type": "match", "value": "a"}, {"type": "all", "rules": none}]}
    taxon = {"name": "a", "children": [{"name": "b", "parent": {"name": "c"}}]}
    done = call("recursive", "taxa_put_taxon", {"taxon": taxon, "rule": rule}, {"taxon": taxon, "rule": rule})
    assert json.loads(done["body"]) == {"taxon": taxon, "rule": rule}
    assert "AllOfRules(type='all', rules=[Match(type='match', value='a'), AllOfRules(" in done["result"]
    assert "children=[Taxon(name='b', parent=Taxon(name='c'" in done["result"]


def test_a_form_is_sent_as_a_form(call: Call) -> None:
    done = call("bodies", "birds_report_sighting", {"bird": "wren & kin", "count": 2, "seen_on": "2020-02-02"})
    assert done["body"] == "bird=wren+%26+kin&count=2&seenOn=2020-02-02"
    assert done["headers"] == {"content-type": "application/x-www-form-urlencoded"}


def test_the_second_body_of_an_operation_is_a_multipart_form(call: Call) -> None:
    done = call("bodies", "birds_identify_recording", {"recording": ("a.ogg", b"song"), "min_loudness": 0.5})
    assert done["headers"]["content-type"].startswith("multipart/form-data; boundary=")
    assert 'name="recording"; filename="a.ogg"' in done["body"]
    assert 'name="minLoudness"\r\n\r\n0.5' in done["body"]


@pytest.mark.parametrize(
    ("status", "answer", "value"),
    [
        (200, {"id": "a"}, "Photo(id='a')"),
        (201, {"id": "b"}, "Photo(id='b')"),
        (202, {"number": 7}, "Ticket(number=7)"),
        (204, None, "None"),
    ],
)
def test_each_status_has_its_own_answer(call: Call, status: int, answer: Any, value: str) -> None:
    assert call("answers", "photos_store_photo", {}, answer, status)["result"] == value


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ({"devices": [{"sort": "pump", "litres": 2}]}, "Pump(sort='pump', litres=2.0)"),
        ({"devices": [{"sort": "robot"}]}, "Unrecognized(type='UNKNOWN', raw={'sort': 'robot'})"),
        ({"devices": [], "schedule": "noon"}, "schedule='noon'"),
        ({"devices": [], "schedule": {"type": "daily", "hour": 6}}, "schedule=Daily(type='daily', hour=6)"),
        ({"devices": [], "schedule": {"type": "biweekly"}}, "schedule=Weekly(type='biweekly'"),
        ({"devices": [], "schedule": {"type": "lunar"}}, "schedule=Unrecognized(type='UNKNOWN', raw="),
        ({"devices": [], "inline": {"kind": "off"}}, "inline=AddDeviceResponseInlineOff(kind='off'"),
        ({"devices": [], "reading": {"type": "lunar", "value": 1}}, "reading=AnyReading(type='lunar', value=1)"),
    ],
)
def test_the_tag_picks_the_member(call: Call, answer: Any, value: str) -> None:
    device = {"sort": "lamp", "lumen": 5}
    assert value in call("tagged_unions", "devices_add_device", {"device": device}, answer)["result"]


def test_a_tag_of_several_values_picks_the_member_of_a_request(call: Call) -> None:
    none: list[Any] = []
    condition = {"type": "all", "conditions": [{"type": "above", "sensor": "a"}, {"type": "any", "conditions": none}]}
    given = {"device": {"sort": "lamp", "lumen": 5}, "condition": condition}
    done = call("tagged_unions", "devices_add_device", given, {"devices": []})
    assert "SDKValidationError" not in done["result"]
    assert json.loads(done["body"])["condition"] == condition
