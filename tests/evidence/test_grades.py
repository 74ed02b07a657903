"""The table of evidence grades as a specification: what each asks for, what lowers it, who may lower it further."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studies import METHODS, codes, design, design_of, estimate, result_of

from lei.errors import InvalidError
from lei.evidence.estimate import TooLittle
from lei.evidence.grade import Grade
from lei.evidence.grades import assign_grade, best_graded, lower_by_person
from lei.evidence.study_design import Arm, AssignedBy, Band, ComparisonPlan, Hit, OtherChange, PreTrend, StudyDesign

GRADES = list(Grade)
LACKING = TooLittle("before_after", {"months_after": 3}, {"months_after": 2})

# Each reason to lower: the words of the rule, the facts, and the code of the reason.
REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "another change hit the trained group and not equally the comparison group": (
        {"other_changes": (OtherChange("a bonus", Hit.TREATED_ONLY),)},
        "other_change",
    ),
    "participants volunteered and no comparison of baselines": (
        {"volunteers": True, "baselines_compared": False, "baselines_comparable": None},
        "volunteers",
    ),
    "KPI definition or sampling changed": ({"definition_or_sampling_changed": True}, "definition_changed"),
    "drop-out of 20 % or more": ({"treated": Arm(people=90, sites=3, dropout=0.20)}, "high_drop_out"),
    "group chosen because results were bad and no comparison group": (
        {"chosen_because_results_were_bad": True},
        "chosen_for_bad_results",
    ),
}


class TestEachGradeAsksFor:
    @pytest.mark.parametrize("grade", GRADES)
    def test_a_study_that_has_all_of_it_reaches_it(self, grade: Grade) -> None:
        decision = assign_grade(result_of(grade), design_of(grade))
        assert (decision.grade, decision.reached) == (grade, grade)
        assert decision.downgrade_reasons == decision.capped_by == ()

    def test_e0_no_valid_kpi_data(self) -> None:
        nobody = StudyDesign(treated=Arm(people=0))
        assert assign_grade(None, nobody).grade is Grade.E0
        assert codes(assign_grade(None, nobody).missing_for_next) == ["no_activity"]
        assert assign_grade(LACKING, nobody).grade is Grade.E0

    def test_e1_activity_data_and_no_kpi_series(self) -> None:
        decision = assign_grade(None, StudyDesign(treated=Arm(people=1)))
        assert decision.grade is Grade.E1
        assert codes(decision.missing_for_next) == ["no_kpi_series"]

    def test_e2_kpi_before_and_after_three_months_each(self) -> None:
        for months in ({"months_before": 2}, {"months_after": 2}):
            decision = assign_grade(result_of(Grade.E2), design_of(Grade.E2, **months))
            assert decision.grade is Grade.E1
            assert codes(decision.missing_for_next) == ["few_months"]
        three = design_of(Grade.E2, months_before=3, months_after=3)
        assert assign_grade(result_of(Grade.E2), three).grade is Grade.E2

    @pytest.mark.parametrize(("people", "grade"), [(19, Grade.E1), (20, Grade.E2)])
    def test_e2_needs_20_people(self, people: int, grade: Grade) -> None:
        assert assign_grade(result_of(Grade.E2), design_of(Grade.E2, treated=Arm(people=people))).grade is grade

    def test_e2_is_not_reached_by_a_statistic_with_too_little_data(self) -> None:
        decision = assign_grade(LACKING, design_of(Grade.E2))
        assert decision.grade is Grade.E1
        assert codes(decision.missing_for_next) == ["too_little_data"]

    @pytest.mark.parametrize(
        ("facts", "missing"),
        [
            ({"months_before": 5}, "few_months_before"),
            ({"band": Band.INSIDE}, "inside_trend_band"),
            ({"band": Band.CANNOT_TELL}, "trend_band_unknown"),
            ({"band": None}, "trend_band_unknown"),
        ],
    )
    def test_e3_six_pre_months_and_outside_the_band_of_the_old_trend(self, facts: dict[str, Any], missing: str) -> None:
        decision = assign_grade(result_of(Grade.E3), design_of(Grade.E3, **facts))
        assert decision.grade is Grade.E2
        assert codes(decision.missing_for_next) == [missing]

    def test_e3_is_not_reached_by_a_difference_with_the_trend_still_in_it(self) -> None:
        decision = assign_grade(result_of(Grade.E2), design_of(Grade.E3))
        assert decision.grade is Grade.E2
        assert codes(decision.missing_for_next) == ["trend_not_taken_out"]

    @pytest.mark.parametrize(
        ("facts", "missing"),
        [
            ({"comparison": None, "comparison_plan": ComparisonPlan.NONE}, "no_comparison_group"),
            ({"comparison_plan": ComparisonPlan.EARLIER_COHORT}, "earlier_cohort_only"),
            ({"baselines_comparable": False}, "baselines_differ"),
            ({"baselines_comparable": None}, "baselines_unknown"),
            ({"pre_trend": PreTrend.NOT_PARALLEL}, "not_parallel"),
            ({"pre_trend": PreTrend.CANNOT_TELL}, "cannot_tell_parallel"),
            ({"pre_trend": None}, "cannot_tell_parallel"),
            ({"comparison": Arm(people=19, sites=3)}, "few_people_per_group"),
        ],
    )
    def test_e4_a_comparable_group_with_parallel_pre_months(self, facts: dict[str, Any], missing: str) -> None:
        decision = assign_grade(result_of(Grade.E4), design_of(Grade.E4, **facts))
        assert decision.grade is Grade.E3
        assert codes(decision.missing_for_next) == [missing]

    def test_e4_needs_a_number_that_uses_the_comparison_group(self) -> None:
        decision = assign_grade(result_of(Grade.E3), design_of(Grade.E4))
        assert decision.grade is Grade.E3
        assert codes(decision.missing_for_next) == ["comparison_not_used"]

    def test_e4_is_reached_with_three_months_on_either_side_where_no_trend_could_be_told(self) -> None:
        three = design_of(Grade.E4, months_before=3, months_after=3, band=None)
        assert assign_grade(result_of(Grade.E4), three).grade is Grade.E4

    @pytest.mark.parametrize(
        ("facts", "missing"),
        [
            ({"comparison_plan": ComparisonPlan.PHASED_ROLLOUT}, "not_random"),
            ({"treated": Arm(people=43, dropout=0.0)}, "few_people_per_group"),
        ],
    )
    def test_e5_random_assignment_and_44_per_arm(self, facts: dict[str, Any], missing: str) -> None:
        decision = assign_grade(result_of(Grade.E5), design(**facts))
        assert decision.grade is Grade.E4
        assert codes(decision.missing_for_next) == [missing]

    def test_e5_is_reached_by_a_random_order_of_the_rollout(self) -> None:
        assert assign_grade(estimate("staggered_rollout"), design()).grade is Grade.E5

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            ({"comparison": Arm(people=90)}, "dropout_unknown"),
            ({"comparison": Arm(people=90, dropout=0.2)}, "high_drop_out"),
            ({"baselines_comparable": None}, "baselines_unknown"),
        ],
    )
    def test_a_trial_that_lacks_or_does_not_say_it_loses_one_grade(self, facts: dict[str, Any], reason: str) -> None:
        decision = assign_grade(result_of(Grade.E5), design(**facts))
        assert (decision.reached, decision.grade) == (Grade.E5, Grade.E4)
        assert codes(decision.downgrade_reasons) == [reason]

    def test_e5_must_be_balanced(self) -> None:
        decision = assign_grade(result_of(Grade.E5), design(baselines_comparable=False))
        assert decision.grade is Grade.E3
        assert codes(decision.unmet[Grade.E5]) == ["baselines_differ"]

    @pytest.mark.parametrize("method", ["correlation_months", "correlation_lagged", "correlation_units"])
    def test_a_correlation_never_raises_a_grade(self, method: str) -> None:
        decision = assign_grade(estimate(method), design())
        assert decision.grade is Grade.E1
        assert codes(decision.missing_for_next) == ["correlation_only"]

    def test_an_unknown_method_is_refused(self) -> None:
        with pytest.raises(InvalidError, match="No claim about a KPI can rest on 'horoscope'"):
            assign_grade(estimate("horoscope"), design())


class TestLowering:
    @pytest.mark.parametrize("rule", REASONS)
    def test_each_reason_lowers_by_one(self, rule: str) -> None:
        facts, code = REASONS[rule]
        decision = assign_grade(result_of(Grade.E3), design_of(Grade.E3, **facts))
        assert (decision.reached, decision.grade) == (Grade.E3, Grade.E2)
        assert codes(decision.downgrade_reasons) == [code]

    def test_the_floor_is_e1(self) -> None:
        facts = {key: fact for rule, _ in REASONS.values() for key, fact in rule.items()}
        decision = assign_grade(result_of(Grade.E3), design_of(Grade.E3, **facts))
        assert len(decision.downgrade_reasons) == len(REASONS)
        assert decision.grade is Grade.E1

    def test_a_change_that_hit_both_groups_equally_spares_a_comparison_and_nothing_else(self) -> None:
        tool = {"other_changes": (OtherChange("a new reply tool", Hit.BOTH_EQUALLY),)}
        assert assign_grade(result_of(Grade.E4), design_of(Grade.E4, **tool)).grade is Grade.E4
        assert assign_grade(result_of(Grade.E3), design_of(Grade.E3, **tool)).grade is Grade.E2

    def test_several_other_changes_are_one_reason_that_names_them(self) -> None:
        changes = (OtherChange("a bonus", Hit.TREATED_ONLY), OtherChange("a new tool.", Hit.TREATED_ONLY))
        (reason,) = assign_grade(result_of(Grade.E4), design_of(Grade.E4, other_changes=changes)).downgrade_reasons
        assert reason.names == ("a bonus", "a new tool")

    def test_bad_results_at_the_start_spare_a_comparison(self) -> None:
        bad = design_of(Grade.E4, chosen_because_results_were_bad=True)
        assert assign_grade(result_of(Grade.E4), bad).grade is Grade.E4

    def test_volunteers_whose_baselines_were_compared_do_not_lower(self) -> None:
        assert assign_grade(result_of(Grade.E4), design_of(Grade.E4, volunteers=True)).grade is Grade.E4

    @pytest.mark.parametrize(
        ("by", "sites", "grade"),
        [(AssignedBy.SITE, 2, Grade.E3), (AssignedBy.SITE, 3, Grade.E4), (AssignedBy.PERSON, 1, Grade.E4)],
    )
    def test_fewer_than_three_sites_per_arm_if_assignment_is_by_site(
        self, by: AssignedBy, sites: int, grade: Grade
    ) -> None:
        study = design_of(Grade.E4, assigned_by=by, comparison=Arm(people=90, sites=sites))
        assert assign_grade(result_of(Grade.E4), study).grade is grade

    def test_a_single_site_before_and_after_was_not_assigned_to_anything(self) -> None:
        study = design_of(Grade.E2, assigned_by=AssignedBy.SITE, treated=Arm(people=90, sites=1))
        assert assign_grade(result_of(Grade.E2), study).grade is Grade.E2

    def test_where_sites_were_assigned_their_number_must_be_known(self) -> None:
        with pytest.raises(InvalidError, match="say how many sites each group has"):
            design(assigned_by=AssignedBy.SITE, comparison=Arm(people=90))

    def test_the_worst_arm_counts_for_dropout(self) -> None:
        lost = Arm(people=90, sites=3, dropout=0.31)
        (reason,) = assign_grade(result_of(Grade.E4), design_of(Grade.E4, comparison=lost)).downgrade_reasons
        assert reason.numbers == {"dropout": 0.31, "limit": 0.20}


class TestPostHoc:
    @pytest.mark.parametrize("grade", GRADES)
    def test_a_kpi_added_after_launch_carries_at_most_e2(self, grade: Grade) -> None:
        decision = assign_grade(result_of(grade), design_of(grade, post_hoc=True))
        assert decision.grade is min(grade, Grade.E2)
        assert codes(decision.capped_by) == (["post_hoc"] if grade > Grade.E2 else [])

    def test_it_cannot_have_been_fixed_before(self) -> None:
        with pytest.raises(InvalidError, match="cannot have been fixed before launch"):
            design(post_hoc=True, fixed_before_launch=True)


class TestPeople:
    def test_may_lower_with_a_reason(self) -> None:
        decision = assign_grade(result_of(Grade.E4), design_of(Grade.E4))
        lowered = lower_by_person(decision, Grade.E2, "Two of the sites share a manager.")
        assert lowered.grade is Grade.E2
        assert lowered.lowered_by_person is not None
        assert lowered.lowered_by_person.assigned is Grade.E4

    def test_lowering_twice_remembers_what_the_system_assigned(self) -> None:
        decision = assign_grade(result_of(Grade.E4), design_of(Grade.E4))
        twice = lower_by_person(lower_by_person(decision, Grade.E3, "One."), Grade.E2, "Two.")
        assert twice.lowered_by_person is not None
        assert twice.lowered_by_person.assigned is Grade.E4

    @pytest.mark.parametrize("grade", [Grade.E3, Grade.E4, Grade.E5])
    def test_may_not_raise_or_repeat(self, grade: Grade) -> None:
        decision = assign_grade(result_of(Grade.E3), design_of(Grade.E3))
        with pytest.raises(InvalidError, match="people may lower it, never raise it"):
            lower_by_person(decision, grade, "I know better.")

    def test_may_not_say_that_there_is_no_data(self) -> None:
        with pytest.raises(InvalidError, match="E1 at the lowest"):
            lower_by_person(assign_grade(result_of(Grade.E3), design_of(Grade.E3)), Grade.E0, "I doubt it.")

    def test_must_say_why(self) -> None:
        with pytest.raises(InvalidError, match="Say why"):
            lower_by_person(assign_grade(result_of(Grade.E3), design_of(Grade.E3)), Grade.E2, "  ")


def test_of_several_results_the_best_graded_is_told_and_the_simplest_of_equals() -> None:
    results = [result_of(grade) for grade in METHODS]
    study = design_of(Grade.E4)
    chosen, decision = best_graded([result for result in results if result], study)
    assert (getattr(chosen, "method", ""), decision.grade) == ("difference_in_differences", Grade.E4)
    assert best_graded([], study)[1].grade is Grade.E1


shares = st.none() | st.floats(0, 1)
arms = st.builds(Arm, people=st.integers(0, 100), sites=st.integers(0, 5), dropout=shares)
changes = st.lists(st.builds(OtherChange, st.just("a bonus"), st.sampled_from(Hit)), max_size=2).map(tuple)


@st.composite
def studies(draw: st.DrawFn) -> StudyDesign:
    """Any study that does not contradict itself."""
    plan = draw(st.sampled_from(ComparisonPlan))
    compared, post_hoc = draw(st.booleans()), draw(st.booleans())
    return StudyDesign(
        treated=draw(arms),
        comparison=None if plan is ComparisonPlan.NONE else draw(st.none() | arms),
        comparison_plan=plan,
        assigned_by=draw(st.sampled_from(AssignedBy)),
        months_before=draw(st.integers(0, 12)),
        months_after=draw(st.integers(0, 12)),
        chosen_because_results_were_bad=draw(st.booleans()),
        volunteers=draw(st.booleans()),
        baselines_compared=compared,
        baselines_comparable=draw(st.none() | st.booleans()) if compared else None,
        other_changes=draw(changes),
        definition_or_sampling_changed=draw(st.booleans()),
        post_hoc=post_hoc,
        fixed_before_launch=not post_hoc and draw(st.booleans()),
        pre_trend=draw(st.none() | st.sampled_from(PreTrend)),
        band=draw(st.none() | st.sampled_from(Band)),
    )


methods = st.sampled_from([*METHODS.values(), "correlation_months"])


@given(studies(), methods)
def test_lowering_never_ends_below_e1_and_post_hoc_never_above_e2(study: StudyDesign, method: str) -> None:
    decision = assign_grade(estimate(method), study)
    assert decision.grade >= min(decision.reached, Grade.E1)
    assert decision.grade <= (Grade.E2 if study.post_hoc else Grade.E5)
    assert decision.grade <= decision.reached


@given(studies(), methods)
def test_every_grade_that_is_not_reached_says_what_is_missing(study: StudyDesign, method: str) -> None:
    decision = assign_grade(estimate(method), study)
    assert set(decision.unmet) == {grade for grade in Grade if grade > decision.reached}
    assert all(decision.unmet.values())


@given(studies(), methods, st.sampled_from(["definition_or_sampling_changed", "volunteers", "post_hoc"]))
def test_an_extra_reason_never_raises_the_grade(study: StudyDesign, method: str, reason: str) -> None:
    fixed = {"fixed_before_launch": False} if reason == "post_hoc" else {}
    worse = replace(study, **{reason: True}, **fixed)  # type: ignore[arg-type]  # names of fields
    assert assign_grade(estimate(method), worse).grade <= assign_grade(estimate(method), study).grade


@given(studies(), methods, st.sampled_from(Grade))
def test_people_can_only_lower(study: StudyDesign, method: str, wanted: Grade) -> None:
    decision = assign_grade(estimate(method), study)
    try:
        lowered = lower_by_person(decision, wanted, "A reason.")
    except InvalidError:
        assert wanted >= decision.grade or wanted is Grade.E0
    else:
        assert Grade.E1 <= lowered.grade < decision.grade
