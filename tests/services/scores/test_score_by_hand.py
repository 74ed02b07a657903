"""docs/by-hand.md: what the page prints follows from its own figures by plain arithmetic, and is what LEI answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from lei.catalog.loader import default_measures
from lei.periods import Grain, parse_period
from lei.services.scores.score import score
from lei.services.scores.score_report import Score, ScoreQuery
from lei.storage.database import Database

PAGE = (Path(__file__).parents[3] / "docs" / "by-hand.md").read_text(encoding="utf-8")
PILLAR = re.compile(r"^### (?P<key>\w+)\n(?P<text>.*?)(?=^##)", re.DOTALL | re.MULTILINE)
CELLS = ("value", "posts", "score", "weight", "part")
ROW = re.compile(r"^\| `(?P<key>\w+)`" + "".join(rf" \| (?P<{cell}>[^|]+)" for cell in CELLS) + r" \|$")
PRESENT = re.compile(
    r"^\| \*\*present\*\* \|.*\| \*\*(?P<weight>[\d.]+)\*\* \| \*\*(?P<sum>[\d.,]+)\*\* \|$", re.MULTILINE
)
REASONS = {"no data": "no_data", "hidden, small group": "small_group"}
PILLAR_WEIGHTS = {
    "access_engagement": 20,
    "performance_outcomes": 30,
    "capability_readiness": 25,
    "operational_efficiency": 15,
    "business_impact": 10,
}
MIN_GROUP = 5


@dataclass(frozen=True)
class Row:
    """A measure as the page prints it; value and score are None where it gives a reason instead."""

    key: str
    value: Decimal | None
    reason: str | None
    posts: tuple[Decimal, ...]
    score: Decimal | None
    weight: Decimal
    part: Decimal | None


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def rounded(exact: Decimal | float, digits: int) -> Decimal:
    """As one rounds by hand: a half goes up."""
    return Decimal(exact).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def rows_of(text: str) -> list[Row]:
    return [_row(match) for line in text.splitlines() if (match := ROW.match(line))]


def _row(match: re.Match[str]) -> Row:
    posts = tuple(number(post) for post in match["posts"].split(" / "))
    reason = REASONS.get(match["value"])
    value, points, part = (None if reason else number(match[name]) for name in ("value", "score", "part"))
    assert reason is None or match["score"] == match["part"] == "–"
    return Row(match["key"], value, reason, posts, points, number(match["weight"]), part)


SECTIONS = {match["key"]: match["text"] for match in PILLAR.finditer(PAGE)}
ROWS = {key: rows_of(text) for key, text in SECTIONS.items()}


def line(value: Decimal, nothing: Decimal, everything: Decimal) -> Decimal:
    return min(max(100 * (value - nothing) / (everything - nothing), Decimal(0)), Decimal(100))


def points_of(value: Decimal, posts: tuple[Decimal, ...]) -> Decimal:
    rising = line(value, posts[0], posts[1])
    return rising if len(posts) == 2 else min(rising, line(value, posts[3], posts[2]))


def pillar_scores() -> dict[str, Decimal]:
    """The pillars out of the scores that the page prints, those with enough of their weight."""
    found = {}
    for key, rows in ROWS.items():
        present = sum(row.weight for row in rows if row.score is not None)
        if present >= 60:
            found[key] = rounded(sum(row.weight * row.score for row in rows if row.score is not None) / present, 3)
    return found


def says(text: str, *parts: str) -> None:
    for part in parts:
        assert part in text, part


class TestThePageAlone:
    def test_it_has_all_pillars_and_all_scored_measures(self) -> None:
        assert list(ROWS) == list(PILLAR_WEIGHTS)
        assert [len(rows) for rows in ROWS.values()] == [8, 10, 11, 9, 11]
        assert all(sum(row.weight for row in rows) == 100 for rows in ROWS.values())

    @pytest.mark.parametrize("row", [row for rows in ROWS.values() for row in rows], ids=lambda row: row.key)
    def test_a_score_follows_from_value_and_goalposts(self, row: Row) -> None:
        if row.value is None or row.score is None:
            assert row.reason
            return
        assert row.score == rounded(points_of(row.value, row.posts), 3)
        assert row.part == row.score * row.weight

    @pytest.mark.parametrize("key", PILLAR_WEIGHTS)
    def test_a_pillar_follows_from_its_scores(self, key: str) -> None:
        (present,) = PRESENT.finditer(SECTIONS[key])
        there = [row for row in ROWS[key] if row.part is not None]
        assert number(present["weight"]) == sum(row.weight for row in there)
        assert number(present["sum"]) == sum(row.part for row in there if row.part is not None)
        if key == "operational_efficiency":
            says(SECTIONS[key], "Coverage 44 %, below the 60 %", f"would make {rounded(Decimal('3408.984') / 44, 3)}")
        else:
            quotient = f"{present['sum']} / {present['weight']} = **{pillar_scores()[key]}**"
            says(SECTIONS[key], f"{quotient}, coverage {present['weight']} %")

    def test_the_composite_follows_from_the_pillars(self) -> None:
        pillars = pillar_scores()
        terms = " + ".join(f"{PILLAR_WEIGHTS[key]} · {found}" for key, found in pillars.items())
        whole = sum(PILLAR_WEIGHTS[key] * found for key, found in pillars.items())
        says(PAGE, f"({terms}) / 85 = {whole:,} / 85 = **{rounded(whole / 85, 2)}**", "People see **59**")

    def test_the_examples_in_words(self) -> None:
        says(PAGE, f"= **{rounded(100 * (Decimal('106.208544') - 180) / (60 - 180), 3)}**", "= **61.493**")
        says(PAGE, "min(270.3,", f"= **{rounded(100 * (4000 - Decimal('2703.254709')) / (4000 - 1350), 3)}**")
        says(PAGE, f"that would have made {rounded(Decimal('5481.677') / 100, 3)}")
        share = Decimal(22) / 95 * 30 / 85
        says(PAGE, f"22 / 95 · 30 / 85 = **{rounded(100 * share, 2)} %**", "against 6.6 %")
        says(PAGE, f"{rounded(100 * share, 4)} % · 57.400 = **{rounded(share * Decimal('57.400'), 2)}**")
        coverage = Decimal(20 * 100 + 30 * 95 + 25 * 81 + 15 * 44 + 10 * 88) / 100
        says(PAGE, f"/ 100 = **{coverage} %**")


@pytest.fixture(scope="module")
def team_leads(demo: Database) -> Score:
    """What LEI answers for the team leads in October 2026, from the demo as it is filled in November."""
    october = parse_period("2026-10")
    with demo.reading() as session:
        query = ScoreQuery(Grain.MONTH, october, october, where={"role": "Team Lead"})
        (found,) = score(session, query, MIN_GROUP).scores
    return found


class TestLeiSaysTheSame:
    @pytest.mark.parametrize("key", PILLAR_WEIGHTS)
    def test_of_every_measure(self, team_leads: Score, key: str) -> None:
        catalogue = {measure.key: measure for measure in default_measures()}
        answered = {measure.key: measure for measure in team_leads.pillar(key).measures}
        assert list(answered) == [row.key for row in ROWS[key]]
        for row in ROWS[key]:
            found, measure = answered[row.key], catalogue[row.key]
            posts = (measure.goalpost_0, measure.goalpost_100, measure.goalpost_100_upper, measure.goalpost_0_upper)
            assert row.posts == tuple(Decimal(str(post)) for post in posts if post is not None)
            assert row.weight == rounded(100 * found.weight, 6)
            assert row.value == (None if found.value is None else rounded(found.value, 6))
            assert row.score == (None if found.score is None else rounded(found.score, 3))
            assert row.reason == found.reason

    @pytest.mark.parametrize("key", PILLAR_WEIGHTS)
    def test_of_every_pillar(self, team_leads: Score, key: str) -> None:
        found = team_leads.pillar(key)
        assert rounded(100 * found.weight, 6) == PILLAR_WEIGHTS[key]
        assert pillar_scores().get(key) == (None if found.score is None else rounded(found.score, 3))
        present = sum(row.weight for row in ROWS[key] if row.score is not None)
        assert rounded(found.coverage, 6) == present
        assert found.reason == ("low_coverage" if key == "operational_efficiency" else None)

    def test_of_the_composite(self, team_leads: Score) -> None:
        assert team_leads.composite is not None
        assert rounded(team_leads.composite, 2) == Decimal("58.69")
        assert rounded(team_leads.coverage, 6) == Decimal("84.15")
        assert (team_leads.status, team_leads.band) == ("provisional", "developing")
        assert team_leads.missing_pillars == ("operational_efficiency",)

    def test_of_what_one_measure_puts_in(self, team_leads: Score) -> None:
        measures = [measure for pillar in team_leads.pillars for measure in pillar.measures]
        (uplift,) = (measure for measure in measures if measure.key == "skill_uplift")
        assert rounded(100 * uplift.effective_weight, 2) == Decimal("8.17")
        assert rounded(uplift.contribution, 2) == Decimal("4.69")
        assert rounded(sum(measure.contribution for measure in measures), 2) == Decimal("58.69")
