"""The credentials of all companies, masked for whoever reads a journal: a caller may have put one anywhere."""

import json
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from pydantic_core import to_json

from ..signing.open_api import Credentials

MASK: Final = b"***"
# Shorter ones are words that stand anywhere.
_SHORTEST: Final = 8


class CredentialMask:
    """Masks tokens and secrets, and passwords that are no words, in what is shown."""

    def __init__(self, credentials: Iterable[Credentials]) -> None:
        found: dict[bytes, None] = {}
        for own in credentials:
            keys = [own.token, own.secret]
            if not own.password.isalpha():
                keys.append(own.password)
            for key in keys:
                if len(key) >= _SHORTEST:
                    plain = key.encode("utf-8", errors="replace")
                    quoted = to_json(plain.decode())[1:-1]
                    # A body is shown as a text too, so that its JSON stands in JSON.
                    twice = to_json(quoted.decode())[1:-1]
                    found |= dict.fromkeys((twice, quoted, quote(plain, safe="").encode(), plain))
        # A long one may hold a short one.
        self._keys = sorted(found, key=len, reverse=True)

    def over(self, data: bytes) -> bytes:
        """A text in JSON or of HTTP without them."""
        for key in self._keys:
            if key in data:
                data = data.replace(key, MASK)
        return data

    def over_text(self, text: str) -> str:
        """A text for people without them."""
        data = text.encode("utf-8", errors="replace")
        hidden = self.over(data)
        return text if hidden is data else hidden.decode()

    def over_row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Plain JSON values without them; the same object when there are none, as nearly always."""
        data = to_json(row, inf_nan_mode="null")
        if not any(key in data for key in self._keys):
            return row
        # Not pydantic's: that reads nothing as deep as it writes.
        hidden: dict[str, Any] = json.loads(self.over(data))
        return hidden
