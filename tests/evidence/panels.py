"""Panels that tests of comparisons share: small tables that can be checked by hand, and simulated ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lei.evidence.panel_data import NEVER, Panel


def panel_of(
    rows: Mapping[str, Sequence[float]], starts: Mapping[str, int], cases: float | Mapping[str, float] = 100.0
) -> Panel:
    """A panel of units by name; who has no start is a comparison unit; each unit is a cluster of its own."""
    units = tuple(rows)
    values = np.array([rows[unit] for unit in units], dtype=float)
    per_unit = [cases[unit] if isinstance(cases, Mapping) else cases for unit in units]
    return Panel(
        units=units,
        values=values,
        cases=np.repeat(np.array(per_unit, dtype=float)[:, None], values.shape[1], axis=1),
        starts=np.array([starts.get(unit, NEVER) for unit in units]),
        clusters=units,
    )


def story(spread: float = 0.3) -> Panel:
    """The onboarding story of the specification, February to October: three sites with the program, three without.

    The sites of a group report equal cases; after the baseline they lie `spread` apart from each other, so that their
    mean is the figure of the story.
    """
    new = [8.4, 8.4, 8.4, 8.3, 8.1, 7.6, 7.1, 6.7, 6.5]
    old = [8.5, 8.5, 8.5, 8.5, 8.4, 8.4, 8.3, 8.2, 8.1]
    apart = np.array([0.0] * 3 + [spread] * 6)
    rows = {
        f"{group} {name}": np.array(series) + side * apart
        for group, series in (("new", new), ("old", old))
        for name, side in (("north", -1), ("mid", 0), ("south", 1))
    }
    return panel_of({unit: row.tolist() for unit, row in rows.items()}, {unit: 3 for unit in rows if "new" in unit})


def simulated(
    rng: np.random.Generator, *, units: int = 6, months: int = 12, effect: float = 0.0, drift: float = 0.0
) -> Panel:
    """Half of the units have the program from the middle on; levels, shocks that last (AR 0.6) and noise by unit."""
    half = units // 2
    values = 10 + rng.normal(0, 1, (units, 1)) + np.zeros((units, months))
    shock = rng.normal(0, 0.4, units)
    for month in range(months):
        shock = 0.6 * shock + rng.normal(0, 0.4, units)
        values[:, month] += shock + 0.1 * np.sin(month)
    values[:half] += drift * np.arange(months)
    values[:half, months // 2 :] += effect
    names = [f"unit {number:02d}" for number in range(units)]
    return panel_of(
        {name: row.tolist() for name, row in zip(names, values, strict=True)},
        dict.fromkeys(names[:half], months // 2),
    )
