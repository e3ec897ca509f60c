"""Python's garbage collector in a process that serves and does nothing else: not while it starts, and seldom afterwards."""

import gc
from typing import Final

# What is loaded at the start lives until the end, and almost all that a call leaves behind is freed without the collector:
# looking for cycles after every 700 new objects is a tenth of a call's time and a sixth of the start's (`make bench`).
_NEW_OBJECTS: Final = 20_000


def put_off() -> None:
    """Nothing is collected until `take_up`: for the imports at the start."""
    gc.disable()


def take_up() -> None:
    """From now on new objects are looked through, less often than usual; those that are there by now are left alone."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
    gc.enable()


def spare() -> None:
    """What was loaded since `take_up` is left alone as well; without that nothing changes."""
    if gc.get_freeze_count():
        gc.freeze()
