"""Reads the signals of the links before the KPI: each measure before the program against now, in values and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from lei.catalog.curve import goalposts_of
from lei.catalog.measure import Measure
from lei.catalog.program_types import usual_delays
from lei.evidence.chain import Signal
from lei.evidence.estimate import Estimate
from lei.evidence.group_differences import mean_difference, percent_difference
from lei.evidence.leading_to_lagging import LEADING_LINKS
from lei.evidence.links import Link
from lei.evidence.samples import Sample, Share
from lei.language import _
from lei.letters import name_in_sentence
from lei.periods import Grain, Period
from lei.services.chain.link_signals import candidate_signals
from lei.services.chain.program_chain import Months
from lei.services.chain.program_series import MonthSeries, read_series
from lei.storage.program_plans import Plan
from lei.storage.rollup_columns import Floats
from scoring.normalise import normalise_columns

# Where a group stands now: the newest months, as many as a baseline has at least. Our own policy.
MONTHS_READ = 3
# As for a KPI before and after: with fewer months on either side their spread says nothing.
FEWEST_MONTHS = 3
PERCENT = 100
_ROUNDING = 1e-9
# What is seen at work and what people report themselves are two views of the same: both are read where both are there.
APPLICATION = ("behavior_change_rate", "training_application_rate")


@dataclass(frozen=True, slots=True)
class _Level:
    """A measure over some months: value by its own roll-up, cases, newest month and its source, scores by month."""

    value: float
    cases: float
    newest: Period
    source: str
    scores: Floats


def months_before(plan: Plan) -> Months | None:
    """The months that stand for the time before: the baseline of the primary KPI, else the last ones before launch."""
    if plan.launch_month is None:
        return None
    kpi = plan.primary_kpi
    if kpi is not None and kpi.baseline.last_month < plan.launch_month:
        return _months(kpi.baseline.first_month, kpi.baseline.last_month)
    return _months(plan.launch_month - MONTHS_READ, plan.launch_month - 1)


def read_from(plan: Plan, link: Link) -> Period | None:
    """The first month in which a link can show anything: launch and its shortest usual delay, a KPI its own lag."""
    if plan.launch_month is None:
        return None
    kpi = plan.primary_kpi
    planned = kpi.expected_lag_months if link is Link.BUSINESS_KPI and kpi is not None else usual_delays()[link].least
    return Period(plan.launch_month + planned, Grain.MONTH)


def months_after(plan: Plan, link: Link, last: Period) -> Months | None:
    """The newest months, three at most, in which the link can show anything; None where there is none yet."""
    start = read_from(plan, link)
    if start is None or last < start:
        return None
    return max(start, last.shift(1 - MONTHS_READ)), last


def read_link_signals(
    session: Session, plan: Plan, last: Period, min_group_size: int
) -> Mapping[Link, tuple[Signal, ...]]:
    """The signals of the four links before the KPI as known at the end of the month `last`.

    Of the default measures the first with data on both sides carries a link; of those that the plan names, all do.
    Small groups are left out. Nothing is read before the plan has a launch month.
    """
    before = months_before(plan)
    if before is None or last < before[0]:
        return {}
    candidates = candidate_signals(plan)
    keys = [key for link in LEADING_LINKS for key in candidates[link]]
    series = read_series(session, plan.where, keys, (before[0], last), min_group_size)
    found = {}
    for link in LEADING_LINKS:
        after = months_after(plan, link, last)
        signals = [] if after is None else _signals(series, candidates[link], before, after)
        found[link] = tuple(signals) if link in plan.link_signals else _carriers(signals)
    return found


def read_people_reached(session: Session, plan: Plan, last: Period, min_group_size: int) -> int:
    """How many people took part by the end of the month `last`, as far as a share of people tells; else 0.

    The newest audience reach times its audience; without one, the most who took part in any month.
    """
    if plan.launch_month is None or last.first_month < plan.launch_month:
        return 0
    months = Period(plan.launch_month, Grain.MONTH), last
    found = read_series(session, plan.where, ["audience_reach", "participation_rate"], months, min_group_size)
    counts = {key: series.values * series.cases / PERCENT for key, series in found.items()}
    if "audience_reach" in counts:
        reached = counts["audience_reach"]
        return round(float(reached[~np.isnan(reached)][-1]))
    return round(float(np.nanmax(counts["participation_rate"]))) if counts else 0


def _carriers(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The first signal; with it the other view of application on the job, where it is one."""
    first = signals[:1]
    if first and first[0].measure in APPLICATION:
        return tuple(signal for signal in signals if signal.measure in APPLICATION)
    return tuple(first)


