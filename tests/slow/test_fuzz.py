"""The whole OpenAPI against a server process: 20,000 calls of both tables, good and bad ones, from fixed seeds (`make test-slow`, some minutes)."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import psutil
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mock_udesk.company.signing.open_api import signed_query
from mock_udesk.company.signing.struct import signed_struct_query

from ..openapi_calls import BEGIN, EMULATED
from ..openapi_examples import CREDENTIALS

pytestmark = pytest.mark.slow

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
ROUNDS = 8
# In each round, for each operation: good and bad calls, by the table that they are of.
EXAMPLES = {"open_api_v1": (23, 9), "_mock": (16, 7)}
LEAST_CALLS = 10_000
# What a process may grow by after half of the calls: what it keeps by then is kept by reset.
MOST_GROWTH_MIB = 16.0
TIMEOUT_SECONDS = 30
NEVER_ENDING = "GET /_mock/events"
# Every second call speaks of what there is: made-up ids alone would meet nothing but refusals.
THERE: Mapping[str, Any] = {
    "customer_token": "customer-5",
    "im_sub_session_id": 1004,
    "session_id": 1004,
    "agent_id": 3,
    "group_id": 11,
    "robot_id": 12362,
    "scene_id": 39,
    "customer_id": 6,
    "agent_ids[]": [3],
    "subdomain": "acme",
}
# How long a call waits, and where it makes the server call: whoever asks for less is asked for less.
AT_MOST = {"timeout_seconds": 0.02, "within_seconds": 0.02, "quiet_seconds": 0.01, "seconds": 3600}
NOWHERE = "http://127.0.0.1:9/nobody"


@dataclass(slots=True)
class Process:
    """A server in a process of its own, as users start it."""

    url: str
    process: psutil.Process
    session: requests.Session

    def call(self, method: str, path: str, json: Any = None) -> Any:
        """A call that has to work."""
        answer = self.session.request(method, f"{self.url}{path}", json=json, timeout=TIMEOUT_SECONDS)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def mebibytes(self) -> float:
        """What it holds in memory."""
        held: int = self.process.memory_info().rss
        return held / 2**20


@pytest.fixture
def server() -> Iterator[Process]:
    """Unsigned calls are taken at first, time stands still, limits are off."""
    command = [sys.executable, "-m", "mock_udesk", "serve", "--port", "0", "--auth", "off", "--limits", "off"]
    command += ["--now", NOW.isoformat(), "--rate", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            words = (word for line in process.stdout for word in line.split())
            url = next(word for word in words if word.startswith("http://127.0.0.1:"))
            # Nobody reads what it says, so that it never waits for a reader.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            with requests.Session() as session:
                yield Process(url.partition("/open_api_v1")[0].rstrip("/"), psutil.Process(process.pid), session)
        finally:
            process.terminate()
            process.wait(10)


@pytest.mark.parametrize("table", ["open_api_v1", "_mock"])
def test_ten_thousand_calls_are_answered_as_described(server: Process, table: str) -> None:
    """No 5xx, no answer outside the schema, no fault journalled, alive at the end, memory flat. Slow: it is the number that counts."""
    tries = Tries(server)
    operations = [
        row.ok()
        for row in schemathesis.openapi.from_url(f"{server.url}/_mock/openapi.json").get_all_operations()
        if isinstance(row, Ok) and row.ok().path.startswith(f"/{table}")
    ]
    good, bad = EXAMPLES[table]
    held = []
    for number in range(ROUNDS):
        # Half of the rounds are signed: the verdict is part of what is tried.
        prepare(server, auth="strict" if number % 2 else "off")
        tries.is_signed = bool(number % 2)
        for operation in operations:
            for mode, examples in ((GenerationMode.POSITIVE, good), (GenerationMode.NEGATIVE, bad)):
                tries.run(operation, mode, examples, chance=number)
        assert_no_faults(server)
        clean(server)
        held.append(server.mebibytes())

    print(f"\n{table}: {tries.made} calls, MiB after each round: {[round(mebibytes, 1) for mebibytes in held]}")
    assert tries.made >= LEAST_CALLS
    assert held[-1] - held[ROUNDS // 2 - 1] < MOST_GROWTH_MIB, held
    assert server.call("GET", "/_mock/health")["status"] == "ok"


class Tries:
    """Makes the calls and counts them."""

    def __init__(self, server: Process) -> None:
        self.server = server
        self.made = 0
        self.is_signed = False
        self._nonces = count()

    def run(self, operation: Any, mode: GenerationMode, examples: int, *, chance: int) -> None:
        """So many calls of one operation; what is wrong with one is raised with the curl line that shows it."""

        @seed(chance)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), is_there=st.booleans())
        def answers(case: Case[Any], is_there: bool) -> None:
            self._lay(case, is_there)
            self.made += 1
            if operation.label == NEVER_ENDING:
                self._look(case)
            else:
                answer = case.call(session=self.server.session, timeout=TIMEOUT_SECONDS)
                # A bug of ours is answered like a refusal of the call's family.
                assert b"mock-udesk fault" not in answer.content, f"{answer.text}\n{case.as_curl_command()}"
                case.validate_response(answer, checks=CHECKS)

        run: Callable[[], None] = answers
        try:
            run()
        except Unsatisfiable:
            # Nothing can be wrong with a call that takes nothing.
            assert mode is GenerationMode.NEGATIVE

    def _lay(self, case: Case[Any], is_there: bool) -> None:
        parts: list[dict[str, Any]] = [
            part for part in (case.path_parameters, case.query, case.body) if isinstance(part, dict)
        ]
        for part in parts:
            if is_there:
                part.update({name: value for name, value in THERE.items() if name in part})
            for name, most in AT_MOST.items():
                given = part.get(name)
                if isinstance(given, int | float) and given > most:
                    part[name] = most
            for name in ("receive_url", "h5_push_url"):
                if isinstance(part.get(name), str):
                    part[name] = NOWHERE
        if self.is_signed and case.path.startswith("/open_api_v1") and isinstance(case.query, dict):
            case.query.update(self._signature(case))

    def _signature(self, case: Case[Any]) -> dict[str, str]:
        query = case.query or {}
        if "nonce" not in query and case.path.endswith("/struct_messages"):
            ids = [query.get(name) for name in ("im_sub_session_id", "customer_id", "agent_id")]
            if not all(isinstance(value, int) for value in ids):
                return {}
            session_id, customer_id, agent_id = (int(str(value)) for value in ids)
            return signed_struct_query(
                CREDENTIALS, im_sub_session_id=session_id, customer_id=customer_id, agent_id=agent_id, now=NOW
            )
        return signed_query(CREDENTIALS, now=NOW, nonce=f"fuzz-{next(self._nonces)}")

    def _look(self, case: Case[Any]) -> None:
        """A stream has no end: its head is looked at, and the reader goes."""
        made = case.as_transport_kwargs()
        with self.server.session.request(**made, stream=True, timeout=TIMEOUT_SECONDS) as answer:
            assert answer.status_code < 500, answer.text
            if answer.status_code == 200:
                assert answer.headers["Content-Type"].startswith("text/event-stream")


def prepare(server: Process, *, auth: str) -> None:
    """What the calls that speak of something find: the story of the examples, up to its end."""
    server.call("PATCH", "/_mock/company", {"auth": "off"})
    for ask in (*BEGIN, *EMULATED):
        method, _, path = ask.line.partition(" ")
        path = path if path.startswith("/_mock") else f"/open_api_v1{path}"
        server.session.request(method, f"{server.url}{path}", json=ask.json, params=ask.query, timeout=TIMEOUT_SECONDS)
    server.call("PATCH", "/_mock/company", {"auth": auth})


def clean(server: Process) -> None:
    """All that was made goes: what stays in memory then was kept by the mock."""
    for company in server.call("GET", "/_mock/companies")["companies"]:
        if not company["is_default"]:
            server.call("DELETE", f"/_mock/companies/{company['subdomain']}")
    server.call("POST", "/_mock/reset", {"settings": True})


def assert_no_faults(server: Process) -> None:
    """No company has met a bug of ours."""
    for company in server.call("GET", "/_mock/companies")["companies"]:
        problems = server.call("GET", f"/c/{company['subdomain']}/_mock/problems")["problems"]
        assert [problem for problem in problems if problem["kind"] == "fault"] == []
