"""The story of an invented onboarding program as figures, to look at the templates without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime

from lei.evidence.balance import Balance, BaselineDifference
from lei.evidence.benefit import UnitValue, units_improved
from lei.evidence.chain import ChainReading, Signal, read_chain, read_kpi
from lei.evidence.chain_words import state_sentence
from lei.evidence.claims import Claim, Subject, Units, make_claim
from lei.evidence.costs import FullCost
from lei.evidence.estimate import Estimate, TooLittle
from lei.evidence.finding_words import finding_sentences
from lei.evidence.grade_words import legend
from lei.evidence.grades import assign_grade
from lei.evidence.leading_to_lagging import read_progress
from lei.evidence.links import Link
from lei.evidence.money import Valuation, ValueCase, value_of_program
from lei.evidence.money_words import value_lines, value_sentence
from lei.evidence.parallel_trends import ParallelTrends
from lei.evidence.study_design import Arm, ComparisonPlan, Hit, OtherChange, PreTrend, StudyDesign
from lei.evidence.words import page_one_sentence
from lei.periods import parse_period, periods_between, short_period_label
from lei.reports import program_sentences
from lei.reports.chain_figures import LinkContext, Standing, chain_figures
from lei.reports.evidence_figures import Looked, Months, evidence_figures
from lei.reports.kpi_figures import KpiPromise, kpi_figures
from lei.reports.money_figures import MoneyTold, money_figures
from lei.reports.program_figures import SCHEMA, KpiFigures, MoneyFigures, ProgramFigures

_FIRST, _LAUNCH, _LAST = parse_period("2026-02"), parse_period("2026-05"), parse_period("2026-10")
_COUNTED = parse_period("2026-08")
_LAG = 3
_TREATED = (8.4, 8.5, 8.3, 8.3, 8.1, 7.6, 7.1, 6.7, 6.5)
_COMPARISON = (8.5, 8.6, 8.4, 8.5, 8.4, 8.4, 8.3, 8.2, 8.1)
_UNITS_PER_POINT = 180.0  # 18,000 tickets a month, errors per 100 tickets
_SUBJECT = Subject(
    kpi_key="kpi_early_error_rate",
    kpi_name="early errors",
    unit="per 100 tickets",
    lower_is_better=True,
    population="the sites with the new onboarding",
    units=Units.SITES,
    window=(_COUNTED, _LAST),
)
_DESIGN = StudyDesign(
    treated=Arm(people=180, sites=3, dropout=0.04),
    comparison=Arm(people=172, sites=3, dropout=0.05),
    comparison_plan=ComparisonPlan.UNTRAINED_GROUP,
    months_before=3,
    months_after=3,
    baselines_compared=True,
    baselines_comparable=True,
    other_changes=(OtherChange("a new reply tool (August)", Hit.BOTH_EQUALLY),),
    pre_trend=PreTrend.PARALLEL,
)
_RESULT = Estimate(
    method="difference_in_differences",
    effect=-1.33,
    ci_low=-2.1,
    ci_high=-0.6,
    standard_error=0.38,
    p_value=0.004,
    n_treated=180.0,
    n_comparison=172.0,
    units_treated=3,
    units_comparison=3,
    before=3,
    after=3,
    relative=-0.164,
    details={"treated_before": 8.4, "treated_after": 6.77, "comparison_before": 8.5, "comparison_after": 8.2},
)
_BEFORE_AFTER = Estimate("before_after", -1.63, -1.95, -1.31, 0.16, 0.0001, 180.0, before=3, after=3)
_PLACEBO = TooLittle("placebo", {"months_before": 6.0}, {"months_before": 3.0})
_CAVEAT = "A new reply tool came in August at all six sites."


def sample_program() -> ProgramFigures:
    """The report on the program after its sixth month, with everything that a report can show."""
    chain = sample_chain()
    kpi = _kpi(chain)
    return ProgramFigures(
        schema=SCHEMA,
        key="support-onboarding",
        title="Customer support onboarding",
        type_name="Onboarding",
        segment_name="Unit: Customer support",
        period=str(_LAST),
        period_label="October 2026",
        launch_text=program_sentences.launch(_LAUNCH, "launched"),
        made_at=datetime(2026, 11, 2, 6, 0, tzinfo=UTC),
        data_as_of=datetime(2026, 11, 1, 23, 14, tzinfo=UTC),
        problem="New hires make twice as many errors as their colleagues in their first 90 days, and customers "
        "call again.",
        headline=page_one_sentence(sample_claim(), "extend it to the other three sites by January"),
        kpi=kpi,
        other_kpis=(),
        chain=chain_figures(chain, _standing(chain), kpi, dict.fromkeys(Link, _CONTEXT)),
        evidence=evidence_figures(
            kpi,
            _months(),
            _RESULT,
            (_BEFORE_AFTER,),
            Looked(parallel_trends=_parallel(), placebo=_PLACEBO, balance=_balance()),
        ),
        money=_money(),
        other_changes=(program_sentences.other_change("A new reply tool", _COUNTED, "both"),),
        decisions=(
            program_sentences.decision(
                "Extend the new onboarding to the other three sites",
                "Head of Support",
                date(2026, 12, 15),
                28_000,
                "EUR",
            ),
        ),
        next_review_text=program_sentences.next_review(date(2027, 2, 10)),
        notes=("Hidden for privacy: one evening team with few hires; its people count in the total of the site.",),
        grades_legend=legend(),
    )


def sample_claim() -> Claim:
    """The claim of the story: a comparison with three other sites, grade E4."""
    return make_claim(_SUBJECT, _RESULT, assign_grade(_RESULT, _DESIGN), _DESIGN, sample_chain(), _CAVEAT)


def sample_chain() -> ChainReading:
    """All five links of the story, with the signals that carry them."""
    signals = {
        Link.LEARNING_ACTIVITY: [_signal("audience_reach", "audience reach", (71, 93), 27.0, 186)],
        Link.BEHAVIOR_CHANGE: [_signal("behavior_change_rate", "behavior seen by managers", (46, 67), 26.0, 148)],
        Link.CAPABILITY_GROWTH: [_signal("skill_uplift", "skill uplift", (34, 51), 24.0, 171)],
        Link.WORKFORCE_READINESS: [_signal("ninety_day_readiness_rate", "90-day readiness", (58, 73), 19.0, 88)],
    }
    return read_chain(signals, read_kpi(_RESULT, lower_is_better=True))


def _signal(key: str, name: str, values: tuple[float, float], change: float, n: float) -> Signal:
    source = "learning system" if key in ("audience_reach", "skill_uplift") else "HR system"
    return Signal(
        measure=key,
        name=name,
        before=values[0],
        after=values[1],
        unit="percent",
        change=change,
        n=n,
        minimum=30,
        period=_LAST,
        source=source,
    )


_CONTEXT = LinkContext((_COUNTED, _LAST), "Head of Support", "Learning lead")


def _standing(chain: ChainReading) -> Standing:
    progress = read_progress(chain, _LAUNCH, _LAG, _LAST)
    return Standing(progress, state_sentence(progress, chain, _SUBJECT.kpi_name))


def _kpi(chain: ChainReading) -> KpiFigures:
    claim = make_claim(_SUBJECT, _RESULT, assign_grade(_RESULT, _DESIGN), _DESIGN, chain, _CAVEAT)
    return kpi_figures(claim, KpiPromise("Early errors", "Head of Support", 7.0, 8.4, 6.77, "quality system"))


def _months() -> Months:
    labels = tuple(short_period_label(month) for month in periods_between(_FIRST, _LAST))
    launch, counted = (labels.index(short_period_label(month)) for month in (_LAUNCH, _COUNTED))
    return Months(labels, _TREATED, _COMPARISON, start=launch, counted_from=counted)


def _parallel() -> ParallelTrends:
    slope = Estimate("parallel_trends", 0.02, -0.18, 0.22, 0.1, 0.8, 180.0, 172.0)
    return ParallelTrends(PreTrend.PARALLEL, slope, 0.1, ())


def _balance() -> Balance:
    return Balance(
        (
            BaselineDifference("early errors", 8.4, 8.5, -0.11),
            BaselineDifference("tenure", 1.1, 1.2, -0.08),
        )
    )


def _money() -> MoneyFigures:
    cost = FullCost("EUR", 9_000, 8_000, 3_400, 1_200, 2_000, participants=180, hours_each=4.0, hourly_rate=24.0)
    case = ValueCase(
        grade=sample_claim().grade,
        improved=units_improved(_RESULT, _UNITS_PER_POINT, lower_is_better=True),
        cost=cost,
        unit_value=UnitValue(22.0, "EUR", "Controlling Support", date(2026, 4, 14)),
        confidence=(0.8, 0.8, 0.9),
        intangibles=("Fewer escalations to team leads", "New hires feel safe sooner"),
    )
    value = value_of_program(case)
    if not isinstance(value, Valuation):
        raise TypeError("The story has everything that a value needs.")
    estimators = ("Head of Support", "Team lead North", "Controlling Support")
    lines = (*value_lines(value, estimators), *finding_sentences(value.findings))
    return money_figures(MoneyTold(value, value_sentence(value), lines, case.intangibles), cost, budget=45_000)
