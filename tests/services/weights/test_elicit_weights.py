"""Weights out of several people's answers: what stands beside the weights, and what is refused, by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lei.errors import InvalidError
from lei.services.weights.check_elicitation import ElicitationQuestion, PersonAnswers
from lei.services.weights.elicit_weights import elicit_weights
from weights.judgements import Judgement


def judged(*pairs: tuple[str, str, float], name: str | None = None) -> PersonAnswers:
    """A person who judged these pairs."""
    return PersonAnswers(name, judgements=tuple(Judgement(*pair) for pair in pairs))


def pairwise(*people: PersonAnswers, **options: Any) -> ElicitationQuestion:
    """A question by pairwise judgements."""
    return ElicitationQuestion("pairwise", people, **options)


def problems_of(question: ElicitationQuestion) -> list[tuple[str, str]]:
    """(field, code) of everything that is refused."""
    with pytest.raises(InvalidError) as caught:
        elicit_weights(question)
    assert str(caught.value).endswith(".")
    return [(problem.field, problem.code) for problem in caught.value.problems]


class TestPairwise:
    def test_one_consistent_person(self) -> None:
        found = elicit_weights(pairwise(judged(("a", "b", 2), ("b", "c", 3), ("a", "c", 6))))
        assert found.weights == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
        assert found.pairwise is not None
        assert found.pairwise.found.ratio == pytest.approx(0, abs=1e-12)
        assert found.pairwise.found.random_index.name == "saaty_1980"
        assert (found.pairwise.contradictions, found.pairwise.filled) == ((), ())
        assert [person.name for person in found.people] == ["person 1"]
        assert found.warnings == ("One person alone has no spread, and says nothing about others.",)

    def test_a_group_is_the_geometric_mean_with_each_persons_own_weights_beside_it(self) -> None:
        """2 and 8 make 4: 0.8 against 0.2. Alone they say 2/3 and 8/9."""
        found = elicit_weights(pairwise(judged(("a", "b", 2), name="Ann"), judged(("b", "a", 1 / 8), name="Bo")))
        assert found.weights == pytest.approx({"a": 0.8, "b": 0.2})
        assert [(p.name, (p.weights or {})["a"]) for p in found.people] == [
            ("Ann", pytest.approx(2 / 3)),
            ("Bo", pytest.approx(8 / 9)),
        ]
        assert found.opinion.concentration is not None

    def test_the_order_of_the_people_does_not_matter(self) -> None:
        people = [judged(("a", "b", 2), ("b", "c", k), ("a", "c", 3), name=str(k)) for k in (1, 4, 5)]
        found, turned = elicit_weights(pairwise(*people)), elicit_weights(pairwise(*people[::-1]))
        assert turned.weights == pytest.approx(dict(found.weights))
        assert turned.opinion.concentration == pytest.approx(found.opinion.concentration)

    def test_whoever_contradicts_himself_is_named_with_the_judgements_to_look_at(self) -> None:
        ring = judged(("a", "b", 3), ("b", "c", 3), ("c", "a", 3), name="Ann")
        calm = judged(("a", "b", 1), ("b", "c", 1), ("a", "c", 1), name="Bo")
        found = elicit_weights(pairwise(ring, calm))
        assert found.warnings[0].startswith("The group's judgements contradict each other: the consistency ratio is")
        assert found.warnings[1].startswith("The judgements of Ann contradict each other")
        assert "3 times as important" in found.warnings[1]
        assert not any("Bo" in warning for warning in found.warnings)

    def test_pairs_that_nobody_judged_are_filled_in_and_told(self) -> None:
        found = elicit_weights(pairwise(judged(("a", "b", 2), ("b", "c", 3))))
        assert found.weights == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
        assert found.pairwise is not None
        (filled,) = found.pairwise.filled
        assert (filled.one, filled.other, filled.times) == ("a", "c", pytest.approx(6))
        assert found.warnings[0].startswith("1 of 3 pairs were judged by nobody and are filled in")

    def test_a_person_whose_judgements_do_not_connect_counts_in_the_group(self) -> None:
        found = elicit_weights(pairwise(judged(("a", "b", 2), name="Ann"), judged(("b", "c", 3), name="Bo")))
        assert found.weights == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
        assert [person.weights for person in found.people] == [None, None]
        assert "Ann did not compare enough pairs" in str(found.people[0].note)
        assert (found.opinion.spread, found.opinion.concentration) == (None, None)
        assert any(warning.startswith("Nobody compared enough pairs") for warning in found.warnings)

    def test_judgements_beyond_the_scale_are_taken_and_told(self) -> None:
        found = elicit_weights(pairwise(judged(("a", "b", 20))))
        assert found.weights["a"] == pytest.approx(20 / 21)
        assert any("beyond 9 times" in warning for warning in found.warnings)

    def test_the_table_and_the_completion_can_be_chosen(self) -> None:
        """Bozoki, Fulop and Ronyai 2010 as published with AHPy: the missing c : d is 0.7303, the ratio 0.0372."""
        known = judged(("a", "b", 1), ("a", "c", 5), ("a", "d", 2), ("b", "c", 3), ("b", "d", 4))
        options = {"random_index": "donegan_dodd_1991", "completion": "least_eigenvalue"}
        found = elicit_weights(pairwise(known, **options)).pairwise
        assert found is not None
        assert (found.found.random_index.name, found.found.ratio) == ("donegan_dodd_1991", pytest.approx(0.0372, 1e-2))
        assert found.filled[0].times == pytest.approx(0.7303, abs=1e-4)
        usual = elicit_weights(pairwise(known)).pairwise
        assert usual is not None
        assert usual.filled[0].times != pytest.approx(0.7303, abs=1e-3)

    @pytest.mark.parametrize(
        ("question", "expected"),
        [
            (pairwise(judged(("a", "b", 2), ("c", "d", 2))), [("people.0.judgements", "invalid")]),
            (
                pairwise(judged(("a", "b", 2)), judged(("a", "b", 2)), keys=("a", "b", "c")),
                [("people.judgements", "invalid")],
            ),
            (pairwise(judged(("a", "b", 0))), [("people.0.judgements.0.times", "invalid")]),
            (
                pairwise(judged(("a", "b", 1)), judged(("a", "b", 2), ("b", "a", 2))),
                [("people.1.judgements.1", "invalid")],
            ),
            (pairwise(judged(("a", "b", 1)), keys=("a", "c")), [("people.0.judgements", "unknown_key")]),
            (pairwise(judged()), [("people.0.judgements", "required")]),
            (pairwise(judged(("a", "b", 1)), rule="centroid"), [("rule", "wrong_method")]),
            (pairwise(judged(*((str(k), str(k + 1), 1) for k in range(15)))), [("random_index", "invalid")]),
        ],
    )
    def test_what_makes_no_weights_is_refused_by_name(
        self, question: ElicitationQuestion, expected: list[tuple[str, str]]
    ) -> None:
        assert problems_of(question) == expected


class TestPointsAndRanks:
    def test_points_of_two_people(self) -> None:
        """60/40 and 8/12 of 20: 0.6 and 0.4, so 0.5 each, and a concentration of 12 (see the tests of opinions)."""
        people = (PersonAnswers("Ann", points={"a": 60, "b": 40}), PersonAnswers("Bo", points={"b": 12, "a": 8}))
        found = elicit_weights(ElicitationQuestion("points", people))
        assert found.weights == pytest.approx({"a": 0.5, "b": 0.5})
        assert found.opinion.concentration == pytest.approx(12)
        assert found.pairwise is None
        assert found.warnings == (
            "People lie furthest apart on 'a', from 40 % to 60 %: talk about it before the mean hides it.",
            "The spread comes from 2 people only: take it as an order of magnitude.",
        )

    @given(st.floats(0.01, 1000), st.permutations(["a", "b", "c"]))
    def test_neither_the_number_of_points_nor_the_order_of_keys_matters(self, factor: float, order: list[str]) -> None:
        points = {"a": 5.0, "b": 3.0, "c": 2.0}
        one = PersonAnswers(points={key: points[key] * factor for key in order})
        found = elicit_weights(ElicitationQuestion("points", (one,)))
        assert found.weights == pytest.approx({"a": 0.5, "b": 0.3, "c": 0.2})

    def test_weights_come_in_the_order_that_was_asked_for(self) -> None:
        one = PersonAnswers(points={"a": 1, "b": 2})
        assert list(elicit_weights(ElicitationQuestion("points", (one,), keys=("b", "a"))).weights) == ["b", "a"]

    def test_ranks_of_two_people_who_disagree(self) -> None:
        """Centroids of two: 0.75 and 0.25."""
        people = (PersonAnswers(ranks={"a": 1, "b": 2}), PersonAnswers(ranks={"a": 2, "b": 1}))
        found = elicit_weights(ElicitationQuestion("ranks", people))
        assert found.weights == pytest.approx({"a": 0.5, "b": 0.5})
        assert found.opinion.spread == pytest.approx({"a": 0.125**0.5, "b": 0.125**0.5})
        assert found.warnings[0].startswith("Ranks say an order and no distances")

    def test_the_rule_for_ranks_can_be_chosen(self) -> None:
        one = PersonAnswers(ranks={"a": 1, "b": 2, "c": 3})
        found = elicit_weights(ElicitationQuestion("ranks", (one,), rule="comparison"))
        assert found.weights == pytest.approx({"a": 5 / 9, "b": 3 / 9, "c": 1 / 9})

    @pytest.mark.parametrize(
        ("method", "people", "expected"),
        [
            ("points", [{"points": {"a": 1, "b": 0}}, {"points": {"a": 1}}], [("people.1.points.b", "required")]),
            ("points", [{"points": {"a": 0, "b": 0}}], [("people.0.points", "invalid")]),
            ("points", [{"points": {"a": 1, "b": -1}}], [("people.0.points.b", "invalid")]),
            ("points", [{"points": {"a": 1}}], [("keys", "too_few")]),
            ("points", [{"ranks": {"a": 1}}], [("people.0.ranks", "wrong_method"), ("people.0.points", "required")]),
            (
                "points",
                [{"name": "Ann", "points": {"a": 1, "b": 1}}, {"name": "Ann", "points": {"a": 1, "b": 1}}],
                [("people.1.name", "twice")],
            ),
            ("ranks", [{"ranks": {"a": 1, "b": 0}}], [("people.0.ranks.b", "invalid")]),
            ("ranks", [{"ranks": {}}], [("people.0.ranks", "required")]),
        ],
    )
    def test_what_makes_no_weights_is_refused_by_name(
        self, method: Any, people: list[dict[str, Any]], expected: list[tuple[str, str]]
    ) -> None:
        question = ElicitationQuestion(method, tuple(PersonAnswers(**person) for person in people))
        assert problems_of(question) == expected

    def test_a_key_named_twice_is_refused(self) -> None:
        question = ElicitationQuestion("points", (PersonAnswers(points={"a": 1, "b": 1}),), keys=("a", "b", "a"))
        assert problems_of(question) == [("keys", "twice")]

    def test_a_slip_of_the_pen_gets_a_hint(self) -> None:
        question = ElicitationQuestion("points", (PersonAnswers(points={"reach": 1, "detph": 1}),), ("reach", "depth"))
        with pytest.raises(InvalidError) as caught:
            elicit_weights(question)
        assert caught.value.problems[0].hint == "Did you mean 'depth'?"
