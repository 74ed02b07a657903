"""The programs for those who work with customers: onboarding in support, service skills, sales."""

from __future__ import annotations

from lei.evidence.links import Link
from lei.services.demo.story import company as c
from lei.services.demo.story import program_figures as figures
from lei.services.demo.story import program_signals as signals
from lei.services.demo.story.program_stories import Asked, Months, ProgramStory, Tried, asked, owners, person
from lei.storage.program_costs import Costs, Estimate
from lei.storage.program_cycles import Decision, Experiment, Review, Taken
from lei.storage.program_plans import (
    Activity,
    ComparisonGroup,
    ComparisonPlan,
    Competency,
    KnownChange,
    Plan,
    PlannedKpi,
    StatedBaseline,
    TreatedGroup,
    ValuePerUnit,
)

MARIA, LARS, INES = person("Maria Lopez"), person("Lars Holm"), person("Ines Costa")
TOM, NORA = person("Tom Reed"), person("Nora Weiss")
FINANCE = "Jon Berg"


def customer_programs(months: Months) -> tuple[ProgramStory, ...]:
    """The three of them."""
    return _onboarding(months), _customer_first(months), _sales_academy(months)


def _onboarding(months: Months) -> ProgramStory:
    """Early errors fall further at the sites with it than at the others: a clear success."""
    launch = figures.ONBOARDING_START
    return ProgramStory(
        key="first-90-days",
        plan=_onboarding_plan(months, launch),
        costs=Costs("EUR", 12_000, 9_000, 3_000, 2_000, 2_500, 240, 4, 18, budget=48_000),
        estimates=(
            Estimate("kpi_early_error_rate", MARIA.name, months.day(launch - 1, 10), 0.6, 0.8, "Two earlier cohorts"),
            Estimate("kpi_early_error_rate", INES.name, months.day(launch - 1, 10), 0.5, 0.8, "Exit talks of hires"),
        ),
        reviews=(
            Review(months.day(launch + 6, 15), done=True, notes="Errors fall; the reply tool reached all sites."),
            Review(months.day(-2, 15), done=True, notes="The fall holds. The other four sites ask for it."),
        ),
        asked=(asked(months, "extend the new onboarding to the other four support sites", MARIA, 18_000),),
    )


def _onboarding_plan(months: Months, launch: int) -> Plan:
    sites = [(site, {"unit": c.SUPPORT, "site": site.name}) for site in figures.SUPPORT_SITES]
    return Plan(
        name=c.ONBOARDING,
        program_type="onboarding",
        business_problem="New agents make 8.5 errors in 100 tickets in their first 90 days; experienced ones make 4.",
        where={"program": c.ONBOARDING},
        launch_month=months.month(launch),
        kpis=(
            PlannedKpi(
                kpi_key="kpi_early_error_rate",
                role="primary",
                kpi_owner=MARIA.name,
                baseline=months.baseline(launch, 9),
                target=7.0,
                direction="lower_is_better",
                expected_lag_months=3,
                value_per_unit=ValuePerUnit(22, "EUR", FINANCE, months.day(launch - 1, 8)),
                units_per_month=180,
            ),
        ),
        behavior_statement="Agents check the last three tickets before answering, in 9 of 10 calls",
        competencies=(Competency("Reading a ticket history", "finds what was promised to the customer before"),),
        activities=(Activity("Onboarding week", "Reading a ticket history", 6),),
        audience_rule="Everybody hired into Customer Support at the four sites",
        comparison_plan=ComparisonPlan(
            "untrained_group",
            treated=tuple(
                TreatedGroup(where, months.month(launch)) for site, where in sites if site.has_new_onboarding
            ),
            comparison=tuple(ComparisonGroup(where) for site, where in sites if not site.has_new_onboarding),
            assigned_by="site",
            cluster_dimension="site",
            population="the support sites with the new onboarding",
            baselines=(
                StatedBaseline("tenure of the leads in years", 3.4, 3.3, 1.9),
                StatedBaseline("share of hires with a service background", 0.41, 0.39, 0.49),
            ),
        ),
        link_signals={
            Link.LEARNING_ACTIVITY: (signals.WEEK_FINISHED,),
            Link.BEHAVIOR_CHANGE: (signals.HISTORY_CHECKED,),
            Link.WORKFORCE_READINESS: (signals.TICKET_LICENSE,),
        },
        known_other_changes=(KnownChange("new reply tool", months.month(launch + 4), "both"),),
        owners=owners(MARIA, TOM, INES, tuple(Link)),
        review_dates=(months.day(launch + 6, 15), months.day(-2, 15), months.day(3, 15)),
        intangibles=("New hires say that they feel safe with difficult customers earlier.",),
    )


def _customer_first(months: Months) -> ProgramStory:
    """More is solved at first contact every month, with and without the program: only the trend goes on."""
    launch = figures.CUSTOMER_START
    return ProgramStory(
        key="customer-first",
        plan=_customer_plan(months, launch),
        costs=Costs("EUR", 14_000, 18_000, 4_000, 3_000, 2_000, 300, 7, 20, budget=80_000),
        estimates=(
            Estimate("kpi_case_resolution", MARIA.name, months.day(-2, 12), 0.3, 0.7, "Own view of the team"),
            Estimate("kpi_case_resolution", TOM.name, months.day(-2, 12), 0.4, 0.7, "Answers of participants"),
        ),
        reviews=(Review(months.day(-3, 20), done=True, notes="It goes up as it did the year before."),),
        asked=(asked(months, "hold back the next wave in one region, to have something to compare with", MARIA, 0),),
    )


