"""Why the composite moved: the parts are exact, and each means what it says."""

from __future__ import annotations

import math
from typing import Any

import pytest
from asking import ACCESS, OUTCOMES
from sending import Send, observation, organisation_scoring

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import parse_period
from lei.services.scores.drivers import explain_change
from lei.services.scores.score_report import DriversReport, ScoreQuery
from lei.storage.database import Database
from lei.storage.weight_profiles import ProfileVersion, add_version, publish_version, read_versions

PILLARS = (ACCESS, OUTCOMES, "capability_readiness", "operational_efficiency", "business_impact")


def drivers(
    database: Database, period: str = "2026-10", against: str = "2026-09", *, chained: bool = False, **asked: Any
) -> DriversReport:
    wanted = parse_period(period)
    query = ScoreQuery(wanted.grain, wanted, wanted, **asked)
    with database.reading() as session:
        (report,) = explain_change(session, query, parse_period(against), 5, chained=chained)
    return report


def sums(report: DriversReport) -> dict[str, float]:
    return {
        part: math.fsum(getattr(c, part) for c in report.contributions)
        for part in ("points", "performance", "weighting", "coverage", "goalposts")
    }


def at(pillars: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(PILLARS, map(float, pillars), strict=True))


def publish_in_october(database: Database, clock: FixedClock, **sections: object) -> None:
    """A second version of the default profile, with other sections, that counts from October 2026 on."""
    with database.writing() as session:
        definition = {**read_versions(session, "default_v1")[0].definition, **sections}
        add_version(
            session,
            ProfileVersion("default_v1", 2, "draft", definition, "custom", "", clock.now(), "a test", None, None),
        )
        publish_version(session, "default_v1", 2, parse_period("2026-10").first_month, "other weights", clock.now())


def test_the_story_of_the_onboarding_program(database: Database, send: Send) -> None:
    # The example of docs/scoring-method.md section 5: LEI +11.9 = P2 +4.2, P1 +3.0, P3 +3.0, P5 +1.4, P4 +0.3
    send(organisation_scoring("2026-05", at((58, 47, 49, 55, 20))))
    send(organisation_scoring("2026-10", at((73, 61, 61, 57, 34))))
    report = drivers(database, against="2026-05")
    by_pillar = {p: math.fsum(c.points for c in report.contributions if c.pillar == p) for p in PILLARS}
    assert [by_pillar[p] for p in PILLARS] == pytest.approx([3.0, 4.2, 3.0, 0.3, 1.4], abs=1e-9)
    assert report.change == pytest.approx(11.9, abs=1e-9)
    assert report.like_for_like == pytest.approx(11.9, abs=1e-9)
    assert report.material


def test_one_measure_that_moved_is_the_only_driver(database: Database, send: Send) -> None:
    base = at((50, 50, 50, 50, 50))
    send(organisation_scoring("2026-09", base) + organisation_scoring("2026-10", base))
    # audience_reach: 20 % of 20 %; from 50 to 75 points: 25 x 0.04 = 1 point of the composite
    send([observation("audience_reach", "2026-10", 81.25)])
    report = drivers(database)
    moved = [c for c in report.contributions if c.points != 0]
    assert [(c.measure, pytest.approx(c.points, abs=1e-9)) for c in moved] == [("audience_reach", 1.0)]
    assert (moved[0].score_before, moved[0].score_after) == (pytest.approx(50), pytest.approx(75))


def test_a_measure_that_stays_away_shows_as_coverage_not_as_performance(database: Database, send: Send) -> None:
    send(organisation_scoring("2026-09", at((50, 50, 50, 50, 50))))
    send(organisation_scoring("2026-10", at((50, 50, 50, 50, 50))))
    send([observation("participation_rate", "2026-09", 60), observation("participation_rate", "2026-10", None)])
    report = drivers(database)
    parts = sums(report)
    # September: pillar 1 = 50 + 0.2 x 50 = 60, composite 52; October: 50
    assert parts["points"] == pytest.approx(-2, abs=1e-9)
    assert parts["coverage"] == pytest.approx(-2, abs=1e-9)
    assert parts["performance"] == pytest.approx(0, abs=1e-9)
    assert report.like_for_like == pytest.approx(0, abs=1e-9)
    assert not report.material


def test_a_pillar_that_vanishes_is_named(database: Database, send: Send) -> None:
    send(organisation_scoring("2026-09", at((50, 50, 50, 50, 10))))
    send(organisation_scoring("2026-10", dict.fromkeys(PILLARS[:4], 50.0)))
    report = drivers(database)
    (whole,) = [c for c in report.contributions if c.measure is None and c.pillar == "business_impact"]
    assert report.change == pytest.approx(4, abs=1e-9)  # from 46 to 50
    # design section 4: change of share x (own score - mean of both composites) = -0.1 x (10 - 48); the other four
    # share +0.1 x (50 - 48)
    assert whole.coverage == pytest.approx(3.8, abs=1e-9)
    assert sums(report)["coverage"] == pytest.approx(4, abs=1e-9)
    assert (whole.score_before, whole.score_after) == (pytest.approx(10), None)


