"""What the fake remembers from one request to the next."""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple


class StoredFile(NamedTuple):
    """A file, as it was uploaded."""

    id: str
    name: str
    mime_type: str
    content: bytes


class Store:
    """Files and video jobs, for requests from any threads."""

    def __init__(self) -> None:
        """Start with five files."""
        self._files = {file.id: file for file in map(_generated_file, range(1, 6))}
        self._looks: dict[str, int] = {}
        self._lock = Lock()

    def add_file(self, file: StoredFile) -> None:
        """Keep a file."""
        with self._lock:
            self._files[file.id] = file

    def file(self, file_id: str) -> StoredFile | None:
        """Find a file."""
        with self._lock:
            return self._files.get(file_id)

    def remove_file(self, file_id: str) -> bool:
        """Forget a file, and tell whether there was one."""
        with self._lock:
            return self._files.pop(file_id, None) is not None

    def files(self) -> list[StoredFile]:
        """List all files by their ids, which is the order in which they were made."""
        with self._lock:
            return sorted(self._files.values())

    def add_video(self, job_id: str) -> None:
        """Start a job."""
        with self._lock:
            self._looks[job_id] = 0

    def look_at_video(self, job_id: str, *, step: int = 1) -> int | None:
        """Tell how often a job was looked at, this time included; None if there is no such job."""
        with self._lock:
            if job_id in self._looks:
                self._looks[job_id] += step
            return self._looks.get(job_id)


def _generated_file(number: int) -> StoredFile:
    # These ids sort before those of uploads, which end in the number of a request.
    content = f"Note {number} of FakeOpenRouter.\n".encode()
    return StoredFile(f"or_file_fake-000000-{number}", f"note-{number}.txt", "text/plain", content)
