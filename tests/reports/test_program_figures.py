"""What is known of a program becomes figures: levels in their unit, statuses in words, money with its range."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from lei.errors import InvalidError
from lei.evidence.chain import ChainReading, LinkReading, Signal, read_link
from lei.evidence.costs import FullCost
from lei.evidence.estimate import Estimate
from lei.evidence.links import Link, LinkStatus
from lei.periods import parse_period
from lei.reports.attachments import programs_as_csv
from lei.reports.chain_figures import LinkContext, Standing, chain_figures
from lei.reports.evidence_figures import Looked, Months, evidence_figures
from lei.reports.kpi_figures import KpiPromise, kpi_figures
from lei.reports.money_figures import MoneyTold, money_figures
from lei.reports.program_figures import SCHEMA, RangeFigures, program_from_json, program_to_json
from lei.reports.programs_money import spend_text, value_text
from lei.reports.programs_part import ProgramMoney
from lei.reports.sample_program import sample_claim, sample_program
from lei.reports.sample_programs import sample_with_programs

OCTOBER = parse_period("2026-10")
AUGUST = parse_period("2026-08")


def signal(before: float, after: float, change: float, n: float) -> Signal:
    return Signal(
        measure="skill_uplift",
        name="skill uplift",
        before=before,
        after=after,
        unit="percent",
        change=change,
        n=n,
        minimum=30,
        period=OCTOBER,
        source="learning system",
    )


def chain_of(link: Link, reading: LinkReading) -> ChainReading:
    """A chain of which only one link is measured."""
    return ChainReading(tuple(reading if each is link else LinkReading(each, LinkStatus.MISSING) for each in Link))


class TestTheStory:
    def test_its_kpi_is_told_as_section_14_tells_it(self) -> None:
        kpi = sample_program().kpi
        assert kpi is not None
        assert (kpi.baseline_text, kpi.now_text, kpi.target_text) == ("8.4", "6.8", "7.0")
        assert (kpi.grade, kpi.grade_text) == ("E4", "E4 against a comparable group")
        assert kpi.effect_text == "−1.3 per 100 tickets (−16%), 95% interval −2.1 to −0.6"
        assert kpi.cases_text == "180 and 172"

    def test_its_money_is_that_of_section_14(self) -> None:
        # 1.33 points x 180 units a month x 12 x 22 x 0.8 = 50,561; the cost of 40,880 is paid back in 9.7 months.
        money = sample_program().money
        assert money.benefit is not None
        assert money.benefit.value == pytest.approx(1.33 * 180 * 12 * 22 * 0.8)
        assert money.benefit.low == pytest.approx(0.6 * 180 * 12 * 22 * 0.8)
        assert money.cost == 9_000 + 8_000 + 3_400 + 1_200 + 2_000 + 180 * 4 * 24
        assert "paid back after 9.7 months" in money.text
        assert sum(row.amount for row in money.costs) == money.cost

    def test_all_five_links_are_evidenced(self) -> None:
        chain = sample_program().chain
        assert [link.status for link in chain.links] == ["evidenced"] * 5
        assert (chain.completeness, chain.rules, chain.state) == (1.0, (), "on_path")
        assert chain.links[1].change_text == "46% → 67%"

    def test_it_comes_back_exactly(self) -> None:
        figures = sample_program()
        assert program_from_json(program_to_json(figures)) == figures

    @pytest.mark.parametrize("text", ["{}", "nonsense"])
    def test_what_is_no_figures_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidError, match="no figures of a program"):
            program_from_json(text)

    def test_another_schema_is_refused(self) -> None:
        other = json.dumps(json.loads(program_to_json(sample_program())) | {"schema": SCHEMA + 1})
        with pytest.raises(InvalidError, match=f"schema {SCHEMA + 1}"):
            program_from_json(other)


class TestLinks:
    def test_below_the_minimum_only_the_cases_are_told(self) -> None:
        reading = read_link(Link.CAPABILITY_GROWTH, [signal(34, 51, 20, 12)])
        found = chain_figures(chain_of(Link.CAPABILITY_GROWTH, reading), Standing(None, ""), None, {}).links[2]
        assert (found.status, found.status_text) == ("thin", "too little data")
        assert (found.change_text, found.cases_text) == ("", "12 of 30 needed")

    def test_missing_links_and_those_that_moved_the_wrong_way_are_named(self) -> None:
        reading = read_link(Link.CAPABILITY_GROWTH, [signal(51, 34, -20, 120)])
        found = chain_figures(chain_of(Link.CAPABILITY_GROWTH, reading), Standing(None, ""), None, {})
        assert found.links[0].signal == ""
        told = " ".join(found.rules)
        assert "Moved the wrong way: capability growth." in told
        assert "learning activity, behavior change, workforce readiness and business KPI" in told

    def test_the_months_and_owners_of_a_link_are_those_of_the_plan(self) -> None:
        reading = read_link(Link.CAPABILITY_GROWTH, [signal(34, 51, 20, 120)])
        around = {Link.CAPABILITY_GROWTH: LinkContext((AUGUST, OCTOBER), "Ana", "Ben")}
        found = chain_figures(chain_of(Link.CAPABILITY_GROWTH, reading), Standing(None, ""), None, around).links[2]
        assert (found.period_text, found.business_owner, found.learning_owner) == ("Aug to Oct 2026", "Ana", "Ben")


@pytest.mark.parametrize(
    ("levels", "texts"),
    [
        ((8.4, 6.77, 7.0), ("8.4", "6.8", "7.0")),
        ((71.0, 78.0, 80.0), ("71", "78", "80")),
        ((8.4, None, 7.0), ("8.4", "–", "7.0")),
        ((65.97, 65.99, 70.0), ("66", "66", "70")),
        ((0.312, 0.291, 0.25), ("0.31", "0.29", "0.25")),
        ((None, None, 7.0), ("–", "–", "7")),
    ],
)
def test_levels_are_as_precise_as_they_need_to_differ(
    levels: tuple[float | None, float | None, float], texts: tuple[str, str, str]
) -> None:
    baseline, now, target = levels
    found = kpi_figures(sample_claim(), KpiPromise("Early errors", "Ana", target, baseline, now))
    assert (found.baseline_text, found.now_text, found.target_text) == texts


class TestEvidence:
    MONTHS = Months(("Jan", "Feb", "Mar"), (1.0, None, 3.0), (None, None, None), start=1, counted_from=3)

    def test_a_group_without_any_month_is_left_out(self) -> None:
        kpi = sample_program().kpi
        assert kpi is not None
        series = evidence_figures(kpi, self.MONTHS, None, (), Looked()).series
        assert series is not None
        assert (series.comparison, series.low) == ((), ())
        assert (
            series.text == "Early errors from Jan to Mar: the line is the group with the program. No month counts yet."
        )

    def test_effects_are_written_with_the_decimals_of_the_claim(self) -> None:
        kpi = sample_program().kpi
        assert kpi is not None
        chosen = Estimate("difference_in_differences", -1.33, -2.1, -0.6, 0.4, 0.01, 180.0)
        other = Estimate("before_after", 1.6349, 1.2449, 2.04, 0.2, 0.01, 180.0)
        found = evidence_figures(kpi, None, chosen, (other,), Looked())
        assert [row.text for row in found.effects] == ["−1.3 [−2.1 to −0.6]", "+1.6 [1.2 to 2.0]"]
        assert [row.main for row in found.effects] == [True, False]

    def test_below_e2_no_effect_is_shown(self) -> None:
        kpi = sample_program().kpi
        assert kpi is not None
        chosen = Estimate("difference_in_differences", -1.33, -2.1, -0.6, 0.4, 0.01, 180.0)
        silent = replace(kpi, grade="E1", effect=None, ci_low=None, ci_high=None, effect_text="")
        assert evidence_figures(silent, None, chosen, (), Looked()).effects == ()


class TestMoneyOfOne:
    def test_without_a_value_the_cost_stands_alone(self) -> None:
        found = money_figures(MoneyTold(), FullCost("EUR", 1_000, participants=10, hours_each=2, hourly_rate=50), 4_000)
        assert (found.title, found.cost, found.benefit, found.grid) == ("Cost", 2_000, None, None)
        assert found.cost_text == "Spent: EUR 2,000 of a budget of EUR 4,000 (50%)."
        assert found.text == "No money is stated: there is no KPI to value."

    def test_without_a_cost_that_is_said(self) -> None:
        found = money_figures(MoneyTold(), None, None)
        assert (found.cost, found.costs) == (None, ())
        assert "nobody has said yet what the program costs" in found.cost_text


class TestMoneyOfAll:
    VALUED = ProgramMoney("EUR", 41_000, 50_000, RangeFigures(50_688, 22_960, 79_950), measured=True)
    COSTS = ProgramMoney("EUR", 59_000, 50_000, None, measured=False)
    SILENT = ProgramMoney("", None, None, None, measured=False)

    def test_spend_is_set_against_the_budget_and_silence_is_counted(self) -> None:
        found = spend_text([self.VALUED, self.COSTS, self.SILENT])
        assert found == "Spent so far: EUR 100,000 of a budget of EUR 100,000 (100%). 1 program states no cost."

    def test_without_every_budget_there_is_no_share(self) -> None:
        assert spend_text([self.VALUED, replace(self.COSTS, budget=None)]) == "Spent so far: EUR 100,000."

    def test_value_has_its_range_its_cost_its_share_of_the_spend_and_its_payback(self) -> None:
        # 41,000 / (50,688 / 12) = 9.7 months; 41,000 / (79,950 / 12) = 6.2; 41,000 / (22,960 / 12) = 21.4.
        assert value_text([self.VALUED, self.COSTS]) == (
            "Adjusted benefit of 1 program at grade E2 or better, first year: EUR 50,688 (22,960 to 79,950), beside a "
            "full cost of EUR 41,000, 41% of the spend; paid back after 9.7 months (6.2 to 21.4)."
        )

    def test_ends_are_added_and_estimates_are_called_so(self) -> None:
        lost = ProgramMoney("EUR", 59_000, None, RangeFigures(10_000, -30_000, 20_050), measured=False)
        found = value_text([self.VALUED, lost])
        assert found.startswith("Estimated value, adjusted, of 2 programs")
        assert "EUR 60,688 (−7,040 to 100,000)" in found
        assert found.endswith("paid back after 19.8 months (12.0 to never).")

    def test_currencies_are_never_added(self) -> None:
        other = replace(self.VALUED, currency="USD")
        assert "EUR 41,000 of a budget of EUR 50,000 (82%) and USD 41,000" in spend_text([self.VALUED, other])
        assert value_text([self.VALUED, other]).count("Adjusted benefit of 1 program") == 2

    def test_nothing_is_made_up(self) -> None:
        assert spend_text([self.SILENT]) == "Nobody has stated yet what the programs cost."
        assert value_text([self.COSTS]).startswith("No value is stated")


def test_programs_travel_as_a_table() -> None:
    part = sample_with_programs().programs
    assert part is not None
    rows = list(csv.DictReader(io.StringIO(programs_as_csv(part))))
    assert [row["program"] for row in rows] == [program.key for program in part.programs]
    first, second = rows[0], rows[1]
    assert (first["kpi"], float(first["effect"]), float(first["target"])) == ("kpi_early_error_rate", -1.33, 7.0)
    assert (first["behavior_change"], second["workforce_readiness"]) == ("evidenced", "missing")
    assert (second["benefit"], second["currency"]) == ("", "EUR")


def test_a_program_without_a_kpi_keeps_its_columns() -> None:
    part = sample_with_programs().programs
    assert part is not None
    silent = replace(part, programs=(replace(part.programs[0], kpi=None, name="=1+1"),))
    (row,) = csv.DictReader(io.StringIO(programs_as_csv(silent)))
    assert (row["kpi"], row["claim"], row["business_kpi"], row["name"]) == ("", "", "evidenced", "'=1+1")
