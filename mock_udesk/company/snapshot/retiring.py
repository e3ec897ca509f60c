"""Takes a life that has ended apart, bit by bit, so that freeing a large one keeps nobody waiting."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from ...desk.records import Session, Stay
from ...desk.talks import Talk
from ..company import Company

# So many things are let go of in one slice; that takes about a millisecond.
SLICE: Final = 1_000

Container = dict[Any, Any] | list[Any] | deque[Any] | set[Any]
_CONTAINERS: Final = (dict, list, deque, set)
# Where the desk keeps what finds things in its state: plain classes, which own what they hold.
_INDEXES: Final = frozenset(
    f"mock_udesk.desk.{room}"
    for room in (
        "archive",
        "books",
        "message_index",
        "play.conductor",
        "play.counts",
        "play.run_index",
        "pools",
        "queues",
        "roster",
        "tallies",
        "talk_index",
        "timers",
    )
)


def taken_apart(company: Company) -> Iterator[None]:
    """Empties what a company's life holds, slice by slice: each step lets go of `SLICE` things or few more. Nobody may use it any more.

    What lives may share (people's fields, what robots know, scenarios) is let go of and stays as it is.
    """
    left = [*_owned(company)]
    spent = 0
    while left:
        container = left[-1]
        if not container:
            left.pop()
            continue
        # The keys of an index are small; what counts is what stands under them.
        item = container.popitem()[1] if isinstance(container, dict) else container.pop()
        inner = _large(item)
        spent += 1
        if inner is not None:
            spent += len(inner)
            if spent > SLICE:
                # On its own, then: it may be as large as all the others.
                left.append(inner)
                spent -= len(inner)
        if spent >= SLICE:
            spent = 0
            # Nothing of what is let go of may outlive the slice.
            del item, inner
            yield


def _large(item: object) -> Container | None:
    """What of a thing that is let go of may be large."""
    match item:
        case Session():
            return item.messages
        case Stay():
            return item.waiting
        case Talk():
            return item.exchanges
        case _:
            return item if isinstance(item, _CONTAINERS) else None


def _owned(company: Company) -> Iterator[Container]:
    """All containers of a company whose size has no bound."""
    journal, state = company.journal, company.desk.state
    yield from _of(vars(journal).values())
    yield from _of(_fields(company.outbox))
    yield from _of(_fields(company.nonces))
    for window in company.limits.windows.values():
        yield from _of(_fields(window))
    # What finds things goes first, so that the state's own records are then freed one by one.
    yield from _indexes(vars(company.desk).values(), set())
    if state.play is not None:
        yield from _of(_fields(state.play))
    yield from _of(_fields(state))


def _indexes(values: Iterable[object], seen: set[int]) -> Iterator[Container]:
    for value in values:
        if isinstance(value, _CONTAINERS):
            if isinstance(value, dict) and _is_index(next(iter(value.values()), None)):
                # A pool for each group, a queue for each target.
                yield from _indexes(value.values(), seen)
            yield value
        elif _is_index(value) and id(value) not in seen:
            seen.add(id(value))
            yield from _indexes(_attributes(value), seen)


def _is_index(value: object) -> bool:
    return type(value).__module__ in _INDEXES and not is_dataclass(value)


def _attributes(thing: object) -> list[Any]:
    if hasattr(thing, "__dict__"):
        return list(vars(thing).values())
    return [getattr(thing, name) for name in getattr(type(thing), "__slots__", ()) if hasattr(thing, name)]


def _fields(thing: Any) -> list[Any]:
    return [getattr(thing, field.name) for field in fields(thing)]


def _of(values: Iterable[object]) -> Iterator[Container]:
    """Those of these values that are containers."""
    return (value for value in values if isinstance(value, _CONTAINERS))
