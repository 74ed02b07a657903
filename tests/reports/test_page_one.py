"""Page 1 of a scorecard with programs: in the order of an executive, with few numbers, and no word too strong."""

from __future__ import annotations

import re
from dataclasses import replace

from lei.evidence.forbidden_words import find_forbidden
from lei.evidence.grade import Grade
from lei.reports.figures import ScorecardFigures, from_json, to_json
from lei.reports.html import scorecard_html
from lei.reports.page_one import level_size, page_one
from lei.reports.program_figures import DecisionFigures
from lei.reports.program_html import program_html
from lei.reports.programs_part import ProgramsPart
from lei.reports.sample import sample_figures
from lei.reports.sample_program import sample_program
from lei.reports.sample_programs import sample_with_programs
from tests.reports.hostile import NAMES, hostile_program, hostile_scorecard

TAG = re.compile(r"<[a-zA-Z/!][^>]*>")


def part_of(figures: ScorecardFigures) -> ProgramsPart:
    assert figures.programs is not None
    return figures.programs


def first_page(html: str) -> str:
    return html.partition('<div id="end-of-page-1">')[0]


def headings(html: str) -> list[str]:
    return [TAG.sub("", text).strip() for text in re.findall(r"<h2>(.*?)</h2>", first_page(html))]


def test_it_is_in_the_order_of_section_13() -> None:
    html = scorecard_html(sample_with_programs())
    assert headings(html) == [
        "Business KPIs",
        "Money",
        "Readiness risks",
        "Learning Effectiveness Index",
        "Leading signals",
        "What did not work, what we stop",
        "Decisions asked",
    ]
    assert html.index("We ask to extend it") < html.index("Business KPIs")
    assert html.index("Decisions asked") < html.index("E5 random assignment") < html.index("end-of-page-1")


def test_without_programs_it_is_about_the_index() -> None:
    html = scorecard_html(sample_figures())
    assert headings(html) == ["Readiness risks", "The index and its pillars", "Leading signals", "What did not work"]
    assert "Decisions asked" not in html
    assert '<section class="programs">' not in html


def test_at_most_three_of_each_and_who_is_left_out_is_counted() -> None:
    figures = sample_with_programs()
    part = part_of(figures)
    many = replace(
        part,
        programs=part.programs * 2,
        decisions=part.decisions * 3,
        to_follow=tuple("ABCDE"),
        not_working=tuple("ABCDE"),
    )
    found = page_one(replace(figures, programs=many))
    assert [len(found[name]) for name in ("kpis", "signals", "failures", "decisions")] == [3, 3, 3, 3]
    assert found["kpis_text"] == "3 more programs: see Programs."
    assert found["decisions_text"] == "3 more: see Every decision asked."
    assert found["failures_text"].startswith(f"And {5 + len(figures.not_working) - 3} more")


def test_every_decision_can_be_read_in_full_somewhere() -> None:
    figures = sample_with_programs()
    part = part_of(figures)
    asked = part.decisions[0]
    long = replace(asked, what="Hold back the next wave in one region, to have something to compare with")

    def further_down(*decisions: DecisionFigures) -> str:
        html = scorecard_html(replace(figures, programs=replace(part, decisions=decisions)))
        return html.partition('<section class="every">')[2].partition("</section>")[0]

    few = [replace(asked, what=f"Decision {number}") for number in range(1, 4)]
    assert further_down(*few) == ""  # page 1 says it all
    assert long.what in further_down(long)  # page 1 has one line for it
    fourth = replace(asked, what="Decision 4")
    assert all(f"Decision {number}" in further_down(*few, fourth) for number in range(1, 5))


def test_at_most_seven_numbers_shout() -> None:
    html = first_page(scorecard_html(sample_with_programs()))
    shouting = re.findall(r'class="now"|class="big"', html)
    assert 1 <= len(shouting) <= 7


def test_what_stands_on_top_is_not_said_twice() -> None:
    figures = sample_with_programs()
    first, second, _ = page_one(figures)["wordings"]
    assert first == "see above. A new reply tool came in August at all six sites."
    kpi = part_of(figures).programs[1].kpi
    assert kpi is not None
    assert second == kpi.claim


def test_the_index_keeps_its_sentence_where_it_has_no_score() -> None:
    figures = sample_with_programs()
    index = replace(figures.index, score=None, band=None, change=None)
    html = scorecard_html(replace(figures, index=index, index_text="There is no data for October 2026."))
    assert "There is no data for October 2026." in first_page(html)


def test_a_scorecard_without_kpis_or_decisions_says_so() -> None:
    figures = sample_with_programs()
    part = part_of(figures)
    bare = replace(part, programs=(replace(part.programs[0], kpi=None),), shown=0, decisions=())
    html = first_page(scorecard_html(replace(figures, programs=bare)))
    assert "No program of this scope has a business KPI." in html
    assert "No decision is asked for." in html
    assert '<table class="headlines' not in html


def test_no_word_is_stronger_than_its_grade() -> None:
    for program in part_of(sample_with_programs()).programs:
        assert program.kpi is not None
        texts = (program.kpi.claim, program.chain.state_text, program.kpi.effect_text)
        assert not find_forbidden(" ".join(texts), Grade[program.kpi.grade])
    told = TAG.sub(" ", program_html(sample_program()).partition("<body")[2])
    assert not find_forbidden(told, Grade.E4)


def test_programs_are_kept_with_the_figures_and_older_figures_have_none() -> None:
    figures = sample_with_programs()
    assert from_json(to_json(figures)) == figures
    older = to_json(sample_figures()).replace(',"programs":null', "").replace(',"index_text":""', "")
    assert '"programs"' not in older
    assert from_json(older).programs is None


def test_every_program_has_its_five_statuses_in_words_and_marks() -> None:
    html = scorecard_html(sample_with_programs()).partition('<section class="programs">')[2]
    for word in ("evidenced", "no material change", "moved the wrong way", "too little data", "not measured"):
        assert f"</svg>{word}</td>" in html
    assert html.count("<svg") == 15


def test_names_are_text_and_ids_are_unique() -> None:
    for html in (scorecard_html(hostile_scorecard()), program_html(hostile_program())):
        assert "<script" not in html
        assert "&lt;script&gt;" in html
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        assert "style=" not in html
        assert all(text.endswith(".") for text in re.findall(r"<title id=[^>]*>([^<]*)</title>", html))
        assert NAMES[0] in html


def test_levels_are_set_as_large_as_they_fit() -> None:
    assert [level_size([text, "1"]) for text in ("8.4", "62 days", "1,234,567.8")] == ["big", "medium", "small"]
    assert level_size([]) == "big"
