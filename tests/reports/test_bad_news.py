"""The bad news in words: where a group stands and how it moved, without a cause."""

from __future__ import annotations

from lei.reports import bad_news


def test_a_group_at_risk_says_how_it_moved_like_for_like() -> None:
    def text(change: float | None, *, material: bool) -> str:
        return bad_news.group_at_risk(
            "Program Sales Academy", 38.46, change, material=material, previous="September 2026"
        )

    start = "Program Sales Academy is at risk: it scores 38"
    assert text(3.8, material=True) == f"{start} (up 4 points like for like since September 2026)."
    assert text(-1.2, material=True) == f"{start} (down 1 point like for like since September 2026)."
    assert text(0.4, material=False) == f"{start} (steady since September 2026)."
    assert text(None, material=False) == f"{start}."


def test_a_group_that_fell_says_where_it_stands() -> None:
    assert bad_news.group_fallen("Unit Sales", 54.8, "developing", -2.9, "Q2 2026") == (
        "Unit Sales fell 3 points like for like since Q2 2026; it scores 55 (Developing)."
    )


def test_groups_without_a_line_are_counted() -> None:
    assert bad_news.groups_left_out(0) == ""
    assert bad_news.groups_left_out(1) == "1 more group is at risk or fell: see Units and programs."
    assert bad_news.groups_left_out(3).startswith("3 more groups are")


def test_a_pillar_at_risk_above_the_border_says_why() -> None:
    assert bad_news.at_risk("Impact", 38.8, 10.0) == "Impact is at risk: it scores 39 and carries 10% of the index."
    assert bad_news.at_risk("Impact", 40.6, 10.0, "Developing at 41.0").endswith("of the index (Developing at 41.0).")
