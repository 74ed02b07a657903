"""The two recipes that come with LEI against figures worked out from the files with csv and dicts alone.

Formulas: the data sets' own descriptions. Whole months are compared as the roll-up of what is sent (sums, or means
weighted by sample size), cells as they are sent.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lei.connectors.conversion import Conversion
from lei.connectors.convert import convert
from lei.connectors.load_recipe import load_recipe

Rows = list[dict[str, str]]
Figures = dict[Any, tuple[float, int]]  # period, or period and dimension values -> value, sample size


def read(file: Path) -> Rows:
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sent(conversion: Conversion, measure: str, dimensions: tuple[str, ...]) -> Figures:
    return {
        (record["period"], *(record["dimensions"][name] for name in dimensions)): (
            record["value"],
            record["sample_size"],
        )
        for record in conversion.records
        if record["measure"] == measure and set(record["dimensions"]) == set(dimensions)
    }


def months_of(cells: Figures, *, added: bool = False) -> Figures:
    """The roll-up of cells to whole months: their sum, or their mean weighted by sample size."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for key, (value, size) in cells.items():
        sums[key[0]][0] += value if added else value * size
        sums[key[0]][1] += size
    return {month: (total if added else total / size, int(size)) for month, (total, size) in sums.items()}


def ratio(rows: Iterable[Any], key: Callable[[Any], Any], above: Callable[[Any], float], below: Callable[[Any], float],
          times: float = 100.0) -> Figures:  # fmt: skip
    sums: dict[Any, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        sums[key(row)][0] += above(row)
        sums[key(row)][1] += below(row)
    return {name: (times * a / b, round(b)) for name, (a, b) in sums.items() if b}


def agree(found: Figures, expected: Figures) -> None:
    assert {key: size for key, (_, size) in found.items()} == {key: size for key, (_, size) in expected.items()}
    for key, (value, _) in expected.items():
        assert found[key][0] == pytest.approx(value, rel=1e-12, abs=1e-9), key


# --- people, trainings, survey -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hr(shared: Path) -> Conversion:
    return convert(load_recipe("hr_training_engagement"), [shared / "data" / "hr-training-engagement"])


@pytest.fixture(scope="module")
def people(shared: Path) -> dict[str, dict[str, str]]:
    rows = read(shared / "data" / "hr-training-engagement" / "employee_data.csv")
    assert len({row["EmpID"] for row in rows}) == len(rows) == 3000
    return {row["EmpID"]: row for row in rows}


@pytest.fixture(scope="module")
def trainings(shared: Path) -> Rows:
    return read(shared / "data" / "hr-training-engagement" / "training_and_development_data.csv")


def day(text: str) -> date:
    return datetime.strptime(text, "%d-%b-%y").date()  # noqa: DTZ007 - a day of the calendar


def training_month(row: dict[str, str]) -> str:
    return f"{day(row['Training Date']):%Y-%m}"


def test_every_row_of_the_three_files_is_used(hr: Conversion) -> None:
    assert [(count.rows, count.used) for count in hr.files] == [(3000, 3000)] * 3
    assert hr.unreadable == ()
    assert [step.rows for step in hr.steps] == [0, 0]
    assert "1,029 trainings dated after the person's exit" in hr.notes
    assert "991 people called Active who have an exit date" in hr.notes


def test_trainings_by_month_and_by_program_and_unit(
    hr: Conversion, trainings: Rows, people: dict[str, dict[str, str]]
) -> None:
    def cell(row: dict[str, str]) -> tuple[str, str, str]:
        return training_month(row), row["Training Program Name"], people[row["Employee ID"]]["BusinessUnit"]

    def is_in(*outcomes: str) -> Callable[[dict[str, str]], float]:
        return lambda row: float(row["Training Outcome"] in outcomes)

    def every(_: object) -> float:
        return 1.0

    formulas: dict[str, tuple[Any, Any, float]] = {
        "completion_rate": (is_in("Completed", "Passed", "Failed"), every, 100.0),
        "pass_rate": (is_in("Passed"), is_in("Passed", "Failed"), 100.0),
        "cost_per_learning_hour": (
            lambda row: float(row["Training Cost"]),
            lambda row: 8.0 * float(row["Training Duration(Days)"]),
            1.0,
        ),
    }
    for measure, (above, below, times) in formulas.items():
        cells = sent(hr, measure, ("program", "unit"))
        agree(cells, ratio(trainings, cell, above, below, times))
        agree(months_of(cells), ratio(trainings, training_month, above, below, times))


def test_counts_and_costs_of_trainings(hr: Conversion, trainings: Rows) -> None:
    number: dict[str, int] = defaultdict(int)
    cost: dict[str, float] = defaultdict(float)
    for row in trainings:
        number[training_month(row)] += 1
        cost[training_month(row)] += float(row["Training Cost"])
    counted = months_of(sent(hr, "enrollment_count", ("program", "unit")), added=True)
    assert sum(size for _, size in counted.values()) == 3000
    agree(counted, {month: (float(rows), rows) for month, rows in number.items()})
    spent = months_of(sent(hr, "learning_cost_total", ("program", "unit")), added=True)
    agree(spent, {month: (cost[month], rows) for month, rows in number.items()})


def test_one_cell_of_trainings_by_hand(hr: Conversion, trainings: Rows, people: dict[str, dict[str, str]]) -> None:
    mine = [
        row
        for row in trainings
        if row["Training Date"].endswith("-Jan-23")
        and row["Training Program Name"] == "Communication Skills"
        and people[row["Employee ID"]]["BusinessUnit"] == "SVG"
    ]
    cell = ("2023-01", "Communication Skills", "SVG")
    assert sent(hr, "enrollment_count", ("program", "unit"))[cell] == (len(mine), len(mine))
    passed = sum(row["Training Outcome"] == "Passed" for row in mine)
    failed = sum(row["Training Outcome"] == "Failed" for row in mine)
    assert sent(hr, "pass_rate", ("program", "unit"))[cell] == (100 * passed / (passed + failed), passed + failed)


def test_survey_by_month_and_unit(hr: Conversion, shared: Path, people: dict[str, dict[str, str]]) -> None:
    survey = read(shared / "data" / "hr-training-engagement" / "employee_engagement_survey_data.csv")

    def month(row: dict[str, str]) -> str:
        _, mm, yyyy = row["Survey Date"].split("-")  # day first
        return f"{yyyy}-{mm}"

    columns = {"kpi_team_engagement": "Engagement Score", "kpi_employee_satisfaction": "Satisfaction Score"}
    for measure, column in columns.items():
        cells = sent(hr, measure, ("unit",))
        score = ratio(
            survey,
            lambda row: (month(row), people[row["Employee ID"]]["BusinessUnit"]),
            lambda row, column=column: float(row[column]),  # type: ignore[misc]  # a default binds the column now
            lambda _: 1.0,
            1.0,
        )
        agree(cells, score)
        assert sum(size for _, size in months_of(cells).values()) == 3000


def test_performance_is_a_snapshot_of_all_people(hr: Conversion, people: dict[str, dict[str, str]]) -> None:
    cells = sent(hr, "performance_rating", ("unit",))
    good = sum(person["Performance Score"] in ("Fully Meets", "Exceeds") for person in people.values())
    assert months_of(cells) == {"2023-07": (pytest.approx(100 * good / 3000), 3000)}


def test_retention_over_twelve_months(hr: Conversion, people: dict[str, dict[str, str]]) -> None:
    cells = sent(hr, "kpi_retention", ("unit",))
    expected: Figures = {}
    for number in range(12):
        year, month = divmod(2022 * 12 + 7 + number, 12)
        # The twelve months to 2022-08 start on 2021-09-01 and are over on 2022-09-01.
        start, over = _next_month(date(year - 1, month + 1, 1)), _next_month(date(year, month + 1, 1))
        there = stayed = 0
        for person in people.values():
            left = day(person["ExitDate"]) if person["ExitDate"].strip() else None
            if day(person["StartDate"]) < start and (left is None or left >= start):
                there += 1
                stayed += left is None or left >= over
        expected[f"{year}-{month + 1:02d}"] = (100 * stayed / there, there)
    agree(months_of(cells), expected)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


# --- Open University -----------------------------------------------------------------------------------------------

STARTS = {"2013B": date(2013, 2, 1), "2013J": date(2013, 10, 1), "2014B": date(2014, 2, 1), "2014J": date(2014, 10, 1)}


@pytest.fixture(scope="module")
def ou(shared: Path) -> Conversion:
    return convert(load_recipe("oulad"), [shared / "data" / "oulad"])


@pytest.fixture(scope="module")
def tables(shared: Path) -> dict[str, Rows]:
    folder = shared / "data" / "oulad"
    names = ("courses.csv", "assessments.csv", "studentInfo.csv.gz", "studentAssessment.csv.gz")
    return {name.partition(".")[0]: read(folder / name) for name in names}


@pytest.fixture(scope="module")
def ends(tables: dict[str, Rows]) -> dict[tuple[str, str], str]:
    """The month each presentation ends in."""
    months = {}
    for row in tables["courses"]:
        module, presentation = row["code_module"], row["code_presentation"]
        end = STARTS[presentation] + timedelta(days=int(row["module_presentation_length"]))
        months[module, presentation] = f"{end:%Y-%m}"
    return months


@pytest.fixture(scope="module")
def results(tables: dict[str, Rows]) -> list[dict[str, Any]]:
    """Results that are not banked, with what their assessment and enrolment say."""
    regions = {
        (row["code_module"], row["code_presentation"], row["id_student"]): row["region"]
        for row in tables["studentInfo"]
    }
    assessments = {row["id_assessment"]: row for row in tables["assessments"]}
    joined = []
    for row in tables["studentAssessment"]:
        if row["is_banked"] == "1":
            continue
        assessment = assessments[row["id_assessment"]]
        module, presentation = assessment["code_module"], assessment["code_presentation"]
        submitted = STARTS[presentation] + timedelta(days=int(row["date_submitted"]))
        joined.append(
            {
                "cell": (f"{submitted:%Y-%m}", module, presentation, regions[module, presentation, row["id_student"]]),
                "student": row["id_student"],
                "score": None if row["score"] == "?" else float(row["score"]),
                "submitted": int(row["date_submitted"]),
                "due": None if assessment["date"] == "?" else int(assessment["date"]),
                "kind": assessment["assessment_type"],
                "assessment": int(row["id_assessment"]),
            }
        )
    return joined


OU_CELL = ("program", "cohort", "region")


def test_the_published_totals_are_read(ou: Conversion, tables: dict[str, Rows]) -> None:
    rows = {count.input: (count.rows, count.used) for count in ou.files}
    assert rows == {
        "courses": (22, 22),
        "assessments": (206, 206),
        "student_info": (32_593, 32_593),
        "student_assessment": (173_912, 173_912),
    }
    assert ou.unreadable == ()
    final: dict[str, int] = defaultdict(int)
    for row in tables["studentInfo"]:
        final[row["final_result"]] += 1
    assert final == {"Pass": 12_361, "Withdrawn": 10_156, "Fail": 7_052, "Distinction": 3_024}
    assert sum(row["date"] == "?" for row in tables["assessments"]) == 11
    assert sum(row["score"] == "?" for row in tables["studentAssessment"]) == 173
    left_out = {(step.table, step.step): step.rows for step in ou.steps}
    assert left_out["results", "not banked"] == sum(row["is_banked"] == "1" for row in tables["studentAssessment"])
    assert left_out["scored", "score present"] == 172  # one of the 173 is banked
    assert sum(rows for (_, step), rows in left_out.items() if step.startswith("not found")) == 0


def test_enrolments_by_month_and_cell(
    ou: Conversion, tables: dict[str, Rows], ends: dict[tuple[str, str], str]
) -> None:
    info = tables["studentInfo"]

    def cell(row: dict[str, str]) -> tuple[str, str, str, str]:
        module, presentation = row["code_module"], row["code_presentation"]
        return ends[module, presentation], module, presentation, row["region"]

    def kept(row: dict[str, str]) -> float:
        return float(row["final_result"] != "Withdrawn")

    def first(row: dict[str, str]) -> float:
        return kept(row) * (row["num_of_prev_attempts"] == "0")

    def passed(row: dict[str, str]) -> float:
        return first(row) * (row["final_result"] in ("Pass", "Distinction"))

    completion, passing = sent(ou, "completion_rate", OU_CELL), sent(ou, "pass_rate", OU_CELL)
    agree(completion, ratio(info, cell, kept, lambda _: 1.0))
    agree(months_of(completion), ratio(info, lambda row: cell(row)[0], kept, lambda _: 1.0))
    agree(passing, ratio(info, cell, passed, first))
    agree(months_of(passing), ratio(info, lambda row: cell(row)[0], passed, first))
    starts: dict[str, int] = defaultdict(int)
    for row in info:
        starts[f"{STARTS[row['code_presentation']]:%Y-%m}"] += 1
    counted = months_of(sent(ou, "enrollment_count", OU_CELL), added=True)
    agree(counted, {month: (float(rows), rows) for month, rows in starts.items()})
    assert sum(size for _, size in counted.values()) == 32_593


def test_scores_and_punctuality_by_month_and_cell(ou: Conversion, results: list[dict[str, Any]]) -> None:
    scored = [row for row in results if row["score"] is not None]
    due = [row for row in results if row["due"] is not None]

    def on_time(row: dict[str, Any]) -> float:
        return float(row["submitted"] <= row["due"])

    def one(_: object) -> float:
        return 1.0

    scores, punctual = sent(ou, "assessment_score", OU_CELL), sent(ou, "on_time_submission_rate", OU_CELL)
    agree(scores, ratio(scored, lambda row: row["cell"], lambda row: row["score"], one, 1.0))
    agree(months_of(scores), ratio(scored, lambda row: row["cell"][0], lambda row: row["score"], one, 1.0))
    agree(punctual, ratio(due, lambda row: row["cell"], on_time, one))
    agree(months_of(punctual), ratio(due, lambda row: row["cell"][0], on_time, one))


def test_skill_uplift_by_month_program_region_and_cell(
    ou: Conversion, results: list[dict[str, Any]], ends: dict[tuple[str, str], str]
) -> None:
    attempts: dict[tuple[str, ...], list[tuple[float, int, float]]] = defaultdict(list)
    for row in results:
        if row["kind"] == "TMA" and row["score"] is not None:
            _, module, presentation, region = row["cell"]
            due = row["due"] if row["due"] is not None else float("inf")
            attempts[module, presentation, region, row["student"]].append((due, row["assessment"], row["score"]))
    pairs = {key: (min(tries)[2], max(tries)[2]) for key, tries in attempts.items() if len(tries) > 1}

    def gains(group: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Figures:
        sums: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for key, (first, last) in pairs.items():
            cell = (ends[key[0], key[1]], *group(key))
            sums[cell] = [sums[cell][0] + first, sums[cell][1] + last, sums[cell][2] + 1]
        means = {cell: (first / n, last / n, int(n)) for cell, (first, last, n) in sums.items()}
        # A group that starts at 90 or more has hardly anything to gain: no observation.
        return {cell: (100 * (b - a) / (100 - a), n) for cell, (a, b, n) in means.items() if a < 90}

    agree(sent(ou, "skill_uplift", ()), gains(lambda _: ()))
    agree(sent(ou, "skill_uplift", ("program",)), gains(lambda key: key[:1]))
    agree(sent(ou, "skill_uplift", ("region",)), gains(lambda key: key[2:3]))
    agree(sent(ou, "skill_uplift", OU_CELL), gains(lambda key: key[:3]))
    whole = sent(ou, "skill_uplift", ())
    assert sum(value < 0 for value, _ in whole.values()) > len(whole) / 2  # the description says: mostly negative
