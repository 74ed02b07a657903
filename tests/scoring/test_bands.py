"""Bands, the rule against flicker, and what counts as a change."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bands import BANDS, band, is_material, settled_bands
from scoring.errors import ScoringError

NAN = math.nan


@pytest.mark.parametrize(
    ("score", "key"),
    [
        (0, "at_risk"), (39.999, "at_risk"), (40, "developing"), (59.999, "developing"), (60, "on_track"),
        (74.999, "on_track"), (75, "strong"), (89.999, "strong"), (90, "leading"), (100, "leading"),
    ],
)  # fmt: skip
def test_bands_include_their_lower_bound(score: float, key: str) -> None:
    assert band(score) == key


def test_the_bands_cover_the_scale_from_0() -> None:
    assert [each.lower for each in BANDS] == [0, 40, 60, 75, 90]


def test_the_band_is_decided_on_the_unrounded_score() -> None:
    assert band(math.nextafter(60.0, 0.0)) == "developing"


def test_no_score_no_band() -> None:
    assert band(NAN) is None


@pytest.mark.parametrize("wrong", [-0.01, 100.01, math.inf])
def test_a_score_outside_the_scale_is_refused(wrong: float) -> None:
    with pytest.raises(ScoringError, match="between 0 and 100"):
        band(wrong)
    with pytest.raises(ScoringError, match="between 0 and 100"):
        settled_bands([wrong])


def test_the_story_october_passes_the_border_by_less_than_a_point_for_the_first_time() -> None:
    """May to October 2026 of the worked story: 60.1 after 58.9 stays `developing`; another such month would not."""
    story = [48.2, 50.4, 53.6, 56.6, 58.9, 60.1]
    assert settled_bands(story) == ["developing"] * 6
    assert settled_bands([*story, 60.2])[-1] == "on_track"


@pytest.mark.parametrize(
    ("scores", "shown"),
    [
        ([60.1], ["on_track"]),
        ([58.9, 61.0], ["developing", "on_track"]),
        ([39.0, 40.5], ["at_risk", "at_risk"]),
        ([61.0, 59.0], ["on_track", "developing"]),
        ([61.0, 59.1], ["on_track", "on_track"]),
        ([61.0, 59.5, 59.9], ["on_track", "on_track", "developing"]),
        ([61.0, 59.5, 60.0, 59.5], ["on_track", "on_track", "on_track", "on_track"]),
        ([55.0, 75.3, 75.3], ["developing", "on_track", "strong"]),
        ([80.0, 39.5, 39.5], ["strong", "developing", "at_risk"]),
        ([20.0, 95.0], ["at_risk", "leading"]),
        ([95.0, 20.0], ["leading", "at_risk"]),
        ([58.0, 60.5, NAN, 60.5, 60.5], ["developing", "developing", None, "developing", "on_track"]),
        ([NAN, 60.5], [None, "on_track"]),
        ([61.0, NAN, 59.5], ["on_track", None, "on_track"]),
        ([], []),
    ],
)
def test_a_band_changes_by_a_clear_point_or_by_two_periods_in_a_row(
    scores: list[float], shown: list[str | None]
) -> None:
    assert settled_bands(scores) == shown


@given(st.lists(st.floats(0, 100), min_size=2, max_size=30))
def test_the_band_shown_is_never_a_point_away_from_the_score(scores: list[float]) -> None:
    keys = [each.key for each in BANDS]
    for score, shown in zip(scores, settled_bands(scores), strict=True):
        index = keys.index(str(shown))
        upper = BANDS[index + 1].lower if index + 1 < len(BANDS) else 101.0
        assert BANDS[index].lower - 1 < score < upper + 1


@given(st.floats(0, 100), st.integers(2, 6))
def test_a_steady_score_ends_in_its_own_band(score: float, times: int) -> None:
    assert settled_bands([50.0, *[score] * times])[-1] == band(score)


@pytest.mark.parametrize(
    ("change", "level", "material"),
    [(1.0, "composite", True), (-1.0, "composite", True), (0.99, "composite", False), (61.1 - 60.1, "composite", True),
     (1.99, "pillar", False), (-2.0, "pillar", True), (NAN, "composite", False)],
)  # fmt: skip
def test_small_changes_are_not_reported(change: float, level: str, material: bool) -> None:
    assert is_material(change, level) is material  # type: ignore[arg-type]  # a parameter cannot be a Literal


def test_changes_are_material_at_two_levels_only() -> None:
    with pytest.raises(ScoringError, match="composite, pillar"):
        is_material(1.0, "measure")  # type: ignore[arg-type]  # wrong on purpose
