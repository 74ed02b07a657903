"""The programs of the demo organisation: one of each type, each in its state, whatever month the demo is loaded in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from lei.catalog.program_types import program_types
from lei.evidence.forbidden_words import find_forbidden
from lei.evidence.grade import Grade
from lei.evidence.links import Link, LinkStatus
from lei.periods import Grain, Period, month_of, month_start, parse_period
from lei.services.chain.program_reading import ProgramReading
from lei.services.chain.read_chain import chain_with
from lei.services.chain.read_program import read_program
from lei.services.demo.load_demo import store_facts
from lei.services.demo.story.company import PROGRAMS
from lei.services.demo.story.program_figures import ONBOARDING_START, SUPPORT_SITES
from lei.services.demo.story.program_signals import OWN_MEASURES
from lei.services.demo.story.programs import program_stories
from lei.services.demo.story.shipments import Record, shipments
from lei.services.evidence.assess_kpis import assess_kpis
from lei.services.owner_mail.remind_owners import new_reminders
from lei.services.scores.score_report import DEFAULT_PROFILE
from lei.services.set_up import set_up_database
from lei.storage.database import Database
from lei.storage.program_cycles import Review
from lei.storage.programs import Program, list_programs
from lei.storage.weight_profiles import read_versions

SMALLEST = 5
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OCTOBER = parse_period("2026-10")
# The state of each program, and the grade of its evidence (None: it has no KPI).
STATES = {
    "first-90-days": ("on_path", Grade.E4),
    "customer-first": ("other_cause_likely", Grade.E2),
    "sales-academy": ("adverse", Grade.E3),
    "lead-the-team": ("too_early", Grade.E1),
    "field-diagnostics": ("chain_broken_at:behavior_change", Grade.E2),
    "medical-gas-practice": ("not_measured", Grade.E1),
    "compliance-essentials": (None, None),
}


def _programs(database: Database) -> list[Program]:
    with database.reading() as session:
        return list_programs(session)


@pytest.fixture(scope="module")
def readings(demo: Database) -> dict[str, ProgramReading]:
    """What LEI says of each program in November 2026."""
    with demo.reading() as session:
        return {
            program.key: read_program(session, program, OCTOBER, SMALLEST, NOW.date())
            for program in list_programs(session)
        }


@pytest.fixture(scope="module")
def sent() -> list[Record]:
    """What the systems of Halden Group sent up to October 2026."""
    return [record for shipment in shipments(OCTOBER.first_month) for record in shipment.records]


# --- the states


@pytest.fixture(
    scope="module",
    params=["2026-04-01T04:00", "2027-01-09T12:00", "2028-08-31T22:00"],
    ids=["spring", "new year", "late summer of a leap year"],
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, date]]:
    """A demo that was loaded at another time, and the day of that."""
    now = datetime.fromisoformat(request.param).replace(tzinfo=UTC)
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'lei.sqlite3'}")
    set_up_database(database, now)
    assert store_facts(database, now)
    yield database, now.date()
    database.close()


def _states(database: Database, today: date) -> dict[str, tuple[str | None, Grade | None]]:
    last = Period(month_of(today) - 1, Grain.MONTH)
    found: dict[str, tuple[str | None, Grade | None]] = {}
    with database.reading() as session:
        for program in list_programs(session):
            assessed = next(iter(assess_kpis(session, program, last, SMALLEST)), None)
            progress = chain_with(session, program, last, SMALLEST, assessed).progress
            found[program.key] = (progress and progress.key, assessed and assessed.decision.grade)
    return found


def test_each_of_seven_programs_is_in_a_state_of_its_own(readings: dict[str, ProgramReading]) -> None:
    found = {
        key: (
            reading.chain.progress.key if reading.chain.progress else None,
            reading.kpis[0].claim.grade if reading.kpis else None,
        )
        for key, reading in readings.items()
    }
    assert found == STATES
    assert len({state for state, _ in STATES.values()}) == 7


def test_the_states_are_the_same_in_other_months(loaded: tuple[Database, date]) -> None:
    assert _states(*loaded) == STATES


def test_there_is_one_program_of_each_type(readings: dict[str, ProgramReading]) -> None:
    assert sorted(reading.program.plan.program_type for reading in readings.values()) == sorted(program_types())


# --- what LEI writes about them

SENTENCES = {
    "first-90-days": (
        "Early error rate fell 1.5 per 100 cases more at the support sites with the new onboarding than at comparable "
        "sites; the program probably contributed."
    ),
    "customer-first": (
        "Case resolution among agents of Customer Support rose 4.5 percentage points, from 65.3% to 69.8%, in the same "
        "period as the program; a path from learning is not shown, and as people do not work differently, learning is "
        "an unlikely explanation."
    ),
    "sales-academy": (
        "Win rate among sales staff moved more than the earlier trend, to 3.0 percentage points below what it "
        "projects; this is the wrong direction, and other explanations need a look before any conclusion."
    ),
    "lead-the-team": ("197 people took part; what happened to team engagement is not measured well enough to say."),
    "field-diagnostics": (
        "No clear difference in error rate among field technicians between before and after: +0.06 per 100 cases (95% "
        "interval −0.33 to 0.44)."
    ),
    "medical-gas-practice": (
        "890 people took part; what happened to audit performance is not measured well enough to say."
    ),
}
STATE_SENTENCES = {
    "first-90-days": (
        "Onboarding week finished in the first month, ticket history checked before the answer, skill uplift "
        "and ticket license by day 60 moved as planned, and so did early error rate."
    ),
    "customer-first": (
        "Case resolution moved in the planned direction, but no leading signal did: another cause is likely, and "
        "nothing is claimed."
    ),
    "sales-academy": (
        "Monthly lessons finished and call plans filed moved as planned, but win rate moved the wrong way; look for "
        "another cause before any claim."
    ),
    "lead-the-team": (
        "Monthly one-to-ones held moved as planned; this is expected to show in team engagement from February 2027."
    ),
    "field-diagnostics": (
        "Error rate did not move although the expected delay has passed; the first link that did not move is behavior "
        "change. Ask managers what keeps people from working differently."
    ),
    "medical-gas-practice": "Too little is measured to say where the program stands on its way to audit performance.",
    "compliance-essentials": "The program stops at readiness; no business KPI is claimed.",
}


def test_what_is_written_about_each_kpi(readings: dict[str, ProgramReading]) -> None:
    written = {key: reading.kpis[0].sentence for key, reading in readings.items() if reading.kpis}
    assert written == SENTENCES


def test_what_is_written_about_where_each_stands(readings: dict[str, ProgramReading]) -> None:
    assert {key: reading.chain.state_sentence for key, reading in readings.items()} == STATE_SENTENCES


def test_the_guide_quotes_them() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "programs.md").read_text("utf-8")
    for sentence in (*SENTENCES.values(), *STATE_SENTENCES.values()):
        assert sentence in guide


def test_why_the_program_that_moved_with_the_trend_has_no_better_grade(readings: dict[str, ProgramReading]) -> None:
    (why,) = (note for note in readings["customer-first"].kpis[0].notes if note.startswith("Why E2 and not E3"))
    assert "within what the earlier trend would have brought anyway" in why


def test_why_nothing_is_said_of_the_thin_one(readings: dict[str, ProgramReading]) -> None:
    thin = readings["medical-gas-practice"]
    assert thin.chain.reading.status(Link.BUSINESS_KPI) is LinkStatus.THIN
    assert any(note.startswith("Too little data: needs 20 people") for note in thin.kpis[0].notes)


def test_no_sentence_has_a_word_that_its_grade_forbids(readings: dict[str, ProgramReading]) -> None:
    for key, reading in readings.items():
        grade = reading.kpis[0].claim.grade if reading.kpis else Grade.E1
        for text in (reading.headline, reading.chain.state_sentence, *(kpi.sentence for kpi in reading.kpis)):
            assert find_forbidden(text, grade) == (), (key, text)


# --- the numbers behind them


def test_the_success_is_the_double_difference_of_what_the_sites_sent(
    readings: dict[str, ProgramReading], sent: list[Record]
) -> None:
    """By plain arithmetic from what was sent; sites weigh by b·a / (b + a), their tickets before and after."""
    claim = readings["first-90-days"].kpis[0].claim
    launch, lag = OCTOBER.first_month + ONBOARDING_START, 3
    changes: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for site in SUPPORT_SITES:
        sums = {"before": [0.0, 0.0], "after": [0.0, 0.0]}
        for record in sent:
            if record["measure"] == "kpi_early_error_rate" and record["dimensions"]["site"] == site.name:
                month, tickets = parse_period(record["period"]).first_month, record["sample_size"]
                window = "before" if month < launch else "after" if month >= launch + lag else ""
                if window:
                    sums[window][0] += record["value"] * tickets
                    sums[window][1] += tickets
        (errors_before, b), (errors_after, a) = sums["before"], sums["after"]
        changes[site.has_new_onboarding].append((errors_after / a - errors_before / b, b * a / (b + a)))
    means = {new: sum(x * w for x, w in found) / sum(w for _, w in found) for new, found in changes.items()}
    assert claim.effect == pytest.approx(means[True] - means[False], abs=1e-9)
    assert claim.ci_low is not None and claim.ci_high is not None
    assert claim.ci_low < -1.55 < claim.ci_high < -0.5, "what the story took off, 1.9, 1.1, 1.4 and 1.8, on average"


def test_finance_has_stated_what_the_success_is_worth(readings: dict[str, ProgramReading]) -> None:
    reading = readings["first-90-days"]
    value = reading.money.kpis[0].stated
    assert value is not None
    effect = reading.kpis[0].claim.effect or 0.0
    # 22 for each error, 180 times 100 tickets a month, two owners who are 80 percent sure; what it cost, by hand.
    assert value.adjusted_benefit.value == pytest.approx(-effect * 180 * 12 * 22 * 0.8)
    assert reading.money.spend is not None
    assert reading.money.spend.cost.total == 12_000 + 9_000 + 3_000 + 2_000 + 2_500 + 240 * 4 * 18


def test_what_finance_reports_of_benefits_fits_what_may_be_claimed(readings: dict[str, ProgramReading]) -> None:
    reported = {program.name: program for program in PROGRAMS}
    for reading in readings.values():
        told = reported[reading.program.plan.name]
        assert told.type == reading.program.plan.program_type
        claim = reading.kpis[0].claim if reading.kpis else None
        assert (told.benefit is not None) == (claim is not None and claim.grade >= Grade.E2)
        if told.benefit is not None and claim is not None:
            better = claim.is_clear and not claim.is_adverse
            assert (told.benefit > 0) == better


# --- how they came about


def test_all_plans_were_frozen_before_their_launch(demo: Database, loaded: tuple[Database, date]) -> None:
    for program in _programs(demo) + _programs(loaded[0]):
        assert program.fixed_before_launch, program.key
        assert not any(program.is_post_hoc(kpi) for kpi in program.plan.kpis)
        assert program.status_on(NOW.date() + timedelta(days=3650)) == "launched"


def test_two_owners_answer_for_each_link_and_all_but_one_have_signed(readings: dict[str, ProgramReading]) -> None:
    missing = {key: reading.missing_sign_offs for key, reading in readings.items() if reading.missing_sign_offs}
    assert [(key, [(one.link, one.side) for one in found]) for key, found in missing.items()] == [
        ("sales-academy", [(Link.BUSINESS_KPI, "business")])
    ]
    for reading in readings.values():
        for link, owners in reading.program.plan.owners.items():
            assert owners.business.name != owners.learning.name, link


def test_what_did_not_work_is_stopped_and_what_is_asked_has_owner_date_and_cost(
    readings: dict[str, ProgramReading],
) -> None:
    (stopped,) = readings["sales-academy"].decisions_taken
    assert stopped.what.startswith("stop the lessons by video")
    assert stopped.taken is not None
    asked = [decision for reading in readings.values() for decision in reading.decisions_asked]
    assert len(asked) == 6
    for decision in asked:
        assert decision.owner and decision.cost is not None and decision.currency == "EUR"
        assert decision.due_on > NOW.date()


def test_reviews_were_held_and_the_next_one_is_ahead(readings: dict[str, ProgramReading]) -> None:
    for key, reading in readings.items():
        held = [review for review in reading.program.reviews if isinstance(review, Review) and review.done]
        assert held, key
        assert reading.next_review is not None and reading.next_review > NOW.date()


def test_nobody_is_reminded_when_it_is_loaded_but_who_has_not_signed(demo: Database) -> None:
    first = month_start(OCTOBER.first_month + 1)
    with demo.reading() as session:
        days = [datetime.combine(first + timedelta(days=day), time(9), tzinfo=UTC) for day in range(30)]
        subjects = {note.subject for now in days for note in new_reminders(session, now.date(), now)}
    assert subjects == {"Sign-off missing for 2026-Q3: Sales Academy"}


def test_an_amendment_that_touches_no_kpi_is_on_record(readings: dict[str, ProgramReading]) -> None:
    (amendment,) = readings["compliance-essentials"].program.amendments
    assert (amendment.sections, amendment.post_hoc) == (("audience_rule",), False)


# --- beside the index


def test_measures_of_single_programs_have_no_weight_in_the_index(demo: Database) -> None:
    with demo.reading() as session:
        weighed = {
            key
            for version in read_versions(session, DEFAULT_PROFILE)
            for part in version.definition["measures"].values()
            for key in part
        }
    assert not weighed & {measure["key"] for measure in OWN_MEASURES}


def test_every_measure_that_a_plan_names_is_reported_for_its_program_or_missing_on_purpose(sent: list[Record]) -> None:
    reported = {(record["measure"], record["dimensions"].get("program")) for record in sent}
    missing = [
        (story.key, key)
        for story in program_stories(OCTOBER.first_month)
        for keys in story.plan.link_signals.values()
        for key in keys
        if (key, story.plan.name) not in reported
    ]
    assert missing == [("sales-academy", "certification_progression")]
