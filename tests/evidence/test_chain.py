"""The KPI chain as a specification: statuses of links, rules (a) to (d), and the table from leading to lagging."""

from __future__ import annotations

from typing import Any

import pytest
from studies import chain, estimate

from lei.errors import InvalidError
from lei.evidence import chain as rules
from lei.evidence.chain import ChainReading, LinkReading, Signal, read_chain, read_kpi, read_link
from lei.evidence.estimate import TooLittle
from lei.evidence.leading_to_lagging import Movement, chain_state, first_honest_month, leading_movement, read_progress
from lei.evidence.links import ChainState, Link, LinkStatus
from lei.periods import parse_period

EVIDENCED, FLAT, ADVERSE, THIN, MISSING = LinkStatus
UP, FLAT_MOVE, DOWN = Movement
MAY = parse_period("2026-05")


def signal(**facts: Any) -> Signal:
    """Behavior seen in the worked example, May to October: 47 to 67 percent."""
    known = {
        "measure": "behavior_change_rate",
        "name": "behavior seen",
        "before": 47.0,
        "after": 67.0,
        "unit": "percent",
        "change": 25.0,
        "n": 120.0,
        "minimum": 30.0,
        "period": parse_period("2026-10"),
        "source": "observation forms",
        "interval": (10.0, 40.0),
    }
    return Signal(**{**known, **facts})


class TestStatusOfALink:
    @pytest.mark.parametrize(
        ("facts", "status"),
        [
            ({}, EVIDENCED),
            ({"interval": None}, EVIDENCED),
            ({"change": 2.0, "interval": None}, EVIDENCED),
            ({"change": 1.9, "interval": (0.5, 3.3)}, FLAT),
            ({"change": 12.0, "interval": (-1.0, 25.0)}, FLAT),
            ({"change": -2.0, "interval": None}, ADVERSE),
            ({"change": -12.0, "interval": (-20.0, -4.0)}, ADVERSE),
            ({"n": 29.0}, THIN),
            ({"n": 29.0, "change": -12.0}, THIN),
        ],
    )
    def test_a_signal_moves_when_its_change_is_clear_and_two_score_points(
        self, facts: dict[str, Any], status: LinkStatus
    ) -> None:
        assert signal(**facts).status is status
        assert read_link(Link.BEHAVIOR_CHANGE, [signal(**facts)]).status is status

    def test_without_a_signal_it_is_missing(self) -> None:
        assert read_link(Link.BEHAVIOR_CHANGE, []) == LinkReading(Link.BEHAVIOR_CHANGE, MISSING)

    def test_what_went_wrong_is_not_hidden_by_what_went_well(self) -> None:
        good, bad, thin = signal(), signal(change=-9.0, interval=None), signal(n=1.0)
        assert read_link(Link.BEHAVIOR_CHANGE, [thin, good]).status is EVIDENCED
        reading = read_link(Link.BEHAVIOR_CHANGE, [good, bad])
        assert (reading.status, reading.signals) == (ADVERSE, (bad, good))

    @pytest.mark.parametrize(
        ("result", "status"),
        [
            (None, MISSING),
            (TooLittle("before_after", {"people": 20}, {"people": 4}), THIN),
            (estimate("before_after"), EVIDENCED),
            (estimate("before_after", 1.33, 0.6, 2.1), ADVERSE),
            (estimate("before_after", -1.33, -2.9, 0.3), FLAT),
        ],
    )
    def test_the_kpi_moves_when_its_interval_excludes_0(self, result: Any, status: LinkStatus) -> None:
        assert read_kpi(result, lower_is_better=True).status is status

    def test_for_a_kpi_that_should_rise_the_signs_turn(self) -> None:
        assert read_kpi(estimate("before_after"), lower_is_better=False).status is ADVERSE


class TestRules:
    def test_completeness_is_the_share_of_evidenced_links(self) -> None:
        assert chain().completeness == 1.0
        assert chain(behavior_change=FLAT, workforce_readiness=MISSING).completeness == pytest.approx(3 / 5)

    def test_a_chain_has_all_five_links_in_order(self) -> None:
        reading = read_chain({Link.BEHAVIOR_CHANGE: [signal()]}, read_kpi(None, lower_is_better=True))
        assert [link.status for link in reading.links] == [MISSING, EVIDENCED, MISSING, MISSING, MISSING]
        with pytest.raises(InvalidError, match="five links"):
            ChainReading(reading.links[:4])

    @pytest.mark.parametrize(
        ("statuses", "shown"),
        [
            ({}, True),
            ({"learning_activity": MISSING}, False),
            ({"behavior_change": FLAT, "capability_growth": THIN, "workforce_readiness": MISSING}, False),
            ({"behavior_change": FLAT, "capability_growth": THIN}, True),
            ({"behavior_change": FLAT, "workforce_readiness": THIN}, True),
            ({"capability_growth": FLAT, "workforce_readiness": THIN}, True),
        ],
    )
    def test_a_a_claim_needs_activity_and_one_link_between(self, statuses: dict[str, LinkStatus], shown: bool) -> None:
        assert rules.path_is_shown(chain(**statuses)) is shown

    def test_b_and_c_name_the_missing_and_the_adverse_links(self) -> None:
        reading = chain(behavior_change=MISSING, capability_growth=ADVERSE, workforce_readiness=THIN)
        assert rules.missing_links(reading) == (Link.BEHAVIOR_CHANGE,)
        assert rules.adverse_links(reading) == (Link.CAPABILITY_GROWTH,)

    @pytest.mark.parametrize(
        ("kpi", "behavior", "unlikely"),
        [
            (EVIDENCED, FLAT, True),
            (ADVERSE, FLAT, True),
            (FLAT, FLAT, False),
            (EVIDENCED, MISSING, False),
            (EVIDENCED, EVIDENCED, False),
        ],
    )
    def test_d_a_kpi_that_moved_while_behavior_is_flat(
        self, kpi: LinkStatus, behavior: LinkStatus, unlikely: bool
    ) -> None:
        assert rules.learning_is_unlikely(chain(business_kpi=kpi, behavior_change=behavior)) is unlikely


