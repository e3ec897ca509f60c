"""The interface as a page, and as a text for language models."""

from ..endpoint import Content, Table
from .operator import Nothing, OperatorCall
from .wire import described

TABLE = Table()
_SECTION = "wire"


@TABLE.add("GET", "/docs", section=_SECTION, source="assumed", media=("text/html",))
def docs(call: OperatorCall, ask: Nothing) -> Content:
    """Both APIs and the pushes as one page, with examples; it needs no other host."""
    # The page's room is entered by who reads it.
    from ..openapi.page import page

    body, policy = page(described(call))
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Content(body, "text/html; charset=utf-8", headers)


@TABLE.add("GET", "/llms.txt", section=_SECTION, source="assumed", media=("text/plain",))
def llms_txt(call: OperatorCall, ask: Nothing) -> Content:
    """What this is and how it is used, for language models; `/llms.txt` is the same."""
    from ..openapi.llms import llms

    return Content(llms(described(call)).encode(), "text/plain; charset=utf-8")
