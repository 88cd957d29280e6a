"""Rare spellings that mean something ordinary, and text that tries to become code."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest
from generator import ir
from generator.build import build
from generator.emit import emit
from generator.emit.templating import docstring, literal
from generator.emit.types import Module
from generator.load import Docs, Overrides, apply_patches
from generator.schemas import item_name

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

DOCS = Docs(operations={"getPlants": {"summary": "List plants."}})
TEXT: Json = {"type": "string"}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": TEXT}


def api(operation: Json, path: str = "/plants") -> Json:
    fine: Json = {"operationId": "getPlants", "tags": ["Plants"], "responses": {"204": {}}}
    return {"openapi": "3.1.0", "paths": {path: {"post": {**fine, **operation}}}}


def answering(schema: Any) -> Json:
    return api({"responses": {"200": {"content": {"application/json": {"schema": schema}}}}})


def field(schema: Any) -> ir.Type:
    """Return the type of a field of an answer."""
    api = build(answering({"type": "object", "required": ["leaf"], "properties": {"leaf": schema}}), Overrides(), DOCS)
    model = api.models["GetPlantsResponse"]
    assert isinstance(model, ir.Object)
    return model.fields[0].type


def arguments(spec: Json) -> dict[str, ir.Type]:
    (operation,) = build(spec, Overrides(), DOCS).operations
    return {argument.name: argument.type for argument in operation.arguments}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        pytest.param({}, ir.Scalar("any"), id="empty"),
        pytest.param({"description": "only"}, ir.Scalar("any"), id="words only"),
        pytest.param(True, ir.Scalar("any"), id="true"),
        pytest.param({"items": True}, ir.Array(ir.Scalar("any")), id="list of true"),
        pytest.param({"type": "array"}, ir.Array(ir.Scalar("any")), id="list of anything"),
        pytest.param({"type": ["integer"]}, ir.Scalar("integer"), id="one type in a list"),
        pytest.param({"type": ["null"]}, ir.Scalar("null"), id="null in a list"),
        pytest.param({"anyOf": [{"type": "null"}]}, ir.Scalar("null"), id="choice of null"),
        pytest.param({"enum": [1.5, 2.5]}, ir.Scalar("number"), id="fractions"),
        pytest.param({"type": "string", "format": "uuid"}, ir.Scalar("string"), id="format of no concern"),
        pytest.param({"type": "string", "format": "binary"}, ir.Scalar("file"), id="bytes"),
        pytest.param({"type": "integer", "format": "date"}, ir.Scalar("integer"), id="format of another type"),
    ],
)
def test_a_rare_spelling_has_an_ordinary_type(schema: Any, kind: ir.Type) -> None:
    assert field(schema) == kind


def test_statuses_may_be_numbers() -> None:
    (operation,) = build(api({"responses": {200: {}, 404: {}}}), Overrides(), DOCS).operations
    assert (operation.successes[0].status, operation.errors) == (200, (404,))


def test_an_operations_parameter_wins_over_its_paths() -> None:
    spec = api({"parameters": [{**ID, "schema": {"type": "integer"}}]}, path="/plants/{id}")
    spec["paths"]["/plants/{id}"]["parameters"] = [ID]
    assert arguments(spec) == {"id": ir.Scalar("integer")}


STREAM = {"content": {"application/json": {"schema": TEXT}, "text/event-stream": {"schema": TEXT}}}


@pytest.mark.parametrize(
    "answer",
    [pytest.param(STREAM, id="in place"), pytest.param({"$ref": "#/components/responses/Stream"}, id="reference")],
)
def test_stream_isnt_an_argument_of_an_operation_that_streams(answer: Json) -> None:
    schema = {"type": "object", "properties": {"stream": {"type": "boolean"}, "leaf": TEXT}}
    body = {"content": {"application/json": {"schema": schema}}}
    spec = api({"requestBody": body, "responses": {"200": answer}})
    spec["components"] = {"responses": {"Stream": STREAM}}
    assert list(arguments(spec)) == ["leaf"]


@pytest.mark.parametrize("method", ["get_plants", pytest.param("fetch")])
def test_an_alias_shares_the_params_of_its_function(method: str) -> None:
    aliases = {"plants_get_plants": {"resource": "old", "name": method}}
    files = emit(build(api({}), Overrides(aliases=aliases), DOCS))
    line = "from ..params.plants import PlantsGetPlantsParams"
    assert line in files[f"funcs/old_{method}.py"]
    assert line in files["sdk/old.py"]


def test_a_resource_counts_its_operations_in_english() -> None:
    assert "1 operation." in emit(build(api({}), Overrides(), DOCS))["sdk/plants.py"]


# --- patches


def test_a_patch_puts_its_value_at_its_pointer() -> None:
    spec = api({"summary": "old"})
    patches: list[Json] = [
        {"pointer": "/paths/~1plants/post/summary", "value": "new"},
        {"pointer": "#/paths/~1plants/post/deprecated", "value": True},
    ]
    apply_patches(spec, Overrides(patches=patches))
    assert spec == api({"summary": "new", "deprecated": True})


def test_an_optional_patch_may_find_nothing() -> None:
    apply_patches(api({}), Overrides(patches=[{"pointer": "/components/schemas/A/b", "value": 1, "optional": True}]))


def test_a_patch_reaches_into_lists() -> None:
    spec = api({"parameters": [ID]}, path="/plants/{id}")
    pointer = "/paths/~1plants~1{id}/post/parameters/0/schema"
    apply_patches(spec, Overrides(patches=[{"pointer": pointer, "value": {"type": "integer"}}]))
    assert arguments(spec) == {"id": ir.Scalar("integer")}


# --- text that tries to become code

ATTACKS = [
    'three """ quotes',
    '"""\nimport os\n"""; import os; """',
    "a backslash \\ and more",
    "a name \\N{ that is none",
    "\0 is nothing",
    "{{ 7 * 7 }} {% raw %}",
]


