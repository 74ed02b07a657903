"""Whether the change of a total comes from the units themselves, or from who reported more and who less."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lei.evidence.balance import COMPARABLE
from lei.evidence.estimate import Bools, Finding, Floats
from lei.evidence.inputs import without_rounding
from lei.evidence.panel_checks import unit_means, usable
from lei.evidence.panel_data import Panel
from lei.evidence.segments import MUCH_LARGER


@dataclass(frozen=True, slots=True)
class MixCheck:
    """The change of the treated units from before to after, in two ways; both without any claim of how sure they are.

    total: of the mean over all cases, as a chart of the total shows it. standardized: of the units, each with the same
    weight before and after. findings: `simpson_reversal` or `mix_of_segments`, with the units that may be named.
    """

    total: float
    standardized: float
    findings: tuple[Finding, ...]


def check_mix(panel: Panel, before: Bools, after: Bools, nameable: Collection[str] = ()) -> MixCheck | None:
    """Compares both for the treated units of `panel` in the months `before` [T] and `after` [T].

    None where fewer than two units have both. nameable: units large enough to be named in a finding. The thresholds are
    those of `lei.evidence.segments`.
    """
    earlier, later = unit_means(panel, before), unit_means(panel, after)
    both = panel.treated & (earlier.cases > 0) & (later.cases > 0)
    if both.sum() < 2:  # noqa: PLR2004 - one unit has no mix
        return None
    change = later.means[both] - earlier.means[both]
    weights = earlier.cases[both] + later.cases[both]
    standardized = float(np.average(change, weights=weights))
    total = _mean(later.means[both], later.cases[both]) - _mean(earlier.means[both], earlier.cases[both])
    against = tuple(
        panel.units[unit]
        for unit, moved in zip(np.flatnonzero(both), change, strict=True)
        if moved * total < 0 and panel.units[unit] in nameable
    )
    apart = abs(without_rounding(total - standardized, abs(total))) > COMPARABLE * _spread(panel, both, before)
    return MixCheck(total, standardized, _findings(total, standardized, against) if apart else ())


def _spread(panel: Panel, units: Bools, months: Bools) -> float:
    values = panel.values[usable(panel) & units[:, None] & months]
    return float(values.std())


def _mean(means: Floats, cases: Floats) -> float:
    return float(np.average(means, weights=cases))


def _findings(total: float, standardized: float, against: tuple[str, ...]) -> tuple[Finding, ...]:
    numbers = {"pooled": total, "standardized": standardized}
    if total * standardized < 0:
        return (Finding("simpson_reversal", numbers, against),)
    if total and abs(total) >= MUCH_LARGER * abs(standardized):
        return (Finding("mix_of_segments", numbers, against),)
    return ()
