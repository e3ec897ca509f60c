"""The table of what is emulated: made from the endpoints' and pushes' own declarations, so that it can't be out of date."""

import json
from dataclasses import dataclass

from ..company.pushes.pushes import PUSHES
from ..company.signing.struct import PAGES
from ..company.story.columns import columns, padded
from ..udesk_api import UDESK_API
from ..udesk_api.not_emulated import NOT_EMULATED

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One table; the names of its columns are the keys of its JSON."""

    name: str
    head: Row
    rows: list[Row]


def listings() -> tuple[Listing, ...]:
    """Every endpoint, every push, every page that Udesk opens, and what the document has and the mock has not."""
    facts = ("coverage", "source", "section", "note")
    return (
        Listing(
            "endpoints",
            ("endpoint", *facts),
            [(row.name, row.coverage, row.source, row.section, row.note) for row in UDESK_API],
        ),
        Listing(
            "pushes",
            ("push", *facts),
            [(row.name, row.coverage, row.source, row.section, row.note) for row in PUSHES],
        ),
        Listing(
            "pages",
            ("page", *facts),
            [(row.name, row.coverage, row.source, row.section, row.note) for row in PAGES],
        ),
        Listing(
            "not_emulated",
            ("not emulated", "section", "reason"),
            [(row.name, row.section, row.reason) for row in NOT_EMULATED],
        ),
    )


def listed(form: str) -> str:
    """All of it as text, markdown or json."""
    tables = listings()
    match form:
        case "json":
            data = {table.name: [dict(zip(table.head, row, strict=True)) for row in table.rows] for table in tables}
            return json.dumps(data, ensure_ascii=False, indent=2)
        case "markdown":
            return "\n\n".join(_markdown(table) for table in tables)
        case _:
            return "\n\n".join(_text(table) for table in tables)


def _text(table: Listing) -> str:
    rows = [table.head, *table.rows]
    widths = [max(columns(row[index]) for row in rows) for index in range(len(table.head))]
    return "\n".join(
        "  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _markdown(table: Listing) -> str:
    rows = [table.head, tuple("---" for _ in table.head), *table.rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows)
