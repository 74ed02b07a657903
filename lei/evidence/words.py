"""The sentence of a claim: the only place in which a sentence about a KPI is made.

A sentence has two clauses, both whole, from the tables of `lei.evidence.claim_templates`: what moved (`_move` chooses,
by what the effect is measured against), and what may be said of it (`_verdict`, by the grade and the chain). What may
not be said is in `lei.evidence.forbidden_words`; what stands beside the sentence is in `lei.evidence.claim_notes`.
"""

from __future__ import annotations

from lei.evidence.amounts import decimals_for, level_beside_size, share_in_percent, size
from lei.evidence.claim_templates import (
    EFFECT,
    EFFECT_ALONE,
    EFFECT_SHORT,
    EFFECT_SHORT_ALONE,
    FROM_TO,
    GROUPS,
    IN_ONE,
    IN_THE_DATA,
    INTERVAL,
    MOVES,
    PAGE_ONE,
    SENTENCE,
    VERDICTS,
    WITHOUT_A_MOVE,
    people_took_part,
)
from lei.evidence.claims import Claim
from lei.evidence.grade import Grade
from lei.evidence.methods import Basis
from lei.language import _
from lei.letters import first_upper
from lei.numbers import whole, with_decimals
from lei.periods import Period, month_name, period_label


def sentence(claim: Claim, *, with_interval: bool = False) -> str:
    """The claim as a sentence, no stronger than its grade and its chain permit.

    with_interval: both ends of the interval stand in brackets behind the effect; at E5 they always do.
    """
    parts = _parts(claim, with_interval=with_interval or claim.grade is Grade.E5)
    alone = _without_a_move(claim)
    if alone is not None:
        return alone.format_map(parts)
    return _(SENTENCE).format(move=_(MOVES[_move(claim)]).format_map(parts), verdict=_(VERDICTS[_verdict(claim)]))


def page_one_sentence(claim: Claim, decision: str = "") -> str:
    """The sentence on top of a scorecard: the claim, then what is asked for, such as `extend it to all sites`."""
    return with_request(sentence(claim), decision)


def with_request(told: str, decision: str) -> str:
    """What was told, then what is asked for; alone where nothing is."""
    return _(PAGE_ONE).format(claim=told, decision=decision.strip().rstrip(".")) if decision.strip() else told


def effect_with_interval(claim: Claim) -> str:
    """The number for a table: `−1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6`; empty below E2."""
    return _effect(claim, EFFECT, EFFECT_ALONE)


def short_effect(claim: Claim) -> str:
    """The same for a narrow table: `−1.3 per 100 tickets (−16%) [−2.1 to −0.6]`; empty below E2."""
    return _effect(claim, EFFECT_SHORT, EFFECT_SHORT_ALONE)


def _effect(claim: Claim, template: str, template_alone: str) -> str:
    if claim.grade < Grade.E2 or claim.effect is None:
        return ""
    parts = _parts(claim, with_interval=False)
    if claim.relative is None:
        return _(template_alone).format_map(parts)
    return _(template).format_map({**parts, "relative": _signed(share_in_percent(claim.relative), claim.relative)})


def _without_a_move(claim: Claim) -> str | None:
    """The template of the sentence that tells no movement; None where there is a clear one to tell."""
    if claim.grade is Grade.E1 and claim.people_reached:
        return people_took_part(claim.people_reached, unclear=claim.effect is not None and not claim.is_clear)
    key = {Grade.E0: "not_measured", Grade.E1: "kpi_without_activity"}.get(claim.grade, f"unclear_{claim.basis}")
    return None if claim.grade >= Grade.E2 and claim.is_clear else _(WITHOUT_A_MOVE[key])


