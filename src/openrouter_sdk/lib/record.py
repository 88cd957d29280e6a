"""`Record`: a frozen dataclass at a thirtieth of its price. Making a dataclass compiles code at every import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import dataclass_transform

if TYPE_CHECKING:
    from pydantic_core import CoreSchema
else:  # heavy to import, which those who read annotations at run time needn't pay for
    CoreSchema = Any


@dataclass_transform(frozen_default=True)
class Record:
    """Takes the values of its annotated fields, in their order or by name; those left out are the class's own.

    Type checkers see to the rest: that what has no default is given, and that nothing else is.
    """

    _names: ClassVar[tuple[str, ...]] = ()

    if not TYPE_CHECKING:  # the signature is that of the fields

        def __init__(self, *values: Any, **named: Any) -> None:  # noqa: ANN401  # each field has its type
            self.__dict__.update(zip(self._names, values, strict=False), **named)

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse: a record is shared."""
            message = f"{type(self).__name__} is frozen"
            raise AttributeError(message)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._names = tuple(cls.__annotations__)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic take any record of this kind, so that `validate_call` and models can have it as a type."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({fields})"
