"""Halden Group, an invented industrial services company: its regions, units, job families, programs and systems.

Everything here is made up. No person, company or figure is real.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LABEL = "Halden Group (invented demo data)"

REGIONS = ("Americas", "EMEA", "APAC")

TECHNICIAN, AGENT, SPECIALIST, TEAM_LEAD = "Technician", "Service Agent", "Specialist", "Team Lead"
ROLES = (TECHNICIAN, AGENT, SPECIALIST, TEAM_LEAD)

SUPPORT, FIELD, SALES = "Customer Support", "Field Service", "Sales"
MANUFACTURING, CORPORATE, LEGAL = "Manufacturing", "Corporate Functions", "Legal & Compliance"

ONBOARDING, COMPLIANCE, LEADERSHIP = "First 90 Days", "Compliance Essentials", "Lead the Team"
SALES_ACADEMY, CUSTOMER, TECHNICAL = "Sales Academy", "Customer First", "Field Diagnostics"
MEDICAL, DIGITAL = "Medical Gas Practice", "Digital Workplace"


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the company. heads: people today, in the order of REGIONS. growth: percent a year.

    strength: how far its figures lie above (or below) those of the company, in steps of each measure's `swing`.
    """

    name: str
    heads: tuple[int, int, int]
    job_family: str
    growth: float
    strength: float


UNITS = (
    Unit(SUPPORT, (160, 170, 90), AGENT, 6, 0.5),
    Unit(FIELD, (260, 270, 150), TECHNICIAN, 3, 0.2),
    Unit(SALES, (120, 120, 70), SPECIALIST, -2, -0.6),
    Unit(MANUFACTURING, (240, 330, 150), TECHNICIAN, 1, -0.1),
    Unit(CORPORATE, (50, 110, 30), SPECIALIST, 0, 0.1),
    Unit(LEGAL, (0, 4, 0), SPECIALIST, 0, 0.2),
)
# Too few people to be shown anywhere; its costs are booked under the corporate functions.
SMALL_UNIT = LEGAL
REGION_STRENGTH: Mapping[str, float] = {"Americas": 0.15, "EMEA": 0.25, "APAC": -0.5}
TEAM_LEAD_SHARE = 0.09


@dataclass(frozen=True, slots=True)
class Program:
    """A learning program.

    audience: share of each unit's people it is meant for (team leads: `lead_audience`). invited: share of the audience
    invited a month. hours: learning hours an enrollment takes. mandatory: share of its assignments that are an
    obligation. practice: share of enrollments with a scored simulation. benefit: adjusted benefit per unit of cost, 0
    where the business KPI did not get better, None where no claim about it reaches evidence grade E2. level: highest
    evaluation level with valid data (0-5); before `measured_since` (months from the story's last) it was one lower.
    kpi_since: since when a KPI, a baseline and an owner are named, None if they are not.
    """

    name: str
    type: str
    audience: Mapping[str, float]
    invited: float
    hours: float
    mandatory: float
    strength: float
    level: int
    measured_since: int
    kpi_since: int | None
    benefit: float | None = None
    lead_audience: float | None = None
    practice: float = 0.3


PROGRAMS = (
    Program(
        ONBOARDING,
        "onboarding",
        {SUPPORT: 0.14, FIELD: 0.09, SALES: 0.09, MANUFACTURING: 0.08, CORPORATE: 0.06},
        invited=0.42,
        hours=6.0,
        mandatory=0.4,
        strength=0.4,
        level=3,
        measured_since=-9,
        kpi_since=-14,
        benefit=1.15,
    ),
    Program(
        COMPLIANCE,
        "compliance_quality",
        {SUPPORT: 1.0, FIELD: 1.0, SALES: 1.0, MANUFACTURING: 1.0, CORPORATE: 1.0, LEGAL: 1.0},
        invited=0.10,
        hours=1.3,
        mandatory=0.9,
        strength=0.2,
        level=2,
        measured_since=-40,
        kpi_since=None,
        practice=0.0,
    ),
    Program(
        LEADERSHIP,
        "leadership_manager",
        {SUPPORT: 0.02, FIELD: 0.02, SALES: 0.03, MANUFACTURING: 0.02, CORPORATE: 0.05},
        invited=0.36,
        hours=6.5,
        mandatory=0.1,
        strength=0.3,
        level=1,
        measured_since=-40,
        kpi_since=-2,
        lead_audience=1.0,
    ),
    Program(
        SALES_ACADEMY,
        "sales_enablement",
        {SALES: 0.9},
        invited=0.32,
        hours=4.5,
        mandatory=0.15,
        strength=-0.1,
        level=2,
        measured_since=-40,
        kpi_since=-40,
        benefit=0.0,
        practice=0.5,
    ),
    Program(
        CUSTOMER,
        "customer_facing",
        {SUPPORT: 0.8, SALES: 0.3, FIELD: 0.3},
        invited=0.19,
        hours=3.5,
        mandatory=0.1,
        strength=0.5,
        level=3,
        measured_since=-12,
        kpi_since=-11,
        benefit=0.3,
        practice=0.4,
    ),
    Program(
        TECHNICAL,
        "technical_skills",
        {FIELD: 0.7, MANUFACTURING: 0.4},
        invited=0.19,
        hours=5.0,
        mandatory=0.15,
        strength=0.1,
        level=2,
        measured_since=-6,
        kpi_since=-8,
        benefit=0.0,
        practice=0.5,
    ),
    Program(
        MEDICAL,
        "healthcare_regulated",
        {FIELD: 0.8, MANUFACTURING: 0.9},
        invited=0.17,
        hours=2.3,
        mandatory=0.7,
        strength=0.2,
        level=2,
        measured_since=-15,
        kpi_since=-10,
        practice=0.4,
    ),
    Program(
        DIGITAL,
        "technical_skills",
        {CORPORATE: 0.9, SUPPORT: 0.5, SALES: 0.5, MANUFACTURING: 0.25},
        invited=0.2,
        hours=2.5,
        mandatory=0.05,
        strength=-0.1,
        level=1,
        measured_since=-40,
        kpi_since=None,
    ),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """A system that sends observations: its name as a source, and the time (UTC) on the first day of the next month."""

    name: str
    hour: int
    minute: int


LMS, HRIS, SKILLS = "cornerstone", "workday", "skills_cloud"
SURVEYS, SERVICE, CRM, FINANCE = "survey_hub", "service_desk", "crm", "finance_erp"
# In the order in which their figures come in.
SENDERS = (
    Sender(LMS, 1, 10),
    Sender(HRIS, 1, 40),
    Sender(SKILLS, 2, 0),
    Sender(SURVEYS, 2, 30),
    Sender(SERVICE, 3, 0),
    Sender(CRM, 3, 20),
    Sender(FINANCE, 3, 30),
)
