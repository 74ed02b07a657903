"""Why a score shows another band than its own (a border passed by 1.0, or twice in a row)."""

from __future__ import annotations

import pytest

from lei.reports.band_notes import index_note, pillars_note, short_note, tiny_note

RULE = "On track once 60 is passed by a full point"


@pytest.mark.parametrize(
    ("score", "band", "note"),
    [
        (60.1, "on_track", ""),
        (59.4, "developing", ""),
        (None, None, ""),
        (60.7, "developing", f"{RULE} (now 60.7), or for two months"),
        # Shown as 60, and a reader looks for the band of 60.
        (59.8, "developing", f"{RULE} (now 59.8), or for two months"),
        # 61.0 would look as if the point was full.
        (60.96, "developing", f"{RULE} (now 60.9), or for two months"),
        (59.2, "on_track", "Developing once 60 is passed by a full point (now 59.2), or for two months"),
        (59.04, "on_track", "Developing once 60 is passed by a full point (now 59.1), or for two months"),
    ],
)
def test_the_note_stands_only_where_the_shown_score_lies_in_another_band(
    score: float | None, band: str | None, note: str
) -> None:
    assert short_note(score, band, "month") == note


def test_the_note_of_a_cell_names_the_line_and_the_tenth() -> None:
    assert tiny_note(60.7, "developing") == "On track at 61.0, now 60.7"
    assert tiny_note(59.2, "on_track") == "Developing at 59.0, now 59.2"
    assert tiny_note(61.0, "on_track") == tiny_note(None, None) == ""


def test_sentences_for_the_index_and_the_pillars() -> None:
    assert index_note(60.7, "developing", "quarter") == f"Still Developing: {RULE} (now 60.7), or for two quarters."
    assert index_note(62.0, "on_track", "quarter") == index_note(None, None, "month") == ""
    pillars = [("Access", 60.7, "developing"), ("Outcomes", 66.0, "on_track"), ("Impact", None, None)]
    assert pillars_note(pillars, "month") == f"Access: {RULE} (now 60.7), or for two months."
    assert pillars_note(pillars[1:], "month") == ""
