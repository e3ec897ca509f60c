"""An example request of im-api-v2 as a row of a table, and how it is sent: as printed but for the signature."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import ANY

from ..integrator import Answer, Udesk
from . import given as givens
from . import talk
from .curls import Request

DONE = {"code": 1000}
THANKS = {"code": 1000, "message": "感谢您的评价"}
# 2000 with a text that names the field (`Row.named`).
MALFORMED = {"code": 2000, "message": ANY, "code_message": ANY}
NO_SESSION = talk.refusal(2062, "找不到会话或会话已关闭")


def missing(name: str) -> dict[str, Any]:
    """The refusal of a call without this parameter. Ruling 5."""
    return talk.refusal(2000, talk.MISSING + name)


@dataclass(frozen=True, slots=True)
class Row:
    """An example: what there is when it is sent, what is laid over it (with the reason), what comes back and why."""

    curl: str
    why: str
    body: Any
    given: Callable[[Udesk], Awaitable[None]] = givens.nothing
    # Printed text → text sent instead; every use says why in `why`.
    instead: tuple[tuple[str, str], ...] = ()
    # The method of the heading, where curl would send another.
    method: str = ""
    status: int = 200
    # What the answer's message and the journal's warnings have to say.
    named: str = ""
    warned: str = ""
    then: Callable[[Udesk], Awaitable[None]] = givens.nothing


def signed(udesk: Udesk, request: Request) -> str:
    """The query with a good signature in the printed places: v2 where a nonce is printed, SHA-1 without (contract §1.3), MD5 of the four (§1.5)."""
    values = {name: value for name, _, value in (pair.partition("=") for pair in request.query.split("&"))}
    printed = list(values)
    values |= {"email": udesk.email, "timestamp": udesk.timestamp}
    if request.path.endswith("/struct_messages"):
        names = ("im_sub_session_id", "customer_id", "agent_id", "timestamp")
        text = "&".join(f"{name}={values[name]}" for name in names) + f"&{udesk.secret}"
        values["sign"] = hashlib.md5(text.encode()).hexdigest()
    elif "nonce" in values:
        text = f"{udesk.email}&{udesk.token}&{udesk.timestamp}&{values['nonce']}&v2"
        values["sign"] = hashlib.sha256(text.encode()).hexdigest()
    else:
        values["sign"] = hashlib.sha1(f"{udesk.email}&{udesk.token}&{udesk.timestamp}".encode()).hexdigest()
    return "&".join(f"{name}={values[name]}" for name in printed)


async def sent(udesk: Udesk, request: Request, query: str) -> Answer:
    """Sends a request as it is."""
    headers = {"Content-Type": request.content_type} if request.content_type else {}
    body = request.body.encode() if request.body is not None else None
    return await udesk.send(request.method, f"/open_api_v1{request.path}", query, body=body, headers=headers)
