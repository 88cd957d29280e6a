"""What a `with` block closes at its end, in either colour."""

from __future__ import annotations

from types import TracebackType

from typing_extensions import Self


class Closing:
    """A context manager that closes itself."""

    def close(self) -> None:
        """Give the connection back; what has not been read is lost."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncClosing:
    """An asynchronous context manager that closes itself."""

    async def aclose(self) -> None:
        """Give the connection back; what has not been read is lost."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
