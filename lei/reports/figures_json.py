"""Figures as JSON text, as they are stored and travel in a PDF, and back."""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec

from lei.errors import InvalidError


class Figures(Protocol):
    """Figures of any document; `schema` counts up when older ones can no longer be read."""

    @property
    def schema(self) -> int:
        """Which version of their fields these are."""


F = TypeVar("F", bound=Figures)


def figures_to_json(figures: Figures) -> str:
    """The figures as JSON text, always the same text for the same figures."""
    return msgspec.json.encode(figures).decode("utf-8")


def figures_from_json(text: str, kind: type[F], schema: int, of: str) -> F:
    """The figures that `figures_to_json` wrote, exactly; of: what they are figures of, such as `a scorecard`.

    Raises InvalidError when the text holds no figures of this kind and schema.
    """
    try:
        figures = msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as error:
        raise InvalidError(f"These are no figures of {of}: {error}.") from error
    if figures.schema != schema:
        raise InvalidError(f"These figures have schema {figures.schema}; this version of LEI reads schema {schema}.")
    return figures
