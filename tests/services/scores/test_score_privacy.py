"""Small groups stay private in every answer (docs/scoring-method.md section 9)."""

from __future__ import annotations

import numpy as np
import pytest
from asking import measure, only, scores
from hypothesis import given
from hypothesis import strategies as st
from sending import Send, observation

from lei.periods import parse_period
from lei.services.scores.score import score
from lei.services.scores.score_privacy import families_of, hidden_cells
from lei.services.scores.score_report import ScoreQuery
from lei.services.scores.score_scope import CellSources, ScopeValues
from lei.storage.database import Database

RATE = "participation_rate"  # smallest group 5
RATING = "performance_rating"  # smallest group 10
COST = "learning_cost_total"  # not about people


def shown(database: Database, key: str = RATE, period: str = "2026-10") -> dict[str, float | None]:
    return {s.segment["unit"]: measure(s, key).value for s in scores(database, period, by=("unit",))}


def units(sizes: dict[str, int], key: str = RATE, value: float = 40) -> list[dict[str, object]]:
    return [observation(key, "2026-10", value, sample_size=n, unit=unit) for unit, n in sizes.items()]


class TestSmallGroups:
    def test_fewer_than_five_people_are_not_shown(self, database: Database, send: Send) -> None:
        send([observation(RATE, "2026-10", 40, sample_size=4)])
        found = measure(only(database, "2026-10"), RATE)
        assert (found.value, found.sample_size, found.score, found.reason) == (None, None, None, "small_group")

    def test_five_are(self, database: Database, send: Send) -> None:
        send([observation(RATE, "2026-10", 40, sample_size=5)])
        assert measure(only(database, "2026-10"), RATE).value == 40

    def test_sensitive_measures_need_ten(self, database: Database, send: Send) -> None:
        send([observation(RATING, "2026-10", 60, sample_size=9)])
        assert measure(only(database, "2026-10"), RATING).reason == "small_group"

    def test_what_is_not_about_people_is_always_shown(self, database: Database, send: Send) -> None:
        send([observation(COST, "2026-10", 1200, sample_size=1)])
        assert measure(only(database, "2026-10"), COST).value == 1200

    def test_an_organisation_may_raise_the_floor(self, database: Database, send: Send) -> None:
        send([observation(RATE, "2026-10", 40, sample_size=7), observation(COST, "2026-10", 1200, sample_size=1)])
        period = parse_period("2026-10")
        with database.reading() as session:
            (found,) = score(session, ScoreQuery(period.grain, period, period), 8).scores
        assert measure(found, RATE).reason == "small_group"
        assert measure(found, COST).value == 1200

    def test_the_same_two_people_in_three_months_are_still_two(self, database: Database, send: Send) -> None:
        send([observation(RATE, f"2026-0{month}", 40, sample_size=2) for month in (7, 8, 9)])
        assert measure(only(database, "2026-Q3"), RATE).reason == "small_group"

    def test_a_parent_counts_the_people_of_hidden_children(self, database: Database, send: Send) -> None:
        send(units({"A": 96}, value=50) + units({"B": 4}, value=0))
        found = measure(only(database, "2026-10"), RATE)
        assert (found.value, found.sample_size) == (pytest.approx(48), 100)

    def test_a_score_without_its_hidden_measures_says_why_there_is_none(self, database: Database, send: Send) -> None:
        send([observation(RATE, "2026-10", 40, sample_size=3)])
        found = only(database, "2026-10")
        assert (found.composite, found.reason) == (None, "small_group")


