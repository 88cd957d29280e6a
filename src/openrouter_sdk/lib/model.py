"""What models and params are made of: the base of all models, stand-ins, and unions' choice of a member by its tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args, get_origin

import pydantic
from pydantic import ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, PydanticSerializationError, core_schema, to_json, to_jsonable_python
from typing_extensions import is_typeddict

from . import typed
from .json_values import is_object
from .misfits import EMPTY, Misfit, exact, read, tell, tolerant
from .texts import mended
from .validators import LOCK, validator_of

_waiting: list[Any] = []
# The options of `model_dump_json` that `model_dump` hasn't.
_OF_JSON_TEXT = frozenset({"indent", "ensure_ascii"})
# Characters of a text that a repr shows.
_LONGEST_SHOWN, _SHOWN = 200, 100


class BaseModel(pydantic.BaseModel):
    """The base of everything that the API returns: unknown fields are kept, and models are built on first use."""

    model_config = ConfigDict(
        extra="allow", defer_build=True, protected_namespaces=(), serialize_by_alias=True, ser_json_inf_nan="strings"
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  # this class
        """Take any object: what doesn't fit is kept as it came. See `misfits`."""
        schema = handler(source)
        tolerant(cls, schema, handler)
        return schema

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the fields as they are declared."""
        return handler(exact(schema))

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Leave out what is None, and shorten long texts: base64 fills a screen."""
        return ((name, _shortened(value)) for name, value in super().__repr_args__() if value is not None)

    if not TYPE_CHECKING:  # the signatures stay pydantic's

        def model_dump(self, *, warnings: bool = False, **options: Any) -> dict[str, Any]:  # noqa: ANN401  # pydantic's
            """Return a dict. A value that came in another form than the model states is no reason for a warning."""
            return super().model_dump(warnings=warnings, **options)

        def model_dump_json(self, *, warnings: bool = False, **options: Any) -> str:  # noqa: ANN401  # pydantic's
            """Return JSON text, as `model_dump` does; half of a surrogate pair, which can't be written, is U+FFFD."""
            try:
                return super().model_dump_json(warnings=warnings, **options)
            except PydanticSerializationError:
                written = {name: options.pop(name) for name in _OF_JSON_TEXT if name in options}
                values = mended(self.model_dump(warnings=warnings, **options))
                return to_json(values, inf_nan_mode="strings", **written).decode()


class _Shown(str):
    """A text that is its own repr."""

    __slots__ = ()
    __repr__ = str.__str__


def _shortened(value: Any) -> Any:  # noqa: ANN401  # a field's value
    if not isinstance(value, (str, bytes)) or len(value) <= _LONGEST_SHOWN:
        return value
    return _Shown(f"{value[:_SHOWN]!r}… ({len(value)} {'characters' if isinstance(value, str) else 'bytes'})")


class Unrecognized(BaseModel):
    """A union's member that this version doesn't know; `raw` is the JSON value as it came.

    Its `type` is none that the API has, so that `if event.type == "..."` can be asked of every member.
    """

    type: Literal["UNKNOWN"] = "UNKNOWN"
    raw: Any = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # JSON is anything
        """Return a member of `raw`: what the known members of a union have in common, this one most likely has, too."""
        raw = self.__dict__.get("raw")
        if is_object(raw) and name in raw and not name.startswith("_"):
            return raw[name]
        return super().__getattr__(name)  # type: ignore[misc]  # pydantic hides its own from type checkers

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  # this class
        """Go back to the wire as it came. What `pydantic.model_serializer` does; importing that takes 3 ms."""
        serializer = core_schema.plain_serializer_function_ser_schema(_raw, return_schema=core_schema.any_schema())
        return cast("core_schema.CoreSchema", {**handler(source), "serialization": serializer})


def _raw(unrecognized: Unrecognized) -> Any:  # noqa: ANN401  # JSON is anything
    return unrecognized.raw


