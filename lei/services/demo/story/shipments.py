"""What the systems of Halden Group send and when: month by month, with figures that come late or are corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from lei.periods import MONTHS_A_QUARTER, Grain, Period, month_start
from lei.services.demo.story.company import CORPORATE, FINANCE, LMS, SALES_ACADEMY, SENDERS, SURVEYS, Sender
from lei.services.demo.story.derived import Counts
from lei.services.demo.story.levels import STORY_MONTHS
from lei.services.demo.story.measures import QUARTERLY, SENDER_OF
from lei.services.demo.story.series import SEED, Story, tell_story

Record = dict[str, Any]

# The survey of this month is evaluated by hand while the platform moves, and comes two months late.
LATE_SURVEY, LATE_BY = -9, 2
# An invoice of the content studio was missing in these months; finance restates them with the month two later.
RESTATED_COSTS, RESTATED_WITH, BOOKED_SHARE = (-5, -4), -2, 0.9
_COSTS = ("cost_per_learning_hour", "cost_per_competent_learner", "learning_cost_total")
# In the month of the move the platform lost completions of EMEA; they are sent again a month later.
LOST_COMPLETIONS, FOUND_SHARE = -10, 0.8
_COMPLETIONS = ("completion_rate", "mandatory_on_time_completion_rate")
# Ratings of a course that these people never took; taken back a month later.
STRAY_RATINGS = -3


@dataclass(frozen=True, slots=True)
class Shipment:
    """What one system sends at once. records: as in the contract, `source` left out (it is `sender`)."""

    sender: str
    received_at: datetime
    records: tuple[Record, ...]
    note: str = ""


def shipments(last_month: int, seed: int = SEED) -> list[Shipment]:
    """Everything that is sent over the 24 months up to `last_month`, in the order in which it comes in."""
    story = tell_story(last_month, seed)
    sent = [shipment for offset in range(1 - STORY_MONTHS, 1) for shipment in _of_month(story, offset)]
    return sorted((one for one in sent if one.records), key=lambda shipment: shipment.received_at)


def _of_month(story: Story, offset: int) -> Iterator[Shipment]:
    for sender in SENDERS:
        yield _regular(story, sender, offset)
    later = {sender.name: _instant(story, sender, offset) + timedelta(hours=6) for sender in SENDERS}
    if offset == LOST_COMPLETIONS + 1:
        records = _records(story, LOST_COMPLETIONS, _COMPLETIONS)
        yield Shipment(LMS, later[LMS], records, "Completions of EMEA that were lost in the move")
    if offset == LATE_SURVEY + LATE_BY:
        records = _records(story, LATE_SURVEY, _keys(SURVEYS))
        yield Shipment(SURVEYS, later[SURVEYS], records, "Survey evaluated by hand, two months late")
    if offset == RESTATED_WITH:
        records = tuple(record for month in RESTATED_COSTS for record in _records(story, month, _COSTS))
        yield Shipment(FINANCE, later[FINANCE], records, "Costs restated: an invoice was missing")
    if offset == STRAY_RATINGS + 1:
        record = _stray_rating(story, None)
        yield Shipment(SURVEYS, later[SURVEYS], (record,), "Ratings booked to the wrong course are taken back")


def _regular(story: Story, sender: Sender, offset: int) -> Shipment:
    keys = _keys(sender.name)
    if sender.name == SURVEYS and offset == LATE_SURVEY:
        keys = []
    records = _records(_first_version(story, offset), offset, keys)
    records += tuple(_of_programs(story, sender.name, offset))
    if sender.name == SURVEYS and offset == STRAY_RATINGS:
        records += (_stray_rating(story, 3.1),)
    return Shipment(sender.name, _instant(story, sender, offset), records)


def _keys(sender: str) -> list[str]:
    return [key for key, sent_by in SENDER_OF.items() if sent_by == sender]


def _instant(story: Story, sender: Sender, offset: int) -> datetime:
    """When the figures of a month leave the system: early on its day of the month after."""
    day = month_start(story.time.last_month + offset + 1)
    return datetime(day.year, day.month, 1, sender.hour, sender.minute, tzinfo=UTC)


def _first_version(story: Story, offset: int) -> Story:
    """The story as it was first told about a month that is corrected later."""
    if offset == LOST_COMPLETIONS:
        return _scaled(story, _COMPLETIONS, FOUND_SHARE, "EMEA")
    if offset in RESTATED_COSTS:
        return _scaled(story, _COSTS, BOOKED_SHARE, None)
    return story


def _scaled(story: Story, keys: Sequence[str], factor: float, region: str | None) -> Story:
    counts = dict(story.counts)
    for key in keys:
        cells = story.cells[counts[key].grid].all
        factors = np.array([factor if region in (None, cell.region) else 1.0 for cell in cells])
        counts[key] = replace(counts[key], numerator=np.floor(counts[key].numerator * factors))
    return replace(story, counts=counts)


def _records(story: Story, offset: int, keys: Sequence[str]) -> tuple[Record, ...]:
    month = story.time.last_month + offset
    row = int(np.flatnonzero(story.time.offsets == offset)[0])
    records: list[Record] = []
    for key in keys:
        if key not in QUARTERLY:
            records += _of_measure(story, key, row, str(Period(month, Grain.MONTH)))
        elif month % MONTHS_A_QUARTER == MONTHS_A_QUARTER - 1:
            first = month - MONTHS_A_QUARTER + 1
            records += _of_measure(story, key, row, str(Period(first, Grain.QUARTER)))
    return tuple(records)


def _of_measure(story: Story, key: str, row: int, period: str) -> Iterator[Record]:
    counts = story.counts[key]
    for segments, member in story.cells[counts.grid].families:
        numerators, cases = counts.numerator[row] @ member, counts.cases[row] @ member
        for segment, numerator, number in zip(segments, numerators, cases, strict=True):
            if number >= 1:
                value = _value(counts, float(numerator), float(number))
                yield _record(key, period, value, int(number), segment)


def _of_programs(story: Story, sender: str, offset: int) -> Iterator[Record]:
    period = str(Period(story.time.last_month + offset, Grain.MONTH))
    for figures in story.programs:
        found = figures.at(offset) if figures.course.sender == sender else None
        if found is not None:
            yield _record(figures.course.measure, period, found[0], found[1], dict(figures.course.segment))


def _value(counts: Counts, numerator: float, cases: float) -> float:
    if counts.adds_up:
        return round(numerator, 2)
    return round(counts.scale * numerator / cases, 4)


def _record(key: str, period: str, value: float | None, sample_size: int, segment: dict[str, str]) -> Record:
    return {"measure": key, "period": period, "value": value, "sample_size": sample_size, "dimensions": segment}


def _stray_rating(story: Story, value: float | None) -> Record:
    period = str(Period(story.time.last_month + STRAY_RATINGS, Grain.MONTH))
    segment = {"program": SALES_ACADEMY, "unit": CORPORATE}
    return _record("learner_satisfaction", period, value, 11, segment)
