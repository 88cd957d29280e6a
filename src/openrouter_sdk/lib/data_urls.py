"""Images and other files in JSON: a path becomes a data URL, which is read when the argument is checked."""

from __future__ import annotations

import base64
import mimetypes
import os
from pathlib import Path
from typing import Any, cast


def encode_data_url(value: Any) -> str:  # noqa: ANN401  # to be seen
    """Return a data URL of a file, or the URL that was given as it is."""
    if isinstance(value, str):
        return value
    if not isinstance(value, os.PathLike):
        message = "Should be a URL, a data URL or a path (pathlib.Path)"
        raise ValueError(message)  # noqa: TRY004  # a TypeError wouldn't become a problem of pydantic's
    path = Path(cast("os.PathLike[str]", value))
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"The file {str(path)!r} can't be read: {error.strerror}"
        raise ValueError(message) from None
    kind = mimetypes.guess_type(path.name, strict=False)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
