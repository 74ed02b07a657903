"""What charts are made of: shapes with positions in points (1/72 inch), and the colours by what they mean.

Every shape names a tone, not a colour: print writes the tone's colour out, a page's style sheet may change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from lei.reports.branding import HOUSE_ACCENT
from lei.reports.contrast import tint
from scoring.bands import BANDS

# Ordered from dark to light as well as from warm to cold, so that the bands differ for colour-blind eyes and in grey.
BAND_COLOURS: Mapping[str, str] = {
    "at_risk": "#7d2418",
    "developing": "#bb6027",
    "on_track": "#d3a53f",
    "strong": "#8fc4be",
    "leading": "#cbe5e1",
}
# The states of a link of a chain; each has a shape of its own as well (charts.chain_row).
STATUS_COLOURS: Mapping[str, str] = {
    "evidenced": "#1d6b62",
    "flat": "#707a87",
    "adverse": "#9c2a1a",
    "thin": "#c08a1e",
    "missing": "#5a6472",
}
TONES: Mapping[str, str] = {
    **BAND_COLOURS,
    **STATUS_COLOURS,
    "ink": "#1c2430",
    "muted": "#5a6472",
    "line": "#c9ced6",
    "faint": "#e9ecf0",
    "paper": "#ffffff",
    "accent": HOUSE_ACCENT,
    "shade": "#eef3f8",
    "span": "#a9c3da",
}
_SHADE, _SPAN = 0.08, 0.38  # how much of the accent is in its tints
FULL = 100.0
PAGE_WIDTH = 499.0  # what an A4 page has between its margins
# Points; of a row whose name stands beside the drawing, as `.steps .names p` in the style sheet.
NAMED_ROW_HEIGHT = 12.0
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    kind: str = "rect"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    tone: str
    width: float = 0.5
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points as SVG path data, or the area inside it where it is filled."""

    d: str
    tone: str
    width: float = 1.5
    filled: bool = False
    kind: str = "path"


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc, or a ring where it is not filled."""

    x: float
    y: float
    radius: float
    tone: str
    filled: bool = True
    kind: str = "dot"


@dataclass(frozen=True, slots=True)
class Label:
    """A text; x and y are its anchor on the baseline."""

    x: float
    y: float
    text: str
    tone: str = "ink"
    size: float = 9.0
    anchor: Anchor = "start"
    bold: bool = False
    kind: str = "label"


Shape = Rect | Line | Path | Dot | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its size, its shapes from back to front, and a full sentence that says what it shows."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from values `low..high` to positions `start..end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The position of a value, kept within the ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)


def tones_of(accent: str) -> Mapping[str, str]:
    """The colours of a document with this accent; bands and states keep their own."""
    if accent == HOUSE_ACCENT:
        return TONES
    return {**TONES, "accent": accent, "shade": tint(accent, _SHADE), "span": tint(accent, _SPAN)}


def band_tone(band: str | None) -> str:
    """The tone of a band; grey where there is none."""
    return band if band is not None and band in BAND_COLOURS else "line"


def band_edges() -> list[tuple[str, float, float]]:
    """Each band with the scores it runs between."""
    lowers = [band.lower for band in BANDS] + [FULL]
    return [(band.key, low, high) for band, (low, high) in zip(BANDS, pairwise(lowers), strict=True)]


def runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The unbroken stretches of a series, as (position, value); a gap ends a stretch."""
    found: list[list[tuple[int, float]]] = []
    open_run = False
    for position, value in enumerate(values):
        if value is None:
            open_run = False
            continue
        if not open_run:
            found.append([])
        found[-1].append((position, value))
        open_run = True
    return found


def path_through(points: Iterable[tuple[float, float]]) -> str:
    """SVG path data of a line through points."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
