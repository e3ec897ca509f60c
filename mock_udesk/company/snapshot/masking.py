"""Keeps credentials out of what leaves a company as a snapshot, wherever somebody may have sent them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from pydantic_core import to_json

from ..journal.entries import CallEntry, FaultEntry, Problem, is_secret_header
from ..pushes.outbox import Outbox
from ..secrets.credentials import MASK, CredentialMask
from ..signing.open_api import Credentials

# In what is restored only what can be nothing else is hidden: a shorter key, or one of digits, may be part of a name, a number or a moment.
_SHORTEST: Final = 16
_LIKE_A_NUMBER: Final = re.compile(r"[0-9TZeE:.+-]*")
# Neither is part of a number or of a moment, even where all of its digits are decimal ones.
_UUID: Final = re.compile(r"[0-9]{8}-(?:[0-9]{4}-){3}[0-9]{12}")


class SnapshotMask:
    """Masks these tokens, secrets and passwords: in what calls sent and were answered each of them, elsewhere those that are unmistakable."""

    def __init__(self, credentials: Iterable[Credentials]) -> None:
        own = list(credentials)
        self._calls = CredentialMask(own)
        texts = {text for keys in own for text in (keys.token, keys.secret, keys.password) if _is_unmistakable(text)}
        forms = {form for text in texts for form in (text, quote(text, safe=""), to_json(text).decode()[1:-1])}
        # The longest first, for one may be part of another. What was two different texts stays so: they may be keys of an index.
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._masks = [(form.encode(), b"***%d" % number) for number, form in enumerate(ordered, 1)]

    def everywhere(self, data: bytes) -> bytes:
        """A JSON text, or the body of a push, without those that are unmistakable."""
        for form, mask in self._masks:
            if form in data:
                data = data.replace(form, mask)
        return data

    def call(self, entry: CallEntry) -> CallEntry:
        """A call without any of them, and without the values of secret headers."""
        return replace(
            entry,
            path=self._said(entry.path),
            headers=tuple(
                (name, MASK if is_secret_header(name.decode("latin-1")) else self._calls.over(value))
                for name, value in entry.headers
            ),
            body=self._calls.over(entry.body),
            answer=self._calls.over(entry.answer),
            detail=self._said(entry.detail),
            warnings=[self._said(warning) for warning in entry.warnings],
        )

    def fault(self, entry: FaultEntry) -> FaultEntry:
        """A fault of ours without any of them."""
        return replace(entry, error=self._said(entry.error), trace=self._said(entry.trace))

    def problem(self, problem: Problem) -> Problem:
        """A problem without any of them."""
        return replace(problem, text=self._said(problem.text))

    def outbox(self, outbox: Outbox) -> Outbox:
        """An outbox whose bodies are without those that are unmistakable."""
        deliveries = {
            delivery.id: replace(
                delivery,
                body=self.everywhere(delivery.body),
                sent=None if delivery.sent is None else self.everywhere(delivery.sent),
            )
            for delivery in outbox.deliveries.values()
        }
        return replace(outbox, deliveries=deliveries)

    def _said(self, text: str) -> str:
        return self._calls.over(text.encode()).decode()


def _is_unmistakable(text: str) -> bool:
    return len(text) >= _SHORTEST and (_LIKE_A_NUMBER.fullmatch(text) is None or _UUID.fullmatch(text) is not None)
