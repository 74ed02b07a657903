"""The sentences of a scorecard, made from its figures by rules.

They say what moved and how sure that is, never why it did: no word of cause and effect, no praise for noise. What is
provisional or missing is named.
"""

from __future__ import annotations

from collections.abc import Sequence

from lei.language import N_, N_plural, _, ngettext
from lei.numbers import joined, signed, signed_tenths, tenths, whole
from lei.reports.figures import Comparison, Driver, IndexFigures, Point, ReadinessRisk, SegmentRow
from lei.reports.wording import band_name, in_unit, points

READINESS_LINE = 60.0
_NO_DATA = {
    "month": N_(
        "There is no data for {period}, so there is no index. Send observations for this month, "
        "or choose one that has data."
    ),
    "quarter": N_(
        "There is no data for {period}, so there is no index. Send observations for this quarter, "
        "or choose one that has data."
    ),
    "year": N_(
        "There is no data for {period}, so there is no index. Send observations for this year, "
        "or choose one that has data."
    ),
}
_NO_SERIES = {
    "month": N_plural(
        "There is no score in any of the last {count} month.", "There is no score in any of the last {count} months."
    ),
    "quarter": N_plural(
        "There is no score in any of the last {count} quarter.",
        "There is no score in any of the last {count} quarters.",
    ),
    "year": N_plural(
        "There is no score in any of the last {count} year.", "There is no score in any of the last {count} years."
    ),
}
_SHORT_SERIES = {
    "month": N_("There is a score for one month only ({period}: {score}), so there is no trend yet."),
    "quarter": N_("There is a score for one quarter only ({period}: {score}), so there is no trend yet."),
    "year": N_("There is a score for one year only ({period}: {score}), so there is no trend yet."),
}
# For translators: {low}, {high} are scores, {lowest}, {highest} the periods that had them.
_SERIES = {
    "month": N_plural(
        "In the last {count} month the index was lowest at {low} ({lowest}) and highest at {high} ({highest}).",
        "In the last {count} months the index was lowest at {low} ({lowest}) and highest at {high} ({highest}).",
    ),
    "quarter": N_plural(
        "In the last {count} quarter the index was lowest at {low} ({lowest}) and highest at {high} ({highest}).",
        "In the last {count} quarters the index was lowest at {low} ({lowest}) and highest at {high} ({highest}).",
    ),
    "year": N_plural(
        "In the last {count} year the index was lowest at {low} ({lowest}) and highest at {high} ({highest}).",
        "In the last {count} years the index was lowest at {low} ({lowest}) and highest at {high} ({highest}).",
    ),
}
# For translators: left open in the line of a chart.
_GAPS = {
    "month": N_plural("{count} month without a score is left open.", "{count} months without a score are left open."),
    "quarter": N_plural(
        "{count} quarter without a score is left open.", "{count} quarters without a score are left open."
    ),
    "year": N_plural("{count} year without a score is left open.", "{count} years without a score are left open."),
}
_ONE_GROUP = {
    "Unit": N_("One unit has a score: {name} ({score})."),
    "Program": N_("One program has a score: {name} ({score})."),
}
# For translators: {highest}, {lowest} are names, {high}, {low} their scores.
_GROUPS = {
    "Unit": N_plural(
        "Of {count} unit, {highest} stands highest ({high}) and {lowest} lowest ({low}).",
        "Of {count} units, {highest} stands highest ({high}) and {lowest} lowest ({low}).",
    ),
    "Program": N_plural(
        "Of {count} program, {highest} stands highest ({high}) and {lowest} lowest ({low}).",
        "Of {count} programs, {highest} stands highest ({high}) and {lowest} lowest ({low}).",
    ),
}


def headline(period: str, index: IndexFigures) -> str:
    """The one sentence on top: where the index stands, and whether it moved."""
    if index.score is None:
        return index.status_text
    text = _stands(index) if index.change is None or not index.material else _moved(index, index.change)
    return text.format(
        score=whole(index.score),
        band=band_name(index.band),
        period=period,
        previous=index.previous.label,
        size=whole(abs(round(index.change or 0.0))),
    )


