"""What a recipe can say: tables, steps and formulas, with results worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lei.connectors.conversion import Conversion
from lei.connectors.convert import convert
from lei.connectors.load_recipe import load_recipe, parse_recipe, shipped_recipes
from lei.errors import InvalidError, MalformedError, NotFoundError

INPUTS = """
title = "Test"
source = "lms"

[inputs.people]
files = "people.csv"
key = ["person"]
[inputs.people.columns]
person = { from = "id", required = true }
unit = "unit"
entered = { from = "in", type = "date", format = "%Y-%m-%d" }
left = { from = "out", type = "date", format = "%Y-%m-%d" }

[inputs.results]
files = "results.csv"
[inputs.results.columns]
person = { from = "id", required = true }
course = "course"
date = { from = "date", type = "date", format = "%Y-%m-%d" }
due = { from = "due", type = "integer" }
score = { from = "score", type = "number" }
cost = { from = "cost", type = "number" }
"""
PEOPLE = """id,unit,in,out
P1,North,2020-01-01,
P2,North,2024-01-01,2025-02-28
P3,South,2023-12-31,2024-01-01
P4,South,2023-06-01,2023-12-31
P5,South,2019-05-05,2025-01-01
"""
RESULTS = """id,course,date,due,score,cost
P1,A,2025-01-10,5,40,10
P1,A,2025-01-20,-3,80,20
P2,A,2025-01-15,0,60,30
P2,A,2025-01-16,1,70,
P2,A,2025-02-01,1,90,40
P3,B,2025-01-12,,50,50
P9,B,2025-01-13,2,,60
"""


def run(folder: Path, recipe: str, people: str = PEOPLE, results: str = RESULTS) -> Conversion:
    (folder / "people.csv").write_text(people)
    (folder / "results.csv").write_text(results)
    return convert(parse_recipe("test", INPUTS + recipe), [folder])


def rows(conversion: Conversion) -> list[tuple[Any, ...]]:
    return [
        (record["period"], *record["dimensions"].values(), round(record["value"], 10), record["sample_size"])
        for record in conversion.records
    ]


def observed(formula: str, table: str = "results", when: str = 'month = "date"') -> str:
    return f'\n[[observations]]\nmeasure = "m"\ntable = "{table}"\n{when}\n{formula}\n'


def test_counts_and_sums_by_month_and_column(tmp_path: Path) -> None:
    count = run(tmp_path, observed('by = ["course"]\nformula = "count"'))
    assert rows(count) == [("2025-01", "A", 4.0, 4), ("2025-01", "B", 2.0, 2), ("2025-02", "A", 1.0, 1)]
    total = run(tmp_path, observed('formula = "sum"\nof = "cost"'))
    assert rows(total) == [("2025-01", 170.0, 5), ("2025-02", 40.0, 1)]  # one cost is missing: 5 of 6 rows


def test_a_mean_is_over_the_rows_that_have_a_value(tmp_path: Path) -> None:
    conversion = run(tmp_path, observed('by = ["course"]\nformula = "mean"\nof = "score"'))
    assert rows(conversion) == [("2025-01", "A", 62.5, 4), ("2025-01", "B", 50.0, 1), ("2025-02", "A", 90.0, 1)]


def test_a_ratio_of_row_counts_has_its_denominator_as_sample_size(tmp_path: Path) -> None:
    conversion = run(
        tmp_path,
        observed(
            'formula = "ratio"\ntimes = 100\n'
            'numerator = { rows = [{ column = "score", at_least = 60 }] }\n'
            'denominator = { rows = [{ column = "score", present = true }] }'
        ),
    )
    assert rows(conversion) == [("2025-01", 60.0, 5), ("2025-02", 100.0, 1)]  # 80, 60, 70 of 5 in January


def test_a_ratio_of_sums_with_a_factor(tmp_path: Path) -> None:
    conversion = run(
        tmp_path,
        observed(
            'by = ["course"]\nformula = "ratio"\n'
            'numerator = { sum = "cost", where = [{ column = "score", above = 40 }] }\n'
            'denominator = { sum = "due", times = 8 }'
        ),
    )
    # January A: (20 + 30) / (8 * (5 - 3 + 0 + 1)); B: 50 / (8 * 2); February A: 40 / 8.
    assert rows(conversion) == [
        ("2025-01", "A", round(50 / 24, 10), 24),
        ("2025-01", "B", 3.125, 16),
        ("2025-02", "A", 5.0, 8),
    ]


def test_nothing_in_the_denominator_is_no_observation_and_is_counted(tmp_path: Path) -> None:
    conversion = run(
        tmp_path,
        observed(
            'by = ["course"]\nformula = "ratio"\nnumerator = { rows = "all" }\n'
            'denominator = { rows = [{ column = "score", above = 85 }] }'
        ),
    )
    assert rows(conversion) == [("2025-02", "A", 1.0, 1)]
    assert conversion.measures[0].without_result == 2


def test_matched_gain_takes_first_and_last_of_people_with_two_values(tmp_path: Path) -> None:
    conversion = run(
        tmp_path,
        observed(
            'by = ["course"]\nformula = "matched_gain"\nof = "score"\nperson = ["person", "course"]\norder = ["date"]',
            when='period = "2025-Q1"',
        ),
    )
    # P1: 40 -> 80, P2: 60 -> 90; P3 has one value only. 100 * (85 - 50) / (100 - 50) = 70.
    assert rows(conversion) == [("2025-Q1", "A", 70.0, 2)]


def test_matched_gain_stops_at_the_ceiling(tmp_path: Path) -> None:
    gain = 'formula = "matched_gain"\nof = "score"\nperson = ["person"]\norder = ["date"]\nceiling = 50'
    conversion = run(tmp_path, observed(gain, when='period = "2025"'))
    assert rows(conversion) == []
    assert conversion.measures[0].without_result == 1


def test_kept_counts_those_there_at_the_start_of_the_window_who_stay_to_its_end(tmp_path: Path) -> None:
    kept = 'by = ["unit"]\nformula = "kept"\nentered = "entered"\nleft = "left"\n{months}'
    months = 'first_month = "2024-12"\nlast_month = "2025-01"'
    conversion = run(tmp_path, observed(kept.format(months=months), table="people", when=""))
    # To 2024-12 the window starts on 2024-01-01. There: P1 (before); P2 starts on that very day: not before it. P3 left
    # on that day: there at its start, gone at the end. P4 left the day before. P5 stays until 2025-01-01: kept.
    # To 2025-01 it starts on 2024-02-01. There: P1, P2 (leaves on 2025-02-28: kept), P5 (gone on 2025-01-01).
    assert rows(conversion) == [
        ("2024-12", "North", 100.0, 1),
        ("2024-12", "South", 50.0, 2),
        ("2025-01", "North", 100.0, 2),
        ("2025-01", "South", 0.0, 1),
    ]


def test_a_lookup_brings_columns_and_counts_rows_that_are_not_found(tmp_path: Path) -> None:
    table = '[tables.known]\nfrom = "results"\nsteps = [{ join = "people", on = ["person"], take = ["unit"] }]\n'
    conversion = run(tmp_path, table + observed('by = ["unit"]\nformula = "count"', table="known"))
    assert rows(conversion) == [
        ("2025-01", "North", 4.0, 4),
        ("2025-01", "South", 1.0, 1),
        ("2025-02", "North", 1.0, 1),
    ]
    (step,) = conversion.steps
    assert (step.table, step.step, step.rows_before, step.rows, step.lookup) == (
        "known",
        "not found in people",
        7,
        1,
        True,
    )
    assert conversion.measures[0].unplaced == 1  # P9 has no unit: listed as such, in no group


def test_a_lookup_by_a_key_that_is_not_unique_is_refused(tmp_path: Path) -> None:
    table = '[tables.bad]\nfrom = "people"\nsteps = [{ join = "results", on = ["person"], take = ["course"] }]\n'
    with pytest.raises(InvalidError, match="looks up person in 'results', where 3 rows repeat a key"):
        run(tmp_path, table + observed('formula = "count"', table="bad", when='period = "2025"'))


def test_values_are_mapped_and_unlisted_ones_refused_kept_or_left_missing(tmp_path: Path) -> None:
    def mapped(otherwise: str) -> Conversion:
        steps = '[{ column = "kind", map = "course", to = { A = "Safety" }, ' + otherwise + "}]"
        table = f'[tables.mapped]\nfrom = "results"\nsteps = {steps}\n'
        return run(tmp_path, table + observed('by = ["kind"]\nformula = "count"', table="mapped"))

    refused = mapped('otherwise = "refuse"')
    assert [(fault.line, fault.column, fault.value) for fault in refused.unreadable] == [
        (7, "course", "B"),
        (8, "course", "B"),
    ]
    assert rows(refused) == [("2025-01", "Safety", 4.0, 4), ("2025-02", "Safety", 1.0, 1)]
    assert rows(mapped('otherwise = "keep"'))[0] == ("2025-01", "B", 2.0, 2)
    missing = mapped('otherwise = "missing"')
    assert missing.unreadable == ()
    assert missing.measures[0].unplaced == 2


def test_days_are_added_to_dates_and_counted_between_them(tmp_path: Path) -> None:
    table = """
