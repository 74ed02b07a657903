"""Regressions over units and periods, with every coefficient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lei.evidence.estimate import Result, TooLittle
from lei.evidence.panel_regression import cross_section, first_differences, fixed_effects
from lei.evidence.records import Model, Records
from lei.evidence.regression_report import Regression
from lei.evidence.study_design import Arm
from lei.services.evidence.analyses.answer import Analysis, Cell, Facts
from lei.services.evidence.analyses.periods import span
from lei.services.evidence.analyses.rows import Rows

Options = Mapping[str, Any]
VALUE, TREATMENT = "value", "treatment"


def panel_regression(rows: Rows, options: Options) -> Analysis:
    """Fixed effects of units and periods, or first differences. Told is the effect with the shortest lag."""
    records, model = _records(rows), _model(rows, options)
    fit = fixed_effects if options["estimator"] == "fixed_effects" else first_differences
    return _told(fit(records, model), model, "panel_regression")


def regression_of_one_period(rows: Rows, options: Options) -> Analysis:
    """One cross-section with controls: it tells who differs, not what changed."""
    records, model = _records(rows), _model(rows, options)
    period = options["period"]
    return _told(
        cross_section(records, model, int(rows.periods().max()) if period is None else period), model, "cross_section"
    )


def _records(rows: Rows) -> Records:
    span(rows.periods())
    names, controls = rows.table("controls")
    columns = {VALUE: rows.numbers("value"), TREATMENT: rows.numbers("treatment")}
    columns |= {name: controls[:, place] for place, name in enumerate(names)}
    return Records(rows.texts("unit"), rows.periods(), columns)


def _model(rows: Rows, options: Options) -> Model:
    names, _ = rows.table("controls")
    logs = {VALUE} if options["log_value"] else set()
    return Model(
        VALUE,
        TREATMENT,
        names,
        tuple(options["lags"]),
        frozenset(logs | set(options["log_controls"])),
        robust=options["errors"] == "robust",
    )


def _told(found: Regression | TooLittle, model: Model, method: str) -> Analysis:
    if isinstance(found, TooLittle):
        return Analysis(results={method: found}, facts=Facts(treated=Arm(people=0)))
    results: dict[str, Result] = dict(zip(model.treatments, found.effects, strict=True))
    others: list[dict[str, Cell]] = [
        {
            "name": one.name,
            "value": one.value,
            "standard_error": one.standard_error,
            "ci_low": one.ci_low,
            "ci_high": one.ci_high,
            "p_value": one.p_value,
        }
        for one in found.others
    ]
    fit: list[dict[str, Cell]] = [{"rows": found.rows, "units": found.units, "r_squared": found.r_squared}]
    main = found.effects[0]
    facts = Facts(treated=Arm(people=main.units_treated), comparison=Arm(people=main.units_comparison), people=0)
    return Analysis(results=results, facts=facts, tables={"coefficients": others, "fit": fit})
