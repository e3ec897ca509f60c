"""The custom page of structured messages, as the agent's desk shows it in a frame."""

from ..company.signing.struct import struct_page_url
from ..desk.errors import UsageError
from ..endpoint import Reply, Table
from .finding import session_of
from .operator import OperatorCall
from .sessions import WhichSession

TABLE = Table()
_SECTION = "sessions"


class StructPage(Reply):
    """The signed URL of the page, good for 300 seconds of the company's time."""

    url: str


@TABLE.add("GET", "/sessions/{id}/struct-page", section=_SECTION, source="assumed")
def struct_page(call: OperatorCall, ask: WhichSession) -> StructPage:
    """The signed URL of the custom page of structured messages for an open session; setting `struct_page_url` is its base."""
    session = session_of(call.desk, ask.id)
    base = call.company.settings.struct_page_url
    if base is None:
        raise UsageError(
            "conflict",
            "the company has no page of structured messages: setting struct_page_url is unset",
            hint='PATCH /_mock/company {"struct_page_url": "https://…"} sets it',
        )
    if not session.is_open:
        raise UsageError(
            "conflict",
            f"session {session.id} was closed by the {session.closed_by} ({session.close_type})",
            hint="agents open the page in an open session; the customer has to ask for an agent again",
        )
    url = struct_page_url(
        base,
        call.company.credentials,
        im_sub_session_id=session.id,
        customer_id=session.customer_id,
        agent_id=session.agent_id,
        jid_resource=session.origin.jid_resource,
        now=call.signing_time,
    )
    return StructPage(url=url)
