"""`lei owner scorecard`: the PDF of an owner, with what it says in lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from click.testing import Result

from lei.errors import InvalidError, NotFoundError
from lei.evidence.links import Link
from lei.periods import parse_period
from lei.storage.database import Database
from lei.storage.program_plans import LinkOwners, Owner, Plan
from lei.storage.programs import add_program, keep_frozen, read_program

Lei = Callable[..., Result]

MADE = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
PLAN = Plan(
    name="Support onboarding",
    program_type="onboarding",
    business_problem="New agents make twice as many errors.",
    where={"program": "Support onboarding"},
    launch_month=parse_period("2026-05").first_month,
    stops_at_readiness=True,
    owners={Link.LEARNING_ACTIVITY: LinkOwners(Owner("Maria", "maria@example.com"), Owner("Tom", "tom@example.com"))},
)


def test_it_draws_the_pdf_and_says_what_is_in_it(lei: Lei, sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.writing() as session:
        add_program(session, "support", PLAN, "tom", MADE)
        program = read_program(session, "support")
        assert program is not None
        keep_frozen(session, program.id, PLAN, "tom", MADE)
    file = tmp_path / "tom.pdf"
    lines = lei("owner", "scorecard", "TOM@example.com", "--period", "2026-08", "-o", file).output.splitlines()
    assert lines[:3] == [
        f"{file}: Tom, August 2026",
        "Whether people in Support onboarding work differently on the job is not measured.",
        "We ask you for 1 thing, by 14 July 2026, overdue. Sign what is said of learning activity for Q2 2026.",
    ]
    assert lines[3].startswith("1 page, ")
    with pikepdf.open(file) as document:
        assert document.docinfo["/Title"] == "Tom: owner's scorecard, August 2026"
    lei("owner", "scorecard", "tom@example.com", "--period", "2026-Q3", "-o", file, fails=InvalidError)
    lei("owner", "scorecard", "nobody@example.com", "-o", file, fails=NotFoundError)
