"""Readiness of roles at sites: rosters through the real intake, an example by hand, and what must stay private."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from rosters import AHEAD, OCTOBER, READY, known_in, rates, required, technicians
from sending import Send, observation
from tiny_index import send_rows

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import parse_period
from lei.services.readiness.forecast_readiness import (
    PlaceReadiness,
    ReadinessQuery,
    ReadinessReport,
    forecast_readiness_of_places,
    readiness_risks,
)
from lei.services.scores.score_report import ScoreQuery
from lei.storage.database import Database

FLOOR = 5
TOO_SMALL = "not shown, so that nobody can be singled out in a small group"


def readiness(database: Database, month: str = "2026-10", **asked: Any) -> ReadinessReport:
    """The readiness of all places."""
    with database.reading() as session:
        return forecast_readiness_of_places(session, ReadinessQuery(parse_period(month), **asked), FLOOR)


def only(report: ReadinessReport) -> PlaceReadiness:
    """The one place that there is."""
    (place,) = report.places
    return place


@pytest.fixture
def told(sqlite_database: Database, clock: FixedClock) -> Any:
    """Send rows to SQLite and tell the readiness of October: where the kind of database does not matter."""

    def tell(*rows: dict[str, Any], month: str = "2026-10", **asked: Any) -> ReadinessReport:
        if rows:
            send_rows(sqlite_database, clock, rows)
        return readiness(sqlite_database, month, **asked)

    return tell


class TestTheExampleByHand:
    def test_now_and_three_months_ahead(self, database: Database, send: Send) -> None:
        send(technicians())
        report = readiness(database)
        place = only(report)
        assert report.by == ("role", "unit")
        assert place.segment == {"role": "Technician", "unit": "North"}
        assert (place.now, place.now_words, place.certificates) == (70, "70%", 10)
        assert place.roster is not None
        assert (place.roster.ready, place.roster.required) == (35, 50)
        assert [month.readiness for month in place.ahead] == pytest.approx(AHEAD)
        assert [str(OCTOBER.shift(n)) for n in (1, 2, 3)] == ["2026-11", "2026-12", "2027-01"]
        assert [month.month for month in place.ahead] == [OCTOBER.shift(n).first_month for n in (1, 2, 3)]
        assert [month.expiring for month in place.ahead] == [4, 6, 5]
        # Before October nothing was known of anybody to come or go, so the method said "as it is":
        # 68 70 70 72 70 68 70 70 was off by 2 0 2 2 2 2 0, by 2 2 0 4 0 2 and by 4 0 2 2 0 points.
        assert [month.mean_error for month in place.ahead] == pytest.approx([10 / 7, 10 / 6, 8 / 5])
        assert [month.back_tests for month in place.ahead] == [7, 6, 5]
        # Chance alone: variance 1.6268, 3.5911, 5.1631 heads; t of 5 degrees of freedom 2.5706.
        reach = 2.570582 * 2 * math.sqrt(5.163056)
        assert (place.ahead[2].ci_low, place.ahead[2].ci_high) == pytest.approx(
            (AHEAD[2] - reach, AHEAD[2] + reach), abs=1e-3
        )
        assert (place.risk, place.reason) == ("ahead", None)

    def test_in_words(self, told: Any) -> None:
        report = told(*technicians())
        assert only(report).sentence == (
            "Technician, North: 70% ready in October 2026 (35 of 50 heads). For January 2027 55% is expected (95% "
            "interval 43% to 67%); so far ahead, the same method was off by 1.6 points on the average of 5 tests "
            "against the past. 10 certificates expire within two months."
        )
        assert only(report).notes == ("Arrivals are a plan, not a measurement: 1 people a month.",)
        assert report.sentence == (
            "Of 1 role or site shown, 0 are under 60% readiness now, 1 more is expected under it within three months. "
            "10 certificates expire within two months."
        )

    def test_as_it_was_known_before_the_last_rows_came(
        self, sqlite_database: Database, clock: FixedClock, told: Any
    ) -> None:
        told(*rates(READY), *required([50] * 8))
        before = clock.now()
        clock.instant = before + timedelta(minutes=1)
        told(*known_in("2026-10"))
        assert only(readiness(sqlite_database)).risk == "ahead"
        assert only(readiness(sqlite_database, as_of=before)).risk is None


class TestWhatIsNotStated:
    def test_it_is_said_what_stands_in_its_place(self, told: Any) -> None:
        place = only(told(*rates([30] * 6), month="2026-08"))
        assert (place.now, place.certificates, place.risk) == (75, None, None)
        assert [month.readiness for month in place.ahead] == [75, 75, 75]
        assert place.notes == (
            "How many heads are required is not stated, so it is taken as the people in the role.",
            "Attrition is not stated, so the forecast loses nobody by it.",
            "Which certificates expire is not stated, so the forecast loses none.",
        )

    def test_a_month_without_required_heads_is_left_out_where_others_have_them(self, told: Any) -> None:
        place = only(told(*rates([30] * 8), *required([60] * 7)))
        assert (str(place.month), place.now) == ("2026-09", 50)

    def test_certificates_known_for_one_month_are_no_sixty_days(self, told: Any) -> None:
        one = observation("roster_expiring_in_1_month", "2026-10", 4, 40, role="Technician", unit="North")
        place = only(told(*rates([30] * 8), one))
        assert place.certificates is None
        assert "Renewal is not stated, so every certificate that expires counts as lost." in place.notes
        assert "Which certificates expire is stated for 1 of the next three months only." in place.notes
        assert place.ahead[0].ready == 26


class TestWhereThereIsNoForecast:
    def test_not_enough_history_is_said_plainly(self, told: Any) -> None:
        place = only(told(*rates(READY[:5]), month="2026-07"))
        assert (place.now, place.ahead, place.reason) == (87.5, (), "not_enough_history")
        assert place.sentence == (
            "Technician, North: 88% ready in July 2026 (35 of 40 heads). Not enough history for a forecast. "
            "Too little data: needs 6 months; there are 5."
        )

    def test_low_readiness_is_a_risk_without_any_history(self, told: Any) -> None:
        place = only(told(*rates([20]), month="2026-03"))
        assert (place.now, place.reason, place.risk) == (50, "not_enough_history", "now")

    def test_a_roster_that_nobody_renewed(self, told: Any) -> None:
        place = only(told(*rates(READY), month="2027-01"))
        assert (place.now, place.reason, place.risk) == (None, "no_recent_roster", None)
        assert place.sentence.endswith("the newest roster is of October 2026, too old for January 2027.")
        assert only(told(month="2026-12")).now == 87.5

    def test_a_roster_that_cannot_be(self, told: Any) -> None:
        ten = observation("roster_expiring_in_1_month", "2026-05", 36, 40, role="Technician", unit="North")
        place = only(told(*rates(READY), ten))
        assert (place.now, place.reason) == (None, "unusable")
        assert place.sentence == (
            "Technician, North: the roster of May 2026 cannot be used. 36 certificates run out among 35 who are ready; "
            "count only theirs."
        )

    def test_a_role_that_nobody_is_required_for(self, told: Any) -> None:
        place = only(told(*rates([30] * 8), *required([50] * 7 + [0])))
        assert (place.reason, place.ahead) == ("unusable", ())
        assert "of October 2026 cannot be used. The number of heads required is 0" in place.sentence

    def test_without_any_roster(self, sqlite_database: Database) -> None:
        report = readiness(sqlite_database)
        assert (report.places, report.at_risk) == ((), ())
        assert "send `role_readiness_rate` by role and unit" in report.sentence


class TestPrivacy:
    def test_a_small_group_is_hidden_and_so_is_the_next_smallest(self, database: Database, send: Send) -> None:
        """North has 4 people; with South shown, the role's total would give them away."""
        send(rates([2] * 8, unit="North", people=4))
        send(rates([10] * 8, unit="South", people=20))
        send(rates([20] * 8, unit="West", people=40))
        found = {place.segment["unit"]: place for place in readiness(database).places}
        assert {unit: place.reason for unit, place in found.items()} == {
            "North": "small_group",
            "South": "small_group",
            "West": None,
        }
        for unit in ("North", "South"):
            assert (found[unit].now, found[unit].roster, found[unit].risk) == (None, None, None)
            assert found[unit].sentence == f"Technician, {unit}: {TOO_SMALL}."

    def test_all_of_few_are_not_told_exactly_and_not_forecast(self, told: Any) -> None:
        due = [
            observation(f"roster_expiring_in_{months}", "2026-10", 2, 12, role="Technician", unit="North")
            for months in ("1_month", "2_months")
        ]
        place = only(told(*rates([12] * 8, people=12), *due))
        assert (place.now, place.now_words, place.ahead, place.roster) == (None, "over 90%", (), None)
        assert (place.reason, place.certificates, place.risk) == ("all_alike", 4, "certificates")
        assert "over 90% ready in October 2026. Of so few people" in place.sentence

    def test_none_of_few_is_a_risk_all_the_same(self, told: Any) -> None:
        report = told(*rates([0] * 8, people=12), *rates([10] * 8, role="Driver"))
        assert [(place.segment["role"], place.now, place.now_words) for place in report.at_risk] == [
            ("Technician", None, "under 10%"),
            ("Driver", 25, "25%"),
        ]

    def test_a_month_of_few_is_left_out_of_the_history(self, told: Any) -> None:
        """Six months of 40 people and two of 3."""
        few = [row | {"sample_size": 3} for row in rates(READY)[:2]]
        place = only(told(*few, *rates(READY)[2:]))
        assert [month.back_tests for month in place.ahead] == [5, 4, 3]


