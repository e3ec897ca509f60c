"""`python -m benchmarks`: measures, prints, and with `--write-readme` puts the table into the READMEs."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .child import ROOT
from .memory import memory
from .plan import FULL, QUICK, Plan, Row
from .resets import reset_of, resets
from .start import starts
from .table import Printer, markdown, write
from .throughput import WITH_RULES, throughput

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PARTS: dict[str, Callable[[Plan], Iterator[Row]]] = {
    "throughput": throughput,
    "start": starts,
    "memory": memory,
    "resets": resets,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """What a measure must reach, on every loop."""

    measure: str
    text: str
    holds: Callable[[Row], bool]


# What is promised, on one core of a plain machine.
BOUNDS = (
    Bound("POST /im/messages", "at least 0.6 of the least honest work", lambda row: (row.of_least or 0) >= 0.6),
    # At most 15 % more time a call.
    Bound(WITH_RULES, "at least 87 % of the speed without a scenario", lambda row: row.ours >= 87),
    Bound("cold start to the first answer", "at most twice the bare handler's", lambda row: (row.of_bare or 9) <= 2),
    Bound("memory after the first answer", "at most 65 MB", lambda row: row.ours <= 65),
    # The promise is 5 ms of the server's own; here the wire and a busy machine are in it too.
    Bound(reset_of(FULL), "at most 20 ms", lambda row: row.ours <= 20),
    Bound("growth over as many again", "none (less than 2 MB)", lambda row: row.ours < 2),
)


def missed(rows: list[Row]) -> list[str]:
    """What did not reach its bound, in words."""
    return [
        f"{row.measure}{f' on {row.loop}' if row.loop else ''}: {bound.text} was to be reached"
        for bound in BOUNDS
        for row in rows
        if row.measure == bound.measure and not bound.holds(row)
    ]


def main() -> int:
    """Runs what the command line asks for; 0 when all bounds hold, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: about a minute")
    parser.add_argument("--write-readme", action="store_true", help="put the table into the READMEs")
    parser.add_argument("--only", choices=list(PARTS), help="one part alone")
    options = parser.parse_args()
    if options.write_readme and options.only:
        parser.error("--write-readme needs the whole table: leave out --only")
    plan = QUICK if options.quick else FULL
    printer, rows = Printer(), list[Row]()
    printer.head()
    for name, part in PARTS.items():
        if options.only in (None, name):
            for row in part(plan):
                printer.row(row)
                rows.append(row)
    if options.write_readme:
        for readme in READMES:
            write(readme, markdown(rows, plan))
    lacking = missed(rows)
    for line in lacking:
        print(line)
    return 1 if lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
