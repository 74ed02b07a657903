"""Sentences about the readiness of roles and sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lei.evidence.estimate import TooLittle
from lei.evidence.finding_words import too_little_sentence
from lei.evidence.readiness import ReadinessAhead, RosterMonth
from lei.language import N_, _, ngettext
from lei.numbers import whole, with_decimals
from lei.periods import Grain, Period, period_label
from lei.reports.sentences import READINESS_LINE
from lei.services.words.segment_words import name_of

NOTHING = N_(
    "No roster has been sent for these roles and sites: send `role_readiness_rate` by role and unit, month by month."
)
# Exact 0 and 100 percent of fewer than 20 people would tell of each of them.
OF_FEW: Mapping[str, str] = {"none_of_few": N_("under 10%"), "all_of_few": N_("over 90%")}


def level_sentence(segment: Mapping[str, str], roster: RosterMonth) -> str:
    """`Nurse, North: 62% ready in October 2026 (31 of 50 heads).`"""
    # For translators: {name} is a role and a site; heads are people that a roster counts.
    return _("{name}: {share}% ready in {month} ({ready} of {required} heads).").format(
        name=name_of(segment),
        share=whole(roster.readiness),
        month=month_name(roster.month),
        ready=whole(roster.ready),
        required=whole(roster.required),
    )


def level_of_few_sentence(segment: Mapping[str, str], month: int, shown: str) -> str:
    """The same where the exact level would tell of each person, and why there is no forecast."""
    # For translators: {share} is `under 10%` or `over 90%`.
    return _(
        "{name}: {share} ready in {month}. Of so few people that is not shown more exactly, and a forecast would give "
        "it away."
    ).format(name=name_of(segment), share=_(OF_FEW[shown]), month=month_name(month))


def forecast_sentence(ahead: ReadinessAhead) -> str:
    """What is expected of the last month of a forecast, and how far off the same method was before."""
    # For translators: {error} is a number of points, {count} a number of tests.
    return ngettext(
        "For {month} {share}% is expected (95% interval {low}% to {high}%); so far ahead, the same method was off by "
        "{error} points on the average of {count} test against the past.",
        "For {month} {share}% is expected (95% interval {low}% to {high}%); so far ahead, the same method was off by "
        "{error} points on the average of {count} tests against the past.",
        ahead.back_tests,
    ).format(
        month=month_name(ahead.month),
        share=whole(ahead.readiness),
        low=whole(ahead.ci_low),
        high=whole(ahead.ci_high),
        error=with_decimals(ahead.mean_error, 1),
        count=whole(ahead.back_tests),
    )


def certificates_sentence(certificates: float) -> str:
    """How many certificates run out in the next two months; empty for none."""
    number = round(certificates)
    text = ngettext(
        "{count} certificate expires within two months.", "{count} certificates expire within two months.", number
    )
    return text.format(count=whole(number)) if number else ""


def too_short_sentence(lacking: TooLittle) -> str:
    """Not enough history, said plainly, and how much it would take."""
    return sentences([_("Not enough history for a forecast."), too_little_sentence(lacking)])


def small_group_sentence(segment: Mapping[str, str]) -> str:
    """That a group is not shown, without how small it or its neighbor is."""
    return _("{name}: not shown, so that nobody can be singled out in a small group.").format(name=name_of(segment))


def old_roster_sentence(segment: Mapping[str, str], month: int | None, asked: Period) -> str:
    """That nothing recent is known."""
    if month is None:
        return _("{name}: no roster that can be shown says how many heads are required.").format(name=name_of(segment))
    # For translators: both are months.
    return _("{name}: the newest roster is of {month}, too old for {asked}.").format(
        name=name_of(segment), month=month_name(month), asked=period_label(asked)
    )


def fault_sentence(segment: Mapping[str, str], month: int, fault: str) -> str:
    """That the roster of a month cannot be as it was sent, and why."""
    told = _("{name}: the roster of {month} cannot be used.").format(name=name_of(segment), month=month_name(month))
    return f"{told} {fault}"


def risks_sentence(shown: int, now: int, ahead: int, certificates: float) -> str:
    """How many of the places shown are at risk, and by what."""
    if not shown:
        return _("No role or site has a roster that can be shown.")
    # For translators: the {places} of `Of {places} shown, 2 are under 60% readiness now.`
    places = ngettext("{count} role or site", "{count} roles and sites", shown).format(count=whole(shown))
    text = _risks_now_and_ahead(now, ahead) if ahead else _risks_now(now)
    told = text.format(places=places, now=now, ahead=ahead, line=whole(READINESS_LINE))
    return sentences([told, certificates_sentence(certificates)])


def _risks_now(now: int) -> str:
    # For translators: {places} is such as `12 roles and sites`, {now} how many of them are under the line of {line}%.
    return ngettext(
        "Of {places} shown, {now} is under {line}% readiness now.",
        "Of {places} shown, {now} are under {line}% readiness now.",
        now,
    )


def _risks_now_and_ahead(now: int, ahead: int) -> str:
    # For translators: as before; {ahead} are above the line now, and expected under it.
    if now == 1:
        return ngettext(
            "Of {places} shown, {now} is under {line}% readiness now, {ahead} more is expected under it within three "
            "months.",
            "Of {places} shown, {now} is under {line}% readiness now, {ahead} more are expected under it within three "
            "months.",
            ahead,
        )
    return ngettext(
        "Of {places} shown, {now} are under {line}% readiness now, {ahead} more is expected under it within three "
        "months.",
        "Of {places} shown, {now} are under {line}% readiness now, {ahead} more are expected under it within three "
        "months.",
        ahead,
    )


def month_name(month: int) -> str:
    """The month of an ordinal, such as `October 2026`."""
    return period_label(Period(month, Grain.MONTH))


def sentences(parts: Sequence[str]) -> str:
    """Several sentences as one text."""
    return " ".join(part for part in parts if part)
