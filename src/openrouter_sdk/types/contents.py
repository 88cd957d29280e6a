"""The content of files, as callers give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias


class Base64:
    """Marks data that travels in base64; reading files and encoding bytes is part of checking the argument."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        """Let pydantic call the encoder."""
        from pydantic_core import core_schema

        from ..lib.files import encode_base64

        return core_schema.no_info_plain_validator_function(encode_base64)


class DataURL:
    """Marks a URL that may be that of a local file; reading the file is part of checking the argument."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        """Let pydantic call the encoder."""
        from pydantic_core import core_schema

        from ..lib.data_urls import encode_data_url

        return core_schema.no_info_plain_validator_function(encode_data_url)


if TYPE_CHECKING:
    import os
    from typing import IO

    from pydantic_core import CoreSchema

    Content: TypeAlias = bytes | os.PathLike[str] | IO[bytes]
    FileContent: TypeAlias = Content | tuple[str, Content] | tuple[str, Content, str]
    Base64Content: TypeAlias = str | bytes | os.PathLike[str]
    DataURLContent: TypeAlias = str | os.PathLike[str]
else:
    CoreSchema = Any  # pydantic's, which files can do without
    # Checked by lib/files.py, whose messages say what to do.
    FileContent: TypeAlias = Any
    """A file to upload: bytes, a path, a binary file object, (name, content) or (name, content, content type)."""
    Base64Content: TypeAlias = Annotated[Any, Base64()]
    """Data that travels in base64: the base64 text itself, or bytes, or the path of a file."""
    DataURLContent: TypeAlias = Annotated[Any, DataURL()]
    """The URL of an image or another file: one of the web, a data URL, or the path of a file to make one of."""
