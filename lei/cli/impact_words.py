"""What a change touches that was published, in two lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lei.services.intake.batch_impact import Impact

_SHOWN = 6


def impact_words(impact: Impact) -> str:
    """Which published periods, scores and scorecards."""
    sent = sum(one.sent_at is not None for one in impact.scorecards)
    ids = ", ".join(str(one.id) for one in impact.scorecards[:_SHOWN])
    more = ", ..." if impact.scorecard_count > _SHOWN else ""
    listed = f" (ids {ids}{more})" if ids else ""
    periods = ", ".join(impact.periods[-_SHOWN:]) + (" and earlier" if len(impact.periods) > _SHOWN else "")
    return (
        f"This changes figures of published periods: {periods}; {impact.scores:,} scores.\n"
        f"Scorecards about them: {impact.scorecard_count:,}{listed}, of which {sent:,} were sent."
    )
