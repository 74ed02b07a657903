"""The fast check accepts exactly what the schema of record accepts, and means the same by it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lei.errors import Problem
from lei.services.intake.check_observations import RowChecker
from lei.services.intake.intake_bodies import take_body
from lei.services.intake.intake_rules import IntakeRules
from lei.services.intake.observation_rows import IntakeCatalogue, ObservationRow, check_row
from lei.storage.segments import canonical
from lei.storage.staged_observations import BlockSpool

CATALOGUE = IntakeCatalogue(
    measures={"pass_rate": (1, True), "learning_cost": (2, False)},
    dimensions=frozenset({"unit", "region"}),
    latest_month=2027 * 12,
    closed_until=2025 * 12 + 11,
    known_values={"unit": {"A", "Größe"}},
)
# Three values of a dimension, no e-mail addresses, and one source alone.
RULES = IntakeRules(only_source="lms", most_values=3)
# What a row came to: its key and facts, or the codes of its faults.
Verdict = tuple[Any, ...]

CLOSED = ["2025-12", "2025", "2024-Q3", "2025-12-31"]
UNITS = ["A", "Größe", "B", "C", "jane@example.com", "R@D"]
NAMES = st.sampled_from(
    ["pass_rate", "learning_cost", "pass_rat", "", " A", "x" * 201, "A\n", "\ud800", "lms", " a@b.example", *UNITS]
)
JUNK = st.none() | st.booleans() | st.text(max_size=3) | st.lists(st.integers(), max_size=2) | st.just({"a": {"b": 1}})
NUMBERS = (
    st.floats()
    | st.integers(-5, 50)
    | st.sampled_from([1e15, 1.1e15, -1e15, 10**12, 10**12 + 1, 10**400, 2**63, -(2**63) - 1, 40.0, -0.0])
)
PERIODS = st.sampled_from(
    ["2026-10", "2026-Q4", "2026", "2026-10-31", "2026-02-30", "2026-1", "2028", "٢٠٢٦", "x", *CLOSED]
)
FIELDS: Mapping[str, st.SearchStrategy[Any]] = {
    "measure": st.sampled_from(["pass_rate", "learning_cost"]) | NAMES | JUNK,
    "period": PERIODS | JUNK,
    "value": NUMBERS | st.none() | JUNK | st.sampled_from(["71.5", "NaN"]),
    "sample_size": NUMBERS | JUNK | st.sampled_from(["40"]),
    "dimensions": st.dictionaries(st.sampled_from(["unit", "region", "untit"]), NAMES | JUNK, max_size=3) | JUNK,
    "source": NAMES | JUNK,
    "valeu": JUNK,
}
GOOD = {"measure": "pass_rate", "period": "2026-10", "value": 71.5, "sample_size": 40}
# A good row with up to three fields changed or left out: faults are found one by one and together.
CHANGES = st.lists(
    st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), FIELDS[name] | st.just("__absent"))),
    max_size=3,
)
ROWS = CHANGES.map(lambda changes: {name: v for name, v in (GOOD | dict(changes)).items() if v != "__absent"}) | JUNK


def faults_of_batch(raw: Any, number: int, met: dict[str, set[str]], rules: IntakeRules = RULES) -> list[Problem]:
    """What the rules of intake say of a row beyond the schema of record; it adds to `met`, the values so far."""
    if not isinstance(raw, dict):
        return []
    source, named, faults = raw.get("source"), raw.get("dimensions"), []
    if isinstance(source, str) and rules.only_source not in (None, source):
        faults.append(Problem("source", "foreign_source", "", number))
    if not isinstance(named, dict):
        return faults
    right = {key: text for key, text in named.items() if key in ("unit", "region") and _is_a_name(text)}
    new = {key: text for key, text in right.items() if text not in met.setdefault(key, set())}
    codes = {key: "looks_personal" if text == "jane@example.com" else "too_many_values" for key, text in new.items()}
    wrong = {key for key in new if codes[key] == "looks_personal" or len(met[key]) >= rules.most_values}
    if not wrong and len(right) == len(named):
        for key, text in new.items():
            met[key].add(text)
    return faults + [Problem(f"dimensions.{key}", codes[key], "", number) for key in new if key in wrong]


def _is_a_name(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= 200 and text.isprintable() and text == text.strip()


def known() -> dict[str, set[str]]:
    """The values that the catalogue knows, to be added to."""
    return {key: set(values) for key, values in CATALOGUE.known_values.items()}


def of_record(raws: Sequence[object]) -> list[Verdict]:
    """The verdicts of the schema of record and of the rules of intake, each row on its own."""
    verdicts = []
    for number, raw in enumerate(raws, start=1):
        found = check_row(raw, CATALOGUE, number)
        more = faults_of_batch(raw, number, known())
        if more:
            verdicts.append(_codes([*([] if isinstance(found, ObservationRow) else found), *more]))
        elif isinstance(found, ObservationRow):
            when = (found.occasion.month, found.occasion.span, found.occasion.day)
            names = (canonical(found.dimensions), found.source or "lms")
            verdicts.append((found.measure_id, *when, *names, found.value, found.sample_size))
        else:
            verdicts.append(_codes(found))
    return verdicts


def of_checker(raws: Sequence[Any], take: Callable[[RowChecker, Any], None]) -> list[Verdict]:
    """The verdicts of the fast check, each row on its own."""
    verdicts: list[Verdict] = []
    for raw in raws:
        with closing(BlockSpool()) as spool:
            checker = RowChecker(CATALOGUE, "lms", spool, RULES)
            # Twice: at first sight, and again when every look-up is warm.
            take(checker, raw)
            take(checker, raw)
            checker.finish()
            blocks = list(spool.blocks())
        assert checker.received == 2
        if checker.rejected:
            assert checker.rejected == 2
            verdicts.append(_codes([problem for problem in checker.problems if problem.row == 1]))
            continue
        (block,) = blocks
        (((month, measure, segment, source, span, day), fact),) = block.firsts.items()
        assert block.followers == {(month, measure, segment, source, span, day): [fact]}
        names = (checker.segments[segment], checker.sources[source])
        verdicts.append((measure, month, span, day, *names, *fact))
    return verdicts


def _codes(problems: Sequence[Problem]) -> Verdict:
    return ("refused", *((problem.field, problem.code) for problem in problems))


@settings(max_examples=400, deadline=None)
@given(raws=st.lists(ROWS, min_size=1, max_size=4))
@example(raws=[GOOD | {"sample_size": 40.0}, GOOD | {"dimensions": None, "source": None}, GOOD | {"value": 5}])
@example(raws=[GOOD | {"value": None, "sample_size": 0}, GOOD | {"measure": "learning_cost", "sample_size": None}])
def test_lines_and_records_get_the_verdict_of_the_schema_of_record(raws: list[Any]) -> None:
    lines = [json.dumps(raw).encode() for raw in raws]
    parsed = [json.loads(line) for line in lines]
    assert of_checker(lines, lambda checker, line: checker.take_lines([line])) == of_record(parsed)
    assert of_checker(parsed, lambda checker, raw: checker.take_records([raw])) == of_record(parsed)


CELLS = st.sampled_from(
    [
        "",
        "null",
        "71.5",
        "40",
        "+5",
        "-3",
        ".5",
        "5.",
        "1e3",
        "1E400",
        "1e-400",
        "nan",
        "inf",
        "1_0",
        " 5",
        "5 ",
        "0x1",
        "٤٠",
        "4,5",
        "0",
        "40.0",
        "2.5",
        "1000000000000001",
        "-1e15",
        "true",
        "9" * 400,
    ]
)
COLUMNS = ("measure", "period", "value", "sample_size", "source", "unit", "region")


def as_object(cells: Sequence[str]) -> dict[str, Any]:
    """What a row of cells stands for, worked out without the code under test."""
    raw: dict[str, Any] = {"dimensions": {}}
    for name, cell in zip(COLUMNS, cells, strict=True):
        if cell == "":
            continue
        if name in ("unit", "region"):
            raw["dimensions"][name] = cell
        elif name == "value" and cell == "null":
            raw[name] = None
        elif name in ("value", "sample_size"):
            raw[name] = _number(cell)
        else:
            raw[name] = cell
    return raw


def _number(cell: str) -> object:
    if not cell.isascii() or not set(cell) <= set("0123456789+-.eE") or not set(cell) & set("0123456789"):
        return cell
    try:
        return int(cell)
    except ValueError:
        return float(cell)


@settings(max_examples=300, deadline=None)
@given(
    st.tuples(
        st.sampled_from(["pass_rate", "learning_cost", "pass_rat", ""]),
        PERIODS | st.just(""),
        CELLS,
        CELLS,
        st.sampled_from(["", "lms", "hr", " lms"]),
        st.sampled_from(["", "A", "B,C", 'say "x"', "line\nbreak", "x" * 201, "jane@example.com"]),
        st.sampled_from(["", "EMEA"]),
    )
)
def test_cells_get_the_verdict_of_the_object_that_they_stand_for(cells: tuple[str, ...]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMNS, cells])
    body = text.getvalue().encode()
    found = of_checker([body], lambda checker, sent: take_body(checker, [sent], "csv"))
    assert found == of_record([as_object(cells)])