class TestLeadingToLagging:
    # The rows of the table, in its order: leading signal, KPI, whether the expected lag has passed, state.
    @pytest.mark.parametrize(
        ("leading", "kpi", "lag_passed", "state"),
        [
            (UP, FLAT_MOVE, False, ChainState.TOO_EARLY),
            (UP, UP, True, ChainState.ON_PATH),
            (UP, FLAT_MOVE, True, ChainState.CHAIN_BROKEN),
            (DOWN, UP, True, ChainState.EARLY_WARNING),
            (DOWN, FLAT_MOVE, False, ChainState.EARLY_WARNING),
            (DOWN, DOWN, True, ChainState.EARLY_WARNING),
            (DOWN, None, False, ChainState.EARLY_WARNING),
            (FLAT_MOVE, UP, True, ChainState.OTHER_CAUSE_LIKELY),
            (FLAT_MOVE, FLAT_MOVE, True, ChainState.NO_CHANGE),
            (FLAT_MOVE, DOWN, True, ChainState.NO_CHANGE),
            (UP, DOWN, True, ChainState.ADVERSE),
            (UP, DOWN, False, ChainState.ADVERSE),
            # Not in the table: a KPI ahead of its lag, and what is not measured.
            (UP, UP, False, ChainState.TOO_EARLY),
            (UP, None, False, ChainState.TOO_EARLY),
            (UP, None, True, ChainState.NOT_MEASURED),
            (FLAT_MOVE, None, True, ChainState.NOT_MEASURED),
            (None, UP, True, ChainState.NOT_MEASURED),
        ],
    )
    def test_each_row(
        self, leading: Movement | None, kpi: Movement | None, lag_passed: bool, state: ChainState
    ) -> None:
        assert chain_state(leading, kpi, lag_passed=lag_passed) is state

    def test_any_leading_link_that_fell_is_a_warning_and_any_that_rose_else_a_rise(self) -> None:
        assert leading_movement(chain(capability_growth=ADVERSE)) is DOWN
        assert leading_movement(chain(behavior_change=FLAT, capability_growth=MISSING)) is UP
        nothing = dict.fromkeys(link.value for link in Link)
        assert leading_movement(chain(**{**nothing, **dict.fromkeys(nothing, FLAT)})) is FLAT_MOVE
        assert leading_movement(chain(**dict.fromkeys(nothing, MISSING))) is None

    def test_a_broken_chain_names_its_first_flat_link(self) -> None:
        reading = chain(capability_growth=FLAT, workforce_readiness=FLAT, business_kpi=FLAT)
        assert read_progress(reading, MAY, 3, parse_period("2026-08")).key == "chain_broken_at:capability_growth"
        assert read_progress(chain(business_kpi=FLAT), MAY, 3, parse_period("2026-08")).broken_at is Link.BUSINESS_KPI

    def test_the_first_honest_month_is_launch_plus_lag(self) -> None:
        assert first_honest_month(MAY, 3) == parse_period("2026-08")
        assert first_honest_month(parse_period("2026-11"), 3) == parse_period("2027-02")
        for launch, lag in ((parse_period("2026-Q2"), 3), (MAY, -1)):
            with pytest.raises(InvalidError):
                first_honest_month(launch, lag)

    def test_the_worked_example_is_too_early_in_june_and_on_its_path_in_october(self) -> None:
        june = chain(behavior_change=EVIDENCED, workforce_readiness=MISSING, business_kpi=FLAT)
        assert read_progress(june, MAY, 3, parse_period("2026-06")).key == "too_early"
        assert read_progress(chain(), MAY, 3, parse_period("2026-10")).key == "on_path"
        assert read_progress(chain(), MAY, 3, parse_period("2026-07")).key == "too_early"
        assert read_progress(chain(), MAY, 3, parse_period("2026-Q3")).key == "on_path"
