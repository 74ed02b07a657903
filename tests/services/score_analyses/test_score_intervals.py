"""How sure scores are: intervals by hand, what is taken as exact, and what stays hidden."""

from __future__ import annotations

import math

import pytest
from sending import observation
from tiny_index import (
    ACCESS,
    AS_IT_IS,
    NAME,
    OUTCOMES,
    PASSED,
    REACH,
    publish_tiny,
    query,
    send_rows,
    send_units,
)

from lei.catalog.loader import default_measures
from lei.clock import FixedClock
from lei.periods import Grain, parse_period
from lei.services.catalog.manage_measures import create_measure
from lei.services.score_analyses.score_intervals import IntervalReport, UnitIntervals, estimate_intervals
from lei.services.scores.score_report import ScoreQuery
from lei.storage.database import Database

FLOOR = 5
Z_95 = 1.959963984540054


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's interval as he wrote it (1927), in percent."""
    middle = (share + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
    reach = Z_95 * math.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n * n)) / (1 + Z_95**2 / n)
    return 100 * (middle - reach), 100 * (middle + reach)


def report(database: Database, draws: int = 10_000, seed: int = 0, **asked: object) -> IntervalReport:
    """The intervals in October."""
    with database.reading() as session:
        return estimate_intervals(session, query(**asked), draws, seed, 0.95, FLOOR)


def unit_of(database: Database, name: str = "A", **more: int) -> UnitIntervals:
    """The intervals of one unit."""
    (found,) = report(database, where={"unit": name}, **more).segments
    return found


def test_shares_of_people_and_what_they_make_of_the_composite(database: Database, clock: FixedClock) -> None:
    """50 % of 385 has a standard error of 2.54 points; two of them at half weight each make 1.80."""
    publish_tiny(database, clock)
    send_units(database, clock, {"A": (50, 50)})
    found = unit_of(database)
    measure = found.measures[REACH]
    assert (measure.basis, measure.value, measure.sample_size, measure.score) == ("share", 50, 385, 50)
    assert (measure.value_low, measure.value_high) == pytest.approx(wilson(0.5, 385))
    assert (measure.low, measure.high) == pytest.approx(wilson(0.5, 385))
    pillar = found.pillars[ACCESS]
    assert (pillar.low, pillar.high) == pytest.approx(wilson(0.5, 385), abs=0.25)
    reach = Z_95 * math.sqrt(2 * 0.25 * 0.25 / 385) * 100
    assert found.composite.score == 50
    assert (found.composite.low, found.composite.high) == pytest.approx((50 - reach, 50 + reach), abs=0.15)
    assert (found.exact, found.measured) == (0, 2)
    assert found.sentence.startswith("In 2026-10, A has a composite of 50.0, which lies between 46.")
    assert found.sentence.endswith("with 95 % confidence by the sample sizes; none of its measures is taken as exact.")


def test_goalposts_turn_the_interval_of_a_value_into_that_of_a_score(
    sqlite_database: Database, clock: FixedClock
) -> None:
    """20 % scores 0 and 80 % scores 100: what lies beyond the goalposts is kept within 0 to 100."""
    posts = {REACH: {"goalpost_0": 20.0, "goalpost_100": 80.0}, PASSED: AS_IT_IS}
    publish_tiny(sqlite_database, clock, goalposts=posts)
    send_units(sqlite_database, clock, {"A": (78, 50)}, sample_size=50)
    measure = unit_of(sqlite_database).measures[REACH]
    low, high = wilson(0.78, 50)
    assert high > 80
    assert (measure.value_low, measure.value_high) == pytest.approx((low, high))
    assert (measure.low, measure.high) == pytest.approx((100 * (low - 20) / 60, 100))


