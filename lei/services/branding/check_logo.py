"""Takes a picture as the logo of documents: is it what it says, and small enough; and makes it one that draws alike.

Drawn are plain pixels without transparency, colour profile and notes, or plain shapes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

from PIL import Image

from lei.errors import InvalidError, Problem, RenderError, TooLargeError, UnsupportedMediaError
from lei.reports.branding import Logo
from lei.reports.pdf import check_logo_draws
from lei.services.branding.check_svg import plain_svg

PNG, JPEG, SVG = "image/png", "image/jpeg", "image/svg+xml"
LARGEST_LOGO = 512 * 1024  # bytes, as it is sent and as it is kept
_MOST_PIXELS = 16_000_000
_DRAWN = (1200, 400)  # pixels: of the largest logo in print, at 600 to the inch
_LONGEST_SIDES = 20  # times the shorter one: more is a line, and no logo
_QUALITY = 90
# How the file ends, looked for among the last bytes: a picture that was cut off would be drawn in part.
_ENDS = {"PNG": b"IEND", "JPEG": b"\xff\xd9"}
_TAIL = 64


def checked_logo(media_type: str, content: bytes) -> Logo:
    """The picture as documents draw it.

    Raises UnsupportedMediaError, TooLargeError, and InvalidError with all reasons why it cannot be the logo.
    """
    if media_type not in _TAKEN:
        raise UnsupportedMediaError(f"Send the logo as {', '.join(_TAKEN)}, not as '{media_type or 'nothing'}'.")
    if len(content) > LARGEST_LOGO:
        raise TooLargeError(f"The logo is larger than the {LARGEST_LOGO:,} bytes that it may have.")
    logo = Logo(media_type, _TAKEN[media_type](content))
    if len(logo.content) > LARGEST_LOGO:
        raise _refusal("It has too much detail for a PNG of this kind; send it as JPEG, or with fewer pixels.")
    try:
        check_logo_draws(logo)
    except RenderError as error:
        raise _refusal("It could not be drawn; simplify it, or send a PNG.") from error
    return logo


def media_type_of(file_name: str) -> str:
    """The media type that the ending of a file's name stands for; empty for one that no logo has."""
    ending = file_name.rpartition(".")[2].lower()
    return {"png": PNG, "jpg": JPEG, "jpeg": JPEG, "svg": SVG}.get(ending, "")


def _plain_pixels(kind: str, content: bytes) -> bytes:
    picture = _decoded(kind, content)
    picture.thumbnail(_DRAWN, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, kind, quality=_QUALITY, optimize=True)
    return out.getvalue()


def _decoded(kind: str, content: bytes) -> Image.Image:
    """The picture in red, green and blue, on white where it is transparent."""
    if _ENDS[kind] not in content[-_TAIL:]:
        raise _refusal(f"It is no {kind}, or only the beginning of one.")
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            _refuse_size(picture.width, picture.height)
            if picture.mode.startswith("I"):
                raise _refusal("It has 16 bits for each colour; save it with 8.")
            seen = picture.convert("RGBA")
    # What Pillow raises for broken files, as it says itself of its decoders.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        fault = str(error).rstrip(".")
        raise _refusal(f"It cannot be read as {kind}: {fault}.") from error
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")


def _refuse_size(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS:
        raise _refusal(f"It has {width:,} by {height:,} pixels; at most {_MOST_PIXELS:,} are taken.")
    if max(width, height) > _LONGEST_SIDES * min(width, height):
        raise _refusal(f"Its longer side must be at most {_LONGEST_SIDES} times the shorter one.")


def _refusal(reason: str) -> InvalidError:
    text = f"This picture cannot be the logo. {reason}"
    return InvalidError(text, [Problem("logo", "refused", reason)])


_TAKEN: Mapping[str, Callable[[bytes], bytes]] = {
    PNG: partial(_plain_pixels, "PNG"),
    JPEG: partial(_plain_pixels, "JPEG"),
    SVG: plain_svg,
}
LOGO_TYPES = tuple(_TAKEN)
