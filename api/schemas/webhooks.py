"""The shape of webhooks in requests and answers."""

from __future__ import annotations

from typing import get_args

import marshmallow as ma

from api.schemas.fields import Text
from lei.services.access.manage_webhooks import LONGEST_NAME, LONGEST_URL
from lei.storage.webhooks import WebhookContent


class NewWebhook(ma.Schema):
    """A webhook that is to be made."""

    name = Text(LONGEST_NAME, blank=False, required=True, metadata={"description": "Schedules name it webhook:NAME."})
    url = Text(LONGEST_URL, blank=False, required=True, metadata={"description": "Begins with https://."})
    content = ma.fields.String(
        load_default="pdf",
        validate=ma.validate.OneOf(get_args(WebhookContent)),
        metadata={"description": "The PDF in base64, or a signed link to it that ends after two weeks."},
    )


class Webhook(ma.Schema):
    """A webhook; its secret is shown to nobody again. disabled_because: such as that the other side answered 410."""

    name = ma.fields.String()
    url = ma.fields.String()
    content = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    created_by = ma.fields.String()
    disabled_at = ma.fields.AwareDateTime(allow_none=True)
    disabled_because = ma.fields.String(allow_none=True)


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown this once: `whsec_` and base64, as Standard Webhooks writes it."""

    secret = ma.fields.String()


class WebhookList(ma.Schema):
    """One page of webhooks."""

    items = ma.fields.List(ma.fields.Nested(Webhook))
    next_cursor = ma.fields.String(allow_none=True)