[tables.dated]
from = "results"
steps = [
  { column = "start", map = "course", to = { A = 2025-01-31, B = 2025-03-01 } },
  { column = "until", date = "start", plus_days = "due" },
  { column = "days", days_from = "date", until = "until" },
]
"""
    conversion = run(tmp_path, table + observed('formula = "mean"\nof = "days"', table="dated", when='month = "until"'))
    # until: 02-05, 01-28, 01-31, 02-01, 02-01, none (no due), 03-03; days: 26, 8, 16, 16, 0, -, 49.
    assert rows(conversion) == [("2025-01", 12.0, 2), ("2025-02", 14.0, 3), ("2025-03", 49.0, 1)]
    assert conversion.measures[0].unplaced == 1


def test_days_that_lead_out_of_the_calendar_are_unreadable(tmp_path: Path) -> None:
    table = '[tables.t]\nfrom = "results"\nsteps = [{ column = "end", date = "date", plus_days = "due" }]\n'
    results = "id,course,date,due,score,cost\nP1,A,2025-01-01,99999999999,1,1\nP1,A,2025-01-01,100000,1,1\n"
    conversion = run(tmp_path, table + observed('formula = "count"', "t", 'month = "end"'), results=results)
    assert [(fault.line, fault.column) for fault in conversion.unreadable] == [(2, "due"), (3, "due")]


def test_steps_that_leave_rows_out_are_counted_by_name(tmp_path: Path) -> None:
    table = """
