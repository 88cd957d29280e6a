"""`Secret`: a string that doesn't show in a repr, a traceback's locals or a log."""

from __future__ import annotations

import base64


class Secret:
    """Holds an API key; `reveal()` is called only where the Authorization header is written."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the string itself."""
        return str(self._value)

    @property
    def fits_a_header(self) -> bool:
        """Tell whether it is a text that a header can hold; said here, where no variable holds it."""
        return isinstance(self._value, str) and self.reveal().strip().isprintable()

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle encoded, so that a pickle that is printed doesn't show the key to a passer-by."""
        return _restore, (base64.b64encode(self.reveal().encode("utf-8", "surrogatepass")),)


def _restore(encoded: bytes) -> Secret:
    return Secret(base64.b64decode(encoded).decode("utf-8", "surrogatepass"))
