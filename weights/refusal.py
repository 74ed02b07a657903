"""The one way in which judgements and data are refused: an error that names the field and says a sentence."""

from __future__ import annotations

from typing import NoReturn

from weights.profile import WeightsError


def refuse(field: str, sentence: str) -> NoReturn:
    """Raise WeightsError for one field."""
    raise WeightsError([(field, sentence)])
