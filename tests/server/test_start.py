"""What a server loads when: its start is waited for by many, its tables by who calls."""

import subprocess
import sys
from types import ModuleType

import pytest

from mock_udesk.server import app

from ..integrator import Udesk

START = """
import http.client, sys
import mock_udesk.cli.serving
from mock_udesk.company.founding import Founding, made_up
from mock_udesk.server.app import Server, ServerOptions
with Server.in_thread(ServerOptions(founding=Founding(subdomain="demo", credentials=made_up("demo", 0)))) as server:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", "/_mock/health")
    assert connection.getresponse().status == 200
    rooms = ("mock_udesk.udesk_api", "mock_udesk.openapi", "mock_udesk.control_api.table")
    print([name for name in sys.modules if name.startswith(rooms)])
"""


def test_a_server_is_healthy_without_the_tables_of_its_calls() -> None:
    """Field: it is there for its health check as soon as can be (`make bench`); the tables come with the first other call."""
    result = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, timeout=60)

    assert result.stdout == "[]\n"


async def test_a_bug_in_a_chapter_is_a_fault_of_the_first_call_and_no_crash(
    udesk: Udesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Architecture: the mock's own faults are journalled; once the chapter is whole, the next call is answered."""
    app.emulated_api.cache_clear()
    with monkeypatch.context() as patch:
        # A module without the name that is imported: as if a chapter had ended its import.
        patch.setitem(sys.modules, "mock_udesk.udesk_api", ModuleType("mock_udesk.udesk_api"))
        called = await udesk.call("GET", "/im/agent_status")
        controlled = await udesk.operator("GET", "/openapi.json")
        health = await udesk.operator("GET", "/health")
    after = await udesk.call("GET", "/im/agent_status")

    assert (called.status, called.body["message"]) == (200, "mock-udesk fault: see GET /_mock/problems")
    assert (controlled.status, controlled.body["error"]["code"]) == (409, "fault")
    assert after.body["code"] == 1000
    faults = [problem for problem in udesk.slot.company.journal.problems if problem.kind == "fault"]
    said = "ImportError: cannot import name 'UDESK_API'"
    assert [problem.text.startswith(said) for problem in faults] == [True, True]
    assert health.status == 200
