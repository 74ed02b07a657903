"""`/limits`: all limits that requests are held to, in one place."""

from __future__ import annotations

from typing import Any

from api.endpoint import Call, endpoint
from api.json_body import LARGEST_JSON_BODY
from api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from api.rate_limit import WINDOW
from api.resources.analyses import LARGEST_BODY
from api.schemas.limits import Limits
from api.schemas.observations import LARGEST_PAGE
from lei.errors import LISTED_PROBLEMS
from lei.services.intake import intake_bodies, parquet_body, parquet_decoder, rejected_rows
from lei.services.intake.observation_rows import LARGEST_SAMPLE, LARGEST_VALUE, MONTHS_AHEAD
from lei.services.words.names import LONGEST_NAME
from lei.storage import idempotency
from lei.storage.rejected_rows import KEPT_FOR


@endpoint("GET", "/limits", scope=None, answers={200: Limits()})
def show(call: Call) -> dict[str, Any]:
    """Show all limits: sizes of bodies, rows, pages, requests a minute, and how long things are kept.

    Errors by a limit name it too.
    """
    settings = call.context.settings
    return {
        "bodies": {
            "observations_sent": intake_bodies.LARGEST_SENT,
            "observations_unpacked": intake_bodies.LARGEST_UNPACKED,
            "observations_json": intake_bodies.LARGEST_JSON,
            "observations_line": intake_bodies.LONGEST_LINE,
            "analyses": LARGEST_BODY,
            "other": LARGEST_JSON_BODY,
        },
        "parquet": {
            "block_rows": parquet_decoder.ROWS_A_BLOCK,
            "block_bytes": parquet_body.MOST_MEMORY,
            "seconds": parquet_decoder.MOST_SECONDS,
        },
        "observations": {
            "name_characters": LONGEST_NAME,
            "largest_value": LARGEST_VALUE,
            "largest_sample_size": LARGEST_SAMPLE,
            "months_ahead": MONTHS_AHEAD,
            "dimension_values": settings.most_dimension_values,
            "personal_values": settings.personal_values,
            "errors_listed": LISTED_PROBLEMS,
        },
        "pages": {"default": DEFAULT_LIMIT, "largest": LARGEST_LIMIT, "largest_observations": LARGEST_PAGE},
        "rate": {"requests": settings.rate_limit, "window_seconds": int(WINDOW.total_seconds())},
        "retention": {
            "idempotency_key_days": idempotency.KEPT_FOR.days,
            "rejected_rows_days": KEPT_FOR.days,
            "rejected_rows": rejected_rows.MOST_ROWS_KEPT,
            "rejected_bytes": rejected_rows.MOST_BYTES_KEPT,
        },
    }
