"""Reads and writes the files that commands are given, with a sentence where that does not work."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from lei.errors import InvalidError, MalformedError, UsageError


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark.

    Raises UsageError when it cannot be opened, InvalidError when it is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidError(f"{file} is not UTF-8 (byte {error.start + 1}); save it as UTF-8.") from error


def read_toml(file: Path) -> dict[str, Any]:
    """The table in a TOML file; raises what `read_text` does, and MalformedError when it is no TOML."""
    try:
        return tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise MalformedError(f"{file} is not valid TOML: {error}.") from error


def read_bytes(file: Path) -> bytes:
    """What is in a file that is no text; raises UsageError when it cannot be opened."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error


def write_text(file: Path, text: str) -> None:
    """Write a file; raises UsageError when that is not possible."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from error


def write_bytes(file: Path, content: bytes) -> None:
    """The same for a file that is no text."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}.") from error
