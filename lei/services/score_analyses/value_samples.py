"""How sure measured values are: by their sample sizes, where the definition says that they count these."""

from __future__ import annotations

import numpy as np

from lei.errors import InvalidError, Problem
from lei.services.score_analyses.score_snapshot import Snapshot
from scoring.value_draws import PERCENT, Sample

# Draws times units: with more an answer takes longer than anybody waits.
MOST_VALUE_DRAWS = 200_000
FEWEST_DRAWS, MOST_DRAWS, DEFAULT_DRAWS = 100, 20_000, 2_000


def sample_of(snapshot: Snapshot) -> Sample:
    """The values of the units with the people behind them.

    A value is a share of n people where the definition says that it is (`Measure.is_share_of_cases`) and the values
    bear it out; any other is taken as exact, since no spread is known. n is the most people of any one month: the same
    people come back, so those of several months do not add up.
    """
    values, sizes = snapshot.values, snapshot.people
    fits = ~((values < 0) | (values > PERCENT)).any(axis=0)
    shares = np.array([measure.is_share_of_cases for measure in snapshot.measures])
    sizes = np.where(sizes >= 1, sizes, np.nan)
    return Sample(values, sizes, np.full(values.shape, np.nan), shares & fits)


def refuse_too_many_draws(draws: int, units: int, most: int) -> None:
    """Raises InvalidError, with the number that would do, where draws times units are more than `most`."""
    if draws * units > most:
        text = (
            f"{draws:,} draws of {units} segments are too many; ask for {most // units:,} draws, or for fewer segments."
        )
        raise InvalidError(text, [Problem("draws", "too_many_draws", text)])
