"""The collector keeps out of the way of a starting server, and comes back."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from mock_udesk.server import garbage


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Leaves the collector as it was."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.enable()


def test_nothing_is_collected_until_it_is_taken_up_again() -> None:
    """What was there by then is not looked through any more."""
    garbage.put_off()
    was_enabled = gc.isenabled()
    garbage.take_up()

    assert not was_enabled
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == 20_000


def test_what_is_loaded_later_is_left_alone_too() -> None:
    """The emulated API is loaded with its first call; in a process that never took up, nothing is frozen by it."""
    code = """
import gc
from mock_udesk.server import garbage
garbage.spare()
before = gc.get_freeze_count()
garbage.put_off(); garbage.take_up()
there = gc.get_freeze_count()
later = [[number] for number in range(1000)]
garbage.spare()
print(before, there > 0, gc.get_freeze_count() >= there + 1000)
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "True", "True"]
