"""What the generator can't express is a `SpecError` that names its JSON pointer, and never half a package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from generator.build import build
from generator.load import Docs, Overrides, SpecError, apply_patches, load_docs, load_spec

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

DOCS = Docs(operations={name: {"summary": "Does it."} for name in ("getPlants", "list", "listAsync")})
PLACE = "#/paths/~1plants/post"
ANSWER = f"{PLACE}/responses/200/content/application~1json/schema"
BODY = f"{PLACE}/requestBody/content/application~1json/schema"
TEXT: Json = {"type": "string"}
ID: Json = {"name": "id", "in": "path", "required": True, "schema": TEXT}
FINE: Json = {"200": {"description": "fine", "content": {"application/json": {"schema": {"type": "object"}}}}}


def api(operation: Json | None = None, path: str = "/plants", components: Json | None = None) -> Json:
    """Describe an API of one operation, with whatever is given in place of what would be fine."""
    whole = {"operationId": "getPlants", "tags": ["Plants"], "responses": FINE, **(operation or {})}
    return {"openapi": "3.1.0", "paths": {path: {"post": whole}}, "components": components or {}}


def without(member: str) -> Json:
    spec = api()
    del spec["paths"]["/plants"]["post"][member]
    return spec


def answering(schema: Any, **schemas: Json) -> Json:
    operation = {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}
    return api(operation, components={"schemas": schemas})


def taking(schema: Any, media_type: str = "application/json", **schemas: Json) -> Json:
    operation = {"requestBody": {"content": {media_type: {"schema": schema}}}}
    return api(operation, components={"schemas": schemas})


def with_parameters(*parameters: Json, **components: Json) -> Json:
    return api({"parameters": list(parameters)}, components=components)


def with_statuses(**responses: Json) -> Json:
    return api({"responses": {**FINE, **{status.removeprefix("_"): given for status, given in responses.items()}}})


def having(**properties: Any) -> Json:
    return {"type": "object", "properties": properties}


def ref(name: str, kind: str = "schemas") -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def query(**changes: Any) -> Json:
    return {"name": "q", "in": "query", "schema": TEXT, **changes}


def refusal(spec: Json, overrides: Overrides | None = None) -> str:
    with pytest.raises(SpecError) as caught:
        build(spec, overrides or Overrides(), DOCS)
    return str(caught.value)


def test_the_description_that_the_others_are_made_from_is_fine() -> None:
    assert [operation.function for operation in build(api(), Overrides(), DOCS).operations] == ["plants_get_plants"]


# --- schemas


@pytest.mark.parametrize("keyword", ["not", "patternProperties", "prefixItems", "if", "then", "contains", "$defs"])
def test_an_unknown_keyword_is_refused(keyword: str) -> None:
    unknown = f"/{keyword}: the generator doesn't know this keyword"
    assert refusal(answering({keyword: {}})) == ANSWER + unknown
    assert refusal(answering(having(leaf={keyword: {}}))) == f"{ANSWER}/properties/leaf{unknown}"
    assert refusal(answering(ref("Leaf"), Leaf={"items": {keyword: {}}})) == f"#/components/schemas/Leaf/items{unknown}"
    assert refusal(taking(having(leaf={keyword: {}}))) == f"{BODY}/properties/leaf{unknown}"


def test_an_unknown_keyword_of_a_whole_body_is_refused() -> None:
    assert refusal(taking({**having(leaf=TEXT), "not": {}})).startswith(f"{BODY}/not: ")


def test_an_unknown_keyword_of_a_part_of_all_of_is_refused() -> None:
    schema: Json = {"allOf": [having(leaf=TEXT), {**having(root=TEXT), "not": {}}]}
    assert refusal(answering(schema)).startswith(f"{ANSWER}/allOf/1/not: ")


SHAPES = [
    pytest.param({"type": "decimal"}, "/type", id="unknown type"),
    pytest.param({"type": ["string", "decimal"]}, "/type", id="unknown type in a list"),
    pytest.param({"allOf": [having(a=TEXT), {"oneOf": [having(b=TEXT)]}]}, "/allOf/1", id="choice in allOf"),
    pytest.param({"allOf": [having(a=TEXT), {"type": "string", "enum": ["a"]}]}, "/allOf/1", id="string in allOf"),
    pytest.param({"oneOf": [having(b=TEXT)], "properties": {"a": TEXT}}, "", id="choice beside properties"),
    pytest.param(having(leafSize=TEXT, leaf_size=TEXT), "", id="fields of one name"),
    pytest.param(
        {"$ref": "#/components/schemas/Leaf", "properties": {"a": TEXT}}, "", id="properties beside a reference"
    ),
    pytest.param({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, "/allOf/0", id="enumerations in allOf"),
    pytest.param({"enum": []}, "/enum", id="empty enumeration"),
    pytest.param({"enum": [{"a": 1}, "b"]}, "/enum", id="objects as values"),
    pytest.param({"const": [1]}, "/const", id="list as value"),
    pytest.param({"anyOf": []}, "/anyOf", id="choice of nothing"),
]


@pytest.mark.parametrize(("schema", "pointer"), SHAPES)
def test_a_schema_without_a_python_type_is_refused(schema: Json, pointer: str) -> None:
    assert refusal(answering(schema, Leaf=having(b=TEXT))).startswith(f"{ANSWER}{pointer}: ")


@pytest.mark.parametrize("kind", [TEXT, None], ids=["any text", "no such property"])
def test_a_discriminator_that_the_members_dont_bind_to_constants_is_refused(kind: Json | None) -> None:
    mapping = {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"}
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind", "mapping": mapping}}
    tag = {"kind": kind} if kind else {}
    assert "kind" in refusal(answering(pet, Cat=having(**tag, claws=TEXT), Dog=having(**tag, bark=TEXT)))


def test_a_mapping_that_contradicts_the_constants_is_refused() -> None:
    mapping = {"cat": "#/components/schemas/Dog", "dog": "Cat"}
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind", "mapping": mapping}}
    schemas = {name: having(kind={"const": name.lower()}) for name in ("Cat", "Dog")}
    pointer = f"{ANSWER}/discriminator/mapping/cat"
    assert refusal(answering(pet, **schemas)).startswith(f"{pointer}: #/components/schemas/Dog doesn't bind 'kind'")


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "array", "items": ref("A")}, id="list"),
        pytest.param({"type": "object", "additionalProperties": ref("A")}, id="map"),
        pytest.param({"anyOf": [TEXT, {"type": "array", "items": ref("A")}]}, id="choice"),
    ],
)
def test_a_type_that_holds_itself_without_an_object_is_refused(schema: Json) -> None:
    assert refusal(answering(ref("A"), A=schema)).startswith("#/components/schemas/A: A holds itself")


# --- references


def test_a_reference_to_nothing_is_refused() -> None:
    assert refusal(answering(ref("Leaf"))) == f"{ANSWER}: there is nothing at #/components/schemas/Leaf"


@pytest.mark.parametrize(
    ("spec", "pointer"),
    [
        pytest.param(with_parameters(ref("Leaf", "parameters")), f"{PLACE}/parameters/0", id="parameter"),
        pytest.param(api({"requestBody": ref("Leaf", "requestBodies")}), f"{PLACE}/requestBody", id="body"),
        pytest.param(with_statuses(_201=ref("Leaf", "responses")), f"{PLACE}/responses/201", id="answer"),
        pytest.param(answering({"oneOf": [ref("Leaf")]}), f"{ANSWER}/oneOf/0", id="member of a choice"),
        pytest.param(answering({"$ref": "other.yaml#/Leaf"}), ANSWER, id="schema in another file"),
        pytest.param(with_parameters({"$ref": "other.yaml#/Leaf"}), f"{PLACE}/parameters/0", id="file of parameters"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_where_it_stands(spec: Json, pointer: str) -> None:
    assert refusal(spec).startswith(f"{pointer}: ")


@pytest.mark.parametrize("reference", ["other.yaml#/Leaf", "https://plants.example/api.yaml#/Leaf"])
def test_a_reference_to_another_file_is_refused(reference: str) -> None:
    assert f"only references into the same file are known, not {reference!r}" in refusal(answering({"$ref": reference}))


def test_a_circle_of_references_is_refused() -> None:
    spec = with_parameters(
        ref("A", "parameters"), parameters={"A": ref("B", "parameters"), "B": ref("A", "parameters")}
    )
    assert refusal(spec) == "#/components/parameters/A: this reference leads back to itself"


@pytest.mark.parametrize(
    "schemas",
    [
        pytest.param({"A": ref("A")}, id="itself"),
        pytest.param({"A": ref("B"), "B": ref("A")}, id="two"),
        pytest.param({"A": {"allOf": [ref("A"), having(a=TEXT)]}}, id="allOf"),
        pytest.param({"A": {"oneOf": [ref("A"), having(a=TEXT)]}}, id="oneOf"),
    ],
)
def test_a_schema_that_is_nothing_but_itself_is_refused(schemas: Json) -> None:
    assert refusal(answering(ref("A"), **schemas)).startswith("#/components/schemas/")


# --- parameters

ARGUMENTS = [
    pytest.param(query(**{"in": "cookie"}), "/parameters/0: parameters in 'cookie'", id="cookie"),
    pytest.param(query(style="deepObject"), "/parameters/0/style: unknown style 'deepObject'", id="style"),
    pytest.param(query(schema={"not": {}}), "/parameters/0/schema/not: ", id="schema"),
    pytest.param(query(name="timeout"), ": the argument 'timeout' collides with an option", id="option"),
    pytest.param(
        query(name="extraHeaders"), ": the argument 'extraHeaders' collides with an option", id="camel option"
    ),
    pytest.param(query(name="self"), ": the argument 'self' collides with an option", id="self"),
    pytest.param(query(name="core"), ": the argument 'core' collides with an option", id="core"),
    pytest.param(
        {"name": "q", "in": "query", "content": {"application/json": {"schema": having(a=TEXT)}}},
        "/parameters/0/content: ",
        id="content",
    ),
    pytest.param({"name": "q", "schema": TEXT}, "/parameters/0: ", id="nowhere"),
    pytest.param(query(schema=having(a=TEXT)), "/parameters/0", id="object"),
    pytest.param(query(allowReserved=True), "/parameters/0/allowReserved: the generator doesn't know", id="reserved"),
]


@pytest.mark.parametrize(("parameter", "message"), ARGUMENTS)
def test_a_parameter_that_cant_be_an_argument_is_refused(parameter: Json, message: str) -> None:
    assert refusal(with_parameters(parameter)).startswith(PLACE + message)


def test_arguments_of_one_name_are_refused() -> None:
    message = f"{PLACE}: 'leafSize' and 'leaf_size' would both be called leaf_size"
    assert refusal(with_parameters(query(name="leafSize"), query(name="leaf_size"))) == message
    both = api({**taking(having(leaf_size=TEXT))["paths"]["/plants"]["post"], "parameters": [query(name="leafSize")]})
    assert refusal(both) == message


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        pytest.param("/plants/{id}", [], id="not declared"),
        pytest.param("/plants", [ID], id="not in the path"),
        pytest.param("/plants/{id}.json", [ID], id="part of a segment"),
        pytest.param("/plants/no-{id}", [ID], id="end of a segment"),
    ],
)
def test_a_path_that_doesnt_fit_its_parameters_is_refused(path: str, parameters: list[Json]) -> None:
    assert path.replace("/", "~1") in refusal(api({"parameters": parameters}, path=path))


def test_a_query_of_lists_of_objects_is_refused() -> None:
    parameter = query(schema={"type": "array", "items": ref("Leaf")})
    spec = with_parameters(parameter, schemas={"Leaf": {"anyOf": [TEXT, having(a=TEXT), {"type": "null"}]}})
    assert refusal(spec) == f"{PLACE}/parameters/0/schema: an object has no spelling here; patch it into a text"


# --- bodies and answers


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/octet-stream", "image/png"])
def test_an_unknown_kind_of_body_is_refused(media_type: str) -> None:
    pointer = f"{PLACE}/requestBody/content/{media_type.replace('/', '~1')}"
    assert refusal(taking({}, media_type)) == f"{pointer}: unknown kind of body"


@pytest.mark.parametrize("schema", [TEXT, {"type": "array", "items": TEXT}, {"oneOf": [having(a=TEXT)]}, {}])
def test_a_body_that_isnt_an_object_is_refused(schema: Json) -> None:
    assert refusal(taking(schema)) == f"{BODY}: only objects with properties can be a request's body"


@pytest.mark.parametrize("media_type", ["text/html", "text/event-stream", "application/xml"])
def test_an_unknown_kind_of_answer_is_refused(media_type: str) -> None:
    pointer = f"{PLACE}/responses/201/content/{media_type.replace('/', '~1')}"
    assert refusal(with_statuses(_201={"content": {media_type: {}}})) == f"{pointer}: unknown kind of answer"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param(with_statuses(_418={}), "/responses/418: errors.py has no class for 418", id="418"),
        pytest.param(
            api({"responses": {"default": {}}}), "/responses: no status that means success", id="default only"
        ),
        pytest.param(with_statuses(_4XX={}), "/responses/4XX: ", id="4XX"),
        pytest.param(with_statuses(_2XX={}), "/responses/2XX: ", id="2XX"),
        pytest.param(without("responses"), "/responses: ", id="none"),
        pytest.param(
            api({"requestBody": {"content": {"application/json": {}}}}),
            "/requestBody/content/application~1json",
            id="body without schema",
        ),
    ],
)
def test_statuses_and_bodies_that_say_nothing_are_refused(spec: Json, message: str) -> None:
    assert refusal(spec).startswith(PLACE + message)


PAGING: Json = {
    "type": "cursor",
    "inputs": [{"name": "q", "in": "parameters", "type": "cursor"}],
    "outputs": {"results": "$.data", "nextCursor": "$.last"},
}
NUMBERED: Json = {
    "type": "offsetLimit",
    "inputs": [{"name": "q", "in": "parameters", "type": "offset"}],
    "outputs": {"results": "$.data"},
}


@pytest.mark.parametrize(
    ("paging", "message"),
    [
        pytest.param({}, "there is no 'inputs' here", id="empty"),
        pytest.param({**PAGING, "inputs": []}, "pages that lead on like this", id="no input"),
        pytest.param(
            {**PAGING, "outputs": {"results": "$.data", "nextCursor": "$.a.b"}}, "pages that lead on", id="deep"
        ),
        pytest.param({**PAGING, "type": "url"}, "pages that lead on like this", id="urls"),
        pytest.param(NUMBERED, "pages that lead on like this", id="offset of another name"),
        pytest.param({**PAGING, "outputs": {"results": "$.items"}}, "has no list 'items'", id="no such list"),
    ],
)
def test_paging_that_cant_be_followed_is_refused(paging: Json, message: str) -> None:
    schema = having(data={"type": "array", "items": TEXT}, last=TEXT)
    responses = {"200": {"content": {"application/json": {"schema": schema}}}}
    spec = api({"parameters": [query()], "responses": responses, "x-speakeasy-pagination": paging})
    assert f"{PLACE}/x-speakeasy-pagination" in refusal(spec)
    assert message in refusal(spec)


def test_a_stream_without_a_fold_is_refused() -> None:
    stream = {"content": {"text/event-stream": {"schema": having(data=having(a=TEXT))}}}
    assert refusal(api({"responses": {"200": stream}})).startswith(f"{PLACE}: a stream, and [folds]")


# --- operations and names


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param(without("operationId"), f"{PLACE}: an operation without an operationId", id="no id"),
        pytest.param(without("tags"), f"{PLACE}: an operation without a tag, which names its resource", id="no tag"),
        pytest.param(api({"operationId": "getWeeds"}), "#/paths: no summary of getWeeds", id="no summary"),
    ],
)
def test_an_operation_that_lacks_what_names_it_is_refused(spec: Json, message: str) -> None:
    assert refusal(spec).startswith(message)


def test_an_unknown_member_of_a_path_is_refused() -> None:
    spec = api()
    spec["paths"]["/plants"]["servers"] = []
    assert refusal(spec) == "#/paths/~1plants/servers: unknown member of a path"


def two(one: str, other: str) -> Json:
    return {
        "openapi": "3.1.0",
        "paths": {f"/{i}": api({"operationId": name})["paths"]["/plants"] for i, name in enumerate([one, other])},
    }


def test_functions_of_one_name_are_refused() -> None:
    overrides = Overrides(methods={"list": "get_plants"})
    message = "getPlants and list would both be called plants_get_plants"
    assert message in refusal(two("getPlants", "list"), overrides)


def test_operations_of_one_id_are_refused() -> None:
    message = "#/paths/~11/post/operationId: getPlants is the id of #/paths/~10/post, too; patch one"
    assert refusal(two("getPlants", "getPlants")) == message


def test_a_function_called_like_anothers_async_twin_is_refused() -> None:
    assert "list_async" in refusal(two("list", "listAsync"))


def test_two_bodies_need_two_names() -> None:
    content = {"application/json": {"schema": having(a=TEXT)}, "multipart/form-data": {"schema": having(a=TEXT)}}
    spec = api({"requestBody": {"content": content}})
    assert "would both be called plants_get_plants; name one in overrides.toml" in refusal(spec)
    both = build(spec, Overrides(multipart={"getPlants": "upload"}), DOCS)
    assert [operation.function for operation in both.operations] == ["plants_get_plants", "plants_upload"]


def test_types_of_one_name_are_refused() -> None:
    spec = answering(
        having(leaf=having(a=TEXT), other=ref("GetPlantsResponseLeaf")), GetPlantsResponseLeaf=having(b=TEXT)
    )
    message = f"the name GetPlantsResponseLeaf is taken by {ANSWER}/properties/leaf"
    assert refusal(spec).startswith(f"#/components/schemas/GetPlantsResponseLeaf: {message}")


@pytest.mark.parametrize(("one", "other"), [("leaf-size", "leaf_size"), ("leafSize", "LeafSize"), ("叶", "花")])
def test_components_of_one_name_are_refused(one: str, other: str) -> None:
    spec = answering(having(a=ref(one), b=ref(other)), **{one: having(a=TEXT), other: having(b=TEXT)})
    assert other in refusal(spec)


@pytest.mark.parametrize("name", ["Field", "Literal", "OneOf", "Operation", "Result", "Unrecognized", "Plants"])
def test_a_type_called_like_what_generated_modules_use_is_refused_or_renamed(name: str) -> None:
    spec = answering(ref(name), **{name: having(a=TEXT)})
    try:
        models = build(spec, Overrides(), DOCS).models
    except SpecError as error:
        assert name in str(error)  # noqa: PT017  # being refused is one of two good ends
    else:
        assert name not in models


@pytest.mark.parametrize("tag", ["Hooks", "Settings", "Close", "SDK"])
def test_a_resource_called_like_a_part_of_the_client_is_refused(tag: str) -> None:
    assert tag.lower() in refusal(api({"tags": [tag]}))


@pytest.mark.parametrize("name", ["core", "str", "dict"])
def test_a_method_called_like_what_its_class_uses_is_refused(name: str) -> None:
    message = f"getPlants: a method can't be called {name}; name it in [methods] of overrides.toml"
    assert refusal(api({"x-speakeasy-name-override": name})) == f"#/paths: {message}"


def test_a_function_called_like_what_its_module_imports_is_refused() -> None:
    assert "name it in [methods]" in refusal(api({"tags": ["Stream"], "x-speakeasy-name-override": "call"}))


# --- files


@pytest.mark.parametrize(
    "text",
    ["swagger: '2.0'", "openapi: 3.0.3", "openapi: 4.0.0", "[]", "", "just words"],
    ids=lambda text: text or "empty",
)
def test_what_isnt_openapi_3_1_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "spec.yaml").write_text(text)
    with pytest.raises(SpecError, match=r"^#/openapi: this isn't an OpenAPI 3\.1 description$"):
        load_spec(str(tmp_path / "spec.yaml"))


def test_what_isnt_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("openapi: 3.1.0\npaths: {")
    with pytest.raises(SpecError):
        load_spec(str(tmp_path / "spec.yaml"))


@pytest.mark.parametrize("what", ["[getPlants]\nsummary = 'Twice.'", "[schemas.Plant]\nname = 'Twice.'"])
def test_what_is_described_twice_is_refused(tmp_path: Path, what: str) -> None:
    for name in ("one.toml", "other.toml"):
        (tmp_path / name).write_text(what)
    with pytest.raises(SpecError, match=r"other\.toml describes (getPlants|Plant), which another file does, too"):
        load_docs(tmp_path)


@pytest.mark.parametrize("pointer", ["/components/schemas/Leaf/type", "/paths/~1weeds/post/summary", "/nowhere/at/all"])
def test_a_patch_that_points_nowhere_is_refused(pointer: str) -> None:
    patch = {"pointer": pointer, "value": "string"}
    with pytest.raises(SpecError, match=f"^#{pointer}: a patch points here, and there is nothing"):
        apply_patches(api(), Overrides(patches=[patch]))


@pytest.mark.parametrize("pointer", [pytest.param("", id="the whole"), pytest.param("/openapi/3/1", id="into a text")])
def test_a_patch_of_what_has_no_members_is_refused(pointer: str) -> None:
    with pytest.raises(SpecError):
        apply_patches(api(), Overrides(patches=[{"pointer": pointer, "value": "string"}]))
