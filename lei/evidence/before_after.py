"""The change of a KPI after a program started, in the units that have it: nothing says what else changed then.

Within a unit every month counts once; units weigh by the people behind them, so that the effect is that of the average
person. From three units on, the units are the observations: their changes differ by all that differs between sites,
which the months of one site do not show. With one or two, the months are (finding `months_as_observations`): the
interval then speaks of the usual variation from month to month alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lei.errors import InvalidError
from lei.evidence.autocorrelation import STRONG_AUTOCORRELATION, noise_of
from lei.evidence.estimate import Bools, Estimate, Finding, Floats, Ints, Result
from lei.evidence.inputs import LARGEST, refuse_no_error, varies
from lei.evidence.minimums import MINIMUMS, NO_OTHER, check, short_of_good
from lei.evidence.panel_data import Panel
from lei.evidence.relative import relative_to
from lei.evidence.t_interval import Interval, t_interval
from lei.language import N_, _
from lei.periods import MONTHS_A_YEAR

METHOD = "before_after"
UNITS_AS_OBSERVATIONS = 3
# A window of one month has no variation of its own.
SMALLEST = {"months_before": 2, "months_after": 2, "people": 1}
SAME_SHARE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Treated units [U] with starts [U], values and cases [U, T], and the cells [U, T] compared: `before` and `after`.

    gaps: cells of either window without a value.
    """

    units: tuple[str, ...]
    starts: Ints
    values: Floats
    cases: Floats
    before: Bools
    after: Bools
    gaps: int

    def only(self, kept: Bools) -> _Windows:
        """The windows of the units that are kept."""
        units = tuple(unit for unit, keep in zip(self.units, kept, strict=True) if keep)
        return _Windows(
            units,
            self.starts[kept],
            self.values[kept],
            self.cases[kept],
            self.before[kept],
            self.after[kept],
            self.gaps,
        )


def before_after(
    panel: Panel, lag: int = 0, at_least: Mapping[str, float] = NO_OTHER, *, year_before: bool = False
) -> Result:
    """The mean of the months after minus that of the months before, over the treated units of `panel`.

    lag: months from each unit's start that are left out. year_before: compare every month after with the same month of
    earlier years alone. A unit that lacks months is left out (finding `units_left_out`). With three units or more: a
    t interval over their changes, weighted by their mean cases; the units count as their effective number (sum w)^2 /
    sum w^2 (Kish 1965, Survey sampling), which lowers the degrees of freedom where one unit outweighs the others. With
    fewer: a t interval over the months of the units together. Findings besides: `other_season` (how far the
    months of the year overlap, 0 to 1), `gaps`, `autocorrelated` (of months as observations), `below_good`.
    details: level_before, level_after, people, units_effective. Raises InvalidError for infinite values, a value
    without cases, a negative lag, and where nothing varies.
    """
    windows = _windows(_checked(panel), lag, year_before)
    months = np.column_stack([windows.before.sum(axis=1), windows.after.sum(axis=1)])
    needed = {**MINIMUMS[METHOD].needed, **at_least}
    needed = {name: max(amount, SMALLEST.get(name, 0)) for name, amount in needed.items()}
    enough = (months[:, 0] >= needed["months_before"]) & (months[:, 1] >= needed["months_after"])
    kept = windows.only(enough if enough.any() else np.ones_like(enough))
    found = _found(kept)
    if lacking := check(METHOD, found, needed):
        return lacking
    left_out = tuple(unit for unit, keep in zip(windows.units, enough, strict=True) if not keep)
    return _estimate(kept, found, _findings(kept, found, left_out))


def _checked(panel: Panel) -> Panel:
    there = ~np.isnan(panel.values[panel.treated])
    values, cases = panel.values[panel.treated][there], panel.cases[panel.treated][there]
    if (np.abs(values) > LARGEST).any():
        raise InvalidError("A monthly value is infinite or too large to compute with.")
    if not ((cases > 0) & (cases <= LARGEST)).all():
        raise InvalidError("Each monthly value needs the number of cases behind it, a finite number above 0.")
    return panel


def _windows(panel: Panel, lag: int, year_before: bool) -> _Windows:
    if lag < 0:
        raise InvalidError(f"The lag must be 0 months or more, and it is {lag}.")
    treated = panel.treated
    values, starts = panel.values[treated], panel.starts[treated][:, np.newaxis]
    months = np.arange(values.shape[1])
    before, after = months < starts, months >= starts + lag
    if year_before:
        before &= _in_the_same_months(after & ~np.isnan(values))
    there = ~np.isnan(values)
    gaps = int(((before | after) & ~there).sum())
    units = tuple(unit for unit, one in zip(panel.units, treated, strict=True) if one)
    return _Windows(units, panel.starts[treated], values, panel.cases[treated], before & there, after & there, gaps)


def _in_the_same_months(cells: Bools) -> Bools:
    """Cells [U, T] whose month of the year is among that unit's `cells`."""
    same = np.zeros_like(cells)
    for month in range(min(MONTHS_A_YEAR, cells.shape[1])):
        same[:, month::MONTHS_A_YEAR] = cells[:, month::MONTHS_A_YEAR].any(axis=1, keepdims=True)
    return same


