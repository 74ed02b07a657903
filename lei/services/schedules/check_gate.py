"""What is wrong with the gate, the approval and the owner of a schedule."""

from __future__ import annotations

from collections.abc import Iterator

from lei.errors import Problem
from lei.services.schedules.calendar_words import TIME_OF_DAY
from lei.storage.schedules import Gate, SchedulePlan

LONGEST_WAIT = 60  # days
OLDEST_DATA = 366  # days
_ALL = 100.0  # percent


def gate_problems(plan: SchedulePlan) -> Iterator[Problem]:
    """Every field at fault, but for the form of the owner's address."""
    if plan.owner is None and (plan.gate is not None or plan.approval):
        what = "A gate" if plan.gate is not None else "An approval"
        text = f"{what} needs an `owner`: the e-mail address of who is told when a run waits."
        yield Problem("owner", "required", text)
    if plan.gate is not None:
        yield from _threshold_problems(plan.gate)
        yield from _deadline_problems(plan.gate)


def _threshold_problems(gate: Gate) -> Iterator[Problem]:
    if gate.min_coverage is None and gate.max_age_days is None:
        yield Problem("gate", "empty", "A gate asks for `min_coverage`, for `max_age_days`, or for both.")
    if gate.min_coverage is not None and not 1.0 < gate.min_coverage <= _ALL:
        share = 0.0 < gate.min_coverage <= 1.0
        hint = f"Write {100 * gate.min_coverage:g} for {100 * gate.min_coverage:g}%." if share else None
        text = f"The coverage is a percentage above 1, up to 100. {hint or ''}".strip()
        yield Problem("gate.min_coverage", "invalid", text, hint=hint)
    if gate.max_age_days is not None and not 0 < gate.max_age_days <= OLDEST_DATA:
        yield Problem("gate.max_age_days", "invalid", f"The newest data may be 1 to {OLDEST_DATA} days old.")


def _deadline_problems(gate: Gate) -> Iterator[Problem]:
    if not 0 <= gate.deadline_days <= LONGEST_WAIT:
        yield Problem("gate.deadline_days", "invalid", f"A run waits for 0 to {LONGEST_WAIT} days.")
    if gate.deadline_at is not None and not TIME_OF_DAY.fullmatch(gate.deadline_at):
        text = f"'{gate.deadline_at}' is no time of the day; write hours and minutes, such as 17:00."
        yield Problem("gate.deadline_at", "invalid", text)
