"""A logo is what it says, small enough, and drawn alike everywhere: plain pixels or plain shapes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logos import DRAWN, picture, svg
from PIL import Image, PngImagePlugin

from lei.errors import InvalidError, TooLargeError, UnsupportedMediaError
from lei.reports.pdf import check_logo_draws
from lei.services.branding.check_logo import LARGEST_LOGO, checked_logo, media_type_of
from lei.services.branding.check_svg import plain_svg

PNG, JPEG, SVG = "image/png", "image/jpeg", "image/svg+xml"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_transparency_lies_on_white() -> None:
    logo = checked_logo(PNG, picture("PNG", (30, 10), "RGBA", (0, 0, 0, 0)))
    assert logo.media_type == PNG
    assert (opened(logo.content).mode, opened(logo.content).getpixel((5, 5))) == ("RGB", (255, 255, 255))
    # Black, of which 51 of 255 parts cover: 204 parts of white are left.
    half = checked_logo(PNG, picture("PNG", (30, 10), "RGBA", (0, 0, 0, 51)))
    assert opened(half.content).getpixel((5, 5)) == (204, 204, 204)


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [("PNG", "P", 0), ("PNG", "LA", (0, 255)), ("PNG", "1", 0), ("JPEG", "L", 0), ("JPEG", "CMYK", (0, 0, 0, 255))],
)
def test_every_kind_of_colour_becomes_red_green_and_blue(kind: str, mode: str, colour: Any) -> None:
    logo = checked_logo(f"image/{kind.lower()}", picture(kind, (30, 10), mode, colour))
    assert (opened(logo.content).format, opened(logo.content).mode) == (kind, "RGB")


def test_notes_in_a_picture_are_left_out() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Somebody in particular")
    content = picture("PNG", (30, 10), pnginfo=notes, icc_profile=b"a profile")
    assert b"Somebody" in content
    logo = checked_logo(PNG, content)
    assert b"Somebody" not in logo.content
    assert "icc_profile" not in opened(logo.content).info


def test_a_large_picture_has_as_many_pixels_as_print_needs() -> None:
    logo = checked_logo(PNG, picture("PNG", (3600, 600)))
    assert opened(logo.content).size == (1200, 200)


def test_the_same_picture_gives_the_same_bytes() -> None:
    content = picture("JPEG", (300, 100))
    assert checked_logo(JPEG, content) == checked_logo(JPEG, content)


@pytest.mark.parametrize(
    ("media_type", "content", "reason"),
    [
        (JPEG, picture("PNG", (30, 10)), "no JPEG"),
        (PNG, picture("JPEG", (30, 10)), "no PNG"),
        (PNG, picture("GIF", (30, 10)), "no PNG"),
        (PNG, DRAWN, "no PNG"),
        (SVG, picture("PNG", (30, 10)), "no SVG"),
        (PNG, b"", "no PNG"),
        (PNG, b"no picture, but IEND", "cannot be read as PNG"),
        (JPEG, picture("JPEG", (300, 100))[:-200], "only the beginning"),
        (PNG, picture("PNG", (30, 10), "I;16", 9), "16 bits"),
        (PNG, picture("PNG", (5000, 4000), "1", 0), "5,000 by 4,000 pixels"),
        (PNG, picture("PNG", (210, 10)), "20 times the shorter"),
        (SVG, svg("<script/>"), "runs a script"),
        (SVG, svg('<rect width="9" height="9" opacity="q"/>'), "could not be drawn"),
    ],
)
def test_what_is_something_else_or_too_much_is_refused(media_type: str, content: bytes, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        checked_logo(media_type, content)


def test_a_picture_that_unpacks_to_a_thousand_times_its_size_is_refused_unread() -> None:
    bomb = picture("PNG", (20_000, 20_000), "1", 0)
    assert len(bomb) < LARGEST_LOGO
    with pytest.raises(InvalidError, match="400000000 pixels"):
        checked_logo(PNG, bomb)


def test_limits_of_size_and_kind() -> None:
    with pytest.raises(TooLargeError, match="524,288 bytes"):
        checked_logo(SVG, svg("<!--" + "x" * LARGEST_LOGO + "-->"))
    with pytest.raises(UnsupportedMediaError, match="image/png, image/jpeg, image/svg"):
        checked_logo("image/gif", picture("GIF", (9, 9)))
    assert [media_type_of(name) for name in ("a.PNG", "b.jpeg", "c.jpg", "d.svg", "e.gif")] == [
        PNG,
        JPEG,
        JPEG,
        SVG,
        "",
    ]


@settings(max_examples=25)
@given(st.sampled_from(["d", "points", "transform", "fill", "stroke-width", "opacity"]), st.text(max_size=12))
def test_an_svg_that_is_taken_can_be_drawn(attribute: str, value: str) -> None:
    inside = svg("<path d='M0 0h9v9z'/>").decode().replace("<path", f"<path {attribute}={quoted(value)}")
    try:
        logo = checked_logo(SVG, inside.encode())
    except InvalidError:
        return
    check_logo_draws(logo)
    assert logo.content == plain_svg(logo.content)


def quoted(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"'