def test_an_average_without_a_known_spread_is_taken_as_exact_and_said_to_be(
    sqlite_database: Database, clock: FixedClock
) -> None:
    measures = {ACCESS: {REACH: 1}, OUTCOMES: {"assessment_score": 1}}
    publish_tiny(sqlite_database, clock, measures=measures, goalposts={REACH: AS_IT_IS, "assessment_score": AS_IT_IS})
    rows = [observation(key, "2026-10", 50, 385, unit="A") for key in (REACH, "assessment_score")]
    send_rows(sqlite_database, clock, rows)
    found = unit_of(sqlite_database)
    average = found.measures["assessment_score"]
    assert (average.basis, average.value_low, average.value_high, average.low) == ("exact", 50, 50, 50)
    assert average.basis_words.startswith("taken as exact")
    assert (found.pillars[OUTCOMES].low, found.pillars[OUTCOMES].high) == (50, 50)
    half_of_one = Z_95 * math.sqrt(0.25 / 385) * 100 / 2
    assert found.composite.high == pytest.approx(50 + half_of_one, abs=0.15)
    assert found.sentence.endswith("1 of its 2 measures are taken as exact.")


def test_people_who_come_back_month_after_month_are_counted_once(sqlite_database: Database, clock: FixedClock) -> None:
    """A quarter of three months of 100 people each says no more than 100 people do."""
    publish_tiny(sqlite_database, clock)
    for month in ("2026-07", "2026-08", "2026-09"):
        send_units(sqlite_database, clock, {"A": (50, 50)}, 100, month)
    third = parse_period("2026-Q3")
    asked = ScoreQuery(Grain.QUARTER, third, third, where={"unit": "A"}, profile=NAME)
    with sqlite_database.reading() as session:
        found = estimate_intervals(session, asked, 100, 0, 0.95, FLOOR)
    measure = found.segments[0].measures[REACH]
    assert measure.sample_size == 100
    assert (measure.value_low, measure.value_high) == pytest.approx(wilson(0.5, 100))


def test_a_share_beyond_its_range_is_no_share(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (104, 50)})
    assert unit_of(sqlite_database).measures[REACH].basis == "exact"


def test_what_is_missing_or_hidden_has_neither_value_nor_interval(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (50, None)}, sample_size=3)
    found = unit_of(sqlite_database)
    hidden, missing = found.measures[REACH], found.measures[PASSED]
    assert (hidden.reason, hidden.value, hidden.sample_size, hidden.low, hidden.basis) == (
        "small_group",
        None,
        None,
        None,
        None,
    )
    assert (missing.reason, missing.value) == ("no_data", None)
    assert (found.composite.score, found.composite.low, found.reason) == (None, None, "small_group")
    assert found.sentence == "In 2026-10, A has no composite."


def test_of_all_or_none_of_a_few_people_only_the_score_is_told(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (100, 50)}, sample_size=12)
    alike = unit_of(sqlite_database).measures[REACH]
    assert (alike.value, alike.value_low, alike.value_high, alike.low, alike.high) == (None,) * 5
    assert alike.score == 100
    assert "fewer than 20 people" in alike.basis_words


def test_the_same_seed_gives_the_same_answer_and_another_one_another(
    sqlite_database: Database, clock: FixedClock
) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (50, 30)})
    first = report(sqlite_database, draws=200, seed=3)
    assert first == report(sqlite_database, draws=200, seed=3)
    assert first != report(sqlite_database, draws=200, seed=4)


def test_a_measure_registered_without_weight_changes_no_answer(sqlite_database: Database, clock: FixedClock) -> None:
    publish_tiny(sqlite_database, clock)
    send_units(sqlite_database, clock, {"A": (50, 30)})
    before = report(sqlite_database, draws=200).segments
    reach = next(measure for measure in default_measures() if measure.key == REACH)
    with sqlite_database.writing() as session:
        create_measure(session, reach.as_dict() | {"key": "reach_of_a_new_kind"}, "a test", clock.now())
    send_rows(sqlite_database, clock, [observation("reach_of_a_new_kind", "2026-10", 10, 385, unit="A")])
    assert report(sqlite_database, draws=200).segments == before


def test_which_measures_of_the_catalogue_are_shares_of_people_or_things() -> None:
    """Read off the definitions. Means, sums and differences in percent are no shares; hours and cost neither."""
    shares = {measure.key for measure in default_measures() if measure.is_share_of_cases}
    percents = {measure.key for measure in default_measures() if measure.unit == "percent"}
    assert percents - shares == {
        "voluntary_learning_share",
        "skill_uplift",
        "assessment_score",
        "simulation_score",
        "knowledge_retention",
        "skill_gap_closure_rate",
        "skill_proficiency_index",
        "productivity_per_fte",
        "error_reduction",
        "kpi_linkage_coverage",
        "learning_roi",
    }
