"""Figures are kept as JSON and come back exactly; the measures travel as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lei.errors import InvalidError
from lei.reports.attachments import measures_as_csv
from lei.reports.figures import SCHEMA, Remark, from_json, to_json
from lei.reports.sample import sample_figures


def test_figures_come_back_exactly() -> None:
    figures = replace(sample_figures(), segment={"unit": "Großkunden 客户", "region": "Süd"})
    again = from_json(to_json(figures))
    assert again == figures
    assert to_json(again) == to_json(figures)


def test_marks_and_the_comment_come_back_too() -> None:
    comment = Remark("<b>Known</b> gap & more", "carla", datetime(2026, 11, 5, 7, 0, tzinfo=UTC))
    figures = replace(sample_figures(), mark="TEST", incomplete="No data yet.", comment=comment)
    assert from_json(to_json(figures)) == figures
    assert figures.marks == ("TEST", "INCOMPLETE")


def test_figures_that_were_kept_before_there_were_marks_can_be_read() -> None:
    kept = json.loads(to_json(sample_figures()))
    for name in ("mark", "incomplete", "comment"):
        del kept[name]
    assert from_json(json.dumps(kept)) == sample_figures()


def test_unrounded_numbers_and_gaps_survive() -> None:
    figures = sample_figures()
    index = replace(figures.index, score=60.1 + 1e-13, change=None)
    again = from_json(to_json(replace(figures, index=index)))
    assert again.index.score == 60.1 + 1e-13
    assert again.index.change is None
    assert [point.score for point in again.index.series].count(None) == 1


@pytest.mark.parametrize("text", ["{}", "nonsense", '{"schema": "one"}'])
def test_what_is_no_figures_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="no figures of a scorecard"):
        from_json(text)


def test_figures_of_another_schema_are_refused() -> None:
    other = json.dumps(json.loads(to_json(sample_figures())) | {"schema": SCHEMA + 1})
    with pytest.raises(InvalidError, match=f"schema {SCHEMA + 1}"):
        from_json(other)


def test_the_csv_has_every_measure_with_unrounded_numbers() -> None:
    figures = sample_figures()
    rows = list(csv.DictReader(io.StringIO(measures_as_csv(figures))))
    assert [row["measure"] for row in rows] == [row.key for row in (*figures.measures, *figures.context)]
    assert float(rows[3]["contribution_points"]) == figures.measures[3].contribution


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)"])
def test_a_name_that_a_spreadsheet_would_run_is_text(name: str) -> None:
    figures = sample_figures()
    hostile = replace(figures, measures=(replace(figures.measures[0], name=name),))
    row = next(csv.DictReader(io.StringIO(measures_as_csv(hostile))))
    assert row["name"] == f"'{name}"
