"""A day of one conversation: hundreds of steps pass by one `advance`, in due order, and come out the same in any process."""

import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

from mock_udesk.company.founding import Founding
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.settings import Settings

from .. import NOW
from ..integrator import Udesk
from ..receiver import Receiver

DAY = 86_400
MORNING = DAY // 4
PAUSE = 300
CALLS = DAY // PAUSE
# `fake` and `vars` are in it, so that a process's own chance or order would show.
STEPS = [
    step
    for number in range(1, CALLS + 1)
    for step in (
        {"wait": "5m"},
        {"reply": f"第{number}次,{{{{ now.hour }}}}点{{{{ now.minute }}}}分|{{{{ fake.name() }}}}"},
    )
]
SCENARIO: dict[str, Any] = {"scenario": "day", "rules": [{"on": "session_started", "do": STEPS}]}


async def _pass(udesk: Udesk, seconds: int) -> None:
    loaded = await udesk.operator("PUT", "/scenario", SCENARIO)
    assert loaded.status == 200, loaded.raw
    answer = await udesk.call("POST", "/im/sessions", json={"customer_token": "c-1", "assign_type": "agent"})
    assert answer.body["code"] == 1000, answer.raw
    await udesk.settle()
    await udesk.advance(seconds)


async def test_a_day_of_more_than_five_hundred_steps_passes_by_one_advance(udesk: Udesk) -> None:
    """Issue 4: each step at its due time, in order, each push taken by a real receiver before the next is made."""
    await _pass(udesk, DAY)

    rows = [
        (row["message_created_at"], row["data"]["content"].split("|")[0])
        for body in udesk.receiver.bodies[1:]
        for row in body["messages"]
    ]
    dues = [(number, NOW + timedelta(seconds=PAUSE * number)) for number in range(1, CALLS + 1)]
    report = (await udesk.operator("GET", "/scenario")).body
    deliveries = (await udesk.operator("GET", "/deliveries?limit=1000")).body["deliveries"]
    attempts = [row["attempts"][0]["at"][:19] for row in sorted(deliveries, key=lambda row: int(row["id"]))]
    assert len(STEPS) >= 500
    assert rows == [(f"{due:%Y%m%d %H:%M:%S}", f"第{number}次,{due.hour}点{due.minute}分") for number, due in dues]
    assert attempts[1:] == [f"{due:%Y-%m-%dT%H:%M:%S}" for _, due in dues]
    assert [step["ran"] for step in report["rules"][0]["steps"]] == [1] * len(STEPS)
    assert (report["runs"], report["unused"]) == ([], {"rules": [], "steps": []})
    assert (await udesk.operator("GET", "/problems")).body["problems"] == []


async def journal() -> bytes:
    """The journal of the day's first hours on a server of its own: what the processes below print."""
    credentials = Credentials(email="admin@demo.test", password="password", token="token", secret="secret")
    async with Receiver() as receiver, Receiver() as h5:
        settings = Settings(receive_url=receiver.url)
        founding = Founding(subdomain="demo", credentials=credentials, now=NOW, rate=0, settings=settings)
        async with Server(ServerOptions(founding=founding)) as server:
            slot = server.companies.default
            async with Udesk(server, slot, server.url, receiver, h5) as udesk:
                await _pass(udesk, MORNING)
                return slot.company.journal.export()


PROGRAM = """
import asyncio
import sys
from tests.server.test_scenario_day import journal
sys.stdout.buffer.write(asyncio.run(journal()))
"""


def test_the_same_day_is_the_same_journal_in_another_process() -> None:
    """Issue 4: byte for byte, whatever the hash seed. Slow by intent: two processes pass a quarter of the day each."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env=os.environ | {"PYTHONHASHSEED": seed}, stdout=subprocess.PIPE
        )
        for seed in ("1", "2")
    ]
    journals = [process.communicate(timeout=60)[0] for process in processes]

    assert [process.returncode for process in processes] == [0, 0]
    assert len({hashlib.sha256(journal).hexdigest() for journal in journals}) == 1
    # Each step's own entry, and what it made happen.
    assert journals[0].count(b"\n") > len(STEPS) // 4