class TestSplits:
    def test_the_finest_that_has_rosters(self, told: Any) -> None:
        by_role = [row | {"dimensions": {"role": "Driver"}} for row in rates([30] * 8)]
        assert told(*by_role).by == ("role",)

    def test_added_up_it_is_said_what_that_hides(self, told: Any) -> None:
        """60 ready of 40 required here cover the lack of 20 of 60 there."""
        rows = [*rates([60] * 8, people=60), *required([40] * 8)]
        rows += [*rates([40] * 8, unit="South", people=50), *required([60] * 8, unit="South")]
        fine, coarse = told(*rows), told(by=("role",))
        assert [place.now for place in fine.places] == pytest.approx([100, 100 * 40 / 60])
        assert only(coarse).now == 100
        assert (
            "Smaller groups are added up here: a surplus in one of them hides a lack in another." in only(coarse).notes
        )

    def test_one_unit_is_split_by_role(self, told: Any) -> None:
        report = told(*technicians(), *rates([30] * 8, unit="South"), where={"unit": "North"})
        assert [place.segment for place in report.places] == [{"role": "Technician", "unit": "North"}]

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"by": ("planet",)}, "There is no dimension 'planet'"),
            ({"by": ("role", "unit", "region")}, "two dimensions at most"),
            ({"where": {"unit": "Mars"}}, "There is no unit 'Mars'"),
            ({"month": "2026-Q3"}, "month by month"),
        ],
    )
    def test_what_means_nothing_is_refused(self, told: Any, asked: dict[str, Any], sentence: str) -> None:
        with pytest.raises(InvalidError, match=sentence):
            told(*technicians(), **asked)


