"""The sentences of a scorecard: what they say in each case, and what they may never say."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lei.reports import bad_news, sentences
from lei.reports.figures import Comparison, Driver, IndexFigures, Point, ReadinessRisk
from lei.reports.sample import sample_figures

# Words that claim an effect. Below a comparison group none of them is permitted.
CAUSAL = re.compile(
    r"\b(because|led to|thanks to|dr[io]ve[ns]?|caus\w+|impact of|effects?|contribut\w+|due to|result of|proved?)\b",
    re.I,
)
PRAISE = re.compile(r"\b(improv\w+|better|worse|success\w*|deteriorat\w+)\b", re.I)


def index(
    score: float | None = 60.1, change: float | None = 2.6, *, material: bool = True, **other: object
) -> IndexFigures:
    base = sample_figures().index
    changed = replace(
        base,
        score=score,
        band=None if score is None else "developing",
        change=change,
        total_change=change,
        material=material,
        previous=Comparison("September 2026", 57.5),
    )
    return replace(changed, **other)  # type: ignore[arg-type]  # fields of IndexFigures


class TestTheHeadline:
    def test_a_material_rise(self) -> None:
        assert sentences.headline("October 2026", index()) == (
            "The Learning Effectiveness Index rose 3 points like for like in October 2026 "
            "and stands at 60 of 100 (Developing)."
        )

    def test_a_material_fall_of_one(self) -> None:
        assert "fell 1 point like for like" in sentences.headline("October 2026", index(change=-1.1))

    def test_noise_is_no_change(self) -> None:
        text = sentences.headline("October 2026", index(change=0.9, material=False))
        assert text == (
            "The Learning Effectiveness Index stands at 60 of 100 (Developing) in October 2026, "
            "with no material change since September 2026."
        )

    def test_without_an_earlier_period_nothing_is_compared(self) -> None:
        text = sentences.headline("October 2026", index(change=None, material=False))
        assert text == "The Learning Effectiveness Index stands at 60 of 100 (Developing) in October 2026."

    def test_provisional_is_named(self) -> None:
        assert "provisionally" in sentences.headline("October 2026", index(status="provisional"))
        assert sentences.provisional(["Business Impact & Value Realization"]) == (
            "Provisional: without Business Impact & Value Realization."
        )

    def test_no_score_says_why_and_what_to_do(self) -> None:
        nothing = sentences.no_score("October 2026", "month", "no_data", 0, [])
        assert sentences.headline("October 2026", index(None, None, material=False, status_text=nothing)) == nothing
        assert "Send observations for this month" in nothing
        thin = sentences.no_score("October 2026", "month", "low_coverage", 2, ["A", "B", "C"])
        assert "2 of 5 pillars" in thin
        assert thin.endswith("Without enough data: A, B and C.")
        # How much is enough, each weight profile says for itself.
        assert not re.search(r"60|70|three", f"{thin} {sentences.pillar_state('low_coverage', 44.0)}")
        assert "larger group" in sentences.no_score("October 2026", "month", "small_group", 0, [])


def test_a_change_below_the_threshold_has_no_number() -> None:
    assert sentences.change(0.9, material=False) == "steady"
    assert sentences.change(-3.2, material=True) == "−3 points"
    assert sentences.change(None, material=False) == "no comparison"


def test_the_main_reason_is_the_largest_step_in_the_direction_of_the_change() -> None:
    steps = [
        Driver("measure", "Reach", "Access", 0.6, 0.6),
        Driver("measure", "Uplift", "Outcomes", 1.1, 1.1),
        Driver("rest", "All other measures", "", 2.0, 2.0),
        Driver("measure", "Completion", "Access", -1.4, -1.4),
    ]
    up, down = "Uplift, in Outcomes, accounts for", "Completion, in Access, accounts for"
    assert sentences.main_reason(steps, 2.3, material=True) == f"{up} 1.1 of the 2.3 points."
    assert sentences.main_reason(steps, -2.3, material=True) == f"{down} 1.4 of the 2.3 points lost."
    assert sentences.main_reason(steps, -1.4, material=True) == f"{down} all of the 1.4 points lost."
    coverage = [Driver("coverage", "Change in data coverage", "", 0.5, 0.5)]
    assert sentences.main_reason(coverage, 1.2, material=True).startswith("Change in data coverage accounts for 0.5")
    assert sentences.main_reason(steps, 0.4, material=False) == "No single measure stands out."
    assert sentences.main_reason([], None, material=False) == ""


def test_a_step_larger_than_the_whole_change_is_not_called_a_part_of_it() -> None:
    steps = [Driver("measure", "Uplift", "Outcomes", 1.4, 1.4), Driver("rest", "8 other measures", "", -0.4, -0.4)]
    text = sentences.main_reason(steps, 1.0, material=True)
    assert text == "Uplift, in Outcomes, alone is +1.4 points; all steps together are +1.0."


def test_weights_that_moved_the_index_as_much_are_named_beside_the_main_reason() -> None:
    steps = [
        Driver("measure", "Uplift", "Outcomes", 1.0, 1.0),
        Driver("rest", "8 other measures", "", 1.6, 1.6),
        Driver("weighting", "Change of weights", "", -1.3, -1.3),
        Driver("caps", "Change of what limits took", "", -0.3, -0.3),
    ]
    text = sentences.main_reason(steps, 1.0, material=True)
    assert text == "Uplift, in Outcomes, accounts for all of the 1.0 points. Change of weights: −1.3 points."


@pytest.mark.parametrize(
    ("scores", "text"),
    [
        ((None, None), "There is no score in any of the last 2 months."),
        ((None, 51.0), "There is a score for one month only (b: 51), so there is no trend yet."),
        ((48.0, 61.0), "In the last 2 months the index was lowest at 48 (a) and highest at 61 (b)."),
        (
            (48.0, None, 61.0),
            "In the last 3 months the index was lowest at 48 (a) and highest at 61 (c). "
            "1 month without a score is left open.",
        ),
    ],
)
def test_a_series_says_its_ends_and_its_gaps(scores: tuple[float | None, ...], text: str) -> None:
    points = [Point("p", label, score) for label, score in zip("abc", scores, strict=False)]
    assert sentences.series(points, "month") == text


def test_readiness_counts_groups_not_measures() -> None:
    risks = [
        ReadinessRisk("Role", "Technician", measure, 41.0, "41%", 64) for measure in ("Role readiness", "Certification")
    ]
    assert sentences.readiness(risks, reported=True) == "1 group is under 60% role readiness or certification coverage."
    assert sentences.readiness([], reported=False).startswith("No readiness or certification")
    assert sentences.readiness([], reported=True).startswith("No role, unit or region")


def test_segments_name_the_ends_and_count_the_hidden() -> None:
    text = sentences.segments(sample_figures().segments, 1, 0, 0)
    assert "Of 5 units, Customer support stands highest (68) and Logistics lowest (39)." in text
    assert text.endswith("1 group is not shown: too few people.")


def test_groups_without_data_are_counted_and_so_are_those_with_too_little() -> None:
    assert sentences.segments((), 0, 2, 15) == (
        "No unit or program has a score of its own for this period. 15 groups have data, but too little for a score. "
        "2 groups have no data for this period."
    )


def everything_that_can_be_said() -> Iterator[str]:
    changes, flags = (-8.2, -1.0, -0.4, 0.0, 0.9, 1.0, 2.6, None), (True, False)
    for change, material, status in itertools.product(changes, flags, ("final", "provisional")):
        yield sentences.headline(
            "October 2026", index(change=change, material=material and change is not None, status=status)
        )
        yield sentences.change(change, material=material)
        for level in (change, None):
            yield bad_news.group_at_risk("Unit A", 38.0, level, material=material, previous="May 2026")
        yield sentences.main_reason(sample_figures().drivers, change, material=material)
    for before, after in itertools.product((12.0, 71.0), repeat=2):
        yield sentences.leading_signal("Reach", (before, after), "percent", after - before, "Error rate, May 2027")
        yield bad_news.fallen("Reach", (before, after), "percent", -0.3)
    for reason, coverage in itertools.product(("no_data", "low_coverage", "small_group", None), (0.0, 59.0)):
        yield sentences.no_score("October 2026", "month", reason, 2, ["A"])
        yield sentences.pillar_state(reason, coverage)
    for count in (0, 1, 31):
        yield sentences.confidence(92.0, count, 49, 58.0)
        yield sentences.goalposts(count, 49, 58.0)
    yield from (bad_news.at_risk("A", 12.0, 4.0), bad_news.nothing_failed(), bad_news.nothing_scored())
    yield from (bad_news.group_fallen("Unit A", 52.0, "developing", -3.2, "May 2026"), bad_news.groups_left_out(3))
    yield from (sentences.no_leading_signal(None), sentences.no_leading_signal("May 2026"))
    yield from (sentences.pillar_reason(("A", 0.4), None), sentences.pillar_reason(None, ("A", 3.0)))
    yield from (
        sentences.segment_state("none", "no_data", 0.0, []),
        sentences.segment_state("provisional", None, 60.0, ["A"]),
    )
    yield sentences.drivers(Comparison("May", 50.0), Comparison("June", 52.0), 2.0)
    yield sentences.drivers(Comparison("May", None), Comparison("June", 52.0), None)


def test_no_sentence_claims_a_cause_or_praises() -> None:
    said = [text for text in everything_that_can_be_said() if text]
    assert len(said) > 80
    assert [text for text in said if CAUSAL.search(text) or PRAISE.search(text)] == []


def test_immaterial_changes_never_rise_or_fall() -> None:
    for change in (-0.9, -0.1, 0.0, 0.3, 0.99):
        text = sentences.headline("October 2026", index(change=change, material=False))
        assert not re.search(r"\b(rose|fell)\b", text)
