"""The sentences of a scorecard, made from its figures by rules.

They say what moved and how sure that is, never why it did: no word of cause and effect, no praise for noise. What is
provisional or missing is named.
"""

from __future__ import annotations

from collections.abc import Sequence

from lei.numbers import counted, joined, signed, signed_tenths, tenths, whole
from lei.reports.figures import Comparison, Driver, IndexFigures, Point, ReadinessRisk, SegmentRow
from lei.reports.wording import BAND_NAMES, in_unit, points

READINESS_LINE = 60.0
STEADY = "steady"


def headline(period: str, index: IndexFigures) -> str:
    """The one sentence on top: where the index stands, and whether it moved."""
    if index.score is None:
        return index.status_text
    stands = f"{whole(index.score)} of 100 ({BAND_NAMES[index.band or '']})"
    provisional = ", provisionally" if index.status == "provisional" else ""
    if index.change is None:
        return f"The Learning Effectiveness Index stands at {stands} in {period}{provisional}."
    if not index.material:
        return (
            f"The Learning Effectiveness Index stands at {stands} in {period}{provisional}, "
            f"with no material change since {index.previous.label}."
        )
    verb = "rose" if index.change > 0 else "fell"
    size = points(abs(index.change)).lstrip("+")
    return (
        f"The Learning Effectiveness Index {verb} {size} like for like in {period} and stands at {stands}{provisional}."
    )


def no_score(period: str, grain: str, reason: str | None, scored: int, missing: Sequence[str]) -> str:
    """Why there is no index, and what to do about it. scored: how many pillars have a score; missing: those without."""
    if reason == "small_group":
        return (
            f"There is no index for {period}: too few people stand behind the data to show it without showing "
            "single people. Choose a larger group or a longer period."
        )
    if reason == "low_coverage":
        total = scored + len(missing)
        return (
            f"The data for {period} is too thin for an index: {scored} of {total} pillars have enough of it, and three "
            f"with 70% of the weight are needed. Without enough data: {joined(missing)}."
        )
    return (
        f"There is no data for {period}, so there is no index. Send observations for this {grain}, "
        "or choose one that has data."
    )


def provisional(missing: Sequence[str]) -> str:
    """That the index stands without some pillars, by name."""
    return f"Provisional: without {joined(missing)}."


def confidence(coverage: float, placeholders: int, scored: int, placeholder_weight: float) -> str:
    """How far the numbers can be trusted: share of weight with data, share of weight on placeholder goalposts."""
    covered = f"The data covers {whole(coverage)}% of the weight"
    if placeholders == 0:
        return f"{covered}; every goalpost is set for this organization or comes from a benchmark."
    return (
        f"{covered}. {placeholders} of {scored} measures ({whole(placeholder_weight)}% of the weight) are scored "
        "against placeholder goalposts: trust changes more than levels."
    )


def goalposts(placeholders: int, scored: int, placeholder_weight: float) -> str:
    """How many goalposts are placeholders, by count and by weight."""
    if placeholders == 0:
        return f"None of the {scored} scored measures leans on a placeholder goalpost."
    return (
        f"{placeholders} of {scored} scored measures, {whole(placeholder_weight)}% of the weight, use placeholder "
        "goalposts that wait for a baseline of this organization."
    )


def change(number: float | None, *, material: bool) -> str:
    """A change as a cell of a table has it; the notes of the scorecard say what its words mean."""
    if number is None:
        return "no comparison"
    return points(number) if material else STEADY


def comparison(other: Comparison) -> str:
    """The score of another period: `September 2026: 54`."""
    return f"{other.label}: {'no score' if other.score is None else whole(other.score)}"


def main_reason(drivers: Sequence[Driver], total: float | None, *, material: bool) -> str:
    """How much of the change the largest step in its direction accounts for; nothing is said about noise.

    What no measure did (weights, goalposts, data coverage, limits) is named beside it where it is as large.
    """
    steps = [step for step in drivers if step.kind != "rest"]
    if total is None or not material or not steps:
        return "No single measure stands out." if total is not None else ""
    largest = max(steps, key=lambda step: step.points if total > 0 else -step.points)
    if largest.points * total <= 0:
        return "No single measure stands out."
    others = [step for step in steps if not step.pillar and step is not largest]
    beside = [f" {s.name}: {signed_tenths(s.shown)} points." for s in others if abs(s.points) >= abs(largest.points)]
    return _share_of_change(largest, total) + "".join(beside)


def _share_of_change(largest: Driver, total: float) -> str:
    name = f"{largest.name}, in {largest.pillar}," if largest.pillar else largest.name
    if abs(largest.shown) > abs(round(total, 1)):
        return f"{name} alone is {signed_tenths(largest.shown)} points; all steps together are {signed_tenths(total)}."
    lost = " lost" if total < 0 else ""
    part, whole_change = tenths(abs(largest.shown)), tenths(abs(total))
    if part == whole_change:
        return f"{name} accounts for all of the {whole_change} points{lost}."
    return f"{name} accounts for {part} of the {whole_change} points{lost}."


