"""The programs for technicians and builders: diagnosis in the field, work on medical gas systems."""

from __future__ import annotations

from lei.evidence.links import Link
from lei.services.demo.story import company as c
from lei.services.demo.story import program_figures as figures
from lei.services.demo.story import program_signals as signals
from lei.services.demo.story.program_stories import Months, ProgramStory, Tried, asked, owners, person
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_cycles import Experiment, Review
from lei.storage.program_plans import (
    Activity,
    ComparisonPlan,
    Competency,
    Plan,
    PlannedKpi,
    TreatedGroup,
    ValuePerUnit,
)

PRIYA, AKIKO, INES = person("Priya Nair"), person("Akiko Sato"), person("Ines Costa")
SAM = person("Sam Okoro")
FINANCE = "Jon Berg"


def workshop_programs(months: Months) -> tuple[ProgramStory, ...]:
    """The two of them."""
    return _field_diagnostics(months), _medical_gas(months)


def _field_diagnostics(months: Months) -> ProgramStory:
    """People come and learn, but go on ordering parts before they look: the chain breaks at behavior."""
    launch = figures.TECHNICAL_START
    return ProgramStory(
        key="field-diagnostics",
        plan=_diagnostics_plan(months, launch),
        costs=Costs("EUR", 22_000, 16_000, 6_000, 3_000, 2_000, 420, 5, 26, budget=110_000),
        estimates=(Estimate("kpi_error_rate", PRIYA.name, months.day(-2, 9), 0.3, 0.5, "Talks with depot leads"),),
        reviews=(Review(months.day(-2, 22), done=True, notes="Depots order parts first to keep the van full."),),
        asked=(asked(months, "let depot leads release a part only with a diagnosis on file", PRIYA, 9_000),),
        tried=(
            Tried(
                Experiment(
                    "Technicians skip the diagnosis because a part is quicker to order",
                    "One depot asks for the fault code with every order",
                    "Eight of ten repairs with a diagnosis within two months",
                    months.day(-1, 6),
                )
            ),
        ),
    )


def _diagnostics_plan(months: Months, launch: int) -> Plan:
    regions = tuple(TreatedGroup({"unit": c.FIELD, "region": one}, months.month(launch)) for one in c.REGIONS)
    return Plan(
        name=c.TECHNICAL,
        program_type="technical_skills",
        business_problem="In 100 jobs technicians replace a sound part six times.",
        where={"program": c.TECHNICAL},
        launch_month=months.month(launch),
        kpis=(
            PlannedKpi(
                kpi_key="kpi_error_rate",
                role="primary",
                kpi_owner=PRIYA.name,
                baseline=months.baseline(launch, 12),
                target=5.0,
                direction="lower_is_better",
                expected_lag_months=3,
                value_per_unit=ValuePerUnit(140, "EUR", FINANCE, months.day(launch - 1, 8)),
                units_per_month=52,
            ),
        ),
        behavior_statement="Technicians run the guided diagnosis before they order a part, in 8 of 10 repairs",
        competencies=(Competency("Guided diagnosis", "names the fault code before a part is ordered"),),
        activities=(Activity("Diagnosis on real equipment", "Guided diagnosis", 5),),
        audience_rule="Technicians of Field Service, and of Manufacturing where they repair",
        comparison_plan=ComparisonPlan("none", treated=regions, population="field technicians"),
        link_signals={
            Link.BEHAVIOR_CHANGE: (signals.DIAGNOSIS_FIRST,),
            Link.CAPABILITY_GROWTH: ("mastery_progress",),
        },
        owners=owners(PRIYA, SAM, INES, tuple(Link)),
        review_dates=(months.day(-2, 22), months.day(3, 15)),
    )


def _medical_gas(months: Months) -> ProgramStory:
    """A handful of hospital installations is audited in a month: too few to say anything."""
    launch = figures.MEDICAL_START
    return ProgramStory(
        key="medical-gas-practice",
        plan=_medical_plan(months, launch),
        costs=Costs("EUR", 9_000, 14_000, 2_000, 4_000, 3_000, 360, 2.3, 26, budget=60_000),
        reviews=(Review(months.day(-4, 12), done=True, notes="Six audits a month: ask the notified body for more."),),
        asked=(asked(months, "collect the audits of all three regions in one register", AKIKO, 6_000),),
    )


def _medical_plan(months: Months, launch: int) -> Plan:
    return Plan(
        name=c.MEDICAL,
        program_type="healthcare_regulated",
        business_problem="Audits of medical gas systems in hospitals find gaps in one of eight points.",
        where={"program": c.MEDICAL},
        launch_month=months.month(launch),
        kpis=(
            PlannedKpi(
                kpi_key="kpi_audit_performance",
                role="primary",
                kpi_owner=AKIKO.name,
                baseline=months.baseline(launch, 6),
                target=94,
                direction="higher_is_better",
                expected_lag_months=3,
                where=figures.AUDITED,
            ),
        ),
        behavior_statement="Technicians close every purge with a signed leak test before they hand a system over",
        competencies=(Competency("Leak test", "records pressure and time before the handover"),),
        activities=(Activity("Practice on the gas bench", "Leak test", 2.3),),
        audience_rule="All who build or maintain medical gas systems",
        comparison_plan=ComparisonPlan("none", population="those who build and maintain medical gas systems"),
        owners=owners(AKIKO, SAM, INES, tuple(Link)),
        review_dates=(months.day(-4, 12), months.day(3, 15)),
    )
