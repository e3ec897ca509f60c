"""Whether calls may come, and what may go wrong later: GET /_mock/ready (interfaces §3)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mock_udesk import __version__
from mock_udesk.company.founding import Founding
from mock_udesk.control_api.reachability import is_container, loopback_text
from mock_udesk.scenario.loader import load
from mock_udesk.scenario.scenario import Source
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.settings import Settings

from ..integrator import Udesk
from ..receiver import Receiver
from .raw import Raw, exchange

Start = Callable[[ServerOptions], Awaitable[Server]]
ASK = b"GET /_mock/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
RULES = "scenario: s\nrules:\n  - {on: message, do: [read]}\n  - {on: queued, do: [{wait: 1s}]}\n"


async def asked(server: Server) -> tuple[int, Any]:
    """Status and body of the answer."""
    status, body = await exchange(server, ASK)
    return status, json.loads(body)


def outside(founding: Founding, **more: Any) -> ServerOptions:
    """A server that is in no container, whatever this machine is."""
    return ServerOptions(founding=founding, is_in_container=False, **more)


async def test_it_says_that_it_listens_and_what_each_company_plays(founding: Founding, start_server: Start) -> None:
    """Ready when scenarios are loaded: which, and how many rules."""
    scenario = load([Source(file="refund.yaml", text=RULES)])
    server = await start_server(outside(replace(founding, scenario=scenario)))
    server.companies.create(subdomain="acme")

    status, body = await asked(server)

    assert status == 200
    assert (body["status"], body["version"], body["warnings"]) == ("ready", __version__, [])
    assert [(check["name"], check["ok"]) for check in body["checks"]] == [
        ("listening", True),
        ("scenario of demo", True),
        ("scenario of acme", True),
    ]
    assert [check["text"] for check in body["checks"][1:]] == ["refund.yaml is loaded (2 rules)", "none is played"]


async def test_a_server_that_stops_is_not_ready(founding: Founding, receiver: Receiver, start_server: Start) -> None:
    """503 on the connections that are there yet, while pushes drain: whoever balances load goes elsewhere."""
    receiver.always("hang")
    server = await start_server(outside(founding))
    server.companies.default.company.change_settings({"auth": "off"}, None)
    async with Raw(server) as raw:
        raw.send(ASK)
        before, _ = await raw.answer()
        raw.send(
            b"POST /open_api_v1/im/sessions?customer_token=c-1&assign_type=agent HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        await raw.answer()
        await receiver.arrived(1)
        stopping = asyncio.create_task(server.stop(5))
        while server.surroundings.is_ready:  # noqa: ASYNC110 - gives way, does not wait
            await asyncio.sleep(0)
        raw.send(ASK)
        status, body = await raw.answer()
        receiver.release()
        await stopping

    assert (before, status, json.loads(body)["status"]) == (200, 503, "not ready")
    assert json.loads(body)["checks"][0]["ok"] is False


async def test_urls_that_refuse_connections_are_warnings_never_a_no(founding: Founding, start_server: Start) -> None:
    """CI services start before the app. Neither what stands in a URL's query nor its password is repeated."""
    async with Receiver() as gone:
        port = gone.port
    settings = Settings(
        receive_url=f"http://me:s3cret@127.0.0.1:{port}/in?key=s3cret", h5_push_url="http://localhost:1/h5"
    )
    server = await start_server(outside(replace(founding, settings=settings)))

    status, body = await asked(server)

    assert (status, body["status"]) == (200, "ready")
    refused, h5 = body["warnings"]
    assert refused.startswith(f"receive_url http://127.0.0.1:{port}/in: connection refused; ")
    assert h5.startswith("h5_push_url http://localhost:1/h5: ")
    assert "s3cret" not in json.dumps(body)


async def test_the_urls_are_those_of_the_company_that_is_called(udesk: Udesk) -> None:
    """Companies are apart."""
    acme = await udesk.company("acme", h5_push_url="http://127.0.0.1:1/h5")
    mine = await udesk.operator("GET", "/ready")
    theirs = await acme.operator("GET", "/ready")

    assert not any("h5_push_url" in warning for warning in mine.body["warnings"])
    assert any("h5_push_url" in warning for warning in theirs.body["warnings"])
    assert [check["name"] for check in theirs.body["checks"]] == ["listening", "scenario of acme", "scenario of demo"]


async def test_loopback_inside_a_container_is_a_warning_that_says_what_to_do(
    founding: Founding, start_server: Start
) -> None:
    """127.0.0.1 is the container itself there; somebody may well listen at it."""
    server = await start_server(ServerOptions(founding=founding, is_in_container=True))

    status, body = await asked(server)

    (warning,) = body["warnings"]
    assert (status, body["status"]) == (200, "ready")
    assert warning.startswith("receive_url http://127.0.0.1:")
    for words in (
        "is the container itself",
        "http://host.docker.internal:",
        "service name",
        "something here does take",
    ):
        assert words in warning


@pytest.mark.parametrize(
    ("url", "is_loopback"),
    [
        ("http://localhost:9000/x", True),
        ("http://LOCALHOST./x", True),
        ("http://app.localhost/x", True),
        ("http://127.8.8.8/x", True),
        ("http://[::1]:9000/x", True),
        ("http://0.0.0.0:9000/x", True),
        ("http://app:9000/x", False),
        ("http://host.docker.internal:9000/x", False),
        ("http://10.0.0.5/x", False),
        ("http://localhost.example/x", False),
    ],
)
def test_which_urls_lead_back_into_the_container(url: str, is_loopback: bool) -> None:
    """Names and addresses of loopback, and 0.0.0.0, which whoever connects to it is himself."""
    assert bool(loopback_text("receive_url", url)) is is_loopback


def _made(root: Path, name: str, text: str = "") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "text", "environ", "is_one"),
    [
        (".dockerenv", "", {}, True),
        ("run/.containerenv", "", {}, True),
        ("proc/1/cgroup", "0::/system.slice/docker-abc.scope\n", {}, True),
        ("proc/1/cgroup", "11:cpu:/kubepods/burstable/pod1\n", {}, True),
        ("proc/1/cgroup", "0::/init.scope\n", {}, False),
        ("else", "", {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, True),
        ("else", "", {}, False),
    ],
)
def test_what_says_that_this_is_a_container(
    tmp_path: Path, file: str, text: str, environ: dict[str, str], is_one: bool
) -> None:
    """Docker's and Podman's marks, Kubernetes' variable, the control group of the first process."""
    _made(tmp_path, file, text)

    assert is_container(tmp_path, environ) is is_one


async def test_files_that_could_not_be_loaded_anew_are_a_warning(founding: Founding, start_server: Start) -> None:
    """`serve --reload`: the last good scenario is played, so calls may come."""
    server = await start_server(outside(founding))
    server.companies.default.not_reloaded = "not reloaded, the last good scenario goes on: a.yaml:1:1: x"

    status, body = await asked(server)

    assert (status, body["warnings"]) == (200, ["demo: not reloaded, the last good scenario goes on: a.yaml:1:1: x"])
