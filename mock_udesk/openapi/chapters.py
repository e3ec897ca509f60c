"""The chapters of the interface, in order: what the calls and pushes of a document are grouped by."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..endpoint import CONTROL_PREFIX, UDESK_PREFIX, Endpoint, Push, Table

_PUSHES: Final[Mapping[str, str]] = {
    "receive_url": "What is POSTed to the receive URL (接收消息URL) of the app.",
    "h5_push_url": "What is POSTed to the H5 push URL of the app.",
}


def chapter(prefix: str, endpoint: Endpoint) -> str:
    """The chapter of a call: `open_api_v1/messages`, `_mock/sessions`. The emulated API's are its modules, for its sections are many."""
    name = _module(endpoint).rpartition(".")[2] if prefix == UDESK_PREFIX else endpoint.section
    return f"{prefix.lstrip('/')}/{name}"


def chapter_of_push(push: Push) -> str:
    """The chapter of a push: `pushes/receive_url`."""
    return f"pushes/{push.target}"


def chapters(udesk_api: Table, control_api: Table, pushes: Iterable[Push]) -> list[dict[str, Any]]:
    """All chapters as OpenAPI's tags, in the order of the tables; each is described by its modules' first sentences."""
    sentences: dict[str, dict[str, None]] = {}
    for prefix, table in ((UDESK_PREFIX, udesk_api), (CONTROL_PREFIX, control_api)):
        for endpoint in table:
            sentences.setdefault(chapter(prefix, endpoint), {})[_first_sentence(_module(endpoint))] = None
    for push in pushes:
        sentences.setdefault(chapter_of_push(push), {})[_PUSHES[push.target]] = None
    return [{"name": name, "description": " ".join(said)} for name, said in sentences.items()]


def _module(endpoint: Endpoint) -> str:
    return endpoint.call.__module__


def _first_sentence(module: str) -> str:
    return (sys.modules[module].__doc__ or "").split("\n\n")[0].replace("\n", " ")
