"""The OpenAPI document of the tables as they are, made once."""

from functools import cache
from typing import Any

from mock_udesk.control_api.table import CONTROL_API
from mock_udesk.control_api.wire import document_of
from mock_udesk.udesk_api import UDESK_API


@cache
def document() -> dict[str, Any]:
    """What GET /_mock/openapi.json answers, but for the server."""
    return document_of(UDESK_API, CONTROL_API)
