"""How numbers, counts and lists of names are written for people: true minus signs, rounded once.

They follow the language that is written (`lei.language`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce
from math import floor

from babel import Locale
from babel.lists import format_list

from lei.language import _, locale, ngettext

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
    return format(round(number, decimals) + 0.0, f",.{decimals}f").translate(_signs(locale()))


def general(number: float) -> str:
    """A number with as many decimals as it has, six digits at most, such as a goalpost."""
    return f"{number:,g}".translate(_signs(locale()))


def percent(number: float) -> str:
    """A whole number of percent: `62%`, with a space between where the language has one."""
    return with_percent_sign(whole(number))


def percent_beside(number: float, line: float) -> str:
    """Percent of what is compared with a line: `62%`; `59.6%` where it is below and whole percent would hide it."""
    if number < line and round(number) >= line:
        return with_percent_sign(tenths(floor(10 * number) / 10))
    return percent(number)


def with_percent_sign(number: str) -> str:
    """A number that is written already, as percent."""
    # For translators: with a no-break space where the language has one before the sign.
    return _("{number}%").format(number=number)


def joined(names: Iterable[str]) -> str:
    """Names as a sentence lists them: `A`, `A and B`, `A, B and C`."""
    return format_list([name for name in names if name], locale=locale())


def in_a_row(texts: Iterable[str]) -> str:
    """Texts that go on without a new sentence: `A; B; C`. Empty ones are left out."""
    # For translators: two texts of one sentence, with the sign between them and the space that it asks for.
    between = _("{first}; {second}")
    told = [text for text in texts if text]
    return reduce(lambda first, second: between.format(first=first, second=second), told) if told else ""


def counted(number: int, singular: str, plural: str) -> str:
    """A number and its noun: `1 unit`, `3 units`. Both forms are texts for the catalogues (`lei.language`)."""
    return f"{whole(number)} {ngettext(singular, plural, number)}"


@cache
def _signs(of: Locale) -> dict[int, str]:
    """The signs that stand for those which Python writes; Babel's own formatting takes many times as long."""
    symbols = of.number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": MINUS})
