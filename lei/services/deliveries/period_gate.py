"""Whether the data of a period are complete enough for its scorecards, by the gate of a schedule, and what they lack.

- Coverage is the share of the index's weight whose measures have data of the period's last month; for a quarter or a
  year that is the sign that it is in, since coarser figures are booked in the month that they end in. A value carried
  forward is no data of the period; one that is hidden for its small group is.
- With `by`, each value that would get a scorecard must be covered. One without any data gets none and is not missed.
- Freshness is when the newest data of all came in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lei.errors import InvalidError
from lei.language import _, ngettext, speaking
from lei.numbers import general, joined, whole
from lei.periods import Grain, Period, day_label, period_label
from lei.reports.wording import labelled
from lei.services.scores.score import score
from lei.services.scores.score_report import MeasureScore, Score, ScoreQuery, ScoreReport
from lei.storage.measures import read_measures
from lei.storage.schedules import Gate, SchedulePlan

_NAMED_MEASURES, _NAMED_GROUPS = 3, 3
_SUM_ERROR = 1e-9  # of adding up weights


def gate_fault(session: Session, plan: SchedulePlan, period: Period, min_group_size: int, now: datetime) -> str:
    """In sentences, what the data of the period lack by the gate of the plan; empty when it is open, or there is none.

    Raises InvalidError as scoring does, but for a scope that has no data at all.
    """
    if plan.gate is None:
        return ""
    last = Period(period.last_month, Grain.MONTH)
    by = () if plan.by is None else (plan.by,)
    try:
        report = score(session, ScoreQuery(Grain.MONTH, last, last, by, plan.where), min_group_size)
    except InvalidError as error:
        if {problem.code for problem in error.problems} != {"unknown_value"}:
            raise
        # A region or program that nobody has reported about yet is just what one waits for.
        return error.problems[0].message
    names = {key: _(stored.measure.display_name) for key, stored in read_measures(session).items()}
    faults = [*_coverage_faults(plan, report, last, names), _age_fault(plan.gate, report.data_as_of, now)]
    return " ".join(fault for fault in faults if fault)


def fault_for_readers(session: Session, plan: SchedulePlan, period: Period, min_group_size: int, now: datetime) -> str:
    """The same as `gate_fault` in the language of the scorecards, to stand on them."""
    with speaking(plan.language):
        return gate_fault(session, plan, period, min_group_size, now)


def deadline_of(gate: Gate, scheduled_for: datetime, timezone: ZoneInfo) -> datetime:
    """Until when a run that was due at an instant waits."""
    local = scheduled_for.astimezone(timezone)
    at = local.time() if gate.deadline_at is None else time.fromisoformat(gate.deadline_at)
    wall = datetime.combine(local.date() + timedelta(days=gate.deadline_days), at, timezone)
    return wall.astimezone(scheduled_for.tzinfo)


def instant_in_words(instant: datetime) -> str:
    """An instant as a sentence has it, such as `1 December 2026, 06:00 UTC`."""
    return _("{day}, {time} UTC").format(day=day_label(instant), time=f"{instant:%H:%M}")


def _coverage_faults(plan: SchedulePlan, report: ScoreReport, month: Period, names: Mapping[str, str]) -> Iterator[str]:
    least = None if plan.gate is None else plan.gate.min_coverage
    if least is None:
        return
    drawn = [found for found in report.scores if plan.by is None or _gets_a_scorecard(found, plan.by)]
    if not drawn:
        yield _("There is no data of {period} yet.").format(period=period_label(month))
    bare = [found for found in drawn if coverage_of(found) < least - _SUM_ERROR]
    for found in bare[:_NAMED_GROUPS]:
        fault = _coverage_fault(found, least, period_label(month), names)
        yield fault if plan.by is None else labelled(found.segment[plan.by], fault)
    if len(bare) > _NAMED_GROUPS:
        more = len(bare) - _NAMED_GROUPS
        yield ngettext("So it is with {count} more group.", "So it is with {count} more groups.", more).format(
            count=whole(more)
        )


def _coverage_fault(found: Score, least: float, month: str, names: Mapping[str, str]) -> str:
    coverage = coverage_of(found)
    if coverage == 0.0:
        return _("There is no data of {period} yet.").format(period=month)
    # Rounded down: 79.6 of 80 must not read as 80 of 80.
    shown = math.floor(coverage + _SUM_ERROR)
    # For translators: {share}% of the weight has data, {least}% is needed; {measures} is a list of names.
    return _("Coverage {share}%, needs {least}%: no data of {period} yet for {measures}.").format(
        share=shown, least=general(least), period=month, measures=_missing(found, names)
    )


def coverage_of(found: Score) -> float:
    """Percent of the weight with data of the period itself."""
    parts = [
        pillar.weight * measure.weight for pillar in found.pillars for measure in pillar.measures if _has_data(measure)
    ]
    return 100 * math.fsum(parts)


def _missing(found: Score, names: Mapping[str, str]) -> str:
    """The measures without data, the heaviest first."""
    weights = {
        measure.key: pillar.weight * measure.weight
        for pillar in found.pillars
        for measure in pillar.measures
        if not _has_data(measure) and measure.weight > 0
    }
    ordered = [names[key] for key in sorted(weights, key=lambda key: (-weights[key], key))]
    more = len(ordered) - _NAMED_MEASURES
    if more <= 0:
        return joined(ordered)
    # For translators: {names} is the beginning of a list of measures.
    return ngettext("{names} and {count} more", "{names} and {count} more", more).format(
        names=", ".join(ordered[:_NAMED_MEASURES]), count=whole(more)
    )


def _has_data(measure: MeasureScore) -> bool:
    return measure.reason != "no_data" and "stale" not in measure.flags


def _gets_a_scorecard(found: Score, by: str) -> bool:
    return found.reason not in ("small_group", "no_data") and by in found.segment


def _age_fault(gate: Gate, data_as_of: datetime | None, now: datetime) -> str:
    if gate.max_age_days is None:
        return ""
    if data_as_of is None:
        return _("No data has come in yet.")
    if now - data_as_of <= timedelta(days=gate.max_age_days):
        return ""
    return ngettext(
        "The newest data came in on {instant}, more than {count} day ago.",
        "The newest data came in on {instant}, more than {count} days ago.",
        gate.max_age_days,
    ).format(instant=instant_in_words(data_as_of), count=whole(gate.max_age_days))
