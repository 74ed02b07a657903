"""The value of a program, against the worked examples of the policy and sums on paper."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.evidence import money, money_range
from lei.evidence.benefit import UnitsImproved, UnitValue, units_improved
from lei.evidence.costs import FullCost
from lei.evidence.credit import judge
from lei.evidence.estimate import Estimate
from lei.evidence.grade import Grade
from lei.evidence.money import Ranged, Valuation, ValueCase, ValueWithheld, value_of_program
from lei.evidence.money_range import roi_grid

# The policy's example: 120 technicians, repeat calls 600 -> 510 a month, 140 for a call.
TECHNICIANS = FullCost(
    "EUR",
    design=12_000,
    delivery=9_000,
    platform=2_400,
    administration=1_000,
    evaluation=2_000,
    participants=120,
    hours_each=4,
    hourly_rate=45,
)
CALL = UnitValue(140, "EUR", "A. Controller", date(2026, 10, 1))
MANAGERS = ValueCase(Grade.E2, UnitsImproved(90), TECHNICIANS, CALL, (0.60,), (0.80,), documented=True)
# The story: 720 errors a quarter are 240 a month; the interval 0.6 to 2.1 per 100 of 18,000 tickets a month.
STORY = ValueCase(
    Grade.E4,
    UnitsImproved(240, 108, 378),
    FullCost("EUR", design=20_000, delivery=6_000, participants=150, hours_each=4, hourly_rate=25),
    UnitValue(22, "EUR", "A. Controller", date(2026, 10, 1)),
    confidence=(0.80,),
)


def valued(case: ValueCase) -> Valuation:
    """The valuation, which must be there."""
    found = value_of_program(case)
    assert isinstance(found, Valuation), found
    return found


def codes(found: Valuation) -> set[str]:
    """The codes of its findings."""
    return {finding.code for finding in found.findings}


class TestTheTechnicians:
    def test_the_cost_holds_the_time_of_those_who_took_part(self) -> None:
        assert TECHNICIANS.participants_time == 21_600
        assert TECHNICIANS.total == 48_000
        assert sum(TECHNICIANS.parts.values()) == 48_000

    def test_a_documented_estimate(self) -> None:
        found = valued(MANAGERS)
        assert found.gross_benefit == pytest.approx(151_200)
        assert found.adjusted_benefit.value == pytest.approx(72_576)
        assert f"{found.bcr.value:.2f}" == "1.51"
        assert f"{found.roi_percent.value:.0f}" == "51"
        assert f"{found.payback.months:.1f}" == "7.9"
        assert f"{found.break_even_factor:.2f}" == "0.32"
        assert found.title == "Estimated value"
        assert found.credit.basis == "documented"
        assert "credited_share_is_an_estimate" in codes(found)

    def test_under_the_ceiling_of_its_grade(self) -> None:
        found = valued(replace(MANAGERS, documented=False))
        assert found.adjusted_benefit.value == pytest.approx(30_240)
        assert f"{found.bcr.value:.2f}" == "0.63"
        assert f"{found.roi_percent.value:.0f}" == "-37"
        (capped,) = [finding for finding in found.findings if finding.code == "isolation_capped"]
        assert capped.numbers == {"asked": 0.60, "ceiling": 0.25}
        assert "credited_share_is_an_estimate" not in codes(found)

    def test_with_a_comparison_group(self) -> None:
        """Untrained teams fell by 24 calls: 90 - 24 = 66, credited in full."""
        found = valued(replace(MANAGERS, grade=Grade.E4, improved=UnitsImproved(66)))
        assert found.gross_benefit == pytest.approx(110_880)
        assert found.adjusted_benefit.value == pytest.approx(88_704)
        assert f"{found.bcr.value:.2f}" == "1.85"
        assert f"{found.roi_percent.value:.0f}" == "85"
        assert found.credit.isolation.value == 1.0
        assert found.credit.basis == "measured"

    def test_the_table_of_both_factors(self) -> None:
        grid = roi_grid(151_200, 48_000, (0.4, 0.6, 0.8), (0.6, 0.8, 1.0))
        printed = [[f"{roi:.0f}" for roi in row] for row in grid.tolist()]
        assert printed == [["-24", "1", "26"], ["13", "51", "89"], ["51", "102", "152"]]

    def test_the_range_goes_over_the_factors_up_to_the_ceiling(self) -> None:
        """Isolation 0.4 to 0.6 (its ceiling), confidence 0.6 to 1.0: the first two rows of the table."""
        found = valued(MANAGERS)
        assert found.range_basis == "credited_share"
        assert found.credited.isolations == pytest.approx((0.4, 0.6))
        assert found.credited.confidences == pytest.approx((0.6, 0.8, 1.0))
        assert [[f"{roi:.0f}" for roi in row] for row in found.credited.roi_percent] == [
            ["-24", "1", "26"],
            ["13", "51", "89"],
        ]
        assert [f"{end:.0f}" for end in (found.roi_percent.low, found.roi_percent.high)] == ["-24", "89"]
        assert "effect_without_interval" in codes(found)


class TestTheOnboarding:
    def test_a_quarter_and_a_year(self) -> None:
        """720 errors x 22 = 15,840 a quarter; x 0.80 = 12,672; a year 50,688."""
        found = valued(STORY)
        assert STORY.cost.total == 41_000
        assert found.gross_benefit / 4 == pytest.approx(15_840)
        assert found.adjusted_benefit.value / 4 == pytest.approx(12_672)
        assert found.adjusted_benefit.value == pytest.approx(50_688)
        assert f"{found.bcr.value:.2f}" == "1.24"
        assert f"{found.roi_percent.value:.0f}" == "24"
        assert f"{found.payback.months:.1f}" == "9.7"

    def test_the_ends_of_the_interval(self) -> None:
        found = valued(STORY)
        assert found.range_basis == "effect_interval"
        assert f"{found.roi_percent.low:.0f}" == "-44"
        assert f"{found.roi_percent.high:.0f}" == "95"
        # 41,000 / (378 x 22 x 0.8) and 41,000 / (108 x 22 x 0.8) months
        assert found.payback.soonest == pytest.approx(6.1628, abs=1e-4)
        assert found.payback.latest == pytest.approx(21.5699, abs=1e-4)
        assert found.title == "Value of the difference to comparable groups"

    def test_errors_per_hundred_tickets_become_units_that_are_better(self) -> None:
        """18,000 tickets a month: 180 errors for one per 100. 1.33 fewer are 239.4, 0.6 to 2.1 are 108 to 378."""
        estimate = Estimate("difference_in_differences", -1.33, -2.1, -0.6, 0.38, 0.001, 2000)
        found = units_improved(estimate, 180, lower_is_better=True)
        assert (found.per_month, found.ci_low, found.ci_high) == pytest.approx((239.4, 108, 378))

    def test_more_where_more_is_better_stays_as_it_is(self) -> None:
        estimate = Estimate("difference_in_differences", 2.0, -1.0, 5.0, 1.5, 0.2, 2000)
        found = units_improved(estimate, 10, lower_is_better=False)
        assert (found.per_month, found.ci_low, found.ci_high) == pytest.approx((20, -10, 50))


class TestWhatIsWithheld:
    @pytest.mark.parametrize("grade", [Grade.E0, Grade.E1])
    def test_there_is_no_return_without_a_kpi_before_and_after(self, grade: Grade) -> None:
        assert value_of_program(replace(MANAGERS, grade=grade)) == ValueWithheld("grade_too_low", UnitsImproved(90))

    def test_without_a_value_of_finance_only_the_change_of_the_kpi_stays(self) -> None:
        case = replace(MANAGERS, unit_value=None, intangibles=("calmer customers",))
        assert value_of_program(case) == ValueWithheld("no_unit_value", UnitsImproved(90), ("calmer customers",))

    def test_somebody_must_have_been_asked(self) -> None:
        assert value_of_program(replace(MANAGERS, isolation=())) == ValueWithheld(
            "nobody_asked_isolation", UnitsImproved(90)
        )
        assert value_of_program(replace(STORY, confidence=())) == ValueWithheld(
            "nobody_asked_confidence", STORY.improved
        )

    def test_no_type_holds_a_return_without_its_range_and_its_cost(self) -> None:
        """Whatever has a field of ROI, BCR or payback is the valuation, with its cost, and each field is a range."""
        types = [each for module in (money, money_range) for each in vars(module).values() if isinstance(each, type)]
        holders = {
            (each.__name__, field.name): field.type
            for each in types
            if dataclasses.is_dataclass(each)
            for field in dataclasses.fields(each)
            if field.name in {"roi_percent", "bcr", "payback", "payback_months", "adjusted_benefit"}
        }
        assert holders == {
            ("Valuation", "adjusted_benefit"): "Ranged",
            ("Valuation", "bcr"): "Ranged",
            ("Valuation", "roi_percent"): "Ranged",
            ("Valuation", "payback"): "Payback",
            ("CreditGrid", "roi_percent"): "tuple[tuple[float, ...], ...]",
        }
        required = {field.name for field in dataclasses.fields(Valuation) if field.default is dataclasses.MISSING}
        assert {"cost", "roi_percent", "credited", "tornado", "unit_value"} <= required
        with pytest.raises(TypeError):
            Ranged(24.0)  # type: ignore[call-arg]


class TestTheEstimators:
    def test_the_middle_of_several_and_no_mean(self) -> None:
        assert judge((0.2, 0.9, 0.3), "isolation").median == 0.3
        assert judge((0.2, 0.3, 0.4, 0.5), "isolation").median == pytest.approx(0.35)

    def test_an_answer_far_from_the_middle_half_counts_for_nothing(self) -> None:
        """Quartiles 0.3 and 0.5 of .2 .3 .4 .5 .95; fences 0 and 0.8."""
        found = judge((0.2, 0.3, 0.4, 0.5, 0.95), "isolation")
        assert found.kept == (0.2, 0.3, 0.4, 0.5)
        assert found.dropped == (0.95,)
        assert found.median == pytest.approx(0.35)

    def test_of_four_nobody_is_dropped(self) -> None:
        assert judge((0.3, 0.3, 0.3, 0.95), "isolation").dropped == ()

    def test_a_tenth_beside_the_others_is_never_extreme(self) -> None:
        assert judge((0.5, 0.5, 0.5, 0.5, 0.6), "isolation").dropped == ()
        assert judge((0.5, 0.5, 0.5, 0.5, 0.61), "isolation").dropped == (0.61,)

    def test_dropped_answers_are_told(self) -> None:
        found = valued(replace(MANAGERS, confidence=(0.8, 0.8, 0.8, 0.8, 0.1)))
        (told,) = [finding for finding in found.findings if finding.code == "extreme_answers_dropped"]
        assert (dict(told.numbers), told.names) == ({"dropped": 1, "kept": 4}, ("confidence",))

    def test_the_ceiling_of_each_grade(self) -> None:
        asked = replace(MANAGERS, isolation=(0.9,), documented=False)
        assert valued(asked).credit.isolation.value == 0.25
        assert valued(replace(asked, grade=Grade.E3)).credit.isolation.value == 0.40
        assert valued(replace(asked, documented=True)).credit.isolation.value == 0.60
        assert valued(replace(asked, grade=Grade.E3, documented=True)).credit.isolation.value == 0.60

    def test_an_estimate_below_the_ceiling_is_taken_as_it_is(self) -> None:
        found = valued(replace(MANAGERS, isolation=(0.1,)))
        assert found.credit.isolation.value == 0.1
        assert found.credit.basis == "estimated"


class TestTheTornado:
    def test_bars_by_hand(self) -> None:
        """Story: ROI = units x 22 x 12 x confidence / cost - 1; cost and value a tenth up and down."""
        bars = {bar.name: bar for bar in valued(STORY).tornado}
        assert set(bars) == {"effect", "unit_value", "confidence", "cost"}
        year = 240 * 22 * 12
        assert (bars["effect"].roi_at_low, bars["effect"].roi_at_high) == pytest.approx((-44.3668, 94.7161), abs=1e-3)
        assert bars["confidence"].roi_at_low == pytest.approx((year * 0.6 / 41_000 - 1) * 100)
        assert bars["confidence"].roi_at_high == pytest.approx((year * 1.0 / 41_000 - 1) * 100)
        assert bars["cost"].roi_at_low == pytest.approx((50_688 / 36_900 - 1) * 100)
        assert bars["unit_value"].roi_at_high == pytest.approx((50_688 * 1.1 / 41_000 - 1) * 100)
        assert bars["effect"].basis == "interval"
        assert bars["cost"].basis == "assumed"

    def test_the_widest_swing_comes_first(self) -> None:
        names = [bar.name for bar in valued(STORY).tornado]
        assert names == ["effect", "confidence", "cost", "unit_value"]
        swings = [bar.swing for bar in valued(MANAGERS).tornado]
        assert swings == sorted(swings, reverse=True)
        assert "isolation" in {bar.name for bar in valued(MANAGERS).tornado}


class TestWhatAReaderMustKnow:
    def test_a_program_that_made_it_worse_is_valued_and_never_pays(self) -> None:
        """-90 x 12 x 140 x 0.6 x 0.8 = -72,576: BCR -1.512, ROI -251 %."""
        found = valued(replace(MANAGERS, improved=UnitsImproved(-90)))
        assert found.roi_percent.value == pytest.approx(-251.2)
        assert (found.payback.months, found.payback.soonest, found.break_even_factor) == (None, None, None)
        assert "nothing_improved" in codes(found)

    def test_an_interval_with_zero_is_no_clear_difference(self) -> None:
        found = valued(replace(STORY, improved=UnitsImproved(100, -20, 220)))
        assert "no_clear_difference" in codes(found)
        assert found.payback.latest is None
        assert found.roi_percent.low < -100

    def test_a_cost_above_all_that_was_gained(self) -> None:
        found = valued(replace(MANAGERS, improved=UnitsImproved(20)))
        assert "cannot_break_even" in codes(found)
        assert "not_paid_back_in_first_year" in codes(found)

    def test_parts_of_the_cost_that_nobody_stated(self) -> None:
        cost = FullCost("EUR", design=1000, delivery=500, platform=1, administration=1, evaluation=1)
        assert [finding.names for finding in cost.findings] == [("participants_time",)]
        assert TECHNICIANS.findings == ()

    def test_intangibles_are_listed_apart(self) -> None:
        found = valued(replace(MANAGERS, intangibles=("calmer customers",)))
        assert found.intangibles == ("calmer customers",)
        assert found.adjusted_benefit == valued(MANAGERS).adjusted_benefit


class TestHostileInput:
    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1.0])
    def test_costs(self, bad: float) -> None:
        for name in ("design", "delivery", "platform", "administration", "evaluation", "participants", "hourly_rate"):
            with pytest.raises(InvalidError) as refused:
                FullCost("EUR", **{name: bad})
            assert refused.value.problems[0].field == name

    def test_no_cost_at_all(self) -> None:
        with pytest.raises(InvalidError, match="The total cost is 0; state what the program costs"):
            FullCost("EUR")

    @pytest.mark.parametrize("currency", ["", "euro", "eur", "€"])
    def test_a_currency_has_three_letters(self, currency: str) -> None:
        with pytest.raises(InvalidError, match="is no currency"):
            FullCost(currency, design=1)

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -22.0, 0.0])
    def test_values(self, bad: float) -> None:
        with pytest.raises(InvalidError, match="give a number above 0"):
            UnitValue(bad, "EUR", "A. Controller", date(2026, 10, 1))

    def test_a_value_needs_a_name(self) -> None:
        with pytest.raises(InvalidError, match="needs the name"):
            UnitValue(22, "EUR", " ", date(2026, 10, 1))

    def test_two_currencies(self) -> None:
        with pytest.raises(InvalidError, match="in USD and the cost in EUR"):
            value_of_program(replace(MANAGERS, unit_value=replace(CALL, currency="USD")))

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -0.01, 1.01])
    def test_factors(self, bad: float) -> None:
        with pytest.raises(InvalidError, match="give a number from 0 to 1"):
            value_of_program(replace(MANAGERS, confidence=(0.8, bad)))
        with pytest.raises(InvalidError, match="give a number from 0 to 1"):
            value_of_program(replace(MANAGERS, isolation=(bad,)))

    def test_intervals(self) -> None:
        with pytest.raises(InvalidError, match="does not hold the effect"):
            UnitsImproved(90, 100, 120)
        with pytest.raises(InvalidError, match="two ends"):
            UnitsImproved(90, 80)
        with pytest.raises(InvalidError):
            UnitsImproved(math.nan)


AMOUNTS = st.floats(0, 1e15)
SHARES = st.floats(0, 1)


@given(
    grade=st.sampled_from(list(Grade)),
    units=st.floats(-1e15, 1e15),
    half=st.none() | st.floats(0, 1e14),
    cost=st.floats(0.01, 1e15),
    amount=st.floats(1e-300, 1e15),
    answers=st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=7),
    documented=st.booleans(),
)
def test_every_figure_is_a_number_within_its_range(
    *,
    grade: Grade,
    units: float,
    half: float | None,
    cost: float,
    amount: float,
    answers: list[tuple[float, float]],
    documented: bool,
) -> None:
    ends = (None, None) if half is None else (max(units - half, -1e15), min(units + half, 1e15))
    found = value_of_program(
        ValueCase(
            grade,
            UnitsImproved(units, *ends),
            FullCost("EUR", design=cost),
            UnitValue(amount, "EUR", "A. Controller", date(2026, 10, 1)),
            tuple(isolation for isolation, _ in answers),
            tuple(confidence for _, confidence in answers),
            documented,
        )
    )
    if grade < Grade.E2:
        assert isinstance(found, ValueWithheld)
        return
    assert isinstance(found, Valuation)
    for figure in (found.adjusted_benefit, found.bcr, found.roi_percent):
        assert all(math.isfinite(number) for number in (figure.value, figure.low, figure.high))
        slack = 1e-9 * max(1.0, abs(figure.low), abs(figure.high))
        assert figure.low - slack <= figure.value <= figure.high + slack
    assert found.roi_percent.value == pytest.approx((found.bcr.value - 1) * 100, rel=1e-9, abs=1e-6)
    ceiling = {Grade.E2: 0.25, Grade.E3: 0.40}.get(grade, 1.0)
    assert found.credit.isolation.high <= (0.60 if documented and grade < Grade.E4 else ceiling)
    for months in (found.payback.months, found.payback.soonest, found.payback.latest):
        assert months is None or (math.isfinite(months) and months > 0)
