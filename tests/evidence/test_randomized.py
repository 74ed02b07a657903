"""Randomised comparisons: Welch and Newcombe by hand and from papers, Lin's adjustment, sites, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, Result, TooLittle
from lei.evidence.randomized import (
    RandomizedComparison,
    Trial,
    adjusted_difference,
    compare_means,
    compare_proportions,
    randomized_comparison,
)
from lei.evidence.samples import Sample, Share, sample_of


def estimate(result: Result | None) -> Estimate:
    assert isinstance(result, Estimate)
    return result


def compared(trial: Trial) -> RandomizedComparison:
    result = randomized_comparison(trial)
    assert isinstance(result, RandomizedComparison)
    return result


def trial_of(rng: np.random.Generator, *, people: int = 200, effect: float = 1.0) -> Trial:
    """Half of the people treated by lot; a covariate that explains most of the outcome, and one that does not."""
    treated = rng.permutation(np.arange(people) < people // 2)
    covariates = rng.normal(size=(people, 2))
    outcomes = 10 + effect * treated + 2 * covariates[:, 0] + rng.normal(size=people)
    return Trial(outcomes, treated, covariates=covariates, names=("score before", "tenure"))


class TestMeans:
    def test_by_hand(self) -> None:
        """100 people of 52 ± 10 against 64 of 48 ± 8: error sqrt(1 + 1) and 4/(1/99 + 1/63)/1 degrees of freedom."""
        result = estimate(compare_means(Sample(52, 10, 100), Sample(48, 8, 64)))
        assert result.effect == 4
        assert result.standard_error == pytest.approx(math.sqrt(2))
        assert result.degrees_of_freedom == pytest.approx(4 / (1 / 99 + 1 / 63))
        assert result.relative == pytest.approx(4 / 48)
        assert (result.n_treated, result.n_comparison) == (100, 64)
        assert result.excludes_zero

    def test_the_interval_of_values_is_that_of_statsmodels(self) -> None:
        rng = np.random.default_rng(2)
        one, other = rng.normal(5, 3, 60), rng.normal(4, 1, 50)
        result = estimate(compare_means(sample_of(one), sample_of(other)))
        peer = CompareMeans(DescrStatsW(one), DescrStatsW(other))
        assert (result.ci_low, result.ci_high) == pytest.approx(peer.tconfint_diff(usevar="unequal"))
        assert result.p_value == pytest.approx(peer.ttest_ind(usevar="unequal")[1])

    def test_43_people_in_an_arm_are_too_few(self) -> None:
        result = compare_means(Sample(52, 10, 43), Sample(48, 8, 44))
        assert result == TooLittle("randomized_comparison", {"people_treated": 44}, {"people_treated": 43})
        assert isinstance(compare_means(Sample(52, 10, 44), Sample(48, 8, 44)), Estimate)
        assert isinstance(compare_means(Sample(52, 10, 1), Sample(48, 8, 44)), TooLittle)

    def test_one_person_in_an_arm_is_too_few(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        result = randomized_comparison(replace(trial, treated=np.arange(200) == 7))
        assert result == TooLittle("randomized_comparison", {"people_treated": 44}, {"people_treated": 1})

    def test_arms_without_any_spread(self) -> None:
        with pytest.raises(InvalidError, match="how sure"):
            compare_means(Sample(5, 0, 50), Sample(4, 0, 50))


class TestProportions:
    def test_newcombes_own_example(self) -> None:
        """Newcombe 1998, table II, (a), method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
        result = estimate(compare_proportions(Share(56, 70), Share(48, 80)))
        assert result.effect == pytest.approx(0.2)
        assert result.ci_low == pytest.approx(0.0524, abs=5e-5)
        assert result.ci_high == pytest.approx(0.3339, abs=5e-5)

    def test_p_is_that_of_the_pooled_z_test(self) -> None:
        """Pooled share 104/150: z = 0.2 / sqrt(p (1-p) (1/70 + 1/80)) = 2.6494."""
        result = estimate(compare_proportions(Share(56, 70), Share(48, 80)))
        share = 104 / 150
        z = 0.2 / math.sqrt(share * (1 - share) * (1 / 70 + 1 / 80))
        assert result.p_value == pytest.approx(math.erfc(z / math.sqrt(2)))

    @pytest.mark.parametrize("count", [0, 60])
    def test_nobody_or_everybody_in_both_arms_is_no_difference(self, count: int) -> None:
        result = estimate(compare_proportions(Share(count, 60), Share(count, 60)))
        assert (result.effect, result.p_value) == (0, 1)
        assert result.ci_low < 0 < result.ci_high

    def test_too_few(self) -> None:
        assert isinstance(compare_proportions(Share(3, 43), Share(1, 90)), TooLittle)
        assert isinstance(compare_proportions(Share(0, 0), Share(1, 90)), TooLittle)


