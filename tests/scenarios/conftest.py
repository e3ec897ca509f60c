"""The default company plays the file that the test's module is named after; no test may leave a problem."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.scenario.loader import load, read_sources

from ..integrator import Udesk
from . import SCENARIOS
from .app import App


@pytest.fixture
def founding(founding: Founding, request: pytest.FixtureRequest) -> Founding:
    """The default company with the module's scenario, if there is one; it begins at the module's BEGINS, if there is one."""
    path = SCENARIOS / f"{request.module.__name__.rpartition('test_')[2]}.yaml"
    scenario = load(read_sources([path])) if path.exists() else None
    return replace(founding, now=getattr(request.module, "BEGINS", founding.now), scenario=scenario)


@pytest.fixture
async def app(udesk: Udesk) -> AsyncIterator[App]:
    """The customers' app; at the end nothing of the scenario has failed and every push has arrived. Not each test has need of every rule."""
    yield App(udesk)
    found = (await udesk.operator("GET", "/problems")).body["problems"]
    assert [problem for problem in found if problem["kind"] != "unused_rule"] == []
