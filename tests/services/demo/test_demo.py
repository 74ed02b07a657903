"""Loading the demo organisation: once, completely, and what its scores say of the company."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lei.clock import FixedClock
from lei.config import Settings, load_settings
from lei.periods import Grain, Period, parse_period
from lei.services.access.authenticate import SCOPES, authenticate
from lei.services.access.manage_users import check_password
from lei.services.demo.load_demo import EMAIL, SCHEDULE, load_demo, store_facts
from lei.services.demo.story.program_signals import SITE_DIMENSION
from lei.services.schedules.due_runs import anything_due
from lei.services.scores.drivers import explain_change
from lei.services.scores.score import score
from lei.services.scores.score_report import Score, ScoreQuery
from lei.services.set_up import set_up_database
from lei.storage.api_keys import all_keys
from lei.storage.batches import Batch, newest_batches
from lei.storage.database import Database
from lei.storage.observations import last_observation_id
from lei.storage.programs import list_programs
from lei.storage.schedules import list_schedules
from lei.storage.score_targets import read_targets
from lei.storage.segments import dimension_keys

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LAST = parse_period("2026-10")
FIRST = LAST.shift(-23)
SMALLEST = 5


def _settings(folder: Path) -> Settings:
    return load_settings({"LEI_DATA_DIR": str(folder)})


def _scores(demo: Database, *by: str, first: Period = FIRST, as_of: datetime | None = None) -> list[Score]:
    with demo.reading() as session:
        return list(score(session, ScoreQuery(Grain.MONTH, first, LAST, by=by, as_of=as_of), SMALLEST).scores)


def _now_by(demo: Database, dimension: str) -> dict[str, Score]:
    return {one.segment[dimension]: one for one in _scores(demo, dimension, first=LAST)}


def _batches(demo: Database) -> list[Batch]:
    with demo.reading() as session:
        return newest_batches(session, 1000)


# --- loading


def test_it_says_how_to_get_in_once_and_loads_nothing_a_second_time(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    access = load_demo(database, _settings(tmp_path), clock.now())
    assert access is not None
    assert access.scorecard_path.parent == tmp_path / "scorecards"
    assert access.scorecard_path.read_bytes().startswith(b"%PDF-")
    with database.reading() as session:
        loaded = last_observation_id(session)
        assert check_password(session, access.email, access.password).role == "admin"
        assert authenticate(session, access.api_key, clock.now())[0].scopes == SCOPES
        assert [schedule.plan for schedule in list_schedules(session)] == [SCHEDULE]
        assert not anything_due(session, clock.now() + timedelta(hours=1)), "nothing is sent for months gone by"
    assert load_demo(database, _settings(tmp_path), clock.now() + timedelta(days=40)) is None
    with database.reading() as session:
        assert last_observation_id(session) == loaded
        assert len(all_keys(session)) == 1


def _kill_at(folder: Path, statement: str, times: int) -> Database:
    """Load in a process that dies as it runs that statement for the so-manieth time; the database that it leaves."""
    command = [sys.executable, "-c", _KILLED_AT, str(folder), statement, str(times)]
    killed = subprocess.run(command, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    return Database(_settings(folder).database_url)


@pytest.mark.parametrize(
    ("statement", "times"),
    [("INSERT INTO batches", 100), ("INSERT INTO program_records", 12)],
    ids=["facts", "programs"],
)
def test_killed_while_facts_are_stored_it_leaves_nothing_and_can_start_over(
    tmp_path: Path, statement: str, times: int
) -> None:
    database = _kill_at(tmp_path, statement, times)
    with database.reading() as session:
        assert last_observation_id(session) == 0
        assert list_programs(session) == []
        assert SITE_DIMENSION[0] not in dimension_keys(session)
    assert store_facts(database, NOW)
    assert not store_facts(database, NOW)
    assert len(_batches(database)) == 171
    with database.reading() as session:
        assert len(list_programs(session)) == 7
    database.close()


def test_killed_before_anybody_was_let_in_the_next_start_does_the_rest(tmp_path: Path) -> None:
    database = _kill_at(tmp_path, "BEGIN", times=3)
    access = load_demo(database, _settings(tmp_path), NOW)
    assert access is not None
    with database.reading() as session:
        assert authenticate(session, access.api_key, NOW)[0].name == "demo"
        assert check_password(session, access.email, access.password).email == EMAIL
    assert len(_batches(database)) == 171
    database.close()


_KILLED_AT = """
import os, signal, sys
from datetime import UTC, datetime
import sqlalchemy as sa
from lei.config import load_settings
from lei.services.demo.load_demo import load_demo
from lei.services.set_up import set_up_database
from lei.storage.database import Database

