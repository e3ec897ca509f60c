"""openapi.json describes what is served: whatever it allows is answered as it says, by a real server."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mock_udesk.company.founding import Founding, made_up
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.settings import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# One of each: tests/slow/test_fuzz.py throws 20,000 at the same.
EXAMPLES = 1
# They wait for as long as they are asked to, or never end; tests/control_api/test_time.py and tests/server/test_events.py have them.
WAITING = {"POST /_mock/settle", "GET /_mock/events"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that takes unsigned calls: what is tried here is not the signature."""
    founding = Founding(
        subdomain="demo", credentials=made_up("demo", 0), rate=0.0, settings=Settings(auth="off", limits="off")
    )
    with Server.in_thread(ServerOptions(founding=founding)) as server:
        yield server.url


def test_every_answer_is_as_described(url: str) -> None:
    """Both APIs, each operation with made-up parameters and bodies; the operators of /_mock change settings meanwhile."""
    tried: set[str] = set()
    for result in schemathesis.openapi.from_url(f"{url}/_mock/openapi.json").get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if operation.label in WAITING:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: Case[Any]) -> None:
            case.validate_response(case.call(timeout=20), checks=CHECKS)

        answers()
        tried.add(operation.label)

    assert len(tried) > 70
