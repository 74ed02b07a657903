"""A published index of four levels through the engine: ASEM Sustainable Connectivity as COINr 1.1.14 computes it.

51 countries, 49 indicators, 8 pillars, 2 sub-indices, 1 index; min-max between the least and the greatest country,
equal weights and arithmetic means. Inputs and published scores: `reference/inputs/coinr_asem_hierarchy.json` and
`coinr_importance.json`, from COINr (MIT).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scoring.arrays import Floats
from scoring.composite import FINAL, evaluate
from scoring.normalise import Goalposts, normalise_columns
from scoring.tree import Tree

PILLARS = {
    "Physical": ("LPI", "Flights", "Ship", "Bord", "Elec", "Gas", "ConSpeed", "Cov4G"),
    "ConEcFin": ("Goods", "Services", "FDI", "PRemit", "ForPort"),
    "Political": ("Embs", "IGOs", "UNVote"),
    "Instit": ("CostImpEx", "Tariff", "TBTs", "TIRcon", "RTAs", "Visa"),
    "P2P": ("StMob", "Research", "Pat", "CultServ", "CultGood", "Tourist", "MigStock", "Lang"),
    "Environ": ("Renew", "PrimEner", "CO2", "MatCon", "Forest"),
    "Social": ("Poverty", "Palma", "TertGrad", "FreePress", "TolMin", "NGOs", "CPI", "FemLab", "WomParl"),
    "SusEcFin": ("PubDebt", "PrivDebt", "GDPGrow", "RDExp", "NEET"),
}
INDICATORS = tuple(key for keys in PILLARS.values() for key in keys)
LOWER_IS_BETTER = {
    *("CostImpEx", "Tariff", "TBTs", "PrimEner", "CO2", "MatCon", "Forest", "Poverty", "Palma"),
    *("FreePress", "TolMin", "PubDebt", "PrivDebt", "NEET"),
}


def asem_tree() -> Tree:
    """Indicators 0-48, pillars 49-56, connectivity 57 over five of them, sustainability 58 over three, the index 59."""
    pillar_of = [49 + number for number, keys in enumerate(PILLARS.values()) for _ in keys]
    parents = [*pillar_of, *[57] * 5, *[58] * 3, 59, 59]
    return Tree(len(INDICATORS), np.array(parents), np.ones(len(parents)), min_parts=2, min_part_weight=100)


def min_max(values: Floats, key: str) -> Goalposts:
    low, high = float(values.min()), float(values.max())
    return (
        Goalposts("lower_is_better", high, low) if key in LOWER_IS_BETTER else Goalposts("higher_is_better", low, high)
    )


def test_four_levels_give_the_published_scores_of_every_node(shared: Path) -> None:
    inputs, published = (
        json.loads((shared / f"reference/inputs/{name}.json").read_text("utf-8"))["inputs"]
        for name in ("coinr_asem_hierarchy", "coinr_importance")
    )
    table, expected = inputs["treated_values"], published["scores"]
    places = [table["columns"].index(key) for key in INDICATORS]
    values = np.array([[row[place] for place in places] for row in table["rows"]], dtype=np.float64)
    assert [row[0] for row in table["rows"]] == [row[0] for row in expected["rows"]]

    posts = [min_max(values[:, column], key) for column, key in enumerate(INDICATORS)]
    found = evaluate(normalise_columns(values, posts), asem_tree())
    assert expected["columns"][1:] == [*PILLARS, "Conn", "Sust", "Index"]
    nodes = np.column_stack([found.pillars, found.composite])
    assert nodes == pytest.approx(np.array([row[1:] for row in expected["rows"]]), abs=1e-9)
    assert (found.status == FINAL).all()