def _stands(index: IndexFigures) -> str:
    final = index.status != "provisional"
    if index.change is None:
        if final:
            return _("The Learning Effectiveness Index stands at {score} of 100 ({band}) in {period}.")
        return _("The Learning Effectiveness Index stands at {score} of 100 ({band}) in {period}, provisionally.")
    if final:
        return _(
            "The Learning Effectiveness Index stands at {score} of 100 ({band}) in {period}, with no material change "
            "since {previous}."
        )
    return _(
        "The Learning Effectiveness Index stands at {score} of 100 ({band}) in {period}, provisionally, with no "
        "material change since {previous}."
    )


def _moved(index: IndexFigures, change: float) -> str:
    size = abs(round(change))
    if index.status != "provisional":
        if change > 0:
            return ngettext(
                "The Learning Effectiveness Index rose {size} point like for like in {period} and stands at {score} of "
                "100 ({band}).",
                "The Learning Effectiveness Index rose {size} points like for like in {period} and stands at {score} "
                "of 100 ({band}).",
                size,
            )
        return ngettext(
            "The Learning Effectiveness Index fell {size} point like for like in {period} and stands at {score} of 100 "
            "({band}).",
            "The Learning Effectiveness Index fell {size} points like for like in {period} and stands at {score} of "
            "100 ({band}).",
            size,
        )
    if change > 0:
        return ngettext(
            "The Learning Effectiveness Index rose {size} point like for like in {period} and stands at {score} of 100 "
            "({band}), provisionally.",
            "The Learning Effectiveness Index rose {size} points like for like in {period} and stands at {score} of "
            "100 ({band}), provisionally.",
            size,
        )
    return ngettext(
        "The Learning Effectiveness Index fell {size} point like for like in {period} and stands at {score} of 100 "
        "({band}), provisionally.",
        "The Learning Effectiveness Index fell {size} points like for like in {period} and stands at {score} of 100 "
        "({band}), provisionally.",
        size,
    )


def no_score(period: str, grain: str, reason: str | None, scored: int, missing: Sequence[str]) -> str:
    """Why there is no index, and what to do about it. scored: how many pillars have a score; missing: those without."""
    if reason == "small_group":
        return _(
            "There is no index for {period}: it is hidden to protect a small group, this one or one beside it. "
            "Choose a larger group or a longer period."
        ).format(period=period)
    if reason == "low_coverage":
        # For translators: {scored} of {total} is a number of pillars, {missing} a list of their names.
        return _(
            "The data for {period} is too thin for an index: {scored} of {total} pillars have enough of it, and three "
            "with 70% of the weight are needed. Without enough data: {missing}."
        ).format(period=period, scored=scored, total=scored + len(missing), missing=joined(missing))
    return _(_NO_DATA[grain]).format(period=period)


def provisional(missing: Sequence[str]) -> str:
    """That the index stands without some pillars, by name."""
    # For translators: {names} is a list of pillars.
    return _("Provisional: without {names}.").format(names=joined(missing))


def confidence(coverage: float, placeholders: int, scored: int, placeholder_weight: float) -> str:
    """How far the numbers can be trusted: share of weight with data, share of weight on placeholder goalposts."""
    if placeholders == 0:
        return _(
            "The data covers {share}% of the weight; every goalpost is set for this organization or comes from a "
            "benchmark."
        ).format(share=whole(coverage))
    covered = _("The data covers {share}% of the weight.").format(share=whole(coverage))
    # For translators: {count} of {scored} measures; goalposts are the values that score 0 and 100.
    leaning = _(
        "{count} of {scored} measures ({share}% of the weight) are scored against placeholder goalposts: trust changes "
        "more than levels."
    ).format(count=placeholders, scored=scored, share=whole(placeholder_weight))
    return f"{covered} {leaning}"


def goalposts(placeholders: int, scored: int, placeholder_weight: float) -> str:
    """How many goalposts are placeholders, by count and by weight."""
    if placeholders == 0:
        return _("None of the {scored} scored measures leans on a placeholder goalpost.").format(scored=scored)
    return _(
        "{count} of {scored} scored measures, {share}% of the weight, use placeholder goalposts that wait for a "
        "baseline of this organization."
    ).format(count=placeholders, scored=scored, share=whole(placeholder_weight))


