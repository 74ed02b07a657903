"""The sizes of paper that documents are drawn for, all upright."""

from __future__ import annotations

from lei.errors import InvalidError, Problem

A4 = "A4"
PAGE_SIZES = (A4, "Letter")


def known_page_size(name: str, field: str = "page_size") -> str:
    """The name itself. Raises InvalidError, which names the sizes that there are, for any other."""
    if name in PAGE_SIZES:
        return name
    text = f"There is no page size '{name}'; choose one of: {', '.join(PAGE_SIZES)}."
    raise InvalidError(text, [Problem(field, "unknown_page_size", text)])
