"""Scorecards from observations: what is on them, what is left out, and that they stay as they were."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from sending import Send, observation, organisation_scoring

from lei.clock import FixedClock
from lei.errors import InvalidError, NotFoundError
from lei.periods import Grain, parse_period
from lei.reports.figures import ScorecardFigures, from_json, to_json
from lei.services.scorecards.scorecard import (
    DrawnScorecard,
    ScorecardRequest,
    default_period,
    draw_scorecard,
    file_name,
    keep_scorecard,
)
from lei.services.scorecards.scorecard_figures import build_figures
from lei.storage.database import Database
from lei.storage.scorecards import list_scorecards, read_scorecard
from lei.storage.weight_profiles import ProfileVersion, add_version, publish_version, read_versions

FLOOR = 5
# The example of docs/scoring-method.md section 5: the pillars in May and in October, with the index to be expected.
MAY = dict(
    zip(
        (
            "access_engagement",
            "performance_outcomes",
            "capability_readiness",
            "operational_efficiency",
            "business_impact",
        ),
        (58.0, 47.0, 49.0, 55.0, 20.0),
        strict=True,
    )
)
OCTOBER = dict(zip(MAY, (73.0, 61.0, 61.0, 57.0, 34.0), strict=True))


def figures_of(
    database: Database, clock: FixedClock, period: str, title: str | None = None, **where: str
) -> ScorecardFigures:
    with database.reading() as session:
        request = ScorecardRequest(parse_period(period), where, title)
        return build_figures(session, request, FLOOR, clock.now())


class TestTheWorkedStory:
    @pytest.fixture
    def figures(self, sqlite_database: Database, send: Send, clock: FixedClock) -> ScorecardFigures:
        send([*organisation_scoring("2026-09", MAY), *organisation_scoring("2026-10", OCTOBER)])
        return figures_of(sqlite_database, clock, "2026-10")

    @pytest.fixture
    def database(self, sqlite_database: Database) -> Database:
        return sqlite_database

    def test_the_index_and_its_change(self, figures: ScorecardFigures) -> None:
        # 0.2 * 73 + 0.3 * 61 + 0.25 * 61 + 0.15 * 57 + 0.1 * 34 = 60.1, and by the pillars of May 48.2
        assert figures.index.score == pytest.approx(60.1)
        assert figures.index.previous.score == pytest.approx(48.2)
        assert figures.index.change == pytest.approx(11.9)
        assert figures.headline == (
            "The Learning Effectiveness Index rose 12 points like for like in October 2026 "
            f"and stands at 60 of 100 ({'Developing' if figures.index.band == 'developing' else 'On track'})."
        )

    def test_the_pillars_and_their_changes(self, figures: ScorecardFigures) -> None:
        assert [pillar.change for pillar in figures.pillars] == pytest.approx([15, 14, 12, 2, 14])
        assert math.fsum(pillar.weight for pillar in figures.pillars) == pytest.approx(100)
        assert all(pillar.material for pillar in figures.pillars)

    def test_the_steps_add_up_exactly_and_so_do_their_tenths(self, figures: ScorecardFigures) -> None:
        assert figures.index.total_change is not None
        assert math.fsum(step.points for step in figures.drivers) == pytest.approx(figures.index.total_change, abs=1e-9)
        assert math.fsum(step.shown for step in figures.drivers) == pytest.approx(11.9)
        # 49 measures moved: the eight largest by name, the others in one bar that says how many they are.
        assert [step.kind for step in figures.drivers] == ["measure"] * 8 + ["rest"]
        assert figures.drivers[-1].name == "41 other measures together"

    def test_every_measure_is_there_and_the_contributions_add_up(self, figures: ScorecardFigures) -> None:
        assert len(figures.measures) == 49
        assert math.fsum(row.contribution for row in figures.measures) == pytest.approx(60.1)
        assert math.fsum(row.weight for row in figures.measures) == pytest.approx(100)

    def test_placeholders_are_counted(self, figures: ScorecardFigures) -> None:
        # 31 of the 49 scored measures of the default catalogue are placeholders
        assert (figures.origin.placeholder_measures, figures.origin.scored_measures) == (31, 49)
        assert sum(row.placeholder for row in figures.measures) == 31
        assert "31 of 49" in figures.confidence

    def test_leading_signals_claim_nothing(self, figures: ScorecardFigures) -> None:
        assert 2 <= len(figures.leading_signals) <= 3
        assert all("because" not in text and "To watch:" in text for text in figures.leading_signals)

    def test_the_pillar_at_risk_is_named(self, figures: ScorecardFigures) -> None:
        assert figures.not_working[0].startswith("Business Impact & Value Realization is at risk: it scores 34")


def test_a_limit_is_told_and_is_a_step_of_its_own(database: Database, send: Send, clock: FixedClock) -> None:
    """From October on the index is at most 50 while operational efficiency, 57 then, is below 60."""
    send([*organisation_scoring("2026-09", MAY), *organisation_scoring("2026-10", OCTOBER)])
    with database.writing() as session:
        definition = dict(read_versions(session, "default_v1")[0].definition)
        definition["caps"] = [{"on": "composite", "at_most": 50, "while": "operational_efficiency", "below": 60}]
        definition["aggregation"] = {"pillars": 1, "measures": {"business_impact": 1}}
        add_version(
            session,
            ProfileVersion("default_v1", 2, "draft", definition, "custom", "", clock.now(), "a test", None, None),
        )
        publish_version(session, "default_v1", 2, parse_period("2026-10").first_month, "a limit", clock.now())
    figures = figures_of(database, clock, "2026-10")
    assert figures.index.score == 50
    limit = figures.drivers[-1]
    # Without the limit it would be 60.1 (and what the other means do is nothing: both are the arithmetic one).
    assert (limit.kind, limit.points) == ("caps", pytest.approx(-10.1))
    assert math.fsum(step.points for step in figures.drivers) == pytest.approx(50 - 48.2)
    told = "The index scores 50 at most, because Operational Efficiency scores below 60: without that it would be 60."
    assert told in figures.notes.method
    # Whoever reads page 1 alone must know, too.
    assert figures.index.status_text == told
    means = "Pillar scores are arithmetic means (power means of order 1 in Business Impact & Value Realization)"
    assert any(text.startswith(means) for text in figures.notes.method)


def test_noise_is_no_change(database: Database, send: Send, clock: FixedClock) -> None:
    nudged = {pillar: score + 0.5 for pillar, score in MAY.items()}
    send([*organisation_scoring("2026-09", MAY), *organisation_scoring("2026-10", nudged)])
    figures = figures_of(database, clock, "2026-10")
    assert figures.index.change_text == "steady"
    assert "no material change since September 2026" in figures.headline
    assert figures.leading_signals == ()
    assert figures.leading_text == "No leading measure moved materially since September 2026."


class TestOnOneDatabase:
    """Cases where the kind of database does not matter."""

    @pytest.fixture
    def database(self, sqlite_database: Database) -> Database:
        return sqlite_database

    def test_without_data_it_says_so(self, database: Database, clock: FixedClock) -> None:
        figures = figures_of(database, clock, "2026-10")
        assert figures.index.score is None
        assert figures.headline.startswith("There is no data for October 2026")
        assert figures.origin.data_as_of is None
        assert figures.drivers == ()

    def test_a_period_that_has_not_begun_is_refused(self, database: Database, clock: FixedClock) -> None:
        with pytest.raises(InvalidError, match="2026-12 has not begun"):
            figures_of(database, clock, "2026-12")

    def test_the_present_period_is_marked_unfinished(self, database: Database, send: Send, clock: FixedClock) -> None:
        send(organisation_scoring("2026-11", MAY))
        assert figures_of(database, clock, "2026-11").confidence.endswith("The period is not over yet.")

    def test_an_unknown_dimension_or_profile_is_refused(self, database: Database, clock: FixedClock) -> None:
        with pytest.raises(InvalidError, match="planet"):
            figures_of(database, clock, "2026-10", planet="Mars")
        request = ScorecardRequest(parse_period("2026-10"), {}, None, "nobody")
        with database.reading() as session, pytest.raises(NotFoundError, match="nobody"):
            build_figures(session, request, FLOOR, clock.now())

    def test_without_two_pillars_it_is_provisional_by_name(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        send(organisation_scoring("2026-10", {k: v for k, v in MAY.items() if k != "business_impact"}))
        figures = figures_of(database, clock, "2026-10")
        assert figures.index.status_text == "Provisional: without Business Impact & Value Realization."
        assert "provisionally" in figures.headline

    def test_groups_below_the_line_are_risks_and_small_ones_stay_hidden(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        send(
            [
                observation("role_readiness_rate", "2026-10", 41.0, 64, role="Technician"),
                observation("role_readiness_rate", "2026-10", 75.0, 80, role="Agent"),
                observation("role_readiness_rate", "2026-10", 59.97, 90, role="Planner"),
                observation("certification_coverage", "2026-10", 20.0, 3, role="Pilot"),
                observation("certification_coverage", "2026-10", 59.0, 40, role="Agent"),
                observation("certification_coverage", "2026-10", 90.0, 50, role="Planner"),
            ]
        )
        risks = figures_of(database, clock, "2026-10").readiness_risks
        assert [(risk.name, risk.value_text) for risk in risks] == [("Technician", "41%"), ("Planner", "59.9%")]

    def test_one_unit_has_its_own_scorecard(self, database: Database, send: Send, clock: FixedClock) -> None:
        send(
            [
                *organisation_scoring("2026-10", MAY, unit="Sales"),
                *organisation_scoring("2026-10", OCTOBER, unit="Field"),
            ]
        )
        sales = figures_of(database, clock, "2026-10", unit="Sales")
        assert (sales.segment_name, sales.index.score) == ("Unit: Sales", pytest.approx(48.2))
        whole = figures_of(database, clock, "2026-10", title="For the board")
        assert whole.title == "For the board"
        assert [(row.name, round(row.score or 0, 1)) for row in whole.segments] == [("Field", 60.1), ("Sales", 48.2)]

    def test_what_was_published_and_is_now_different_is_told(
        self, database: Database, send: Send, clock: FixedClock
    ) -> None:
        send(organisation_scoring("2026-09", MAY))
        keep(database, clock, figures_of(database, clock, "2026-09"))
        send([*organisation_scoring("2026-09", OCTOBER), *organisation_scoring("2026-10", OCTOBER)], clock.now())
        notes = figures_of(database, clock, "2026-10").notes
        told = "September 2026 was published as 48 and is 60 with the data of now (+11.9 points)."
        assert notes.restatements == (told,)

    def test_the_default_period_is_the_last_complete_one_with_data(self, database: Database, send: Send) -> None:
        today = datetime(2026, 11, 21, tzinfo=UTC).date()
        with database.reading() as session:
            assert str(default_period(session, Grain.MONTH, today)) == "2026-10"
        send([observation("participation_rate", "2026-08", 30.0), observation("participation_rate", "2026-11", 30.0)])
        with database.reading() as session:
            assert str(default_period(session, Grain.MONTH, today)) == "2026-10"
            assert str(default_period(session, Grain.QUARTER, today)) == "2026-Q3"

    def test_a_figure_is_plain_data_that_comes_back(self, database: Database, send: Send, clock: FixedClock) -> None:
        send(organisation_scoring("2026-10", MAY, unit="Sales"))
        figures = figures_of(database, clock, "2026-10")
        assert from_json(to_json(figures)) == figures


def keep(database: Database, clock: FixedClock, figures: ScorecardFigures) -> int:
    """Keep figures as published, without spending a second on the drawing."""
    request = ScorecardRequest(parse_period(figures.period), figures.segment)
    with database.writing() as session:
        return keep_scorecard(session, DrawnScorecard(request, figures, b"%PDF", "0" * 64, 1), "a test", clock.now())


def test_a_kept_scorecard_never_changes(database: Database, send: Send, clock: FixedClock) -> None:
    send(organisation_scoring("2026-10", MAY))
    with database.reading() as session:
        drawn = draw_scorecard(session, ScorecardRequest(parse_period("2026-10"), {}), FLOOR, clock.now())
    with database.writing() as session:
        number = keep_scorecard(session, drawn, "a test", clock.now())
    clock.instant += timedelta(hours=1)
    send(organisation_scoring("2026-10", OCTOBER))
    with database.reading() as session:
        stored = read_scorecard(session, number)
        assert [summary.id for summary in list_scorecards(session, 10)] == [number]
        assert read_scorecard(session, number + 1) is None
    assert stored is not None
    assert stored.pdf == drawn.pdf
    assert stored.summary.pdf_sha256 == drawn.sha256
    assert from_json(stored.figures) == drawn.figures
    assert stored.summary.data_as_of == drawn.figures.origin.data_as_of


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ({}, "lei-scorecard-2026-10.pdf"),
        ({"unit": "Field Service"}, "lei-scorecard-2026-10-unit-field-service.pdf"),
        ({"unit": 'Süd/"..\\'}, "lei-scorecard-2026-10-unit-sud.pdf"),
        ({"unit": "客户"}, "lei-scorecard-2026-10-unit.pdf"),
    ],
)
def test_file_names_are_safe(segment: dict[str, str], name: str) -> None:
    assert file_name("2026-10", segment) == name
    assert len(file_name("2026-10", {"unit": "x" * 500})) <= 104


def test_what_differs_in_schedule_or_content_has_another_name() -> None:
    named = file_name("2026-10", {"unit": "Sales"}, "Board", "0123456789abcdef" * 4)
    assert named == "lei-scorecard-2026-10-unit-sales-board-0123456789ab.pdf"
    assert file_name("2026-10", {"unit": "x" * 500}, "Board", "f" * 64).endswith("-ffffffffffff.pdf")