def _found(windows: _Windows) -> dict[str, float]:
    """What there is: the months of the unit with the fewest, and the people of the window with fewer."""
    if not windows.units:
        return {"months_before": 0, "months_after": 0, "people": 0}
    people = [float(_mean(windows.cases, cells).sum()) for cells in (windows.before, windows.after)]
    months = [int(cells.sum(axis=1).min()) for cells in (windows.before, windows.after)]
    if len(windows.units) < UNITS_AS_OBSERVATIONS:
        months = [_together(windows, cells)[0].size for cells in (windows.before, windows.after)]
    return {"months_before": months[0], "months_after": months[1], "people": min(people)}


def _estimate(windows: _Windows, found: Mapping[str, float], findings: tuple[Finding, ...]) -> Estimate:
    weights = _weights(windows)
    effective = 1 / float(weights @ weights)
    changes = _mean(windows.values, windows.after) - _mean(windows.values, windows.before)
    if len(windows.units) >= UNITS_AS_OBSERVATIONS:
        level_before = float(weights @ _mean(windows.values, windows.before))
        effect, sure = _over_units(changes, weights)
    else:
        level_before, effect, sure, cautions = _over_months(windows)
        findings += cautions
    return Estimate(
        method=METHOD,
        effect=effect,
        ci_low=sure.low,
        ci_high=sure.high,
        standard_error=sure.standard_error,
        p_value=sure.p_value,
        n_treated=float(windows.cases[windows.before | windows.after].sum()),
        units_treated=len(windows.units),
        before=int(found["months_before"]),
        after=int(found["months_after"]),
        degrees_of_freedom=sure.degrees_of_freedom,
        relative=relative_to(level_before, effect),
        findings=findings,
        details={
            "level_before": level_before,
            "level_after": level_before + effect,
            "people": found["people"],
            "units_effective": effective,
        },
    )


def _over_units(changes: Floats, weights: Floats) -> tuple[float, Interval]:
    """The weighted mean of changes [U] and its t interval: variance sum w (d - mean)^2 / (1 - sum w^2) x sum w^2."""
    effect, concentration = float(weights @ changes), float(weights @ weights)
    if not varies(changes):
        raise InvalidError(_("All units changed by the same amount, so nothing can be said about how sure that is."))
    variance = float(weights @ (changes - effect) ** 2) / (1 - concentration)
    return effect, t_interval(effect, float(np.sqrt(variance * concentration)), max(1 / concentration - 1, 1))


def _over_months(windows: _Windows) -> tuple[float, float, Interval, tuple[Finding, ...]]:
    """Level before, effect, its t interval over the months of the units together, and what to beware of.

    The error allows for months that resemble their neighbours (`lei.evidence.autocorrelation`).
    """
    at_before, before = _together(windows, windows.before)
    at_after, after = _together(windows, windows.after)
    n, m = before.size, after.size
    means = np.zeros((n + m, n + m))
    means[:n, :n], means[n:, n:] = 1 / n, 1 / m
    noise = noise_of(np.eye(n + m) - means, np.concatenate([before, after]), np.concatenate([at_before, at_after]))
    effect = float(after.mean() - before.mean())
    error = noise.error(np.concatenate([np.full(n, -1 / n), np.full(m, 1 / m)]))
    refuse_no_error(error, N_("The months do not differ from each other, so nothing shows how sure the difference is."))
    sure = t_interval(effect, error, n + m - 2)
    cautions: tuple[Finding, ...] = (Finding("months_as_observations", {"units": len(windows.units)}, windows.units),)
    if noise.autocorrelation >= STRONG_AUTOCORRELATION:
        cautions += (Finding("autocorrelated", {"autocorrelation": noise.autocorrelation}),)
    return float(before.mean()), effect, sure, cautions


def _together(windows: _Windows, cells: Bools) -> tuple[Ints, Floats]:
    """Months counted from each unit's own start, and the weighted mean of the units in those that all of them have."""
    months = cells.shape[1]
    aligned = np.full((len(windows.units), 2 * months), np.nan)
    for unit, start in enumerate(windows.starts.clip(0, months)):  # a start may still lie ahead
        aligned[unit, months - start : 2 * months - start] = np.where(cells[unit], windows.values[unit], np.nan)
    series = _weights(windows) @ aligned
    at = np.flatnonzero(~np.isnan(series))
    return at - months, series[at]


def _weights(windows: _Windows) -> Floats:
    """Shares [U] of the units: by their mean cases over both windows."""
    cases = _mean(windows.cases, windows.before | windows.after)
    shares: Floats = cases / cases.sum() if cases.any() else cases
    return shares


def _findings(windows: _Windows, found: Mapping[str, float], left_out: tuple[str, ...]) -> tuple[Finding, ...]:
    findings = short_of_good(METHOD, found)
    if left_out:
        findings += (Finding("units_left_out", {"units": len(left_out)}, left_out),)
    if windows.gaps:
        findings += (Finding("gaps", {"months": windows.gaps}),)
    overlap = float(np.minimum(_months_of_year(windows.before), _months_of_year(windows.after)).sum(axis=1).min())
    if overlap < 1 - SAME_SHARE:
        findings += (Finding("other_season", {"overlap": overlap}),)
    return findings


def _months_of_year(cells: Bools) -> Floats:
    """Shares [U, 12] of the months of the year among each unit's cells [U, T]."""
    counts = np.column_stack([cells[:, month::MONTHS_A_YEAR].sum(axis=1) for month in range(MONTHS_A_YEAR)])
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _mean(array: Floats, cells: Bools) -> Floats:
    """The mean [U] of the cells [U, T] of each unit; 0 where a unit has none."""
    sums = np.where(cells, array, 0).sum(axis=1)
    means: Floats = sums / np.maximum(cells.sum(axis=1), 1)
    return means
