"""A server that dies in mid-conversation, and another one that goes on from its snapshot: real processes, kill -9. Issue 5, Must hold."""

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from ..receiver import Receiver
from ..test_cli import Program

SCENARIO = """\
scenario: a reply that is due
company:
  agents:
    - {name: Tom, welcome: ""}
rules:
  - on: message
    do: [{wait: 3s}, {reply: "{{ fake.name() }}: 三秒"}, {wait: 1s}, {reply: "四秒"}]
"""
NOW = "2026-11-22T10:00:00+08:00"


class Mock:
    """A `mock-udesk serve` of its own process, on a clock that stands still."""

    def __init__(self, *args: str) -> None:
        self.program = Program("serve", "--port", "0", "--now", NOW, "--rate", "0", "--auth", "off", *args)
        self.url = self.program.until(lambda line: " listens on " in line).rpartition(" ")[2]

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer of a call, as JSON."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url + path, data=data, headers=headers) as response,
        ):
            raw = await response.read()
            assert response.status in (200, 201), raw
        return json.loads(raw)

    async def raw(self, path: str) -> bytes:
        """The bytes of an answer."""
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as response:
            return await response.read()

    def kill(self) -> None:
        """Ends it at once, and leaves it no time for anything."""
        self.program.process.send_signal(signal.SIGKILL)
        self.program.process.wait(timeout=20)


async def in_mid_conversation(mock: Mock, receiver: Receiver) -> None:
    """A reply is due in 3 s; of another customer a push has failed, was tried once more, and waits for its second retry."""
    receiver.answer_with(500, 500)
    session = await mock.ask("POST", "/_mock/sessions", {"customer_token": "c-2", "agent_id": 3})
    await mock.ask("POST", f"/_mock/sessions/{session['id']}/messages", {"content": "late"})
    await mock.ask("POST", f"/_mock/sessions/{session['id']}/messages", {"content": "later"})
    await mock.ask("POST", "/_mock/settle", {})
    await mock.ask("POST", "/_mock/clock/advance", {"seconds": 10})
    answer = await mock.ask(
        "POST", "/open_api_v1/im/sessions", {"customer_token": "c-1", "assign_type": "agent", "agent_id": 3}
    )
    message = {
        "customer_token": "c-1",
        "im_sub_session_id": answer["assign_info"]["im_sub_session_id"],
        "type": "message",
        "message_id": "m-1",
        "data": {"content": "hi"},
    }
    answer = await mock.ask("POST", "/open_api_v1/im/messages", message)
    assert answer["code"] == 1000, answer
    await mock.ask("POST", "/_mock/settle", {})


def told(receiver: Receiver, since: int = 0) -> list[tuple[str, str]]:
    """Who was sent what, in order, but for the starts of sessions."""
    return [
        (body["customer_token"], message["data"]["content"])
        for body in receiver.bodies[since:]
        for message in body["messages"]
        if message["type"] == "message"
    ]


async def the_rest(mock: Mock, receiver: Receiver) -> list[tuple[str, str]]:
    """What comes in the next minute, in order."""
    since = len(receiver.requests)
    await mock.ask("POST", "/_mock/clock/advance", {"seconds": 60})
    return told(receiver, since)


async def test_after_kill_9_another_process_goes_on_and_each_push_arrives_once(
    receiver: Receiver, tmp_path: Path
) -> None:
    """Snapshot in mid-conversation, with a reply due in 3 s and a push in its second retry; kill -9; restore; advance."""
    file = tmp_path / "due.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    loop = asyncio.get_running_loop()
    start: Callable[..., Mock] = Mock
    mock, other = await asyncio.gather(
        loop.run_in_executor(None, lambda: start("--scenario", str(file), "--receive-url", receiver.url)),
        # Of another seed, without a scenario and a receiver: all of that is in the snapshot.
        loop.run_in_executor(None, lambda: start("--seed", "9")),
    )
    with mock.program, other.program:
        await in_mid_conversation(mock, receiver)
        snapshot = await mock.raw("/_mock/snapshot")
        deliveries = (await mock.ask("GET", "/_mock/deliveries"))["deliveries"]
        mock.kill()

        shown = await other.ask("PUT", "/_mock/snapshot", snapshot)
        rest = await the_rest(other, receiver)
        again = await other.raw("/_mock/snapshot")

    late = next(row for row in deliveries if row["state"] == "pending")
    assert [attempt["outcome"] for attempt in late["attempts"]] == ["failed", "failed"]
    assert (shown["now"], shown["seed"]) == ("2026-11-22T10:00:10.000+08:00", 0)
    assert [(token, text.rpartition(": ")[2]) for token, text in rest] == [
        ("c-1", "三秒"),
        ("c-1", "四秒"),
        ("c-2", "late"),
        ("c-2", "later"),
    ]
    states = [row["state"] for row in json.loads(again)["company"]["outbox"]["deliveries"].values()]
    assert set(states) == {"delivered"}
