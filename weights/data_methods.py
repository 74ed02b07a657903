"""The data-driven methods by name: what each rewards, and why that is no statement of importance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weights.data_driven import (
    critic_weights,
    deviation_weights,
    entropy_weights,
    gini_weights,
    principal_axis_weights,
)
from weights.data_removal import cilos_weights, idocriw_weights, merec_weights
from weights.tables import Floats


@dataclass(frozen=True, slots=True)
class DataMethod:
    """weigh: values [n, m], of which more is better, to weights [m]. rewards and warning are sentences for readers."""

    name: str
    weigh: Callable[[Floats], Floats]
    source: str
    rewards: str
    warning: str


_METHODS = (
    DataMethod(
        "entropy",
        entropy_weights,
        "Shannon 1948; Zeleny 1982",
        "It rewards what is spread unevenly over the cases, in proportion to its level.",
        "A score that all have reached gets next to no weight, however much depends on keeping it.",
    ),
    DataMethod(
        "deviation",
        deviation_weights,
        "Diakoulaki, Mavrotas and Papayannakis 1995, Computers & Operations Research 22, 763-770",
        "It rewards what differs most between the cases.",
        "Noise differs too: a measure of few people gets weight because it is unreliable.",
    ),
    DataMethod(
        "critic",
        critic_weights,
        "Diakoulaki, Mavrotas and Papayannakis 1995, Computers & Operations Research 22, 763-770",
        "It rewards what differs between the cases and moves unlike the rest.",
        "What goes against all others may be the one that is measured wrongly.",
    ),
    DataMethod(
        "principal_axis",
        principal_axis_weights,
        "OECD/JRC 2008, Handbook on Constructing Composite Indicators, section 6.1 (first component only)",
        "It rewards what moves together with the rest.",
        "Measuring one thing three times makes it the main direction; what stands alone gets next to no weight.",
    ),
    DataMethod(
        "gini",
        gini_weights,
        "Gini 1912",
        "It rewards what is spread unevenly over the cases, in proportion to its level.",
        "The unevenness may be meant: units with different tasks are not failing at each other's.",
    ),
    DataMethod(
        "merec",
        merec_weights,
        "Keshavarz-Ghorabaee et al. 2021, Symmetry 13, 525",
        "It rewards what changes the cases' overall standing most when it is left out.",
        "It works on ratios: one case near 0 makes its column the heaviest of all.",
    ),
    DataMethod(
        "cilos",
        cilos_weights,
        "Zavadskas and Podvezko 2016, Int. J. Information Technology & Decision Making 15",
        "It rewards what stays good where the others are at their best.",
        "It looks at the best case of each column alone, so that one outlier decides.",
    ),
    DataMethod(
        "idocriw",
        idocriw_weights,
        "Zavadskas and Podvezko 2016, Int. J. Information Technology & Decision Making 15",
        "It rewards what is spread unevenly and yet stays good where the others are at their best.",
        "It multiplies two descriptions of the data, and inherits the outliers of both.",
    ),
)
DATA_METHODS: Mapping[str, DataMethod] = {method.name: method for method in _METHODS}
ADVICE_ONLY = (
    "Data-driven weights describe how the scores differed in these cases. They do not know what matters to the "
    "organization, and they move whenever the data do: take them as a question about your weights, not as an answer."
)
