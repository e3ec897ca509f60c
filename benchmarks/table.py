"""The rows of a run as a table: for the terminal, and between two markers of the README."""

import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from .child import cores
from .plan import Plan, Row

BEGIN, END = "<!-- bench:start -->", "<!-- bench:end -->"
_HEAD = ("measure", "loop", "mock-udesk", "bare aiohttp", "least honest work", "of bare", "of least")


def cells(row: Row) -> tuple[str, ...]:
    """A row's texts, in the order of the head."""
    return (
        f"{row.measure} (disturbed)" if row.is_disturbed else row.measure,
        row.loop,
        f"{_number(row.ours)} {row.unit}",
        _number(row.bare),
        _number(row.least),
        _ratio(row.of_bare),
        _ratio(row.of_least),
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


class Printer:
    """Prints rows as they come, in columns."""

    _widths = (52, 8, 18, 13, 18, 8, 8)

    def head(self) -> None:
        """The names of the columns, and what they were measured on."""
        print(where())
        self._line(_HEAD)

    def row(self, row: Row) -> None:
        """One row."""
        self._line(cells(row))

    def _line(self, texts: Iterable[str]) -> None:
        first, *others = (
            text.ljust(width) if place < 2 else text.rjust(width)
            for place, (text, width) in enumerate(zip(texts, self._widths, strict=True))
        )
        print(first, *others, flush=True)


def where() -> str:
    """What the numbers were measured on."""
    placed = "server and load on a core each" if cores()[0] is not None else "server and load share the machine's cores"
    libraries = ", ".join(f"{name} {version(name)}" for name in ("aiohttp", "pydantic"))
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {libraries}; {placed}"


def markdown(rows: Iterable[Row], plan: Plan) -> str:
    """The table and what it was measured on, as Markdown."""
    lines = [f"| {' | '.join(_HEAD)} |", "| --- | --- | ---: | ---: | ---: | ---: | ---: |"]
    lines.extend(f"| {' | '.join(cells(row))} |" for row in rows)
    note = f"{where()}; medians of {plan.rounds} rounds, {plan.starts} starts; ratios are medians of each round's own."
    return "\n".join([*lines, "", note])


def write(readme: Path, text: str) -> None:
    """Puts a text between the markers of a file. Raises ValueError when they are not there, once each and in order."""
    whole = readme.read_text(encoding="utf-8")
    if whole.count(BEGIN) != 1 or whole.count(END) != 1 or whole.index(BEGIN) > whole.index(END):
        raise ValueError(f"{readme} needs one line {BEGIN} and, after it, one line {END}")
    head, _, rest = whole.partition(BEGIN)
    _, _, tail = rest.partition(END)
    readme.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")