class TestSiblings:
    def test_one_hidden_unit_takes_the_next_smallest_with_it(self, database: Database, send: Send) -> None:
        send(units({"A": 100, "B": 4, "C": 30, "D": 50}))
        assert shown(database) == {"A": 40, "B": None, "C": None, "D": 40}

    def test_two_hidden_units_of_five_people_together_protect_each_other(self, database: Database, send: Send) -> None:
        send(units({"A": 100, "B": 4, "C": 3, "D": 50}))
        assert shown(database) == {"A": 40, "B": None, "C": None, "D": 40}

    def test_two_hidden_units_of_three_people_together_do_not(self, database: Database, send: Send) -> None:
        send(units({"A": 100, "B": 1, "C": 2, "D": 50}))
        assert shown(database) == {"A": 40, "B": None, "C": None, "D": None}

    def test_asking_for_one_unit_tells_no_more_than_asking_for_all(self, database: Database, send: Send) -> None:
        send(units({"A": 100, "B": 4, "C": 30, "D": 50}))
        alone = {unit: measure(only(database, "2026-10", where={"unit": unit}), RATE).value for unit in "ABCD"}
        assert alone == shown(database)

    def test_in_two_dimensions_neither_rows_nor_columns_give_a_cell_away(self, database: Database, send: Send) -> None:
        sizes = {("A", "EMEA"): 4, ("A", "APAC"): 20, ("B", "EMEA"): 30, ("B", "APAC"): 40}
        send([observation(RATE, "2026-10", 40, n, unit=u, region=r) for (u, r), n in sizes.items()])
        values = [measure(s, RATE).value for s in scores(database, "2026-10", by=("unit", "region"))]
        assert values == [None] * 4

    def test_a_parent_that_reports_four_more_than_its_units_is_not_shown_beside_all_of_them(
        self, database: Database, send: Send
    ) -> None:
        send([observation(RATE, "2026-10", 40, 100), *units({"A": 60, "B": 36})])
        assert shown(database) == {"A": 40, "B": None}

    def test_a_parent_that_reports_many_more_is(self, database: Database, send: Send) -> None:
        send([observation(RATE, "2026-10", 40, 120), *units({"A": 60, "B": 36})])
        assert shown(database) == {"A": 40, "B": 40}

    def test_units_of_one_region_do_not_give_a_hidden_one_there_away(self, database: Database, send: Send) -> None:
        # B is hidden, and D is the smallest sibling; but the region EMEA less C would tell of B.
        sizes = {("A", "APAC"): 100, ("B", "EMEA"): 4, ("C", "EMEA"): 30, ("D", "APAC"): 20}
        send([observation(RATE, "2026-10", 40, n, unit=u, region=r) for (u, r), n in sizes.items()])
        assert shown(database) == {"A": 40, "B": None, "C": None, "D": 40}

    @given(st.lists(st.integers(1, 30), min_size=2, max_size=8))
    def test_nothing_can_be_told_by_subtraction(self, sizes: list[int]) -> None:
        hidden = hidden_cells(cells(sizes), np.array([5]))[:, 0, 0]
        people = np.array(sizes)
        assert not (~hidden & (people < 5)).any()
        if hidden.any() and people.sum() >= 5:
            assert hidden.all() or (hidden.sum() >= 2 and people[hidden].sum() >= 5)

    @given(st.lists(st.integers(5, 30), min_size=2, max_size=8))
    def test_where_all_are_large_enough_nothing_is_hidden(self, sizes: list[int]) -> None:
        assert not hidden_cells(cells(sizes), np.array([5])).any()


class TestLongerPeriods:
    def test_a_quarter_does_not_give_its_hidden_month_away(self, database: Database, send: Send) -> None:
        sizes = {"2026-07": 4, "2026-08": 100, "2026-09": 100}
        send([observation(RATE, period, 40, n) for period, n in sizes.items()])
        assert [measure(s, RATE).value for s in scores(database, "2026-07", "2026-09")] == [None, 40, 40]
        assert measure(only(database, "2026-Q3"), RATE).reason == "small_group"
        assert measure(only(database, "2026"), RATE).reason == "small_group"

    def test_a_stock_shows_its_newest_month_whatever_came_before(self, database: Database, send: Send) -> None:
        send([observation(RATING, period, 60, n) for period, n in (("2026-07", 4), ("2026-09", 40))])
        assert measure(only(database, "2026-Q3"), RATING).value == 60

    def test_a_quarter_of_seven_people_does_not_tell_that_all_of_them_did(self, database: Database, send: Send) -> None:
        send([observation(RATE, f"2026-0{month}", 100, sample_size=7) for month in (7, 8, 9)])
        found = measure(only(database, "2026-Q3"), RATE)
        assert (found.value, found.value_note) == (None, "over 90 %")


class TestAllAlike:
    @pytest.mark.parametrize(("value", "note"), [(100, "over 90 %"), (0, "under 10 %")])
    def test_what_every_one_of_a_few_answered_is_not_told(
        self, database: Database, send: Send, value: float, note: str
    ) -> None:
        send([observation(RATE, "2026-10", value, sample_size=19)])
        found = measure(only(database, "2026-10"), RATE)
        assert (found.value, found.value_note) == (None, note)
        assert "all_alike" in found.flags

    def test_twenty_are_enough(self, database: Database, send: Send) -> None:
        send([observation(RATE, "2026-10", 100, sample_size=20)])
        assert measure(only(database, "2026-10"), RATE).value == 100

    def test_it_is_a_rule_for_percentages(self, database: Database, send: Send) -> None:
        send([observation("learning_hours_per_employee", "2026-10", 0, sample_size=19)])
        assert measure(only(database, "2026-10"), "learning_hours_per_employee").value == 0


def cells(sizes: list[int]) -> ScopeValues:
    """One measure in one month in as many units as there are sizes."""
    shape = (len(sizes), 1, 1)
    people = np.array(sizes, dtype=float).reshape(shape)
    no = np.zeros(shape, dtype=bool)
    nothing = np.empty(0, dtype=np.int64)
    scopes = tuple((str(number),) for number in range(len(sizes)))
    return ScopeValues(
        scopes,
        np.full(shape, 40.0),
        people,
        people,
        no,
        no,
        CellSources(nothing, nothing, shape),
        families_of(["unit"], scopes, []),
    )
