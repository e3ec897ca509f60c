"""The one place where an endpoint or a push is declared: route, models, place in the document, and all that is derived from them."""

from .declared import (
    AUTH_PARAMETERS,
    CONTROL_PREFIX,
    NAMED_AT_MOST,
    STRUCT_PARAMETERS,
    UDESK_PREFIX,
    Coverage,
    Endpoint,
    Limit,
    Page,
    Push,
    Signature,
    Source,
)
from .models import Absent, Ask, Blank, Integer, OptionalInteger, OptionalToken, Reply, Text, Token
from .table import Found, Missed, Table, plain_path
from .wrong import BadParameters, Problem, problems

__all__ = [
    "AUTH_PARAMETERS",
    "CONTROL_PREFIX",
    "NAMED_AT_MOST",
    "STRUCT_PARAMETERS",
    "UDESK_PREFIX",
    "Absent",
    "Ask",
    "BadParameters",
    "Blank",
    "Coverage",
    "Endpoint",
    "Found",
    "Integer",
    "Limit",
    "Missed",
    "OptionalInteger",
    "OptionalToken",
    "Page",
    "Problem",
    "Push",
    "Reply",
    "Signature",
    "Source",
    "Table",
    "Text",
    "Token",
    "plain_path",
    "problems",
]
