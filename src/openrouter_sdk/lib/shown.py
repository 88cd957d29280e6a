"""Values as messages may show them: URLs without passwords and tokens, and whatever can't show itself."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=//)[^/?#@\s]*@")
_QUERY = re.compile(r"([?&][^=&#\s]*=)[^&#\s]*")


def shown_url(text: str) -> str:
    """Return a URL with *** in the place of user and password, and of every value in its query."""
    return _QUERY.sub(r"\1***", _USER.sub("***@", text))


def shown(value: object) -> str:
    """Return the repr of a value that a user gave; that may fail, too."""
    try:
        return repr(value)
    except Exception:  # noqa: BLE001  # nothing escapes
        return f"<{type(value).__name__}>"
