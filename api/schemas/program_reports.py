"""The shape of the figures of a program's report."""

from __future__ import annotations

import marshmallow as ma

from api.schemas.fields import language_field, page_size_field
from api.schemas.program_chain import ProgramMonth


class ReportQuery(ProgramMonth):
    """Until when data counts, and how the report is drawn."""

    language = language_field("That of the installation if left out.", load_default=None)
    page_size = page_size_field("That of the installation if left out.", load_default=None)


class ProgramFiguresAnswer(ma.Schema):
    """The figures that the report on a program shows (lei.reports.program_figures)."""

    class Meta:
        """Fields are those of the figures' own schema version."""

        unknown = ma.INCLUDE

    schema = ma.fields.Integer(required=True)
