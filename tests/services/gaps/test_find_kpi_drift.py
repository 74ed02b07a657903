"""KPIs beyond their limits in the bad direction: Wheeler's series as a KPI, through the real intake."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from sending import observation
from tiny_index import send_rows

from lei.catalog.measure import Measure
from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.periods import Grain, parse_period
from lei.services.gaps.find_kpi_drift import DriftReport, GapKnowledge, drift_in, fall_of, find_kpi_drift
from lei.services.gaps.kpi_series import KpiSeries
from lei.services.scores.score_report import ScoreQuery
from lei.storage.database import Database
from lei.storage.segments import canonical

FLOOR = 5
CALLS, SOLVED = "kpi_repeat_service_calls", "kpi_case_resolution"
FIRST = parse_period("2025-07")
# Wheeler and Chambers: mean 4135.5, limits 3188.7 and 5082.3; the last of sixteen values does not belong.
ACCOUNTS = (5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200)
QUIET = (50.0, 52.0) * 8


@dataclass
class Sender:
    """Sends the months of a KPI to a database, on a clock that stands still."""

    database: Database
    clock: FixedClock

    def months(self, kpi: str, unit: str, values: Sequence[float], sample_size: int = 100) -> None:
        """One after the other, from July 2025 on."""
        rows = [observation(kpi, str(FIRST.shift(t)), v, sample_size, unit=unit) for t, v in enumerate(values)]
        send_rows(self.database, self.clock, rows)


@pytest.fixture
def send(sqlite_database: Database, clock: FixedClock) -> Sender:
    """To SQLite: where the kind does not matter."""
    return Sender(sqlite_database, clock)


def drift(database: Database, knowledge: GapKnowledge | None = None, **asked: Any) -> DriftReport:
    """The drift of all units from July 2025 to October 2026."""
    query = ScoreQuery(**{"grain": Grain.MONTH, "first": FIRST, "last": FIRST.shift(15), "by": ("unit",), **asked})
    with database.reading() as session:
        return find_kpi_drift(session, query, FLOOR, knowledge)


def test_a_rise_of_what_should_be_low(database: Database, clock: FixedClock) -> None:
    send = Sender(database, clock)
    send.months(CALLS, "North", ACCOUNTS)
    send.months(CALLS, "South", QUIET)
    (found,) = drift(database).candidates
    assert (found.kpi.key, found.segment) == (CALLS, {"unit": "North"})
    upper = 4135.5 + 2.66 * 5339 / 15
    assert (found.fall.value, found.fall.mean, found.fall.limit) == pytest.approx((5200, 4135.5, upper))
    assert found.fall.beyond == pytest.approx(117.7, abs=0.05)
    assert (str(found.fall.month), found.fall.side) == ("2026-10", "above")
    assert (found.fell_together, found.judged) == (1, 2)
    assert found.sentence == (
        "Repeat service calls of North stood at 5200 in 2026-10, above the upper limit of its usual variation "
        "(5082.28; mean 4135.5). That is a change, and no word yet of its cause."
    )


def test_the_same_rise_of_what_should_be_high_is_no_gap(sqlite_database: Database, send: Sender) -> None:
    send.months("kpi_productivity_per_fte", "North", ACCOUNTS)
    report = drift(sqlite_database)
    assert (report.candidates, report.not_judged) == ((), ())


def test_a_fall_of_what_should_be_high(sqlite_database: Database, send: Sender) -> None:
    """Mean 50.0625, ranges fourteen times 2 and once 12, mean 8 / 3; lower limit 50.0625 - 7.0933 = 42.9692."""
    send.months(SOLVED, "North", [*QUIET[:15], 38.0])
    (found,) = drift(sqlite_database).candidates
    assert found.fall.side == "below"
    assert found.fall.mean == pytest.approx((8 * 50 + 7 * 52 + 38) / 16)
    assert found.fall.limit == pytest.approx(802 / 16 - 2.66 * (14 * 2 + 12) / 15)


def test_questions_come_before_a_program(sqlite_database: Database, send: Sender) -> None:
    send.months(CALLS, "North", ACCOUNTS)
    types = {CALLS: ("Customer-facing",)}
    (asked,) = drift(sqlite_database, GapKnowledge(types)).candidates
    assert (asked.next_step.step, asked.next_step.program_types, len(asked.questions)) == ("ask", (), 7)
    no = dict.fromkeys(asked.questions, False)
    answers = {(CALLS, canonical({"unit": "North"})): {**no, "skill_is_low": True}}
    (answered,) = drift(sqlite_database, GapKnowledge(types, answers)).candidates
    assert (answered.next_step.step, answered.next_step.program_types) == ("plan_program", ("Customer-facing",))
    assert answered.questions == {}


def test_what_cannot_be_judged_is_told(sqlite_database: Database, send: Sender) -> None:
    send.months(CALLS, "North", ACCOUNTS[-11:])
    send.months(SOLVED, "North", QUIET[:12])
    report = drift(sqlite_database)
    assert report.candidates == ()
    assert {(each.kpi, each.reason) for each in report.not_judged} == {
        (CALLS, "too_few_months"),
        (SOLVED, "no_recent_value"),
    }


def test_small_groups_stay_private(sqlite_database: Database, send: Sender) -> None:
    send.months(CALLS, "North", ACCOUNTS, sample_size=4)
    report = drift(sqlite_database)
    assert (report.candidates, report.not_judged) == ((), ())


def test_all_of_few_is_not_told(sqlite_database: Database, send: Sender) -> None:
    """A fall to exactly 0 % of 12 people would tell the answer of each of them."""
    send.months(SOLVED, "North", [*QUIET[:15], 0.0], sample_size=12)
    assert drift(sqlite_database).candidates == ()


def test_the_farthest_beyond_its_limits_comes_first(sqlite_database: Database, send: Sender) -> None:
    send.months(CALLS, "North", [*QUIET[:15], 62.0])
    send.months(CALLS, "South", [*QUIET[:15], 90.0])
    found = drift(sqlite_database).candidates
    assert [each.segment["unit"] for each in found] == ["South", "North"]
    assert found[0].fell_together == 2


def test_what_means_nothing_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(InvalidError, match="There is no dimension 'planet'"):
        drift(sqlite_database, by=("planet",))
    quarter = parse_period("2026-Q3")
    with pytest.raises(InvalidError, match="month by month"):
        drift(sqlite_database, grain=Grain.QUARTER, first=quarter, last=quarter)
    assert drift(sqlite_database) == DriftReport((), ())


def kpi(**changes: Any) -> Measure:
    """A KPI that should be high."""
    fields = {"key": "own", "pillar": "", "display_name": "Own", "unit": "score", "direction": "higher_is_better"}
    return Measure(**{**fields, "kind": "kpi", **changes})


def series(values: Sequence[float], of: Measure) -> KpiSeries:
    """A series of the whole organisation."""
    return KpiSeries(of, {}, FIRST, np.array(values, dtype=float))


def test_values_that_overlap_in_time_have_no_limits() -> None:
    report = drift_in([series([*QUIET, 10.0], kpi(window="trailing 12 months"))], GapKnowledge())
    assert [each.reason for each in report.not_judged] == ["values_overlap"]


def test_a_target_is_left_on_both_sides_and_never_within() -> None:
    band = {"goalpost_0": 0.0, "goalpost_100": 40.0, "goalpost_100_upper": 70.0, "goalpost_0_upper": 100.0}
    target = kpi(direction="target_is_best", **band)
    below, above, within = (fall_of(series([*QUIET, last], target)) for last in (30.0, 80.0, 65.0))
    assert below is not None
    assert above is not None
    assert (below.side, above.side, within) == ("below", "above", None)


def test_a_month_alone_behind_a_gap_is_measured_by_the_others() -> None:
    """Fourteen months of 50 have no range at all, and the limits are the mean, (14 x 50 + 35) / 15 = 49."""
    report = drift_in([series([50.0] * 14 + [math.nan, 35.0], kpi())], GapKnowledge())
    (found,) = report.candidates
    assert (found.fall.mean, found.fall.limit, found.fall.beyond) == pytest.approx((49, 49, 14))
    assert found.sentence.startswith("Own of the whole organization stood at 35 in 2026-10, below the lower limit")