@settings(max_examples=60)
@given(st.integers(44, 500), st.integers(44, 500), st.floats(0, 1), st.floats(0, 1))
@example(48, 56, 1.0, 0.0)  # the square roots of Newcombe's limits carry an ulp beyond 1 there
def test_a_difference_of_shares_lies_in_its_interval_and_swaps_its_sign(n: int, m: int, p: float, q: float) -> None:
    one, other = Share(round(n * p), n), Share(round(m * q), m)
    there, back = estimate(compare_proportions(one, other)), estimate(compare_proportions(other, one))
    assert -1 <= there.ci_low <= there.effect + 1e-12
    assert there.effect - 1e-12 <= there.ci_high <= 1
    assert (there.ci_low, there.ci_high) == pytest.approx((-back.ci_high, -back.ci_low), abs=1e-12)


class TestAdjusted:
    def test_it_is_the_difference_of_two_regressions_at_the_mean(self) -> None:
        """Lin's estimator, by the other way: a regression in each arm, both predicted at the mean of the covariates."""
        trial = trial_of(np.random.default_rng(11))
        assert trial.covariates is not None
        at = np.append(1, trial.covariates.mean(axis=0))
        levels = [
            at @ sm.OLS(trial.outcomes[arm], sm.add_constant(trial.covariates[arm])).fit().params
            for arm in (trial.treated, ~trial.treated)
        ]
        result = estimate(adjusted_difference(trial))
        assert result.effect == pytest.approx(levels[0] - levels[1])
        assert result.details["treated"] == pytest.approx(levels[0])
        assert result.degrees_of_freedom == 200 - 6

    def test_its_error_is_hc2_by_the_formula(self) -> None:
        trial = trial_of(np.random.default_rng(12), people=100)
        assert trial.covariates is not None
        centred = trial.covariates - trial.covariates.mean(axis=0)
        arm = trial.treated[:, None]
        x = np.hstack((np.ones_like(arm), arm, centred, centred * arm)).astype(float)
        bread = np.linalg.inv(x.T @ x)
        residuals = trial.outcomes - x @ bread @ x.T @ trial.outcomes
        leverage = np.einsum("ij,jk,ik->i", x, bread, x)
        meat = (x * (residuals**2 / (1 - leverage))[:, None]).T @ x
        result = estimate(adjusted_difference(trial))
        assert result.standard_error == pytest.approx(math.sqrt((bread @ meat @ bread)[1, 1]))

    def test_it_is_surer_than_the_plain_difference_where_covariates_explain(self) -> None:
        result = compared(trial_of(np.random.default_rng(13)))
        adjusted = estimate(result.adjusted)
        assert adjusted.standard_error < 0.6 * result.plain.standard_error
        assert adjusted.ci_low < 1.0 < adjusted.ci_high

    def test_both_hold_the_truth_95_times_in_100(self) -> None:
        rng = np.random.default_rng(20261126)
        held = np.zeros(2)
        for _ in range(400):
            result = compared(trial_of(rng, people=100))
            held += [e.ci_low <= 1 <= e.ci_high for e in (result.plain, estimate(result.adjusted))]
        assert (held / 400 >= 0.915).all()
        assert (held / 400 <= 0.985).all()

    @pytest.mark.parametrize("column", [0, 1])
    def test_a_covariate_that_never_varies_is_named(self, column: int) -> None:
        trial = trial_of(np.random.default_rng(1))
        assert trial.covariates is not None
        covariates = trial.covariates.copy()
        covariates[:, column] = 3
        with pytest.raises(InvalidError, match=trial.names[column]):
            adjusted_difference(replace(trial, covariates=covariates))

    def test_covariates_that_say_the_same(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        assert trial.covariates is not None
        twins = np.column_stack((trial.covariates[:, 0], 3 * trial.covariates[:, 0] + 1))
        with pytest.raises(InvalidError, match="tenure says nothing"):
            adjusted_difference(replace(trial, covariates=twins))

    def test_a_covariate_of_one_person(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        alone = np.zeros((200, 1))
        alone[[0, np.flatnonzero(trial.treated != trial.treated[0])[0]]] = 1
        with pytest.raises(InvalidError, match="one record"):
            adjusted_difference(replace(trial, covariates=alone, names=("director",)))


class TestSites:
    def test_people_of_a_site_do_not_count_as_independent(self) -> None:
        """Ten sites of 20 with levels of their own: the error is that between sites, far above that between people."""
        rng = np.random.default_rng(5)
        levels = np.repeat(rng.normal(0, 1, 10), 20)
        treated = np.repeat(np.arange(10) < 5, 20)
        trial = Trial(levels + rng.normal(0, 0.5, 200), treated, tuple(f"s{i // 20}" for i in range(200)))
        by_site = compared(trial).plain
        means = trial.outcomes.reshape(10, 20).mean(axis=1)
        expected = math.sqrt(means[:5].var(ddof=1) / 5 + means[5:].var(ddof=1) / 5)
        assert by_site.standard_error == pytest.approx(expected)
        assert by_site.standard_error > 3 * compared(replace(trial, clusters=None)).plain.standard_error
        assert (by_site.units_treated, by_site.units_comparison) == (5, 5)
        assert by_site.findings[0].code == "few_clusters"

    def test_one_site_in_an_arm_is_too_little(self) -> None:
        trial = trial_of(np.random.default_rng(5))
        sites = tuple("a" if treated else f"b{i % 4}" for i, treated in enumerate(trial.treated))
        result = randomized_comparison(replace(trial, clusters=sites))
        assert result == TooLittle("randomized_comparison", {"sites_treated": 2}, {"sites_treated": 1})

    def test_two_covariates_need_four_sites_in_each_arm(self) -> None:
        trial = trial_of(np.random.default_rng(5))
        sites = tuple(f"{treated}{i % (3 if treated else 5)}" for i, treated in enumerate(trial.treated))
        result = compared(replace(trial, clusters=sites)).adjusted
        assert result == TooLittle("randomized_comparison_adjusted", {"sites_treated": 4}, {"sites_treated": 3})

    def test_the_adjusted_error_is_that_of_clusters(self) -> None:
        trial = trial_of(np.random.default_rng(5), people=400)
        sites = tuple(f"{treated}{i % 12}" for i, treated in enumerate(trial.treated))
        result = estimate(adjusted_difference(replace(trial, clusters=sites)))
        assert result.degrees_of_freedom == 22
        assert 0.05 < result.standard_error < 0.2


class TestBalance:
    def test_an_unlucky_lot_is_a_finding(self) -> None:
        trial = trial_of(np.random.default_rng(6))
        assert trial.covariates is not None
        unlucky = trial.covariates + np.column_stack((0.6 * trial.treated, 0 * trial.treated))
        result = compared(replace(trial, covariates=unlucky))
        assert result.balance is not None
        assert not result.balance.comparable
        (finding,) = (found for found in result.plain.findings if found.code == "baselines_differ")
        assert finding.names == ("score before",)


class TestRefused:
    def test_gaps(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        outcomes = trial.outcomes.copy()
        outcomes[3] = math.nan
        with pytest.raises(InvalidError, match="outcomes"):
            randomized_comparison(replace(trial, outcomes=outcomes))

    def test_an_empty_arm(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        with pytest.raises(InvalidError, match="both arms"):
            randomized_comparison(replace(trial, treated=np.zeros(200, dtype=bool)))

    def test_no_spread(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        with pytest.raises(InvalidError, match="how sure"):
            randomized_comparison(Trial(np.full(200, 0.1), trial.treated))

    def test_shapes_that_do_not_fit(self) -> None:
        trial = trial_of(np.random.default_rng(1))
        with pytest.raises(InvalidError):
            randomized_comparison(replace(trial, treated=trial.treated[:10]))
        with pytest.raises(InvalidError):
            randomized_comparison(replace(trial, names=("one",)))
        with pytest.raises(InvalidError):
            randomized_comparison(replace(trial, covariates=np.empty((200, 0)), names=()))
        with pytest.raises(InvalidError):
            randomized_comparison(replace(trial, clusters=("one",)))
