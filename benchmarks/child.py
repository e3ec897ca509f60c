"""Processes of a benchmark as their parent sees them: each on one core, asked and answering in lines of JSON over its pipes."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parent.parent


def cores() -> tuple[int | None, int | None]:
    """The core for whatever is measured, and another one for the load; None where the machine can't pin or has but one."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[-1]) if len(usable) > 1 else (None, None)


def loops() -> tuple[str, ...]:
    """The event loops to measure on: the stock one, and uvloop where it is installed."""
    return ("asyncio", "uvloop") if find_spec("uvloop") else ("asyncio",)


def environment(cache: str | None = None) -> dict[str, str]:
    """What a child sees of this process's environment; with `cache`, a folder for its bytecode, so that starts are alike."""
    names = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_UDESK_")}
    names["PYTHONPATH"] = str(ROOT)
    if cache is not None:
        names.pop("PYTHONDONTWRITEBYTECODE", None)
        names["PYTHONPYCACHEPREFIX"] = cache
    return names


class Child:
    """A running module of this package. Raises RuntimeError when it fails or says that it could not do what it was asked."""

    def __init__(self, module: str, arguments: Mapping[str, object]) -> None:
        self._name = module
        flags = [part for name, value in arguments.items() for part in (f"--{name}", str(value)) if value is not None]
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
        )
        self.hello = self._answer()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ask(self, do: str, **facts: object) -> dict[str, Any]:
        """Has the process do something, and waits for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **facts}).encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self._name}: {answer['error']}")
        return answer

    def stop(self) -> None:
        """Ends the process: it stops by itself when nobody can ask it any more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
