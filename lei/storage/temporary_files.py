"""Files that what is being uploaded waits in: when there is no room for them, that is said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lei.errors import UnavailableError


@contextmanager
def needing_room() -> Iterator[None]:
    """Around writing to such a file; raises UnavailableError when it cannot be written."""
    try:
        yield
    except OSError as error:
        detail = f"There is no room for temporary files ({error.strerror}); nothing of this request was stored."
        raise UnavailableError(f"{detail} Make room, or let TMPDIR name another folder.") from error
