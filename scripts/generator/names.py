"""Names: what an API calls a thing, as a valid name in Python."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic

from openrouter_sdk.errors import ResponseError
from openrouter_sdk.lib import prelude, resource
from openrouter_sdk.types import files, pages, streams

if TYPE_CHECKING:
    from types import ModuleType

# The class in errors.py for each status.
ERRORS = {kind.status: kind.__name__ for kind in ResponseError.__subclasses__() if kind.status}
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*|[0-9]+")
# Written as one word by everybody who isn't a regular expression.
_ONE_WORD = {"OpenRouter": "Openrouter", "OAuth": "Oauth", "oAuth": "oauth"}
# A field or method of one of these names would hide what the annotations below it use.
BUILTINS = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str"})
# What the generated modules may import, as their templates spell it out or from the modules that those name; a type,
# class or function of such a name would hide it.
_TEMPLATES = sorted((Path(__file__).parent / "emit" / "templates").glob("*.jinja"))
_SPELT_OUT = {
    name
    for template in _TEMPLATES
    for names in re.findall(r"^ *(?:from \S+ )?import (.+)", template.read_text(encoding="utf-8"), re.MULTILINE)
    for name in names.split(", ")
}


def _offered(module: ModuleType) -> set[str]:
    """Return the names that can be imported from a module: its own, and those that it says it passes on."""
    own = {name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__}
    return own.union(getattr(module, "__all__", ()))


IMPORTED = _SPELT_OUT.union(*map(_offered, (files, pages, prelude, resource, streams)))
_OF_MODELS = frozenset(name for name in dir(pydantic.BaseModel) if not name.startswith("_"))


def words(text: str) -> list[str]:
    """Split a name in any case into its words."""
    for spelt, joined in _ONE_WORD.items():
        text = text.replace(spelt, joined)
    return _WORD.findall(text)


def snake(text: str) -> str:
    """Return `text` as a function's or argument's name."""
    name = "_".join(word.lower() for word in words(text)) or "value"
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) else name


def pascal(text: str) -> str:
    """Return `text` as a class's name."""
    parts = re.findall(r"[A-Za-z0-9]+", text)
    name = "".join(part[0].upper() + part[1:] for part in parts) or "Value"
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_" if keyword.iskeyword(name) or hasattr(builtins, name) or name in IMPORTED else name


def function_pascal(function: str) -> str:
    """Return the class name prefix that belongs to a function: `chat_send` gives `ChatSend`."""
    name = "".join(word.capitalize() for word in function.split("_"))
    return f"_{name}" if name[0].isdigit() else name


def attribute(wire: str) -> str:
    """Return the name of a model's field."""
    name = snake(wire).lstrip("_")
    name = f"field_{name}" if not name or name[0].isdigit() else name
    hidden = name in BUILTINS or name == "datetime" or name in _OF_MODELS or keyword.iskeyword(name)
    return f"{name}_" if hidden else name


def is_identifier(text: str) -> bool:
    """Tell whether `text` can stand as a name in Python as it is; Python reads names in normal form."""
    normal = unicodedata.normalize("NFKC", text) == text
    return normal and text.isidentifier() and not keyword.iskeyword(text) and not text.startswith("__")
