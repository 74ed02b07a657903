"""Secrets of API keys: a slip of the pen is told from an unknown key without looking into the database."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from lei.services.access.key_secrets import is_well_formed, new_secret

SECRET = "lei_" + "A" * 43 + "ec2b81ba"  # the CRC-32 of all before it, as gzip writes it into its trailer
LETTERS = string.ascii_letters + string.digits + "_-"


def test_the_check_digits_are_the_crc_32_of_what_stands_before_them() -> None:
    assert is_well_formed(SECRET)


def test_secrets_are_well_formed_and_differ() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(is_well_formed(secret) for secret in made)


@given(st.integers(0, len(SECRET) - 1), st.sampled_from(LETTERS))
def test_no_single_letter_can_be_wrong(place: int, letter: str) -> None:
    wrong = SECRET[:place] + letter + SECRET[place + 1 :]
    assert is_well_formed(wrong) is (wrong == SECRET)


@given(st.integers(0, len(SECRET) - 2))
def test_neighbors_cannot_be_swapped_and_nothing_may_be_missing(place: int) -> None:
    swapped = SECRET[:place] + SECRET[place + 1] + SECRET[place] + SECRET[place + 2 :]
    assert is_well_formed(swapped) is (swapped == SECRET)
    assert not is_well_formed(SECRET[:place] + SECRET[place + 1 :])
    assert not is_well_formed(SECRET[:place] + "x" + SECRET[place:])
