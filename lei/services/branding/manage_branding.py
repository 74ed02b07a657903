"""Reads and changes what makes documents the organization's own: name, accent colour, logo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lei.errors import Problem, refuse_faults
from lei.reports.branding import HOUSE_ACCENT, PLAIN, Branding, Logo
from lei.reports.contrast import LEAST_CONTRAST, contrast_with_white, is_colour, nearest_readable, readable
from lei.storage.branding import LONGEST_NAME, StoredBranding, keep_branding, read_branding

_JUST_BELOW = LEAST_CONTRAST - 0.01


def present_branding(session: Session) -> Branding:
    """What a document that is made now bears."""
    stored = read_branding(session)
    if stored is None:
        return PLAIN
    logo = None if stored.logo is None or stored.logo_type is None else Logo(stored.logo_type, stored.logo)
    return Branding(stored.name, stored.accent or HOUSE_ACCENT, logo)


def set_branding(session: Session, name: str, accent: str | None, by: str, now: datetime) -> StoredBranding:
    """Set name (empty: none) and accent (None: that of the house); the logo stays. by: who does it.

    Raises InvalidError for a name that does not fit on a line, and for a colour that is none or cannot be read on
    white; it then names the nearest one that can.
    """
    colour = None if accent is None else accent.lower()
    problems = [*_name_problems(name), *_accent_problems(colour)]
    refuse_faults(problems)
    return _keep(session, replace(_present(session, by, now), name=name.strip(), accent=colour))


def set_logo(session: Session, logo: Logo | None, by: str, now: datetime) -> StoredBranding:
    """Set a logo that was checked, or take it away; name and accent stay. by: who does it."""
    parts = (None, None) if logo is None else (logo.content, logo.media_type)
    return _keep(session, replace(_present(session, by, now), logo=parts[0], logo_type=parts[1]))


def _present(session: Session, by: str, now: datetime) -> StoredBranding:
    stored = read_branding(session) or StoredBranding("", None, None, None, now, by)
    return replace(stored, changed_at=now, changed_by=by)


def _keep(session: Session, new: StoredBranding) -> StoredBranding:
    keep_branding(session, new)
    return new


def _name_problems(name: str) -> Iterator[Problem]:
    if len(name) > LONGEST_NAME or not name.isprintable():
        yield Problem("name", "invalid", f"A name has at most {LONGEST_NAME} printable characters.")


def _accent_problems(accent: str | None) -> Iterator[Problem]:
    if accent is None:
        return
    if not is_colour(accent):
        yield Problem("accent", "invalid", f"'{accent}' is no colour; write it as #rrggbb, such as {HOUSE_ACCENT}.")
    elif not readable(accent):
        # Rounded, a ratio that just fails would look like one that is enough.
        has, nearest = min(contrast_with_white(accent), _JUST_BELOW), nearest_readable(accent)
        hint = f"The nearest darker colour that has it is {nearest}."
        yield Problem(
            "accent",
            "low_contrast",
            f"{accent} has a contrast of {has:.2f}:1 with white, and text needs {LEAST_CONTRAST}:1. {hint}",
            hint=hint,
        )