class TestRisksOfAScorecard:
    def test_three_at_most_the_worst_first(self, database: Database, send: Send) -> None:
        send(technicians())
        send([*rates([20] * 8, unit="South"), *rates([10] * 8, unit="West"), *rates([39] * 8, role="Driver")])
        due = [
            observation(f"roster_expiring_in_{months}", "2026-10", 3, 40, role="Driver", unit="North")
            for months in ("1_month", "2_months", "3_months")
        ]
        send(due)
        with database.reading() as session:
            found = readiness_risks(session, parse_period("2026-10"), {}, FLOOR)
            quarter = readiness_risks(session, parse_period("2026-Q3"), {"unit": "West"}, FLOOR)
        assert [(place.segment["unit"], place.risk) for place in found.places] == [
            ("West", "now"),
            ("South", "now"),
            ("North", "ahead"),
        ]
        assert found.more == 1
        assert found.sentence == (
            "Of 4 roles and sites shown, 2 are under 60% readiness now, 1 more is expected under it within three "
            "months. 16 certificates expire within two months."
        )
        assert [(str(place.month), place.now) for place in quarter.places] == [("2026-09", 25)]


def test_figures_of_rosters_are_never_scored(database: Database, send: Send) -> None:
    from lei.services.scores.score import score

    send(technicians())
    with database.reading() as session:
        (found,) = score(session, ScoreQuery(OCTOBER.grain, OCTOBER, OCTOBER), FLOOR).scores
    shown = {measure.key for pillar in found.pillars for measure in pillar.measures if measure.value is not None}
    assert shown == {"role_readiness_rate"}
    assert not [measure.key for measure in found.context if measure.key.startswith("roster_")]
