"""The programs for the whole company: its team leads, and what everybody must hold a certificate in."""

from __future__ import annotations

from lei.evidence.links import Link
from lei.services.demo.story import company as c
from lei.services.demo.story import program_figures as figures
from lei.services.demo.story import program_signals as signals
from lei.services.demo.story.program_stories import Amended, Months, ProgramStory, asked, owners, person
from lei.storage.program_costs import Costs
from lei.storage.program_cycles import Review
from lei.storage.program_plans import Activity, ComparisonPlan, Competency, Plan, PlannedKpi

INES, DANA, VICTOR = person("Ines Costa"), person("Dana Novak"), person("Victor Lang")
NORA, TOM = person("Nora Weiss"), person("Tom Reed")


def company_programs(months: Months) -> tuple[ProgramStory, ...]:
    """The two of them."""
    return _lead_the_team(months), _compliance(months)


def _lead_the_team(months: Months) -> ProgramStory:
    """It began two months ago, and engagement follows half a year later: too early."""
    launch = figures.LEADERSHIP_START
    return ProgramStory(
        key="lead-the-team",
        plan=_leadership_plan(months, launch),
        costs=Costs("EUR", 18_000, 24_000, 2_000, 3_000, 4_000, 240, 6.5, 38, budget=120_000),
        reviews=(Review(months.day(0, 12), done=True, notes="Talks are held; the calendar helps."),),
    )


def _leadership_plan(months: Months, launch: int) -> Plan:
    return Plan(
        name=c.LEADERSHIP,
        program_type="leadership_manager",
        business_problem="Teams whose lead seldom talks to them alone are twice as often in the lowest fifth.",
        where={"program": c.LEADERSHIP},
        launch_month=months.month(launch),
        kpis=(
            PlannedKpi(
                kpi_key="kpi_team_engagement",
                role="primary",
                kpi_owner=INES.name,
                baseline=months.baseline(launch, 12),
                target=70,
                direction="higher_is_better",
                expected_lag_months=6,
            ),
        ),
        behavior_statement="Team leads hold a one-to-one talk with each member every month",
        competencies=(Competency("One-to-one talk", "agrees on one next step with each team member"),),
        activities=(Activity("Circle of leads", "One-to-one talk", 6.5),),
        audience_rule="All team leads, in three waves",
        comparison_plan=ComparisonPlan("none", population="all teams"),
        link_signals={Link.BEHAVIOR_CHANGE: (signals.ONE_TO_ONES,)},
        owners=owners(VICTOR, NORA, INES, tuple(Link)),
        review_dates=(months.day(0, 12), months.day(3, 15)),
    )


def _compliance(months: Months) -> ProgramStory:
    """It has no business outcome of its own: it stops at readiness and claims none."""
    launch = figures.COMPLIANCE_START
    return ProgramStory(
        key="compliance-essentials",
        plan=_compliance_plan(months, launch),
        costs=Costs("EUR", 11_000, 4_000, 7_000, 6_000, 1_000, 2_000, 1.3, 24, budget=95_000),
        reviews=(Review(months.day(-1, 8), done=True, notes="Certificates are valid; the campaign can be shorter."),),
        amended=(
            Amended(
                months.day(launch + 5, 6),
                {"audience_rule": "All staff, and contractors who stay for more than three months"},
                "The auditor asks for contractors as well.",
            ),
        ),
        asked=(asked(months, "end the autumn campaign two weeks earlier from next year on", DANA, 0),),
    )


def _compliance_plan(months: Months, launch: int) -> Plan:
    return Plan(
        name=c.COMPLIANCE,
        program_type="compliance_quality",
        business_problem="One required certificate in seven has run out when an auditor asks for it.",
        where={"program": c.COMPLIANCE},
        launch_month=months.month(launch),
        stops_at_readiness=True,
        behavior_statement="Everybody reports a gift of more than 50 EUR within 5 days",
        competencies=(Competency("Gifts and invitations", "reports what was offered and by whom"),),
        activities=(Activity("Essentials of the year", "Gifts and invitations", 1.3),),
        audience_rule="All staff",
        comparison_plan=ComparisonPlan("none"),
        link_signals={Link.WORKFORCE_READINESS: (signals.ESSENTIALS,)},
        owners=owners(DANA, TOM, INES, tuple(link for link in Link if link is not Link.BUSINESS_KPI)),
        review_dates=(months.day(-1, 8), months.day(3, 15)),
    )
