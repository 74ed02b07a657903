"""Groups on a scorecard: who is named as being in trouble, who is left out of the table, and what n counts."""

from __future__ import annotations

import pytest
from sending import Send, observation, organisation_scoring

from lei.catalog.measure import PILLARS
from lei.clock import FixedClock
from lei.periods import parse_period
from lei.reports.figures import ScorecardFigures
from lei.services.scorecards.scorecard_figures import build_figures
from lei.services.scorecards.scorecard_request import ScorecardRequest
from lei.services.weights.draft_state import Act
from lei.services.weights.manage_weights import create_profile
from lei.services.weights.publish_weights import Publication, publish
from lei.storage.database import Database

FLOOR = 5


def flat(score: float) -> dict[str, float]:
    return dict.fromkeys(PILLARS, score)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def figures_of(database: Database, clock: FixedClock, period: str = "2026-10") -> ScorecardFigures:
    with database.reading() as session:
        return build_figures(session, ScorecardRequest(parse_period(period), {}), FLOOR, clock.now())


def test_groups_in_trouble_are_named_first_and_the_worst_of_them_before_the_others(
    database: Database, send: Send, clock: FixedClock
) -> None:
    for unit, before, after in (("Sales", 70, 64), ("Field", 70, 69.5), ("Desk", 33, 35), ("Shop", 70, 66)):
        send(organisation_scoring("2026-09", flat(before), unit=unit))
        send(organisation_scoring("2026-10", flat(after), unit=unit))
    figures = figures_of(database, clock)
    assert figures.not_working[:2] == (
        "Unit Desk is at risk: it scores 35 (up 2 points like for like since September 2026).",
        "Unit Sales fell 6 points like for like since September 2026; it scores 64 (On track).",
    )
    assert len(figures.not_working) <= 4
    # Falls of measures take the other lines, so the third group in trouble is counted and not lost.
    assert figures.not_working_text == "1 more group is at risk or fell: see Units and programs."


def test_a_group_too_small_to_show_is_never_named(database: Database, send: Send, clock: FixedClock) -> None:
    send(organisation_scoring("2026-10", flat(70), unit="Sales"))
    send([record | {"sample_size": 3} for record in organisation_scoring("2026-10", flat(12), unit="Tiny")])
    figures = figures_of(database, clock)
    assert not any("Tiny" in text for text in (*figures.not_working, figures.segments_text))


def test_groups_without_data_in_the_period_are_counted_and_have_no_row(
    database: Database, send: Send, clock: FixedClock
) -> None:
    send(organisation_scoring("2026-10", flat(70), unit="Sales"))
    send([observation("participation_rate", "2026-08", 40.0, unit="Gone")])
    figures = figures_of(database, clock)
    assert [row.name for row in figures.segments] == ["Sales"]
    assert figures.segments_text.endswith("1 group has no data for this period.")


def test_without_any_score_there_is_no_table_of_groups_but_their_number(
    database: Database, send: Send, clock: FixedClock
) -> None:
    send([observation("participation_rate", "2026-10", 40.0, unit=unit) for unit in ("Sales", "Field")])
    figures = figures_of(database, clock)
    assert figures.segments == ()
    assert "2 groups have data, but too little for a score." in figures.segments_text


def test_n_counts_cases_and_never_money_or_hours(database: Database, send: Send, clock: FixedClock) -> None:
    send(
        [
            observation("evaluation_depth", "2026-10", 2.0, 651_260),
            observation("voluntary_learning_share", "2026-10", 30.0, 9_000),
            observation("participation_rate", "2026-10", 40.0, 812),
        ]
    )
    rows = {row.key: row for row in figures_of(database, clock).measures}
    assert (rows["evaluation_depth"].cases, rows["evaluation_depth"].remarks) == (False, ("by program cost",))
    assert not rows["voluntary_learning_share"].cases
    assert (rows["participation_rate"].cases, rows["participation_rate"].sample_of) == (True, "eligible headcount")


def test_a_band_that_is_held_is_explained_beside_it(database: Database, send: Send, clock: FixedClock) -> None:
    send(organisation_scoring("2026-09", flat(58.0), unit="Sales"))
    send(organisation_scoring("2026-10", flat(60.7), unit="Sales"))
    figures = figures_of(database, clock)
    assert figures.index.band == "developing"
    assert figures.index.band_note.startswith("Still Developing: On track once 60 is passed by a full point (now 60.7)")
    assert figures.pillars_note.startswith("Learning Access & Engagement: On track once 60")
    assert figures.segments[0].state == "On track at 61.0, now 60.7"


def test_a_measure_that_is_all_its_pillar_has_is_not_told_twice(
    database: Database, send: Send, clock: FixedClock
) -> None:
    keys = {
        "access_engagement": "participation_rate",
        "performance_outcomes": "pass_rate",
        "business_impact": "behavior_change_rate",
    }
    sections = {
        "pillars": dict(zip(keys, (50, 40, 10), strict=True)),
        "measures": {pillar: {key: 100} for pillar, key in keys.items()},
    }
    values = (50.0, 90.0, 20.0)  # the last is worth 0
    send([observation(key, "2026-10", value) for key, value in zip(keys.values(), values, strict=True)])
    with database.writing() as session:
        create_profile(session, "one_each", sections, "a test", clock.now())
        publication = Publication(parse_period("2026-01"), "One measure a pillar")
        publish(session, "one_each", 1, publication, Act("a test", clock.now()))
    with database.reading() as session:
        request = ScorecardRequest(parse_period("2026-10"), {}, None, "one_each")
        figures = build_figures(session, request, FLOOR, clock.now())
    assert figures.not_working == (
        "Business Impact & Value Realization is at risk: it scores 0 and carries 10% of the index.",
    )
