"""Finding what a call names of what only the control API shows; what is not there is refused with how to see what is."""

from ..desk.desk import Desk
from ..desk.errors import UsageError
from ..desk.records import Customer, Session, Target


def customer_of(desk: Desk, customer_id: int) -> Customer:
    """The customer with this id. Raises UsageError (unknown)."""
    customer = desk.state.customers.get(customer_id)
    if customer is None:
        raise UsageError("unknown", f"there is no customer {customer_id}", hint="GET /_mock/customers lists them")
    return customer


def customer_with_token(desk: Desk, token: str) -> Customer:
    """The customer with this `customer_token`. Raises UsageError (unknown)."""
    customer = desk.customer_by("token", token)
    if customer is None:
        raise UsageError(
            "unknown", f"there is no customer with customer_token {token}", hint="GET /_mock/customers lists them"
        )
    return customer


def session_of(desk: Desk, session_id: int) -> Session:
    """The session with this id, open or closed. Raises UsageError (unknown)."""
    session = desk.state.sessions.get(session_id)
    if session is None:
        hint = "GET /_mock/sessions lists them"
        if session_id in desk.state.talks:
            hint = f"{session_id} is a talk with a robot: GET /_mock/robot-talks/{session_id}"
        raise UsageError("unknown", f"there is no session {session_id}", hint=hint)
    return session


def target_name(desk: Desk, target: Target) -> str:
    """Whom a queue waits for, in words: an agent's or group's name, or the company."""
    match target.kind:
        case "agent":
            agent = desk.state.agents.get(target.id)
            return agent.name if agent else f"agent {target.id}"
        case "group":
            group = desk.state.groups.get(target.id)
            return group.name if group else f"group {target.id}"
        case "company":
            return "anybody"
