"""URLs as they may be shown: without passwords and tokens."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=//)[^/?#@\s]*@")
_QUERY = re.compile(r"([?&][^=&#\s]*=)[^&#\s]*")


def shown_url(text: str) -> str:
    """Return a URL with *** in the place of user and password, and of every value in its query."""
    return _QUERY.sub(r"\1***", _USER.sub("***@", text))