def _move(claim: Claim) -> str:
    falls = (claim.effect or 0.0) < 0
    verb = "fell" if falls else "rose"
    if claim.grade is Grade.E5 and claim.path_is_shown and not claim.learning_is_unlikely:
        return f"random_{verb}"
    if claim.basis is Basis.TREND:
        return f"trend_{verb}" if claim.grade >= Grade.E3 else f"trend_{verb}_unsure"
    if claim.basis is Basis.BEFORE:
        return f"before_{verb}_levels" if _levels_tell_the_effect(claim) else f"before_{verb}"
    if _own_change(claim) * (claim.effect or 0.0) > 0:
        return f"comparison_{verb}_more"
    return f"comparison_{'rose' if falls else 'fell'}_less"


def _verdict(claim: Claim) -> str:
    facts = [] if claim.path_is_shown else ["no_path"]
    facts += ["unlikely"] if claim.learning_is_unlikely else []
    if facts:
        return "_".join([*facts, "adverse"] if claim.is_adverse else facts)
    at_random = [claim.grade.name] if claim.grade is Grade.E5 else []
    caused = ["caused"] if claim.caused_is_permitted else []
    return "_".join(["adverse", *at_random, *caused] if claim.is_adverse else [claim.grade.name, *caused])


def _own_change(claim: Claim) -> float:
    """How the trained group itself moved; as the effect points, where its levels are not known."""
    if claim.before is None or claim.after is None:
        return claim.effect or 0.0
    return claim.after - claim.before


def _levels_tell_the_effect(claim: Claim) -> bool:
    """Whether the difference of both levels is the effect, as written: else both beside each other would confuse."""
    if claim.before is None or claim.after is None:
        return False
    decimals = _decimals(claim)
    written = round(claim.after, decimals) - round(claim.before, decimals)
    return round(written, decimals) == round(claim.effect or 0.0, decimals)


def _parts(claim: Claim, *, with_interval: bool) -> dict[str, str]:
    """The parameters of every template, by name."""
    groups, alike = GROUPS[claim.units], claim.grade >= Grade.E4
    names = {
        "kpi": claim.kpi_name,
        "Kpi": first_upper(claim.kpi_name),
        "people": whole(claim.people_reached),
        "population": claim.population,
        "where": _(groups.where).format(population=claim.population),
        "others": _(groups.comparable if alike else groups.other),
        "at_others": _(groups.at_comparable if alike else groups.at_other),
        "window": window_label(claim.window),
    }
    if claim.effect is None or claim.ci_low is None or claim.ci_high is None:
        return names
    return {**names, **_number_parts(claim, (claim.effect, claim.ci_low, claim.ci_high), with_interval=with_interval)}


def _number_parts(claim: Claim, numbers: tuple[float, float, float], *, with_interval: bool) -> dict[str, str]:
    effect, *ends = numbers
    decimals = _decimals(claim)
    low, high = (with_decimals(end, decimals) for end in ends)
    sizes = [with_decimals(end, decimals) for end in sorted(abs(end) for end in ends)]
    shown = {name: level_beside_size(number, claim.unit, decimals) for name, number in _levels(claim).items()}
    return {
        "amount": size(abs(effect), claim.unit, decimals, (sizes[0], sizes[1]) if with_interval else None),
        "change": _signed(size(effect, claim.unit, decimals), round(effect, decimals)),
        "interval": _(INTERVAL).format(level=share_in_percent(claim.level), low=low, high=high),
        "low": low,
        "high": high,
        **shown,
    }


def _levels(claim: Claim) -> dict[str, float]:
    known = {"before": claim.before, "after": claim.after}
    return {name: number for name, number in known.items() if number is not None}


def _decimals(claim: Claim) -> int:
    return decimals_for(claim.effect or 0.0, claim.ci_low or 0.0, claim.ci_high or 0.0)


def _signed(text: str, number: float) -> str:
    return f"+{text}" if number > 0 else text


def window_label(window: tuple[Period, Period] | None) -> str:
    """The months of a claim: `in October 2026`, `from August to October 2026`."""
    if window is None:
        return _(IN_THE_DATA)
    first, last = window
    if first == last:
        return _(IN_ONE).format(period=period_label(first))
    start = month_name(first.start.month) if first.year == last.year else period_label(first)
    return _(FROM_TO).format(first=start, last=period_label(last))
