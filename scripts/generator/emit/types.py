"""Types: how a record of `ir` is written as an annotation, and the modules of params and models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import ir
from ..names import function_pascal, is_identifier
from ..owners import STREAM, references
from ..schemas import nullable
from .templating import render

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None", "any": "Any"}
_DATES = {"date": "datetime.date", "date-time": "datetime.datetime"}
_FILES = {
    "params": {"file": "FileContent", "base64": "Base64Content", "data-url": "DataURLContent"},
    "models": {"file": "bytes", "base64": "str", "data-url": "str"},
}
_QUOTED = ('"', 'OrDict["', 'Extensible["')  # how the name of a type that comes later starts
_CONTAINERS = {"params": ("Sequence", "Mapping"), "models": ("list", "dict")}


class Module:
    """One module being written: what it defines so far, and what it needs of other modules of types.

    Without a name it is none of the modules of types, so that it needs every name.
    """

    def __init__(self, api: ir.Api, side: ir.Side, name: str = "") -> None:
        self.api = api
        self.side: ir.Side = side
        self.name = name
        self.defined: set[str] = set()
        self.imports: set[tuple[ir.Side, str]] = set()
        self.rivals: set[tuple[ir.Side, str]] = set()  # members of unions without tags, which pydantic chooses from

    def annotation(self, kind: ir.Type) -> str:
        """Write a type."""
        return union(self._members(kind))

    def _members(self, kind: ir.Type) -> list[str]:
        """Write a type as the members of a union, which it may be one of."""
        if isinstance(kind, ir.Nullable):
            return [*self._members(kind.of), "None"]
        if isinstance(kind, ir.Choice):
            members = self._alternatives(kind.members)
            if kind.tag is not None:
                return [self._tagged(kind, kind.tag, members)]
            self.rivals.update((self.side, member.name) for member in kind.members if isinstance(member, ir.Ref))
            return members
        if isinstance(kind, ir.Values):
            return _values(kind)
        if isinstance(kind, ir.Scalar):
            return self._scalar(kind)
        return self._alternatives((kind,)) if isinstance(kind, ir.Ref) else [self._container(kind)]

    def _alternatives(self, kinds: Iterable[ir.Type]) -> list[str]:
        """Write the members of a union: of a request's typed dicts, each may be a plain one; see lib/typed.py."""
        written: list[str] = []
        dicts: list[str] = []
        for kind in kinds:
            found = self._object(kind)
            if found is None:
                written += [self._name(kind.name)] if isinstance(kind, ir.Ref) else self._members(kind)
            elif found.extensible:
                written.append(f"Extensible[{self._name(found.name)}]")
            else:
                dicts.append(self._name(found.name))
        return [*written, f"OrDict[{union(dicts)}]"] if dicts else written

    def _object(self, kind: ir.Type) -> ir.Object | None:
        """Return the object of a request that a name stands for."""
        if self.side == "models" or not isinstance(kind, ir.Ref):
            return None
        found = self.api.params[kind.name]
        return found if isinstance(found, ir.Object) else None

    def _scalar(self, kind: ir.Scalar) -> list[str]:
        if kind.kind in _FILES[self.side]:
            return [_FILES[self.side][kind.kind]]
        if kind.kind in _DATES:
            date = _DATES[kind.kind]
            return ["str", date] if self.side == "params" else [date]
        if kind.kind == "number" and self.side == "params":
            return ["int", "float"]  # to type checkers an int is a float; on the wire it stays one
        return [_SCALARS[kind.kind]]

    def _container(self, kind: ir.Array | ir.Map) -> str:
        of_lists, of_maps = _CONTAINERS[self.side]
        item = self.annotation(kind.item if isinstance(kind, ir.Array) else kind.value)
        # Until Python 3.11, only the generics of `typing` know that a text in them is the name of a type.
        module = "typing." if item.startswith(_QUOTED) and self.side == "params" else ""
        return f"{module}{of_lists}[{item}]" if isinstance(kind, ir.Array) else f"{module}{of_maps}[str, {item}]"

    def _name(self, name: str) -> str:
        owner = self.api.owners[self.side, name]
        text = type_name(name, self.side)
        if owner != self.name:
            self.imports.add((self.side, name))
        return text if owner != self.name or name in self.defined else f'"{text}"'

    def _tagged(self, kind: ir.Choice, tag: str, members: list[str]) -> str:
        more = self._returned(kind) if self.side == "params" else ["Unrecognized"]
        return f"Annotated[{union([*members, *more])}, OneOf({repr(tag) if tag else ''})]"

    def _returned(self, kind: ir.Choice) -> list[str]:
        """Return the models among a request's choices: what a response held can be sent back as it is."""
        names = [member.name for member in kind.members if isinstance(member, ir.Ref)]
        returned = [name for name in names if isinstance(self.api.models.get(name), ir.Object)]
        self.imports.update(("models", name) for name in returned)
        return returned

    def stand_ins(self) -> list[dict[str, object]]:
        """Return what the template needs to know of each type of another module."""
        return sorted((self._stand_in(*key) for key in self.imports), key=lambda found: str(found["place"]))

    def _stand_in(self, side: ir.Side, name: str) -> dict[str, object]:
        owner, text = self.api.owners[side, name], type_name(name, side)
        return {
            "module": f".{owner}" if side == self.side else f"..{side}.{owner}",
            "name": text,
            "place": f"{side}.{owner}.{text}",
            "inline": (side, name) in self.rivals or isinstance(getattr(self.api, side)[name], ir.Alias),
        }

    def field(self, field: ir.Field) -> dict[str, object]:
        """Return what a template needs to know of a field."""
        kind = self.annotation(field.type)
        optional = not field.required or isinstance(field.type, ir.Nullable)
        return {
            "name": field.name,
            "wire": field.wire,
            "params": f"Required[{kind}]" if field.required else kind,
            "models": self.annotation(nullable(field.type)) if optional else kind,
            "value": _default(field, optional=optional),
            "doc": field.doc,
        }


