"""Matching: tables by hand, a trap with a known truth, coverage, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant
from statsmodels.treatment.treatment_effects import TreatmentEffect

from lei.errors import InvalidError
from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.matching import MatchedComparison, Participants, matched_comparison

TRUTH = 1.8


def matched(people: Participants, caliper: float = 0.5) -> MatchedComparison:
    result = matched_comparison(people, caliper=caliper)
    assert isinstance(result, MatchedComparison)
    return result


def finding(result: MatchedComparison, code: str) -> Finding | None:
    return next((found for found in result.estimate.findings if found.code == code), None)


def job_training(rng: np.random.Generator, *, participants: int = 120, others: int = 1200) -> Participants:
    """The trap of the job-training trials (LaLonde 1986): participants earned far less before than everybody else.

    Earnings in thousands: before, 11 ± 3 against 21 ± 7; age alike. After: 2 + 0.9 · before + 0.05 · age, + 1.8 for
    participants, ± 2. So the naive difference is about -9 + 1.8 = -7.2.
    """
    treated = np.arange(participants + others) < participants
    before = np.where(treated, rng.normal(11, 3, treated.size), rng.normal(21, 7, treated.size)).clip(0)
    age = rng.normal(35, 9, treated.size)
    after = 2 + 0.9 * before + 0.05 * age + TRUTH * treated + rng.normal(0, 2, treated.size)
    return Participants(after, treated, np.column_stack((before, age)), ("earnings before", "age"))


def twins() -> Participants:
    """20 participants, each with a twin of the same baseline, 2.5 or 1.5 above the twin's outcome by turns."""
    baseline = np.arange(20.0)
    twin = 3 * baseline + np.resize([0.3, -0.3, 0.1, -0.1], 20)
    outcomes = np.concatenate((twin + np.resize([2.5, 1.5], 20), twin))
    return Participants(outcomes, np.arange(40) < 20, np.tile(baseline, 2)[:, None], ("score before",))


class TestByHand:
    def test_twins(self) -> None:
        """τ is 2, Σ (τ_i - τ)² = 20 · 0.25, and nobody stands for two: error sqrt(5) / 20."""
        result = matched(twins())
        assert result.estimate.effect == pytest.approx(2)
        assert result.estimate.standard_error == pytest.approx(math.sqrt(5) / 20)
        assert result.estimate.ci_low == pytest.approx(2 - 1.959964 * math.sqrt(5) / 20)
        assert result.estimate.degrees_of_freedom is None
        assert result.estimate.details["share_matched"] == 1

    def test_one_who_stands_for_two_counts_twice(self) -> None:
        """40 participants, two to each of the 20 others. V = Σ (τ_i - τ)² / 40² + Σ (2² - 2) σ_j² / 40².

        σ_j² = 2/3 · (own - mean of the two nearest)² of what the regression leaves; at the ends the nearest are 1 and 2
        away, elsewhere 1 on either side.
        """
        one = twins()
        outcomes = np.concatenate((one.outcomes[:20] + 0.1, one.outcomes[:20] - 0.1, one.outcomes[20:]))
        baseline = np.tile(np.arange(20.0), 3)
        result = matched(Participants(outcomes, np.arange(60) < 40, baseline[:, None], ("score before",)))
        left = OLS(one.outcomes[20:], add_constant(np.arange(20.0))).fit().resid
        near = [(1, 2), *((i - 1, i + 1) for i in range(1, 19)), (17, 18)]
        spreads = [2 / 3 * (left[i] - (left[a] + left[b]) / 2) ** 2 for i, (a, b) in enumerate(near)]
        effects = np.concatenate([np.resize([2.5, 1.5], 20) + 0.1, np.resize([2.5, 1.5], 20) - 0.1])
        variance = (((effects - 2) ** 2).sum() + 2 * sum(spreads)) / 40**2
        assert result.estimate.effect == pytest.approx(2)
        assert result.estimate.standard_error == pytest.approx(math.sqrt(variance))

    def test_what_a_match_leaves_is_taken_off(self) -> None:
        """Participants 0.4 above their matches in a baseline that is worth 3 a piece: 1.2 of the gap is not theirs."""
        people = twins()
        baselines = people.baselines.copy()
        baselines[:20] += 0.4
        result = matched(replace(people, baselines=baselines))
        slope = OLS(people.outcomes[20:], add_constant(np.arange(20.0))).fit().params[1]
        assert result.estimate.effect == pytest.approx(2 - 0.4 * slope)

    def test_who_is_just_within_the_caliper_is_a_match(self) -> None:
        """One more participant, a whole step above the highest of the others."""
        baseline = np.concatenate((np.arange(21.0), np.arange(20.0)))
        people = Participants(np.append(60.0, twins().outcomes), np.arange(41) < 21, baseline[:, None], ("score",))
        step = 1 / math.sqrt((np.arange(21.0).var(ddof=1) + np.arange(20.0).var(ddof=1)) / 2)
        assert matched(people, step).estimate.n_treated == 21
        assert matched(people, 0.999 * step).estimate.n_treated == 20

    def test_the_naive_difference_is_that_of_the_means(self) -> None:
        people = twins()
        naive = matched(people).naive
        with_program, without = people.outcomes[:20].mean(), people.outcomes[20:].mean()
        assert naive.effect == pytest.approx(2)
        assert naive.relative == pytest.approx(with_program / without - 1)


