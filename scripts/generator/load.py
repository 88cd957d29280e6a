"""Reading the description, our corrections of it, and our wording."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HERE = Path(__file__).parent


class SpecError(Exception):
    """The description has something that the generator can't express, at a JSON pointer."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(f"#{pointer}: {message}")


@dataclass(frozen=True)
class Overrides:
    """Corrections of the description and of names; see overrides.toml."""

    resources: dict[str, str] = field(default_factory=dict[str, str])
    methods: dict[str, str] = field(default_factory=dict[str, str])
    owners: dict[str, str] = field(default_factory=dict[str, str])
    prefixes: dict[str, str] = field(default_factory=dict[str, str])
    embedding: frozenset[str] = frozenset()
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    bases: dict[str, str] = field(default_factory=dict[str, str])
    folds: dict[str, str] = field(default_factory=dict[str, str])
    formats: dict[str, str] = field(default_factory=dict[str, str])
    helpers: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    multipart: dict[str, str] = field(default_factory=dict[str, str])
    aliases: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    types: dict[str, str] = field(default_factory=dict[str, str])
    paging: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    patches: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@dataclass(frozen=True)
class Docs:
    """Our wording: an operation's summary and arguments, a schema's fields."""

    operations: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    schemas: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def summary(self, operation_id: str) -> str:
        """Return an operation's summary."""
        try:
            return str(self.operations[operation_id]["summary"])
        except KeyError:
            message = f"no summary of {operation_id}; add one to scripts/generator/docs/"
            raise SpecError("/paths", message) from None

    def argument(self, operation_id: str, wire: str, schema: str | None) -> str:
        """Return the description of an argument, which may be one of a schema's fields."""
        own: dict[str, str] = self.operations.get(operation_id, {}).get("arguments", {})
        return str(own.get(wire) or self.schemas.get(schema or "", {}).get(wire, ""))


def load_spec(source: str) -> dict[str, Any]:
    """Read the description from a path or a URL."""
    if source.startswith(("http://", "https://")):
        with urllib.request.urlopen(source, timeout=60) as reply:  # noqa: S310  # only http and https get here
            text = reply.read()
    else:
        text = Path(source).read_bytes()
    spec = _parsed(text)
    if not isinstance(spec, dict) or not str(spec.get("openapi", "")).startswith("3.1"):
        raise SpecError("/openapi", "this isn't an OpenAPI 3.1 description")
    return spec


def _parsed(text: str | bytes) -> dict[str, Any] | None:
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # type: ignore[no-any-return]  # noqa: S506  # a safe loader, the C one
    except yaml.YAMLError as error:
        raise SpecError("", f"this isn't YAML: {' '.join(str(error).split())}") from None


def load_overrides(path: Path = HERE / "overrides.toml") -> Overrides:
    """Read our corrections."""
    data = tomli.loads(path.read_text(encoding="utf-8"))
    return Overrides(
        resources=data.get("resources", {}),
        methods=data.get("methods", {}),
        owners=data.get("owners", {}),
        prefixes=data.get("prefixes", {}),
        embedding=frozenset(data.get("embedding", {}).get("resources", [])),
        attributes=data.get("attributes", {}),
        bases=data.get("bases", {}),
        folds=data.get("folds", {}),
        formats=data.get("formats", {}),
        helpers=data.get("helpers", {}),
        multipart=data.get("multipart", {}),
        aliases=data.get("aliases", {}),
        types=data.get("types", {}),
        paging=data.get("paging", {}),
        patches=data.get("patches", []),
    )


def load_docs(folder: Path = HERE / "docs") -> Docs:
    """Read our wording; what stands twice is an error."""
    docs = Docs()
    for path in sorted(folder.glob("*.toml")):
        data = tomli.loads(path.read_text(encoding="utf-8"))
        _add(docs.schemas, data.pop("schemas", {}), path)
        _add(docs.operations, data, path)
    return docs


def _add(known: dict[str, Any], new: dict[str, Any], path: Path) -> None:
    twice = known.keys() & new.keys()
    if twice:
        message = f"{path.name} describes {min(twice)}, which another file does, too"
        raise SpecError("", message)
    known.update(new)


def apply_patches(spec: dict[str, Any], overrides: Overrides) -> None:
    """Put each patch's value at its pointer; a patch that finds nothing to correct is an error."""
    for patch in overrides.patches:
        pointer = patch["pointer"].lstrip("#")
        try:
            *path, last = parts(pointer)
            holder = find(spec, path)
            holder[_key(holder, last)] = patch["value"]
        except (LookupError, ValueError):
            if not patch.get("optional"):  # for what a newer or an older description has
                raise SpecError(pointer, "a patch points here, and there is nothing") from None


def find(document: Any, path: Iterable[str]) -> Any:  # noqa: ANN401  # JSON is anything
    """Return what the parts of a JSON pointer lead to; `LookupError` if there is nothing."""
    for part in path:
        document = document[_key(document, part)]
    return document


def _key(holder: Any, part: str) -> str | int:  # noqa: ANN401  # JSON is anything
    if isinstance(holder, list) and part.isdecimal():
        return int(part)
    if isinstance(holder, dict):
        return part
    raise LookupError(part)


def parts(pointer: str) -> list[str]:
    """Split a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.lstrip("#").split("/")[1:]]


def join(pointer: str, *more: object) -> str:
    """Extend a JSON pointer."""
    return pointer + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in more)


@dataclass(frozen=True)
class Place:
    """An operation as the description has it, and where; `shared` are the parameters of all operations of its path."""

    pointer: str
    path: str
    method: str
    operation: dict[str, Any]
    shared: list[Any]

    @property
    def id(self) -> str:
        """The operation's id."""
        if "operationId" not in self.operation:
            raise SpecError(self.pointer, "an operation without an operationId")
        return str(self.operation["operationId"])


def operations(spec: dict[str, Any]) -> Iterator[Place]:
    """Yield every operation."""
    for path, item in spec.get("paths", {}).items():
        for method, operation in item.items():
            if method in {"get", "put", "post", "delete", "patch", "head", "options", "trace"}:
                yield Place(join("/paths", path, method), path, method.upper(), operation, item.get("parameters", []))
            elif method != "parameters" and not method.startswith("x-"):
                raise SpecError(join("/paths", path, method), "unknown member of a path")
