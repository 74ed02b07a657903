"""`/programs/{key}/reviews`, `/decisions` and `/experiments`: what is looked at, decided and tried while one runs."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.pagination import PageParameters
from api.recorded import completed, newly_recorded, recorded_page
from api.schemas.program_records import (
    DecisionAnswer,
    DecisionList,
    DecisionTaken,
    EffectSeen,
    ExperimentAnswer,
    ExperimentList,
    NewDecision,
    NewExperiment,
    NewReview,
    ReviewAnswer,
    ReviewChange,
    ReviewList,
)

_REVIEWS = "/programs/<key>/reviews"
_DECISIONS = "/programs/<key>/decisions"
_EXPERIMENTS = "/programs/<key>/experiments"


@endpoint("GET", _REVIEWS, scope="read", query=PageParameters(), answers={200: ReviewList()})
def reviews(call: Call, key: str) -> dict[str, Any]:
    """List the reviews that were recorded, the oldest record first."""
    return recorded_page(call, key, "review", NewReview())


@endpoint("POST", _REVIEWS, scope="scorecards", body=NewReview(), answers={201: ReviewAnswer()})
def add_review(call: Call, key: str) -> tuple[dict[str, Any], int]:
    """Record a review, planned or done. One that is done on a planned date settles it: nobody is reminded any more."""
    return newly_recorded(call, key, "review", NewReview())


@endpoint("PATCH", f"{_REVIEWS}/<int:number>", scope="scorecards", body=ReviewChange(), answers={200: ReviewAnswer()})
def change_review(call: Call, key: str, number: int) -> dict[str, Any]:
    """Say what became of a review."""
    return completed(call, key, "review", number, NewReview())


@endpoint("GET", _DECISIONS, scope="read", query=PageParameters(), answers={200: DecisionList()})
def decisions(call: Call, key: str) -> dict[str, Any]:
    """List the decisions asked and taken, in the order in which they were asked."""
    return recorded_page(call, key, "decision", NewDecision())


@endpoint("POST", _DECISIONS, scope="scorecards", body=NewDecision(), answers={201: DecisionAnswer()})
def ask_decision(call: Call, key: str) -> tuple[dict[str, Any], int]:
    """Ask for a decision: of whom, by when and at which cost. Its owner is reminded a week ahead."""
    return newly_recorded(call, key, "decision", NewDecision())


@endpoint(
    "PATCH", f"{_DECISIONS}/<int:number>", scope="scorecards", body=DecisionTaken(), answers={200: DecisionAnswer()}
)
def take_decision(call: Call, key: str, number: int) -> dict[str, Any]:
    """Record what was decided, by whom and when."""
    return completed(call, key, "decision", number, NewDecision())


@endpoint("GET", _EXPERIMENTS, scope="read", query=PageParameters(), answers={200: ExperimentList()})
def experiments(call: Call, key: str) -> dict[str, Any]:
    """List what was tried, the oldest first."""
    return recorded_page(call, key, "experiment", NewExperiment())


@endpoint("POST", _EXPERIMENTS, scope="scorecards", body=NewExperiment(), answers={201: ExperimentAnswer()})
def add_experiment(call: Call, key: str) -> tuple[dict[str, Any], int]:
    """Record a change that is tried: its hypothesis and the effect that is expected."""
    return newly_recorded(call, key, "experiment", NewExperiment())


@endpoint(
    "PATCH", f"{_EXPERIMENTS}/<int:number>", scope="scorecards", body=EffectSeen(), answers={200: ExperimentAnswer()}
)
def see_effect(call: Call, key: str, number: int) -> dict[str, Any]:
    """Record the effect that a change had."""
    return completed(call, key, "experiment", number, NewExperiment())
