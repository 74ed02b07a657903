"""Whether a colour can be read on white, and white on it."""

from __future__ import annotations

import re

LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3 (level AA), for text of any size
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FULL = 255
_FLARE = 0.05  # light that every screen adds, in the definition of WCAG
_LINEAR_UP_TO = 0.04045


def is_colour(text: str) -> bool:
    """Whether it is a colour as `#rrggbb`, in lower case."""
    return _COLOUR.fullmatch(text) is not None


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of a colour `#rrggbb` with white, from 1 (white) to 21 (black).

    It is (1 + 0.05) / (L + 0.05), where L = 0.2126 R + 0.7152 G + 0.0722 B is the relative luminance, and each of R, G
    and B is c / 12.92 up to c = 0.04045, else ((c + 0.055) / 1.055)^2.4, c being the channel from 0 to 1.
    Source: WCAG 2.2, "contrast ratio" and "relative luminance", https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
    """
    red, green, blue = (_linear(channel / _FULL) for channel in _channels(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (1 + _FLARE) / (luminance + _FLARE)


def readable(colour: str) -> bool:
    """Whether text in this colour on white, and white text on it, has enough contrast."""
    return contrast_with_white(colour) >= LEAST_CONTRAST


def nearest_readable(colour: str) -> str:
    """The colour itself where it is readable, else the lightest one of the same hue and saturation that is.

    It is darkened step by step: all three channels by the same factor.
    """
    steps = (_hex([channel * step / _FULL for channel in _channels(colour)]) for step in range(_FULL, -1, -1))
    return next(darker for darker in steps if readable(darker))


def tint(colour: str, share: float) -> str:
    """The colour with so much of it (0 to 1) mixed into white."""
    return _hex([_FULL - share * (_FULL - channel) for channel in _channels(colour)])


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_UP_TO else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def _hex(channels: list[float]) -> str:
    return f"#{bytes(round(channel) for channel in channels).hex()}"
