"""Correlation across units: chance among few, stability among many, and Simpson's reversal within sites."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.unit_correlation import chance_words, correlate_units


def codes(found: Estimate | TooLittle) -> set[str]:
    """The codes of the findings of an answer."""
    assert isinstance(found, Estimate), found
    return {finding.code for finding in found.findings}


class TestFewUnits:
    def test_ten_units_that_correlate_by_chance_are_not_shown(self) -> None:
        """The best of 200 draws of ten unrelated units correlates highly, and still says nothing."""
        rng = np.random.default_rng(1)
        x, y = max((rng.normal(size=(2, 10)) for _ in range(200)), key=lambda drawn: float(np.corrcoef(drawn)[0, 1]))
        assert np.corrcoef(x, y)[0, 1] > 0.7
        found = correlate_units(x, y)
        assert found == TooLittle("correlation_units", {"units": 30}, {"units": 10})

    def test_the_words_say_what_chance_reaches(self) -> None:
        """Ten units: t of 8 degrees of freedom 2.306, r = 2.306 / root(8 + 5.318) = 0.632."""
        short = TooLittle("correlation_units", {"units": 30}, {"units": 10})
        assert chance_words(short) == (
            "With 10 units, pure chance alone reaches a correlation of 0.63 or more (up or down) in one of twenty "
            "comparisons, so none is shown; 30 units are needed, and 250 for one that is stable."
        )
        assert chance_words(TooLittle("correlation_units", {"units": 30}, {"units": 2})) == (
            "2 units say nothing about a relation; 30 are needed."
        )

    def test_units_without_a_value_do_not_count(self) -> None:
        x = np.arange(30.0)
        y = np.where(x == 4, math.nan, x)
        assert correlate_units(x, y) == TooLittle("correlation_units", {"units": 30}, {"units": 29})


class TestEnoughUnits:
    def test_below_250_it_is_told_that_it_may_still_move(self) -> None:
        rng = np.random.default_rng(2)
        x = rng.normal(size=250)
        y = 0.5 * x + rng.normal(size=250)
        assert "below_good" in codes(correlate_units(x[:249], y[:249]))
        assert "below_good" not in codes(correlate_units(x, y))

    def test_against_scipy(self) -> None:
        from scipy.stats import pearsonr

        rng = np.random.default_rng(3)
        x, y = rng.normal(size=(2, 40))
        found, reference = correlate_units(x, y), pearsonr(x, y)
        assert isinstance(found, Estimate)
        interval = reference.confidence_interval(0.95)
        assert (found.effect, found.ci_low, found.ci_high, found.p_value) == pytest.approx(
            (reference.statistic, interval.low, interval.high, reference.pvalue)
        )


class TestWithinSites:
    def test_simpsons_reversal(self) -> None:
        """Three sites, each falling exactly, the sites themselves rising: r overall above 0, within them -1."""
        within = np.tile(np.arange(10.0), 3)
        site = np.repeat([0.0, 20.0, 40.0], 10)
        found = correlate_units(site + within, site - within, [f"site {number:.0f}" for number in site])
        assert isinstance(found, Estimate)
        assert found.effect > 0.8
        assert found.details["within_sites"] == pytest.approx(-1)
        assert "reversed_within_sites" in codes(found)

    def test_a_relation_of_sites_alone(self) -> None:
        rng = np.random.default_rng(4)
        site = np.repeat(np.arange(5.0) * 10, 10)
        x, y = site + rng.normal(size=50), site + rng.normal(size=50)
        assert "not_clear_within_sites" in codes(correlate_units(x, y, [str(s) for s in site]))

    def test_a_relation_that_holds_within_sites(self) -> None:
        """Against the residuals of both on site dummies; 50 units less 5 means leave 46 cases."""
        rng = np.random.default_rng(5)
        number = np.repeat(np.arange(5), 10)
        x = number + rng.normal(size=50)
        y = number + x + rng.normal(size=50)
        dummies = (number[:, None] == np.arange(5)).astype(float)
        left = [v - dummies @ np.linalg.lstsq(dummies, v, rcond=None)[0] for v in (x, y)]
        found = correlate_units(x, y, [str(s) for s in number])
        assert isinstance(found, Estimate)
        inside = float(np.corrcoef(*left)[0, 1])
        assert found.details["within_sites"] == pytest.approx(inside)
        reach = 1.959964 / math.sqrt(46 - 3)
        assert found.details["within_ci_low"] == pytest.approx(math.tanh(math.atanh(inside) - reach))
        assert not codes(found) & {"reversed_within_sites", "not_clear_within_sites", "sites_unknown"}

    @pytest.mark.parametrize("sites", [None, [str(number) for number in range(40)]])
    def test_sites_that_nobody_knows_or_of_one_unit(self, sites: list[str] | None) -> None:
        x, y = np.random.default_rng(6).normal(size=(2, 40))
        assert "sites_unknown" in codes(correlate_units(x, y, sites))


class TestHostileInput:
    def test_a_value_that_is_the_same_everywhere(self) -> None:
        found = correlate_units(np.full(30, 3.0), np.arange(30.0))
        assert found == TooLittle("correlation_units", {"series_that_vary": 2}, {"series_that_vary": 1})

    def test_refused(self) -> None:
        x = np.arange(30.0)
        with pytest.raises(InvalidError, match="infinite"):
            correlate_units(np.append(x[1:], math.inf), x)
        with pytest.raises(InvalidError, match="one for each"):
            correlate_units(x, x[1:])
        with pytest.raises(InvalidError, match="one for each"):
            correlate_units(x, x, ["a"])
        assert correlate_units([], []) == TooLittle("correlation_units", {"units": 30}, {"units": 0})


class TestNumbersOfEverySize:
    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15), st.sampled_from("abc")), min_size=30))
    def test_numbers_come_out(self, rows: list[tuple[float, float, str]]) -> None:
        x, y, sites = zip(*rows, strict=True)
        found = correlate_units(x, y, sites)
        if isinstance(found, Estimate):
            assert -1 <= found.ci_low <= found.effect + 1e-9 <= found.ci_high + 2e-9 <= 1 + 3e-9
            assert 0 <= found.p_value <= 1
            assert all(math.isfinite(number) for number in found.details.values())
