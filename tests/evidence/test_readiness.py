"""Readiness three months ahead: sums on paper, back-tests on a made-up history, and what is too little."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.evidence.estimate import TooLittle
from lei.evidence.readiness import (
    ReadinessForecast,
    RosterMonth,
    forecast_readiness,
    ready_after,
)

NURSES = RosterMonth(month=100, required=100, ready=80, expiring=(10, 0, 20), attrition=0.02, renewal=0.5, arriving=3)


def steady(months: int, ready: float = 80) -> list[RosterMonth]:
    """A roster that changes in nothing and loses nobody."""
    return [RosterMonth(month, 100, ready, (0, 0, 0)) for month in range(months)]


def forecast(history: list[RosterMonth]) -> ReadinessForecast:
    """The forecast, which must be there."""
    found = forecast_readiness(history)
    assert isinstance(found, ReadinessForecast), found
    return found


class TestTheMonthsToCome:
    def test_by_hand(self) -> None:
        """80 x .98 - 10 x .98 x .5 + 3 = 76.5; x .98 + 3 = 77.97; x .98 - 20 x .98^3 x .5 + 3 = 69.99868."""
        found = [ready_after(NURSES, month)[0] for month in (1, 2, 3)]
        assert found == pytest.approx([76.5, 77.97, 77.97 * 0.98 - 20 * 0.941192 * 0.5 + 3])
        assert found[2] == pytest.approx(69.99868)

    def test_the_chance_in_it_against_draws_of_every_head(self) -> None:
        rng = np.random.default_rng(9)
        draws = 40_000
        sure, unsure = rng.binomial(70, 0.98, draws), rng.binomial(10, 0.98, draws)
        after_one = sure + rng.binomial(unsure, 0.5)
        ready, variance = ready_after(replace(NURSES, arriving=0), 1)
        assert ready == pytest.approx(after_one.mean(), abs=0.05)
        assert variance == pytest.approx(after_one.var(), rel=0.1)

    def test_nobody_leaves_and_nothing_runs_out(self) -> None:
        assert ready_after(RosterMonth(0, 50, 40), 3) == (40, 0)

    def test_everybody_leaves(self) -> None:
        assert ready_after(RosterMonth(0, 50, 40, (40,), attrition=1), 1)[0] == 0

    def test_a_surplus_is_full_readiness_and_no_more(self) -> None:
        assert RosterMonth(0, 50, 60).readiness == 100
        assert RosterMonth(0, 50, 30).readiness == 60


class TestTheForecast:
    def test_a_steady_roster_stays(self) -> None:
        found = forecast(steady(6))
        assert [ahead.month for ahead in found.ahead] == [6, 7, 8]
        for ahead in found.ahead:
            assert (ahead.readiness, ahead.ci_low, ahead.ci_high, ahead.mean_error) == (80, 80, 80, 0)
        assert [ahead.back_tests for ahead in found.ahead] == [5, 4, 3]

    def test_errors_of_the_same_method_on_the_past(self) -> None:
        """Nobody said that two leave each month: a month ahead the method was 2 points too high, then 4, then 6."""
        history = [RosterMonth(month, 100, 90 - 2 * month, (0, 0, 0)) for month in range(8)]
        found = forecast(history)
        assert [ahead.mean_error for ahead in found.ahead] == pytest.approx([2, 4, 6])
        assert [ahead.back_tests for ahead in found.ahead] == [7, 6, 5]
        # t of 7, 6 and 5 degrees of freedom: 2.3646, 2.4469, 2.5706
        assert [ahead.readiness for ahead in found.ahead] == [76, 76, 76]
        assert [ahead.ci_low for ahead in found.ahead] == pytest.approx(
            [76 - 2 * 2.3646, 76 - 4 * 2.4469, 76 - 6 * 2.5706], abs=1e-3
        )

    def test_where_the_past_was_quiet_chance_alone_makes_the_interval(self) -> None:
        """80 of whom a twentieth leaves: variance 80 x .95 x .05 = 3.8; t of 5 degrees of freedom 2.5706."""
        history = [*steady(5), RosterMonth(5, 100, 80, (0, 0, 0), attrition=0.05)]
        first = forecast(history).ahead[0]
        assert first.readiness == pytest.approx(76)
        assert first.ci_high - first.readiness == pytest.approx(2.5706 * math.sqrt(3.8), abs=1e-3)

    def test_certificates_that_run_out_are_told(self) -> None:
        history = [replace(NURSES, month=month) for month in range(6)]
        found = forecast(history)
        assert [ahead.expiring for ahead in found.ahead] == [10, 0, 20]
        assert {finding.code for finding in found.findings} == {"arrivals_are_planned"}
        unknown = forecast([replace(roster, expiring=(1,), arriving=0) for roster in history])
        assert {finding.code for finding in unknown.findings} == {"expiring_not_stated"}

    def test_a_shorter_look_ahead(self) -> None:
        found = forecast_readiness(steady(6), 1)
        assert isinstance(found, ReadinessForecast)
        assert len(found.ahead) == 1


class TestTooLittle:
    def test_less_than_six_months(self) -> None:
        assert forecast_readiness(steady(5)) == TooLittle("readiness_forecast", {"months": 6}, {"months": 5})
        assert forecast_readiness([]) == TooLittle("readiness_forecast", {"months": 6}, {"months": 0})

    def test_months_so_far_apart_that_nothing_can_be_tested(self) -> None:
        apart = [replace(roster, month=roster.month * 5) for roster in steady(7)]
        assert forecast_readiness(apart) == TooLittle("readiness_forecast", {"back_tests": 3}, {"back_tests": 0})

    @pytest.mark.parametrize("horizon", [0, 4, 12])
    def test_nobody_is_told_of_more_than_three_months(self, horizon: int) -> None:
        with pytest.raises(InvalidError, match="for 1 to 3 months"):
            forecast_readiness(steady(24), horizon)


class TestHostileInput:
    @pytest.mark.parametrize("bad", [math.nan, math.inf, -1.0])
    @pytest.mark.parametrize("field", ["required", "ready", "attrition", "renewal", "arriving"])
    def test_numbers_that_are_none(self, field: str, bad: float) -> None:
        with pytest.raises(InvalidError) as refused:
            replace(NURSES, **{field: bad})
        assert refused.value.problems[0].field == field

    def test_what_cannot_be(self) -> None:
        with pytest.raises(InvalidError, match="needs nobody"):
            RosterMonth(0, 0, 0)
        with pytest.raises(InvalidError, match="from 0 to 1"):
            replace(NURSES, attrition=2.0)
        with pytest.raises(InvalidError, match="90 certificates run out among 80"):
            replace(NURSES, expiring=(50, 40))
        with pytest.raises(InvalidError, match="time order"):
            forecast_readiness([*steady(6), RosterMonth(3, 100, 80)])

    @settings(max_examples=60)
    @given(
        st.lists(
            st.tuples(st.floats(1, 1e4), st.floats(0, 1e4), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1e4)),
            min_size=6,
            max_size=12,
        )
    )
    def test_readiness_is_a_percentage_within_its_interval(self, rows: list[tuple[float, ...]]) -> None:
        history = [
            RosterMonth(month, required, ready, (ready / 4, ready / 4, 0), attrition, renewal, arriving)
            for month, (required, ready, attrition, renewal, arriving) in enumerate(rows)
        ]
        for ahead in forecast(history).ahead:
            assert 0 <= ahead.ci_low <= ahead.readiness <= ahead.ci_high <= 100
            assert ahead.mean_error >= 0
            assert math.isfinite(ahead.ready)
