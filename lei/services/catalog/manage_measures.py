"""Adds and changes measures; every change is a new version, so that past scores can be reproduced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lei.catalog.curve import check_curve
from lei.catalog.measure import Kind, Measure, parse_measure
from lei.errors import ConflictError, InvalidError, NotFoundError, Problem, refuse_faults
from lei.services.words.near_words import suggestion
from lei.storage.ledger import raise_ledger
from lei.storage.measures import StoredMeasure, add_measures, change_measure, read_measures
from lei.storage.weight_profiles import profile_names, read_versions

_KEY = re.compile(r"[a-z][a-z0-9_]{1,99}", re.ASCII)


# What is the same of all business KPIs: each comes after learning, at the end of the chain, and is never scored.
_OF_KPIS: Mapping[str, Any] = {
    "pillar": "",
    "goalpost_basis": "none",
    "lead_lag": "lagging",
    "level": 4,
    "tdrp_type": "outcome",
    "chain_link": "business_kpi",
}


def list_measures(session: Session, kind: Kind = "measure") -> list[StoredMeasure]:
    """All measures, business KPIs or figures of rosters, in the order they were added."""
    return [stored for stored in read_measures(session).values() if stored.measure.kind == kind]


def find_measure(session: Session, key: str) -> StoredMeasure:
    """The measure or KPI of that key; raises NotFoundError when there is none."""
    return _find(read_measures(session), key)


def create_measure(session: Session, fields: Mapping[str, Any], changed_by: str, now: datetime) -> StoredMeasure:
    """Add a measure, which has no weight in any profile before a profile names it; or a business KPI.

    Raises InvalidError for a definition that makes no sense, ConflictError when the key is taken.
    """
    recorded_at = raise_ledger(session, now).recorded_at or now
    known = read_measures(session)
    key = str(fields["key"])
    if not _KEY.fullmatch(key):
        message = f"'{key}' is no key: small letters, digits and _, 2 to 100 of them, a letter first."
        raise InvalidError(message, [Problem("key", "invalid", message)])
    if key in known:
        raise ConflictError(f"There is already a measure '{key}'. Change it with PATCH, or choose another key.")
    measure = _checked({**_OF_KPIS, **fields} if fields.get("kind") == "kpi" else fields, known)
    add_measures(session, [measure], recorded_at, changed_by)
    return find_measure(session, key)


def change_fields(
    session: Session, key: str, changes: Mapping[str, Any], changed_by: str, now: datetime
) -> StoredMeasure:
    """Change some fields of a measure; the former definition stays readable by `as_of`. No change, no new version.

    Raises NotFoundError, InvalidError for a definition that makes no sense, ConflictError when a profile weighs it and
    it could be scored no more.
    """
    recorded_at = raise_ledger(session, now).recorded_at or now
    known = read_measures(session)
    stored = _find(known, key)
    before = stored.measure.as_dict()
    if changes.get("curve", before["curve"]) != "piecewise":
        before["knots"] = []
    measure = _checked({**before, **changes}, known)
    if measure == stored.measure:
        return stored
    if stored.measure.scorable and not measure.scorable:
        _refuse_when_weighed(session, measure)
    change_measure(session, stored, measure, recorded_at, changed_by)
    return find_measure(session, key)


def _find(known: Mapping[str, StoredMeasure], key: str) -> StoredMeasure:
    stored = known.get(key)
    if stored is None:
        raise NotFoundError(f"There is no measure '{key}'. {suggestion(key, known, '')}".rstrip())
    return stored


def _checked(fields: Mapping[str, Any], known: Mapping[str, StoredMeasure]) -> Measure:
    measure = parse_measure(fields)
    check_curve(measure)
    problems = _knots_without_use(measure)
    kpis = [key for key, stored in known.items() if stored.measure.kind == "kpi"]
    problems += [
        Problem("linked_kpis", "unknown_kpi", f"There is no KPI '{kpi}'. {suggestion(kpi, kpis, '')}".rstrip())
        for kpi in measure.linked_kpis
        if kpi not in kpis
    ]
    refuse_faults(problems)
    return measure


def _knots_without_use(measure: Measure) -> list[Problem]:
    # What is stored may be older than this rule, so it holds for what is sent alone.
    if measure.curve == "piecewise" or not measure.knots:
        return []
    message = "Only the curve 'piecewise' has knots; leave them out, or say that curve."
    return [Problem("knots", "not_allowed", message)]


def _refuse_when_weighed(session: Session, measure: Measure) -> None:
    for name in profile_names(session):
        for version in read_versions(session, name):
            if measure.key in version.definition["measures"].get(measure.pillar, {}):
                raise ConflictError(
                    f"'{measure.key}' has a weight in the profile '{name}', version {version.version}, so it needs "
                    "goalposts. To score without it, publish a profile that leaves it out."
                )
