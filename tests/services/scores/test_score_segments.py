"""Scores of segments: whom a roll-up counts, what a split shows, and whose word counts."""

from __future__ import annotations

from typing import Any

import pytest
from asking import edit_measure, measure, only, scores
from sending import Send, observation

from lei.clock import FixedClock
from lei.errors import InvalidError
from lei.storage.database import Database


class TestSegments:
    def test_what_was_reported_for_the_scope_wins_over_what_is_below(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10", 33),
                observation("participation_rate", "2026-10", 50, unit="A"),
            ]
        )
        found = measure(only(database, "2026-10"), "participation_rate")
        assert (found.value, found.basis, found.sample_size) == (33, "reported", 100)

    def test_else_the_segments_below_are_rolled_up(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10", 30, sample_size=100, unit="A"),
                observation("participation_rate", "2026-10", 50, sample_size=300, unit="B"),
            ]
        )
        found = measure(only(database, "2026-10"), "participation_rate")
        assert (found.value, found.basis, found.sample_size) == (pytest.approx(45), "rolled_up", 400)

    def test_units_and_regions_are_the_same_people_and_counted_once(self, database: Database, send: Send) -> None:
        send(
            [observation("enrollment_count", "2026-10", 10, unit=unit) for unit in "ABC"]
            + [observation("enrollment_count", "2026-10", 15, region=region) for region in ("EMEA", "APAC")]
        )
        assert measure(only(database, "2026-10"), "enrollment_count").value == 30

    def test_of_families_that_cover_the_same_cases_the_finest_counts(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 30, unit=unit) for unit in "AB"])
        send([observation("participation_rate", "2026-10", 50, unit=unit, program="Safety") for unit in "AB"])
        assert measure(only(database, "2026-10"), "participation_rate").value == 50

    def test_a_finer_report_of_a_part_does_not_hide_the_rest(self, database: Database, send: Send) -> None:
        send(
            [
                observation("enrollment_count", "2026-10", 40, sample_size=40, unit="A"),
                observation("enrollment_count", "2026-10", 60, sample_size=60, unit="B"),
                observation("enrollment_count", "2026-10", 5, sample_size=5, unit="A", program="Safety"),
            ]
        )
        assert measure(only(database, "2026-10"), "enrollment_count").value == 100

    def test_units_that_report_in_different_depth_are_all_counted(self, database: Database, send: Send) -> None:
        send(
            [
                observation("enrollment_count", "2026-10", 40, unit="A"),
                observation("enrollment_count", "2026-10", 25, unit="B", program="Safety"),
                observation("enrollment_count", "2026-10", 35, unit="B", program="Sales"),
            ]
        )
        assert measure(only(database, "2026-10"), "enrollment_count").value == 100

    def test_scores_by_a_dimension(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 10 * i, unit=unit) for i, unit in enumerate("ABC", start=2)])
        found = {
            s.segment["unit"]: measure(s, "participation_rate").value for s in scores(database, "2026-10", by=("unit",))
        }
        assert found == {"A": 20, "B": 30, "C": 40}

    def test_a_split_names_who_is_silent_now_but_not_who_ended_long_ago(self, database: Database, send: Send) -> None:
        for period, program in (("2024-01", "Ended"), ("2026-06", "Silent"), ("2026-10", "Running")):
            send([observation("participation_rate", period, 20, program=program)])
        found = {s.segment["program"]: s.pillars[0].reason for s in scores(database, "2026-10", by=("program",))}
        assert found == {"Running": "low_coverage", "Silent": "no_data"}

    def test_scores_where_a_dimension_has_a_value(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 20, unit="A", region=region) for region in ("EMEA", "APAC")])
        found = only(database, "2026-10", where={"unit": "A"}, by=())
        assert found.segment == {"unit": "A"}
        assert measure(found, "participation_rate").sample_size == 200

    def test_a_value_that_nobody_sent_is_refused_with_the_ones_there_are(self, database: Database, send: Send) -> None:
        send([observation("participation_rate", "2026-10", 20, unit="Sales")])
        with pytest.raises(InvalidError, match=r"There is no unit 'Slaes'\. There are: Sales\."):
            scores(database, "2026-10", where={"unit": "Slaes"})

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ({"by": ("floor_color",)}, "There is no dimension 'floor_color'"),
            ({"by": ("unit", "region"), "where": {"role": "Agent"}}, "two dimensions at most"),
            ({"by": ("unit",), "where": {"unit": "A"}}, "at once"),
        ],
    )
    def test_questions_that_are_refused(self, database: Database, asked: dict[str, Any], sentence: str) -> None:
        with pytest.raises(InvalidError, match=sentence):
            scores(database, "2026-10", **asked)


class TestSources:
    def test_two_sources_are_different_people_and_the_overlap_is_told(self, database: Database, send: Send) -> None:
        send(
            [
                observation("participation_rate", "2026-10", 20, sample_size=100, source="lms"),
                observation("participation_rate", "2026-10", 50, sample_size=200, source="lxp"),
            ]
        )
        found = measure(only(database, "2026-10"), "participation_rate")
        assert (found.value, found.sample_size) == (pytest.approx(40), 300)
        assert found.sources == ("lms", "lxp")
        assert "combined_sources" in found.flags

    def test_a_measure_may_name_the_source_it_trusts(self, database: Database, send: Send, clock: FixedClock) -> None:
        edit_measure(database, clock, "participation_rate", preferred_sources=("lxp", "lms"))
        send(
            [
                observation("participation_rate", "2026-10", 20, source="lms"),
                observation("participation_rate", "2026-10", 50, source="lxp"),
                observation("participation_rate", "2026-09", 30, source="lms"),
            ]
        )
        september, october = (measure(s, "participation_rate") for s in scores(database, "2026-09", "2026-10"))
        assert (september.value, october.value) == (30, 50)
        assert "combined_sources" not in october.flags
