"""A KPI that fell, its questions, and the answers that people give: kept with who and when, and asked again later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sending import Send, observation

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import parse_period
from lei.services.gaps.answer_gap import NewAnswers, answer_gap
from lei.services.gaps.drift_words import drift_sentence
from lei.services.gaps.find_gaps import DriftQuery, Gap, KpiDrift, find_gaps, types_that_move_kpis
from lei.services.gaps.gap_questions import QUESTIONS, Question
from lei.services.weights.draft_state import Act
from lei.storage.database import Database
from lei.storage.gap_answers import list_gap_answers

FLOOR = 5
CALLS = "kpi_repeat_service_calls"
FIRST = parse_period("2025-08")
NORTH = {"unit": "North"}
# Mean 52.6, mean range 4.6: 90 in October 2026 is far above 52.6 + 2.66 x 4.6.
VALUES = [*(50.0, 52.0) * 7, 90.0]
NOTHING_ELSE: Mapping[Question, bool] = {**dict.fromkeys(QUESTIONS, False), "skill_is_low": True}


@pytest.fixture
def fallen(database: Database, send: Send) -> Database:
    """Repeat calls of North, which rose out of their usual variation in October 2026."""
    send(series(CALLS, VALUES))
    return database


def series(kpi: str, values: list[float], unit: str = "North", people: int = 100) -> list[dict[str, Any]]:
    """A KPI of a unit, month after month from August 2025 on."""
    return [observation(kpi, str(FIRST.shift(t)), value, people, unit=unit) for t, value in enumerate(values)]


def drift(database: Database, month: str = "2026-10", **asked: Any) -> KpiDrift:
    """What fell up to a month, unit by unit."""
    query = DriftQuery(parse_period(month), **{"by": ("unit",), **asked})
    with database.reading() as session:
        return find_gaps(session, query, FLOOR)


def only(found: KpiDrift) -> Gap:
    """The one gap that there is."""
    (gap,) = found.gaps
    return gap


def answer(
    database: Database, clock: FixedClock, answers: Mapping[Question, bool | None], by: str = "Ines", note: str = ""
) -> Gap:
    """Answer questions about North in October."""
    with database.writing() as session:
        new = NewAnswers(CALLS, NORTH, answers, note)
        return answer_gap(session, new, parse_period("2026-10"), FLOOR, Act(by, clock.now()))


def test_it_asks_before_it_suggests_a_program(fallen: Database) -> None:
    found = drift(fallen)
    gap = only(found)
    assert (gap.candidate.kpi.key, gap.candidate.segment, gap.given) == (CALLS, NORTH, {})
    assert (gap.candidate.next_step.step, gap.candidate.next_step.program_types) == ("ask", ())
    assert list(gap.candidate.questions) == list(QUESTIONS)
    assert drift_sentence(found) == (
        "1 KPI left the usual variation in the bad direction by October 2026. "
        "Ask what changed before you plan any program."
    )


def test_only_answers_lead_to_a_type_of_program(fallen: Database, clock: FixedClock) -> None:
    """Repeat service calls are recommended for customer-facing programs, and for no other type."""
    step = answer(fallen, clock, NOTHING_ELSE, note="Two reviews of calls").candidate.next_step
    assert (step.step, step.program_types) == ("plan_program", types_that_move_kpis()[CALLS])
    assert len(step.program_types) == 1
    gap = only(drift(fallen))
    assert gap.candidate.next_step == step
    given = gap.given["skill_is_low"]
    assert (given.answer, given.answered_by, given.answered_at, given.note) == (
        True,
        "Ines",
        clock.now(),
        "Two reviews of calls",
    )


def test_one_answer_that_points_elsewhere_is_enough(fallen: Database, clock: FixedClock) -> None:
    gap = answer(fallen, clock, {**NOTHING_ELSE, "tool_changed": True})
    assert (gap.candidate.next_step.step, gap.candidate.next_step.program_types) == ("look_at_what_changed", ())


def test_the_newest_answer_counts_and_the_former_stays_on_record(fallen: Database, clock: FixedClock) -> None:
    answer(fallen, clock, {"tool_changed": True})
    early = clock.now()
    clock.instant = early + timedelta(hours=1)
    answer(fallen, clock, {"tool_changed": False}, by="Tom")
    assert only(drift(fallen)).given["tool_changed"].answered_by == "Tom"
    assert only(drift(fallen, as_of=early)).given["tool_changed"].answer is True
    with fallen.reading() as session:
        kept = [(number, one.answer, one.answered_by) for number, one in list_gap_answers(session, None, 10)]
        assert [one[1:] for one in kept] == [(True, "Ines"), (False, "Tom")]
        assert [number for number, _ in list_gap_answers(session, kept[0][0], 10)] == [kept[1][0]]


def test_an_answer_can_be_taken_back(fallen: Database, clock: FixedClock) -> None:
    answer(fallen, clock, {"tool_changed": True})
    gap = answer(fallen, clock, {"tool_changed": None})
    assert (gap.given, gap.candidate.next_step.step) == ({}, "ask")


def test_answers_are_of_one_unit(fallen: Database, send: Send, clock: FixedClock) -> None:
    send(series(CALLS, VALUES, unit="South"))
    answer(fallen, clock, NOTHING_ELSE)
    steps = {gap.candidate.segment["unit"]: gap.candidate.next_step.step for gap in drift(fallen).gaps}
    assert steps == {"North": "plan_program", "South": "ask"}


def test_answers_hold_for_half_a_year(fallen: Database, send: Send, clock: FixedClock) -> None:
    """The same answers in March 2027, five months later; in April the questions are open again."""
    answer(fallen, clock, NOTHING_ELSE)
    clock.instant += timedelta(days=180)
    send(series(CALLS, [*VALUES, 51.0, 51.0, 51.0, 51.0, 95.0]))
    assert only(drift(fallen, "2027-03")).candidate.next_step.step == "plan_program"
    send(series(CALLS, [*VALUES, 51.0, 51.0, 51.0, 51.0, 52.0, 95.0]))
    assert only(drift(fallen, "2027-04")).candidate.next_step.step == "ask"


def test_a_fall_of_before_knows_nothing_of_later_answers(fallen: Database, send: Send, clock: FixedClock) -> None:
    send(series(CALLS, [*(50.0, 52.0) * 6, 95.0, 52.0, 90.0]))
    answer(fallen, clock, NOTHING_ELSE)
    assert only(drift(fallen, "2026-08")).given == {}


@pytest.mark.parametrize(
    ("kpi", "where"), [("kpi_case_resolution", NORTH), (CALLS, {"unit": "South"}), ("nothing", NORTH)]
)
def test_what_has_not_fallen_has_nothing_to_answer(
    fallen: Database, send: Send, clock: FixedClock, kpi: str, where: dict[str, str]
) -> None:
    send(series(CALLS, [50.0, 52.0] * 8, unit="South"))
    new = NewAnswers(kpi, where, {"tool_changed": True})
    with pytest.raises(InvalidError, match="nothing to answer") as refused, fallen.writing() as session:
        answer_gap(session, new, parse_period("2026-10"), FLOOR, Act("Ines", clock.now()))
    assert refused.value.problems[0].field == "kpi"


def test_no_answer_is_refused(fallen: Database, clock: FixedClock) -> None:
    with pytest.raises(InvalidError, match="one question or more"):
        answer(fallen, clock, {})


def test_a_fall_that_must_stay_private_cannot_be_found_by_answering(
    database: Database, send: Send, clock: FixedClock
) -> None:
    send(series(CALLS, VALUES, people=4))
    with pytest.raises(InvalidError, match="as far as it may be shown"):
        answer(database, clock, {"tool_changed": True})


def test_retention_looks_back_a_year_and_is_not_judged(fallen: Database, send: Send) -> None:
    """Neighbors share eleven of twelve months: what looks quiet is so by construction."""
    send(series("kpi_retention", [*(90.0, 90.5) * 7, 60.0]))
    found = drift(fallen)
    assert [gap.candidate.kpi.key for gap in found.gaps] == [CALLS]
    assert [(one.kpi, one.reason) for one in found.report.not_judged] == [("kpi_retention", "values_overlap")]
    assert drift_sentence(found).endswith("1 series cannot be judged.")
