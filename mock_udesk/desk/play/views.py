"""What a template is shown of a conversation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..books import Books
from ..records import Session
from ..state import State
from .rendering import Heard, View


def session_of(state: State, stay_id: int | None, heard: Heard) -> Session | None:
    """The conversation's session: the open one of its stay, else the one that was heard of last."""
    stay = None if stay_id is None else state.stays.get(stay_id)
    session_id = heard.session_id if stay is None else stay.session_id
    return None if session_id is None else state.sessions.get(session_id)


def view(
    books: Books,
    *,
    customer_id: int,
    stay_id: int | None,
    heard: Heard,
    variables: Mapping[str, Any],
    seed: str,
    now: datetime,
) -> View:
    """What a template sees: without a session the agent is the one that was heard of."""
    state = books.state
    session = session_of(state, stay_id, heard)
    agent_id = heard.agent_id if session is None else session.agent_id
    return View(
        now=now,
        heard=heard,
        seed=seed,
        customer=state.customers.get(customer_id),
        session=session,
        agent=None if agent_id is None else state.agents.get(agent_id),
        variables=variables,
    )
