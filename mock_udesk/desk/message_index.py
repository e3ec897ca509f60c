"""What customers have said, by the ids that their apps gave it: so that nothing is taken twice. Ruling 14."""

from collections.abc import Mapping

from .records import Message

# The session that a message was said in (None: before one, or left), and the message.
Found = tuple[int | None, Message]
_NOTHING: Mapping[str, Found] = {}


class MessageIndex:
    """The messages of each customer by id."""

    def __init__(self) -> None:
        self.by_customer: dict[int, dict[str, Found]] = {}

    def of(self, customer_id: int) -> Mapping[str, Found]:
        """What a customer has said."""
        return self.by_customer.get(customer_id, _NOTHING)

    def hear(self, customer_id: int, session_id: int | None, message: Message) -> None:
        """Remembers a message of a customer."""
        said = self.by_customer.get(customer_id)
        if said is None:
            said = self.by_customer[customer_id] = {}
        said[message.id] = (session_id, message)

    def forget(self, customer_id: int, message_id: str) -> None:
        """Forgets a message of a customer."""
        said = self.by_customer[customer_id]
        del said[message_id]
        if not said:
            del self.by_customer[customer_id]
