"""Who may be sent what: what a schedule may name as recipients, and whether a delivery may still go out.

The first is checked when a schedule is stored, or a test is asked for, both at the moment of sending: what was allowed
when somebody wrote a schedule may have ended since.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path

from sqlalchemy.orm import Session

from lei.config import Settings
from lei.delivery.registry import way_to
from lei.errors import Problem
from lei.storage.deliveries import Delivery
from lei.storage.recipient_scopes import read_recipient_scope
from lei.storage.unsubscriptions import unsubscribed_at
from lei.storage.users import find_by_email
from lei.storage.webhooks import read_webhook

MOST_RECIPIENTS = 200
LONGEST_ADDRESS = 254  # RFC 5321: a path has 256 octets, its angle brackets included
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class RecipientRules:
    """Where an installation lets scorecards go. mail_domains: empty for any; folders: empty for none."""

    mail_domains: frozenset[str] = frozenset()
    folders: tuple[Path, ...] = ()


def recipient_rules(settings: Settings) -> RecipientRules:
    """The rules that the settings make."""
    return RecipientRules(settings.mail_domains, settings.folders)


def recipient_problems(session: Session, recipients: Sequence[str], rules: RecipientRules) -> Iterator[Problem]:
    """What is wrong with the recipients of a schedule."""
    if not recipients:
        yield Problem("recipients", "empty", "A schedule needs at least one recipient.")
    if len(recipients) > MOST_RECIPIENTS:
        yield Problem("recipients", "too_many", f"A schedule has at most {MOST_RECIPIENTS} recipients.")
    seen: set[str] = set()
    for recipient in recipients[:MOST_RECIPIENTS]:
        problem = _problem(session, recipient, rules)
        if problem is not None:
            yield problem
        elif recipient.casefold() in seen:
            yield Problem("recipients", "twice", f"The recipient {recipient} is there twice.")
        seen.add(recipient.casefold())


def reason_not_to_send(session: Session, delivery: Delivery, rules: RecipientRules) -> str | None:
    """Why a delivery must not go out now, whatever was right when it was made; None when it may."""
    reason = reason_not_to_reach(session, delivery.schedule_id, delivery.recipient, rules)
    return reason or _reason_of_scope(session, delivery)


def reason_not_to_reach(session: Session, schedule_id: int, recipient: str, rules: RecipientRules) -> str | None:
    """Why a recipient must get nothing of a schedule now, whatever it is about; None when it may."""
    left_at = unsubscribed_at(session, schedule_id, recipient)
    if left_at is not None:
        return f"{recipient} unsubscribed from this schedule on {left_at:%Y-%m-%d %H:%M} UTC."
    if way_to(recipient)[0] == "mail":
        return reason_not_to_tell(session, recipient, rules)
    return _reason_of_person(session, recipient)


def reason_not_to_tell(session: Session, address: str, rules: RecipientRules) -> str | None:
    """Why no scorecard must be mailed to an address now, whatever it is about; None when it may."""
    problem = domain_problem("recipients", address, rules)
    return _reason_of_person(session, address) or (None if problem is None else problem.message)


def may_see(session: Session, delivery: Delivery) -> bool:
    """Whether the recipient of a delivery may still see what it is about."""
    return _reason_of_person(session, delivery.recipient) is None and _reason_of_scope(session, delivery) is None


def address_fault(text: str) -> str | None:
    """Why a text is no e-mail address that LEI can send to; None when it is one."""
    if not text.isascii() or not text.isprintable():
        return "has characters that are not plain ASCII; write an international domain in its xn-- form"
    if len(text) > LONGEST_ADDRESS:
        return f"has more than {LONGEST_ADDRESS} characters"
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError, AttributeError):  # the last two for texts that break its parser
        return "is not of the form name@example.com"
    if address.addr_spec != text or not address.username or not _DOMAIN.fullmatch(address.domain):
        return "is not of the form name@example.com"
    return None


def domain_problem(field: str, address: str, rules: RecipientRules) -> Problem | None:
    """What is wrong with the domain of an address in a field; None where mails may go to it."""
    domain = address.rpartition("@")[2].lower()
    if not rules.mail_domains or domain in rules.mail_domains:
        return None
    allowed = ", ".join(sorted(rules.mail_domains))
    text = f"Mails to {domain} are not allowed here, so {address} gets none; allowed are: {allowed}."
    return Problem(field, "domain_not_allowed", text, hint="An administrator sets LEI_MAIL_DOMAINS.")


def _problem(session: Session, recipient: str, rules: RecipientRules) -> Problem | None:
    way, where = way_to(recipient)
    if way == "folder":
        return _folder_problem(where, rules)
    if way == "webhook":
        return _webhook_problem(session, where)
    fault = address_fault(recipient)
    if fault is not None:
        return Problem("recipients", "invalid_address", f"The recipient {recipient!r} {fault}.")
    return domain_problem("recipients", recipient, rules)


def _folder_problem(where: str, rules: RecipientRules) -> Problem | None:
    folder = Path(where)
    if folder.is_absolute() and ".." not in folder.parts and any(folder.is_relative_to(root) for root in rules.folders):
        return None
    allowed = ", ".join(str(root) for root in rules.folders) or "none"
    text = f"The folder {where} is not one that scorecards may go to; allowed are: {allowed}."
    return Problem("recipients", "folder_not_allowed", text, hint="An administrator sets LEI_FOLDERS.")


def _webhook_problem(session: Session, name: str) -> Problem | None:
    if read_webhook(session, name) is not None:
        return None
    text = f"There is no webhook '{name}'. An administrator makes one with `lei webhook create`."
    return Problem("recipients", "unknown_webhook", text)


def _reason_of_person(session: Session, recipient: str) -> str | None:
    person = find_by_email(session, recipient)
    if person is None or person.disabled_at is None:
        return None
    return f"{recipient} may not sign in any more (since {person.disabled_at:%Y-%m-%d}), and gets no scorecards either."


def _reason_of_scope(session: Session, delivery: Delivery) -> str | None:
    scope, segment = read_recipient_scope(session, delivery.recipient), json.loads(delivery.segment)
    if scope is None or scope.covers(segment):
        return None
    about = segment_text(segment)
    allowed = " or ".join(segment_text(one) for one in scope.segments) or "nothing"
    return f"{delivery.recipient} may be sent {allowed}, and this scorecard is about {about}."


def segment_text(segment: Mapping[str, str]) -> str:
    """A segment in words: `unit Sales, region North`, or the whole organization."""
    return ", ".join(f"{key} {value}" for key, value in segment.items()) or "the whole organization"
