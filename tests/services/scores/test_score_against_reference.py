"""Random histories give the same scores through the real intake as the plain reference works out from the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference_history import History
from reference_scores import Answer, Rules, reference_scores
from sqlalchemy.orm import Session

from lei.catalog.measure import Measure
from lei.clock import FixedClock
from lei.errors import ConflictError
from lei.periods import Period, parse_period, periods_between
from lei.services.intake.ingest import IngestOptions, ingest_records
from lei.services.intake.revert_batch import RevertOptions, revert_batch
from lei.services.scores.score import score
from lei.services.scores.score_report import MeasureScore, Score, ScoreQuery
from lei.storage.database import Database
from lei.storage.ledger import raise_ledger
from lei.storage.measures import change_measure, read_measures
from lei.storage.rollups import rebuild_rollups
from lei.storage.weight_profiles import add_profile, add_version, read_versions

PROFILE = "few"
PILLARS = {
    "access_engagement": 20,
    "performance_outcomes": 30,
    "capability_readiness": 25,
    "operational_efficiency": 15,
}
# One measure of each kind of roll-up, of each direction and of each smallest group; coverage of exactly 60 occurs.
WEIGHTS = {
    "access_engagement": {"participation_rate": 60, "audience_reach": 40},
    "performance_outcomes": {"pass_rate": 50, "skill_uplift": 30, "assessment_score": 20},
    "capability_readiness": {"role_readiness_rate": 40, "bench_depth": 60},
    "operational_efficiency": {"cost_per_learning_hour": 100},
}
CONTEXT = ("enrollment_count", "learning_cost_total")
TRUSTED = {"pass_rate": ("lms", "hris")}
KEYS = [*(key for weights in WEIGHTS.values() for key in weights), *CONTEXT]
SPLITS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [((), ()), (("unit",), ()), (("unit", "region"), ())]
SPLITS += [((), ("region",)), (("unit",), ("region",)), ((), ("program", "unit"))]
SPANS = [("2026-02", "2026-06"), ("2025-Q4", "2026-Q2"), ("2025", "2026")]
QUESTIONS_ASKED = 4

SEGMENTS = st.sampled_from(
    [
        {},
        *({"unit": u} for u in "ABC"),
        *({"region": r} for r in ("N", "S")),
        *({"unit": u, "region": r} for u in "ABC" for r in ("N", "S")),
        *({"unit": u, "program": p} for u in "AB" for p in ("X", "Y")),
        {"program": "X"},
    ]
)
PERIODS = st.sampled_from(
    [
        *(f"2026-0{month}" for month in range(1, 7)),
        *("2025-11", "2025-12", "2025-Q4", "2026-Q1", "2026-Q2", "2025", "2026"),
        *("2026-01-05", "2026-01-20", "2026-02-03", "2026-05-30", "2026-05-31", "2026-06-01"),
    ]
)
ROWS = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(KEYS),
        "period": PERIODS,
        "value": st.sampled_from([0.0, 33.25, 60.0, 71.5, 88.0, 100.0, 180.0, None]),
        "sample_size": st.sampled_from([1, 2, 3, 4, 5, 7, 9, 10, 12, 25, 60]),
        "dimensions": SEGMENTS,
        "source": st.sampled_from(["hris", "lms", "lxp"]),
    }
)


@st.composite
def full_months(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Every measure of one segment in one month: without these there would hardly ever be a composite."""
    segment, period, size = draw(SEGMENTS), draw(PERIODS), draw(st.integers(3, 40))
    values = draw(st.lists(st.sampled_from([20.0, 55.5, 70.0, 100.0]), min_size=len(KEYS), max_size=len(KEYS)))
    frame = {"period": period, "sample_size": size, "dimensions": segment, "source": "hris"}
    return [frame | {"measure": key, "value": value} for key, value in zip(KEYS, values, strict=True)]


