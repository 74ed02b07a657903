"""A calendar rule in words, and what is wrong with one that means nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lei.errors import Problem
from lei.periods import month_name
from lei.services.schedules.calendar_days import LAST, WEEKDAYS
from lei.services.words.near_words import suggestion
from lei.storage.schedules import CalendarRule, SchedulePlan

MOST_BUSINESS_DAYS = 15
_LONGEST_MONTH = 31
_MONTHS_A_YEAR = 12
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_ORDINALS = {1: "first", 2: "second", 3: "third", -1: "last", -2: "last but one", -3: "last but two"}
_TEENS = (11, 12, 13)
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


def when_in_words(plan: SchedulePlan) -> str:
    """When a schedule runs, with its zone, and what days it leaves out."""
    when = f"by cron {plan.cron}" if plan.rule is None else rule_in_words(plan.rule)
    moved = ", moved to the next business day" if plan.on_working_day else ""
    without = f" (holidays: {plan.holidays})" if plan.holidays else ""
    return f"{when}, {plan.timezone}{moved}{without}"


def rule_in_words(rule: CalendarRule) -> str:
    """What a person would say: `at 07:00 on the last business day of every month`."""
    if rule.every == "week":
        return f"at {rule.at} every {(rule.weekday or '').capitalize()}"
    if rule.business_day is not None:
        day = f"the {_ordinal(rule.business_day)} business day"
    else:
        day = "the last day" if rule.day == LAST else f"day {rule.day}"
    return f"at {rule.at} on {day} of every {_span(rule)}"


def rule_problems(rule: CalendarRule) -> Iterator[Problem]:
    """Every field of the rule that is at fault."""
    if not TIME_OF_DAY.fullmatch(rule.at):
        yield Problem(
            "rule.at", "invalid", f"'{rule.at}' is no time of the day; write hours and minutes, such as 07:00."
        )
    if not 1 <= rule.year_starts_in <= _MONTHS_A_YEAR:
        yield Problem("rule.year_starts_in", "invalid", "A year starts in a month from 1 (January) to 12.")
    yield from _weekday_problems(rule) if rule.every == "week" else _day_problems(rule)


def _weekday_problems(rule: CalendarRule) -> Iterator[Problem]:
    if rule.day is not None or rule.business_day is not None:
        yield Problem("rule", "not_allowed", "A weekly rule has a `weekday` and no other day.")
    if rule.weekday not in WEEKDAYS:
        hint = suggestion((rule.weekday or "").lower(), WEEKDAYS, f"Write one of {', '.join(WEEKDAYS)}.")
        yield Problem("rule.weekday", "invalid", f"A weekly rule needs a weekday. {hint}", hint=hint)


def _day_problems(rule: CalendarRule) -> Iterator[Problem]:
    if rule.weekday is not None:
        yield Problem("rule.weekday", "not_allowed", f"A rule for every {rule.every} has no weekday.")
    if (rule.day is None) == (rule.business_day is None):
        yield Problem("rule", "one_of", "Name the day either by `day` or by `business_day`.")
    if rule.day is not None and rule.day != LAST and not 1 <= rule.day <= _LONGEST_MONTH:
        yield Problem("rule.day", "invalid", "A day is a number from 1 to 31, or -1 for the last one.")
    if rule.business_day is not None and not 1 <= abs(rule.business_day) <= MOST_BUSINESS_DAYS:
        most = MOST_BUSINESS_DAYS
        text = f"A business day is a number from 1 to {most}, or from -1 (the last one) to -{most}."
        yield Problem("rule.business_day", "invalid", text)


def _span(rule: CalendarRule) -> str:
    if rule.every == "month" or rule.year_starts_in == 1:
        return rule.every
    return f"{rule.every} (the year starts in {month_name(rule.year_starts_in)})"


def _ordinal(number: int) -> str:
    if number in _ORDINALS:
        return _ORDINALS[number]
    if number < 0:
        return f"{_ordinal(-number)} from last"
    suffix = "th" if number % 100 in _TEENS else _SUFFIXES.get(number % 10, "th")
    return f"{number}{suffix}"
