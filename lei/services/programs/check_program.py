"""Says what is wrong with the plan of a program: first whether it is planned backward, then whether it makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.observable_behavior import objections
from lei.catalog.program_types import ProgramType, program_types
from lei.errors import InvalidError, Problem, refuse_faults
from lei.periods import month_of
from lei.services.programs.check_comparison import comparison_problems
from lei.services.programs.check_program_kpis import described_kpis, kpi_problems
from lei.services.programs.check_program_people import people_problems
from lei.services.words.near_words import suggestion
from lei.storage.measures import read_measures
from lei.storage.program_plans import Plan, plan_as_dict, plan_from_dict
from lei.storage.programs import Program
from lei.storage.segments import dimension_keys

# What is asked for first, what of it is still missing, and how one asks for it.
_STEPS = (
    ("problem_first", "business_problem", "Say first which business problem the program is to solve."),
    ("kpi_first", "kpis", "Name first the KPI that shows whether the business problem gets smaller."),
    ("behavior_first", "behavior_statement", "Say first what people will do differently, so that one can see it."),
    (
        "competencies_first",
        "competencies",
        "Name first what people must be able to do, each with the behavior it serves.",
    ),
    (None, "activities", ""),
)


def checked_plan(session: Session, sections: Mapping[str, Any], base: Program | None, today: date) -> Plan:
    """The plan with these sections, laid over that of `base` where there is one; each one given replaces the former.

    KPIs get what the catalogue says of them; in a draft they are marked as post hoc once the program has begun, in a
    frozen plan those marks stay. Raises InvalidError that names every field at fault; of a plan that does not begin
    with its KPI it names only what comes first.
    """
    plain = {**({} if base is None else plan_as_dict(base.plan)), **sections}
    refuse_content_first(plain)
    kind = known_type(plain["program_type"])
    known = read_measures(session)
    refuse_faults(kpi_problems(plain, kind, known))
    launch = plain.get("launch_month")
    begun = launch is not None and launch <= month_of(today)
    frozen = base is not None and base.frozen_at is not None
    described = described_kpis(plain.get("kpis", ()), kind, known, begun=begun, frozen=frozen)
    plan = replace(plan_from_dict({**plain, "kpis": []}), kpis=described)
    refuse_faults(
        chain(
            _readiness_problems(plan, kind),
            _behavior_problems(plan),
            _signal_problems(plan, set(known)),
            comparison_problems(plan, dimension_keys(session)),
            people_problems(plan),
        )
    )
    return plan


def refuse_content_first(plain: Mapping[str, Any]) -> None:
    """Raise InvalidError when a later step of the plan is there and an earlier one is not."""
    present = [_is_there(plain, name) for _, name, _ in _STEPS]
    problems = [
        Problem(name, code, f"A program is planned backward. {asked}", hint=f"Then: {_STEPS[place + 1][1]}.")
        for place, (code, name, asked) in enumerate(_STEPS)
        if code is not None and not present[place] and any(present[place + 1 :])
    ]
    refuse_faults(problems[:1])


def known_type(key: str) -> ProgramType:
    """The type of that key; raises InvalidError with the nearest one."""
    found = program_types().get(key)
    if found is None:
        hint = suggestion(key, program_types(), f"There are: {', '.join(program_types())}.")
        text = f"There is no type of program '{key}'. {hint}"
        raise InvalidError(text, [Problem("program_type", "unknown_type", text, hint=hint)])
    return found


def _is_there(plain: Mapping[str, Any], name: str) -> bool:
    return bool(plain.get(name)) or (name == "kpis" and bool(plain.get("stops_at_readiness")))


def _readiness_problems(plan: Plan, kind: ProgramType) -> Iterator[Problem]:
    if plan.stops_at_readiness and kind.own_outcome:
        text = f"Programs of the type '{kind.key}' have business outcomes of their own; name a KPI."
        yield Problem("stops_at_readiness", "own_outcome", text, hint=f"Recommended: {', '.join(kind.recommended)}.")
    if plan.stops_at_readiness and plan.kpis:
        yield Problem("stops_at_readiness", "has_kpi", "A program that stops at readiness claims no KPI; name none.")


def _behavior_problems(plan: Plan) -> Iterator[Problem]:
    if plan.behavior_statement:
        for objection in objections(plan.behavior_statement):
            yield Problem("behavior_statement", objection.code, objection.message, hint=objection.hint)
    for place, competency in enumerate(plan.competencies):
        for objection in objections(competency.behavior, needs_standard=False):
            yield Problem(f"competencies.{place}.behavior", objection.code, objection.message, hint=objection.hint)
    names = [competency.name for competency in plan.competencies]
    for place, activity in enumerate(plan.activities):
        if activity.competency not in names:
            text = f"The activity '{activity.name}' serves '{activity.competency}', which is no competency of the plan."
            hint = f"There are: {', '.join(names)}."
            yield Problem(f"activities.{place}.competency", "unknown_competency", text, hint=hint)


def _signal_problems(plan: Plan, known: set[str]) -> Iterator[Problem]:
    for link, keys in plan.link_signals.items():
        for key in keys:
            if key not in known:
                hint = suggestion(key, known)
                yield Problem(f"link_signals.{link}", "unknown_measure", f"There is no measure '{key}'.", hint=hint)
