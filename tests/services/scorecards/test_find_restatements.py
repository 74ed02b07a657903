"""What readers were shown and is different now is told by the next scorecard: by how much, why, and once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sending import Send, observation, organisation_scoring, value_for

from lei.catalog.loader import default_measures
from lei.clock import FixedClock
from lei.periods import parse_period
from lei.reports.figures import Restated, ScorecardFigures
from lei.reports.html import scorecard_html
from lei.services.intake.revert_batch import RevertOptions, revert_batch
from lei.services.schedules.manage_schedules import create_schedule
from lei.services.scorecards.scorecard import DrawnScorecard, ScorecardRequest, keep_scorecard
from lei.services.scorecards.scorecard_figures import build_figures
from lei.storage.database import Database
from lei.storage.deliveries import NewDelivery, add_delivery, mark_sent
from lei.storage.runs import add_manual_run
from lei.storage.schedules import SchedulePlan
from lei.storage.scorecards import Purpose
from lei.storage.weight_profiles import ProfileVersion, add_version, publish_version, read_versions

FLOOR = 5
PILLARS = (
    "access_engagement",
    "performance_outcomes",
    "capability_readiness",
    "operational_efficiency",
    "business_impact",
)
FIFTY = dict.fromkeys(PILLARS, 50.0)
SIXTY = dict.fromkeys(PILLARS, 60.0)
PLAN = SchedulePlan("Board", "0 7 1 * *", "UTC", parse_period("2026-10").grain, ("anna@example.com",), {})

Publish = Callable[..., ScorecardFigures]


def figures_of(database: Database, clock: FixedClock, period: str, **where: str) -> ScorecardFigures:
    """The figures by what is stored now."""
    with database.reading() as session:
        return build_figures(session, ScorecardRequest(parse_period(period), where), FLOOR, clock.now())


@pytest.fixture
def publish(database: Database, clock: FixedClock) -> Publish:
    """`publish("2026-09")` keeps the scorecard of a month and sends it (or does not: `sent=False`); a minute passes."""

    def keep(period: str, *, sent: bool = True, purpose: Purpose = "published", **where: str) -> ScorecardFigures:
        figures = figures_of(database, clock, period, **where)
        request = ScorecardRequest(parse_period(period), where)
        with database.writing() as session:
            drawn = DrawnScorecard(request, figures, b"%PDF", "0" * 64, 1)
            number = keep_scorecard(session, drawn, "a test", clock.now(), purpose)
            if sent:
                schedule = create_schedule(session, replace(PLAN, name=f"Board {number}"), clock.now()).id
                run = add_manual_run(session, schedule, period, clock.now())
                new = NewDelivery(run, "{}", "anna@example.com", number, "<1@example.com>")
                mark_sent(session, add_delivery(session, new, clock.now()), clock.now())
        clock.instant += timedelta(minutes=1)
        return figures

    return keep


def texts(restated: Sequence[Restated]) -> list[str]:
    """The sentences."""
    return [one.text for one in restated]


def test_later_data_is_told_with_size_cause_measures_and_sender(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    send(organisation_scoring("2026-09", FIFTY))
    publish("2026-09")
    measure = next(one for one in default_measures() if one.key == "participation_rate")
    batch = send(
        [
            *organisation_scoring("2026-10", FIFTY),
            observation("participation_rate", "2026-09", value_for(measure, 100.0)),
        ],
        clock.now(),
    )
    (one,) = figures_of(database, clock, "2026-10").restated
    share = (one.now or 0.0) - 50.0
    # One measure rises by 50 points; by what it weighs, the index does. All measures stood at 50.
    assert share > 0.5
    assert (one.period, one.shown) == ("2026-09", pytest.approx(50.0))
    assert one.text.startswith("September 2026 was published as 50 and is ")
    assert one.text.endswith(f" with the data of now (+{share:.1f} points).")
    assert one.reasons == (
        f"By cause, in points: +{share:.1f} from corrected or later data.",
        f"Largest changes, in points: {measure.display_name} +{share:.1f}.",
        f"Batch {batch.batch_id} of 2026-11-21, sent by a test, source hris: 1 value was corrected or retracted.",
    )


@pytest.mark.parametrize("purpose", ["test", "draft"])
def test_what_was_only_tried_or_drafted_was_shown_to_nobody(
    database: Database, send: Send, clock: FixedClock, publish: Publish, purpose: Purpose
) -> None:
    send(organisation_scoring("2026-09", FIFTY))
    publish("2026-09")
    send([*organisation_scoring("2026-09", SIXTY), *organisation_scoring("2026-10", FIFTY)], clock.now())
    told = ["September 2026 was published as 50 and is 60 with the data of now (+10.0 points)."]
    assert texts(publish("2026-10", purpose=purpose).restated) == told, "who tries it out sees what will be told"
    assert texts(publish("2026-10").restated) == told, "and readers are still told"
    assert figures_of(database, clock, "2026-10").restated == ()


def test_it_is_told_once_by_the_next_scorecard(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    send([*organisation_scoring("2026-08", FIFTY), *organisation_scoring("2026-09", FIFTY)])
    publish("2026-09")
    send([*organisation_scoring("2026-08", SIXTY), *organisation_scoring("2026-10", FIFTY)], clock.now())
    told = publish("2026-10")
    assert texts(told.restated) == [
        "August 2026 was published as 50 and is 60 with the data of now (+10.0 points).",
    ]
    assert told.notes.restatements == tuple(texts(told.restated))
    send(organisation_scoring("2026-11", FIFTY), clock.now())
    assert figures_of(database, clock, "2026-11").restated == ()


def test_what_nobody_was_sent_does_not_count_as_told(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    send(organisation_scoring("2026-09", FIFTY))
    publish("2026-09")
    send([*organisation_scoring("2026-09", SIXTY), *organisation_scoring("2026-10", SIXTY)], clock.now())
    publish("2026-10", sent=False)
    assert texts(figures_of(database, clock, "2026-10").restated) == [
        "September 2026 was published as 50 and is 60 with the data of now (+10.0 points).",
    ]


def test_the_same_period_sent_again_says_what_has_changed(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    send(organisation_scoring("2026-10", FIFTY))
    publish("2026-10")
    assert figures_of(database, clock, "2026-10").restated == ()
    send(organisation_scoring("2026-10", SIXTY), clock.now())
    assert texts(figures_of(database, clock, "2026-10").restated) == [
        "October 2026 was published as 50 and is 60 with the data of now (+10.0 points).",
    ]


def test_a_score_that_comes_late_or_goes_is_told(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    first = send(organisation_scoring("2026-08", FIFTY))
    send([*organisation_scoring("2026-10", FIFTY)])
    publish("2026-10")
    with database.writing() as session:
        reverted = revert_batch(session, first.batch_id, RevertOptions("anna"), clock.now()).batch
    send(organisation_scoring("2026-09", SIXTY), clock.now())
    newest, older = figures_of(database, clock, "2026-10").restated
    assert newest.text == "September 2026 was published without a score and is 60 with the data of now."
    number = len(organisation_scoring("2026-09", SIXTY))
    assert newest.reasons[-1].endswith(f", sent by a test, source hris: {number} values came late.")
    assert older.text == "August 2026 was published as 50 and has no score with the data of now."
    assert older.reasons == (f"Batch {reverted.id} of 2026-11-21, sent by anna, took back batch {first.batch_id}.",)


def test_other_weights_for_a_past_period_are_named_as_the_cause(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    scores = dict(zip(PILLARS, (90.0, 50.0, 50.0, 50.0, 50.0), strict=True))
    send(organisation_scoring("2026-10", scores))
    publish("2026-10")
    with database.writing() as session:
        (first,) = read_versions(session, "default_v1")
        # All access: 90 then, and not 0.2 * 90 + 0.8 * 50 = 58 as before.
        rules = dict(first.definition) | {"pillars": {"access_engagement": 1.0}}
        draft = ProfileVersion("default_v1", 2, "draft", rules, "custom", "", clock.now(), "a test", None, None)
        add_version(session, draft)
        publish_version(session, "default_v1", 2, parse_period("2026-10").first_month, "Why.", clock.now())
    (one,) = figures_of(database, clock, "2026-10").restated
    assert any("from weights" in reason for reason in one.reasons)
    assert not any(reason.startswith("Batch") for reason in one.reasons)


def test_less_than_half_a_point_and_other_segments_are_no_news(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    send(organisation_scoring("2026-09", FIFTY, unit="Sales"))
    publish("2026-09", unit="Sales")
    nearly = dict.fromkeys(PILLARS, 50.4)
    send(organisation_scoring("2026-09", nearly, unit="Sales"), clock.now())
    send(organisation_scoring("2026-10", SIXTY, unit="Sales"), clock.now())
    assert figures_of(database, clock, "2026-10", unit="Sales").restated == ()
    send(organisation_scoring("2026-09", SIXTY, unit="Sales"), clock.now())
    assert len(figures_of(database, clock, "2026-10", unit="Sales").restated) == 1
    assert figures_of(database, clock, "2026-10").restated == (), "nobody was sent the whole organization"


def test_the_document_has_a_section_for_it(database: Database, send: Send, clock: FixedClock, publish: Publish) -> None:
    send(organisation_scoring("2026-09", FIFTY))
    publish("2026-09")
    assert "<h3>Restated</h3>" not in scorecard_html(figures_of(database, clock, "2026-09"))
    send([*organisation_scoring("2026-09", SIXTY), *organisation_scoring("2026-10", SIXTY)], clock.now())
    html = scorecard_html(figures_of(database, clock, "2026-10"))
    assert "<h3>Restated</h3>" in html
    assert "September 2026 was published as 50 and is 60 with the data of now (+10.0 points)." in html
    assert "By cause, in points: +10.0 from corrected or later data." in html


def test_an_older_month_that_is_sent_once_more_hides_nothing(
    database: Database, send: Send, clock: FixedClock, publish: Publish
) -> None:
    send([*organisation_scoring("2026-07", FIFTY), *organisation_scoring("2026-09", FIFTY)])
    publish("2026-09")
    publish("2026-07")
    send([*organisation_scoring("2026-09", SIXTY), *organisation_scoring("2026-10", FIFTY)], clock.now())
    told = ["September 2026 was published as 50 and is 60 with the data of now (+10.0 points)."]
    assert texts(figures_of(database, clock, "2026-10").restated) == told
