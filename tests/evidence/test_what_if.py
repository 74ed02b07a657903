"""What-if on a KPI: the worked example of the policy, and everything that is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate
from lei.evidence.grade import Grade
from lei.evidence.kpi_slope import KpiSlope
from lei.evidence.what_if import AnnualValue, WhatIf, WhatIfAnswer, WhatIfRefused, both_readings, what_if

SLOPE = KpiSlope(Estimate("kpi_slope", 0.4, 0.1, 0.7, 0.15, 0.01, 24), 2, 70, 80)
ASKED = WhatIf(78, 1.5, Grade.E3, annual_value=AnnualValue(20e6, "EUR"))


def answered(slope: KpiSlope, asked: WhatIf) -> WhatIfAnswer:
    """The answer, which must not be refused."""
    found = what_if(slope, asked)
    assert isinstance(found, WhatIfAnswer), found
    return found


def refused(slope: KpiSlope, asked: WhatIf) -> WhatIfRefused:
    """The refusal."""
    found = what_if(slope, asked)
    assert isinstance(found, WhatIfRefused), found
    return found


class TestTheExample:
    def test_one_and_a_half_percent(self) -> None:
        """0.4 [0.1-0.7] x 1.5 % = 0.6 % [0.15-1.05]; of 20 million 120,000 [30,000-210,000] a year."""
        found = answered(SLOPE, ASKED)
        assert (found.kpi_percent.value, found.kpi_percent.low, found.kpi_percent.high) == pytest.approx(
            (0.6, 0.15, 1.05)
        )
        assert found.money is not None
        assert (found.money.value, found.money.low, found.money.high) == pytest.approx((120_000, 30_000, 210_000))
        assert (found.currency, found.lag, found.measure_percent) == ("EUR", 2, 1.5)

    def test_both_readings(self) -> None:
        """1.5 % better from 78 is 79.17; 1.5 points better is 79.5, which are 1.5 / 78 = 1.923 %."""
        found = both_readings(78, 1.5)
        assert (found.relative, found.points) == pytest.approx((79.17, 79.5))
        by_points = answered(SLOPE, replace(ASKED, reading="points"))
        assert by_points.to == answered(SLOPE, ASKED).to
        assert by_points.kpi_percent.value == pytest.approx(0.4 * 1.5 / 78 * 100)

    def test_without_a_value_there_is_no_money(self) -> None:
        found = answered(SLOPE, replace(ASKED, annual_value=None))
        assert (found.money, found.currency) == (None, None)

    def test_a_fall_has_its_ends_in_order(self) -> None:
        found = answered(SLOPE, replace(ASKED, change=-1.5))
        assert (found.kpi_percent.value, found.kpi_percent.low, found.kpi_percent.high) == pytest.approx(
            (-0.6, -1.05, -0.15)
        )

    def test_where_less_is_better_a_fall_is_a_gain(self) -> None:
        falling = replace(SLOPE, slope=replace(SLOPE.slope, effect=-0.4, ci_low=-0.7, ci_high=-0.1))
        found = answered(falling, replace(ASKED, lower_is_better=True))
        assert found.kpi_percent.value == pytest.approx(-0.6)
        assert found.money is not None
        assert (found.money.value, found.money.low, found.money.high) == pytest.approx((120_000, 30_000, 210_000))


class TestRefused:
    @pytest.mark.parametrize("grade", [Grade.E0, Grade.E1])
    def test_without_a_kpi_before_and_after(self, grade: Grade) -> None:
        assert refused(SLOPE, replace(ASKED, grade=grade)).reason == "grade_too_low"

    def test_a_slope_that_may_be_none(self) -> None:
        unclear = replace(SLOPE, slope=replace(SLOPE.slope, ci_low=-0.01))
        assert refused(unclear, ASKED).reason == "slope_unclear"

    def test_beyond_what_was_seen_by_more_than_a_tenth_of_its_range(self) -> None:
        """Seen 70 to 80: 69 to 81 may be asked. 78 + 3 is 81; 3.85 % of 78 lead to 81.003."""
        assert isinstance(what_if(SLOPE, replace(ASKED, change=3.0, reading="points")), WhatIfAnswer)
        found = refused(SLOPE, replace(ASKED, change=3.85))
        assert found.reason == "beyond_what_was_seen"
        assert found.numbers == pytest.approx({"target": 81.003, "lowest": 69, "highest": 81})
        assert refused(SLOPE, replace(ASKED, change=-9.01, reading="points")).reason == "beyond_what_was_seen"

    def test_hostile_numbers(self) -> None:
        for bad in (math.nan, math.inf, 0.0, -78.0):
            with pytest.raises(InvalidError, match="above 0"):
                what_if(SLOPE, replace(ASKED, now=bad))
            with pytest.raises(InvalidError, match="above 0"):
                AnnualValue(bad, "EUR")
        for bad in (math.nan, math.inf):
            with pytest.raises(InvalidError, match="The change is"):
                what_if(SLOPE, replace(ASKED, change=bad))
        with pytest.raises(InvalidError, match="no currency"):
            AnnualValue(1.0, "euros")
