"""What the scorecard of an owner says of application on the job, of signing and of what is due. It claims nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from lei.evidence.links import LinkStatus
from lei.numbers import joined, whole
from lei.periods import Period, period_label
from lei.reports.owner_figures import ApplicationFigures, DueFigures, LinkPart
from lei.reports.program_sentences import day_text
from lei.reports.wording import short_months_text

Months = tuple[Period, Period]

# Of one program: how people work now, by what is known of the link.
ONE_PROGRAM: Mapping[str, str] = MappingProxyType(
    {
        LinkStatus.EVIDENCED: "On the job, {signal} moved as planned in {program}, from {before} to {now}.",
        LinkStatus.FLAT: "On the job, {signal} did not change materially in {program}: {before}, then {now}.",
        LinkStatus.ADVERSE: "On the job, {signal} moved the wrong way in {program}, from {before} to {now}.",
        LinkStatus.THIN: "There is too little data to say whether people in {program} work differently on the job.",
        LinkStatus.MISSING: "Whether people in {program} work differently on the job is not measured.",
    }
)
ONE_EARLY = "Whether people in {program} work differently on the job cannot show yet. {from_when}."
# Of several programs: as many sentences as there are kinds of news, the bad ones behind the count.
PROGRAMS_AS_PLANNED = "Application on the job moved as planned in {evidenced} of {all} programs."
PROGRAMS_OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        LinkStatus.ADVERSE: "It moved the wrong way in {programs}.",
        LinkStatus.FLAT: "It did not change materially in {programs}.",
        LinkStatus.THIN: "There is too little data on it in {programs}.",
        LinkStatus.MISSING: "It is not measured in {programs}, or cannot show there yet.",
    }
)
NO_PROGRAM = "None of your programs ran in {period}."
TOO_EARLY = "too early"
READABLE_FROM = "It can be read from {month} on"
MONTHS_COMPARED = "{before}, then {now}"
POINTS = "score {change}"
POINTS_WITH_INTERVAL = "score {change} [{low} to {high}]"
CASES_NEEDED = "{n} of {minimum} needed"

NOTHING_ASKED = "Nothing is asked of you."
ASKED_ONE = "We ask you for one thing, by {day}. {what}."
ASKED_MANY = "We ask you for {number} things, the first by {day}. {what}."
OVERDUE = "{day}, overdue"
SIGN = "Sign what is said of {links} for {quarter}"
DECIDE = "Decide: {what}"
DECIDE_AT_COST = "Decide: {what} ({cost})"
REVIEW = "Review the program"
ALL_OWNERS = "All owners"

NOTHING_TO_SIGN = "Nothing to sign for yet."
SIGNED_BY_BOTH = "Signed for {quarter} by both."
SIGNED_BY_ONE = "Signed for {quarter} by {name} ({side}) alone; {other} ({other_side}) has not signed yet."
SIGNED_BY_NONE = "Nobody has signed for {quarter} yet."
OWNERS = "Owners: {business} (business) and {learning} (learning)."
# The same for the cell of a table, as the reader sees it: has the reader signed, and has the other one?
SIGNED_CELLS: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (True, True): "both have signed",
        (True, False): "you have signed",
        (False, True): "you have not signed yet",
        (False, False): "nobody has signed yet",
    }
)

DRAFT = "{program} is a draft: its plan is not frozen yet."
TO_BE_LAUNCHED = "{program} is to be launched in {month}."
CLOSED = "{program} was closed in {month}."
LEGEND = (
    "Evidenced: enough cases, moved as planned by 2 score points or more, and the 95% interval excludes 0. Points are "
    "those of the score from 0 to 100, above 0 in the planned direction. A link is not proof: it is a step on the path "
    "from learning to the business KPI."
)
# A review that is later than that is no news today.
SOON = timedelta(days=31)


def headline(applications: Sequence[ApplicationFigures], period_text: str) -> str:
    """What moved on the job: in one program with its numbers, in several by their count and the names of the others."""
    if not applications:
        return NO_PROGRAM.format(period=period_text)
    if len(applications) == 1:
        return _one_program(applications[0])
    evidenced = sum(each.behavior.status == LinkStatus.EVIDENCED for each in applications)
    told = [PROGRAMS_AS_PLANNED.format(evidenced=evidenced, all=len(applications))]
    for status, template in PROGRAMS_OTHERWISE.items():
        names = [each.program_name for each in applications if each.behavior.status == status]
        if names:
            told.append(template.format(programs=joined(names)))
    return " ".join(told)


def _one_program(application: ApplicationFigures) -> str:
    behavior, program = application.behavior, application.program_name
    if behavior.status_text == TOO_EARLY:
        return ONE_EARLY.format(program=program, from_when=behavior.months_text)
    first = next(iter(behavior.signals), None)
    return ONE_PROGRAM[behavior.status].format(
        program=program,
        signal=_within(first.name) if first else "",
        before=first.before_text if first else "",
        now=first.now_text if first else "",
    )


def asked(due: Sequence[DueFigures], today: date) -> str:
    """What the owner is asked for, what is due first before all: sign-offs, decisions, and reviews within a month."""
    own = [each for each in due if each.is_own and (each.kind != "review" or each.due_on <= today + SOON)]
    if not own:
        return NOTHING_ASKED
    template = ASKED_ONE if len(own) == 1 else ASKED_MANY
    return template.format(number=len(own), day=own[0].due_text, what=own[0].what.rstrip("."))


def due_day(day: date, today: date) -> str:
    """A day by which something is due, as a reader says it."""
    return OVERDUE.format(day=day_text(day)) if day < today else day_text(day)


def months(before: Months | None, now: Months | None) -> str:
    """Which months are compared; empty where there are none."""
    if before is None or now is None:
        return ""
    return MONTHS_COMPARED.format(before=short_months_text(before), now=short_months_text(now))


def readable_from(month: Period) -> str:
    """From when on a link can be read."""
    return READABLE_FROM.format(month=period_label(month))


def cases_needed(n: float, minimum: float) -> str:
    """How many cases there are where there are too few."""
    return CASES_NEEDED.format(n=whole(n), minimum=whole(minimum))


def sign_off(quarter: Period | None, signed: Collection[str], business: str, learning: str) -> str:
    """Who has signed for a quarter, of the two owners of a link."""
    if quarter is None:
        return NOTHING_TO_SIGN
    label = period_label(quarter)
    sides = {"business": business, "learning": learning}
    done, open_ = ([side for side in sides if (side in signed) is wanted] for wanted in (True, False))
    if not done or not open_:
        return (SIGNED_BY_BOTH if done else SIGNED_BY_NONE).format(quarter=label)
    return SIGNED_BY_ONE.format(
        quarter=label, name=sides[done[0]], side=done[0], other=sides[open_[0]], other_side=open_[0]
    )


def signed_cell(part: LinkPart, sides: Collection[str]) -> str:
    """Who has signed, for a reader who is on these sides of a link; empty where there is nothing to sign yet."""
    if part.business_signed is None or part.learning_signed is None:
        return ""
    signed = {"business": part.business_signed, "learning": part.learning_signed}
    others = [signed[side] for side in signed if side not in sides]
    return SIGNED_CELLS[all(signed[side] for side in sides), all(others)]


def owners(business: str, learning: str) -> str:
    """The two who answer for a link."""
    return OWNERS.format(business=business, learning=learning)


def _within(text: str) -> str:
    """A text inside a sentence: with a small letter, unless it begins as `CSAT` does."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