def constants(module: str) -> set[str]:
    """Return all texts in a module."""
    nodes = [node.value for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Constant)]
    return {value for value in nodes if isinstance(value, str)}


@pytest.mark.parametrize("text", ['ends in "', 'ends in ""', "ends in \\", '"', '"starts', *ATTACKS[:5]])
def test_a_docstring_is_the_text_in_one_line(text: str) -> None:
    assert ast.literal_eval(f'"""{docstring(text)}"""') == " ".join(text.split())


@pytest.mark.parametrize("text", [*ATTACKS, "it's", "ü\u2028\x7f"])
def test_a_literal_is_the_text(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert ast.literal_eval(literal((text,))) == (text,)
    assert ast.literal_eval(literal({text: text})) == {text: text}


PLACES: dict[str, Callable[[str], Json]] = {
    "tag": lambda text: api({"tags": [text]}),
    "operationId": lambda text: api({"operationId": text}),
    "server": lambda text: api({"servers": [{"url": text}]}),
    "parameter": lambda text: api({"parameters": [{"name": text, "in": "query", "schema": TEXT}]}),
    "property": lambda text: answering({"type": "object", "properties": {text: TEXT}}),
    "value": lambda text: answering({"type": "object", "properties": {"leaf": {"enum": [text, "b"]}}}),
    "last seen": lambda text: api({"x-last-seen": text}),
    "component": lambda text: {
        **answering({"$ref": f"#/components/schemas/{text}"}),
        "components": {"schemas": {text: {"type": "object", "properties": {"leaf": TEXT}}}},
    },
    "path": lambda text: api({}, path=f"/weeds {text.replace('{', '(').replace('}', ')')}"),
}
# Of these, only the words get into the files; braces in a path are refused elsewhere, and replaced here.
NAMES_ONLY = {"tag", "component"}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", PLACES)
def test_text_of_a_description_stays_text(place: str, attack: str) -> None:
    docs = Docs(operations={name: {"summary": "List plants."} for name in ("getPlants", attack)})
    modules = emit(build(PLACES[place](attack), Overrides(), docs)).values()
    found = {text for module in modules for text in constants(module)}
    imported = {name for module in modules for name in _imports(module)}
    assert "os" not in imported
    expected = attack.replace("{", "(").replace("}", ")") if place == "path" else attack
    assert place in NAMES_ONLY or any(expected in text for text in found)


def _imports(module: str) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(module)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {alias.name for node in nodes for alias in node.names}


def test_a_key_that_python_would_normalise_keeps_its_spelling() -> None:
    schema = {"type": "object", "properties": {"nested": {"type": "object", "properties": {"ﬁle": TEXT}}}}
    spec = api({"requestBody": {"content": {"application/json": {"schema": schema}}}})
    module = emit(build(spec, Overrides(), DOCS))["params/plants.py"]
    assert "ﬁle" in constants(module)


def test_a_union_names_each_member_once() -> None:
    schema = {"anyOf": [{"enum": ["a", "b"]}, {"oneOf": [TEXT, {"type": "integer"}]}, {"type": ["string", "null"]}]}
    module = Module(ir.Api(()), "models")
    assert module.annotation(field(schema)) == "Annotated[Literal['a', 'b'] | str, OPEN] | str | int | None"


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("Matches", "Match"),
        ("Boxes", "Box"),
        ("Classes", "Class"),
        ("Hashes", "Hash"),
        ("Categories", "Category"),
        ("Series", "SeriesItem"),
        ("Movies", "Movie"),
        ("Caches", "Cache"),
        ("Sizes", "Size"),
        ("Choices", "Choice"),
        ("Access", "AccessItem"),
        ("Data", "DataItem"),
    ],
)
def test_a_lists_item_is_called_by_the_singular(name: str, item: str) -> None:
    assert item_name(name) == item


def test_an_answer_that_is_a_list_has_a_name() -> None:
    # In a class with a method `list`, `list[...]` would be something else.
    spec = answering({"type": "array", "items": TEXT})
    (operation,) = build(spec, Overrides(), DOCS).operations
    assert operation.successes[0].type == ir.Ref("GetPlantsResponse")


def test_lists_may_stand_in_headers() -> None:
    header: Json = {"name": "X-Tags", "in": "header", "schema": {"type": "array", "items": TEXT}}
    assert arguments(api({"parameters": [header]})) == {"x_tags": ir.Array(ir.Scalar("string"))}


def test_a_reference_may_lead_into_a_component() -> None:
    tree: Json = {"type": "object", "properties": {"leaf": {"$ref": "#/components/schemas/Tree/properties/fruit"}}}
    tree["properties"]["fruit"] = {"type": "object", "properties": {"seed": {"$ref": "#/components/schemas/Tree"}}}
    spec = {**answering({"$ref": "#/components/schemas/Tree"}), "components": {"schemas": {"Tree": tree}}}
    assert {"Fruit", "Tree"} <= build(spec, Overrides(), DOCS).models.keys()


def test_an_override_names_a_type() -> None:
    schemas = {name: {"type": "object", "properties": {"leaf": TEXT}} for name in ("leaf-size", "leaf_size")}
    both = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in schemas]}
    spec = {**answering({"type": "object", "properties": {"both": both}}), "components": {"schemas": schemas}}
    models = build(spec, Overrides(types={"leaf_size": "LeafSizes"}), DOCS).models
    assert sorted(models) == ["GetPlantsResponse", "LeafSize", "LeafSizes"]
