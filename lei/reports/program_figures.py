"""Everything the report on a program shows, as frozen plain data: what is drawn from it needs no database, no clock.

Numbers are unrounded and in the unit of their KPI or currency, texts are finished sentences; a number that there is
none of is None. Keys (grades, links, statuses, states) are those of `lei.evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lei.language import ENGLISH
from lei.reports.branding import PLAIN, Branding
from lei.reports.figures_json import figures_from_json, figures_to_json

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """One link of the chain, read from the signal that decided its status; texts are empty where none is measured.

    lines: a sentence for each signal that was read. business_owner, learning_owner: names, empty where nobody is named.
    """

    link: str
    name: str
    status: str
    status_text: str
    signal: str = ""
    change_text: str = ""
    cases_text: str = ""
    period_text: str = ""
    source: str = ""
    lines: tuple[str, ...] = ()
    business_owner: str = ""
    learning_owner: str = ""


@dataclass(frozen=True, slots=True)
class ChainFigures:
    """The five links in their order, and what they say together.

    completeness: share of links that are evidenced, 0 to 1. rules: which links are missing or moved the wrong way, and
    what else must be said, as sentences; empty where there is nothing of that. state: the key of
    `lei.evidence.leading_to_lagging.Progress`. expected_text: the month in which the KPI can first show the program,
    where that is still to come; else empty.
    """

    links: tuple[LinkFigures, ...]
    completeness: float
    completeness_text: str
    rules: tuple[str, ...]
    state: str
    state_text: str
    expected_text: str = ""


@dataclass(frozen=True, slots=True)
class KpiFigures:
    """A KPI that a program is for: where it stood, stands and should stand, and what may be said of that.

    claim: the sentence of `lei.evidence.words`. effect_text: the effect with its interval, empty below E2;
    short_effect_text: the same for a narrow table. cases_text:
    how many are behind it, in both groups where there are two. notes: what a reader must know beside the claim and its
    caveat. why_grade: why this grade and not the next. unit_words: the unit where the levels do not carry it.
    """

    key: str
    name: str
    unit: str
    lower_is_better: bool
    baseline: float | None
    now: float | None
    target: float
    baseline_text: str
    now_text: str
    target_text: str
    window_text: str
    grade: str
    grade_text: str
    effect: float | None
    ci_low: float | None
    ci_high: float | None
    effect_text: str
    claim: str
    caveat: str
    short_effect_text: str = ""
    cases_text: str = ""
    why_grade: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unit_words: str = ""
    owner: str = ""
    source: str = ""
    post_hoc: bool = False
    avoided_text: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether the interval of the effect excludes 0; the claim of one that does not names the interval itself."""
        return self.ci_low is not None and self.ci_high is not None and (self.ci_low > 0 or self.ci_high < 0)


@dataclass(frozen=True, slots=True)
class SeriesFigures:
    """The months of a KPI: the group with the program beside a comparison group, or beside its own earlier trend.

    All have one entry for each label; None is a gap. projected, low, high: the earlier trend and its 95 % band, empty
    where there is none; comparison: empty where there is none. start: position of the first month of the program.
    counted_from: of the first month that counts, up to the last one. text: what the chart shows, as a sentence.
    """

    labels: tuple[str, ...]
    treated: tuple[float | None, ...]
    comparison: tuple[float | None, ...]
    projected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    start: int
    counted_from: int
    target: float | None
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect with its interval in the unit of the KPI. main: the one that the claim is about; else a check."""

    name: str
    effect: float
    low: float
    high: float
    text: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at beside the effect. verdict: one or two words; text: the sentence behind them."""

    name: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceFigures:
    """What the claim rests on; effects are in one unit, and effects_text says what their chart shows."""

    series: SeriesFigures | None
    effects: tuple[EffectRow, ...]
    effects_text: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class RangeFigures:
    """A figure with both ends of its range."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TornadoRow:
    """The ROI in percent when one input stands at its low and at its high value; basis: which those are, and why."""

    name: str
    roi_at_low: float
    roi_at_high: float
    basis: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """One part of the cost, in the currency of the report."""

    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class GridFigures:
    """ROI in percent by credited share (rows) and confidence (columns), both from 0 to 1."""

    isolations: tuple[float, ...]
    confidences: tuple[float, ...]
    roi_percent: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class MoneyFigures:
    """What a program costs and, from grade E2 on, what it is worth in its first year, always as a range.

    grade: of the value, empty where none is stated; benefit and roi_percent are None then, and text says why. cost,
    budget: None where nobody stated them. cost_text, text: sentences. notes: what a value rests on and what qualifies
    it. intangibles: listed, never turned into money.
    """

    title: str
    grade: str
    currency: str
    cost: float | None
    budget: float | None
    cost_text: str
    text: str
    benefit: RangeFigures | None
    roi_percent: RangeFigures | None
    costs: tuple[CostRow, ...]
    grid: GridFigures | None
    tornado: tuple[TornadoRow, ...]
    notes: tuple[str, ...]
    intangibles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """A decision that is asked for; cost_text says so where no cost is stated."""

    what: str
    owner: str
    due_text: str
    cost_text: str


@dataclass(frozen=True, slots=True)
class ProgramFigures:
    """All that the report on one program shows.

    headline: the claim about its KPI with the decision that is asked for, or where it stands. kpi: the one that it is
    judged by first, None where it has none.
    """

    schema: int
    key: str
    title: str
    type_name: str
    segment_name: str
    period: str
    period_label: str
    launch_text: str
    made_at: datetime
    data_as_of: datetime | None
    problem: str
    headline: str
    kpi: KpiFigures | None
    other_kpis: tuple[KpiFigures, ...]
    chain: ChainFigures
    evidence: EvidenceFigures | None
    money: MoneyFigures
    other_changes: tuple[str, ...]
    decisions: tuple[DecisionFigures, ...]
    next_review_text: str
    notes: tuple[str, ...]
    grades_legend: str
    page_size: str = "A4"
    language: str = ENGLISH
    branding: Branding = PLAIN


def program_to_json(figures: ProgramFigures) -> str:
    """The figures as JSON text, always the same text for the same figures."""
    return figures_to_json(figures)


def program_from_json(text: str) -> ProgramFigures:
    """The figures that `program_to_json` wrote, exactly.

    Raises InvalidError when the text holds no figures of the present schema.
    """
    return figures_from_json(text, ProgramFigures, SCHEMA, "a program")
