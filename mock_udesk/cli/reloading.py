"""Watches the files of a scenario and loads them anew when they change; what is wrong is said, and the last good one goes on."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic_core import to_json

from ..company.companies import Slot
from ..company.company import Company
from ..company.story.wording import first_of
from ..desk.phrases import counted
from ..desk.play.runs import Run
from ..options.scenarios import load_scenario
from ..options.specs import INLINE
from ..scenario.scenario import Scenario
from .changes import Changes, changes
from .refusals import REFUSALS, refusal_lines

_LOOK_SECONDS: Final = 0.3
# Nothing is loaded until nothing has changed for so long: editors write in more than one step.
_STILL_SECONDS: Final = 0.1

# What is known of a file without reading it; None: it is not there.
Stamp = tuple[int, int, int, int] | None


def stamps(paths: Iterable[Path]) -> Mapping[Path, Stamp]:
    """Every file that is watched, those of folders too, as it is now."""
    found: dict[Path, Stamp] = {}
    for path in paths:
        found[path] = _stamp(path)
        try:
            inside = [one for one in path.iterdir() if one.suffix.lower() in (".yaml", ".yml") and one.name[0] != "."]
        except OSError:
            continue
        # A folder of its own says when anything in it was made, also what is not ours.
        found[path] = (0, 0, 0, 0)
        found |= {one: _stamp(one) for one in inside}
    return found


class Reloading:
    """Keeps a company's scenario as its files have it. `seen` is how they were when they were read; `inline` a name and a text after them."""

    def __init__(
        self,
        slot: Slot,
        current: Scenario,
        *,
        inline: tuple[str, str] | None,
        seen: Mapping[Path, Stamp],
        form: Literal["text", "json"],
        write: Callable[[str], None],
    ) -> None:
        self._slot = slot
        self._current = current
        self._inline = inline
        self._seen = seen
        self._form = form
        self._write = write

    async def go_on(self) -> None:
        """Watches until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = stamps(self._current.paths)
            if now == self._seen:
                continue
            while (later := now) != self._seen:
                self._seen = later
                await asyncio.sleep(_STILL_SECONDS)
                now = stamps(self._current.paths)
            await self._load()

    async def _load(self) -> None:
        try:
            # A large file must not keep callers waiting.
            new = await asyncio.to_thread(self._read)
            company = self._slot.company
            played, before = company.scenario, set(_runs(company))
            is_same = played is self._current and _texts(new) == _texts(self._current)
            if not is_same:
                company.reload_scenario(new)
        except REFUSALS as error:
            lines = refusal_lines(error)
            self._slot.not_reloaded = f"not reloaded, the last good scenario goes on: {first_of(chr(10).join(lines))}"
            self._say_wrong(lines)
            return
        self._slot.not_reloaded = ""
        going_on = len(before & _runs(company).keys())
        fate = _Fate(ended=len(before) - going_on, going_on=going_on, put=_put(played, self._current))
        self._say_changes(new, changes(self._current, new), fate)
        if not is_same:
            self._current = new

    def _read(self) -> Scenario:
        name, text = self._inline if self._inline is not None else (INLINE, None)
        return load_scenario(self._current.paths, text, inline_name=name)

    def _say_wrong(self, lines: list[str]) -> None:
        if self._form == "json":
            self._write(to_json({"event": "not_reloaded", "errors": lines}).decode())
            return
        self._write("not reloaded, the last good scenario goes on:")
        for line in lines:
            self._write(f"  {line}")

    def _say_changes(self, new: Scenario, found: Changes, fate: "_Fate") -> None:
        names = [part.file for part in new.parts]
        count = len(new.script.rules)
        if self._form == "json":
            facts = {
                "event": "reloaded",
                "files": names,
                "rules": count,
                "added": found.added,
                "changed": found.changed,
                "removed": found.removed,
                "is_reordered": found.is_reordered,
                "companies": found.companies,
                "runs_ended": fate.ended,
                "runs_going_on": fate.going_on,
                "replaced": fate.put,
                "warnings": [str(finding) for finding in new.warnings],
            }
            self._write(to_json(facts).decode())
            return
        nothing = "" if found else ": nothing that counts has changed"
        self._write(f"reloaded {', '.join(names)} ({counted(count, 'rule')}){nothing}")
        for what, which in (
            ("added", found.added),
            ("changed", found.changed),
            ("removed", found.removed),
            ("company", found.companies),
        ):
            for one in which:
                self._write(f"  {what:8} {one}")
        if found.is_reordered:
            self._write("  order    rules are tried in another order")
        if fate.put is not None:
            self._write(f"  replaced {fate.put}")
        if fate.ended:
            self._write(
                f"  runs     {counted(fate.ended, 'run')} ended; with the setting scenario_runs: go_on they play on"
            )
        if fate.going_on and found:
            self._write(f"  runs     {counted(fate.going_on, 'run')} under way: they play the old rules to their end")
        for finding in new.warnings:
            self._write(f"  warning  {finding}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fate:
    """What became of what was played: of its runs, and of a scenario that had come by the control API."""

    ended: int
    going_on: int
    put: str | None


def _put(played: Scenario | None, current: Scenario) -> str | None:
    """What the control API had made of the files' scenario, in words; None: nothing."""
    if played is current:
        return None
    if played is None:
        return "nothing: the control API had unloaded it"
    return f"{', '.join(part.file for part in played.parts)}, which the control API had loaded"


def _runs(company: Company) -> Mapping[int, Run]:
    play = company.desk.state.play
    return play.runs if play is not None else {}


def _texts(scenario: Scenario) -> list[tuple[str, str]]:
    return [(part.file, part.text) for part in scenario.parts]


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
