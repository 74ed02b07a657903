"""What happened at Halden Group in 24 months, and what it did to which figures: the reasons behind the curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lei.services.demo.story import company as c

# Not a measure: how much is going on in the learning system, as a factor (0.2 means 20 percent more).
ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that moved figures, `starts` months after the last month of the story (0 is that month, -3 earlier).

    effects: by measure, in units of its value, once the event is at its height: after `ramp` months (0: at once).
    From `ends` on, where it has an end, the effect fades over `fade` months. Empty units, programs and regions: all.
    """

    reason: str
    starts: int
    effects: Mapping[str, float]
    ramp: int = 0
    ends: int | None = None
    fade: int = 1
    units: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def strength(self, offset: int) -> float:
        """How much of the effect is there in a month, from 0 to 1."""
        if offset < self.starts:
            return 0.0
        risen = min(1.0, (offset - self.starts + 1) / (self.ramp + 1))
        if self.ends is None or offset < self.ends:
            return risen
        return risen * max(0.0, 1 - (offset - self.ends + 1) / (self.fade + 1))

    def touches(self, unit: str | None, program: str | None, region: str | None) -> bool:
        """Whether a cell of the company feels it. Figures without a program feel no event of single programs."""
        return (
            (not self.units or unit in self.units)
            and (not self.programs or program in self.programs)
            and (not self.regions or region in self.regions)
        )


EVENTS = (
    Event(
        "Critical skills are named per role and gaps are closed in the flow of work",
        starts=-18,
        ramp=18,
        effects={
            "role_readiness_rate": 8,
            "skill_gap_closure_rate": 9,
            "skill_proficiency_index": 4,
            "skills_data_coverage": 14,
            "certification_progression": 4,
        },
    ),
    Event(
        "A new onboarding replaces the classroom week at four of the eight sites of Customer Support",
        starts=-14,
        ramp=5,
        effects={"ninety_day_readiness_rate": 17, "time_to_competency": -24},
        units=(c.SUPPORT,),
    ),
    Event(
        "The new onboarding is carried over to the other units",
        starts=-5,
        ramp=4,
        effects={"ninety_day_readiness_rate": 8, "time_to_competency": -12},
        units=(c.FIELD, c.SALES, c.MANUFACTURING, c.CORPORATE),
    ),
    Event(
        "The onboarding program is rebuilt around tickets of the first weeks",
        starts=-14,
        ramp=5,
        effects={
            "skill_uplift": 12,
            "behavior_change_rate": 10,
            "training_application_rate": 8,
            "learner_satisfaction": 0.2,
        },
        programs=(c.ONBOARDING,),
    ),
    Event(
        "Content is written once and reused",
        starts=-12,
        ramp=10,
        effects={
            "content_reuse_rate": 12,
            "development_hours_ratio": -18,
            "content_cycle_time": -12,
            "cost_per_learning_hour": -14,
        },
    ),
    Event(
        "Move to another learning platform: sign-in problems, lost enrollments, late reminders",
        starts=-10,
        ends=-7,
        fade=2,
        effects={
            "completion_rate": -15,
            "participation_rate": -11,
            "mandatory_on_time_completion_rate": -4,
            "enrollment_rate": -8,
            "audience_reach": -4,
            "learner_satisfaction": -0.25,
            "training_nps": -14,
            "pass_rate": -4,
            "mastery_progress": -3,
            "skill_uplift": -3,
            "admin_hours_per_100_enrollments": 7,
            ACTIVITY: -0.1,
        },
    ),
    Event(
        "The new platform links courses to skills and shows what to do next",
        starts=-3,
        ramp=3,
        effects={
            "completion_rate": 5,
            "participation_rate": 8,
            "voluntary_learning_share": 4,
            "audience_reach": 3,
            "enrollment_rate": 6,
            "mastery_progress": 4,
            "admin_hours_per_100_enrollments": -4,
        },
    ),
    Event(
        "Sales Academy loses its practice lab in the move; role plays are replaced by videos",
        starts=-10,
        ramp=7,
        effects={
            "completion_rate": -16,
            "pass_rate": -20,
            "assessment_score": -10,
            "skill_uplift": -19,
            "simulation_score": -16,
            "mastery_progress": -15,
            "knowledge_retention": -8,
            "training_nps": -34,
            "learner_satisfaction": -0.5,
            "kirkpatrick_l1_reaction": -15,
            "learner_confidence": -13,
            "behavior_change_rate": -13,
            "training_application_rate": -13,
            "transfer_readiness": -9,
            "productivity_per_fte": -2.2,
            "error_reduction": -4,
            "audience_reach": -8,
        },
        programs=(c.SALES_ACADEMY,),
    ),
    Event(
        "Sales staff without practice take longer to be ready",
        starts=-8,
        ramp=6,
        effects={
            "role_readiness_rate": -7,
            "time_to_competency": 16,
            "ninety_day_readiness_rate": -8,
        },
        units=(c.SALES,),
    ),
    Event(
        "Learning budget cut by a fifth",
        starts=-5,
        ramp=1,
        effects={
            ACTIVITY: -0.17,
            "participation_rate": -8,
            "voluntary_learning_share": -8,
            "audience_reach": -5,
            "enrollment_rate": -3,
            "transfer_readiness": -4,
            "on_time_delivery_rate": -6,
            "simulation_score": -3,
            "knowledge_retention": -2,
        },
    ),
    Event(
        "First-line managers agree with each learner what will be used at work",
        starts=-9,
        ramp=8,
        effects={"behavior_change_rate": 4, "training_application_rate": 4, "transfer_readiness": 6},
        units=(c.SUPPORT, c.FIELD, c.MANUFACTURING, c.CORPORATE),
    ),
    Event(
        "Electrical safety certificates in APAC expire and the examiner is booked out",
        starts=-3,
        ramp=1,
        effects={"certification_coverage": -15, "certification_progression": -8},
        regions=("APAC",),
    ),
    Event(
        "Practice on real equipment and real cases before the test in three programs",
        starts=0,
        effects={
            "skill_uplift": 24,
            "simulation_score": 5,
            "pass_rate": 4,
            "assessment_score": 3,
            "knowledge_retention": 2,
            "training_nps": 6,
            "learner_satisfaction": 0.1,
            "kirkpatrick_l1_reaction": 4,
        },
        programs=(c.TECHNICAL, c.MEDICAL, c.CUSTOMER),
    ),
    Event(
        "Hiring freeze at competitors ends: more people leave",
        starts=-8,
        ramp=8,
        effects={"retention_rate": -1.8},
    ),
)

# What the time of the year adds, January to December.
SEASONS: Mapping[str, tuple[float, ...]] = {
    ACTIVITY: (0.05, 0.05, 0.05, 0.0, 0.0, 0.0, -0.08, -0.12, 0.08, 0.05, 0.05, -0.12),
    "participation_rate": (0.5, 0.5, 0.5, 0.0, 0.0, 0.0, -0.8, -1.2, 0.3, 0.5, 0.5, -1.2),
    "mandatory_on_time_completion_rate": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.6, 0.4, 0.0),
}