def change(number: float | None, *, material: bool) -> str:
    """A change as a cell of a table has it; the notes of the scorecard say what its words mean."""
    if number is None:
        return _("no comparison")
    return points(number) if material else _("steady")


def comparison(other: Comparison) -> str:
    """The score of another period: `September 2026: 54`."""
    if other.score is None:
        return _("{period}: no score").format(period=other.label)
    return _("{period}: {score}").format(period=other.label, score=whole(other.score))


def main_reason(drivers: Sequence[Driver], total: float | None, *, material: bool) -> str:
    """How much of the change the largest step in its direction accounts for; nothing is said about noise.

    What no measure did (weights, goalposts, data coverage, limits) is named beside it where it is as large.
    """
    steps = [step for step in drivers if step.kind != "rest"]
    if total is None or not material or not steps:
        return _("No single measure stands out.") if total is not None else ""
    largest = max(steps, key=lambda step: step.points if total > 0 else -step.points)
    if largest.points * total <= 0:
        return _("No single measure stands out.")
    others = [step for step in steps if not step.pillar and step is not largest]
    beside = [
        _("{name}: {size} points.").format(name=step.name, size=signed_tenths(step.shown))
        for step in others
        if abs(step.points) >= abs(largest.points)
    ]
    return " ".join([_share_of_change(largest, total), *beside])


def _share_of_change(largest: Driver, total: float) -> str:
    name = largest.name
    if largest.pillar:
        # For translators: a measure and its pillar, as the subject of "… accounts for 1.2 of the 3.0 points."
        name = _("{measure}, in {pillar},").format(measure=largest.name, pillar=largest.pillar)
    if abs(largest.shown) > abs(round(total, 1)):
        return _("{name} alone is {size} points; all steps together are {total}.").format(
            name=name, size=signed_tenths(largest.shown), total=signed_tenths(total)
        )
    part, whole_change = tenths(abs(largest.shown)), tenths(abs(total))
    if part == whole_change and total < 0:
        text = _("{name} accounts for all of the {total} points lost.")
    elif part == whole_change:
        text = _("{name} accounts for all of the {total} points.")
    elif total < 0:
        text = _("{name} accounts for {part} of the {total} points lost.")
    else:
        text = _("{name} accounts for {part} of the {total} points.")
    return text.format(name=name, part=part, total=whole_change)


def pillar_reason(largest: tuple[str, float] | None, weakest: tuple[str, float] | None) -> str:
    """What stands out in a pillar: its largest step (name, points), else its lowest score (name, score)."""
    if largest is not None:
        return _("Largest step: {name}, {size} points of the index.").format(
            name=largest[0], size=signed_tenths(largest[1])
        )
    if weakest is not None:
        return _("Lowest score: {name}, {score}.").format(name=weakest[0], score=whole(weakest[1]))
    return ""


def segment_state(status: str, reason: str | None, coverage: float, missing: Sequence[str]) -> str:
    """What to know about the score of a group: why there is none, or which pillars it stands without."""
    if status == "none":
        return _("too little for a score") if reason == "low_coverage" else pillar_state(reason, coverage)
    # For translators: {names} is a list of pillars.
    return _("without {names}").format(names=joined(missing)) if missing else ""


def pillar_state(reason: str | None, coverage: float) -> str:
    """Why a pillar has no score."""
    if reason == "low_coverage":
        return _("not enough data ({share}% of its weight, 60% needed)").format(share=whole(coverage))
    if reason == "small_group":
        return _("hidden, to protect a small group")
    return _("no data")


def drivers(before: Comparison, after: Comparison, total: float | None) -> str:
    """What the steps between two scores show."""
    if after.score is None:
        return _("There is no score for {period}, so there are no steps to show.").format(period=after.label)
    if before.score is None or total is None:
        return _("There is no score for {period} to compare with, so no steps are shown.").format(period=before.label)
    # For translators: {start}, {end} are scores.
    return _("From {start} in {before} to {end} in {after}; the steps, in points of the index, add up.").format(
        start=tenths(before.score), before=before.label, end=tenths(after.score), after=after.label
    )


