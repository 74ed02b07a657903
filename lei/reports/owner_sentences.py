"""What the scorecard of an owner says of application on the job, of signing and of what is due. It claims nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from lei.evidence.links import LinkStatus
from lei.language import N_, _, ngettext
from lei.letters import within_sentence
from lei.numbers import joined, whole
from lei.periods import Period, day_label, period_label
from lei.reports.owner_figures import ApplicationFigures, DueFigures, LinkPart
from lei.reports.wording import short_months_text

Months = tuple[Period, Period]

# Of one program: how people work now, by what is known of the link.
ONE_PROGRAM: Mapping[str, str] = MappingProxyType(
    {
        LinkStatus.EVIDENCED: N_("On the job, {signal} moved as planned in {program}, from {before} to {now}."),
        LinkStatus.FLAT: N_("On the job, {signal} did not change materially in {program}: {before}, then {now}."),
        LinkStatus.ADVERSE: N_("On the job, {signal} moved the wrong way in {program}, from {before} to {now}."),
        LinkStatus.THIN: N_("There is too little data to say whether people in {program} work differently on the job."),
        LinkStatus.MISSING: N_("Whether people in {program} work differently on the job is not measured."),
    }
)
# Of several programs: as many sentences as there are kinds of news, the bad ones behind the count.
PROGRAMS_OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        LinkStatus.ADVERSE: N_("It moved the wrong way in {programs}."),
        LinkStatus.FLAT: N_("It did not change materially in {programs}."),
        LinkStatus.THIN: N_("There is too little data on it in {programs}."),
        LinkStatus.MISSING: N_("It is not measured in {programs}, or cannot show there yet."),
    }
)
# In the cell of a table, as the reader sees it: has the reader signed, and has the other one?
SIGNED_CELLS: Mapping[tuple[bool, bool], str] = MappingProxyType(
    {
        (True, True): N_("both have signed"),
        (True, False): N_("you have signed"),
        (False, True): N_("you have not signed yet"),
        (False, False): N_("nobody has signed yet"),
    }
)
SIDES: Mapping[str, str] = MappingProxyType({"business": N_("business"), "learning": N_("learning")})
# A review that is later than that is no news today.
SOON = timedelta(days=31)


def headline(applications: Sequence[ApplicationFigures], period_text: str) -> str:
    """What moved on the job: in one program with its numbers, in several by their count and the names of the others."""
    if not applications:
        return _("None of your programs ran in {period}.").format(period=period_text)
    if len(applications) == 1:
        return _one_program(applications[0])
    evidenced = sum(each.behavior.status == LinkStatus.EVIDENCED for each in applications)
    told = [
        _("Application on the job moved as planned in {evidenced} of {all} programs.").format(
            evidenced=whole(evidenced), all=whole(len(applications))
        )
    ]
    for status, template in PROGRAMS_OTHERWISE.items():
        names = [each.program_name for each in applications if each.behavior.status == status]
        if names:
            told.append(_(template).format(programs=joined(names)))
    return " ".join(told)


def _one_program(application: ApplicationFigures) -> str:
    behavior, program = application.behavior, application.program_name
    if behavior.is_early:
        text = _("Whether people in {program} work differently on the job cannot show yet. {from_when}.")
        return text.format(program=program, from_when=behavior.months_text)
    first = next(iter(behavior.signals), None)
    return _(ONE_PROGRAM[behavior.status]).format(
        program=program,
        signal=within_sentence(first.name) if first else "",
        before=first.before_text if first else "",
        now=first.now_text if first else "",
    )


def asked(due: Sequence[DueFigures], today: date) -> str:
    """What the owner is asked for, what is due first before all: sign-offs, decisions, and reviews within a month."""
    own = [each for each in due if each.is_own and (each.kind != "review" or each.due_on <= today + SOON)]
    if not own:
        return _("Nothing is asked of you.")
    # For translators: {day}: "14 October 2026"; {what}: a sentence without its point, "Review the program".
    text = ngettext(
        "We ask you for {number} thing, by {day}. {what}.",
        "We ask you for {number} things, the first by {day}. {what}.",
        len(own),
    )
    return text.format(number=whole(len(own)), day=own[0].due_text, what=own[0].what.rstrip("."))


def due_day(day: date, today: date) -> str:
    """A day by which something is due, as a reader says it."""
    return _("{day}, overdue").format(day=day_label(day)) if day < today else day_label(day)


def sign(links: str, quarter: Period) -> str:
    """That somebody is to sign for some links."""
    return _("Sign what is said of {links} for {quarter}").format(links=links, quarter=period_label(quarter))


def decide(what: str, cost: str) -> str:
    """That a decision is asked for; cost: empty where nobody has stated one."""
    return (_("Decide: {what} ({cost})") if cost else _("Decide: {what}")).format(what=what, cost=cost)


def review() -> tuple[str, str]:
    """That a program is to be reviewed, and by whom."""
    return _("Review the program"), _("All owners")


def months(before: Months | None, now: Months | None) -> str:
    """Which months are compared; empty where there are none."""
    if before is None or now is None:
        return ""
    return _("{before}, then {now}").format(before=short_months_text(before), now=short_months_text(now))


def too_early() -> str:
    """The word for a link that cannot show anything yet."""
    return _("too early")


def readable_from(month: Period) -> str:
    """From when on a link can be read."""
    return _("It can be read from {month} on").format(month=period_label(month))


def cases_needed(n: float, minimum: float) -> str:
    """How many cases there are where there are too few."""
    return _("{n} of {minimum} needed").format(n=whole(n), minimum=whole(minimum))


def points(change: str, ends: tuple[str, str] | None) -> str:
    """A change of the score, with both ends of its interval where there is one."""
    if ends is None:
        return _("score {change}").format(change=change)
    return _("score {change} [{low} to {high}]").format(change=change, low=ends[0], high=ends[1])


def sign_off(quarter: Period | None, signed: Collection[str], business: str, learning: str) -> str:
    """Who has signed for a quarter, of the two owners of a link."""
    if quarter is None:
        return _("Nothing to sign for yet.")
    names, label = {"business": business, "learning": learning}, period_label(quarter)
    done, lacking = ([side for side in names if (side in signed) is wanted] for wanted in (True, False))
    if not lacking:
        return _("Signed for {quarter} by both.").format(quarter=label)
    if not done:
        return _("Nobody has signed for {quarter} yet.").format(quarter=label)
    text = _("Signed for {quarter} by {name} ({side}) alone; {other} ({other_side}) has not signed yet.")
    return text.format(
        quarter=label,
        name=names[done[0]],
        side=_(SIDES[done[0]]),
        other=names[lacking[0]],
        other_side=_(SIDES[lacking[0]]),
    )


def signed_cell(part: LinkPart, sides: Collection[str]) -> str:
    """Who has signed, for a reader who is on these sides of a link; empty where there is nothing to sign yet."""
    if part.business_signed is None or part.learning_signed is None:
        return ""
    signed = {"business": part.business_signed, "learning": part.learning_signed}
    own, others = all(signed[side] for side in sides), [signed[side] for side in signed if side not in sides]
    # Who answers for both sides is told of their own signature alone.
    return _(SIGNED_CELLS[own, all(others) if others else not own])


def owners(business: str, learning: str) -> str:
    """The two who answer for a link."""
    text = _("Owners: {business} (business) and {learning} (learning).")
    return text.format(business=business, learning=learning)


def sides_text(sides: Sequence[str]) -> str:
    """On which sides of a link somebody is."""
    return joined(_(SIDES[side]) for side in sides)


def draft(program: str) -> str:
    """That a program is not promised yet."""
    return _("{program} is a draft: its plan is not frozen yet.").format(program=program)


def to_be_launched(program: str, month: Period) -> str:
    """That a program had not begun in the month of the scorecard."""
    return _("{program} is launched in {month}.").format(program=program, month=period_label(month))


def closed(program: str, month: Period) -> str:
    """That a program is of the past."""
    return _("{program} was closed in {month}.").format(program=program, month=period_label(month))


def legend() -> str:
    """What the words and numbers of the scorecard mean."""
    return _(
        "Evidenced: enough cases, moved as planned by 2 score points or more, and the 95% interval excludes 0. Points "
        "are those of the score from 0 to 100, above 0 in the planned direction. A link alone says nothing of the KPI: "
        "it is a step on the path that leads there from learning."
    )