[tables.scored]
from = "results"
steps = [
  { keep = "scored", where = [{ column = "score", present = true }] },
  { keep = "late", where = [{ column = "due", below = 2 }, { column = "date", at_least = 2025-01-15 }] },
]
"""
    conversion = run(tmp_path, table + observed('formula = "count"', table="scored"))
    assert [(step.step, step.rows_before, step.rows) for step in conversion.steps] == [("scored", 7, 1), ("late", 6, 2)]
    assert rows(conversion) == [("2025-01", 3.0, 3), ("2025-02", 1.0, 1)]


@pytest.mark.parametrize(
    ("condition", "rows_left"),
    [
        ('column = "course", is = "A"', 5),
        ('column = "course", is_not = "A"', 2),
        ('column = "course", one_of = ["A", "C"]', 5),
        ('column = "course", none_of = ["A", "C"]', 2),
        ('column = "due", present = false', 1),
        ('column = "due", is = 1', 2),
        ('column = "due", below = 1', 2),
        ('column = "due", at_most = 1', 4),
        ('column = "due", above = 1', 2),
        ('column = "due", at_least = 1', 4),
        ('column = "cost", above = { column = "score" }', 0),
        ('column = "cost", at_least = { column = "score" }', 1),  # 50 and 50; 60 against a missing score is not
        ('column = "date", below = 2025-01-15', 3),
    ],
)
def test_conditions(tmp_path: Path, condition: str, rows_left: int) -> None:
    conversion = run(tmp_path, observed(f'where = [{{ {condition} }}]\nformula = "count"', when='period = "2025"'))
    assert sum(record["sample_size"] for record in conversion.records) == rows_left
    assert conversion.measures[0].left_out == 7 - rows_left


def test_several_groupings_are_sent_side_by_side(tmp_path: Path) -> None:
    conversion = run(tmp_path, observed('by = [[], ["course"]]\nformula = "count"', when='period = "2025"'))
    assert rows(conversion) == [("2025", 7.0, 7), ("2025", "A", 5.0, 5), ("2025", "B", 2.0, 2)]


def test_checks_count_what_is_odd_and_change_nothing(tmp_path: Path) -> None:
    check = '[[checks]]\ntable = "results"\nnote = "cheap results"\nwhere = [{ column = "cost", below = 25 }]\n'
    conversion = run(tmp_path, check + observed('formula = "count"', when='period = "2025"'))
    assert "2 cheap results" in conversion.notes
    assert rows(conversion) == [("2025", 7.0, 7)]


def test_files_without_rows_go_through_every_step_and_formula(tmp_path: Path) -> None:
    for name in shipped_recipes():
        recipe = load_recipe(name)
        for part in recipe.inputs.values():
            headings = ",".join(str(column.source) for column in part.columns.values())
            (tmp_path / part.files.replace("*", "")).write_text(f"{headings}\n")
        conversion = convert(recipe, [tmp_path])
        assert conversion.records == ()
        assert conversion.unreadable == ()
        assert len(conversion.measures) == len(recipe.observations)


def test_wide_files_become_long(tmp_path: Path) -> None:
    """An activity completion report: name and e-mail address, then state and date for each activity."""
    recipe = """
