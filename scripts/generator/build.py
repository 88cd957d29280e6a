"""From an OpenAPI description to `ir.Api`."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

from openrouter_sdk.types.options import RequestOptions

from . import ir
from .load import Docs, Overrides, Place, SpecError, join, operations
from .names import ERRORS, pascal, snake
from .owners import owners
from .schemas import Schemas, choice, documented

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a function takes beside its own arguments; see types/options.py. The app headers are three of these.
OPTIONS = frozenset({"core", "self", *RequestOptions.__annotations__})
_APP_HEADERS = frozenset({"http-referer", "x-openrouter-title", "x-openrouter-categories"})
_BODIES: dict[str, ir.Body] = {
    "application/json": "json",
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
}


def build(spec: dict[str, Any], overrides: Overrides, docs: Docs) -> ir.Api:
    """Return all that is to be written."""
    builder = Builder(spec, overrides, docs)
    found = [operation for place in operations(spec) for operation in builder.operation(place)]
    found += [alias for operation in found for alias in builder.aliases(operation)]
    found.sort(key=lambda operation: operation.function)
    _refuse_twins(found)
    params, models = builder.sides["params"].definitions, builder.sides["models"].definitions
    own = [operation for operation in found if not operation.alias_of]
    return ir.Api(tuple(found), params, models, owners(own, params, models, overrides))


def _refuse_twins(found: list[ir.Operation]) -> None:
    for one, other in itertools.pairwise(found):
        if one.function == other.function:
            message = f"{one.id} and {other.id} would both be called {one.function}; name one in overrides.toml"
            raise SpecError("/paths", message)


class Builder:
    """Builds operations, and with them the types that they send and return."""

    def __init__(self, spec: dict[str, Any], overrides: Overrides, docs: Docs) -> None:
        self.spec = spec
        self.overrides = overrides
        self.docs = docs
        self.sides = {"params": Schemas(spec, "params", docs), "models": Schemas(spec, "models", docs)}

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
                alias_of=operation.function,
            )

    def _operation(self, place: Place, media_type: str, content: dict[str, Any]) -> ir.Operation:
        if media_type and media_type not in _BODIES:
            raise SpecError(join(place.pointer, "requestBody", "content", media_type), "unknown kind of body")
        return ir.Operation(
            id=place.id,
            method=place.method,
            path=_path(place.path),
            resource=self._resource(place),
            name=self._name(place, media_type),
            summary=self.docs.summary(place.id),
            arguments=tuple(self._arguments(place, media_type, content)),
            body=_BODIES[media_type] if media_type else None,
            successes=self._successes(place),
            errors=_errors(place),
            events=self._events(place),
            paging=self._paging(place),
            server=place.operation.get("servers", [{}])[0].get("url"),
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

    def _parameters(self, place: Place) -> Iterator[ir.Field]:
        for index, given in enumerate([*place.operation.get("parameters", []), *place.shared]):
            where = join(place.pointer, "parameters", index)
            parameter = self._resolved(given, where)
            if parameter["in"] not in {"path", "query", "header"}:
                raise SpecError(where, f"parameters in {parameter['in']!r} can't be expressed")
            if parameter["name"].lower() not in _APP_HEADERS:
                yield self._parameter(place.id, parameter, where)

    def _parameter(self, operation_id: str, parameter: dict[str, Any], pointer: str) -> ir.Field:
        wire, schema = parameter["name"], parameter.get("schema", {})
        exploded = parameter.get("explode", parameter["in"] == "query")
        if parameter.get("style", "form") not in {"form", "simple"}:
            raise SpecError(join(pointer, "style"), f"unknown style {parameter['style']!r}")
        return ir.Field(
            wire,
            snake(wire),
            self.sides["params"].type_of(schema, join(pointer, "schema"), pascal(operation_id) + pascal(wire)),
            bool(parameter.get("required")),
            documented(self.docs.argument(operation_id, wire, None), schema),
            parameter["in"],
            comma_separated=parameter["in"] == "query" and not exploded,
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
        schema, where = params.resolve(content["schema"], where)
        component = where.rsplit("/", 1)[-1] if where.startswith("/components/") else None
        merged = params.merged(schema, where)
        if not merged.get("properties"):
            raise SpecError(where, "only objects with properties can be a request's body")
        for field in params.fields(merged, where, pascal(component or place.id)):
            if field.wire != "stream" or not _streams(place.operation):
                doc = self.docs.argument(place.id, field.wire, component)
                doc = documented(doc, merged["properties"][field.wire])
                yield dataclasses.replace(field, name=snake(field.wire), doc=doc)

    # --- answers

    def _successes(self, place: Place) -> tuple[ir.Success, ...]:
        found: list[ir.Success] = []
        events = self._events(place)
        for status, given in place.operation["responses"].items():
            where = join(place.pointer, "responses", status)
            if status[0] == "2" and (events is None or events.on_request or not _is_stream(given)):
                found.append(self._success(place, int(status), self._resolved(given, where), where))
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
            return ir.Success(status, "json", self.sides["models"].type_of(schema, where, self._response_name(place)))
        media_type = next(iter(content))
        if media_type.split("/")[0] not in {"audio", "video", "image"} and media_type != "application/octet-stream":
            raise SpecError(join(pointer, "content", media_type), "unknown kind of answer")
        return ir.Success(status, "binary", ir.Scalar("file"), media_type)

    def _response_name(self, place: Place) -> str:
        """Return the name for an answer that the description gives none; some components are called like that."""
        name = f"{pascal(place.id)}Response"
        return f"{name}Body" if name in self.spec.get("components", {}).get("schemas", {}) else name

    def _events(self, place: Place) -> ir.Events | None:
        """Return the stream that the operation can answer with; one of bare strings isn't any."""
        for status, given in place.operation["responses"].items():
            where = join(place.pointer, "responses", status, "content", "text/event-stream", "schema")
            content = given.get("content", {}).get("text/event-stream")
            if status[0] == "2" and content is not None:
                schema, where = self.sides["models"].resolve(content["schema"], where)
                data = schema.get("properties", {}).get("data")
                if data is not None:
                    return self._events_of(place, data, join(where, "properties", "data"))
        return None

    def _events_of(self, place: Place, data: dict[str, Any], pointer: str) -> ir.Events:
        if place.id not in self.overrides.folds:
            raise SpecError(place.pointer, "a stream, and [folds] of overrides.toml doesn't say how it folds")
        name = f"{pascal(place.id)}Event"
        kind = self.sides["models"].named(self.sides["models"].type_of(data, pointer, name), pointer, name)
        return ir.Events(kind, self.overrides.folds[place.id], self._asks_for_stream(place))

    def _paging(self, place: Place) -> ir.Paging | None:
        stated = place.operation.get("x-speakeasy-pagination")
        if stated is None:
            return None
        where = join(place.pointer, "x-speakeasy-pagination")
        arguments = {given["type"]: given["name"] for given in stated["inputs"]}
        outputs = {name: path.removeprefix("$.") for name, path in stated["outputs"].items()}
        if stated["type"] == "cursor" and "cursor" in arguments and "nextCursor" in outputs:
            item = self._item_type(place, outputs["results"], where)
            return ir.Paging(outputs["results"], item, outputs["nextCursor"], arguments["cursor"])
        if stated["type"] != "offsetLimit" or arguments.get("offset") != "offset" or "." in outputs["results"]:
            raise SpecError(where, "pages that lead on like this can't be expressed")
        limits = [given for given in place.operation["parameters"] if given.get("name") == arguments.get("limit")]
        item = self._item_type(place, outputs["results"], where)
        return ir.Paging(outputs["results"], item, limit=limits[0]["schema"].get("default") if limits else None)

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
        return models.named(choice(found), pointer, f"{pascal(place.id)}Item")


def _streams(operation: dict[str, Any]) -> bool:
    return any(_is_stream(given) for status, given in operation["responses"].items() if status[0] == "2")


def _is_stream(response: dict[str, Any]) -> bool:
    return "text/event-stream" in response.get("content", {})


def _path(path: str) -> str:
    """Return the path with the arguments' names in Python."""
    return "/".join(f"{{{snake(part[1:-1])}}}" if part[:1] == "{" else part for part in path.split("/"))


def _errors(place: Place) -> tuple[int, ...]:
    found = sorted(int(status) for status in place.operation["responses"] if status[0] in "45")
    for status in found:
        if status not in ERRORS:
            raise SpecError(join(place.pointer, "responses", status), f"errors.py has no class for {status}; add one")
    return tuple(found)


def _deprecation(operation: dict[str, Any]) -> str:
    if operation.get("x-last-seen"):
        return f"Gone from the newest API description; last seen on {operation['x-last-seen']}."
    return "The API marks this operation as deprecated." if operation.get("deprecated") else ""
