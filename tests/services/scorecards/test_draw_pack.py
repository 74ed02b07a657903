"""A run's scorecards: really drawn, one for each value that may be shown."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import pikepdf
import pytest
from sending import Send, organisation_scoring

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import Grain, parse_period
from lei.services.scorecards.draw_pack import draw_pack
from lei.storage.database import Database
from lei.storage.schedules import SchedulePlan

OCTOBER = parse_period("2026-10")
PILLARS = {"access_engagement": 70.0, "performance_outcomes": 60.0, "capability_readiness": 50.0}
PLAN = SchedulePlan("Board", "0 7 1 * *", "UTC", Grain.MONTH, ("anna@example.com",), {}, by="region")


def drawn(database: Database, plan: SchedulePlan, now: datetime) -> list[tuple[dict[str, str], bytes]]:
    with database.reading() as session:
        return [(dict(card.request.where), card.pdf) for card in draw_pack(session, plan, OCTOBER, 5, now)]


def test_one_scorecard_for_each_value_and_none_for_a_group_too_small(
    database: Database, send: Send, clock: FixedClock
) -> None:
    for region, people in (("North", 100), ("South", 80), ("East", 60), ("Tiny", 3)):
        records = organisation_scoring("2026-10", PILLARS, region=region)
        send([{**record, "sample_size": people} for record in records])
    cards = drawn(database, PLAN, clock.now())
    assert {card["region"] for card, _ in cards} <= {"North", "South", "East"}, "Tiny is hidden"
    assert len(cards) >= 2, "hiding Tiny hides at most one more"
    assert all(pdf.startswith(b"%PDF-") for _, pdf in cards)
    assert len({pdf for _, pdf in cards}) == len(cards)


def test_without_by_it_is_one_scorecard_of_the_schedules_scope(sqlite_database: Database, clock: FixedClock) -> None:
    ((scope, _),) = drawn(sqlite_database, replace(PLAN, by=None), clock.now())
    assert scope == {}


def test_scorecards_are_drawn_on_the_paper_of_their_schedule(sqlite_database: Database, clock: FixedClock) -> None:
    ((_, pdf),) = drawn(sqlite_database, replace(PLAN, by=None, page_size="Letter"), clock.now())
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert {tuple(float(edge) for edge in page.MediaBox) for page in document.pages} == {(0, 0, 612, 792)}


def test_nothing_to_draw_is_said(sqlite_database: Database, clock: FixedClock) -> None:
    with pytest.raises(InvalidError, match="For 2026-10 no value of 'region' has data on enough people"):
        drawn(sqlite_database, PLAN, clock.now())
