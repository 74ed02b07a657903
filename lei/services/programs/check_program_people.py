"""Says what is wrong with the people of a program: owners who cannot be written to, counts that cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from lei.errors import Problem
from lei.services.access.check_recipients import address_fault
from lei.storage.program_plans import Plan


def people_problems(plan: Plan) -> Iterator[Problem]:
    """Problems with owners and with drop-out figures, by field."""
    for link, owners in plan.owners.items():
        for side, owner in (("business", owners.business), ("learning", owners.learning)):
            fault = address_fault(owner.email)
            if fault is not None:
                text = f"The address {owner.email!r} of {owner.name} {fault}."
                yield Problem(f"owners.{link}.{side}.email", "invalid_address", text)
    drop_out = plan.drop_out
    if drop_out is not None and (
        drop_out.treated_left > drop_out.treated_started or drop_out.comparison_left > drop_out.comparison_started
    ):
        yield Problem("drop_out", "more_left_than_began", "No more people can leave than began.")
