"""A plan is kept as it was given, whatever it says, and a program is read back whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from lei.evidence.links import Link
from lei.storage.database import Database
from lei.storage.program_amendments import Amendment, add_amendment
from lei.storage.program_costs import Costs
from lei.storage.program_plans import (
    RUNNING,
    Activity,
    Baseline,
    ComparisonGroup,
    ComparisonPlan,
    Competency,
    DropOut,
    KnownChange,
    LinkOwners,
    Owner,
    Plan,
    PlannedKpi,
    TreatedGroup,
    ValuePerUnit,
    plan_as_dict,
    plan_from_dict,
)
from lei.storage.programs import add_program, keep_costs, keep_frozen, keep_plan, list_programs, read_program

NOW = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
MAY = 2026 * 12 + 4
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
MONTH = st.integers(1900 * 12, 2199 * 12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
WHERE = st.dictionaries(TEXT, TEXT, max_size=2)
DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))
OWNER = st.builds(Owner, TEXT, TEXT)
KPI = st.builds(
    PlannedKpi,
    kpi_key=TEXT,
    role=st.sampled_from(["primary", "secondary"]),
    kpi_owner=TEXT,
    baseline=st.builds(Baseline, MONTH, MONTH, st.none() | NUMBER),
    target=NUMBER,
    direction=st.sampled_from(["higher_is_better", "lower_is_better"]),
    expected_lag_months=st.integers(0, 36),
    where=WHERE,
    note=TEXT,
    post_hoc=st.booleans(),
    value_per_unit=st.none() | st.builds(ValuePerUnit, NUMBER, TEXT, TEXT, DAY),
    units_per_month=st.none() | NUMBER,
)
COMPARISON = st.builds(
    ComparisonPlan,
    design=st.sampled_from(["none", "earlier_cohort", "untrained_group", "phased_rollout", "random"]),
    treated=st.lists(st.builds(TreatedGroup, WHERE, MONTH), max_size=2).map(tuple),
    comparison=st.lists(st.builds(ComparisonGroup, WHERE), max_size=2).map(tuple),
    assigned_by=st.sampled_from([None, "person", "site"]),
    cluster_dimension=st.none() | TEXT,
)
PLANS = st.builds(
    Plan,
    name=TEXT,
    program_type=TEXT,
    business_problem=TEXT,
    where=WHERE,
    launch_month=st.none() | MONTH,
    kpis=st.lists(KPI, max_size=2).map(tuple),
    stops_at_readiness=st.booleans(),
    competencies=st.lists(st.builds(Competency, TEXT, TEXT), max_size=2).map(tuple),
    activities=st.lists(st.builds(Activity, TEXT, TEXT, st.none() | NUMBER), max_size=2).map(tuple),
    comparison_plan=st.none() | COMPARISON,
    link_signals=st.dictionaries(st.sampled_from(Link), st.lists(TEXT, max_size=2).map(tuple), max_size=2),
    known_other_changes=st.lists(
        st.builds(KnownChange, TEXT, MONTH, st.sampled_from(["treated", "both"])), max_size=2
    ).map(tuple),
    owners=st.dictionaries(st.sampled_from(Link), st.builds(LinkOwners, OWNER, OWNER), max_size=2),
    review_dates=st.lists(DAY, max_size=2).map(tuple),
    drop_out=st.none() | st.builds(DropOut, *[st.integers(0, 100)] * 4),
)
PLAN = Plan("Support", "onboarding", "Errors.", {"program": "Support"}, launch_month=MAY)


@given(PLANS)
def test_a_plan_comes_back_from_plain_data_as_it_was(plan: Plan) -> None:
    assert plan_from_dict(plan_as_dict(plan)) == plan


def test_what_may_change_while_the_program_runs_are_sections_of_a_plan() -> None:
    assert set(plan_as_dict(PLAN)) >= RUNNING


def test_a_program_is_read_back_with_its_promise_amendments_and_costs(database: Database) -> None:
    changed = Plan("Support", "onboarding", "More errors.", {"program": "Support"}, launch_month=MAY)
    amendment = Amendment(1, ("business_problem",), changed, "Why.", False, NOW, "tom")
    costs = Costs("EUR", design=9000, participants=180, hours_per_participant=6, hourly_rate=20)
    with database.writing() as session:
        add_program(session, "support", PLAN, "maria", NOW)
        made = read_program(session, "support")
        assert made is not None
        assert (made.plan, made.promised, made.status_on(date(2026, 6, 1))) == (PLAN, None, "draft")
        keep_frozen(session, made.id, PLAN, "maria", NOW)
        add_amendment(session, made.id, amendment)
        keep_plan(session, made.id, changed, "tom", NOW)
        keep_costs(session, made.id, costs)
    with database.reading() as session:
        (program,) = list_programs(session)
        assert read_program(session, "nothing") is None
    assert (program.plan, program.promised, program.amendments) == (changed, PLAN, (amendment,))
    assert program.costs == costs
    assert costs.fully_loaded == 9000 + 21600
    assert (program.frozen_at, program.changed_by, program.fixed_before_launch) == (NOW, "tom", True)
    assert [program.status_on(date(2026, 4, 30)), program.status_on(date(2026, 5, 1))] == ["frozen", "launched"]


def test_the_larger_share_of_two_arms_that_left_counts() -> None:
    assert DropOut(100, 10, 50, 15).share == 0.3
    assert DropOut(100, 25, 0, 0).share == 0.25
    assert DropOut(0, 0).share == 0
