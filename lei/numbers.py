"""How numbers, counts and lists of names are written for people: true minus signs, rounded once."""

from __future__ import annotations

from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"


def whole(number: float) -> str:
    """A whole number with a true minus sign and thousands separators."""
    return with_decimals(number, 0)


def signed(number: float) -> str:
    """A whole number that always shows its direction; 0 has none."""
    rounded = round(number)
    return whole(rounded) if rounded <= 0 else f"+{whole(rounded)}"


def tenths(number: float) -> str:
    """A number with one decimal."""
    return with_decimals(number, 1)


def signed_tenths(number: float) -> str:
    """A number with one decimal that always shows its direction; 0.0 has none."""
    rounded = round(number, 1) + 0.0
    return tenths(rounded) if rounded <= 0 else f"+{tenths(rounded)}"


def with_decimals(number: float, decimals: int) -> str:
    """A number with that many decimals, a true minus sign and thousands separators; what rounds to 0 has no sign."""
    return format(round(number, decimals) + 0.0, f",.{decimals}f").replace("-", MINUS)


def joined(names: Iterable[str]) -> str:
    """Names as a sentence lists them: `A`, `A and B`, `A, B and C`."""
    listed = list(names)
    return " and ".join(part for part in (", ".join(listed[:-1]), *listed[-1:]) if part)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its noun: `1 unit`, `3 units`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
