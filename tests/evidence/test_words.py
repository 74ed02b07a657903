"""The sentence of a claim and what stands beside it, word for word: by grade, direction and state of the chain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from studies import OCTOBER, chain, claim, design_of, estimate, result_of, subject

from lei.errors import InvalidError
from lei.evidence.claim_notes import main_caveat, notes
from lei.evidence.claims import Units, make_claim
from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.grade import Grade
from lei.evidence.grade_words import badge, grade_explained, legend
from lei.evidence.grades import assign_grade, lower_by_person
from lei.evidence.links import Link, LinkStatus
from lei.evidence.study_design import Arm, AssignedBy, Hit, OtherChange
from lei.evidence.words import effect_with_interval, page_one_sentence, sentence
from lei.periods import parse_period

FLAT, ADVERSE, MISSING = LinkStatus.FLAT, LinkStatus.ADVERSE, LinkStatus.MISSING
NO_PATH = {"behavior_change": MISSING, "capability_growth": FLAT, "workforce_readiness": FLAT}
UNCLEAR = (-1.33, -2.9, 0.3)
LEVELS = {"treated_before": 8.4, "treated_after": 6.77, "comparison_before": 8.5, "comparison_after": 8.20}
WORSE = (1.33, 0.6, 2.1)
TOOL = OtherChange("a new reply tool in August", Hit.BOTH_EQUALLY)


class TestTheWorkedExample:
    """Section 14: customer support onboarding, August to October 2026, DiD −1.33 [−2.1 to −0.6], −16 %."""

    def test_the_sentence_of_page_1_word_for_word(self) -> None:
        october = claim(Grade.E4, result_of(Grade.E4, relative=-0.16, details=LEVELS))
        assert page_one_sentence(october, "extend it to the other three sites by January") == (
            "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at comparable sites; "
            "the program probably contributed. We ask to extend it to the other three sites by January."
        )
        assert page_one_sentence(october) == sentence(october)

    def test_with_its_interval(self) -> None:
        october = claim(Grade.E4, result_of(Grade.E4, relative=-0.16, details=LEVELS))
        assert sentence(october, with_interval=True).startswith(
            "Early errors fell 1.3 [0.6 to 2.1] per 100 tickets more"
        )
        assert effect_with_interval(october) == "−1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6"

    def test_its_caveat_and_that_no_link_is_missing(self) -> None:
        study = design_of(Grade.E4, other_changes=(TOOL,))
        result = result_of(Grade.E4)
        decision = assign_grade(result, study)
        caveat = main_caveat(result, decision, study)
        assert caveat == "In the same window both groups also had: a new reply tool in August."
        told = notes(make_claim(subject(), result, decision, study, chain(), caveat))
        assert told[0] == caveat
        assert told[-1] == "Missing link: none."

    def test_a_change_that_its_planner_wrote_as_a_sentence_ends_it_once(self) -> None:
        study = design_of(Grade.E4, other_changes=(OtherChange("A bonus came in May. ", Hit.BOTH_EQUALLY),))
        result = result_of(Grade.E4)
        caveat = main_caveat(result, assign_grade(result, study), study)
        assert caveat == "In the same window both groups also had: A bonus came in May."


class TestByGrade:
    def test_e0_is_not_measured_yet(self) -> None:
        assert sentence(claim(Grade.E0)) == "Early errors: not measured yet."

    def test_e1_says_how_many_took_part(self) -> None:
        assert sentence(claim(Grade.E1)).startswith("90 people took part; ")
        assert sentence(claim(Grade.E1, facts={"treated": Arm(people=1)})).startswith("1 person took part; ")

    def test_e2_moved_in_the_same_period(self) -> None:
        levels = {"level_before": 8.4, "level_after": 6.77}
        assert sentence(claim(Grade.E2, result_of(Grade.E2, -1.63, -2.4, -0.9, details=levels))) == (
            "Early errors at the sites with the new onboarding fell 1.6 per 100 tickets, from 8.4 to 6.8, in the same "
            "period as the program; whether the program had a part in it is not shown."
        )

    def test_e2_leaves_out_levels_that_would_not_add_up_to_the_change(self) -> None:
        levels = {"level_before": 8.4, "level_after": 8.0}
        assert "from 8.4" not in sentence(claim(Grade.E2, result_of(Grade.E2, details=levels)))

    def test_e3_moved_more_than_the_earlier_trend(self) -> None:
        assert sentence(claim(Grade.E3)) == (
            "Early errors at the sites with the new onboarding moved more than the earlier trend, to 1.3 per 100 "
            "tickets below what it projects; this is consistent with a contribution of the program."
        )

    def test_e2_does_not_say_that_a_trend_was_left_where_its_band_was_not(self) -> None:
        inside = claim(Grade.E2, result_of(Grade.E3))
        assert inside.grade is Grade.E2
        assert sentence(inside) == (
            "Early errors at the sites with the new onboarding lay 1.3 per 100 tickets below the earlier trend in the "
            "same period as the program; whether the program had a part in it is not shown."
        )

    def test_e5_says_caused_only_where_kpi_and_window_were_fixed_before_launch(self) -> None:
        lowered = (
            "The program lowered early errors by 1.3 [0.6 to 2.1] per 100 tickets at the sites with the new onboarding "
            "from August to October 2026; "
        )
        assert sentence(claim(Grade.E5)) == lowered + "the groups were formed at random."
        assert sentence(claim(Grade.E5, facts={"fixed_before_launch": True})) == lowered + (
            "it caused this difference: the groups were formed at random, with KPI and window fixed before launch."
        )

    def test_below_e4_nobody_calls_the_others_comparable(self) -> None:
        lowered = claim(Grade.E4, facts={"definition_or_sampling_changed": True})
        assert lowered.grade is Grade.E3
        assert sentence(lowered) == (
            "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at other sites; "
            "this is consistent with a contribution of the program."
        )


class TestWhatMoved:
    @pytest.mark.parametrize("grade", [Grade.E2, Grade.E3, Grade.E4, Grade.E5])
    def test_an_interval_with_0_is_no_clear_difference_and_never_no_effect(self, grade: Grade) -> None:
        told = sentence(claim(grade, result_of(grade, *UNCLEAR)))
        assert told.startswith("No clear difference in early errors ")
        assert told.endswith("−1.3 per 100 tickets (95% interval −2.9 to 0.3).")
        assert "effect" not in told

    def test_at_e1_too_but_without_a_number(self) -> None:
        lowered = claim(Grade.E2, result_of(Grade.E2, *UNCLEAR), facts={"definition_or_sampling_changed": True})
        assert sentence(lowered) == "90 people took part; there is no clear difference in early errors."
        assert effect_with_interval(lowered) == ""

    @pytest.mark.parametrize(("low", "high"), [(-2.0, 0.0), (0.0, 2.0)])
    def test_an_interval_that_ends_at_0_includes_it(self, low: float, high: float) -> None:
        assert sentence(claim(Grade.E4, result_of(Grade.E4, (low + high) / 2, low, high))).startswith("No clear")

    @pytest.mark.parametrize(
        ("effect", "before", "after", "told"),
        [
            (-1.33, 8.4, 6.8, "Early errors fell 1.3 per 100 tickets more at"),
            (-1.33, 8.4, 8.6, "Early errors rose 1.3 per 100 tickets less at"),
            (-1.33, 8.4, 8.4, "Early errors rose 1.3 per 100 tickets less at"),
            (1.33, 8.4, 8.2, "Early errors fell 1.3 per 100 tickets less at"),
            (1.33, 8.4, 9.9, "Early errors rose 1.3 per 100 tickets more at"),
        ],
    )
    def test_nothing_falls_more_that_did_not_fall(self, effect: float, before: float, after: float, told: str) -> None:
        low, high = sorted((effect * 0.5, effect * 1.5))
        levels = {"treated_before": before, "treated_after": after}
        assert sentence(claim(Grade.E4, result_of(Grade.E4, effect, low, high, details=levels))).startswith(told)

    @pytest.mark.parametrize(
        ("unit", "effect", "low", "high", "amount"),
        [
            ("percent", 4.2, 2.1, 6.3, "4.2 percentage points"),
            ("percent", 12.4, 2.0, 31.0, "12 percentage points"),
            ("percent", 1.0, 0.9, 14.0, "1 percentage point"),
            ("days", -13.0, -20.0, -2.0, "13 days"),
            ("hours", 0.31, 0.02, 0.6, "0.31 hours"),
            ("ratio", 0.0123, 0.004, 0.021, "0.012"),
            ("currency", 15840.0, 4000.0, 28000.0, "15,840"),
        ],
    )
    def test_numbers_have_the_decimals_that_the_interval_supports(
        self, unit: str, effect: float, low: float, high: float, amount: str
    ) -> None:
        told = claim(Grade.E4, result_of(Grade.E4, effect, low, high), about=subject(unit=unit))
        assert f" {amount} more at the sites" in sentence(told)

    def test_an_interval_that_excludes_0_never_shows_0(self) -> None:
        told = claim(Grade.E4, result_of(Grade.E4, -5.0, -9.9, -0.003))
        assert "[0.003 to 9.900]" in sentence(told, with_interval=True)

    @pytest.mark.parametrize(
        ("units", "population", "place"),
        [
            (Units.TEAMS, "the trained teams", "more in the trained teams than in comparable teams"),
            (Units.PEOPLE, "the participants", "more among the participants than among comparable people"),
        ],
    )
    def test_groups_of_other_kinds(self, units: Units, population: str, place: str) -> None:
        assert place in sentence(claim(Grade.E4, about=subject(units=units, population=population)))

    @pytest.mark.parametrize(
        ("first", "last", "told"),
        [("2026-10", "2026-10", "in October 2026"), ("2025-11", "2026-01", "from November 2025 to January 2026")],
    )
    def test_windows(self, first: str, last: str, told: str) -> None:
        window = (parse_period(first), parse_period(last))
        assert told in sentence(claim(Grade.E5, about=subject(window=window)))


class TestTheWrongDirection:
    @pytest.mark.parametrize("grade", [Grade.E2, Grade.E3, Grade.E4, Grade.E5])
    def test_it_is_said_plainly_and_nothing_is_credited(self, grade: Grade) -> None:
        told = sentence(claim(grade, result_of(grade, *WORSE), chain(business_kpi=ADVERSE)))
        assert "this is the wrong direction" in told
        assert "contribut" not in told

    def test_for_a_kpi_that_should_rise_a_fall_is_the_wrong_one(self) -> None:
        assert "wrong direction" in sentence(claim(Grade.E4, about=subject(lower_is_better=False)))

    def test_at_e5_the_program_may_have_caused_harm(self) -> None:
        worse = claim(Grade.E5, result_of(Grade.E5, *WORSE), facts={"fixed_before_launch": True})
        assert "The program raised early errors by 1.3 [0.6 to 2.1]" in sentence(worse)
        assert "the program caused it" in sentence(worse)

    def test_adverse_links_are_always_named(self) -> None:
        told = notes(claim(Grade.E4, None, chain(capability_growth=ADVERSE)))
        assert "Moved the wrong way: capability growth." in told


class TestTheChainLimitsTheWords:
    @pytest.mark.parametrize("grade", [Grade.E2, Grade.E3, Grade.E4, Grade.E5])
    def test_a_without_a_path_only_the_movement_is_told(self, grade: Grade) -> None:
        told = sentence(claim(grade, None, chain(**NO_PATH), {"fixed_before_launch": True}))
        assert told.endswith("; a path from learning is not shown.")
        assert "The program" not in told

    def test_b_missing_links_are_named(self) -> None:
        told = notes(claim(Grade.E4, None, chain(behavior_change=MISSING, workforce_readiness=MISSING)))
        assert told[-1] == "Missing link: behavior change and workforce readiness."

    @pytest.mark.parametrize("grade", [Grade.E2, Grade.E3, Grade.E4, Grade.E5])
    def test_d_a_kpi_that_moved_without_behavior(self, grade: Grade) -> None:
        told = sentence(claim(grade, None, chain(behavior_change=FLAT), {"fixed_before_launch": True}))
        assert told.endswith("; people do not work differently, so learning is an unlikely explanation.")

    def test_both(self) -> None:
        told = sentence(claim(Grade.E4, None, chain(**{**NO_PATH, "behavior_change": FLAT})))
        assert "a path from learning is not shown" in told
        assert "learning is an unlikely explanation" in told


class TestNotes:
    def test_a_post_hoc_kpi_says_so_at_every_grade(self) -> None:
        for grade in (Grade.E1, Grade.E2, Grade.E4):
            told = " ".join(notes(claim(grade, facts={"post_hoc": True})))
            assert told.count("The KPI was added after launch: its grade is E2 at most.") == 1

    def test_an_avoided_kpi_prints_its_reason(self) -> None:
        told = notes(claim(Grade.E2, about=subject(avoided_because="too many other causes")))
        assert "This KPI is advised against for programs of this type: too many other causes." in told

    def test_findings_are_told_once_even_where_they_lowered_the_grade(self) -> None:
        few = Finding("few_sites", {"treated": 2.0, "comparison": 3.0, "limit": 3.0})
        site = Arm(people=90, sites=2)
        result = result_of(Grade.E4, findings=(few, Finding("other_season")))
        told = notes(claim(Grade.E4, result, None, {"assigned_by": AssignedBy.SITE, "treated": site}))
        assert "Sites were compared, 2 with 3; each group needs at least 3." in told[0] + told[1]
        assert sum("ites were" in line for line in told) == 1
        assert "The months before and after lie in different seasons." in told

    def test_too_little_data_says_how_much_is_needed(self) -> None:
        lacking = TooLittle(
            "before_after", {"months_before": 3, "months_after": 3}, {"months_before": 2, "months_after": 1}
        )
        told = notes(claim(Grade.E1, lacking))
        assert "Too little data: needs 3 months before and 3 after; there are 2 and 1." in told

    def test_a_grade_says_why_it_is_not_the_next(self) -> None:
        decision = assign_grade(result_of(Grade.E3), design_of(Grade.E3))
        assert grade_explained(decision) == ("Why E3 and not E4: There is no comparison group.",)

    def test_a_grade_says_what_lowered_it_and_who(self) -> None:
        study = design_of(Grade.E4, definition_or_sampling_changed=True)
        decision = lower_by_person(assign_grade(result_of(Grade.E4), study), Grade.E2, "The sites share a manager.")
        assert grade_explained(decision)[1:] == (
            "Lowered from E4, by one grade for each reason down to E1: The definition of the KPI, or who is counted in "
            "it, changed in the window.",
            "Lowered from E3 by a person: The sites share a manager.",
        )

    def test_the_caveat_is_the_most_serious_that_there_is(self) -> None:
        result = result_of(Grade.E4, findings=(Finding("other_season"),))
        plain, tool = design_of(Grade.E4), design_of(Grade.E4, other_changes=(TOOL,))
        changed = design_of(Grade.E4, other_changes=(TOOL,), definition_or_sampling_changed=True)
        caveats = [main_caveat(result, assign_grade(result, study), study) for study in (plain, tool, changed)]
        assert [caveat.split()[0] for caveat in caveats] == ["The", "In", "The"]
        assert "different seasons" in caveats[0]
        assert "definition of the KPI" in caveats[2]
        quiet = result_of(Grade.E4)
        assert main_caveat(quiet, assign_grade(quiet, plain), plain).startswith("The groups were not formed at random")


class TestClaims:
    def test_a_correlation_leaves_no_number(self) -> None:
        told = claim(Grade.E2, estimate("correlation_lagged"))
        assert (told.grade, told.effect) == (Grade.E1, None)

    def test_the_thirteen_fields_of_every_claim(self) -> None:
        told = claim(Grade.E4)
        assert (told.kpi_key, told.population) == ("kpi_early_error_rate", "the sites with the new onboarding")
        assert (told.window, told.unit) == ((parse_period("2026-08"), OCTOBER), "per 100 tickets")
        assert (told.effect, told.ci_low, told.ci_high) == (-1.33, -2.1, -0.6)
        assert (told.n_treated, told.n_comparison, told.grade) == (270.0, 260.0, Grade.E4)
        assert (told.downgrade_reasons, told.missing_links, told.caveat) == ((), (), "")

    def test_a_grade_cannot_be_another_than_was_decided(self) -> None:
        with pytest.raises(InvalidError, match="those that were decided"):
            replace(claim(Grade.E4), grade=Grade.E5)

    @pytest.mark.parametrize("number", [float("nan"), float("inf")])
    def test_numbers_are_finite(self, number: float) -> None:
        with pytest.raises(InvalidError, match="finite"):
            claim(Grade.E4, estimate("difference_in_differences", number))

    @pytest.mark.parametrize(
        "facts", [{"kpi_name": " "}, {"population": ""}, {"window": (OCTOBER, parse_period("2026-08"))}]
    )
    def test_a_subject_has_names_and_a_window(self, facts: dict[str, Any]) -> None:
        with pytest.raises(InvalidError):
            subject(**facts)


def test_badges_and_the_legend_of_the_footer() -> None:
    assert badge(Grade.E4) == "E4 against a comparable group"
    assert legend() == (
        "Evidence: E0 not measured; E1 activity only; E2 before and after; E3 against its earlier trend; "
        "E4 against a comparable group; E5 random assignment."
    )


def test_links_that_are_missing_are_those_of_the_chain() -> None:
    assert claim(Grade.E4, None, chain(behavior_change=MISSING)).missing_links == (Link.BEHAVIOR_CHANGE,)
