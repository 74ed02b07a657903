"""The five links of a chain as marks on a line: what is known of each is told by the shape, not by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lei.language import _
from lei.numbers import joined
from lei.reports.charts.shapes import Dot, Drawing, Line, Path, Rect, Shape
from lei.reports.program_figures import ChainFigures, LinkFigures
from lei.reports.wording import labelled

COLUMN = 85.4  # what a fifth of the page has beside the names of rows
_HEIGHT, _MARK = 18.0, 6.5


def chain_row(links: Sequence[LinkFigures], column: float = COLUMN) -> Drawing:
    """One mark at the left of each column, joined by a line that is thin where a link is not evidenced."""
    middle = _HEIGHT / 2
    shapes: list[Shape] = []
    for number, link in enumerate(links[1:]):
        evidenced = link.status == links[number].status == "evidenced"
        start, end = number * column + _MARK, (number + 1) * column + _MARK
        shapes.append(Line(start, middle, end, middle, "evidenced" if evidenced else "line", 2.5 if evidenced else 1.0))
    for number, link in enumerate(links):
        shapes += _mark(link.status, number * column + _MARK + 0.5, middle)
    # For translators: {links} is a list of links of the chain, each with what is known of it.
    told = _("The chain from learning to the KPI. {links}.").format(
        links=joined(labelled(link.name, link.status_text) for link in links)
    )
    return Drawing(len(links) * column, _HEIGHT, told, tuple(shapes))


def status_mark(status: str, status_text: str) -> Drawing:
    """The mark of one status, to stand before its word."""
    text = f"{status_text[:1].upper()}{status_text[1:]}."
    return Drawing(2 * _MARK + 1, 2 * _MARK + 1, text, tuple(_mark(status, _MARK + 0.5, _MARK + 0.5)))


def marks_of(chains: Iterable[ChainFigures]) -> dict[str, Drawing]:
    """The mark of every status that occurs in some chains."""
    links = [link for chain in chains for link in chain.links]
    return {link.status: status_mark(link.status, link.status_text) for link in links}


def _mark(status: str, x: float, y: float) -> list[Shape]:
    """A tick in a disc, a bar in a square, a triangle that points down, half a ring, an empty ring."""
    radius = _MARK - 0.5
    if status == "evidenced":
        tick = f"M{x - 3:g} {y + 0.2:g}L{x - 0.8:g} {y + 2.6:g}L{x + 3.2:g} {y - 2.4:g}"
        return [Dot(x, y, radius, status), Path(tick, "paper", 1.6)]
    if status == "flat":
        square = Rect(x - radius + 0.5, y - radius + 0.5, 2 * radius - 1, 2 * radius - 1, status)
        return [square, Line(x - 3, y, x + 3, y, "paper", 1.6)]
    if status == "adverse":
        down = f"M{x - radius:g} {y - radius + 1:g}L{x + radius:g} {y - radius + 1:g}L{x:g} {y + radius:g}Z"
        return [Path(down, status, filled=True)]
    ring = Dot(x, y, radius, status, filled=False)
    if status == "thin":
        half = f"M{x:g} {y - radius:g}A{radius:g} {radius:g} 0 0 0 {x:g} {y + radius:g}Z"
        return [ring, Path(half, status, filled=True)]
    return [ring]
