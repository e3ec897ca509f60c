"""Bodies as `-v` shows them: whole, but for what is long and says nothing new; what is left out is said the first time."""

import json
from collections.abc import Mapping
from typing import Any

_SURVEY = "survey_options"
_SHORTENED = "{…}"


class Wire:
    """Remembers what has been shown and said."""

    def __init__(self) -> None:
        self._survey: object = None
        self._said: set[str] = set()

    def told(self, body: object) -> tuple[str, list[str]]:
        """A body on one line, and what is to be said of what it leaves out."""
        notes: dict[str, str] = {}
        text = compact(self._shortened(body, notes)).replace(f'"{_SHORTENED}"', _SHORTENED)
        fresh = [note for kind, note in notes.items() if kind not in self._said]
        self._said.update(notes)
        return text, fresh

    def _shortened(self, value: object, notes: dict[str, str]) -> object:
        match value:
            case dict():
                return {name: self._field(name, row, notes) for name, row in value.items()}
            case list():
                return [self._shortened(row, notes) for row in value]
            case _:
                return value

    def _field(self, name: str, value: object, notes: dict[str, str]) -> object:
        match name, value:
            case "customer", dict():
                return self._without_nulls("customer", value, notes)
            case "item", list():
                return [self._without_nulls("row of item", row, notes) for row in value]
            case "survey_options", dict() if value == self._survey:
                notes[_SURVEY] = f"{_SURVEY}, here and below: {_SHORTENED} stands for the same as shown whole above"
                return _SHORTENED
            case "survey_options", dict():
                self._survey = value
                return value
            case _:
                return self._shortened(value, notes)

    def _without_nulls(self, kind: str, record: Mapping[str, Any], notes: dict[str, str]) -> object:
        nulls = sum(row is None for row in record.values())
        if nulls:
            notes[kind] = (
                f"{kind}, here and below, without its fields that are null: {nulls} of {len(record)} in this one"
            )
        return {name: row for name, row in record.items() if row is not None}


def compact(value: object) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