seen = 0
def count(statement):
    global seen
    seen += statement.lstrip().startswith(sys.argv[2])
    if seen == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

settings = load_settings({"LEI_DATA_DIR": sys.argv[1]})
database, now = Database(settings.database_url), datetime(2026, 11, 21, 10, tzinfo=UTC)
set_up_database(database, now)
# The driver's own trace: some statements go past SQLAlchemy.
sa.event.listen(database.engine, "checkout", lambda driver, *rest: driver.set_trace_callback(count))
load_demo(database, settings, now)
"""


def test_a_database_with_somebodys_observations_is_left_alone(sqlite_database: Database, tmp_path: Path) -> None:
    from lei.services.intake.ingest import IngestOptions, ingest_records

    mine = {"measure": "pass_rate", "period": "2026-10", "value": 80, "sample_size": 50}
    with sqlite_database.writing() as session:
        ingest_records(session, [mine], IngestOptions(source="hris", sent_by="me"), NOW)
    assert load_demo(sqlite_database, _settings(tmp_path), NOW) is None
    with sqlite_database.reading() as session:
        assert last_observation_id(session) == 1
        assert all_keys(session) == []


def test_on_the_first_minutes_of_a_month_nothing_comes_from_the_future(tmp_path: Path) -> None:
    settings, early = _settings(tmp_path), datetime(2026, 11, 1, 0, 5, tzinfo=UTC)
    database = Database(settings.database_url)
    set_up_database(database, early)
    assert store_facts(database, early)
    recorded = [batch.recorded_at for batch in _batches(database) if batch.recorded_at]
    assert max(recorded) < early
    assert len(set(recorded)) == len(recorded)
    with database.reading() as session:
        programs = list_programs(session)
    for program in programs:
        instants = [program.created_at, program.frozen_at, program.changed_at]
        instants += [instant for record in program.records for instant in (record.recorded_at, record.changed_at)]
        assert max(instant for instant in instants if instant is not None) < early, program.key
    assert _scores(database, first=LAST)[0].composite is not None
    database.close()


# --- late and corrected data


def test_batches_say_what_was_new_corrected_and_taken_back(demo: Database) -> None:
    batches = _batches(demo)
    assert all(batch.status == "stored" for batch in batches)
    assert sum(batch.corrected for batch in batches) > 100
    assert sum(batch.retracted for batch in batches) == 1
    assert sum(batch.unchanged for batch in batches) > 20
    instants = [batch.received_at for batch in batches]
    assert instants == sorted(instants, reverse=True)


def test_the_past_can_be_seen_as_it_was_known_then(demo: Database) -> None:
    january = parse_period("2026-01")

    def measure(key: str, period: Period, as_of: datetime | None) -> tuple[float | None, str | None]:
        found = next(s for s in _scores(demo, as_of=as_of, first=FIRST) if s.period == period)
        one = next(m for pillar in found.pillars for m in pillar.measures if m.key == key)
        return one.value, one.reason

    before, after = datetime(2026, 3, 15, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    assert measure("training_nps", january, before) == (None, "no_data")
    assert measure("training_nps", january, after)[0] is not None
    may = parse_period("2026-05")
    booked, _ = measure("cost_per_learning_hour", may, datetime(2026, 6, 15, tzinfo=UTC))
    restated, _ = measure("cost_per_learning_hour", may, None)
    assert booked is not None and restated is not None
    assert booked == pytest.approx(0.9 * restated, rel=0.01)


# --- what the scores say of the company


def test_every_month_has_a_final_score_and_the_index_rises_from_about_50_to_above_60(demo: Database) -> None:
    scores = _scores(demo)
    assert [str(s.period) for s in (scores[0], scores[-1])] == ["2024-11", "2026-10"]
    assert {s.status for s in scores} == {"final"}
    composites = [s.composite or 0.0 for s in scores]
    assert 46 < composites[0] < 52
    assert 60 < composites[-1] < 64
    assert max(composites) == composites[-1]


def test_the_move_to_another_platform_and_the_budget_cut_can_be_seen(demo: Database) -> None:
    by_month = {str(s.period): s for s in _scores(demo)}
    composite = {month: s.composite or 0.0 for month, s in by_month.items()}
    assert composite["2025-12"] < composite["2025-11"] - 1.5
    assert max(composite["2026-01"], composite["2026-02"]) < composite["2025-11"]
    access = {month: s.pillar("access_engagement").score or 0.0 for month, s in by_month.items()}
    assert access["2025-12"] < access["2025-11"] - 8
    assert access["2026-06"] < min(access["2026-04"], access["2026-05"]) - 1


def test_not_all_is_green(demo: Database) -> None:
    last = _scores(demo)[-1]
    bands = {pillar.key: pillar.band for pillar in last.pillars}
    assert bands["business_impact"] == "at_risk"
    assert bands["operational_efficiency"] == "strong"
    assert len(set(bands.values())) >= 3


def test_the_index_has_a_plan_for_the_year(demo: Database) -> None:
    with demo.reading() as session:
        targets = {(target.score, target.period): target.value for target in read_targets(session, {})}
    assert targets["composite", str(LAST.first_month // 12)] == 63
    assert len(targets) == 7


def test_shares_of_weight_sum_to_one(demo: Database) -> None:
    last = _scores(demo)[-1]
    assert sum(pillar.weight for pillar in last.pillars) == pytest.approx(1)
    for pillar in last.pillars:
        assert sum(measure.weight for measure in pillar.measures) == pytest.approx(1)


def test_the_last_month_rose_for_one_main_reason(demo: Database) -> None:
    with demo.reading() as session:
        (report,) = explain_change(session, ScoreQuery(Grain.MONTH, LAST, LAST), LAST.shift(-1), SMALLEST)
    assert report.material
    assert (report.change or 0) > 1
    first, second = sorted(report.contributions, key=lambda c: -abs(c.points))[:2]
    assert first.measure == "skill_uplift"
    assert first.points > 1.5 * abs(second.points)


def test_sales_academy_is_in_trouble(demo: Database) -> None:
    programs = _now_by(demo, "program")
    assert len(programs) == 8
    composites = {name: s.composite for name, s in programs.items() if s.composite is not None}
    assert len(composites) == 8
    worst = min(composites, key=lambda name: composites[name])
    assert worst == "Sales Academy"
    assert programs[worst].band == "at_risk"
    assert sorted(composites.values())[1] > composites[worst] + 10


def test_the_unit_too_small_to_show_is_hidden_and_the_next_smallest_with_it(demo: Database) -> None:
    units = _now_by(demo, "unit")
    hidden = {name for name, s in units.items() if s.composite is None}
    assert hidden == {"Legal & Compliance", "Corporate Functions"}
    assert {units[name].reason for name in hidden} == {"small_group"}
    small = units["Legal & Compliance"]
    assert all(measure.value is None for pillar in small.pillars for measure in pillar.measures)
    assert {s.status for name, s in units.items() if name not in hidden} == {"final"}


def test_regions_and_roles_have_scores(demo: Database) -> None:
    regions, roles = _now_by(demo, "region"), _now_by(demo, "role")
    assert {s.status for s in regions.values()} == {"final"} and len(regions) == 3
    assert {s.status for s in roles.values()} == {"provisional"} and len(roles) == 4
    assert min(regions, key=lambda name: regions[name].composite or 0) == "APAC"


def test_certificates_in_apac_expired_three_months_ago(demo: Database) -> None:
    series = [s for s in _scores(demo, "region") if s.segment["region"] == "APAC"]
    held = [
        next(m.value or 0.0 for m in s.pillar("capability_readiness").measures if m.key == "certification_coverage")
        for s in series
    ]
    assert held[-3] < held[-5] - 10
