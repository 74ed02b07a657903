"""What a step of a measure does: the index by plain arithmetic, the KPI by a slope that was planted in its months."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from program_data import KPI, NAME, OCTOBER, PLAN, monthly, stored
from sending import Send, organisation_scoring

from lei.catalog.measure import PILLARS
from lei.clock import FixedClock
from lei.errors import InvalidError, NotFoundError
from lei.evidence.estimate import TooLittle
from lei.evidence.what_if import AnnualValue, WhatIfAnswer, WhatIfRefused
from lei.services.chain.try_measure import try_measure
from lei.services.chain.what_if_reading import StepAsked, WhatIfReading
from lei.storage.database import Database
from lei.storage.program_plans import Plan

FLOOR = 5
FIRST, MONTHS, LAG = "2024-01", 34, 3
ASSESSMENT = StepAsked("assessment_score", 1.5)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """SQLite: this is about arithmetic, and the kind of database does not matter. Stories are told on both."""
    return sqlite_database


def whole_index(send: Send, assessment: float = 78) -> None:
    """All measures of the program in October score 60, but for the assessment score."""
    rows = organisation_scoring("2026-10", dict.fromkeys(PILLARS, 60.0), program=NAME)
    send([row | {"value": assessment} if row["measure"] == "assessment_score" else row for row in rows])


def months_with_a_slope(send: Send, slope: float, noise: float = 0.02) -> None:
    """The assessment score month by month, and errors that follow it by `slope` percent for a percent, a lag later."""
    draw = np.random.default_rng(7)
    score = 78 + 3 * draw.standard_normal(MONTHS)
    score[-1] = 78
    percent = np.concatenate([np.zeros(LAG), (score[:-LAG] - 78) / 78])
    errors = 8.0 * (1 + slope * percent) + noise * draw.standard_normal(MONTHS)
    send(monthly("assessment_score", FIRST, score.tolist()))
    send(monthly("kpi_early_error_rate", FIRST, errors.tolist(), unit="Leeds"))


def tried(
    database: Database, clock: FixedClock, asked: StepAsked = ASSESSMENT, plan: Plan = PLAN, floor: int = FLOOR
) -> WhatIfReading:
    """The answer for a stored program."""
    program = stored(database, clock, plan)
    with database.reading() as session:
        return try_measure(session, program, asked, OCTOBER, floor)


def test_both_readings_of_the_example_of_the_rules(database: Database, clock: FixedClock, send: Send) -> None:
    """78 is 79.17 with 1.5 percent more, 79.5 with 1.5 points more; 62.2 -> 64.8 at 3.6 percent is +0.09."""
    whole_index(send)
    found = tried(database, clock)
    assert found.index is not None
    assert found.index.effective_weight == pytest.approx(0.036)
    relative, points = found.index.steps
    assert (relative.after, points.after) == (pytest.approx(79.17), 79.5)
    assert (f"{relative.score_before:.1f}", f"{relative.score_after:.1f}") == ("62.2", "64.8")
    assert relative.change == pytest.approx(0.036 * 1.17 * 100 / 45)
    assert points.change == pytest.approx(0.036 * 1.5 * 100 / 45)
    assert found.index_sentence == (
        "Assessment score from 78 % to 79.17 %: its score goes from 62.2 to 64.8, and the composite of Onboarding from "
        "60.08 to 60.17 (+0.09), all else unchanged."
    )
    assert [each.gain for each in found.index.tornado] == sorted((g.gain for g in found.index.tornado), reverse=True)


def test_a_value_that_there_cannot_be_is_refused(database: Database, clock: FixedClock, send: Send) -> None:
    whole_index(send, assessment=90)
    found = tried(database, clock, StepAsked("assessment_score", 12))
    assert found.index is not None
    assert (found.index.steps[0].possible, found.index.steps[0].change) == (False, None)
    assert found.index_sentence == "Assessment score cannot come to 100.8 %."


def test_without_a_composite_the_score_is_told_alone(database: Database, clock: FixedClock, send: Send) -> None:
    send(monthly("assessment_score", "2026-10", [78]))
    found = tried(database, clock)
    assert found.index_sentence == (
        "Assessment score from 78 % to 79.17 %: its score goes from 62.2 to 64.8. "
        "Onboarding has no composite to change."
    )


def test_the_kpi_follows_by_the_slope_of_its_own_months(database: Database, clock: FixedClock, send: Send) -> None:
    months_with_a_slope(send, slope=-0.4)
    asked = StepAsked("assessment_score", 1.5, annual_value=AnnualValue(20_000_000, "EUR"))
    found = tried(database, clock, asked)
    assert found.kpi is not None
    answer = found.kpi.found
    assert isinstance(answer, WhatIfAnswer)
    # 1.5 x -0.4; errors cost, so fewer of them are a gain: 0.6 percent of 20 million
    assert answer.kpi_percent.value == pytest.approx(-0.6, abs=0.05)
    assert answer.kpi_percent.low < answer.kpi_percent.value < answer.kpi_percent.high < 0
    assert answer.money is not None
    assert answer.money.value == pytest.approx(-answer.kpi_percent.value / 100 * 20_000_000)
    assert answer.lag == LAG
    assert found.kpi.sentence.startswith("If the past relation holds, the change in early error rate is −0.5")
    assert "3 months later. That is EUR 111,000 [102,000 to 120,000] a year." in found.kpi.sentence


def test_points_are_as_many_percent_of_the_value(database: Database, clock: FixedClock, send: Send) -> None:
    months_with_a_slope(send, slope=-0.4)
    found = tried(database, clock, StepAsked("assessment_score", 1.56, reading="points"))
    assert found.kpi is not None
    assert isinstance(found.kpi.found, WhatIfAnswer)
    assert found.kpi.found.measure_percent == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("slope", "noise", "change", "reason"),
    [(0.0, 0.3, 1.5, "slope_unclear"), (-0.4, 0.02, 25, "beyond_what_was_seen")],
)
def test_refused_with_its_reason(
    *, slope: float, noise: float, change: float, reason: str, database: Database, clock: FixedClock, send: Send
) -> None:
    months_with_a_slope(send, slope, noise)
    found = tried(database, clock, StepAsked("assessment_score", change))
    assert found.kpi is not None
    assert isinstance(found.kpi.found, WhatIfRefused)
    assert found.kpi.found.reason == reason
    assert found.kpi.sentence.startswith("Nothing is said of early error rate: ")


def test_no_answer_below_grade_e2(database: Database, clock: FixedClock, send: Send) -> None:
    """The KPI is expected in November: until then nothing of it is after."""
    months_with_a_slope(send, slope=-0.4)
    late = replace(PLAN, kpis=(replace(KPI, expected_lag_months=6),))
    found = tried(database, clock, plan=late)
    assert found.kpi is not None
    assert found.kpi.sentence == ("Nothing is said of early error rate: its evidence is grade E1, and E2 is needed.")


def test_a_state_has_no_slope(database: Database, clock: FixedClock, send: Send) -> None:
    months_with_a_slope(send, slope=-0.4)
    send(monthly("audience_reach", FIRST, [70.0 + month % 5 for month in range(MONTHS)]))
    found = tried(database, clock, StepAsked("audience_reach", 1))
    assert found.kpi is not None
    assert found.kpi.found == "no_flow"


def test_few_months_have_no_slope(database: Database, clock: FixedClock, send: Send) -> None:
    send(monthly("assessment_score", "2026-02", [70, 71, 72, 73, 74, 75, 76, 77, 78]))
    send(monthly("kpi_early_error_rate", "2026-02", [8, 8, 8, 8, 7, 7, 7, 6, 6], unit="Leeds"))
    found = tried(database, clock)
    assert found.kpi is not None
    assert found.kpi.found == TooLittle("kpi_slope", {"months": 12}, {"months": 9})


def test_what_is_not_there_is_refused(database: Database, clock: FixedClock) -> None:
    program = stored(database, clock, PLAN)
    with database.reading() as session:
        with pytest.raises(InvalidError, match="no scored measure 'enrollment_count'"):
            try_measure(session, program, StepAsked("enrollment_count", 1), OCTOBER, FLOOR)
        with pytest.raises(NotFoundError, match="has no KPI 'kpi_win_rate'"):
            try_measure(session, program, StepAsked("pass_rate", 1, kpi_key="kpi_win_rate"), OCTOBER, FLOOR)


def test_an_unknown_segment_leaves_the_index_out(database: Database, clock: FixedClock) -> None:
    found = tried(database, clock)
    assert found.index is None
    assert found.index_sentence
