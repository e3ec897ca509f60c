"""The collector keeps out of the way of a starting server, and comes back."""

import gc
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