title = "Completion"
source = "moodle"
[inputs.progress]
files = "progress.*.csv"
wide = { skip_first = 2, skip_last = 1, name = "activity", values = ["state", "done"] }
[inputs.progress.columns]
person = { from = 1, required = true }
program = "activity"
state = "state"
date = { from = "done", type = "date", format = "%Y-%m-%d %H:%M:%S" }
[tables.finished]
from = "progress"
steps = [
  { keep = "finished", where = [{ column = "state", one_of = ["Completed", "Completed (achieved pass grade)"] }] },
]
[[observations]]
measure = "enrollment_count"
table = "finished"
month = "date"
by = ["program"]
formula = "count"
"""
    (tmp_path / "progress.c1.csv").write_text(
        '"","Email address","Safety","","Quiz","2025-05-01","Downloaded"\n'
        '"A","a@x","Completed","2025-03-01 10:00:00","Not completed","","1"\n'
        '"B","b@x","Completed","2025-03-31 23:00:00","Completed (achieved pass grade)","2025-04-01 00:00:00","1"\n'
        '"C","c@x","Completed","31.03.2025","Not completed","","1"\n'
    )
    conversion = convert(parse_recipe("wide", recipe), [tmp_path])
    assert rows(conversion) == [("2025-03", "Safety", 2.0, 2), ("2025-04", "Quiz", 1.0, 1)]
    assert [(fault.line, fault.column, fault.value) for fault in conversion.unreadable] == [(4, "done", "31.03.2025")]
    (count,) = conversion.files
    assert (count.rows, count.used, count.unreadable) == (6, 5, 1)


@pytest.mark.parametrize(
    ("recipe", "place", "words"),
    [
        ('[inputs.x]\nfiles = "x"\n', "inputs.x", "missing required field `columns`"),
        ('[inputs.x]\nfiles = "x"\nfoo = 1\n[inputs.x.columns]\n', "inputs.x", "unknown field `foo`"),
        ('[inputs.x]\nfiles = "x"\nencoding = "utf-99"\n[inputs.x.columns]\n',
         "inputs.x.encoding", "no encoding 'utf-99'"),
        ('[inputs.x]\nfiles = "x"\n[inputs.x.columns]\nd = { from = "d", type = "date" }\n',
         "inputs.x.columns.d.format", "a date needs a format"),
        ('[inputs.x]\nfiles = "x"\nkey = ["a"]\n[inputs.x.columns]\na = "a"\n',
         "inputs.x.columns.a", "required = true"),
        *(
            (f'[inputs.x]\nfiles = "x"\n[inputs.x.columns]\nd = {{ from = "d", type = "date", format = "{form}" }}\n',
             "inputs.x.columns.d.format", "a format with day, month and year")
            for form in ("mixed", "ISO8601", "%d.%m.", "%H:%M", "%Q-%m-%Y", "%Y-%m-%d %Z")
        ),
        ('[inputs.x]\nfiles = "x"\nencoding = "hex"\n[inputs.x.columns]\n', "inputs.x.encoding", "no encoding 'hex'"),
        ('[tables.t]\nfrom = "nowhere"\n', "tables.t.from", "no input or earlier table 'nowhere'"),
        ('[tables.t]\nfrom = "results"\nsteps = [{ drop = "x" }]\n', "tables.t.steps[1]", "exactly one of: join, map"),
        ('[tables.t]\nfrom = "results"\nsteps = [{ keep = "x", where = [{ column = "scores", is = 1 }] }]\n',
         "tables.t.steps[1].where", "no column 'scores' here; there are: person, course, date"),
        ('[tables.t]\nfrom = "results"\nsteps = [{ keep = "x", where = [{ column = "score", is = "1" }] }]\n',
         "tables.t.steps[1].where", "'score' is a number and cannot be compared with '1'"),
        ('[tables.t]\nfrom = "results"\nsteps = [{ keep = "x", where = [{ column = "score", is = 1, above = 2 }] }]\n',
         "tables.t.steps[1].where", "exactly one comparison for 'score'"),
        (observed('formula = "median"'), "observations[1].formula", "give one of: count, sum"),
        (observed('formula = "mean"'), "observations[1]", "missing required field `of`"),
        (observed('formula = "mean"\nof = "course"'), "observations[1].of", "a text, and a number is needed"),
        (observed('formula = "count"', when='month = "score"'), "observations[1].month", "a date is needed"),
        (observed('formula = "count"', when=""), "observations[1]", "either month (a date column) or period"),
        (observed('formula = "count"', when='period = "2025-13"'), "observations[1].period", "no such month"),
        (observed('formula = "count"\nby = ["unit"]'), "observations[1].by", "no column 'unit'"),
        ("[[measures]]\nkey = 'm'\ncolour = 'red'\n", "measures[1].colour", "no such field"),
        ("colour = 'red'\n", "colour", "unknown; a recipe has: title"),
        ("", "observations", "at least one [[observations]]"),
    ],
)  # fmt: skip
def test_a_wrong_recipe_is_refused_with_the_place(recipe: str, place: str, words: str) -> None:
    start = recipe if recipe.startswith("colour") else ""
    with pytest.raises(InvalidError) as caught:
        parse_recipe("mine", start + INPUTS + recipe.removeprefix(start))
    first = caught.value.problems[0]
    assert first.field == place
    assert words in first.message
    assert str(caught.value).startswith(f"The recipe 'mine' cannot be used. {place}: ")


def test_a_slip_in_the_toml_is_named_with_its_line() -> None:
    with pytest.raises(MalformedError, match=r"The recipe 'mine' is not valid TOML: .*line 2"):
        parse_recipe("mine", 'title = "x"\nsource = = 1\n')


def test_recipes_that_come_with_lei_are_found_by_name() -> None:
    assert shipped_recipes() == ["hr_training_engagement", "oulad"]
    assert load_recipe("oulad").source == "oulad"
    with pytest.raises(
        NotFoundError, match=r"There is no recipe file 'ouladd'\. Recipes that come with LEI: hr_training"
    ):
        load_recipe("ouladd")