def _customer_plan(months: Months, launch: int) -> Plan:
    return Plan(
        name=c.CUSTOMER,
        program_type="customer_facing",
        business_problem="One case in three comes back, because it was not solved at the first contact.",
        where={"program": c.CUSTOMER},
        launch_month=months.month(launch),
        kpis=(
            PlannedKpi(
                kpi_key="kpi_case_resolution",
                role="primary",
                kpi_owner=MARIA.name,
                baseline=months.baseline(launch, 12),
                target=75,
                direction="higher_is_better",
                expected_lag_months=3,
                value_per_unit=ValuePerUnit(6, "EUR", FINANCE, months.day(launch - 1, 8)),
                units_per_month=420,
            ),
        ),
        behavior_statement="Agents ask what else is open before they close a case, in 8 of 10 contacts",
        competencies=(Competency("Closing a case", "asks for open questions and writes the answer into the case"),),
        activities=(Activity("Service clinic", "Closing a case", 3.5),),
        audience_rule="Agents of Customer Support, and those in sales and field service who answer customers",
        comparison_plan=ComparisonPlan(
            "none", treated=_regions(months, c.SUPPORT, launch), population="agents of Customer Support"
        ),
        link_signals={Link.BEHAVIOR_CHANGE: (signals.OPEN_QUESTIONS,)},
        owners=owners(MARIA, TOM, INES, tuple(Link)),
        review_dates=(months.day(-3, 20), months.day(3, 15)),
    )


def _sales_academy(months: Months) -> ProgramStory:
    """What the plan asked of people they do, and deals are lost all the same: it is stopped."""
    launch = figures.SALES_START
    stop = "stop the lessons by video, and buy no more of them"
    return ProgramStory(
        key="sales-academy",
        plan=_sales_plan(months, launch),
        costs=Costs("EUR", 26_000, 8_000, 9_000, 2_500, 1_500, 280, 6, 34, budget=90_000),
        estimates=(Estimate("kpi_win_rate", LARS.name, months.day(launch - 1, 14), 0.4, 0.6, "Pipeline reviews"),),
        reviews=(Review(months.day(-1, 18), done=True, notes="Plans are filed, lessons seen, and deals lost."),),
        asked=(
            Asked(
                months.day(0, 4),
                Decision(
                    stop, LARS.name, LARS.email, months.day(0, 20), 0, "EUR", Taken(stop, LARS.name, months.day(0, 18))
                ),
            ),
            asked(months, "reopen the practice lab in three sales offices", LARS, 60_000),
        ),
        tried=(
            Tried(
                Experiment(
                    "Reps lose deals because nobody practises objections any more",
                    "One hour of role play a week in the Madrid office",
                    "Win rate of that office back at its level of last year within a quarter",
                    months.day(-4, 10),
                    "Too few deals in one office to tell",
                ),
                months.day(-1, 18),
            ),
        ),
        unsigned=frozenset({(Link.BUSINESS_KPI, "business")}),
    )


def _sales_plan(months: Months, launch: int) -> Plan:
    return Plan(
        name=c.SALES_ACADEMY,
        program_type="sales_enablement",
        business_problem="Halden wins 27 of 100 deals, its competitors a third.",
        where={"program": c.SALES_ACADEMY},
        launch_month=months.month(launch),
        kpis=(
            PlannedKpi(
                kpi_key="kpi_win_rate",
                role="primary",
                kpi_owner=LARS.name,
                baseline=months.baseline(launch, 12),
                target=30,
                direction="higher_is_better",
                expected_lag_months=3,
                value_per_unit=ValuePerUnit(3_500, "EUR", FINANCE, months.day(launch - 1, 8)),
                units_per_month=3.3,
            ),
        ),
        behavior_statement="Reps file a call plan before every first meeting with a customer",
        competencies=(Competency("Planning a call", "writes down whom the customer must convince, and with what"),),
        activities=(Activity("Lesson of the month by video", "Planning a call", 4.5),),
        audience_rule="All sales staff; lessons by video take the place of the practice lab",
        comparison_plan=ComparisonPlan("none", treated=_regions(months, c.SALES, launch), population="sales staff"),
        link_signals={
            Link.LEARNING_ACTIVITY: (signals.VIDEO_LESSONS,),
            Link.BEHAVIOR_CHANGE: (signals.CALL_PLANS,),
            Link.CAPABILITY_GROWTH: ("certification_progression",),
        },
        owners=owners(LARS, NORA, INES, tuple(Link)),
        review_dates=(months.day(-1, 18), months.day(3, 15)),
    )


def _regions(months: Months, unit: str, launch: int) -> tuple[TreatedGroup, ...]:
    """All regions of a unit, from the launch on."""
    return tuple(TreatedGroup({"unit": unit, "region": region}, months.month(launch)) for region in c.REGIONS)