@st.composite
def one_measure(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One measure in many depths, of space and of time: where counting twice is easy."""
    frame = {"measure": draw(st.sampled_from(KEYS)), "sample_size": draw(st.sampled_from([8, 30])), "source": "lms"}
    segments = draw(st.lists(SEGMENTS, min_size=1, max_size=3))
    places = draw(st.lists(st.tuples(st.sampled_from(segments), PERIODS), min_size=6, max_size=30))
    return [frame | {"dimensions": s, "period": p, "value": 40.0 + i} for i, (s, p) in enumerate(places)]


# A step is a batch of rows, or the number of an earlier batch to revert.
STEPS = st.lists(
    st.lists(ROWS, min_size=1, max_size=25) | full_months() | one_measure() | st.integers(0, 4), min_size=2, max_size=7
)


@dataclass(frozen=True)
class Told:
    """What became of one history: the instants of its batches, and the reference that heard the same."""

    history: History
    instants: Sequence[datetime]


def tell(database: Database, clock: FixedClock, steps: Sequence[Any]) -> Told:
    """Send a history through the real intake and to the reference alike."""
    history, numbers, instants = History(), {}, []
    with database.writing() as session:
        for table in ("observations", "rollups", "batches", "segments"):
            session.execute(sa.text(f"DELETE FROM {table}"))
        raise_ledger(session, clock.now())
    for number, step in enumerate(steps):
        clock.instant += timedelta(hours=1)
        instants.append(clock.instant)
        with database.writing() as session:
            if isinstance(step, list):
                result = ingest_records(session, step, IngestOptions("hris", "a test"), clock.now())
                assert result.rejected == 0, result.errors
                numbers[number] = result.batch_id
                history.send(number, clock.now(), step, "hris")
            elif step in numbers:
                reverted = history.revert(step, number, clock.now())
                try:
                    numbers[number] = revert_batch(
                        session, numbers[step], RevertOptions("a test"), clock.now()
                    ).batch.id
                except ConflictError:
                    assert not reverted
                else:
                    assert reverted
    return Told(history, instants)


def prepared(database: Database, clock: FixedClock) -> Rules:
    """The rules that count; the first time they are published, and the trusted sources named."""
    with database.writing() as session:
        if not read_versions(session, PROFILE):
            publish(session, clock)
        stored = read_measures(session)
    measures: dict[str, Measure] = {key: stored[key].measure for key in KEYS}
    return Rules(measures, PILLARS, WEIGHTS)


def publish(session: Session, clock: FixedClock) -> None:
    """Publish the weights of the tests, and name the sources that are trusted."""
    stored, raised = read_measures(session), raise_ledger(session, clock.now())
    for key, sources in TRUSTED.items():
        measure = replace(stored[key].measure, preferred_sources=sources)
        change_measure(session, stored[key], measure, raised.recorded_at or clock.now(), "a test")
    default = read_versions(session, "default_v1")[0]
    definition = default.definition | {"pillars": PILLARS, "measures": WEIGHTS, "goalposts": {}}
    add_profile(session, PROFILE, clock.now())
    add_version(session, replace(default, name=PROFILE, definition=definition))


@dataclass(frozen=True)
class Question:
    """What is asked; where names dimensions only, every combination of values is asked for."""

    by: tuple[str, ...]
    where: tuple[str, ...]
    first: Period
    last: Period
    as_of: datetime | None


def ask(database: Database, rules: Rules, told: Told, asked: Question) -> None:
    """Ask one question and compare the answer."""
    dimensions = tuple(sorted({*asked.by, *asked.where}))
    periods = list(periods_between(asked.first, asked.last))
    expected = reference_scores(told.history, rules, dimensions, periods, asked.as_of)
    filters = {tuple((d, scope[dimensions.index(d)]) for d in asked.where) for scope, _ in expected} or (
        {()} if not asked.where else set()
    )
    for where in filters:
        with database.reading() as session:
            query = ScoreQuery(
                asked.first.grain, asked.first, asked.last, asked.by, dict(where), PROFILE, as_of=asked.as_of
            )
            found = score(session, query, rules.smallest_group).scores
        answers = {(tuple(one.segment[d] for d in dimensions), one.period): one for one in found}
        wanted = {
            key: answer for key, answer in expected.items() if all(key[0][dimensions.index(d)] == v for d, v in where)
        }
        if asked.by:
            # A split leaves out what was silent all along.
            assert all(not answer.cells for key, answer in wanted.items() if key not in answers)
        else:
            assert answers.keys() == wanted.keys()
        for key, one in answers.items():
            assert_answer(one, wanted[key], rules)


def assert_answer(found: Score, wanted: Answer, rules: Rules) -> None:
    """One scope in one period."""
    where = (dict(found.segment), str(found.period))
    for measure in (*(m for pillar in found.pillars for m in pillar.measures), *found.context):
        if measure.key in rules.measures:
            assert plain(measure) == expected_plain(measure.key, wanted, rules), (where, measure.key)
    assert {p.key: p.coverage for p in found.pillars} == pytest.approx(wanted.coverage), where
    assert {p.key: p.score for p in found.pillars if p.score is not None} == pytest.approx(wanted.pillars), where
    assert found.status == wanted.status, where
    assert found.composite == pytest.approx(wanted.composite), where
    assert found.coverage == pytest.approx(wanted.total_coverage), where


def plain(found: MeasureScore) -> Mapping[str, Any]:
    """What is told of one measure."""
    if found.reason is not None:
        assert (found.value, found.sample_size, found.score) == (None, None, None)
        return {"reason": found.reason}
    flags = {flag for flag in found.flags if flag in ("stale", "combined_sources")}
    value = found.value_note if found.value is None else pytest.approx(found.value)
    return {
        "value": value,
        "n": found.sample_size,
        "score": found.score,
        "basis": found.basis,
        "flags": flags,
        "sources": found.sources,
    }


def expected_plain(key: str, wanted: Answer, rules: Rules) -> Mapping[str, Any]:
    """The same of the reference."""
    if key not in wanted.cells:
        return {"reason": "no_data"}
    if key in wanted.hidden:
        return {"reason": "small_group"}
    cell = wanted.cells[key]
    return {
        "value": shown_value(cell.value, cell.people, rules.measures[key]),
        "n": cell.n,
        "score": pytest.approx(wanted.scores[key]) if key in wanted.scores else None,
        "basis": "rolled_up" if cell.rolled_up else "reported",
        "flags": {flag for flag, on in (("stale", cell.stale), ("combined_sources", cell.combined)) if on},
        "sources": cell.sources,
    }


def shown_value(value: float, people: int, measure: Measure) -> float | str:
    """Exactly 0 or 100 percent of fewer than 20 would tell what every one of them answered."""
    if measure.unit == "percent" and people < 20 and value in (0, 100):
        return "under 10 %" if value == 0 else "over 90 %"
    return value


def assert_rollups_can_be_rebuilt(database: Database) -> None:
    """Kept batch by batch or computed anew: the same."""
    query = sa.text("SELECT * FROM rollups ORDER BY month, measure_id, segment_id, source_id, span")
    with database.writing() as session:
        kept = [tuple(row) for row in session.execute(query)]
        rebuild_rollups(session)
        rebuilt = [tuple(row) for row in session.execute(query)]
    assert [row[:6] for row in kept] == [row[:6] for row in rebuilt]
    for one, other in zip(kept, rebuilt, strict=True):
        assert one == pytest.approx(other, rel=1e-12)


def check(emptied: Database, clock: FixedClock, data: st.DataObject) -> None:
    """Tell a history, and ask some of the questions that there are."""
    # A process remembers what never changes, such as the ids of segments: one that starts on emptied tables does not.
    database = Database(emptied.engine.url.render_as_string(hide_password=False))
    try:
        _check(database, clock, data)
    finally:
        database.close()


def _check(database: Database, clock: FixedClock, data: st.DataObject) -> None:
    rules = prepared(database, clock)
    told = tell(database, clock, data.draw(STEPS))
    instants = [None, *(instant + timedelta(minutes=1) for instant in told.instants)]
    for _ in range(QUESTIONS_ASKED):
        by, where = data.draw(st.sampled_from(SPLITS))
        first, last = map(parse_period, data.draw(st.sampled_from(SPANS)))
        ask(database, rules, told, Question(by, where, first, last, data.draw(st.sampled_from(instants))))
    assert_rollups_can_be_rebuilt(database)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_histories_on_sqlite(sqlite_database: Database, clock: FixedClock, data: st.DataObject) -> None:
    check(sqlite_database, clock, data)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@settings(max_examples=5, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_some_histories_on_postgresql(database: Database, clock: FixedClock, data: st.DataObject) -> None:
    check(database, clock, data)