class TestTheTrap:
    def test_the_naive_difference_has_the_wrong_sign_and_matching_the_right_one(self) -> None:
        result = matched(job_training(np.random.default_rng(1986)))
        assert result.naive.ci_high < -5
        assert result.estimate.ci_low > 0
        assert result.estimate.ci_low < TRUTH < result.estimate.ci_high

    def test_the_sign_that_turned_is_a_finding(self) -> None:
        result = matched(job_training(np.random.default_rng(1986)))
        turned = finding(result, "sign_reversed")
        assert turned is not None
        assert turned.numbers == {"naive": result.naive.effect, "adjusted": result.estimate.effect}

    def test_groups_are_comparable_only_after_matching(self) -> None:
        result = matched(job_training(np.random.default_rng(1986)))
        assert not result.before.comparable
        assert result.before.differences[0].standardized == pytest.approx(-1.9, abs=0.2)
        assert result.after.comparable
        assert finding(result, "baselines_differ") is None

    def test_it_agrees_with_regression_adjustment_of_another_program(self) -> None:
        people = job_training(np.random.default_rng(1999))
        peer = TreatmentEffect(OLS(people.outcomes, add_constant(people.baselines)), people.treated.astype(int))
        effect = peer.ra(return_results=False, effect_group=1)[0]
        result = matched(people).estimate
        assert abs(result.effect - effect) < 2 * result.standard_error

    def test_intervals_hold_the_truth_95_times_in_100(self) -> None:
        rng = np.random.default_rng(20261126)
        held = []
        for _ in range(120):
            result = matched(job_training(rng, participants=60, others=400)).estimate
            held.append(result.ci_low <= TRUTH <= result.ci_high)
        assert 0.90 <= np.mean(held) <= 0.99

    def test_the_order_of_people_does_not_matter(self) -> None:
        people = job_training(np.random.default_rng(3))
        shuffled = np.random.default_rng(4).permutation(len(people.outcomes))
        other = Participants(
            people.outcomes[shuffled], people.treated[shuffled], people.baselines[shuffled], people.names
        )
        one, two = matched(people).estimate, matched(other).estimate
        assert two.effect == pytest.approx(one.effect)
        assert two.standard_error == pytest.approx(one.standard_error)

    def test_units_of_the_baselines_do_not_matter(self) -> None:
        people = job_training(np.random.default_rng(3))
        other = replace(people, baselines=people.baselines * [1000, 1 / 12] + [5, 0])
        assert matched(other).estimate.effect == pytest.approx(matched(people).estimate.effect)


class TestTies:
    def test_equally_near_people_share(self) -> None:
        """Levels 0 to 4, four participants and eight others on each: each is compared with the mean of the eight."""
        rng = np.random.default_rng(2)
        level = np.concatenate((np.repeat(np.arange(5.0), 4), np.repeat(np.arange(5.0), 8)))
        treated = np.arange(60) < 20
        outcomes = rng.normal(size=60)
        result = matched(Participants(outcomes, treated, level[:, None], ("grade",)))
        means = [outcomes[~treated & (level == step)].mean() for step in range(5)]
        assert result.estimate.effect == pytest.approx(outcomes[:20].mean() - np.mean(means))
        assert result.estimate.n_comparison == 40


