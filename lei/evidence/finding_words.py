"""Findings, requirements and reasons in words: one table of codes, and what a statistic would have needed.

A new code is one entry: its templates, from the one that tells most to the one that needs least. The first whose
parameters are all there is used; parameters are the `numbers` of the finding, `names` (listed), and for one name that
is counted, `found_counted` and the like. No word may be forbidden at any grade (`lei.evidence.forbidden_words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from types import MappingProxyType

from lei.evidence.amounts import Figure
from lei.evidence.estimate import Finding, TooLittle
from lei.evidence.finding_templates import COST_AND_CREDIT, COUNTED, NAMES, OF_GRADES, OF_STATISTICS
from lei.language import _, ngettext
from lei.numbers import joined

TEMPLATES: Mapping[str, tuple[str, ...]] = MappingProxyType({**OF_GRADES, **OF_STATISTICS, **COST_AND_CREDIT})


def finding_sentence(finding: Finding) -> str:
    """One finding, reason or requirement as a sentence.

    Raises LookupError for a code that the tables do not have: what a statistic found is never dropped in silence.
    """
    if finding.code not in TEMPLATES:
        raise LookupError(f"There are no words for '{finding.code}'; add them to lei/evidence/finding_templates.py.")
    parameters = _parameters(finding)
    for template in TEMPLATES[finding.code]:  # the names in braces are the same in every language
        if _names_in(template) <= parameters.keys():
            return _(template).format_map(parameters)
    raise LookupError(f"No template of '{finding.code}' can be filled from {joined(sorted(parameters))}.")


def finding_sentences(findings: Iterable[Finding]) -> tuple[str, ...]:
    """All findings as sentences, each once, in their order."""
    return tuple(dict.fromkeys(finding_sentence(finding) for finding in findings))


def too_little_sentence(lacking: TooLittle) -> str:
    """What a statistic needs and what there is: `Too little data: needs 3 months before; there are 2.`

    Raises LookupError for an amount that COUNTED has no words for.
    """
    needed = [_needed(name, number, lacking.needed) for name, number in lacking.needed.items()]
    found = [_alone(name, lacking.found[name]) for name in lacking.needed]
    name = next(iter(lacking.needed), "")
    # For translators: {needed}: "3 months before and 3 after"; {found}: "2 and 1".
    told = ngettext(
        "Too little data: needs {needed}; there is {found}.",
        "Too little data: needs {needed}; there are {found}.",
        _for_plural(lacking.found[name]) if len(found) == 1 else 2,
    )
    return told.format(needed=joined(needed), found=joined(found))


def counted_amount(name: str, number: float) -> str:
    """An amount with what is counted: `2 months before`. Raises LookupError for a name that has no words."""
    if name not in COUNTED:
        raise LookupError(f"There are no words for the amount '{name}'; add them to lei/evidence/finding_templates.py.")
    return COUNTED[name](_for_plural(number)).format(n=Figure(number))


def _needed(name: str, number: float, all_needed: Mapping[str, float]) -> str:
    """After `3 months before`, the other side is only `3 after`."""
    if name == "months_after" and "months_before" in all_needed:
        # For translators: stands in "3 months before and 3 after".
        return _("{n} after").format(n=Figure(number))
    return counted_amount(name, number)


def _alone(name: str, number: float) -> str:
    return f"{Figure(number):percent}" if name.startswith("share_") else f"{Figure(number)}"


def _for_plural(number: float) -> int:
    return int(number) if float(number).is_integer() else 2


def _parameters(finding: Finding) -> dict[str, object]:
    numbers = {name: Figure(number) for name, number in finding.numbers.items()}
    counted: dict[str, str] = {}
    if len(finding.names) == 1 and finding.names[0] in COUNTED:
        counted = {f"{key}_counted": counted_amount(finding.names[0], number) for key, number in numbers.items()}
    names = {"names": joined(_(NAMES.get(name, name)) for name in finding.names)} if finding.names else {}
    return {**numbers, **counted, **names}


def _names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}
