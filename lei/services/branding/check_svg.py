"""Takes an SVG picture apart and leaves shapes alone: nothing that runs, loads, swells or needs fonts of a machine.

What is dangerous or cannot be drawn is refused with its reason. What says nothing about shapes, such as the notes of
drawing programs, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Never
from xml.etree import ElementTree

from lei.errors import InvalidError, Problem

_SPACE, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_OTHERS = frozenset({"svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "style", "use"})
_LEFT_OUT = frozenset({"title", "desc", "metadata"})
_STROKES = ("dasharray", "dashoffset", "linecap", "linejoin", "miterlimit", "opacity", "width")
_LOOKS = frozenset(
    {"color", "display", "opacity", "visibility", "clip-path", "clip-rule", "stop-color", "stop-opacity"}
)
_LOOKS |= {"fill", "fill-opacity", "fill-rule", "stroke", *(f"stroke-{name}" for name in _STROKES)}
_PLACES = frozenset({"x", "y", "width", "height", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"})
_PLACES |= {"d", "points", "transform", "viewBox", "preserveAspectRatio", "clipPathUnits"}
_ATTRIBUTES = _LOOKS | _PLACES | {"id", "class", "href", "offset", "gradientTransform", "gradientUnits"}
_REASONS = {
    "script": "It runs a script.",
    "foreignObject": "It holds another document (`foreignObject`).",
    "image": "It holds or loads another picture (`image`); draw it as paths, or send a PNG.",
    "text": "It holds text, which looks different where its font is missing; turn text into paths.",
}
_MOST_ELEMENTS, _DEEPEST = 2000, 30
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"(?P<selector>[^{}@]+)\{(?P<declarations>[^{}]*)\}")
_URL = re.compile(r"url\(\s*[\"']?(?P<start>.?)", re.IGNORECASE)
_LENGTH = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?)(px)?")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST_SIDES = 20  # times the shorter one: more is a line, and no logo


class _Builder(ElementTree.TreeBuilder):
    """Builds a tree of what has no DOCTYPE: entities, and whatever they load or swell to, begin with one."""

    def doctype(self, _name: str, _public_id: str | None, _system: str | None) -> Never:
        """Stop before anything of it is read."""
        raise _refusal(["It has a DOCTYPE, which may define entities; save it without."])


def plain_svg(content: bytes) -> bytes:
    """The picture with its shapes, gradients and clips alone, always the same bytes for the same input.

    Raises InvalidError whose problems say everything that is wrong with it.
    """
    root = _parsed(content)
    shapes = {element.get("id", ""): element for element in root.iter() if _name(element) in _SHAPES}
    reasons = list(dict.fromkeys(_faults(root, shapes, [])))
    if reasons:
        raise _refusal(reasons)
    clean = _clean(root)
    others = {key: value for key, value in clean.items() if key not in ("viewBox", "width", "height")}
    clean.attrib = {"xmlns": _SPACE[1:-1], "viewBox": _view_box(clean), **others}
    return bytes(ElementTree.tostring(clean, encoding="utf-8"))


def _parsed(content: bytes) -> ElementTree.Element:
    try:
        parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314 - the builder refuses every DOCTYPE
        parser.feed(content)
        root = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _refusal([f"It is no SVG: {error}."]) from error
    if _name(root) != "svg":
        raise _refusal(["It is no SVG: its first element is not `svg` of the namespace http://www.w3.org/2000/svg."])
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise _refusal([f"It has more than {_MOST_ELEMENTS:,} elements; simplify it, or send a PNG."])
    return root


def _name(element: ElementTree.Element) -> str:
    """The name of an element of SVG; empty for others."""
    return element.tag.removeprefix(_SPACE) if element.tag.startswith(_SPACE) else ""


def _children(element: ElementTree.Element) -> list[ElementTree.Element]:
    return [child for child in element if _name(child) and _name(child) not in _LEFT_OUT]


def _faults(element: ElementTree.Element, shapes: Mapping[str, ElementTree.Element], above: list[str]) -> Iterator[str]:
    """Why the picture may not be used, of this element and all below it. above: the names of those around it."""
    name = _name(element)
    if len(above) == _DEEPEST:
        yield f"Its elements are nested more than {_DEEPEST} deep; ungroup them."
        return
    if name not in _SHAPES | _OTHERS:
        yield _REASONS.get(name, f"It has `{name}`, which LEI does not draw; draw it as paths, or send a PNG.")
        return
    yield from _attribute_faults(element)
    if name == "style":
        yield from _sheet_faults(_COMMENT.sub("", element.text or ""))
    used = [element] if name in _SHAPES else []
    if name == "use":
        used = [shapes[to] for to in (_href(element).removeprefix("#"),) if to in shapes]
        if not used:
            yield "It uses (`use`) something else than one of its own shapes; expand it to paths."
    if ("clipPath" in above or name == "use") and any("clip-path" in _looks(one) for one in used):
        # They would multiply: ten in each of ten in each of ten.
        yield "It has a clip within a clip, or on a shape that is used again; combine their paths."
    if "clipPath" in above and name not in _SHAPES | {"use"}:
        yield "It has a clip (`clipPath`) that holds something else than shapes; combine their paths."
    for child in _children(element):
        yield from _faults(child, shapes, [*above, name])


def _attribute_faults(element: ElementTree.Element) -> Iterator[str]:
    href = _href(element)
    if href and not href.startswith("#"):
        yield f"It loads `{href[:80]}`; it may refer to its own parts alone."
    for key, value in element.items():
        if key.lower().startswith("on"):
            yield f"It runs a script (`{key[:80]}`)."
        if any(found["start"] != "#" for found in _URL.finditer(value)) or (key == "style" and "\\" in value):
            yield f"It loads something by `{key[:80]}`; it may refer to its own parts alone."
    if element.get("spreadMethod", "pad") != "pad":
        yield "It has a gradient that repeats (`spreadMethod`); let it end."


def _sheet_faults(sheet: str) -> Iterator[str]:
    if re.search(r"url|[@\\]", sheet, re.IGNORECASE) or _RULE.sub("", sheet).strip():
        yield "Its style sheet is not made of plain rules (`url`, `@`); save it with presentation attributes."


def _href(element: ElementTree.Element) -> str:
    return element.get("href") or element.get(_LINK) or ""


def _declared(text: str) -> dict[str, str]:
    """What a list of declarations says about looks."""
    pairs = (one.partition(":") for one in _COMMENT.sub("", text).split(";"))
    found = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return {name: value for name, value in found.items() if name in _LOOKS and value}


def _looks(element: ElementTree.Element) -> dict[str, str]:
    """The attributes that are drawn by: those of `style` as attributes of their own, which they win over."""
    href = {"href": _href(element)} if _href(element) else {}
    given = {key: value for key, value in element.items() if key in _ATTRIBUTES}
    return given | _declared(element.get("style", "")) | href


def _clean(element: ElementTree.Element) -> ElementTree.Element:
    # Named without their namespace, which the whole is given: how others have asked for it to be written is global.
    copy = ElementTree.Element(_name(element), _looks(element))
    if _name(element) == "style":
        rules = _RULE.finditer(_COMMENT.sub("", element.text or ""))
        copy.text = "".join(f"{rule['selector'].strip()}{{{_written(rule['declarations'])}}}" for rule in rules)
    copy.extend(_clean(child) for child in _children(element))
    return copy


def _written(declarations: str) -> str:
    return ";".join(f"{name}:{value}" for name, value in _declared(declarations).items())


def _view_box(root: ElementTree.Element) -> str:
    """The box that is scaled to whatever size the picture is drawn at."""
    sides = [_LENGTH.fullmatch(root.get(side, "").strip()) for side in ("width", "height")]
    numbers = root.get("viewBox", "").replace(",", " ").split() or [
        "0",
        "0",
        *(found["number"] for found in sides if found is not None),
    ]
    if len(numbers) != len(("x", "y", *sides)) or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise _refusal(["It does not say how large it is; give its `svg` a `viewBox` of four numbers."])
    width, height = (float(number) for number in numbers[2:])
    if min(width, height) <= 0 or max(width, height) > _LONGEST_SIDES * min(width, height):
        raise _refusal([f"Its longer side must be at most {_LONGEST_SIDES} times the shorter one."])
    return " ".join(numbers)


def _refusal(reasons: Iterable[str]) -> InvalidError:
    problems = [Problem("logo", "refused", reason) for reason in reasons]
    return InvalidError(" ".join(["This SVG cannot be the logo.", *(one.message for one in problems)]), problems)
