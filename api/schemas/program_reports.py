"""The shape of the figures of a program's report."""

from __future__ import annotations

import marshmallow as ma


class ProgramFiguresAnswer(ma.Schema):
    """The figures that the report on a program shows (lei.reports.program_figures)."""

    class Meta:
        """Fields are those of the figures' own schema version."""

        unknown = ma.INCLUDE

    schema = ma.fields.Integer(required=True)
