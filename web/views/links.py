"""What opens by a signed link, without signing in: the PDF of one delivery, and leaving a schedule's list.

Neither uses the session: a mail program that unsubscribes by one click (RFC 8058) has no cookie, and whoever has the
link may do what it says, as often as they like.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from lei.errors import NotFoundError
from lei.services.deliveries.open_links import PublishedPdf, opened_pdf
from lei.services.deliveries.signed_links import subscription_of_link
from lei.storage.schedules import Schedule, read_schedule
from lei.storage.unsubscriptions import subscribe_again, unsubscribe, unsubscribed_at
from web.site import present_site


def add_views(pages: Blueprint) -> None:
    """`/shared/{token}` and `/unsubscribe/{token}`."""
    pages.add_url_rule("/shared/<token>", "shared_pdf", _shared, methods=["GET"])
    pages.add_url_rule("/unsubscribe/<token>", "unsubscribe_page", _ask, methods=["GET"])
    pages.add_url_rule("/unsubscribe/<token>", "unsubscribe", _unsubscribe, methods=["POST"])


def _shared(token: str) -> Response:
    site = present_site()
    with site.database.reading() as session:
        found: PublishedPdf = opened_pdf(session, site.settings, token, site.clock.now())
    headers = {
        "Content-Disposition": f'inline; filename="{found.name}"',
        "X-Robots-Tag": "noindex",  # the address is the key
    }
    return Response(found.content, content_type="application/pdf", headers=headers)


def _ask(token: str) -> Response:
    site = present_site()
    schedule_id, recipient = subscription_of_link(site.settings, token)
    with site.database.reading() as session:
        schedule = _schedule(read_schedule(session, schedule_id))
        left = unsubscribed_at(session, schedule_id, recipient) is not None
    return _page(schedule, recipient, left=left)


def _unsubscribe(token: str) -> Response:
    site = present_site()
    schedule_id, recipient = subscription_of_link(site.settings, token)
    again = request.form.get("again") == "yes"
    with site.database.writing() as session:
        schedule = _schedule(read_schedule(session, schedule_id, lock=True))
        if again:
            subscribe_again(session, schedule_id, recipient)
        else:
            unsubscribe(session, schedule_id, recipient, site.clock.now())
    return _page(schedule, recipient, left=not again)


def _page(schedule: Schedule, recipient: str, *, left: bool) -> Response:
    page = render_template("unsubscribe.html", schedule=schedule.plan.name, recipient=recipient, left=left)
    return make_response(page)


def _schedule(schedule: Schedule | None) -> Schedule:
    if schedule is None:
        raise NotFoundError("The schedule of this mail is no longer stored, so it sends nothing any more.")
    return schedule
