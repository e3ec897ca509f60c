"""The mock's own faults, wherever they happen: answered, journalled, never in silence."""

from collections.abc import Awaitable, Callable

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.company.journal.journal import Journal
from mock_udesk.server import replies
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.server.front import Front

from ..integrator import Udesk
from .raw import exchange


def _broken(*_: object, **__: object) -> None:
    raise KeyError("no such thing")


def _faults(server: Server) -> list[str]:
    return [problem.text for problem in server.companies.default.company.journal.problems if problem.kind == "fault"]


@pytest.mark.parametrize(
    ("owner", "name", "path"),
    [(Journal, "close_call", "/open_api_v1/log_in"), (Front, "place", "/open_api_v1/log_in"), (replies, "hall", "/")],
    ids=["journal", "front", "hall"],
)
async def test_a_fault_anywhere_on_the_way_is_answered_and_journalled(
    udesk: Udesk, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, path: str
) -> None:
    """Architecture: the mock's own faults are journalled as `fault`, never hidden in a 500."""
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, _broken)
        answer = await udesk.send("GET", path)

    text = "mock-udesk fault: see GET /_mock/problems"
    assert (answer.status, answer.body) == (200, {"code": 2000, "message": text, "code_message": text})
    assert _faults(udesk.server) == ["KeyError: 'no such thing'"]


async def test_a_fault_after_an_operators_call_is_answered_as_the_operators(
    udesk: Udesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interfaces §3: errors of the control API have a 4xx status and one object."""
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "close_call", _broken)
        answer = await udesk.operator("POST", "/clock/advance", {"seconds": 1})

    assert (answer.status, answer.body["error"]["code"]) == (409, "fault")
    assert _faults(udesk.server) == ["KeyError: 'no such thing'"]


async def test_a_log_that_fails_changes_no_answer(
    founding: Founding, start_server: Callable[[ServerOptions], Awaitable[Server]]
) -> None:
    """What was done is answered; that it could not be told of is a fault of ours."""
    told: list[CallEntry] = []

    def log_call(entry: CallEntry, company: str) -> None:
        told.append(entry)
        raise KeyError("no such thing")

    server = await start_server(ServerOptions(founding=founding, log_call=log_call))
    emulated = await exchange(server, b"GET /open_api_v1/im/agent_status HTTP/1.1\r\nHost: localhost\r\n\r\n")
    control = await exchange(
        server, b'POST /_mock/clock/advance HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{"seconds":1}'
    )

    assert (emulated[0], b"20621" in emulated[1], control[0]) == (200, True, 200)
    assert [entry.status for entry in told] == [200, 200]
    assert _faults(server) == ["KeyError: 'no such thing'"] * 2
