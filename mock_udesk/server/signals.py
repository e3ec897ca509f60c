"""Turns the signals that end a program into an event that can be awaited."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """An event that is set by the first SIGINT or SIGTERM; the second one ends the program at once, as if nobody listened.

    Afterwards the signals do what they did before.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def heard() -> None:
        stop.set()
        for number in SIGNALS:
            _give_back(loop, number)
            signal.signal(number, signal.SIG_DFL)

    for number in SIGNALS:
        try:
            loop.add_signal_handler(number, heard)
        except NotImplementedError:
            # Loops of Windows know no signals; Python itself does.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(heard))
    try:
        yield stop
    finally:
        for number, handler in before.items():
            _give_back(loop, number)
            signal.signal(number, handler)


def _give_back(loop: asyncio.AbstractEventLoop, number: signal.Signals) -> None:
    with suppress(NotImplementedError):
        loop.remove_signal_handler(number)
