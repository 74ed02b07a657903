"""Writes scorecards into a folder that others read too, such as a share that is mounted here."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from lei.errors import DeliveryError


def write_file(folder: Path, name: str, content: bytes, allowed: Sequence[Path]) -> None:
    """Write a file so that a reader of the folder sees all of it or nothing; the same file again changes nothing.

    allowed: the folders that this one must be, or lie in, wherever links lead. The folder is not made: where a share
    is not mounted, the file would land on the wrong disk. Raises DeliveryError, permanent only outside of `allowed`.
    """
    real = folder.resolve()
    if not any(real.is_relative_to(root.resolve()) for root in allowed):
        raise DeliveryError(f"The folder {folder} lies outside of what LEI_FOLDERS allows.", permanent=True)
    if not real.is_dir():
        raise DeliveryError(f"The folder {folder} does not exist; is the share mounted?")
    part = real / f".{name}.{secrets.token_hex(4)}.part"
    try:
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(real / name)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise DeliveryError(f"The folder {folder} does not take the file: {error.strerror or error}.") from error
