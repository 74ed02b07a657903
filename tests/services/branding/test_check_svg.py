"""An SVG is taken apart: shapes stay, what runs, loads, swells or needs a font is refused with its reason."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logos import DRAWN, SVG_HEAD, svg

from lei.errors import InvalidError
from lei.services.branding.check_svg import plain_svg

SHAPE = '<rect id="r" width="9" height="9"/>'
CLIP = '<clipPath id="{0}"><rect width="9" height="9" {1}/></clipPath>'

HOSTILE = [
    ("<script>alert(1)</script>", "runs a script"),
    ('<g onload="alert(1)"/>', "runs a script (`onload`)"),
    ("<foreignObject><p>x</p></foreignObject>", "holds another document"),
    ('<image href="http://example.com/x.png"/>', "another picture"),
    ('<image href="data:image/png;base64,AA=="/>', "another picture"),
    ("<text>Acme</text>", "turn text into paths"),
    (f'{SHAPE}<use href="http://example.com/x.svg#r"/>', "loads `http://example.com/x.svg#r`"),
    (f'{SHAPE}<use xlink:href="file:///etc/passwd#r"/>', "loads `file:///etc/passwd#r`"),
    ('<rect fill="url(http://example.com/x.svg#g)"/>', "loads something by `fill`"),
    ("""<rect style="fill: URL( 'http://example.com/x#g' )"/>""", "loads something by `style`"),
    ('<rect style="fill:u\\72l(http://example.com/x#g)"/>', "loads something by `style`"),
    ("<style>@import 'http://example.com/x.css';</style>", "style sheet"),
    ("<style>rect{fill:url(http://example.com/x#g)}</style>", "style sheet"),
    ("<style>@font-face{src:local(x)}</style>", "style sheet"),
    ("<style>rect{fill:u\\72l(#g)}</style>", "style sheet"),
    ('<a href="#r"><rect/></a>', "It has `a`"),
    ('<animate attributeName="x"/>', "It has `animate`"),
    ('<filter id="f"/>', "It has `filter`"),
    ('<mask id="m"/>', "It has `mask`"),
    ('<pattern id="p"/>', "It has `pattern`"),
    # What would multiply: ten of each in ten of each.
    ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', "expand it to paths"),
    (CLIP.format("a", 'clip-path="url(#b)"') + CLIP.format("b", ""), "a clip within a clip"),
    (CLIP.format("a", 'style="clip-path:url(#b)"') + CLIP.format("b", ""), "a clip within a clip"),
    ('<clipPath id="c"><g><rect/></g></clipPath>', "something else than shapes"),
    ('<rect id="q" clip-path="url(#c)"/><clipPath id="c"><use href="#q"/></clipPath>', "a shape that is used again"),
    ('<linearGradient spreadMethod="repeat" x2="0.0000001"/>', "gradient that repeats"),
    ("<g>" * 31 + "</g>" * 31, "nested more than 30 deep"),
    (SHAPE * 2000, "more than 2,000 elements"),
]


@pytest.mark.parametrize(
    ("inside", "reason"), HOSTILE, ids=[reason[:30] + str(n) for n, (_, reason) in enumerate(HOSTILE)]
)
def test_what_is_dangerous_or_cannot_be_drawn_is_refused(inside: str, reason: str) -> None:
    with pytest.raises(InvalidError) as refused:
        plain_svg(svg(inside))
    assert reason in refused.value.detail
    assert {problem.field for problem in refused.value.problems} == {"logo"}


@pytest.mark.parametrize(
    "whole",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE svg [<!ENTITY a "a">]><svg>&a;</svg>'.encode("utf-16"),
    ],
)
def test_a_doctype_is_refused_before_it_is_read(whole: bytes) -> None:
    with pytest.raises(InvalidError, match="has a DOCTYPE"):
        plain_svg(whole)


@pytest.mark.parametrize(
    "whole",
    [
        b"",
        b"no xml",
        b"\x89PNG\r\n\x1a\n",
        b"<svg viewBox='0 0 9 9'/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b'<?xml version="1.0" encoding="nobody"?><svg/>',
        b"<svg xmlns='http://www.w3.org/2000/svg'>&later;</svg>",
    ],
)
def test_what_is_no_svg_is_refused(whole: bytes) -> None:
    with pytest.raises(InvalidError, match="It is no SVG"):
        plain_svg(whole)


@pytest.mark.parametrize("box", ["", "0 0 9", "0 0 9 x", "0 0 0 9", "0 0 9 -9", "0 0 1e9 1", "nan 0 1 1", "0 0 900 1"])
def test_its_size_must_be_known_and_that_of_a_logo(box: str) -> None:
    with pytest.raises(InvalidError, match=r"viewBox|longer side"):
        plain_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"/>'.encode())


def test_all_reasons_are_told_at_once() -> None:
    with pytest.raises(InvalidError) as refused:
        plain_svg(svg('<script/><text>x</text><rect onclick="x"/>'))
    assert [problem.message.split(",")[0] for problem in refused.value.problems] == [
        "It runs a script.",
        "It holds text",
        "It runs a script (`onclick`).",
    ]


def test_of_what_drawing_programs_write_the_shapes_stay() -> None:
    plain = plain_svg(DRAWN)
    root = ElementTree.fromstring(plain)  # noqa: S314 - what we have just written
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("circle") == 2
    assert root.attrib == {"viewBox": "0 0 200 60"}
    assert b"secret" not in plain
    assert b"Our logo" not in plain
    assert b"mix-blend-mode" not in plain
    assert b".st0{fill:#8c145a}" in plain
    assert b'stop-color="#ff9900"' in plain
    assert b'<use href="#r"' in plain
    assert plain_svg(plain) == plain


@given(st.dictionaries(st.sampled_from(["d", "style", "fill", "transform", "href", "onload"]), st.text(max_size=20)))
def test_whatever_an_attribute_says_the_answer_is_a_picture_or_a_reason(attributes: dict[str, str]) -> None:
    root = ElementTree.fromstring(svg("<path/>"))  # noqa: S314 - our own
    root[0].attrib.update(attributes)
    try:
        plain = plain_svg(ElementTree.tostring(root))
    except InvalidError:
        return
    assert plain_svg(plain) == plain
    assert b"onload" not in plain
    assert SVG_HEAD.encode()[:20] == plain[:20]
