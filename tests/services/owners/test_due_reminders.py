"""Who is to be reminded of what on which day: computed from the plan and the records alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lei.evidence.links import Link
from lei.services.owners.due_reminders import due_reminders
from lei.storage.program_cycles import Decision, Review, SignOff, Taken
from lei.storage.program_plans import LinkOwners, Owner, Plan
from lei.storage.program_records import Content, Kind, Record
from lei.storage.programs import Program

MARIA, TOM, INES = (Owner(name, f"{name.lower()}@example.com") for name in ("Maria", "Tom", "Ines"))
MADE = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
MAY = 2026 * 12 + 4
PLAN = Plan(
    name="Support onboarding",
    program_type="onboarding",
    business_problem="Errors.",
    where={},
    launch_month=MAY,
    owners={link: LinkOwners(MARIA, TOM) for link in Link} | {Link.WORKFORCE_READINESS: LinkOwners(INES, TOM)},
    review_dates=(date(2026, 8, 10),),
)
PROGRAM = Program(1, "support", PLAN, PLAN, None, MADE, "maria", frozen_at=MADE)
ASKED = Decision("Extend it", "Maria", "maria@example.com", date(2026, 11, 30), 41000, "EUR")


def with_records(*contents: tuple[Kind, Content], **changes: Any) -> Program:
    """The program with these records."""
    records = tuple(
        Record(kind, number, content, MADE, "tom") for number, (kind, content) in enumerate(contents, start=1)
    )
    return replace(PROGRAM, records=records, **changes)


def reminded(program: Program, on: str) -> list[tuple[str, str, str]]:
    """(what, its date, recipient) of the reminders of a day."""
    found = due_reminders(program, date.fromisoformat(on))
    return [(reminder.what, reminder.due_on.isoformat(), reminder.recipient) for reminder in found]


REVIEW = [("program/support/review", "2026-08-10", f"{name}@example.com") for name in ("ines", "maria", "tom")]


@pytest.mark.parametrize(
    ("on", "due"), [("2026-08-02", []), ("2026-08-03", REVIEW), ("2026-09-10", REVIEW), ("2026-09-11", [])]
)
def test_all_owners_are_reminded_of_a_review_from_a_week_ahead_until_a_month_after(
    on: str, due: list[tuple[str, str, str]]
) -> None:
    program = with_records(("sign_off", SignOff(Link.BUSINESS_KPI, "business", "2026-Q2", "Maria")))
    assert [one for one in reminded(program, on) if "/review" in one[0]] == due


def test_a_review_that_is_done_is_settled_and_one_recorded_later_counts_too() -> None:
    done = with_records(("review", Review(date(2026, 8, 10), done=True)))
    assert [one for one in reminded(done, "2026-08-09") if "/review" in one[0]] == []
    extra = with_records(("review", Review(date(2026, 8, 12), done=False)))
    assert [one[1] for one in reminded(extra, "2026-08-09") if one[2] == "tom@example.com" and "/review" in one[0]] == [
        "2026-08-10",
        "2026-08-12",
    ]


def test_the_owner_of_a_decision_is_reminded_until_it_is_taken() -> None:
    asked = with_records(("decision", ASKED))
    assert reminded(asked, "2026-11-22") == []
    assert reminded(asked, "2026-11-23") == [("program/support/decision/1", "2026-11-30", "maria@example.com")]
    (reminder,) = due_reminders(asked, date(2026, 11, 23))
    assert reminder.subject == "Decision due on 2026-11-30: Extend it"
    assert "Maria, a decision is asked of you by 2026-11-30: Extend it (cost: 41,000 EUR)" in reminder.text
    taken = replace(ASKED, taken=Taken("Yes", "Maria", date(2026, 11, 20)))
    assert reminded(with_records(("decision", taken)), "2026-11-23") == []


def test_who_has_not_signed_for_a_quarter_is_reminded_two_weeks_after_its_end() -> None:
    assert reminded(PROGRAM, "2026-10-13") == []
    assert reminded(PROGRAM, "2026-10-14") == [
        ("program/support/sign-off/2026-Q3", "2026-10-14", f"{name}@example.com") for name in ("ines", "maria", "tom")
    ]
    ines, maria, _ = due_reminders(PROGRAM, date(2026, 10, 14))
    assert "missing: workforce readiness." in ines.text
    assert "missing: learning activity, behavior change, capability growth, business kpi." in maria.text


@pytest.mark.parametrize(
    ("period", "still_asked"), [("2026-Q3", False), ("2026-09", False), ("2026", False), ("2026-08", True)]
)
def test_a_sign_off_counts_for_the_quarter_whose_end_it_covers(period: str, still_asked: bool) -> None:
    signed = with_records(("sign_off", SignOff(Link.WORKFORCE_READINESS, "business", period, "Ines")))
    recipients = [recipient for _, _, recipient in reminded(signed, "2026-10-14")]
    assert ("ines@example.com" in recipients) is still_asked


def test_nobody_signs_for_a_draft_before_the_launch_or_after_the_end() -> None:
    assert reminded(replace(PROGRAM, frozen_at=None), "2026-10-14") == []
    later = replace(PROGRAM, plan=replace(PLAN, launch_month=MAY + 5))
    assert reminded(later, "2026-10-14") == []
    assert reminded(replace(PROGRAM, closed_at=MADE), "2026-08-09") == []