class Open:
    """Marks an open enumeration, `Literal["a", "b"] | str`: any text passes, so that only that is looked at."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> core_schema.CoreSchema:
        """Take a text."""
        return core_schema.str_schema()


OPEN: Final = Open()


class Late(type):
    """The type of stand-ins for what another module of types defines, which is loaded when it is needed.

    A class is needed when there is a value for it. What is `inline`, an alias or a member of a union without tags, is
    needed when the validator of something around it is built: pydantic looks into all members for the best.
    """

    place = ""
    inline = False

    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Let pydantic have the type itself, or call the class's own validator."""
        if cls.inline:
            return handler.generate_schema(loaded(cls))
        _waiting.append(cls)
        return core_schema.no_info_plain_validator_function(cls.validate)

    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the class itself."""
        return handler(exact(pydantic.TypeAdapter(loaded(cls)).core_schema))

    def __instancecheck__(cls, value: object) -> bool:
        """Take what the class takes."""
        return isinstance(value, loaded(cls))

    def __call__(cls, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # the class's
        """Make what the class makes."""
        return loaded(cls)(*arguments, **named)

    def validate(cls, value: Any) -> Any:  # noqa: ANN401  # JSON is anything
        """Check a value."""
        return validator_of(loaded(cls)).validate_python(value)


def late(place: str, *, inline: bool = False) -> Any:  # noqa: ANN401  # a class
    """Return a stand-in for the class, or alias, that stands at a place such as "models.shared.Alignment"."""
    module, _, name = place.rpartition(".")
    return Late(name, (), {"__module__": f"openrouter_sdk.{module}", "place": place, "inline": inline})


def loaded(kind: Any) -> Any:  # noqa: ANN401  # a type form
    """Return what `kind` stands for, or `kind` itself."""
    return named(kind.place) if isinstance(kind, Late) else kind


@cache
def named(place: str) -> Any:  # noqa: ANN401  # a class, or another type form
    """Load what stands at a place in params or models, such as "params.chat.ChatSendParams"."""
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"openrouter_sdk.{module}"), name)


def members_of(union: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a type form
    """Return the members of a union; none for any other type."""
    return tuple(map(loaded, get_args(union)))


class OneOf:
    """Marks a union whose members are told apart by the value of one property: `Annotated[Union[A, B], OneOf("type")]`.

    Several members may share a value: the first that fits is taken, as it is where the property is missing, or where
    the API has none (`OneOf()`). A member's validator is built when it is first needed, so that a union of fifty costs
    what the used ones do. In a response (the union names `Unrecognized`) anything else becomes that; in a request it
    passes as it is.
    """

    __slots__ = ("tag",)

    def __init__(self, tag: str = "") -> None:
        self.tag: Final = tag

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  # a type form
        """Let pydantic call the choice."""
        members = members_of(source)
        _waiting.extend(members)
        is_response = Unrecognized in members
        choose = self._choose_model(members) if is_response else self._choose_dict(members)
        return core_schema.no_info_plain_validator_function(
            choose, metadata={EMPTY: Unrecognized} if is_response else None
        )

    def __get_pydantic_json_schema__(self, schema: object, handler: object) -> dict[str, Any]:
        """Describe any member: those of tags that this version doesn't know are objects, too."""
        return {"type": "object"}

    def by_tag(self, members: Iterable[Any]) -> dict[str | None, list[Any]]:
        """Return the members by tag; those that take any tag stand under None."""
        found: dict[str | None, list[Any]] = {}
        for member in members:
            for tag in tags(member, self.tag):
                found.setdefault(tag, []).append(member)
        return found

    def _choose_model(self, members: tuple[Any, ...]) -> Callable[[Any], Any]:
        """Make the validator of a response's union."""
        models = [member for member in members if member is not Unrecognized]
        by_tag = self.by_tag(models)
        untagged = [model for model in models if model not in by_tag.get(None, ())]

        def choose(value: Any) -> Any:  # noqa: ANN401  # JSON is anything
            if not is_object(value):
                return self._instance(value)
            tag = value.get(self.tag)
            if not isinstance(tag, str):
                return self._first_fitting(
                    [model for model in untagged if self._has_some(model, value)], value
                ) or self._unrecognized(value)
            candidates = by_tag.get(tag) or by_tag.get(None)
            if candidates is None:
                return Unrecognized(raw=value)
            if len(candidates) == 1:
                return validator_of(candidates[0]).validate_python(value)
            return self._first_fitting(candidates, value) or validator_of(candidates[0]).validate_python(value)

        return choose

    def _unrecognized(self, value: dict[str, Any]) -> Unrecognized:
        tell([Misfit(Unrecognized, self.tag or "raw", "one of the known kinds of objects", value)])
        return Unrecognized(raw=value)

    def _first_fitting(self, models: list[Any], value: dict[str, Any]) -> Any:  # noqa: ANN401  # a model, or None
        """Return the first of the models that fits, or else the first whose required fields are all there."""
        complete: tuple[Any, list[Misfit]] | None = None
        for model in models:
            found, misfits = read(validator_of(model).validate_python, value)
            of_model = [misfit for misfit in misfits if not (misfit.missing and misfit.field == self._field(model))]
            if not of_model:
                tell(misfits)
                return found
            if complete is None and not any(misfit.missing and misfit.owner is model for misfit in of_model):
                complete = found, misfits
        found, misfits = complete or (None, [])
        tell(misfits)
        return found

    def _has_some(self, model: type[BaseModel], value: dict[str, Any]) -> bool:
        """Tell whether a value has any field of a model, beside the tag."""
        fields = model.__pydantic_fields__.items()
        return any((field.alias or name) in value and (field.alias or name) != self.tag for name, field in fields)

    def _field(self, model: type[BaseModel]) -> str | None:
        """Return the name of the field that is the tag on the wire."""
        fields = model.__pydantic_fields__.items()
        return next((name for name, field in fields if (field.alias or name) == self.tag), None)

    def _choose_dict(self, members: tuple[Any, ...]) -> Callable[[Any], Any]:
        """Make the validator of a request's union: of dicts, and of models, which go back as they came."""
        dicts = [member for member in members if is_typeddict(member)]
        by_tag = self.by_tag(dicts)
        untagged = [kind for kind in dicts if kind not in by_tag.get(None, ())]

        def choose(value: Any) -> Any:  # noqa: ANN401  # JSON is anything
            if not isinstance(value, Mapping):
                return as_it_came(self._instance(value))
            given = dict(cast("Mapping[str, Any]", value))
            tag = given.get(self.tag)
            if isinstance(tag, str):
                return _first_valid(by_tag.get(tag) or by_tag.get(None) or [], given, may_refuse=True)
            return _first_valid(untagged, given, may_refuse=not self.tag)

        return choose

    def _instance(self, value: Any) -> pydantic.BaseModel:  # noqa: ANN401  # JSON is anything
        if isinstance(value, pydantic.BaseModel):
            return value
        message = "Input should be an object with a '{tag}'" if self.tag else "Input should be an object"
        raise PydanticCustomError("one_of", message, {"tag": self.tag})  # pydantic's template


