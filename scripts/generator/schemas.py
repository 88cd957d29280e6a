"""From JSON Schema, as OpenAPI 3.1 descriptions use it, to the types of `ir`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import ir
from .load import SpecError, join
from .names import attribute, pascal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .load import Docs

_PREFIX = "#/components/schemas/"
_SCALARS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "null": "null"}
_FORMATS = {"date": "date", "date-time": "date-time", "binary": "file", "byte": "base64"}
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
# In the order in which a tag is looked for where the description names none.
_USUAL_TAGS = ("type", "role", "id", "object", "outcome", "kind")

Schema = dict[str, Any]


class Schemas:
    """Builds the types of one side, and keeps the named ones."""

    def __init__(self, spec: Schema, side: ir.Side, docs: Docs) -> None:
        self.spec = spec
        self.side = side
        self.docs = docs
        self.definitions: dict[str, ir.Definition] = {}
        self._origin: dict[str, str] = {}
        self._null: dict[str, bool] = {}

    # --- looking things up

    def resolve(self, schema: Schema, pointer: str) -> tuple[Schema, str]:
        """Follow references."""
        seen: list[str] = []
        while "$ref" in schema:
            pointer, seen = schema["$ref"][1:], [*seen, schema["$ref"]]
            if len(seen) > len(set(seen)):
                raise SpecError(pointer, "this reference leads back to itself")
            schema = self.lookup(schema["$ref"], pointer)
        return schema, pointer

    def lookup(self, reference: str, pointer: str) -> Schema:
        """Return what a local reference names."""
        if not reference.startswith("#/"):
            raise SpecError(pointer, f"only references into the same file are known, not {reference!r}")
        target: Any = self.spec
        for part in reference[2:].split("/"):
            try:
                target = target[part.replace("~1", "/").replace("~0", "~")]
            except (KeyError, TypeError):
                raise SpecError(pointer, f"there is nothing at {reference}") from None
        return dict(target)

    # --- types

    def type_of(self, schema: Schema | Literal[True], pointer: str, name: str) -> ir.Type:  # noqa: PLR0911  # a shape each
        """Return the type of `schema`; `name` is for the objects in it that the description gives none."""
        if schema is True or not schema:
            return ir.Scalar("any")
        self._refuse_unknown(schema, pointer)
        if _is_nullable(schema):
            return nullable(self.type_of(_without_null(schema), pointer, name))
        if "$ref" in schema:
            return self._named(schema["$ref"], pointer)
        if "allOf" in schema:
            return self._all_of(schema, pointer, name)
        if "oneOf" in schema or "anyOf" in schema:
            return self._choice(schema, pointer, name)
        if "enum" in schema or "const" in schema:
            return self._values(schema)
        return self._plain(schema, pointer, name)

    def _refuse_unknown(self, schema: Schema, pointer: str) -> None:
        for key in schema:
            if key not in _IGNORED and key not in _SHAPING and not key.startswith("x-"):
                raise SpecError(join(pointer, key), "the generator doesn't know this keyword")

    def _named(self, reference: str, pointer: str) -> ir.Type:
        if not reference.startswith(_PREFIX):
            schema, where = self.resolve({"$ref": reference}, pointer)
            return self.type_of(schema, where, pascal(where.rsplit("/", 1)[-1]))
        component = reference.removeprefix(_PREFIX)
        name = pascal(component)
        if name not in self._null:
            self._define_component(component, name, self.lookup(reference, pointer))
        return ir.Nullable(ir.Ref(name)) if self._null[name] else ir.Ref(name)

    def _define_component(self, component: str, name: str, schema: Schema) -> None:
        """Define what the component is when it isn't null; null is stated wherever it is used."""
        pointer = join("/components/schemas", component)
        self._null[name] = _is_nullable(schema)
        kind = self.type_of(schema, pointer, name)
        if isinstance(kind, ir.Nullable):
            self._null[name], kind = True, kind.of
        if kind != ir.Ref(name):
            self._define(ir.Alias(name, kind), pointer)

    def _define(self, definition: ir.Definition, pointer: str) -> ir.Ref:
        other = self._origin.setdefault(definition.name, pointer)
        if other != pointer:
            raise SpecError(pointer, f"the name {definition.name} is taken by #{other}; rename one in overrides.toml")
        self.definitions[definition.name] = definition
        return ir.Ref(definition.name)

    def _plain(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        kind = schema.get("type")
        if isinstance(kind, list):
            return self._several_types(schema, pointer, name)
        if kind == "array" or (kind is None and "items" in schema):
            return ir.Array(self.type_of(schema.get("items", {}), join(pointer, "items"), _item_name(name)))
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

    def _several_types(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        members = [self._plain({**schema, "type": kind}, pointer, name) for kind in schema["type"]]
        return members[0] if len(members) == 1 else ir.Choice(tuple(members))

    def _object(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        extra: Schema | Literal[True] = schema.get("additionalProperties") or True
        if not schema.get("properties"):
            return ir.Map(self.type_of(extra, join(pointer, "additionalProperties"), f"{name}Value"))
        return self._define(ir.Object(name, self.fields(schema, pointer, name)), pointer)

    def fields(self, schema: Schema, pointer: str, name: str) -> tuple[ir.Field, ...]:
        """Return the fields of an object."""
        required = schema.get("required", [])
        docs = self.docs.schemas.get(pointer.rsplit("/", 1)[-1], {}) if pointer.startswith("/components/") else {}
        fields = [
            ir.Field(
                wire,
                attribute(wire),
                self.type_of(value, join(pointer, "properties", wire), name + pascal(wire)),
                wire in required,
                documented(docs.get(wire, ""), value),
            )
            for wire, value in schema["properties"].items()
        ]
        self._refuse_collisions(fields, pointer)
        return tuple(fields)

    def _refuse_collisions(self, fields: list[ir.Field], pointer: str) -> None:
        names: dict[str, str] = {}
        for field in fields:
            other = names.setdefault(field.name, field.wire)
            if other != field.wire:
                raise SpecError(pointer, f"{other!r} and {field.wire!r} would both be called {field.name}")

    def _values(self, schema: Schema) -> ir.Type:
        values = tuple(schema["enum"]) if "enum" in schema else (schema["const"],)
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
        if "allOf" not in schema:
            return schema
        whole: Schema = {"properties": {}, "required": []}
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        types: list[set[str]] = []
        for index, part in enumerate([*schema["allOf"], rest]):
            found = self.merged(part, join(pointer, "allOf", index))
            types.append(_types(found) or {"object", "null"})
            if "oneOf" in found or "anyOf" in found or "object" not in types[-1]:
                raise SpecError(join(pointer, "allOf", index), "only objects can be merged by allOf")
            whole["properties"] |= found.get("properties", {})
            whole["required"] += found.get("required", [])
            whole |= {key: found[key] for key in ("additionalProperties",) if key in found}
        stated = any("null" in _types(self.merged(part, pointer)) for part in schema["allOf"])
        return whole | {"type": ["object", "null"] if stated and all("null" in each for each in types) else "object"}

    # --- oneOf, anyOf

    def _choice(self, schema: Schema, pointer: str, name: str) -> ir.Type:
        key = "oneOf" if "oneOf" in schema else "anyOf"
        if not (_SHAPES - {key}).isdisjoint(schema):
            raise SpecError(pointer, f"{key} beside other members that shape the value can't be expressed")
        tag = schema.get("discriminator", {}).get("propertyName")
        members = [(member, join(pointer, key, index)) for index, member in enumerate(schema[key])]
        objects = [member for member in members if self._is_object(*member)]
        others = [self.type_of(*member, f"{name}Option") for member in members if member not in objects]
        return choice([*others, *self._objects(objects, tag, name)])

    def _objects(self, members: list[tuple[Schema, str]], tag: str | None, name: str) -> list[ir.Type]:
        """Return the members that are objects: as one tagged choice if something tells them apart."""
        if len(members) > 1:
            members = [flat for member in members for flat in self._flat(*member)]
        tag = tag or self._tag(members)
        types = tuple(
            dict.fromkeys(
                self.type_of(schema, pointer, name + self._suffix(schema, pointer, tag, index))
                for index, (schema, pointer) in enumerate(members)
            )
        )
        return [ir.Choice(types, tag)] if tag and len(types) > 1 else list(types)

    def _flat(self, schema: Schema, pointer: str) -> Iterable[tuple[Schema, str]]:
        """Take a member that is itself a choice apart."""
        found, where = self.resolve(schema, pointer)
        key = "oneOf" if "oneOf" in found else "anyOf"
        if key not in found:
            return [(schema, pointer)]
        return [flat for index, member in enumerate(found[key]) for flat in self._flat(member, join(where, key, index))]

    def _is_object(self, schema: Schema, pointer: str) -> bool:
        found, where = self.resolve(schema, pointer)
        if "oneOf" in found or "anyOf" in found:
            key = "oneOf" if "oneOf" in found else "anyOf"
            return all(self._is_object(member, join(where, key, index)) for index, member in enumerate(found[key]))
        if "allOf" in found:
            return all(
                self._is_object(part, join(where, "allOf", i))
                for i, part in enumerate(found["allOf"])
                if "$ref" in part
            )
        return "properties" in found

    def _tag(self, members: list[tuple[Schema, str]]) -> str | None:
        """Find the property whose constant tells the members apart; one member may take any value."""
        if len(members) < 2:  # noqa: PLR2004  # there is nothing to tell apart
            return None
        constants = [self.constants(*member) for member in members]
        for tag in dict.fromkeys([*_USUAL_TAGS, *(key for found in constants for key in found)]):
            values = [found.get(tag) for found in constants]
            known = [value for group in values if group for value in group]
            if values.count(None) == 0 and sum(not group for group in values) <= 1 and len(set(known)) == len(known):
                return tag
        return None

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


def documented(doc: str, schema: Schema) -> str:
    """Add a default, which is documented and not sent, unless the wording tells it already."""
    default = schema.get("default")
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
    kind = schema.get("type")
    if kind != "null" and "null" in _types(schema):
        return True
    if schema.get("nullable") is True:
        return True
    if None in schema.get("enum", []) and len(schema["enum"]) > 1:
        return True
    return any(_is_null(member) for key in ("oneOf", "anyOf") for member in schema.get(key, []))


def _types(schema: Schema) -> set[str]:
    """Return the JSON types that a schema states; none if it leaves that open."""
    kind: str | list[str] = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def _is_null(schema: Schema) -> bool:
    return schema.get("type") == "null" or ("const" in schema and schema["const"] is None)


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


def _item_name(name: str) -> str:
    """Return the name of a list's item, given the list's."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else f"{name}Item"
