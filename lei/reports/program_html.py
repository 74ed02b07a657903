"""The HTML of the report on a program: figures and charts put into the templates, everything escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from lei.evidence.amounts import unit_name
from lei.language import _
from lei.numbers import percent
from lei.periods import day_label
from lei.reports.charts.chain_row import chain_row
from lei.reports.charts.evidence_series import evidence_series
from lei.reports.charts.interval_row import interval_rows
from lei.reports.charts.range_bar import range_bar
from lei.reports.charts.shapes import Drawing, tones_of
from lei.reports.charts.tornado import tornado
from lei.reports.html import SETTINGS, environment
from lei.reports.page_one import level_size
from lei.reports.program_figures import ChainFigures, ProgramFigures
from lei.reports.program_sentences import NO_DECISION, NO_RULE, decisions_left_out
from lei.reports.wording import labelled

MOST_DECISIONS = 3


@dataclass(frozen=True, slots=True)
class ProgramCharts:
    """The drawings of a program's report; None or empty where there is nothing to draw."""

    chain: Drawing
    series: Drawing | None
    effect_axis: Drawing | None
    effects: tuple[Drawing, ...]
    benefit: Drawing | None
    tornado: Drawing | None


def program_html(figures: ProgramFigures, setting: str = SETTINGS[0]) -> str:
    """The document as HTML, without its style sheet; setting: one of SETTINGS, for page 1."""
    kpi = figures.kpi
    return (
        environment()
        .get_template("program.html")
        .render(
            program=figures,
            brand=figures.branding,
            charts=program_charts(figures),
            tones=tones_of(figures.branding.accent),
            rows=_chain_rows(figures.chain),
            level_size=level_size([kpi.baseline_text, kpi.now_text, kpi.target_text] if kpi else []),
            rules=" ".join(figures.chain.rules) or _(NO_RULE),
            to_know=_to_know(figures),
            inputs_told=[labelled(row.name, row.basis) for row in figures.money.tornado],
            decisions=figures.decisions[:MOST_DECISIONS],
            decisions_text=decisions_left_out(figures.decisions, MOST_DECISIONS)
            if figures.decisions
            else _(NO_DECISION),
            footer=_footer(figures),
            setting=setting,
            unit_name=unit_name,
        )
    )


def program_charts(figures: ProgramFigures) -> ProgramCharts:
    """All drawings of the report on a program."""
    evidence, money, links = figures.evidence, figures.money, figures.chain.links
    axis, effects = interval_rows(evidence.effects) if evidence and evidence.effects else (None, ())
    benefit, cost = money.benefit, money.cost
    return ProgramCharts(
        chain=chain_row(links),
        series=evidence_series(evidence.series) if evidence and evidence.series else None,
        effect_axis=axis,
        effects=effects,
        benefit=range_bar(benefit, cost, money.currency) if benefit and cost is not None else None,
        tornado=tornado(money.tornado, money.roi_percent.value) if money.roi_percent else None,
    )


def _to_know(figures: ProgramFigures) -> list[str]:
    """What qualifies the claim, and the money in one line."""
    kpi, money = figures.kpi, figures.money
    # For translators: {changes}: whole sentences on what else changed.
    changes = _("Known other changes: {changes}").format(changes=" ".join(figures.other_changes))
    texts = [kpi.caveat, kpi.avoided_text] if kpi else []
    worth = f"{money.cost_text} {money.text}" if money.costs else money.text
    return [text for text in (*texts, changes if figures.other_changes else "", worth) if text]


def _chain_rows(chain: ChainFigures) -> list[tuple[str, list[str]]]:
    """The rows of the chain's table, by name; those without any text in them are left out."""
    rows = [
        (_("Signal"), [link.signal for link in chain.links]),
        (_("Before and now"), [link.change_text for link in chain.links]),
        (_("Cases (n)"), [link.cases_text for link in chain.links]),
        (_("Period"), [link.period_text for link in chain.links]),
        (_("Source"), [link.source for link in chain.links]),
        (_("Business owner"), [link.business_owner for link in chain.links]),
        (_("Learning owner"), [link.learning_owner for link in chain.links]),
    ]
    return [(name, cells) for name, cells in rows if any(cells)]


def _footer(figures: ProgramFigures) -> str:
    complete = percent(100 * figures.chain.completeness)
    as_of = figures.data_as_of
    if as_of is None:
        return _("No data has come in yet · {share} of the chain evidenced").format(share=complete)
    utc = as_of.astimezone(UTC)
    # For translators: the foot of every page: {time}: "14:05"; {share}: percent.
    text = _("Data as of {day}, {time} UTC · {share} of the chain evidenced")
    return text.format(day=day_label(utc), time=f"{utc:%H:%M}", share=complete)