def _first_valid(kinds: list[Any], value: dict[str, Any], *, may_refuse: bool) -> Any:  # noqa: ANN401  # a dict
    """Return what the first typed dict that fits makes of a value; what fits none passes as it is.

    A value that must be one of several, or has all that one of them requires, is refused in the words of that one.
    """
    problem = None
    for kind in kinds:
        try:
            return validator_of(kind).validate_python(value)
        except pydantic.ValidationError as error:
            if problem is None and (len(kinds) == 1 or kind.__required_keys__ <= value.keys()):
                problem = error
    if problem is not None and may_refuse:
        raise problem
    return value


def as_it_came(model: pydantic.BaseModel) -> Any:  # noqa: ANN401  # JSON is anything
    """Return the JSON value that `model` was read from: the fields that were there, known and unknown."""
    dumped = model.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    return to_jsonable_python(mended(dumped), inf_nan_mode="constants")


def tags(member: Any, tag: str) -> tuple[str | None, ...]:  # noqa: ANN401  # a type form
    """Return the values of `tag` that mean `member`; (None,) if it takes any, () if it can't be told."""
    annotation = _annotation(member, tag)
    return () if annotation is None else tuple(_constants(annotation)) or (None,)


def _constants(annotation: Any) -> Iterator[str]:  # noqa: ANN401  # a type form
    """Yield the strings that a type is bound to; those of an optional or open one are its constants, too."""
    if get_origin(annotation) is Literal:
        yield from (value for value in get_args(annotation) if isinstance(value, str))
    else:
        for argument in get_args(annotation):
            yield from _constants(argument)


def _annotation(member: Any, tag: str) -> Any:  # noqa: ANN401  # a type form
    if is_typeddict(member):
        return typed.annotation(member, tag) if tag in typed.keys(member) else None
    if not issubclass(member, BaseModel) or member is Unrecognized:
        return None
    fields = member.__pydantic_fields__
    return next((field.annotation for name, field in fields.items() if tag in {name, field.alias}), None)


def build_waiting() -> None:
    """Build the validators that wait for a first value, and those that wait in them."""
    with LOCK:
        while _waiting:
            validator_of(loaded(_waiting.pop()))
