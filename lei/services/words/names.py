"""Names that senders give: which can be one, how to show others, and how a file is called by them."""

from __future__ import annotations

import re
from typing import TypeGuard

LONGEST_NAME = 200

# Control characters, and halves of surrogate pairs, which cannot be written as UTF-8.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BETWEEN = re.compile(r"[^A-Za-z0-9]+")


def refuse_text(text: str) -> tuple[str, str] | None:
    """Code and message of what is wrong with a name (measure, source, dimension value); None when it is right."""
    if not text:
        return "empty", "This is empty; give a name, or leave the field out where it is optional."
    if len(text) > LONGEST_NAME:
        return "too_long", f"This has {len(text):,} characters; at most {LONGEST_NAME} are taken."
    if _UNWRITABLE.search(text):
        return "bad_text", "This has a control character or a broken one; names are plain text in one line."
    if text != text.strip():
        return "bad_text", "This begins or ends with a blank; remove it, or it would count as another name."
    return None


def is_name(value: object) -> TypeGuard[str]:
    """Whether this is a text that can be a name."""
    return isinstance(value, str) and refuse_text(value) is None


def plain_name(text: str) -> str:
    """What every file system takes of a text: small letters and digits, with `-` for all between them."""
    return _BETWEEN.sub("-", text).strip("-").lower()


def printable(text: str) -> str:
    """A foreign name, shortened and without characters that cannot be stored or shown."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST_NAME])
