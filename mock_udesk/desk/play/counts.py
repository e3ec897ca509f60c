"""How often what has come in each conversation: the numbers that `turn` and `times` look at."""

from ..books import Books
from ..happenings import Happening
from ..records import Sender, Stay
from .hearing import Conversation
from .runs import Play

# What still comes of a stay that has ended: its numbers go on, so these are kept.
_LATE = (Happening.SURVEY, Happening.MESSAGE_READ)
# Of so many ended stays at most; whoever rates a conversation after ten thousand others have ended is counted anew.
MOST_ENDED = 10_000


class Counts:
    """The counts of a play. Those of living stays last as long as the stay, of customers as long as they; of ended stays few are kept."""

    def __init__(self, books: Books, play: Play) -> None:
        self._books = books
        self._play = play

    def come(self, kind: Happening, conversation: Conversation) -> int:
        """Notes that this has come; returns the how-manieth it is in its conversation."""
        play, stay_id = self._play, conversation.stay_id
        if stay_id is None:
            turns = play.customer_turns.setdefault(conversation.customer_id, {})
        else:
            found = play.turns.get(stay_id)
            if found is None:
                found = play.turns[stay_id] = {}
                if not conversation.is_living:
                    self._note_ended(stay_id)
            turns = found
        turn = turns[kind] = turns.get(kind, 0) + 1
        return turn

    def begun(self, conversation: Conversation) -> dict[int, int]:
        """How often each rule was set off in a conversation; to be looked at only."""
        if conversation.stay_id is None:
            return self._play.customer_started.get(conversation.customer_id, {})
        return self._play.started.get(conversation.stay_id, {})

    def begin(self, rule: int, conversation: Conversation) -> int:
        """Notes that a rule was set off; returns for the how-manieth time in its conversation."""
        play, stay_id = self._play, conversation.stay_id
        if stay_id is None:
            started = play.customer_started.setdefault(conversation.customer_id, {})
        else:
            started = play.started.setdefault(stay_id, {})
        nth = started[rule] = started.get(rule, 0) + 1
        return nth

    def end(self, stay_id: int) -> None:
        """Keeps of a stay that has ended only what may still be asked for."""
        play = self._play
        turns = play.turns.pop(stay_id, {})
        started = play.started.pop(stay_id, {})
        rules = () if play.version == 0 else play.scripts[play.version].rules
        kept: dict[str, int] = {kind: turns[kind] for kind in _LATE if kind in turns}
        kept_started = {rule: nth for rule, nth in started.items() if rules and rules[rule].on in _LATE}
        if kept or kept_started:
            play.turns[stay_id] = kept
            if kept_started:
                play.started[stay_id] = kept_started
            self._note_ended(stay_id)
        else:
            play.ended.pop(stay_id, None)

    def forget_customer(self, customer_id: int) -> None:
        """Drops the counts of a customer who was removed, and with the time those of stays that ended without a word."""
        play = self._play
        play.customer_turns.pop(customer_id, None)
        play.customer_started.pop(customer_id, None)
        alive = self._books.state.stays
        if len(play.turns) > 2 * (len(alive) + len(play.ended)) + 64:
            for stay_id in [stay_id for stay_id in play.turns if stay_id not in alive and stay_id not in play.ended]:
                self._drop(stay_id)

    def count_anew(self) -> None:
        """`times` counts anew with each version; `turn` goes on."""
        self._play.started.clear()
        self._play.customer_started.clear()

    def recall(self) -> None:
        """What customers have said in living stays before any script was there counts too."""
        for stay in self._books.state.stays.values():
            said = {kind: count for kind, count in self._said(stay).items() if count}
            if said:
                self._play.turns[stay.id] = said

    def stop(self) -> None:
        """Forgets all: nothing is loaded any more."""
        play = self._play
        for counts in (play.turns, play.started, play.customer_turns, play.customer_started, play.ended):
            counts.clear()

    def _said(self, stay: Stay) -> dict[str, int]:
        """What a customer has said in a stay so far, to agents and to robots."""
        state = self._books.state
        messages = [message for session_id in stay.session_ids for message in state.sessions[session_id].messages]
        said: dict[str, int] = {
            Happening.MESSAGE: len(stay.waiting) + sum(message.sender is Sender.CUSTOMER for message in messages),
            Happening.ROBOT_QUESTION: 0,
            Happening.UROBOT_QUESTION: 0,
        }
        for talk_id in stay.talk_ids:
            talk = state.talks[talk_id]
            asked = Happening.ROBOT_QUESTION if talk.kind == "robot" else Happening.UROBOT_QUESTION
            # A talk may be older than the stay.
            said[asked] += sum(exchange.message.created_at >= stay.began_at for exchange in talk.exchanges)
        return said

    def _note_ended(self, stay_id: int) -> None:
        ended = self._play.ended
        ended[stay_id] = None
        if len(ended) > MOST_ENDED:
            self._drop(next(iter(ended)))

    def _drop(self, stay_id: int) -> None:
        self._play.ended.pop(stay_id, None)
        self._play.turns.pop(stay_id, None)
        self._play.started.pop(stay_id, None)
