"""What makes a document the organization's own: its name, its colour, its logo."""

from __future__ import annotations

from dataclasses import dataclass

LOGO_ADDRESS = "logo:"  # by which a document refers to its logo
HOUSE_ACCENT = "#1f4e79"  # of documents without a colour of the organization's own


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was checked: PNG or JPEG without transparency, or SVG of shapes alone."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Branding:
    """Name (empty: none), accent as `#rrggbb`, and logo of the organization that a document is made for."""

    name: str = ""
    accent: str = HOUSE_ACCENT
    logo: Logo | None = None


PLAIN = Branding()
