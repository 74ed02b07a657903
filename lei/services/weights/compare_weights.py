"""What differs between two versions of a weight profile, in an order and in words for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.measure import PILLARS, Measure
from lei.services.scores.profile_in_force import shares_of_definition
from lei.services.scores.score_profile import GOALPOST_FIELDS
from lei.services.weights.manage_weights import catalogue_measures, find_version
from lei.services.words.share_words import percents
from lei.storage.weight_profiles import ProfileVersion
from weights.compare import Difference, differences
from weights.rules import COMPOSITE

# Sections that are not listed here are told by their own names.
_LABELS = {
    "aggregation.pillars": "Mean of the pillars",
    "aggregation.measures": "Mean of the measures",
    "aggregation.floor": "What a lower score counts as in a geometric mean",
    "missing.min_coverage": "Smallest coverage of a pillar, in percent",
    "missing.min_pillars": "Fewest pillars of a provisional index",
    "missing.min_pillar_weight": "Least weight of these pillars, in percent",
    "missing.carry_forward_months": "Months that a stock is carried forward",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs: where it stands in a profile, before and after, and the same as a sentence.

    Weights are shares (0 to 1): of the composite for a pillar, of its pillar for a measure.
    """

    section: str
    field: str
    label: str
    before: Any
    after: Any
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and what differs: pillars, then measures, then means, thresholds and goalposts."""

    before: ProfileVersion
    after: ProfileVersion
    summary: str
    changes: tuple[Change, ...]


def compare_versions(session: Session, name: str, first: int, second: int, now: datetime) -> Comparison:
    """What differs between two versions of a profile, drafts too; raises NotFoundError when one is not there."""
    before, after = (find_version(session, name, number, now) for number in (first, second))
    measures = catalogue_measures(session)
    tables = _comparable(before.definition, after.definition, measures)
    found = [_change(one, measures) for one in _in_order(_counting(differences(*tables), tables), measures)]
    places = "one place" if len(found) == 1 else f"{len(found)} places"
    summary = f"Version {second} differs from version {first} in {places}."
    if not found:
        summary = f"Version {second} says the same as version {first}."
    return Comparison(before, after, summary, tuple(found))


def _comparable(
    before: Mapping[str, Any], after: Mapping[str, Any], measures: Sequence[Measure]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Both with shares, caps by what they say, and the catalogue's goalposts where only the other has its own."""
    own = {*before["goalposts"], *after["goalposts"]}
    of_catalogue = {
        measure.key: {name: measure.as_dict()[name] for name in GOALPOST_FIELDS}
        for measure in measures
        if measure.key in own
    }
    first, second = (
        shares_of_definition(
            {**table, "caps": _caps(table, measures), "goalposts": {**of_catalogue, **table["goalposts"]}}
        )
        for table in (before, after)
    )
    return first, second


def _caps(table: Mapping[str, Any], measures: Sequence[Measure]) -> dict[str, str]:
    names = {**{measure.key: measure.display_name for measure in measures}, **PILLARS, COMPOSITE: "the index"}
    rules = [(names[cap["on"]], cap["at_most"], names[cap["while"]], cap["below"]) for cap in table["caps"]]
    return {
        f"{on} at most {limit:g} while {gate} scores below {below:g}": "in force" for on, limit, gate, below in rules
    }


def _counting(found: Sequence[Difference], tables: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Without the measures of a pillar that has no weight on one side: the line of the pillar says it all."""
    idle = {pillar for pillar in PILLARS if any(not table["pillars"].get(pillar) for table in tables)}
    return [one for one in found if one.path[0] != "measures" or one.path[1] not in idle]


def _in_order(found: Sequence[Difference], measures: Sequence[Measure]) -> list[Difference]:
    words = [*PILLARS, *(measure.key for measure in measures), *GOALPOST_FIELDS]
    places = {word: place for place, word in enumerate(words)}
    sections = list(dict.fromkeys(["pillars", "measures", *(one.path[0] for one in found)]))
    return sorted(
        found, key=lambda one: (sections.index(one.path[0]), [places.get(word, len(words)) for word in one.path[1:]])
    )


def _change(one: Difference, measures: Sequence[Measure]) -> Change:
    section, label = one.path[0], _label(one.path, measures)
    before, after = _words(one)
    sentence = f"{label}: {before} -> {after}"
    return Change(section, ".".join(one.path[1:]), label, one.before, one.after, sentence)


def _label(path: tuple[str, ...], measures: Sequence[Measure]) -> str:
    names = {measure.key: measure.display_name for measure in measures}
    if path[0] == "pillars":
        return PILLARS.get(path[1], path[1])
    if path[0] == "measures":
        return f"{names.get(path[2], path[2])}, in {PILLARS.get(path[1], path[1])}"
    if path[0] == "goalposts":
        return f"{names.get(path[1], path[1])}, {_plain(path[2:])}"
    if path[0] == "caps":
        return f"Cap: {path[1]}"
    return _LABELS.get(".".join(path)) or _plain(path).capitalize()


def _plain(path: Sequence[str]) -> str:
    return " ".join(path).replace("_", " ")


def _words(one: Difference) -> tuple[str, ...]:
    if one.path[0] in ("pillars", "measures"):
        return percents(one.before, one.after)
    return tuple("none" if value in (None, []) else _said(value) for value in (one.before, one.after))


def _said(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.12g}"
    return value if isinstance(value, str) else json.dumps(value)