class TestTooLittle:
    def test_participants_whom_nobody_is_like(self) -> None:
        people = job_training(np.random.default_rng(1))
        far = people.baselines - np.outer(people.treated, [60, 0])
        result = matched_comparison(replace(people, baselines=far))
        assert isinstance(result, TooLittle)
        assert result.found == {"people_treated": 0, "people_comparison": 0, "share_matched": 0}

    def test_one_participant(self) -> None:
        result = matched_comparison(job_training(np.random.default_rng(1), participants=1))
        assert result == TooLittle("matched_comparison", {"people_treated": 20}, {"people_treated": 1})

    def test_less_than_half_with_a_match(self) -> None:
        people = job_training(np.random.default_rng(1))
        far = people.baselines - np.outer(np.arange(len(people.treated)) < 70, [200, 0])
        result = matched_comparison(replace(people, baselines=far), caliper=0.2)
        assert isinstance(result, TooLittle)
        assert set(result.needed) == {"share_matched"}
        assert result.found["share_matched"] == pytest.approx(50 / 120, abs=0.05)

    def test_some_without_a_match_are_a_finding(self) -> None:
        people = job_training(np.random.default_rng(1))
        far = people.baselines - np.outer(np.arange(len(people.treated)) < 20, [200, 0])
        alone = finding(matched(replace(people, baselines=far)), "unmatched")
        assert alone is not None
        assert alone.numbers == {"unmatched": 20, "matched": 100}

    def test_19_participants(self) -> None:
        result = matched_comparison(job_training(np.random.default_rng(1), participants=19))
        assert isinstance(result, TooLittle)
        assert result.found["people_treated"] == 19

    def test_few_who_stand_for_many_are_a_finding(self) -> None:
        """One of 21 others is the match of 100 participants, the others of one each: effectively 120² / (100² + 20)."""
        baseline = np.concatenate((np.zeros(100), np.arange(1.0, 21), np.arange(21.0)))
        rng = np.random.default_rng(8)
        people = Participants(rng.normal(size=141), np.arange(141) < 120, baseline[:, None], ("score",))
        few = finding(matched(people), "comparison_leans_on_few")
        assert few is not None
        assert few.numbers["effective"] == pytest.approx(120**2 / (100**2 + 20))


class TestRefused:
    def test_a_baseline_that_never_varies(self) -> None:
        people = job_training(np.random.default_rng(1))
        with pytest.raises(InvalidError, match="age"):
            matched_comparison(replace(people, baselines=people.baselines * [1, 0]))

    def test_baselines_that_say_the_same(self) -> None:
        people = job_training(np.random.default_rng(1))
        twice = np.column_stack((people.baselines[:, 0], 2 * people.baselines[:, 0] - 7))
        with pytest.raises(InvalidError, match="same"):
            matched_comparison(replace(people, baselines=twice))

    def test_a_baseline_that_is_the_group(self) -> None:
        people = job_training(np.random.default_rng(1))
        group = np.column_stack((people.baselines[:, 0], people.treated))
        with pytest.raises(InvalidError, match="group"):
            matched_comparison(replace(people, baselines=group))

    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_gaps(self, value: float) -> None:
        people = job_training(np.random.default_rng(1))
        baselines = people.baselines.copy()
        baselines[5, 0] = value
        with pytest.raises(InvalidError, match="baselines"):
            matched_comparison(replace(people, baselines=baselines))

    def test_nobody_to_compare_with(self) -> None:
        people = job_training(np.random.default_rng(1))
        with pytest.raises(InvalidError, match="did not"):
            matched_comparison(replace(people, treated=np.ones(len(people.treated), dtype=bool)))

    def test_outcomes_that_never_vary(self) -> None:
        people = job_training(np.random.default_rng(1))
        with pytest.raises(InvalidError, match="how sure"):
            matched_comparison(replace(people, outcomes=np.full(len(people.outcomes), 0.1)))

    @pytest.mark.parametrize("caliper", [0, -1, math.nan])
    def test_a_caliper_without_width(self, caliper: float) -> None:
        with pytest.raises(InvalidError, match="caliper"):
            matched_comparison(twins(), caliper=caliper)

    def test_shapes_that_do_not_fit(self) -> None:
        with pytest.raises(InvalidError):
            matched_comparison(replace(twins(), names=("one", "two")))
        with pytest.raises(InvalidError):
            matched_comparison(replace(twins(), treated=np.ones(3, dtype=bool)))