def _default(field: ir.Field, *, optional: bool) -> str:
    if field.name != field.wire:
        return f"Field(default=None, alias={field.wire!r})" if optional else f"Field(alias={field.wire!r})"
    return "None" if optional else ""


def union(members: list[str]) -> str:
    """Write a union; a name in quotes, which stands for a type that comes later, can't be an operand of `|`."""
    members = list(dict.fromkeys(members))
    if len(members) == 1:
        return members[0]
    return (
        f"Union[{', '.join(members)}]" if any(member.startswith(_QUOTED) for member in members) else " | ".join(members)
    )


def _values(kind: ir.Values) -> list[str]:
    values = f"Literal[{', '.join(map(repr, kind.values))}]"
    if not kind.open:
        return [values]
    names = list(dict.fromkeys(type(value).__name__ for value in kind.values))
    return [f"Annotated[{values} | str, OPEN]"] if names == ["str"] else [values, *names]


def type_name(name: str, side: ir.Side) -> str:
    """Return the class name of a type on one side."""
    return f"{name}Param" if side == "params" else name


def type_files(api: ir.Api, side: ir.Side) -> dict[str, str]:
    """Return the modules of one side."""
    modules = {api.owners[key] for key in api.owners if key[0] == side}
    if side == "params":
        modules |= {operation.resource for operation in api.operations if not operation.alias_of}
    files = {f"{side}/{name}.py": _module(api, side, name) for name in sorted(modules)}
    return {f"{side}/__init__.py": render(f"{side}_init.jinja"), **files}


def _module(api: ir.Api, side: ir.Side, name: str) -> str:
    module = Module(api, side, name)
    definitions = [_definition(module, definition) for definition in _ordered(api, side, name)]
    operations = [operation for operation in api.operations if operation.resource == name and not operation.alias_of]
    calls = [_call(module, operation) for operation in operations] if side == "params" else []
    return render(
        f"{side}.jinja",
        name=name,
        streams=name.removesuffix(STREAM) if name.endswith(STREAM) else "",
        has_streams=f"{name}{STREAM}" in api.owners.values(),
        stand_ins=module.stand_ins(),
        definitions=definitions,
        outputs=sorted(str(each["base"]).partition("[")[0] for each in definitions if each["base"]),
        calls=calls,
        has_required=any(_is_required(each) for each in [*definitions, *calls]),
    )


def _is_required(written: dict[str, Any]) -> bool:
    """Tell whether a typed dict has a required key."""
    return any(str(field["params"]).startswith("Required[") for field in written["fields"])


def _ordered(api: ir.Api, side: ir.Side, module: str) -> list[ir.Definition]:
    """Put definitions after what they refer to; in a circle, one of them goes first."""
    definitions = {name: kind for name, kind in getattr(api, side).items() if api.owners[side, name] == module}
    ordered: dict[str, ir.Definition] = {}
    started: set[str] = set()

    def place(name: str) -> None:
        if name in started or name not in definitions:
            return
        started.add(name)
        for needed in references(definitions[name]):
            place(needed)
        ordered[name] = definitions[name]

    for name in sorted(definitions):
        place(name)
    return list(ordered.values())


def _definition(module: Module, definition: ir.Definition) -> dict[str, object]:
    fields = [module.field(field) for field in definition.fields] if isinstance(definition, ir.Object) else []
    written: dict[str, object] = {
        "name": type_name(definition.name, module.side),
        "fields": fields,
        "alias": module.annotation(definition.type) if isinstance(definition, ir.Alias) else "",
        "base": definition.base if isinstance(definition, ir.Object) else "",
        # A typed dict's keys are the wire's; some of them can't stand in a class body.
        "functional": not all(is_identifier(str(field["wire"])) for field in fields),
    }
    module.defined.add(definition.name)
    return written


def _call(module: Module, operation: ir.Operation) -> dict[str, object]:
    return {
        "prefix": function_pascal(operation.function),
        "function": operation.function,
        "fields": [module.field(field) for field in _required_first(operation.arguments)],
    }


def _required_first(fields: Iterable[ir.Field]) -> list[ir.Field]:
    return sorted(fields, key=lambda field: not field.required)
