"""What a table of regressors must be before a regression is computed: no column says what others say already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lei.errors import InvalidError
from lei.evidence.estimate import Floats

# A column of length 1 of which less than this is left beside the others says nothing of its own.
NOTHING_LEFT = 1e-9
# A record whose value only its own outcome decides has a leverage of 1, and no error.
WHOLE_LEVERAGE = 1 - 1e-9


def check_columns(design: Floats, names: Sequence[str]) -> None:
    """InvalidError that names the first column of `design` [N, K] that never varies or that others determine."""
    lengths = np.sqrt((design**2).sum(axis=0))
    columns = design / np.where(lengths > 0, lengths, 1.0)
    left = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    for name, length, own in zip(names, lengths, [*left, *[0.0] * (len(names) - len(left))], strict=True):
        if length == 0 or own < NOTHING_LEFT:
            raise InvalidError(f"{name} says nothing beside the other columns of the regression; leave it out.")


def check_leverage(design: Floats) -> None:
    """InvalidError where a column singles out one record of `design` [N, K], whose error cannot be seen then."""
    basis = np.linalg.qr(design)[0]
    if ((basis**2).sum(axis=1) > WHOLE_LEVERAGE).any():
        raise InvalidError("A covariate singles out one record; leave it out or join its categories.")