def series(points_of_time: Sequence[Point], grain: str) -> str:
    """What a series of months, quarters or years shows: its lowest and highest, and how many gaps it has."""
    known = [(point.score, point.label) for point in points_of_time if point.score is not None]
    number = len(points_of_time)
    gaps = number - len(known)
    if not known:
        return ngettext(*_NO_SERIES[grain], number).format(count=whole(number))
    if len(known) == 1:
        return _(_SHORT_SERIES[grain]).format(period=known[0][1], score=whole(known[0][0]))
    low, high = min(known, key=lambda item: item[0]), max(known, key=lambda item: item[0])
    text = ngettext(*_SERIES[grain], number).format(
        count=whole(number), low=whole(low[0]), lowest=low[1], high=whole(high[0]), highest=high[1]
    )
    return f"{text} {ngettext(*_GAPS[grain], gaps).format(count=whole(gaps))}" if gaps else text


def readiness(risks: Sequence[ReadinessRisk], *, reported: bool) -> str:
    """How many groups stand below the line, or that none does, or that nobody reported it."""
    line = whole(READINESS_LINE)
    if not reported:
        return _("No readiness or certification of a role, unit or region can be shown for this period.")
    if not risks:
        return _(
            "No role, unit or region that can be shown is under {line}% readiness or certification coverage."
        ).format(line=line)
    groups = len({(risk.dimension, risk.name) for risk in risks})
    return ngettext(
        "{count} group is under {line}% role readiness or certification coverage.",
        "{count} groups are under {line}% role readiness or certification coverage.",
        groups,
    ).format(count=whole(groups), line=line)


def leading_signal(name: str, values: tuple[float, float], unit: str, score_change: float, watch: str) -> str:
    """A leading measure that moved; `watch` names a linked result and when to look at it, claiming nothing."""
    before, after = values
    if after > before:
        text = _("{name} rose from {before} to {after} (score {change}).")
    else:
        text = _("{name} fell from {before} to {after} (score {change}).")
    text = text.format(name=name, before=in_unit(before, unit), after=in_unit(after, unit), change=signed(score_change))
    # For translators: {watch} is a business number and the months to look at it, with no word of cause.
    return " ".join([text, _("To watch: {watch}.").format(watch=watch)]) if watch else text


def no_leading_signal(previous: str | None) -> str:
    """That no leading measure moved, or that there is nothing to compare with."""
    if previous is None:
        return _("No measure has data in two periods in a row, so there is nothing to compare.")
    return _("No leading measure moved materially since {period}.").format(period=previous)


def segments(rows: Sequence[SegmentRow], hidden: int, silent: int, thin: int) -> str:
    """Who stands highest and lowest, and how many groups are not in the table.

    hidden: too few people; silent: no data in the period; thin: data, but where no group has enough for a score.
    """
    spans = [_span(dimension, rows) for dimension in dict.fromkeys(row.dimension for row in rows)]
    texts = [text for text in spans if text] or [_("No unit or program has a score of its own for this period.")]
    left_out = (
        (
            thin,
            ngettext(
                "{count} group has data, but too little for a score.",
                "{count} groups have data, but too little for a score.",
                thin,
            ),
        ),
        (
            silent,
            ngettext(
                "{count} group has no data for this period.", "{count} groups have no data for this period.", silent
            ),
        ),
        (
            hidden,
            ngettext(
                "{count} group is not shown: too few people.", "{count} groups are not shown: too few people.", hidden
            ),
        ),
    )
    return " ".join([*texts, *(text.format(count=whole(number)) for number, text in left_out if number)])


def _span(dimension: str, rows: Sequence[SegmentRow]) -> str:
    scored = [(row.score, row.name) for row in rows if row.dimension == dimension and row.score is not None]
    if not scored:
        return ""
    if len(scored) == 1:
        return _(_ONE_GROUP[dimension]).format(name=scored[0][1], score=whole(scored[0][0]))
    low, high = min(scored, key=lambda item: item[0]), max(scored, key=lambda item: item[0])
    return ngettext(*_GROUPS[dimension], len(scored)).format(
        count=whole(len(scored)), highest=high[1], high=whole(high[0]), lowest=low[1], low=whole(low[0])
    )
