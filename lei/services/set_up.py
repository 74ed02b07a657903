"""Makes a database ready for use: tables, the default catalogue and the weight presets. Safe to repeat."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from lei.catalog.loader import default_kpis, default_measures, roster_measures
from lei.catalog.measure import Measure
from lei.storage import schema
from lei.storage.database import Database
from lei.storage.measures import add_measures, read_measures
from lei.storage.weight_profiles import ProfileVersion, add_profile, add_version, profile_names
from weights.presets.load import PRESETS, load_preset

SET_UP_BY = "LEI"
# What comes with LEI holds for all of history, also for what was recorded before it was installed and sent later.
FROM_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def set_up_database(database: Database, now: datetime) -> None:
    """Bring the schema up to date and, where they are missing, load catalogue and presets."""
    schema.upgrade(database)
    with database.writing() as session:
        load_defaults(session, now)


def load_defaults(session: Session, now: datetime) -> None:
    """Load the default measures, KPIs, figures of rosters and presets that the database does not have yet."""
    known = read_measures(session)
    defaults = (*default_measures(), *default_kpis(), *roster_measures())
    new = [measure for measure in defaults if measure.key not in known]
    add_measures(session, new, FROM_THE_BEGINNING, SET_UP_BY)
    have = set(profile_names(session))
    for name in PRESETS:
        if name not in have:
            _add_preset(session, name, now)


def _add_preset(session: Session, name: str, now: datetime) -> None:
    profile = load_preset(name, weights_by_pillar(default_measures()))
    add_profile(session, name, now)
    add_version(
        session,
        ProfileVersion(
            name=name,
            version=1,
            status="published",
            definition=profile.as_dict(),
            weights_source=name,
            note="Comes with LEI.",
            created_at=now,
            created_by=SET_UP_BY,
            effective_from=None,
            published_at=FROM_THE_BEGINNING,
        ),
    )


def weights_by_pillar(measures: tuple[Measure, ...]) -> dict[str, dict[str, float]]:
    """The catalogue's own weights of scored measures: weight by key, by pillar."""
    weights: dict[str, dict[str, float]] = {}
    for measure in measures:
        if measure.scorable:
            weights.setdefault(measure.pillar, {})[measure.key] = measure.weight_in_pillar
    return weights
