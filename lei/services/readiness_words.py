"""Sentences about the readiness of roles and sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lei.evidence.estimate import TooLittle
from lei.evidence.finding_words import too_little_sentence
from lei.evidence.readiness import ReadinessAhead, RosterMonth
from lei.numbers import counted, whole, with_decimals
from lei.periods import Grain, Period, period_label
from lei.reports.sentences import READINESS_LINE
from lei.services.segment_words import name_of

NOTHING = (
    "No roster has been sent for these roles and sites: send `role_readiness_rate` by role and unit, month by month."
)
# Exact 0 and 100 percent of fewer than 20 people would tell of each of them.
OF_FEW: Mapping[str, str] = {"none_of_few": "under 10%", "all_of_few": "over 90%"}


def level_sentence(segment: Mapping[str, str], roster: RosterMonth) -> str:
    """`Nurse, North: 62% ready in October 2026 (31 of 50 heads).`"""
    heads = f"{whole(roster.ready)} of {whole(roster.required)} heads"
    return f"{name_of(segment)}: {percent(roster.readiness)} ready in {month_name(roster.month)} ({heads})."


def level_of_few_sentence(segment: Mapping[str, str], month: int, shown: str) -> str:
    """The same where the exact level would tell of each person, and why there is no forecast."""
    return (
        f"{name_of(segment)}: {OF_FEW[shown]} ready in {month_name(month)}. "
        "Of so few people that is not shown more exactly, and a forecast would give it away."
    )


def forecast_sentence(ahead: ReadinessAhead) -> str:
    """What is expected of the last month of a forecast, and how far off the same method was before."""
    return (
        f"For {month_name(ahead.month)} {percent(ahead.readiness)} is expected "
        f"(95% interval {percent(ahead.ci_low)} to {percent(ahead.ci_high)}); "
        f"so far ahead, the same method was off by {with_decimals(ahead.mean_error, 1)} points on the average of "
        f"{counted(ahead.back_tests, 'test', 'tests')} against the past."
    )


def certificates_sentence(certificates: float) -> str:
    """How many certificates run out in the next two months; empty for none."""
    number = round(certificates)
    verb = "expires" if number == 1 else "expire"
    return f"{counted(number, 'certificate', 'certificates')} {verb} within two months." if number else ""


def too_short_sentence(lacking: TooLittle) -> str:
    """Not enough history, said plainly, and how much it would take."""
    return f"Not enough history for a forecast. {too_little_sentence(lacking)}"


def small_group_sentence(segment: Mapping[str, str]) -> str:
    """That a group is not shown, without how small it or its neighbor is."""
    return f"{name_of(segment)}: not shown, so that nobody can be singled out in a small group."


def old_roster_sentence(segment: Mapping[str, str], month: int | None, asked: Period) -> str:
    """That nothing recent is known."""
    if month is None:
        return f"{name_of(segment)}: no roster that can be shown says how many heads are required."
    return f"{name_of(segment)}: the newest roster is of {month_name(month)}, too old for {period_label(asked)}."


def fault_sentence(segment: Mapping[str, str], month: int, fault: str) -> str:
    """That the roster of a month cannot be as it was sent, and why."""
    return f"{name_of(segment)}: the roster of {month_name(month)} cannot be used. {fault}"


def risks_sentence(shown: int, now: int, ahead: int, certificates: float) -> str:
    """How many of the places shown are at risk, and by what."""
    if not shown:
        return "No role or site has a roster that can be shown."
    of_all = f"Of {counted(shown, 'role or site', 'roles and sites')} shown,"
    counts = f"{now} {_are(now)} under {percent(READINESS_LINE)} readiness now"
    parts = [f"{of_all} {counts}", f"{ahead} more {_are(ahead)} expected under it within three months" if ahead else ""]
    said = ", ".join(part for part in parts if part) + "."
    return " ".join(part for part in (said, certificates_sentence(certificates)) if part)


def percent(number: float) -> str:
    """A level as whole percent."""
    return f"{whole(number)}%"


def month_name(month: int) -> str:
    """The month of an ordinal, such as `October 2026`."""
    return period_label(Period(month, Grain.MONTH))


def sentences(parts: Sequence[str]) -> str:
    """Several sentences as one text."""
    return " ".join(part for part in parts if part)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
