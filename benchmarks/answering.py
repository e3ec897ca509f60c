"""The other side of `child.py`: what a measured process does to be placed on its core, and to be asked."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from time import process_time
from typing import Any

Answers = dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]]
# What a child does before it can be asked: it enters with its greeting and its answers, and leaves when it is to end.
Served = Callable[[argparse.Namespace], AbstractAsyncContextManager[tuple[dict[str, Any], Answers]]]

# A line may name 100,000 customers.
_LINE_LIMIT_BYTES = 16 * 1024 * 1024


def run(served: Served, *, extra: tuple[str, ...] = ()) -> None:
    """The whole life of a child process; `extra` are arguments of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--loop", default="asyncio")
    parser.add_argument("--core", type=int)
    for name in extra:
        parser.add_argument(f"--{name}")
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    with asyncio.Runner(loop_factory=_loop_factory(options.loop)) as runner:
        runner.run(_live(served, options))


def _loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if name == "asyncio":
        return asyncio.new_event_loop
    import uvloop

    return uvloop.new_event_loop


async def _live(served: Served, options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=_LINE_LIMIT_BYTES)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with served(options) as (hello, answers):
        _say(hello)
        while line := await lines.readline():
            asked = json.loads(line)
            try:
                answer = await (answers | _OWN)[asked["do"]](asked)
            except Exception as error:
                answer = {"error": f"{asked['do']}: {error!r}"}
            _say(answer)
    pipe.close()


async def _spent(_: dict[str, Any]) -> dict[str, Any]:
    return {"seconds": process_time()}


# What every child can be asked: how long it has worked, all told.
_OWN: Answers = {"spent": _spent}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
