"""How long it takes from nothing to the first answer: `mock-udesk serve` beside a script of a bare aiohttp handler."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import psutil

from .child import ROOT, environment
from .plan import Plan, Row, compared

_BARE = """\
import sys
from aiohttp import web

async def handle(request):
    return web.json_response({"status": "ok"})

app = web.Application()
app.router.add_get("/_mock/health", handle)
app.router.add_get("/open_api_v1/im/agent_status", handle)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
"""
# The second one loads the emulated API; that it is not signed makes no difference to that.
_HEALTH, _EMULATED = (
    f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    for path in ("/_mock/health", "/open_api_v1/im/agent_status")
)
_GIVE_UP_SECONDS = 30.0


def starts(plan: Plan) -> Iterator[Row]:
    """The time to the first answer, and the memory that each holds then; bytecode is compiled beforehand for both."""
    with TemporaryDirectory() as folder:
        script = Path(folder, "bare.py")
        script.write_text(_BARE, encoding="utf-8")
        commands = {
            "ours": ["-m", "mock_udesk", "serve", "--port", "{port}"],
            "bare": [str(script), "{port}"],
        }
        cache = str(Path(folder, "cache"))
        for _ in range(plan.warm_starts):
            for command in commands.values():
                _start(command, cache)
        rounds = [{name: _start(command, cache) for name, command in commands.items()} for _ in range(plan.starts)]
    for measure, unit, number in (
        ("cold start to the first answer", "ms", 0),
        ("cold start to the first call of the API", "ms", 1),
        ("memory after the first answer", "MB", 2),
    ):
        yield compared(measure, unit, "", [{name: found[number] for name, found in each.items()} for each in rounds])


def _start(command: list[str], cache: str) -> tuple[float, float, float]:
    """Milliseconds from the start of a process to its health's answer and to that of a call of the API; its resident memory in MB in between."""
    port = _free_port()
    arguments = [part.replace("{port}", str(port)) for part in command]
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(cache),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port, _HEALTH):
            sleep(0.001)  # asked so often, the caller costs the machine little
            if process.poll() is not None or perf_counter() - began > _GIVE_UP_SECONDS:
                raise RuntimeError(f"{' '.join(arguments)} gave no answer; it ended with {process.poll()}")
        is_there, memory = perf_counter() - began, psutil.Process(process.pid).memory_info().rss / 1e6
        asked = perf_counter()
        _answers(port, _EMULATED)
        return is_there * 1000, (is_there + perf_counter() - asked) * 1000, memory
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(port: int, request: bytes) -> bool:
    with socket.socket() as caller:
        caller.settimeout(5)
        if caller.connect_ex(("127.0.0.1", port)) != 0:
            return False
        caller.sendall(request)
        return caller.recv(64).startswith(b"HTTP/1.1 200")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