def test_other_weights_show_as_weighting(database: Database, send: Send, clock: FixedClock) -> None:
    send(
        organisation_scoring("2026-09", at((80, 40, 50, 50, 50)))
        + organisation_scoring("2026-10", at((80, 40, 50, 50, 50)))
    )
    publish_in_october(database, clock, pillars=dict(zip(PILLARS, (30, 20, 25, 15, 10), strict=True)))
    parts = sums(drivers(database))
    # 10 points of weight from 40 to 80: + 4
    assert parts["points"] == pytest.approx(4, abs=1e-9)
    assert parts["weighting"] == pytest.approx(4, abs=1e-9)


def test_goalposts_that_only_one_version_moves_show_as_goalposts(
    database: Database, send: Send, clock: FixedClock
) -> None:
    send(
        organisation_scoring("2026-09", at((50, 50, 50, 50, 50)))
        + organisation_scoring("2026-10", at((50, 50, 50, 50, 50)))
    )
    # audience_reach stands at 67.5: worth 50 between 40 and 95, worth 80 between 27.5 and 77.5
    publish_in_october(database, clock, goalposts={"audience_reach": {"goalpost_0": 27.5, "goalpost_100": 77.5}})
    parts = sums(drivers(database))
    assert parts["points"] == pytest.approx(0.04 * 30, abs=1e-9)
    assert parts["goalposts"] == pytest.approx(0.04 * 30, abs=1e-9)
    assert parts["performance"] == pytest.approx(0, abs=1e-9)


def test_parts_add_up_when_everything_changes_at_once(database: Database, send: Send, clock: FixedClock) -> None:
    send(organisation_scoring("2026-09", at((31, 77, 52, 64, 18))))
    send(organisation_scoring("2026-10", at((44, 69, 58, 61, 25)))[3:-2])
    publish_in_october(database, clock, pillars=dict(zip(PILLARS, (5, 1, 7, 2, 3), strict=True)))
    report = drivers(database)
    assert report.change is not None
    assert sums(report)["points"] == pytest.approx(report.change, abs=1e-9)


def test_without_a_score_on_one_side_nothing_is_explained(database: Database, send: Send) -> None:
    send(organisation_scoring("2026-10", at((50, 50, 50, 50, 50))))
    report = drivers(database)
    assert (report.before, report.change, report.contributions, report.material) == (None, None, (), False)


def test_a_later_period_can_be_compared_with_too(database: Database, send: Send) -> None:
    send(
        organisation_scoring("2026-09", at((50, 50, 50, 50, 50)))
        + organisation_scoring("2026-10", at((60, 50, 50, 50, 50)))
    )
    assert drivers(database, "2026-09", "2026-10").change == pytest.approx(-2, abs=1e-9)


@pytest.mark.parametrize("against", ["2026-10", "2026-Q3"])
def test_a_period_is_compared_with_another_of_its_grain(database: Database, against: str) -> None:
    with pytest.raises(InvalidError, match="Compare 2026-10 with another month"):
        drivers(database, against=against)


def test_hidden_groups_stay_hidden_in_explanations(database: Database, send: Send) -> None:
    for period in ("2026-09", "2026-10"):
        send(organisation_scoring(period, at((50, 50, 50, 50, 50)), unit="Large"))
        send([observation("participation_rate", period, 11, sample_size=4, unit="Small")])
    report = drivers(database, where={"unit": "Small"})
    assert (report.before, report.after, report.contributions) == (None, None, ())


@pytest.mark.parametrize(
    ("months", "chained", "expected"),
    [
        # September to October 10 points of weight from 40 to 80: + 4; to November 0.3 x (40 - 80)
        (("2026-09", "2026-10", "2026-11"), True, (4, -12)),
        # Directly: 0.1 x ((80 + 40) / 2 - 40), and the mean weight of 0.25 x (40 - 80)
        (("2026-09", "2026-10", "2026-11"), False, (2, -10)),
        # A month without data is stepped over, which leaves one step.
        (("2026-09", "2026-11"), True, (2, -10)),
    ],
)
def test_the_steps_between_two_months_account_for_the_whole_change(
    database: Database,
    send: Send,
    clock: FixedClock,
    months: tuple[str, ...],
    chained: bool,
    expected: tuple[float, float],
) -> None:
    for month in months:
        send(organisation_scoring(month, at((40.0 if month == "2026-11" else 80.0, 40, 50, 50, 50))))
    publish_in_october(database, clock, pillars=dict(zip(PILLARS, (30, 20, 25, 15, 10), strict=True)))
    report = drivers(database, "2026-11", "2026-09", chained=chained)
    assert (report.before, report.after) == (pytest.approx(53), pytest.approx(45))
    parts = sums(report)
    assert parts["points"] == pytest.approx(-8, abs=1e-9)
    assert (parts["weighting"], parts["performance"]) == pytest.approx(expected)


def test_periods_too_far_apart_for_so_many_segments_are_refused(database: Database, send: Send) -> None:
    """All between them would be computed: 300 segments x 3,600 months x 52 measures, gigabytes and minutes."""
    send([observation("participation_rate", "2026-10", 20, unit=f"Unit {number}") for number in range(300)])
    with pytest.raises(InvalidError, match="300 segments over 3,600 months are too many at once; ask for 2,564 months"):
        drivers(database, "2199", "1900", by=("unit",))
