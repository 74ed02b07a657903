"""The catalogue as a file: written out, and taken back as a whole; what differs becomes a new version."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.loader import DERIVED
from lei.catalog.loader import read_measures as parse_catalog
from lei.catalog.measure import FIELD_NAMES, Measure
from lei.errors import ConflictError, InvalidError, Problem
from lei.services.catalog.manage_measures import change_fields, create_measure, list_measures
from lei.services.scores.profile_in_force import DefaultWeights, default_weights
from lei.storage.measures import read_measures

COLUMNS = (*(name for name in FIELD_NAMES if name != "kind"), *DERIVED)
_OPTIONAL = {"curve", "knots", "owner", "preferred_sources", "unit_words", *DERIVED}


@dataclass(frozen=True, slots=True)
class CatalogChanges:
    """What a file changed: keys that are new, and the fields that changed by key."""

    added: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]


def catalog_as_csv(session: Session, now: datetime) -> str:
    """All measures with the columns of the catalogue file; the derived weights are those of the default profile."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    weights = default_weights(session, now)
    for stored in list_measures(session):
        writer.writerow(_row(stored.measure, weights))
    return out.getvalue()


def apply_catalog(session: Session, text: str, changed_by: str, now: datetime) -> CatalogChanges:
    """Add the measures that are new and change those that differ; what the file does not name stays.

    Raises InvalidError when any row makes no sense or the columns are others, ConflictError when a measure would move
    to another pillar: then nothing is changed.
    """
    _check_columns(text)
    measures = parse_catalog(text)
    known = read_measures(session)
    added: list[str] = []
    changed: dict[str, tuple[str, ...]] = {}
    for measure in measures:
        if measure.key not in known:
            create_measure(session, measure.as_dict(), changed_by, now)
            added.append(measure.key)
            continue
        before, after = known[measure.key].measure.as_dict(), measure.as_dict()
        if before["pillar"] != after["pillar"]:
            raise ConflictError(
                f"'{measure.key}' belongs to the pillar '{before['pillar']}' and cannot move to another."
            )
        differing = {name: after[name] for name in after if after[name] != before[name]}
        if differing:
            change_fields(session, measure.key, differing, changed_by, now)
            changed[measure.key] = tuple(differing)
    return CatalogChanges(tuple(added), changed)


def _row(measure: Measure, weights: DefaultWeights) -> dict[str, Any]:
    fields = measure.as_dict()
    del fields["kind"]
    plain = {name: _cell(value) for name, value in fields.items()}
    plain["knots"] = ";".join(f"{value:g}:{score:g}" for value, score in measure.knots)
    plain["pillar_weight"] = _cell(weights.of_pillar(measure.pillar))
    plain["effective_weight"] = _cell(weights.of_measure(measure.pillar, measure.key))
    return plain


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _check_columns(text: str) -> None:
    header = next(csv.reader(io.StringIO(text)), [])
    strange = [name for name in header if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in header and name not in _OPTIONAL]
    problems = [Problem(name, "unknown_column", f"There is no column '{name}'.") for name in strange]
    problems += [Problem(name, "missing_column", f"The column '{name}' is missing.") for name in missing]
    if problems:
        raise InvalidError(f"The file does not have the columns of the catalogue: {problems[0].message}", problems)