def pillar_reason(largest: tuple[str, float] | None, weakest: tuple[str, float] | None) -> str:
    """What stands out in a pillar: its largest step (name, points), else its lowest score (name, score)."""
    if largest is not None:
        return f"Largest step: {largest[0]}, {signed_tenths(largest[1])} points of the index."
    if weakest is not None:
        return f"Lowest score: {weakest[0]}, {whole(weakest[1])}."
    return ""


def segment_state(status: str, reason: str | None, coverage: float, missing: Sequence[str]) -> str:
    """What to know about the score of a group: why there is none, or which pillars it stands without."""
    if status == "none":
        return "too little for a score" if reason == "low_coverage" else pillar_state(reason, coverage)
    return f"without {joined(missing)}" if missing else ""


def pillar_state(reason: str | None, coverage: float) -> str:
    """Why a pillar has no score."""
    if reason == "low_coverage":
        return f"not enough data ({whole(coverage)}% of its weight, 60% needed)"
    if reason == "small_group":
        return "hidden: too few people"
    return "no data"


def drivers(before: Comparison, after: Comparison, total: float | None) -> str:
    """What the steps between two scores show."""
    if after.score is None:
        return f"There is no score for {after.label}, so there are no steps to show."
    if before.score is None or total is None:
        return f"There is no score for {before.label} to compare with, so no steps are shown."
    start, end = tenths(before.score), tenths(after.score)
    return f"From {start} in {before.label} to {end} in {after.label}; the steps, in points of the index, add up."


def series(points_of_time: Sequence[Point], noun: str) -> str:
    """What a series shows: its lowest and highest, and how many gaps it has."""
    known = [(point.score, point.label) for point in points_of_time if point.score is not None]
    gaps = len(points_of_time) - len(known)
    if not known:
        return f"There is no score in any of the last {counted(len(points_of_time), noun, f'{noun}s')}."
    if len(known) == 1:
        return f"There is a score for one {noun} only ({known[0][1]}: {whole(known[0][0])}), so there is no trend yet."
    low, high = min(known, key=lambda item: item[0]), max(known, key=lambda item: item[0])
    text = (
        f"In the last {counted(len(points_of_time), noun, f'{noun}s')} the index was lowest at {whole(low[0])} ({low[1]}) "
        f"and highest at {whole(high[0])} ({high[1]})"
    )
    if gaps:
        return f"{text}. {counted(gaps, noun, f'{noun}s')} without a score {'is' if gaps == 1 else 'are'} left open."
    return f"{text}."


def readiness(risks: Sequence[ReadinessRisk], *, reported: bool) -> str:
    """How many groups stand below the line, or that none does, or that nobody reported it."""
    line = whole(READINESS_LINE)
    if not reported:
        return "No readiness or certification of a role, unit or region can be shown for this period."
    if not risks:
        return f"No role, unit or region that can be shown is under {line}% readiness or certification coverage."
    groups = len({(risk.dimension, risk.name) for risk in risks})
    verb = "is" if groups == 1 else "are"
    return f"{counted(groups, 'group', 'groups')} {verb} under {line}% role readiness or certification coverage."


def leading_signal(name: str, values: tuple[float, float], unit: str, score_change: float, watch: str) -> str:
    """A leading measure that moved; `watch` names a linked result and when to look at it, claiming nothing."""
    before, after = values
    verb = "rose" if after > before else "fell"
    text = f"{name} {verb} from {in_unit(before, unit)} to {in_unit(after, unit)} (score {signed(score_change)})."
    return f"{text} To watch: {watch}." if watch else text


def no_leading_signal(previous: str | None) -> str:
    """That no leading measure moved, or that there is nothing to compare with."""
    if previous is None:
        return "No measure has data in two periods in a row, so there is nothing to compare."
    return f"No leading measure moved materially since {previous}."


def segments(rows: Sequence[SegmentRow], hidden: int, silent: int, thin: int) -> str:
    """Who stands highest and lowest, and how many groups are not in the table.

    hidden: too few people; silent: no data in the period; thin: data, but where no group has enough for a score.
    """
    parts = [_span(dimension, rows) for dimension in dict.fromkeys(row.dimension for row in rows)]
    text = " ".join(part for part in parts if part)
    if not text:
        text = "No unit or program has a score of its own for this period."
    if thin:
        text += (
            f" {counted(thin, 'group', 'groups')} {'has' if thin == 1 else 'have'} data, but too little for a score."
        )
    if silent:
        text += f" {counted(silent, 'group', 'groups')} {'has' if silent == 1 else 'have'} no data for this period."
    if hidden:
        text += f" {counted(hidden, 'group', 'groups')} {'is' if hidden == 1 else 'are'} not shown: too few people."
    return text


def _span(dimension: str, rows: Sequence[SegmentRow]) -> str:
    scored = [(row.score, row.name) for row in rows if row.dimension == dimension and row.score is not None]
    noun = dimension.lower()
    if not scored:
        return ""
    if len(scored) == 1:
        return f"One {noun} has a score: {scored[0][1]} ({whole(scored[0][0])})."
    low, high = min(scored, key=lambda item: item[0]), max(scored, key=lambda item: item[0])
    highest, lowest = f"{high[1]} stands highest ({whole(high[0])})", f"{low[1]} lowest ({whole(low[0])})"
    return f"Of {counted(len(scored), noun, f'{noun}s')}, {highest} and {lowest}."
