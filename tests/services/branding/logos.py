"""Pictures that tests send as logos."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

ACCENT = "#8c145a"
SVG_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 30">'


def svg(inside: str) -> bytes:
    """An SVG of these elements, three times as wide as high."""
    return f"{SVG_HEAD}{inside}</svg>".encode()


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", colour: Any = (140, 20, 90), **options: Any) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


# What drawing programs write: a style sheet, a gradient that is half transparent, a clip of a shape that is used again.
DRAWN = b"""<?xml version="1.0" encoding="utf-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200px" height="60"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:version="1.3" xml:space="preserve">
<title>Our logo</title><metadata><inkscape:note>secret</inkscape:note></metadata>
<style type="text/css">/* made */ .st0{fill:#8c145a;mix-blend-mode:multiply}</style>
<defs><linearGradient id="g"><stop offset="0" stop-color="#8c145a" stop-opacity=".4"/>
<stop offset="1" style="stop-color:#ff9900"/></linearGradient><rect id="r" x="80" y="10" width="100" height="40"/>
<clipPath id="c"><use xlink:href="#r" style="overflow:visible"/></clipPath></defs>
<circle class="st0" cx="30" cy="30" r="30"/>
<g clip-path="url(#c)" opacity="0.9"><circle cx="120" cy="30" r="40" fill="url(#g)"/></g>
</svg>"""
