"""Whether a happening is like what a rule, or a `wait_for`, asks for."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..books import Books
from ..happenings import Happening
from ..records import Agent, Origin, Target
from ..references import Reference, is_meant
from .backtracking import most_searched
from .hearing import Conversation, option_text
from .rendering import Heard, Texts
from .script import Match
from .views import session_of, view

_NO_GROUPS: Mapping[str, str | None] = {}


class Matcher:
    """Compares happenings with matches; the patterns are compiled when they are first looked at."""

    def __init__(self, books: Books, texts: Texts) -> None:
        self._books = books
        self._texts = texts
        self._patterns: dict[str, re.Pattern[str]] = {}

    def forget(self) -> None:
        """Lets go of the compiled patterns: another script has come, or one has gone."""
        self._patterns.clear()

    def fits(
        self,
        match: Match,
        heard: Heard,
        conversation: Conversation,
        *,
        turn: int,
        variables: Mapping[str, Any],
        seed: str,
        now: datetime,
    ) -> Mapping[str, str | None] | None:
        """The named groups of the text's pattern when all that is asked for is so, else None. Raises TextError by `when`."""
        # What costs least comes first: of many rules most say no here.
        if match.turn is not None and match.turn != turn:
            return None
        facts = heard.facts
        if match.place is not None and facts.get("place") != match.place:
            return None
        if match.status is not None and facts.get("status") != match.status:
            return None
        if match.type is not None and match.type != _type_of(heard):
            return None
        found: re.Match[str] | None = None
        if match.text is not None:
            found = self._pattern(match.text).search(heard.text, 0, most_searched(match.text))
            if found is None:
                return None
        if not self._fits_people(match, heard, conversation):
            return None
        if match.option is not None and not self._is_option(match.option, heard):
            return None
        groups = _NO_GROUPS if found is None else found.groupdict()
        if match.when is not None:
            shown = view(
                self._books,
                customer_id=conversation.customer_id,
                stay_id=conversation.living_id,
                heard=heard,
                variables={**variables, **groups},
                seed=seed,
                now=now,
            )
            if not self._texts.holds(match.when, shown):
                return None
        return groups

    def _pattern(self, text: str) -> re.Pattern[str]:
        pattern = self._patterns.get(text)
        if pattern is None:
            pattern = self._patterns[text] = re.compile(text)
        return pattern

    def _fits_people(self, match: Match, heard: Heard, conversation: Conversation) -> bool:
        state = self._books.state
        if match.customer_token is not None:
            customer = state.customers.get(conversation.customer_id)
            if customer is None or customer.token != match.customer_token:
                return False
        if match.channel is not None:
            origin = self._origin(heard, conversation)
            if origin is None or origin.channel != match.channel:
                return False
        if match.agent is None and match.group is None:
            return True
        target = self._target(heard, conversation)
        agent = self._agent(heard, conversation, target)
        if match.agent is not None and (agent is None or not is_meant(agent, state.agents, match.agent)):
            return False
        if match.group is None:
            return True
        if target is not None and target.kind == "group":
            group_ids = [target.id]
        else:
            group_ids = [] if agent is None else agent.group_ids
        groups = (state.groups.get(group_id) for group_id in group_ids)
        return any(group is not None and is_meant(group, state.groups, match.group) for group in groups)

    def _target(self, heard: Heard, conversation: Conversation) -> Target | None:
        """The queue that the happening is about, else the one that the customer stands in; of a leave message the group it is for."""
        named = heard.facts.get("target")
        if named is not None:
            return Target(named["kind"], named["id"])
        if heard.kind is Happening.LEAVE_MESSAGE and heard.facts.get("group_id") is not None:
            return Target("group", heard.facts["group_id"])
        stay = None if conversation.living_id is None else self._books.state.stays[conversation.living_id]
        return None if stay is None or stay.ticket is None else stay.ticket.target

    def _agent(self, heard: Heard, conversation: Conversation, target: Target | None) -> Agent | None:
        """Whom the happening is about, else whose queue it is, else who talks to the customer."""
        agents = self._books.state.agents
        if heard.agent_id is not None:
            return agents.get(heard.agent_id)
        if target is not None:
            return agents.get(target.id) if target.kind == "agent" else None
        session = session_of(self._books.state, conversation.living_id, heard)
        return None if session is None else agents.get(session.agent_id)

    def _origin(self, heard: Heard, conversation: Conversation) -> Origin | None:
        """Where the customer comes from; of a stay that has ended its session knows."""
        state = self._books.state
        if conversation.living_id is not None:
            return state.stays[conversation.living_id].origin
        session = session_of(state, None, heard)
        return None if session is None else session.origin

    def _is_option(self, option: Reference, heard: Heard) -> bool:
        given = heard.facts.get("option_id")
        if given is None:
            return False
        return str(given) == str(option) or option_text(self._books, heard.kind, given) == option


def _type_of(heard: Heard) -> object:
    """A message's type, of a close its close_type, of a talk and an answer what kind they are."""
    match heard.kind:
        case Happening.SESSION_CLOSED:
            return heard.facts.get("close_type")
        case Happening.ROBOT_TALK | Happening.ROBOT_ANSWER:
            return heard.facts.get("kind")
        case _:
            return heard.facts.get("type")
