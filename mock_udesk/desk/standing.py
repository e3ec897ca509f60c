"""Where a customer stands, in words."""

from .books import Books
from .records import Stay, Target
from .state import State


def customer_named(state: State, customer_id: int) -> str:
    """A customer by what their app calls them."""
    customer = state.customers.get(customer_id)
    if customer is None:
        return f"customer {customer_id}"
    return f"customer {customer.token or customer.web_token or customer.sdk_token or customer.id}"


def standing(books: Books, stay: Stay) -> str:
    """Where a customer stands: `customer c-1 waits in Tom's queue at place 2`."""
    state = books.state
    who = customer_named(state, stay.customer_id)
    if stay.session_id is not None:
        session = state.sessions[stay.session_id]
        return f"{who} is in session {session.id} with {state.agents[session.agent_id].name}"
    if stay.ticket is None:
        return f"{who} talks to a robot alone"
    queue = _queue_named(state, stay.ticket.target)
    if stay.ticket.agent_id is not None:
        return f"{who} is being assigned to {state.agents[stay.ticket.agent_id].name} out of {queue}"
    return f"{who} waits in {queue} at place {books.place(stay)}"


def _queue_named(state: State, target: Target) -> str:
    if target.kind == "company":
        return "the company's queue"
    records = state.agents if target.kind == "agent" else state.groups
    return f"{records[target.id].name}'s queue"
