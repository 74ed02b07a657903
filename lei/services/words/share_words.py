"""Shares in words: percents with as many digits as it takes to tell them apart."""

from __future__ import annotations

_MOST_DIGITS = 9


def percents(*shares: float) -> tuple[str, ...]:
    """Shares of 1 as people read them (12.5 %), with one digit, or more where different ones would look the same."""
    texts: tuple[str, ...] = ()
    for digits in range(1, _MOST_DIGITS + 1):
        texts = tuple(f"{100 * share:.{digits}f}".rstrip("0").rstrip(".") + " %" for share in shares)
        if len(set(texts)) == len(set(shares)):
            break
    return texts


def chance(probability: float) -> str:
    """A probability in whole percent (97 %); never 0 or 100 where it is not exactly that."""
    percent = round(100 * probability)
    if percent == 0 and probability > 0:
        return "less than 1 %"
    if percent == 100 and probability < 1:  # noqa: PLR2004 - percent
        return "more than 99 %"
    return f"{percent} %"
