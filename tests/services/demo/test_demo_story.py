"""The story of the demo organisation: always the same, one company in every view, late and corrected like real data."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from lei.catalog.loader import default_kpis, default_measures
from lei.periods import parse_occasion, parse_period
from lei.services.demo.story.company import PROGRAMS, REGIONS, ROLES, SMALL_UNIT, UNITS
from lei.services.demo.story.events import EVENTS, Event
from lei.services.demo.story.measures import BEHAVIORS, DERIVED, QUARTERLY
from lei.services.demo.story.program_figures import Turn, program_figures
from lei.services.demo.story.program_signals import OWN_MEASURES
from lei.services.demo.story.series import SEED
from lei.services.demo.story.shipments import Record, Shipment, shipments

OCTOBER = parse_period("2026-10").first_month


@pytest.fixture(scope="module")
def sent() -> list[Shipment]:
    return shipments(OCTOBER)


@pytest.fixture(scope="module")
def facts(sent: list[Shipment]) -> list[Record]:
    """What holds in the end: the last version of every observation, without those taken back."""
    newest = {}
    for shipment in sent:
        for record in shipment.records:
            newest[shipment.sender, _key(record)] = record
    return [record for record in newest.values() if record["value"] is not None]


def _key(record: Record) -> str:
    return json.dumps([record["measure"], record["period"], sorted(record["dimensions"].items())])


def _values(facts: list[Record], dimension: str) -> set[str]:
    return {record["dimensions"][dimension] for record in facts if dimension in record["dimensions"]}


def test_the_same_month_tells_the_same_story_to_the_last_byte(sent: list[Shipment]) -> None:
    again = shipments(OCTOBER)
    assert json.dumps([s.records for s in again]) == json.dumps([s.records for s in sent])
    assert [s.received_at for s in again] == [s.received_at for s in sent]


def test_another_month_moves_the_story_in_time() -> None:
    periods = {record["period"] for s in shipments(OCTOBER + 3) for record in s.records if "Q" not in record["period"]}
    assert (min(periods), max(periods)) == ("2025-02", "2027-01")


def test_it_has_three_regions_six_units_eight_programs_and_four_roles(facts: list[Record]) -> None:
    assert _values(facts, "region") == set(REGIONS) and len(REGIONS) == 3
    assert _values(facts, "unit") == {unit.name for unit in UNITS} and len(UNITS) == 6
    assert _values(facts, "program") == {program.name for program in PROGRAMS} and len(PROGRAMS) == 8
    assert _values(facts, "role") == set(ROLES) and len(ROLES) == 4


def test_it_covers_24_months_up_to_the_last_one(facts: list[Record]) -> None:
    months = {record["period"] for record in facts if record["measure"] == "participation_rate"}
    assert len(months) == 24
    assert (min(months), max(months)) == ("2024-11", "2026-10")


def test_every_scored_measure_of_the_catalogue_is_reported_and_some_business_numbers(facts: list[Record]) -> None:
    measured = {record["measure"] for record in facts}
    assert {measure.key for measure in default_measures()} <= measured
    assert len(measured & {kpi.key for kpi in default_kpis()}) >= 5
    of_programs = {figures.course.measure for figures in program_figures(SEED)}
    assert {b.key for b in BEHAVIORS} | {key for key, _ in DERIVED} | {"enrollment_rate"} | of_programs == measured


def test_what_is_measured_for_single_programs_is_in_the_catalogue_or_registered() -> None:
    known = {kpi.key for kpi in default_kpis()} | {measure["key"] for measure in OWN_MEASURES}
    assert {figures.course.measure for figures in program_figures(SEED)} <= known


def test_a_figure_turns_by_equal_steps_over_its_ramp() -> None:
    turned = Turn(-3.0, starts=-4, ramp=2).on(np.arange(-6.0, 1.0))
    assert turned.tolist() == pytest.approx([0, 0, -1, -2, -3, -3, -3])


def test_events_name_measures_that_exist_and_happen_within_the_story() -> None:
    known = {behavior.key for behavior in BEHAVIORS} | {"activity"}
    for event in EVENTS:
        assert event.effects.keys() <= known, event.reason
        assert -24 < event.starts <= 0, event.reason


def test_an_event_rises_over_its_ramp_and_fades_after_its_end() -> None:
    event = Event("", starts=-6, ramp=1, ends=-3, fade=1, effects={})
    assert [event.strength(offset) for offset in range(-7, 0)] == [0, 0.5, 1, 1, 0.5, 0, 0]


def test_all_views_of_a_measure_are_sums_of_the_same_people(facts: list[Record]) -> None:
    measures = {measure.key: measure for measure in default_measures()}
    totals: dict[tuple[str, str], dict[tuple[str, ...], tuple[float, float]]] = defaultdict(dict)
    for record in facts:
        view = tuple(sorted(record["dimensions"]))
        number, total = totals[record["measure"], record["period"]].get(view, (0, 0.0))
        adds_up = record["measure"] in ("enrollment_count", "learning_cost_total")
        share = record["value"] * (1 if adds_up else record["sample_size"])
        totals[record["measure"], record["period"]][view] = (number + record["sample_size"], total + share)
    compared = 0
    for (key, period), views in totals.items():
        if key in measures and measures[key].weight_in_pillar:
            numbers = {number for number, _ in views.values()}
            means = [total / number for number, total in views.values()]
            assert len(numbers) == 1, (key, period, views)
            assert max(means) - min(means) < 1e-3, (key, period, means)
            compared += len(views) > 1
    assert compared > 700


def test_a_unit_of_four_people_reports_no_group_of_five(facts: list[Record]) -> None:
    small = [record for record in facts if record["dimensions"].get("unit") == SMALL_UNIT]
    assert small
    assert max(record["sample_size"] for record in small) == 4


def test_values_are_possible(facts: list[Record]) -> None:
    unit_of = {measure.key: measure.unit for measure in default_measures()}
    change = {"skill_uplift", "productivity_per_fte", "error_reduction", "learning_roi"}
    for record in facts:
        if unit_of.get(record["measure"]) == "percent" and record["measure"] not in change:
            assert 0 <= record["value"] <= 100, record
        assert record["sample_size"] >= 1


def test_figures_of_the_end_of_a_quarter_are_reported_for_the_quarter(facts: list[Record]) -> None:
    periods = {record["period"] for record in facts if record["measure"] in QUARTERLY}
    assert len(periods) == 8
    assert all(parse_occasion(period).span == 3 for period in periods)


def _of(sent: list[Shipment], sender: str, note: str) -> Shipment:
    return next(shipment for shipment in sent if shipment.sender == sender and note in shipment.note and shipment.note)


def test_shipments_come_in_order_and_a_month_is_complete_on_its_next_first_morning(sent: list[Shipment]) -> None:
    instants = [shipment.received_at for shipment in sent]
    assert instants == sorted(instants)
    assert instants[-1] == datetime(2026, 11, 1, 3, 30, tzinfo=UTC)


def test_a_survey_comes_two_months_late(sent: list[Shipment]) -> None:
    late = _of(sent, "survey_hub", "late")
    assert {record["period"] for record in late.records} == {"2026-01"}
    assert (late.received_at.year, late.received_at.month) == (2026, 4)
    before = [s for s in sent if s.sender == "survey_hub" and s.received_at < late.received_at]
    assert not [record for s in before for record in s.records if record["period"] == "2026-01"]


def _versions(sent: list[Shipment], sender: str) -> Iterator[tuple[Record, Record]]:
    first: dict[str, Record] = {}
    for shipment in sent:
        for record in shipment.records if shipment.sender == sender else ():
            if _key(record) in first:
                yield first[_key(record)], record
            first.setdefault(_key(record), record)


def test_finance_restates_the_costs_of_two_months_upwards(sent: list[Shipment]) -> None:
    restated = [pair for pair in _versions(sent, "finance_erp") if pair[0]["measure"] == "learning_cost_total"]
    assert {new["period"] for _, new in restated} == {"2026-05", "2026-06"}
    assert sum(new["value"] for _, new in restated) > 1.05 * sum(old["value"] for old, _ in restated)


def test_completions_lost_in_the_move_are_found_again_in_one_region_only(sent: list[Shipment]) -> None:
    pairs = [(old, new) for old, new in _versions(sent, "cornerstone") if "region" in new["dimensions"]]
    changed = {new["dimensions"]["region"] for old, new in pairs if old != new}
    assert changed == {"EMEA"}
    assert {new["dimensions"]["region"] for _, new in pairs} == set(REGIONS)


def test_stray_ratings_are_taken_back(sent: list[Shipment], facts: list[Record]) -> None:
    (retraction,) = _of(sent, "survey_hub", "taken back").records
    assert retraction["value"] is None
    assert _key(retraction) not in {_key(record) for record in facts}


def test_it_is_large_enough_to_be_a_company_and_small_enough_to_start_quickly(sent: list[Shipment]) -> None:
    assert 40_000 < sum(len(shipment.records) for shipment in sent) < 60_000