def _signals(series: Mapping[str, MonthSeries], measures: Sequence[str], before: Months, after: Months) -> list[Signal]:
    """Those that have values in both windows; a measure without goalposts has no points, so it carries no link."""
    signals = []
    for key in measures:
        one = series.get(key)
        if one is None or not one.measure.scorable:
            continue
        old, new = _level(one.between(*before)), _level(one.between(*after))
        if old is not None and new is not None:
            signals.append(_signal(one.measure, old, new))
    return signals


def _signal(measure: Measure, old: _Level, new: _Level) -> Signal:
    start, end = _points(measure, [old.value, new.value])
    return Signal(
        measure=measure.key,
        name=name_in_sentence(_(measure.display_name)),
        before=old.value,
        after=new.value,
        unit=measure.unit_words or measure.unit,
        change=float(end - start),
        n=min(old.cases, new.cases),
        minimum=measure.min_n_reliable,
        period=new.newest,
        source=new.source,
        interval=_interval(measure, old, new),
    )


def _level(months: MonthSeries) -> _Level | None:
    """The value of the months together, as the measure is rolled up over time; None where no month has one to show."""
    known = np.flatnonzero(~np.isnan(months.values) & (months.cases > 0))
    if known.size == 0:
        return None
    values, cases, newest = months.values[known], months.cases[known], int(known[-1])
    if months.measure.time_rollup == "last":
        value, count = float(values[-1]), float(cases[-1])
    else:
        # What adds up over months is compared by the month, since the windows may have different lengths.
        weights = None if months.measure.time_rollup == "sum" else cases
        value, count = float(np.average(values, weights=weights)), float(cases.sum())
    scores = _points(months.measure, values)
    return _Level(value, count, months.first.shift(newest), months.sources[newest], scores)


def _interval(measure: Measure, old: _Level, new: _Level) -> tuple[float, float] | None:
    """Of the change in points: by the cases where the value is a share of them, else by how much the months differ."""
    if measure.direction == "target_is_best":
        return None
    if measure.is_share_of_cases:
        return _interval_by_cases(measure, old, new)
    return None if measure.time_rollup == "last" else _interval_by_months(old, new)


def _interval_by_cases(measure: Measure, old: _Level, new: _Level) -> tuple[float, float] | None:
    if not all(-_ROUNDING <= level.value <= PERCENT + _ROUNDING for level in (old, new)):
        return None  # reported all the same: no share of its cases
    now, then = (Share(level.cases * min(max(level.value, 0), PERCENT) / PERCENT, level.cases) for level in (new, old))
    found = percent_difference(now, then, {"cases": measure.min_n_reliable})
    if not isinstance(found, Estimate):
        return None
    start, low, high = _points(measure, [old.value, old.value + found.ci_low, old.value + found.ci_high])
    ends = sorted((float(low - start), float(high - start)))
    return ends[0], ends[1]


def _interval_by_months(old: _Level, new: _Level) -> tuple[float, float] | None:
    """Welch's, of the monthly scores; None where the months are too few, or do not differ at all."""
    if min(old.scores.size, new.scores.size) < FEWEST_MONTHS or not (np.ptp(old.scores) or np.ptp(new.scores)):
        return None
    now, then = (Sample(float(s.mean()), float(s.std(ddof=1)), s.size) for s in (new.scores, old.scores))
    found = mean_difference(now, then, {"cases": FEWEST_MONTHS})
    return (found.ci_low, found.ci_high) if isinstance(found, Estimate) else None


def _points(measure: Measure, values: Sequence[float] | Floats) -> Floats:
    """Scores by the goalposts of the catalogue."""
    column = np.asarray(values, dtype=np.float64)[:, None]
    return np.asarray(normalise_columns(column, [goalposts_of(measure)])[:, 0])


def _months(first: int, last: int) -> Months:
    return Period(first, Grain.MONTH), Period(last, Grain.MONTH)
