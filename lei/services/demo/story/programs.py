"""The seven programs of Halden Group, one of each type, and each in another state."""

from __future__ import annotations

from lei.services.demo.story.plans_company import company_programs
from lei.services.demo.story.plans_customers import customer_programs
from lei.services.demo.story.plans_workshops import workshop_programs
from lei.services.demo.story.program_stories import Months, ProgramStory


def program_stories(last_month: int) -> tuple[ProgramStory, ...]:
    """All of them, for a story that ends in `last_month` (an ordinal)."""
    months = Months(last_month)
    return (*customer_programs(months), *workshop_programs(months), *company_programs(months))
