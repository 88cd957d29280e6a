"""From an OpenAPI description to `ir.Api`."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from openrouter_sdk.core import OpenRouterCore
from openrouter_sdk.lib.resource import Resource
from openrouter_sdk.types.options import RequestOptions

from . import ir
from .load import Docs, Overrides, Place, SpecError, join, operations
from .names import BUILTINS, ERRORS, IMPORTED, attribute, function_pascal, pascal, snake
from .owners import owners
from .schemas import Schemas, choice, documented, need, nullable

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a function takes beside its own arguments; see types/options.py. The app headers are three of these.
OPTIONS = frozenset({"core", "self", *RequestOptions.__annotations__})
_APP_HEADERS = frozenset({"http-referer", "x-openrouter-title", "x-openrouter-categories"})
_OF_PARAMETERS = frozenset(
    {"allowEmptyValue", "deprecated", "description", "example", "examples", "explode", "in", "name", "required"}
    | {"schema", "style"}
)
_BODIES: dict[str, ir.Body] = {
    "application/json": "json",
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
}


def build(spec: dict[str, Any], overrides: Overrides, docs: Docs) -> ir.Api:
    """Return all that is to be written."""
    builder = Builder(spec, overrides, docs)
    _refuse_ids(spec)
    found = [operation for place in operations(spec) for operation in builder.operation(place)]
    found += [alias for operation in found for alias in builder.aliases(operation)]
    found.sort(key=lambda operation: operation.function)
    for side in builder.sides.values():
        side.refuse_circles()
    params, models = builder.sides["params"].definitions, builder.sides["models"].definitions
    _refuse_twins(found)
    _refuse_hidden(found, models)
    own = [operation for operation in found if not operation.alias_of]
    helpers = {(resource, name): kind for resource, kinds in overrides.helpers.items() for name, kind in kinds.items()}
    return ir.Api(tuple(found), params, models, owners(own, params, models, overrides), helpers)


def _refuse_ids(spec: dict[str, Any]) -> None:
    places: dict[str, str] = {}
    for place in operations(spec):
        other = places.setdefault(place.id, place.pointer)
        if other != place.pointer:
            message = f"{place.id} is the id of #{other}, too; patch one"
            raise SpecError(join(place.pointer, "operationId"), message)


def _refuse_twins(found: list[ir.Operation]) -> None:
    names: dict[str, ir.Operation] = {}
    for operation in found:
        for name in (operation.function, f"{operation.function}_async"):
            other = names.setdefault(name, operation)
            if other is not operation:
                message = f"{other.id} and {operation.id} would both be called {name}; name one in overrides.toml"
                raise SpecError("/paths", message)


def _refuse_hidden(found: list[ir.Operation], models: dict[str, ir.Definition]) -> None:
    """Refuse names of resources and methods that something else beside them has already."""
    for operation in found:
        resource, name, function = operation.resource, operation.name, operation.function
        kind, prefix = function_pascal(resource), function_pascal(function)
        if hasattr(OpenRouterCore, resource) or resource == "sdk" or kind in {*IMPORTED, *models, "OpenRouter"}:
            message = f"a resource can't be called {resource} ({kind}); name it in [resources] of overrides.toml"
            raise SpecError("/paths", f"{operation.id}: {message}")
        taken = function in IMPORTED or f"{prefix}Error" in models or f"{prefix}Params" in models
        if taken or hasattr(Resource, name) or name in BUILTINS - {"list"}:
            message = f"a method can't be called {name}; name it in [methods] of overrides.toml"
            raise SpecError("/paths", f"{operation.id}: {message}")


class Builder:
    """Builds operations, and with them the types that they send and return."""

    def __init__(self, spec: dict[str, Any], overrides: Overrides, docs: Docs) -> None:
        self.spec = spec
        self.overrides = overrides
        self.docs = docs
        sides: tuple[ir.Side, ir.Side] = ("params", "models")
        self.sides = {side: Schemas(spec, side, docs, overrides) for side in sides}

    def operation(self, place: Place) -> Iterator[ir.Operation]:
        """Yield the operation, once for each kind of body that it takes."""
        body = self._resolved(place.operation.get("requestBody", {}), join(place.pointer, "requestBody"))
        content = body.get("content", {})
        for media_type in content or [""]:
            yield self._operation(place, media_type, content.get(media_type, {}))

    def aliases(self, operation: ir.Operation) -> Iterator[ir.Operation]:
        """Yield the deprecated twins under other names."""
        alias = self.overrides.aliases.get(operation.function)
        if alias:
            yield dataclasses.replace(
                operation,
                resource=alias["resource"],
                name=alias["name"],
                deprecated=f"Use {operation.function}.",
                alias_of=operation,
            )

    def _operation(self, place: Place, media_type: str, content: dict[str, Any]) -> ir.Operation:
        if media_type and media_type not in _BODIES:
            raise SpecError(join(place.pointer, "requestBody", "content", media_type), "unknown kind of body")
        return ir.Operation(
            id=place.id,
            method=place.method,
            path=_path(place),
            resource=self._resource(place),
            name=self._name(place, media_type),
            summary=self.docs.summary(place.id),
            arguments=tuple(self._arguments(place, media_type, content)),
            body=_BODIES[media_type] if media_type else None,
            successes=self._successes(place),
            errors=self._errors(place),
            events=self._events(place),
            paging=self._paging(place),
            server=next((each.get("url") for each in place.operation.get("servers", [])), None),
            retries=_retries(place),
            deprecated=_deprecation(place.operation),
        )

    def _resolved(self, value: dict[str, Any], pointer: str) -> dict[str, Any]:
        return self.sides["params"].resolve(value, pointer)[0]

    def _resource(self, place: Place) -> str:
        tag = place.operation.get("x-speakeasy-group") or next(iter(place.operation.get("tags", [])), None)
        if tag is None:
            raise SpecError(place.pointer, "an operation without a tag, which names its resource")
        return self.overrides.resources.get(tag) or "_".join(snake(part) for part in tag.split("."))

    def _name(self, place: Place, media_type: str) -> str:
        if media_type == "multipart/form-data" and place.id in self.overrides.multipart:
            return self.overrides.multipart[place.id]
        named = place.operation.get("x-speakeasy-name-override", place.id)
        return self.overrides.methods.get(place.id) or snake(named)

    # --- arguments

    def _arguments(self, place: Place, media_type: str, content: dict[str, Any]) -> Iterator[ir.Field]:
        seen: dict[str, str] = {}
        for argument in [*self._parameters(place), *self._body_arguments(place, media_type, content)]:
            if argument.name in OPTIONS:
                raise SpecError(place.pointer, f"the argument {argument.wire!r} collides with an option of every call")
            if argument.name in seen:
                message = f"{seen[argument.name]!r} and {argument.wire!r} would both be called {argument.name}"
                raise SpecError(place.pointer, message)
            seen[argument.name] = argument.wire
            yield argument

    def _given_parameters(self, place: Place) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield the operation's parameters, and those of its path that it has none of its own in place of."""
        own: set[tuple[str, str]] = set()
        for parameter, where in self._resolved_parameters(place.operation.get("parameters", []), place.pointer):
            own.add((parameter["name"], parameter["in"]))
            yield parameter, where
        for parameter, where in self._resolved_parameters(place.shared, join("/paths", place.path)):
            if (parameter["name"], parameter["in"]) not in own:
                yield parameter, where

    def _resolved_parameters(self, given: list[dict[str, Any]], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
        for index, each in enumerate(given):
            where = join(pointer, "parameters", index)
            parameter = self._resolved(each, where)
            for member in ("name", "in"):
                need(parameter, member, where)
            yield parameter, where

    def _parameters(self, place: Place) -> Iterator[ir.Field]:
        fields = [
            self._parameter(place.id, parameter, where)
            for parameter, where in self._given_parameters(place)
            if parameter["name"].lower() not in _APP_HEADERS
        ]
        declared = {field.name for field in fields if field.place == "path"}
        filled = set(re.findall(r"{(\w+)}", _path(place)))
        if declared != filled:
            message = f"{min(declared ^ filled)} must be both in the path and among its parameters; patch one of them"
            raise SpecError(place.pointer, message)
        yield from fields

    def _parameter(self, operation_id: str, parameter: dict[str, Any], pointer: str) -> ir.Field:
        wire, place, schema = parameter["name"], parameter["in"], parameter.get("schema", {})
        _refuse_unknown(parameter, pointer)
        kind = self.sides["params"].type_of(schema, join(pointer, "schema"), pascal(operation_id) + pascal(wire))
        if self.sides["params"].takes_objects(kind):
            raise SpecError(join(pointer, "schema"), "an object has no spelling here; patch it into a text")
        return ir.Field(
            wire,
            snake(wire),
            kind,
            place == "path" or bool(parameter.get("required")),
            documented(self.docs.argument(operation_id, wire, None), schema),
            place,
            comma_separated=place == "query" and not parameter.get("explode", True),
        )

    def _asks_for_stream(self, place: Place) -> bool:
        """Tell whether a request's body says if the answer is to be a stream."""
        body = self._resolved(place.operation.get("requestBody", {}), join(place.pointer, "requestBody"))
        content = body.get("content", {}).get("application/json", {})
        merged = self.sides["params"].merged(content.get("schema", {}), place.pointer)
        return "stream" in merged.get("properties", {})

    def _body_arguments(self, place: Place, media_type: str, content: dict[str, Any]) -> Iterator[ir.Field]:
        if not media_type:
            return
        params = self.sides["params"]
        where = join(place.pointer, "requestBody", "content", media_type, "schema")
        given = need(content, "schema", join(place.pointer, "requestBody", "content", media_type))
        schema, where = params.resolve(given, where)
        component = where.rsplit("/", 1)[-1] if where.startswith("/components/") else None
        merged = params.merged(schema, where)
        if not merged.get("properties"):
            raise SpecError(where, "only objects with properties can be a request's body")
        name = params.component_name(component) if component else pascal(place.id)
        for field in params.fields(merged, where, name):
            if field.wire != "stream" or not self._streams(place):
                doc = self.docs.argument(place.id, field.wire, component)
                doc = documented(doc, merged["properties"][field.wire])
                yield dataclasses.replace(field, name=snake(field.wire), doc=doc)

    # --- answers

    def _answers(self, place: Place, *hundreds: int) -> Iterator[tuple[int, dict[str, Any], str]]:
        """Yield the answers whose statuses are in `hundreds`: the status, the answer, and where it stands."""
        pointer = join(place.pointer, "responses")
        for status, given in need(place.operation, "responses", pointer).items():
            where = join(pointer, status)
            if status == "default":  # what OpenRouterDefaultError is for
                continue
            if not re.fullmatch("[1-5][0-9][0-9]", str(status)):
                raise SpecError(where, "only single statuses can be expressed; patch them in instead")
            if int(status) // 100 in hundreds:
                yield int(status), self._resolved(given, where), where

    def _errors(self, place: Place) -> tuple[int, ...]:
        for status, _, where in self._answers(place, 4, 5):
            if status not in ERRORS:
                raise SpecError(where, f"errors.py has no class for {status}; add one")
        return tuple(sorted(status for status, _, _ in self._answers(place, 4, 5)))

    def _successes(self, place: Place) -> tuple[ir.Success, ...]:
        events = self._events(place)
        found = [
            self._success(place, status, answer, where)
            for status, answer, where in self._answers(place, 2)
            if events is None or events.on_request or not _is_stream(answer)
        ]
        if not found:
            raise SpecError(join(place.pointer, "responses"), "no status that means success")
        return tuple(found)

    def _success(self, place: Place, status: int, response: dict[str, Any], pointer: str) -> ir.Success:
        content = response.get("content", {})
        if not content:
            return ir.Success(status, "empty")
        if "application/json" in content:
            where = join(pointer, "content", "application/json", "schema")
            schema = content["application/json"].get("schema", {})
            return ir.Success(status, "json", self._answer_type(schema, where, self._response_name(place)))
        media_type = next(iter(content))
        if media_type.split("/")[0] not in {"audio", "video", "image"} and media_type != "application/octet-stream":
            raise SpecError(join(pointer, "content", media_type), "unknown kind of answer")
        return ir.Success(status, "binary", ir.Scalar("file"), media_type)

    def _answer_type(self, schema: dict[str, Any], pointer: str, name: str) -> ir.Type:
        """Return the type of an answer; one that would be written with `list` or `dict` gets a name.

        In a class with a method `list`, that is what `list` means.
        """
        models = self.sides["models"]
        kind = models.type_of(schema, pointer, name)
        inner = kind.of if isinstance(kind, ir.Nullable) else kind
        if not isinstance(inner, (ir.Array, ir.Map)):
            return kind
        return models.named(inner, pointer, name) if inner is kind else nullable(models.named(inner, pointer, name))

    def _response_name(self, place: Place) -> str:
        """Return the name for an answer that the description gives none; some components are called like that."""
        name = f"{pascal(place.id)}Response"
        return f"{name}Body" if name in self.spec.get("components", {}).get("schemas", {}) else name

    def _events(self, place: Place) -> ir.Events | None:
        """Return the stream that the operation can answer with; one of bare strings isn't any."""
        for _, answer, pointer in self._answers(place, 2):
            where = join(pointer, "content", "text/event-stream", "schema")
            content = answer.get("content", {}).get("text/event-stream", {})
            schema, where = self.sides["models"].resolve(content.get("schema", {}), where)
            data = schema.get("properties", {}).get("data")
            if data is not None:
                return self._events_of(place, data, join(where, "properties", "data"))
        return None

    def _streams(self, place: Place) -> bool:
        return any(_is_stream(answer) for _, answer, _ in self._answers(place, 2))

    def _events_of(self, place: Place, data: dict[str, Any], pointer: str) -> ir.Events:
        if place.id not in self.overrides.folds:
            raise SpecError(place.pointer, "a stream, and [folds] of overrides.toml doesn't say how it folds")
        name = f"{pascal(place.id)}Event"
        kind = self.sides["models"].named(self.sides["models"].type_of(data, pointer, name), pointer, name)
        return ir.Events(kind, self.overrides.folds[place.id], self._asks_for_stream(place))

    def _paging(self, place: Place) -> ir.Paging | None:
        stated = self.overrides.paging.get(place.id) or place.operation.get("x-speakeasy-pagination")
        if stated is None:
            return None
        where = join(place.pointer, "x-speakeasy-pagination")
        inputs = {need(given, "type", where): need(given, "name", where) for given in need(stated, "inputs", where)}
        outputs = need(stated, "outputs", where)
        items, cursor = (str(outputs.get(name, "")).removeprefix("$.") for name in ("results", "nextCursor"))
        item = self._item_type(place, items, where)
        given = {each["name"]: each.get("schema", {}) for each, _ in self._given_parameters(place)}
        way = need(stated, "type", where), inputs.get("offset"), inputs.get("limit", "limit")
        if way == ("offsetLimit", "offset", "limit") and "offset" in given:
            limit, last = given.get("limit", {}).get("default"), given["offset"].get("maximum")
            return ir.Paging(attribute(items), item, limit=limit, last_offset=last)
        if way[0] == "cursor" and inputs.get("cursor") in given and cursor and "." not in cursor:
            shapes = {
                shape: (attribute(field), snake(argument))
                for shape, (field, argument) in stated.get("shapes", {}).items()
                if argument in given
            }
            return ir.Paging(attribute(items), item, attribute(cursor), snake(inputs["cursor"]), shapes=shapes)
        raise SpecError(where, "pages that lead on like this can't be expressed; patch it away")

    def _item_type(self, place: Place, items: str, pointer: str) -> ir.Type:
        """Return the type of a page's items, which are a property of the answer, or of each that it can be."""
        models = self.sides["models"]
        answer = self._successes(place)[0].type
        found: list[ir.Type] = []
        for definition in models.objects(answer):
            lists = [models.expanded(field.type) for field in definition.fields if field.wire == items]
            if not lists or not isinstance(lists[0], ir.Array):
                raise SpecError(pointer, f"{definition.name} has no list {items!r}")
            found.append(lists[0].item)
        if not found:
            raise SpecError(pointer, "the answer is no object that could hold a page's items; patch it")
        return models.named(choice(found), pointer, f"{pascal(place.id)}Item")


def _is_stream(response: dict[str, Any]) -> bool:
    return "text/event-stream" in response.get("content", {})


def _path(place: Place) -> str:
    """Return the path with the arguments' names in Python."""
    return "/".join(_segment(part, place.pointer) for part in place.path.split("/"))


def _segment(part: str, pointer: str) -> str:
    if part[:1] == "{" and part[-1:] == "}" and not re.search(r"[{}]", part[1:-1]):
        return f"{{{snake(part[1:-1])}}}"
    if re.search(r"[{}]", part):
        raise SpecError(pointer, f"an argument must be a whole segment of the path, and {part!r} isn't")
    return part


def _retries(place: Place) -> ir.Retries | None:
    """Return the operation's own retries; how long to wait between them is the runtime's business."""
    stated = place.operation.get("x-speakeasy-retries")
    if stated is None:
        return None
    where = join(place.pointer, "x-speakeasy-retries")
    if stated.get("strategy") == "none":
        return ir.Retries((), lost_connections=False)
    codes: list[str] = [str(code) for code in stated.get("statusCodes", [])]
    if stated.get("strategy") != "backoff" or not codes:
        raise SpecError(where, "unknown kind of retries")
    numbers = tuple(int(code) if code.isdecimal() else code for code in codes)
    return ir.Retries(numbers, lost_connections=stated.get("retryConnectionErrors") is True)


def _refuse_unknown(parameter: dict[str, Any], pointer: str) -> None:
    """Refuse what would change how a parameter is written."""
    for key in parameter:
        if key not in _OF_PARAMETERS and not key.startswith("x-"):
            raise SpecError(join(pointer, key), "the generator doesn't know this member of a parameter")
    if parameter["in"] not in {"path", "query", "header"}:
        raise SpecError(pointer, f"parameters in {parameter['in']!r} can't be expressed")
    if parameter.get("style", "form") not in {"form", "simple"}:
        raise SpecError(join(pointer, "style"), f"unknown style {parameter['style']!r}")


def _deprecation(operation: dict[str, Any]) -> str:
    if operation.get("x-last-seen"):
        return f"Gone from the newest API description; last seen on {operation['x-last-seen']}."
    return "The API marks this operation as deprecated." if operation.get("deprecated") else ""
