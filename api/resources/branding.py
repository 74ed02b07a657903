"""`/branding`: the name, the colour and the logo that documents and mails bear."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api.endpoint import PREFIX, Call, endpoint
from api.no_content import no_content
from api.schemas.branding import BrandingAnswer, BrandingChange
from lei.clock import instant_text
from lei.errors import NotFoundError
from lei.reports.branding import HOUSE_ACCENT
from lei.services.branding.check_logo import JPEG, LARGEST_LOGO, LOGO_TYPES, PNG, SVG, checked_logo
from lei.services.branding.manage_branding import present_branding, set_branding, set_logo
from lei.storage.branding import StoredBranding, read_branding


@endpoint("GET", "/branding", scope="read", answers={200: BrandingAnswer()})
def show(call: Call) -> dict[str, Any]:
    """Show what documents bear."""
    with call.context.database.reading() as session:
        return _plain(read_branding(session))


@endpoint("PUT", "/branding", scope="admin", body=BrandingChange(), answers={200: BrandingAnswer()})
def replace(call: Call) -> dict[str, Any]:
    """Set the name and the accent colour that documents bear from now on; the logo stays.

    A colour that cannot be read on white is refused, with the nearest one that can.
    """
    body, now = call.body, call.context.clock.now()
    with call.context.database.writing() as session:
        return _plain(set_branding(session, body["name"], body["accent"], call.caller.name, now))


@endpoint("GET", "/branding/logo", scope="read", answers={200: PNG, 404: ""}, also=(JPEG, SVG))
def logo(call: Call) -> Response:
    """Fetch the logo as documents draw it."""
    with call.context.database.reading() as session:
        found = present_branding(session).logo
    if found is None:
        raise NotFoundError("There is no logo. Send one by PUT.")
    return Response(found.content, content_type=found.media_type)


@endpoint("PUT", "/branding/logo", scope="admin", body_types=LOGO_TYPES, answers={200: BrandingAnswer()})
def replace_logo(call: Call) -> dict[str, Any]:
    """Set the logo that documents bear from now on: a picture of at most 512 KiB.

    What it cannot be drawn with alike everywhere is left out (notes, colour profiles, transparency of pixels) or
    refused (scripts, references, texts in SVG).
    """
    new = checked_logo(request.mimetype, request.stream.read(LARGEST_LOGO + 1))
    with call.context.database.writing() as session:
        return _plain(set_logo(session, new, call.caller.name, call.context.clock.now()))


@endpoint("DELETE", "/branding/logo", scope="admin", answers={204: ""})
def remove_logo(call: Call) -> Response:
    """Take the logo away; documents that were drawn keep it."""
    with call.context.database.writing() as session:
        set_logo(session, None, call.caller.name, call.context.clock.now())
    return no_content()


def _plain(branding: StoredBranding | None) -> dict[str, Any]:
    if branding is None:
        return {"name": "", "accent": HOUSE_ACCENT, "logo": None, "changed_at": None, "changed_by": None}
    picture = None
    if branding.logo is not None:
        href = f"{PREFIX}/branding/logo"
        picture = {"media_type": branding.logo_type, "bytes": len(branding.logo), "href": href}
    return {
        "name": branding.name,
        "accent": branding.accent or HOUSE_ACCENT,
        "logo": picture,
        "changed_at": instant_text(branding.changed_at),
        "changed_by": branding.changed_by,
    }
