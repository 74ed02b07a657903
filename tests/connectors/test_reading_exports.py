"""Files as systems really export them: every row is used, listed as unreadable, or counted where it is left out."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from lei.connectors.conversion import Conversion
from lei.connectors.convert import convert
from lei.connectors.load_recipe import parse_recipe
from lei.errors import InvalidError, MalformedError, UsageError

TRAININGS = """
title = "Trainings"
source = "lms"

[inputs.records]
files = "trainings*.csv"
{options}

[inputs.records.columns]
person = {{ from = "Person", required = true }}
date = {{ from = "Date", type = "date", format = "{format}", required = true }}
unit = {{ from = "Unit", default = "unknown" }}
score = {{ from = "Score", type = "number" }}

[[observations]]
measure = "assessment_score"
table = "records"
month = "date"
by = ["unit"]
formula = "mean"
of = "score"
"""


def run(folder: Path, data: str | bytes, options: str = "", date_format: str = "%d-%m-%Y") -> Conversion:
    recipe = parse_recipe("trainings", TRAININGS.format(options=options, format=date_format))
    file = folder / "trainings.csv"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return convert(recipe, [file])


def values(conversion: Conversion) -> dict[tuple[str, str], tuple[float, int]]:
    return {(r["period"], r["dimensions"]["unit"]): (r["value"], r["sample_size"]) for r in conversion.records}


def faults(conversion: Conversion) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.value) for fault in conversion.unreadable]


def test_byte_order_mark_and_blank_padding_are_no_part_of_the_data(tmp_path: Path) -> None:
    data = "\ufeffPerson , Date,Unit,Score\nP1,03-04-2025,Sales      ,  70\nP2, 04-04-2025 ,Sales,80\n"
    assert values(run(tmp_path, data)) == {("2025-04", "Sales"): (75.0, 2)}


def test_windows_1252_names_are_read_as_written(tmp_path: Path) -> None:
    data = "Person;Date;Unit;Score\nMüller;01-02-2025;Küche – Süd;12,5\n".encode("windows-1252")
    conversion = run(tmp_path, data, 'encoding = "windows-1252"\ndelimiter = ";"\ndecimal = ","')
    assert values(conversion) == {("2025-02", "Küche – Süd"): (12.5, 1)}
    assert conversion.unreadable == ()


def test_bytes_of_another_encoding_are_listed_with_line_and_column(tmp_path: Path) -> None:
    data = b"Person,Date,Unit,Score\nP1,01-02-2025,Sales,50\nP2,01-02-2025,K\xfcche,60\n"
    conversion = run(tmp_path, data)
    assert values(conversion) == {("2025-02", "Sales"): (50.0, 1)}
    assert faults(conversion) == [(3, "Unit", "K?che")]
    assert conversion.unreadable[0].reason == "Its bytes are not utf-8-sig."


def test_day_first_dates_are_never_read_month_first_and_impossible_ones_never_guessed(tmp_path: Path) -> None:
    data = (
        "Person,Date,Unit,Score\n"
        "P1,03-04-2025,Sales,1\n"  # 3 April, not 4 March
        "P2,31-02-2023,Sales,2\n"
        "P3,04-13-2025,Sales,3\n"  # month first: there is no month 13
        "P4,today,Sales,4\n"
        "P5,2025-04-03,Sales,5\n"
        "P6,29-02-2024,Sales,6\n"
        "P7,01-01-0001,Sales,7\n"
        "P8,,Sales,8\n"
    )
    conversion = run(tmp_path, data)
    assert values(conversion) == {("2025-04", "Sales"): (1.0, 1), ("2024-02", "Sales"): (6.0, 1)}
    assert faults(conversion) == [
        (3, "Date", "31-02-2023"),
        (4, "Date", "04-13-2025"),
        (5, "Date", "today"),
        (6, "Date", "2025-04-03"),
        (8, "Date", "01-01-0001"),
        (9, "Date", ""),
    ]
    (count,) = conversion.files
    assert (count.rows, count.used, count.unreadable, count.repeated) == (8, 2, 6, 0)


def test_two_digit_years_with_month_names(tmp_path: Path) -> None:
    conversion = run(tmp_path, "Person,Date,Unit,Score\nP1,21-Sep-22,A,1\nP2,21-Sept-22,A,1\n", "", "%d-%b-%y")
    assert values(conversion) == {("2022-09", "A"): (1.0, 1)}
    assert faults(conversion) == [(3, "Date", "21-Sept-22")]


@pytest.mark.parametrize(
    ("written", "form", "month"),
    [
        ("1735689600", "unix", "2025-01"),  # 2025-01-01T00:00:00Z
        ("1735689599000", "unix_ms", "2024-12"),
        ("2025-01-31 23:59:59", "%Y-%m-%d %H:%M:%S", "2025-01"),
        ("2025-02-01T00:30:00+01:00", "%Y-%m-%dT%H:%M:%S%z", "2025-01"),  # in UTC it is still January
    ],
)
def test_other_forms_of_dates(tmp_path: Path, written: str, form: str, month: str) -> None:
    assert values(run(tmp_path, f"Person,Date,Unit,Score\nP1,{written},A,1\n", "", form)) == {(month, "A"): (1.0, 1)}


@pytest.mark.parametrize("written", ["999999999999999", "-99999999999", "soon", "1e9"])
def test_seconds_outside_the_calendar_are_listed(tmp_path: Path, written: str) -> None:
    conversion = run(tmp_path, f"Person,Date,Unit,Score\nP1,{written},A,1\nP2,1735689600,A,5\n", "", "unix")
    assert values(conversion) == {("2025-01", "A"): (5.0, 1)}
    assert faults(conversion) == [(2, "Date", written)]


def test_marks_for_missing_are_no_values_and_no_errors(tmp_path: Path) -> None:
    data = "Person,Date,Unit,Score\nP1,01-02-2025,?,?\nP2,01-02-2025,-, 40 \nP3,01-02-2025,A,\nP4,01-02-2025,A,60\n"
    conversion = run(tmp_path, data, 'missing = ["?", "-"]')
    assert values(conversion) == {("2025-02", "unknown"): (40.0, 1), ("2025-02", "A"): (60.0, 1)}
    assert conversion.unreadable == ()
    (count,) = conversion.measures
    assert (count.rows, count.counted) == (4, 4)


@pytest.mark.parametrize("written", ["abc", "nan", "inf", "1e999", "0x10", "1 000", "12.5.1", "True", "1,5"])
def test_what_is_no_number_is_listed(tmp_path: Path, written: str) -> None:
    conversion = run(tmp_path, f'Person,Date,Unit,Score\nP1,01-02-2025,A,"{written}"\nP2,01-02-2025,A,5\n')
    assert values(conversion) == {("2025-02", "A"): (5.0, 1)}
    assert faults(conversion) == [(2, "Score", written)]


def test_with_decimal_commas_a_point_is_not_read_as_one(tmp_path: Path) -> None:
    conversion = run(
        tmp_path, 'Person,Date,Unit,Score\nP1,01-02-2025,A,"1.234"\nP2,01-02-2025,A,"7,5"\n', 'decimal = ","'
    )
    assert values(conversion) == {("2025-02", "A"): (7.5, 1)}
    assert faults(conversion) == [(2, "Score", "1.234")]


def test_ragged_rows_are_listed_without_their_content(tmp_path: Path) -> None:
    data = "Person,Date,Unit,Score\nP1,01-02-2025,A\n\nP2,01-02-2025,A,1,2\nP3,01-02-2025,A,3\n"
    conversion = run(tmp_path, data)
    assert values(conversion) == {("2025-02", "A"): (3.0, 1)}
    assert faults(conversion) == [(2, "", ""), (4, "", "")]
    assert conversion.unreadable[0].reason == "The row has 3 fields, the heading has 4."


def test_quoted_line_breaks_belong_to_a_value_and_lines_stay_right(tmp_path: Path) -> None:
    data = 'Person,Date,Unit,Score\nP1,01-02-2025,"A\nB",1\nP2,31-02-2025,A,2\n'
    conversion = run(tmp_path, data)
    assert list(values(conversion)) == [("2025-02", "A\nB")]
    assert faults(conversion) == [(4, "Date", "31-02-2025")]


def test_a_quote_that_is_never_closed_says_which_lines_it_swallows(tmp_path: Path) -> None:
    data = 'Person,Date,Unit,Score\nP1,01-02-2025,A,1\nP2,01-02-2025,"A,2\nP3,01-02-2025,A,3\n'
    conversion = run(tmp_path, data)
    assert values(conversion) == {("2025-02", "A"): (1.0, 1)}
    assert faults(conversion) == [(3, "", "")]
    assert "lines 3 to 4" in conversion.unreadable[0].reason


def test_lines_above_the_heading_are_skipped_when_the_recipe_says_so(tmp_path: Path) -> None:
    data = "Report of May\n\nPerson,Date,Unit,Score\nP1,xx,A,1\nP2,01-02-2025,A,2\n"
    conversion = run(tmp_path, data, "header_line = 3")
    assert values(conversion) == {("2025-02", "A"): (2.0, 1)}
    assert faults(conversion) == [(4, "Date", "xx")]


def test_without_a_key_equal_rows_are_different_events(tmp_path: Path) -> None:
    data = "Person,Date,Unit,Score\nP1,01-02-2025,A,1\nP1,01-02-2025,A,1\nP1,01-02-2025,A,4\n"
    assert values(run(tmp_path, data)) == {("2025-02", "A"): (2.0, 3)}


def test_with_a_key_the_same_row_counts_once_and_clashing_rows_are_unreadable(tmp_path: Path) -> None:
    data = (
        "Person,Date,Unit,Score\nP1,01-02-2025,A,1\nP2,01-02-2025,A,2\nP1,01-02-2025,A,1\n"
        "P3,01-02-2025,A,3\nP3,01-02-2025,A,4\n"
    )
    conversion = run(tmp_path, data, 'key = ["person"]')
    assert values(conversion) == {("2025-02", "A"): (1.5, 2)}
    assert faults(conversion) == [(5, "Person", ""), (6, "Person", "")]
    (count,) = conversion.files
    assert (count.rows, count.used, count.unreadable, count.repeated) == (5, 2, 2, 1)


def test_gzip_and_several_files_of_one_input(tmp_path: Path) -> None:
    recipe = parse_recipe("trainings", TRAININGS.format(options="", format="%d-%m-%Y"))
    (tmp_path / "trainings_1.csv").write_text("Person,Date,Unit,Score\nP1,01-02-2025,A,1\n")
    (tmp_path / "Trainings_2.CSV.gz").write_bytes(gzip.compress(b"Unit,Score,Person,Date\nA,3,P2,02-02-2025\n"))
    (tmp_path / "notes.txt").write_text("not ours")
    conversion = convert(recipe, [tmp_path])
    assert values(conversion) == {("2025-02", "A"): (2.0, 2)}
    assert [(count.file, count.used) for count in conversion.files] == [
        ("Trainings_2.CSV.gz", 1),
        ("trainings_1.csv", 1),
    ]
    assert conversion.notes == ("notes.txt was not read: no input of the recipe has such a name.",)


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    recipe = parse_recipe("trainings", TRAININGS.format(options="", format="%d-%m-%Y"))
    for month in ("january", "february"):
        (tmp_path / month).mkdir()
        (tmp_path / month / "trainings.csv").write_text("Person,Date,Unit,Score\nP1,xx,A,1\nP1,01-02-2025,A,1\n")
    conversion = convert(recipe, [tmp_path / "january", tmp_path / "february"])
    assert [(Path(c.file).parent.name, c.rows, c.used, c.unreadable) for c in conversion.files] == [
        ("january", 2, 1, 1),
        ("february", 2, 1, 1),
    ]


def test_a_file_with_headings_only_has_no_rows_and_no_observations(tmp_path: Path) -> None:
    conversion = run(tmp_path, "Person,Date,Unit,Score\n")
    assert conversion.records == ()
    assert [(count.rows, count.used) for count in conversion.files] == [(0, 0)]


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"", MalformedError, "The file 'trainings.csv' is empty"),
        (b"Person,Date,Unit\nP1,01-02-2025,A\n", InvalidError, "'Score'. Its columns are: Person, Date, Unit."),
        (b"Person,Date,Unit,Score,Unit\nP1,01-02-2025,A,1,B\n", InvalidError, "exactly one column each for: 'Unit'"),
        (b"\x1f\x8bnot gzip at all", MalformedError, "broken gzip"),
        (gzip.compress(b"Person,Date,Unit,Score\n" * 99, mtime=0)[:-20], MalformedError, "broken gzip"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_name(
    tmp_path: Path, data: bytes, error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        run(tmp_path, data)
    assert words in str(caught.value)


def test_utf_16_files_are_read_and_broken_ones_named(tmp_path: Path) -> None:
    text = "Person\tDate\tUnit\tScore\nP1\t01-02-2025\tÄ\t1\n"
    options = 'encoding = "utf-16"\ndelimiter = "\\t"'
    assert values(run(tmp_path, text.encode("utf-16"), options)) == {("2025-02", "Ä"): (1.0, 1)}
    with pytest.raises(MalformedError, match="is not written in utf-16"):
        run(tmp_path, text.encode("utf-16") + b"x", options)


def test_files_that_nobody_asked_for_or_that_are_lacking_are_said(tmp_path: Path) -> None:
    recipe: Any = parse_recipe("trainings", TRAININGS.format(options="", format="%d-%m-%Y"))
    stray = tmp_path / "people.csv"
    stray.write_text("x\n")
    with pytest.raises(InvalidError, match=r"'people\.csv' fits no input of the recipe; it reads: trainings"):
        convert(recipe, [stray])
    with pytest.raises(UsageError, match="There is no file"):
        convert(recipe, [tmp_path / "trainings.csv"])
    with pytest.raises(InvalidError, match=r"No file was given for: records \(trainings\*.csv\)"):
        convert(recipe, [])
