"""Finds the periods that readers know with another score than they have now, by how much, and why.

What readers know is what the last scorecard about the same segment showed them: its own period, and every earlier one
in its trend. So a change is told once, by the next scorecard, whichever period it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from lei.language import _, ngettext
from lei.numbers import joined, signed_tenths, whole
from lei.periods import Period, parse_period, period_label
from lei.reports.figures import Restated, from_json
from lei.services.scorecards.scorecard_request import ScorecardRequest
from lei.services.scores.difference_words import cause_words
from lei.services.scores.explain_difference import Difference, Question, View, explain_difference
from lei.storage.late_batches import LateBatch, late_batches
from lei.storage.scorecards import last_sent

_RESTATED = 0.5  # points from which a later difference is worth a note
_MOST_EXPLAINED = 4
_MOST_BATCHES = 3
_MOST_MEASURES = 3
_SHOWN_FROM = 0.05  # points; smaller ones would be shown as 0.0


def find_restatements(
    session: Session,
    request: ScorecardRequest,
    scores: Mapping[Period, float | None],
    measure_names: Mapping[str, str],
    min_group_size: int,
) -> tuple[Restated, ...]:
    """What the scorecard that is asked for must take back of the one before it, the newest period first.

    scores: of the periods in its trend, by the data of now; None where there is none.
    """
    period = request.period
    found = last_sent(session, str(period.grain), request.where, request.profile, str(period))
    if found is None:
        return ()
    before = from_json(found)
    shown = {parse_period(point.period): point.score for point in before.index.series}
    changed = [(at, shown[at], scores[at]) for at in sorted(shown, reverse=True) if at in scores]
    changed = [one for one in changed if _is_worth_telling(one[1], one[2])]
    why = {
        at: explain_difference(
            session,
            Question(View(as_of=before.made_at), View(), at, dict(request.where), request.profile),
            min_group_size,
        )
        for at, _, _ in changed[:_MOST_EXPLAINED]
    }
    return tuple(
        Restated(
            period=str(at),
            label=period_label(at),
            shown=was,
            now=now,
            text=_sentence(at, was, now),
            reasons=tuple(
                _reasons(why[at], measure_names, late_batches(session, before.made_at, at)) if at in why else ()
            ),
        )
        for at, was, now in changed
    )


def _is_worth_telling(before: float | None, now: float | None) -> bool:
    if before is None or now is None:
        return before is not now
    return abs(now - before) >= _RESTATED


def _sentence(period: Period, before: float | None, now: float | None) -> str:
    label = period_label(period)
    if before is None:
        return _("{period} was published without a score and is {now} with the data of now.").format(
            period=label, now=whole(now or 0.0)
        )
    if now is None:
        return _("{period} was published as {before} and has no score with the data of now.").format(
            period=label, before=whole(before)
        )
    return _("{period} was published as {before} and is {now} with the data of now ({change} points).").format(
        period=label, before=whole(before), now=whole(now), change=signed_tenths(now - before)
    )


def _reasons(why: Difference, names: Mapping[str, str], batches: Sequence[LateBatch]) -> Iterator[str]:
    """Where the difference comes from, which measures carry it, and who sent what changed."""
    if why.parts is not None:
        causes = cause_words(why.parts.by_cause())
        if causes:
            # For translators: {causes} is a list such as `+1.2 from weights, −0.3 from goalposts`.
            yield _("By cause, in points: {causes}.").format(causes=causes)
        largest = [c for c in why.parts.contributions if c.measure is not None and abs(c.points) >= _SHOWN_FROM]
        told = [f"{names.get(c.measure or '', c.measure)} {signed_tenths(c.points)}" for c in largest[:_MOST_MEASURES]]
        if told:
            # For translators: {changes} is a list of measures, each with its change.
            yield _("Largest changes, in points: {changes}.").format(changes=joined(told))
    for batch in batches[:_MOST_BATCHES]:
        yield _batch_words(batch)
    if len(batches) > _MOST_BATCHES:
        more = len(batches) - _MOST_BATCHES
        yield ngettext("And {count} more batch since then.", "And {count} more batches since then.", more).format(
            count=whole(more)
        )


def _batch_words(batch: LateBatch) -> str:
    day = f"{batch.recorded_at:%Y-%m-%d}"
    if batch.reverts is not None:
        return _("Batch {batch} of {day}, sent by {name}, took back batch {reverted}.").format(
            batch=batch.id, day=day, name=batch.sent_by, reverted=batch.reverts
        )
    late = ngettext("{count} value came late", "{count} values came late", batch.added)
    replaced = ngettext(
        "{count} value was corrected or retracted", "{count} values were corrected or retracted", batch.replaced
    )
    words = [
        text.format(count=whole(number)) for text, number in ((late, batch.added), (replaced, batch.replaced)) if number
    ]
    # For translators: a batch is a sending of data; {what} says what it changed, such as `3 values came late`.
    return _("Batch {batch} of {day}, sent by {name}, source {source}: {what}.").format(
        batch=batch.id, day=day, name=batch.sent_by, source=batch.source, what=joined(words)
    )
