"""The example story as executives see it: the report on the program, and page 1 of the scorecard, June and October."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner

from lei.cli import cli
from lei.clock import FixedClock
from lei.reports.figures import from_json
from lei.storage.database import Database
from lei.storage.scorecards import read_scorecard
from tests.flow.conftest import Ask
from tests.flow.onboarding_story import DECISION, KEY, told_until_october, valued

CLAIM = (
    "Early errors fell 1.3 per 100 tickets more at the sites with the new onboarding than at comparable sites; the "
    "program probably contributed."
)


def told_with_decision(ask: Ask, clock: FixedClock) -> None:
    told_until_october(ask, clock)
    ask("POST", f"/programs/{KEY}/decisions", json=DECISION)
    valued(ask)


def scorecard(ask: Ask, database: Database, period: str) -> Any:
    kept = ask("POST", "/scorecards", json={"period": period})
    with database.reading() as session:
        stored = read_scorecard(session, kept["id"])
    assert stored is not None
    return from_json(stored.figures)


class TestTheReport:
    def test_in_october_it_claims_what_the_evidence_permits(self, ask: Ask, clock: FixedClock) -> None:
        told_with_decision(ask, clock)
        report = ask("GET", f"/programs/{KEY}/report?to=2026-10")
        assert report["headline"] == f"{CLAIM} We ask to extend it to the other three sites by January."
        kpi, chain = report["kpi"], report["chain"]
        assert (kpi["baseline_text"], kpi["now_text"], kpi["target_text"]) == ("8.4", "6.8", "7.0")
        assert kpi["caveat"] == "In the same window both groups also had: new reply tool."
        assert [link["status"] for link in chain["links"]] == ["evidenced"] * 5
        assert chain["links"][3]["change_text"] == "58% → 70%"  # 90-day readiness, the mean of August to October
        assert chain["links"][3]["period_text"] == "Aug to Oct 2026"
        series = report["evidence"]["series"]
        assert (series["labels"][series["start"]], series["labels"][series["counted_from"]]) == ("May 26", "Aug 26")
        # 720 errors a quarter x 22 x 0.80 x 4 beside a cost of 41,000: section 14.
        money = report["money"]
        assert (money["cost"], money["title"]) == (41_000, "Value of the difference to comparable groups")
        assert money["benefit"]["value"] == pytest.approx(50_688)
        assert "ROI +24% (−44% to +95%), paid back after 9.7 months" in money["text"]
        assert next(row["name"] for row in money["tornado"]) == "Change of the KPI"
        assert report["decisions"][0]["due_text"] == "30 November 2026"

    def test_in_june_it_says_from_when_on_the_kpi_can_show_it(self, ask: Ask, clock: FixedClock) -> None:
        told_with_decision(ask, clock)
        report = ask("GET", f"/programs/{KEY}/report?to=2026-06")
        assert report["chain"]["expected_text"] == "August 2026"
        assert report["headline"].startswith("Audience reach and skill uplift")
        assert "expected to show in early errors from August 2026" in report["headline"]
        assert (report["kpi"]["effect"], report["kpi"]["grade"]) == (None, "E1")
        assert report["evidence"]["effects"] == []

    def test_nothing_tells_of_the_team_with_four_hires(self, ask: Ask, clock: FixedClock) -> None:
        told_with_decision(ask, clock)
        assert "evening" not in json.dumps(ask("GET", f"/programs/{KEY}/report"))


def test_the_command_draws_it_with_its_figures(
    ask: Ask, clock: FixedClock, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_with_decision(ask, clock)
    monkeypatch.setenv("LEI_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("LEI_DATA_DIR", str(tmp_path))
    file = tmp_path / "report.pdf"
    done = CliRunner().invoke(cli, ["program", "report", KEY, "--to", "2026-10", "-o", str(file)])
    assert done.exit_code == 0, (done.output, done.exception)
    assert CLAIM in done.output
    document = pikepdf.open(io.BytesIO(file.read_bytes()))
    figures = json.loads(document.attachments["figures.json"].get_file().read_bytes())
    assert figures["kpi"]["claim"] == CLAIM


class TestTheScorecard:
    def test_in_october_the_kpi_stands_on_top_and_the_index_below(
        self, ask: Ask, clock: FixedClock, database: Database
    ) -> None:
        told_with_decision(ask, clock)
        figures = scorecard(ask, database, "2026-10")
        part = figures.programs
        assert part is not None
        assert figures.headline == f"{CLAIM} We ask to extend it to the other three sites by January."
        assert figures.index_text != figures.headline
        assert [program.key for program in part.on_page_one] == [KEY]
        assert part.spend_text == "Spent so far: EUR 41,000 of a budget of EUR 42,000 (98%)."
        assert part.value_text.startswith(
            "Adjusted benefit of 1 program at grade E2 or better, first year: EUR 50,688 (22,810 to 79,834), beside a "
            "full cost of EUR 41,000, 100% of the spend; paid back after 9.7 months"
        )
        assert (part.to_follow, part.not_working) == ((), ())
        assert [decision.owner for decision in part.decisions] == ["Maria Lopez"]

    def test_in_june_without_an_index_it_says_from_when_on_the_kpi_can_show_it(
        self, ask: Ask, clock: FixedClock, database: Database
    ) -> None:
        told_with_decision(ask, clock)
        figures = scorecard(ask, database, "2026-06")
        part = figures.programs
        assert part is not None
        (signal,) = part.to_follow
        assert (part.headline, figures.headline) == ("", signal)
        assert "too thin for an index" in figures.index_text
        assert signal.startswith("Support onboarding: ")
        assert signal.endswith("expected to show in early errors from August 2026.")

    def test_before_the_launch_there_is_no_program(self, ask: Ask, clock: FixedClock, database: Database) -> None:
        told_with_decision(ask, clock)
        assert scorecard(ask, database, "2026-04").programs is None

    def test_what_was_stopped_is_said_in_its_month_and_then_no_more(
        self, ask: Ask, clock: FixedClock, database: Database
    ) -> None:
        told_with_decision(ask, clock)
        ask("POST", f"/programs/{KEY}/close", json={})  # on 2 November
        part = scorecard(ask, database, "2026-11").programs
        assert part is not None
        assert "Stopped: Support onboarding, closed in November 2026." in part.not_working
