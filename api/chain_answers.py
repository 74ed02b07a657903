"""The chain of a program as plain data for answers."""

from __future__ import annotations

from typing import Any

from lei.evidence.chain import Signal
from lei.evidence.chain_words import LINK_NAMES, STATUS_NAMES
from lei.evidence.lag_correlation import LagSearch
from lei.services.chain.program_chain import KpiSignal, LinkView, Months, ProgramChain
from lei.services.chain.program_reading import Relation
from lei.storage.program_plans import LinkOwners


def plain_chain(chain: ProgramChain) -> dict[str, Any]:
    """All of a chain but the program's key."""
    progress = chain.progress
    return {
        "to": str(chain.month),
        "completeness": chain.completeness,
        "completeness_sentence": chain.completeness_line,
        "state": None if progress is None else progress.key,
        "state_sentence": chain.state_sentence,
        "first_honest_month": None if progress is None else str(progress.first_honest_month),
        "rules": list(chain.rules),
        "links": [plain_link(link) for link in chain.links],
        "kpi": None if chain.kpi_signal is None else _kpi(chain.kpi_signal),
    }


def plain_link(view: LinkView) -> dict[str, Any]:
    """One link with its signals and owners."""
    return {
        "link": view.link.value,
        "name": LINK_NAMES[view.link],
        "status": view.status.value,
        "status_words": STATUS_NAMES[view.status],
        "lines": list(view.lines),
        "owners": None if view.owners is None else _owners(view.owners),
        "signals": [_signal(signal) for signal in view.signals],
        "before": None if view.before is None else _window(view.before),
        "after": None if view.after is None else _window(view.after),
        "read_from": None if view.read_from is None else str(view.read_from),
        "usual_delay_months": [view.delay.least, view.delay.most],
    }


def plain_relation(relation: Relation) -> dict[str, Any]:
    """One relation, whatever came of it."""
    search = relation.found if isinstance(relation.found, LagSearch) else None
    best = None if search is None else search.best
    return {
        "link": relation.link.value,
        "measure": relation.measure,
        "kpi_key": relation.kpi_key,
        "sentence": relation.sentence,
        "lag_months": None if best is None else round(best.details["lag"]),
        "r": None if best is None else best.effect,
        "interval": None if best is None else interval((best.ci_low, best.ci_high)),
        "months": None if search is None else search.months,
        "not_reported": None if search is None else search.not_reported,
    }


def interval(ends: tuple[float, float] | None) -> dict[str, float] | None:
    """Both ends by name."""
    return None if ends is None else {"low": ends[0], "high": ends[1]}


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "measure": signal.measure,
        "name": signal.name,
        "unit": signal.unit,
        "status": signal.status.value,
        "before": signal.before,
        "after": signal.after,
        "change_in_points": signal.change,
        "interval_in_points": interval(signal.interval),
        "n": signal.n,
        "minimum": signal.minimum,
        "period": str(signal.period),
        "source": signal.source,
    }


def _kpi(signal: KpiSignal) -> dict[str, Any]:
    return {
        "measure": signal.measure,
        "name": signal.name,
        "unit": signal.unit,
        "before": signal.before,
        "after": signal.after,
        "effect": signal.effect,
        "interval": interval(signal.interval),
        "n": signal.n,
        "window": _window(signal.window),
        "source": signal.source,
    }


def _owners(owners: LinkOwners) -> dict[str, Any]:
    sides = (("business", owners.business), ("learning", owners.learning))
    return {side: {"name": owner.name, "email": owner.email} for side, owner in sides}


def _window(months: Months) -> dict[str, str]:
    return {"from": str(months[0]), "to": str(months[1])}
