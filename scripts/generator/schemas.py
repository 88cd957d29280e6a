"""From JSON Schema, as OpenAPI 3.1 descriptions use it, to the types of `ir`."""

from __future__ import annotations

import contextlib
import re
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, cast

from . import ir
from .load import SpecError, find, join, parts
from .names import IMPORTED, attribute, pascal
from .owners import reachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .load import Docs, Overrides

_RENAME = "rename a component in [types] of overrides.toml"
_SCALARS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "null": "null"}
_FORMATS = {"date": "date", "date-time": "date-time", "binary": "file", "byte": "base64", "data-url": "data-url"}
# Known, and the server's business or the documentation's: they don't change a type.
_IGNORED = frozenset(
    {"contentEncoding", "contentMediaType", "default", "deprecated", "description", "discriminator", "example"}
    | {"examples", "exclusiveMaximum", "exclusiveMinimum", "externalDocs", "format", "maxItems", "maxLength"}
    | {"maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "nullable"}
    | {"pattern", "readOnly", "title", "uniqueItems", "writeOnly", "$comment"}
)
_SHAPING = frozenset(
    {
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "enum",
        "items",
        "oneOf",
        "properties",
        "required",
        "type",
    }
)
_SHAPES = _SHAPING - {"required", "type"}
_OF_OBJECTS = frozenset({"additionalProperties", "properties", "required", "type"})
# In the order in which a tag is looked for where the description names none.
_USUAL_TAGS = ("type", "role", "id", "object", "outcome", "kind")
# How the name of a list's item follows from the list's, the first that fits; other names get "Item" added.
_PLURALS = (
    (r"(S(?:eries|pecies))$", r"\1Item"),
    (r"(Cach|Movi|Cooki)es$", r"\1e"),
    (r"ies$", "y"),
    (r"(ch|sh|ss|x)es$", r"\1"),
    (r"(?<!s)s$", ""),
)

Schema = dict[str, Any]
Given = Schema | bool
"""A schema as it stands in a description: `true` fits every value."""


class Schemas:
    """Builds the types of one side, and keeps the named ones."""

    def __init__(self, spec: Schema, side: ir.Side, docs: Docs, overrides: Overrides) -> None:
        self.spec = spec
        self.side = side
        self.docs = docs
        self.overrides = overrides
        self.definitions: dict[str, ir.Definition] = {}
        self._origin: dict[str, str] = {}
        self._null: dict[str, bool] = {}
        self._places: dict[str, str] = {}
        self._open: set[str] = set()

    # --- looking things up

    def resolve(self, given: Given, pointer: str) -> tuple[Schema, str]:
        """Follow references."""
        schema = _written_out(given, pointer)
        seen: set[str] = set()
        while "$ref" in schema:
            target = self._target(schema, pointer)
            pointer = schema["$ref"][1:]
            if pointer in seen:
                raise SpecError(pointer, "this reference leads back to itself")
            seen.add(pointer)
            schema = target
        return schema, pointer

    def _target(self, schema: Schema, pointer: str) -> Schema:
        """Return what a reference names, which is all that it may say about a value's shape."""
        reference = schema["$ref"]
        if not reference.startswith("#/"):
            raise SpecError(pointer, f"only references into the same file are known, not {reference!r}")
        beside = sorted(_SHAPING & schema.keys() - {"$ref"})
        if beside:
            raise SpecError(pointer, f"{beside} beside a reference can't be expressed; put both into an allOf")
        try:
            return _written_out(find(self.spec, parts(reference)), reference[1:])
        except LookupError:
            raise SpecError(pointer, f"there is nothing at {reference}") from None

    def component_name(self, component: str) -> str:
        """Return the name of a component's type."""
        return self.overrides.types.get(component) or pascal(component)

    @contextlib.contextmanager
    def _inside(self, pointer: str) -> Iterator[None]:
        """Refuse a schema that is a part of itself, where its parts are looked at."""
        if pointer in self._open:
            raise SpecError(pointer, "this schema is a part of itself, and so nothing at all")
        self._open.add(pointer)
        try:
            yield
        finally:
            self._open.remove(pointer)

    # --- types

    def type_of(self, given: Given, pointer: str, name: str) -> ir.Type:  # noqa: PLR0911  # a shape each
        """Return the type of a schema; `name` is for the objects in it that the description gives none."""
        schema = _written_out(given, pointer)
        if not schema:
            return ir.Scalar("any")
        self._refuse_unknown(schema, pointer)
        if _is_nullable(schema):
            return nullable(self.type_of(_without_null(schema), pointer, name))
        if "$ref" in schema:
            return self._named(schema, pointer)
        if "allOf" in schema:
            return self._all_of(schema, pointer, name)
        if "oneOf" in schema or "anyOf" in schema:
            return self._choice(schema, pointer, name)
        if "enum" in schema or "const" in schema:
            return self._values(schema, pointer)
        return self._plain(schema, pointer, name)

    def _refuse_unknown(self, schema: Schema, pointer: str) -> None:
        for key in schema:
            if key not in _IGNORED and key not in _SHAPING and not key.startswith("x-"):
                raise SpecError(join(pointer, key), "the generator doesn't know this keyword")

    def _named(self, reference: Schema, pointer: str) -> ir.Type:
        target, where = self._target(reference, pointer), reference["$ref"][1:]
        name = self.component_name(parts(where)[-1])
        other = self._places.setdefault(name, where)
        if other != where:
            raise SpecError(where, f"this and #{other} would both be called {name}; {_RENAME}")
        if name not in self._null:
            self._define_component(where, name, target)
        return ir.Nullable(ir.Ref(name)) if self._null[name] else ir.Ref(name)

    def _define_component(self, pointer: str, name: str, schema: Schema) -> None:
        """Define what the component is when it isn't null; null is stated wherever it is used."""
        self._null[name] = _is_nullable(schema)
        kind = self.type_of(schema, pointer, name)
        if isinstance(kind, ir.Nullable):
            self._null[name], kind = True, kind.of
        if kind != ir.Ref(name) or name not in self.definitions:
            self._define(ir.Alias(name, kind), pointer)

    def _define(self, definition: ir.Definition, pointer: str) -> ir.Ref:
        other = self._origin.setdefault(definition.name, pointer)
        if other != pointer:
            raise SpecError(pointer, f"the name {definition.name} is taken by #{other}; {_RENAME}")
        if definition.name in IMPORTED:
            raise SpecError(pointer, f"the name {definition.name} is taken by an import; {_RENAME}")
        self.definitions[definition.name] = definition
        return ir.Ref(definition.name)

    def _plain(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._several_types(schema, pointer, name)
        if kind == "array" or (kind is None and "items" in schema):
            return ir.Array(self.type_of(schema.get("items", {}), join(pointer, "items"), item_name(name)))
        if kind == "object" or (kind is None and not _SHAPES.isdisjoint(schema)):
            return self._object(schema, pointer, name)
        if kind is None:
            return ir.Scalar("any")
        if kind not in _SCALARS:
            raise SpecError(join(pointer, "type"), f"unknown type {kind!r}")
        return ir.Scalar(_FORMATS.get(schema.get("format", ""), _SCALARS[kind]) if kind == "string" else _SCALARS[kind])  # type: ignore[arg-type]  # the tables hold nothing else

    def objects(self, kind: ir.Type) -> list[ir.Object]:
        """Return the objects that a value of this type can be."""
        if isinstance(kind, ir.Choice):
            return [found for member in kind.members for found in self.objects(member)]
        if not isinstance(kind, ir.Ref):
            return []
        definition = self.definitions[kind.name]
        return [definition] if isinstance(definition, ir.Object) else self.objects(definition.type)

    def named(self, kind: ir.Type, pointer: str, name: str) -> ir.Ref:
        """Return a type under a name, which it may have already."""
        return kind if isinstance(kind, ir.Ref) else self._define(ir.Alias(name, kind), pointer)

    def expanded(self, kind: ir.Type) -> ir.Type:
        """Return what an alias stands for."""
        definition = self.definitions[kind.name] if isinstance(kind, ir.Ref) else None
        return self.expanded(definition.type) if isinstance(definition, ir.Alias) else kind

    def takes_objects(self, kind: ir.Type) -> bool:
        """Tell whether a value of this type can be, or hold, an object."""
        kind = self.expanded(kind)
        if isinstance(kind, ir.Choice):
            return any(map(self.takes_objects, kind.members))
        if isinstance(kind, (ir.Nullable, ir.Array)):
            return self.takes_objects(kind.of if isinstance(kind, ir.Nullable) else kind.item)
        return isinstance(kind, (ir.Map, ir.Ref))

    def refuse_circles(self) -> None:
        """Refuse names that lead back to themselves through names alone: no type is at the end of them."""
        bare: dict[str, ir.Definition] = {
            name: kind if isinstance(kind, ir.Alias) else ir.Object(name, ()) for name, kind in self.definitions.items()
        }
        for name, kind in bare.items():
            if name in reachable(kind, bare):
                message = f"{name} holds itself, with no object between; make it anything ({{}}) by a patch"
                raise SpecError(self._origin[name], message)

    def _several_types(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        if not schema["type"]:
            raise SpecError(join(pointer, "type"), "no type at all; leave it out, or name one, by a patch")
        members = [self._plain({**schema, "type": kind}, pointer, name) for kind in schema["type"]]
        return members[0] if len(members) == 1 else ir.Choice(tuple(members))

    def _object(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        extra: Given = schema.get("additionalProperties") or True
        if not schema.get("properties"):
            return ir.Map(self.type_of(extra, join(pointer, "additionalProperties"), f"{name}Value"))
        stated = schema.get("additionalProperties", False) is not False
        base = self.overrides.bases.get(name, "") if self.side == "models" else ""
        return self._define(ir.Object(name, self.fields(schema, pointer, name), extensible=stated, base=base), pointer)

    def fields(self, schema: Schema, pointer: str, name: str) -> tuple[ir.Field, ...]:
        """Return the fields of an object."""
        required = schema.get("required", [])
        docs = self.docs.schemas.get(pointer.rsplit("/", 1)[-1], {}) if pointer.startswith("/components/") else {}
        fields = [
            ir.Field(
                wire,
                self.overrides.attributes.get(f"{name}.{wire}") or attribute(wire),
                self.type_of(self._formatted(wire, value), join(pointer, "properties", wire), name + pascal(wire)),
                wire in required,
                documented(docs.get(wire, ""), value),
            )
            for wire, value in schema["properties"].items()
        ]
        self._refuse_collisions(fields, pointer)
        return tuple(fields)

    def _formatted(self, wire: str, schema: Given) -> Given:
        """Add the format that texts of this name have, where the description leaves it out."""
        if isinstance(schema, bool) or wire not in self.overrides.formats or _types(schema) - {"null"} != {"string"}:
            return schema
        return schema if {"enum", "const"} & schema.keys() else {"format": self.overrides.formats[wire], **schema}

    def _refuse_collisions(self, fields: list[ir.Field], pointer: str) -> None:
        names: dict[str, str] = {}
        for field in fields:
            other = names.setdefault(field.name, field.wire)
            if other != field.wire:
                raise SpecError(pointer, f"{other!r} and {field.wire!r} would both be called {field.name}")

    def _values(self, schema: Schema, pointer: str) -> ir.Type:
        key = "enum" if "enum" in schema else "const"
        values = tuple(schema["enum"]) if key == "enum" else (schema["const"],)
        if not values or not all(isinstance(value, (str, int, float, NoneType)) for value in values):
            message = "only texts, numbers and booleans can be enumerated; state their type instead, by a patch"
            raise SpecError(join(pointer, key), message)
        if any(isinstance(value, float) for value in values):
            return ir.Scalar("number")  # Python has no literal types of fractions
        return ir.Values(values, open=len(values) > 1)

    # --- allOf

    def _all_of(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        """Merge the parts; a lone reference whose companions add nothing stays a reference."""
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        parts = [*schema["allOf"], rest]
        adding = [part for part in parts if "$ref" in part or _adds(part)]
        if len(adding) == 1:
            return self.type_of(adding[0], join(pointer, "allOf", parts.index(adding[0])), name)
        return self.type_of(self.merged(schema, pointer), pointer, name)

    def merged(self, schema: Schema, pointer: str) -> Schema:
        """Return one object schema with everything that the parts of an allOf say; later parts win."""
        schema, pointer = self.resolve(schema, pointer)
        self._refuse_unknown(schema, pointer)
        if "allOf" not in schema:
            return schema
        with self._inside(pointer):
            merged = [self._part(*part) for part in _parts(schema, pointer, "allOf")]
        merged.append(self._part({key: value for key, value in schema.items() if key != "allOf"}, pointer))
        whole: Schema = {"properties": {}, "required": []}
        for part in merged:
            whole["properties"] |= part.get("properties", {})
            whole["required"] += part.get("required", [])
            whole |= {key: part[key] for key in ("additionalProperties",) if key in part}
        types = [_types(part) for part in merged if _types(part)]
        null = bool(types) and all("null" in each for each in types)
        return whole | {"type": ["object", "null"] if null else "object"}

    def _part(self, schema: Schema, pointer: str) -> Schema:
        """Return a part of an allOf, merged itself; only what speaks of objects can be."""
        found = self.merged(schema, pointer)
        if _SHAPING & found.keys() - _OF_OBJECTS or "object" not in (_types(found) or {"object"}):
            raise SpecError(pointer, "only objects can be merged by allOf")
        return found

    # --- oneOf, anyOf

    def _choice(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        key = "oneOf" if "oneOf" in schema else "anyOf"
        if not (_SHAPES - {key}).isdisjoint(schema):
            raise SpecError(pointer, f"{key} beside other members that shape the value can't be expressed")
        if not schema[key]:
            raise SpecError(join(pointer, key), "a choice of nothing; patch a member in")
        members = list(_parts(schema, pointer, key))
        objects = [member for member in members if self._is_object(*member)]
        others = [self.type_of(*member, f"{name}Option") for member in members if member not in objects]
        tag = self._stated_tag(schema, objects, pointer)
        return choice([*others, *self._objects(objects, tag, name)])

    def _stated_tag(self, schema: Schema, members: list[tuple[Schema, str]], pointer: str) -> str | None:
        """Return the property that the description says to tell the members by, if their constants bear that out."""
        stated = schema.get("discriminator")
        if stated is None:
            return None
        where = join(pointer, "discriminator")
        tag = str(need(stated, "propertyName", where))
        for value, target in stated.get("mapping", {}).items():
            reference = target if target.startswith("#") else f"#/components/schemas/{target}"
            if value not in self.constants({"$ref": reference}, join(where, "mapping", value)).get(tag, ()):
                message = f"{reference} doesn't bind {tag!r} to this value; say so there, by a patch"
                raise SpecError(join(where, "mapping", value), message)
        if len(members) > 1 and not self._tells_apart(tag, [self.constants(*each) for each in self._flatten(members)]):
            raise SpecError(where, f"the members don't bind {tag!r} to constants of their own; patch them, or this")
        return tag

    def _objects(self, members: list[tuple[Schema, str]], tag: str | None, name: str) -> list[ir.Type]:
        """Return the members that are objects: as one tagged choice if something tells them apart."""
        members = self._flatten(members)
        tag = tag or self._tag(members)
        types = tuple(
            dict.fromkeys(
                self.type_of(schema, pointer, name + self._suffix(schema, pointer, tag, index))
                for index, (schema, pointer) in enumerate(members)
            )
        )
        return [ir.Choice(types, tag or "")] if len(types) > 1 else list(types)

    def _flatten(self, members: list[tuple[Schema, str]]) -> list[tuple[Schema, str]]:
        """Put the members of a choice in its place, where it is one of several."""
        if len(members) < 2:  # noqa: PLR2004  # a lone choice stays what it is called
            return members
        return [flat for member in members for flat in self._flat(*member)]

    def _flat(self, schema: Schema, pointer: str) -> Iterable[tuple[Schema, str]]:
        """Take a member that is itself a choice apart."""
        found, where = self.resolve(schema, pointer)
        members = list(_parts(found, where, "oneOf", "anyOf"))
        with self._inside(where):
            return [flat for member in members for flat in self._flat(*member)] or [(schema, pointer)]

    def _is_object(self, schema: Schema, pointer: str) -> bool:
        found, where = self.resolve(schema, pointer)
        members = list(_parts(found, where, "oneOf", "anyOf"))
        references = [part for part in _parts(found, where, "allOf") if "$ref" in part[0]]
        with self._inside(where):
            holds = all(self._is_object(*member) for member in members or references)
        return holds if members or "allOf" in found else "properties" in found

    def _tag(self, members: list[tuple[Schema, str]]) -> str | None:
        """Find the property whose constant tells the members apart: all of them, or else as many as possible."""
        if len(members) < 2:  # noqa: PLR2004  # there is nothing to tell apart
            return None
        constants = [self.constants(*member) for member in members]
        tags = list(dict.fromkeys([*_USUAL_TAGS, *(key for found in constants for key in found)]))
        sure = next((tag for tag in tags if self._tells_apart(tag, constants)), None)
        return sure or max(
            (tag for tag in tags if _divides(tag, constants)), key=partial(_bound, constants), default=None
        )

    def _tells_apart(self, tag: str, constants: list[dict[str, tuple[str, ...]]]) -> bool:
        values = [found.get(tag) for found in constants]
        known = [value for group in values if group for value in group]
        return None not in values and values.count(()) <= 1 and len(set(known)) == len(known)

    def constants(self, schema: Schema, pointer: str) -> dict[str, tuple[str, ...]]:
        """Return the strings that each property of an object is bound to; () for a property that takes any."""
        found: dict[str, tuple[str, ...]] = {}
        for wire, value in self.merged(schema, pointer).get("properties", {}).items():
            plain, _ = self.resolve(value, join(pointer, "properties", wire))
            values = plain.get("enum", [plain["const"]] if "const" in plain else [])
            if values and all(isinstance(value, str) for value in values):
                found[wire] = tuple(values)
            elif plain.get("type") == "string":
                found[wire] = ()
        return found

    def _suffix(self, schema: Schema, pointer: str, tag: str | None, index: int) -> str:
        values = self.constants(schema, pointer).get(tag or "", ()) if "$ref" not in schema else ()
        return pascal(values[0]).strip("_") if values else f"Option{index + 1}"


def _bound(constants: list[dict[str, tuple[str, ...]]], tag: str) -> int:
    """Count the members that bind `tag` to constants."""
    return sum(bool(found.get(tag)) for found in constants)


def _divides(tag: str, constants: list[dict[str, tuple[str, ...]]]) -> bool:
    """Tell whether the constants of `tag` are different ones for at least two members."""
    return len({found[tag] for found in constants if found.get(tag)}) > 1


def need(holder: Schema, key: str, pointer: str) -> Any:  # noqa: ANN401  # JSON is anything
    """Return a member without which the description says nothing."""
    if key not in holder:
        raise SpecError(pointer, f"there is no {key!r} here; add it by a patch")
    return holder[key]


def documented(doc: str, schema: Given) -> str:
    """Add a default, which is documented and not sent, unless the wording tells it already."""
    default = None if isinstance(schema, bool) else schema.get("default")
    if default is None or "default" in doc:
        return doc
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    if len(shown) > 40 or not shown.isprintable():  # noqa: PLR2004  # a whole object isn't worth a line
        return doc
    return f"{doc} The server's default is {shown}.".strip()


def choice(members: list[ir.Type]) -> ir.Type:
    """Return a choice among `members`, without repeats."""
    distinct = tuple(dict.fromkeys(_merge_values(members)))
    return distinct[0] if len(distinct) == 1 else ir.Choice(distinct)


def _merge_values(members: list[ir.Type]) -> list[ir.Type]:
    """Make one enumeration of several."""
    values = [member for member in members if isinstance(member, ir.Values)]
    if len(values) < 2:  # noqa: PLR2004  # there is nothing to merge
        return members
    merged = ir.Values(tuple(dict.fromkeys(value for member in values for value in member.values)), open=True)
    return [merged, *(member for member in members if not isinstance(member, ir.Values))]


def nullable(kind: ir.Type) -> ir.Type:
    """Return `kind` or null, said once."""
    return kind if isinstance(kind, ir.Nullable) or kind == ir.Scalar("any") else ir.Nullable(kind)


def _is_nullable(schema: Schema) -> bool:
    """Tell whether null is allowed, in any of the spellings."""
    if _types(schema) > {"null"}:
        return True
    if schema.get("nullable") is True:
        return True
    if None in schema.get("enum", []) and len(schema["enum"]) > 1:
        return True
    members = [_is_null(member) for key in ("oneOf", "anyOf") for member in schema.get(key, [])]
    return any(members) and not all(members)


def _written_out(given: object, pointer: str) -> Schema:
    """Return a schema as an object."""
    if given is True:
        return {}
    if not isinstance(given, dict):
        raise SpecError(pointer, "no value fits this; patch it")
    return cast("Schema", given)


def _parts(schema: Schema, pointer: str, *keys: str) -> Iterator[tuple[Schema, str]]:
    """Yield what a schema is made of, and where it stands."""
    for key in keys:
        for index, part in enumerate(schema.get(key, [])):
            yield _written_out(part, join(pointer, key, index)), join(pointer, key, index)


def _types(schema: Schema) -> set[str]:
    """Return the JSON types that a schema states; none if it leaves that open."""
    kind: str | list[str] = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def _is_null(schema: Given) -> bool:
    return isinstance(schema, dict) and (schema.get("type") == "null" or schema.get("const", "") is None)


def _without_null(schema: Schema) -> Schema:
    """Return the schema of the values that aren't null."""
    rest = {key: value for key, value in schema.items() if key != "nullable"}
    if isinstance(rest.get("type"), list):
        kinds = [kind for kind in rest["type"] if kind != "null"]
        rest["type"] = kinds[0] if len(kinds) == 1 else kinds
    if "enum" in rest:
        rest["enum"] = [value for value in rest["enum"] if value is not None]
    for key in ("oneOf", "anyOf"):
        if key in rest:
            rest[key] = [member for member in rest[key] if not _is_null(member)]
            if len(rest[key]) == 1 and _SHAPES.isdisjoint(rest.keys() - {key}):
                return dict(rest[key][0])
    return rest


def _adds(schema: Schema) -> bool:
    """Tell whether a part of an allOf says anything about the value's shape."""
    return any(schema.get(key) not in (None, {}, []) for key in _SHAPING - {"type"})


def item_name(name: str) -> str:
    """Return the name of a list's item, given the list's."""
    for plural, singular in _PLURALS:
        if re.search(plural, name):
            return re.sub(plural, singular, name)
    return f"{name}Item"
