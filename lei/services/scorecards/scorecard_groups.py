"""The units and programs of a scorecard: one row each, which are left out of the table, and which are in trouble."""

from __future__ import annotations

from collections.abc import Callable

from lei.catalog.measure import PILLARS
from lei.language import _
from lei.numbers import in_a_row
from lei.periods import period_label
from lei.reports import bad_news, sentences
from lei.reports.band_notes import tiny_note
from lei.reports.figures import SegmentRow
from lei.services.scorecards.scorecard_data import COMPARED_DIMENSIONS, Group, ScorecardData

_AT_RISK = "at_risk"


def segment_rows(data: ScorecardData) -> tuple[SegmentRow, ...]:
    """Every group with data that may be shown, the highest first; none at all where none of them has a score."""
    groups = _compared(data, _is_shown)
    if all(group.score.composite is None for group in groups):
        return ()
    rows = [_row(data, group) for group in groups]
    order = {dimension.capitalize(): number for number, dimension in enumerate(COMPARED_DIMENSIONS)}
    return tuple(
        sorted(rows, key=lambda row: (order[row.dimension], -(row.score if row.score is not None else -1.0), row.name))
    )


def hidden_groups(data: ScorecardData) -> int:
    """How many groups have too few people for anything about them to be shown."""
    return len(_compared(data, _is_hidden))


def segments_text(data: ScorecardData, rows: tuple[SegmentRow, ...]) -> str:
    """What the rows show, and how many groups are not among them."""
    thin = 0 if rows else len(_compared(data, _is_shown))
    return sentences.segments(rows, hidden_groups(data), len(_compared(data, _is_silent)), thin)


def groups_in_trouble(data: ScorecardData) -> tuple[str, ...]:
    """A sentence for each group at risk, the lowest first, then for each that fell materially, the largest fall first.

    Changes are like for like; only groups that have a score to show.
    """
    previous = period_label(data.request.period.shift(-1))
    found: list[tuple[tuple[int, float, str], str]] = []
    for group in _compared(data, _is_shown):
        row = _row(data, group)
        # For translators: a group such as `Unit Field Service`, at the beginning of a sentence.
        name = _("{dimension} {name}").format(dimension=_(row.dimension), name=row.name)
        if row.score is None:
            continue
        if row.band == _AT_RISK:
            text = bad_news.group_at_risk(name, row.score, row.change, material=row.material, previous=previous)
            found.append(((0, row.score, name), text))
        elif row.material and row.change is not None and row.change < 0:
            text = bad_news.group_fallen(name, row.score, row.band, row.change, previous)
            found.append(((1, row.change, name), text))
    return tuple(text for _, text in sorted(found))


def _compared(data: ScorecardData, wanted: Callable[[Group], bool]) -> list[Group]:
    return [group for group in data.groups if group.dimension in COMPARED_DIMENSIONS and wanted(group)]


def _row(data: ScorecardData, group: Group) -> SegmentRow:
    score, drivers = group.score, group.drivers
    change = drivers.like_for_like if drivers is not None and score.composite is not None else None
    material = change is not None and drivers is not None and drivers.material
    missing = [_(PILLARS[key]) for key in score.missing_pillars]
    notes = (
        sentences.segment_state(score.status, score.reason, score.coverage, missing),
        tiny_note(score.composite, score.band),
    )
    return SegmentRow(
        dimension=group.dimension.capitalize(),
        name=group.name,
        score=score.composite,
        band=score.band,
        change=change,
        material=material,
        change_text="" if score.composite is None else sentences.change(change, material=material),
        coverage=score.coverage,
        state=in_a_row(notes),
    )


def _has_value(group: Group) -> bool:
    return any(measure.value is not None for pillar in group.score.pillars for measure in pillar.measures)


def _is_hidden(group: Group) -> bool:
    """A group of which nothing at all can be shown; its name alone would tell that it is small."""
    return group.score.reason == "small_group" and not _has_value(group)


def _is_silent(group: Group) -> bool:
    """A group without any data in the period; one whose data is hidden is none."""
    return not _has_value(group) and not _is_hidden(group)


def _is_shown(group: Group) -> bool:
    return _has_value(group)
