"""The program as people start it: real processes, real sockets, and nothing but text to go by."""

import json
import os
import queue
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from click.testing import CliRunner

from mock_udesk import __version__
from mock_udesk.cli import main
from mock_udesk.cli.calling import named_after
from mock_udesk.cli.log import request_log
from mock_udesk.cli.saying import first_lines
from mock_udesk.company.journal.entries import CallEntry
from mock_udesk.company.pushes.pushes import PUSHES
from mock_udesk.options import Options
from mock_udesk.udesk_api import UDESK_API
from mock_udesk.udesk_api.not_emulated import NOT_EMULATED

from . import NOW

PATIENCE_SECONDS = 20.0
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_UDESK_")}


class Program:
    """A running `mock-udesk`, read line by line."""

    def __init__(self, *args: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mock_udesk", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=CLEAN | env,
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def until(self, is_it: Callable[[str], bool]) -> str:
        """Reads on until a line fits, and returns it."""
        while True:
            line = self._queue.get(timeout=PATIENCE_SECONDS)
            if line is None:
                raise AssertionError(f"the program ended, having said {self.lines}")
            self.lines.append(line)
            if is_it(line):
                return line

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, list[str], str, float]:
        """Sends a signal; returns exit code, the lines that were left, standard error, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        seconds = time.monotonic() - began
        self._reader.join(PATIENCE_SECONDS)
        left = []
        while (line := self._queue.get(timeout=PATIENCE_SECONDS)) is not None:
            left.append(line)
        assert self.process.stderr is not None
        return code, left, self.process.stderr.read(), seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def run(*args: str, text: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "mock_udesk", *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=CLEAN | env,
        input=text,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def is_curl(line: str) -> bool:
    return line.startswith("curl ")


def pasted(line: str) -> bytes:
    """What a shell would do with a curl line; without curl, what it says is done here."""
    words = shlex.split(line)
    if shutil.which("curl"):
        return subprocess.run(words, capture_output=True, check=True, timeout=PATIENCE_SECONDS).stdout
    values = {name: words[index + 1] for index, name in enumerate(words) if name in ("-X", "-H", "-d")}
    url = next(word for word in words if word.startswith("http"))
    name, _, value = values["-H"].partition(": ")
    request = urllib.request.Request(url, values["-d"].encode(), {name: value}, method=values["-X"])
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        answer: bytes = response.read()
        return answer


def without_uvloop(folder: Path) -> dict[str, str]:
    """Variables with which a program finds no uvloop."""
    (folder / "uvloop.py").write_text("raise ImportError\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


UNUSUAL = (
    *("--h5-push-url", "http://127.0.0.1:9/h5", "--control-token", "swordfish", "--control", "open"),
    *("--now", "2026-11-22T10:00:00+08:00", "--rate", "0", "--auth", "lenient", "--limits", "off"),
)
UNUSUAL_FACTS = {
    "h5_push_url": "http://127.0.0.1:9/h5",
    "control_token_needed": True,
    "control": "open",
    "now": "2026-11-22T10:00:00+08:00",
    "rate": 0.0,
    "auth": "lenient",
    "limits": "off",
}


def first_said(*args: str) -> str:
    """All that `serve` would say before it is called."""
    context = main.commands["serve"].make_context("serve", list(args))
    options = Options.of(context)
    return "\n".join(first_lines("http://127.0.0.1:8090", options, options.founding(), is_reloading=False))


def until_refused(first_line: str) -> None:
    """Waits until nobody listens any more: the drain has begun."""
    match = re.search(r"http://127\.0\.0\.1:(\d+)", first_line)
    assert match is not None
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(match[1]))):
                return
    raise AssertionError("it listens still")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The URL of a server of its own process."""
    with Program("serve", "--port", "0") as program:
        yield program.until(lambda line: " listens on " in line).rpartition(" ")[2]


# -- serve ---------------------------------------------------------------------------------------------------------------


def test_the_first_lines_say_where_and_with_what_and_the_curl_line_works_when_pasted() -> None:
    """interfaces.md §1, serve; the sign is good for one call, so the second paste is refused as a used nonce."""
    with Program("serve", "--port", "0", "--token", "it's & odd", "--email", "a+b@example.com") as program:
        curl = program.until(is_curl)
        first = "\n".join(program.lines)
        url = program.lines[0].rpartition(" ")[2]
        answers = [json.loads(pasted(curl)) for _ in range(2)]
        log = program.until(lambda line: " 1000 " in line)
        refused = program.until(lambda line: " 20623 " in line)
        code, _, stderr, _ = program.end()

    assert program.lines[0] == f"mock-udesk {__version__} listens on {url}"
    for shown in (f"{url}/open_api_v1", "a+b@example.com", "it's & odd", "11111111-1111-4111-8111-111111111111"):
        assert shown in first
    assert "5 minutes" in first
    assert "--curl" in first
    assert [answer["code"] for answer in answers] == [1000, 20623]
    assert log.split()[1:7] == ["#1", "POST", "/open_api_v1/im/sessions", "200", "1000", "c-1"]
    assert "sign=" not in log
    assert "was used" in refused
    assert (code, stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_within_a_second_and_names_what_was_not_delivered(number: signal.Signals) -> None:
    """Nothing is lost in silence."""
    url = f"http://127.0.0.1:{free_port()}/receive"
    with Program("serve", "--port", "0", "--receive-url", url) as program:
        pasted(program.until(is_curl))
        code, left, stderr, seconds = program.end(number)

    named = [line for line in left if line.startswith("not delivered: ")]
    assert (code, stderr) == (0, "")
    assert seconds < 1.0
    assert len(named) == 1
    assert "push 1 (agent_messages) to customer c-1" in named[0]
    assert left[-1] == "stopped"


def test_as_json_every_line_is_an_object() -> None:
    """--log-format json, for log collectors."""
    with Program("serve", "--port", "0", MOCK_UDESK_LOG_FORMAT="json") as program:
        first = json.loads(program.until(lambda _: True))
        answer = json.loads(pasted(first["curl"]))
        call = json.loads(program.until(lambda _: True))
        _, left, _, _ = program.end()

    assert answer["code"] == 1000
    assert (first["event"], first["email"], first["token"]) == (
        "listening",
        "admin@demo.test",
        "00000000-0000-4000-8000-000000000000",
    )
    facts = {name: call[name] for name in ("event", "method", "path", "status", "code", "customer_token", "warnings")}
    assert facts == {
        "event": "call",
        "method": "POST",
        "path": "/open_api_v1/im/sessions",
        "status": 200,
        "code": 1000,
        "customer_token": "c-1",
        "warnings": [],
    }
    stopped = json.loads(left[-1])
    assert stopped["event"] == "stopped"
    # No URL is set: undeliverable, which is no loss.
    assert stopped["undelivered"] == []


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_second_signal_cuts_the_drain_short_and_still_names_what_was_not_delivered(
    tmp_path: Path, form: str, loop: str
) -> None:
    """130, as shells say of Ctrl-C; with either event loop."""
    with socket.socket() as deaf:
        # Accepts by its backlog, and never answers.
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/receive"
        args = ("serve", "--port", "0", "--receive-url", url, "--drain-seconds", "600", "--log-format", form)
        with Program(*args, **({} if loop == "uvloop" else without_uvloop(tmp_path))) as program:
            said = program.until(lambda line: is_curl(line) or '"curl"' in line)
            pasted(said if is_curl(said) else json.loads(said)["curl"])
            program.process.send_signal(signal.SIGINT)
            until_refused(program.lines[0])
            code, left, stderr, seconds = program.end(signal.SIGINT)

    named = "push 1 (agent_messages) to customer c-1: 1 attempt"
    assert (code, stderr) == (130, "")
    assert seconds < 5
    assert named in left[-1 if form == "json" else -2]
    assert left[-1] == "stopped" or json.loads(left[-1])["event"] == "stopped"


def test_the_first_lines_say_what_is_not_as_usual() -> None:
    """What a caller would stumble over: a needed token (never the token), the other push URL, the clock, who may call what."""
    usual, text, fast, line = (
        first_said(*args)
        for args in (
            (),
            UNUSUAL,
            ("--now", "2026-11-22T10:00:00+08:00", "--rate", "60", "--auth", "off", "--limits", "all"),
            (*UNUSUAL, "--log-format", "json"),
        )
    )
    facts = json.loads(line)

    assert [name for name in ("clock", "limits", "auth ", "Bearer", "H5") if name in usual] == []
    for shown in (
        "  H5 pushes to  http://127.0.0.1:9/h5\n",
        "needs Authorization: Bearer TOKEN, the one of --control-token",
        "  control       open: ",
        "  clock         stands still at 2026-11-22T10:00:00+08:00: ",
        "  auth          lenient: ",
        "  limits        off: ",
    ):
        assert shown in text
    assert "swordfish" not in text + line
    assert "  clock         starts at 2026-11-22T10:00:00+08:00, 60 times as fast as real time\n" in fast
    assert "  auth          off: signatures are not checked\n" in fast
    assert "  limits        all: 60 calls a minute" in fast
    assert {name: facts[name] for name in UNUSUAL_FACTS} == UNUSUAL_FACTS


def test_a_busy_port_is_one_line_and_1(served: str) -> None:
    """With what to do instead."""
    port = served.rpartition(":")[2]

    result = run("serve", "--port", port)

    assert (result.returncode, result.stdout) == (1, "")
    assert (
        result.stderr
        == f"mock-udesk: port {port} of 127.0.0.1 is in use; choose another with --port; 0 picks a free one\n"
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("serve", "--port", "x"), "mock-udesk serve: --port: found 'x', expected a number from 0 to 65535"),
        (("serve", "--prot", "1"), "mock-udesk serve: No such option '--prot'"),
        (("serve", "extra"), "mock-udesk serve: Got unexpected extra argument (extra)"),
        (("demo", "--rate", "fast"), "mock-udesk demo: --rate: found 'fast', expected a number from 0"),
        (("call", "GET", "/x", "-d", "{"), "mock-udesk call: -d: found '{', expected JSON"),
        (("call", "GET", "/x", "-d", "@/no/file"), "mock-udesk call: -d: /no/file: No such file or directory"),
        (("call", "GET"), "mock-udesk call: Missing argument 'PATH'"),
        (("endpoints", "--format", "xml"), "mock-udesk endpoints: Invalid value for '--format': 'xml' is not one of"),
        (("shout",), "mock-udesk: No such command 'shout'"),
        (
            ("call", "GET", "/x", "--base", "notaurl"),
            "mock-udesk call: --base: found 'notaurl': that is no URL like http",
        ),
        (("call", "GET", "/x", "--base", "http://a b"), "mock-udesk call: --base: found 'http://a b': that is no URL"),
        (("call", "GET", "/x", "--base", "http://h:99999"), "mock-udesk call: --base: found 'http://h:99999': that is"),
        (
            ("call", "GET", "/x", "--base", "http://h/?q=1"),
            "mock-udesk call: --base: found 'http://h/?q=1': that is no",
        ),
        (
            ("call", "GET", "http://h:1/c/acme/open_api_v1/im/agent_status?sign=secret"),
            "mock-udesk call: PATH: found a whole URL, expected a path: /im/agent_status with --base http://h:1/c/acme\n",
        ),
        (
            ("call", "GET", "https://h/_mock/sessions"),
            "mock-udesk call: PATH: found a whole URL, expected a path: /_mock/sessions with --base https://h\n",
        ),
        (
            ("call", "GET", "http://h"),
            "mock-udesk call: PATH: found a whole URL, expected a path: / with --base http://h\n",
        ),
    ],
)
def test_a_wrong_command_is_one_line_and_2(args: tuple[str, ...], said: str) -> None:
    """Never a traceback, never a page of usage."""
    result = CliRunner().invoke(main, args, prog_name="mock-udesk")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(said)


# -- call ----------------------------------------------------------------------------------------------------------------


def test_call_signs_and_prints_the_answer(served: str) -> None:
    """Chinese in, Chinese out; a body by -d, by file and by standard input."""
    created = run(
        "call",
        "POST",
        "/customers",
        "-d",
        "@-",
        "--base",
        served,
        text='{"customer": {"nick_name": "小王", "open_api_token": "小王"}}',
    )
    status = run("call", "get", "im/queue_status?customer_token=小王", "--base", f"{served}/open_api_v1/")

    assert json.loads(created.stdout)["customer"]["nick_name"] == "小王"
    assert "小王" in created.stdout
    assert json.loads(status.stdout) == {"code": 1000, "status": "未排队", "count": 0}
    assert (created.returncode, status.returncode, created.stderr, status.stderr) == (0, 0, "", "")


def test_a_hash_in_the_path_is_a_letter_like_others(served: str) -> None:
    """What follows a `#` is never sent, and the signature would be lost with it."""
    status = run("call", "GET", "/im/queue_status?customer_token=c#1", "--base", served)
    journal = run("call", "GET", "/_mock/requests?endpoint=GET /im/queue_status&limit=1", "--base", served)

    assert json.loads(status.stdout)["code"] not in (2059, 20620, 20621, 20622)
    assert "customer_token=c%231&" in journal.stdout


def test_call_as_a_curl_line_works_when_pasted(served: str) -> None:
    """--curl sends nothing, so that the line is still good."""
    body = json.dumps({"customer_token": "it's", "assign_type": "agent"})

    line = run("call", "POST", "/im/sessions", "-d", body, "--base", served, "--curl").stdout.strip()

    assert is_curl(line)
    assert "\n" not in line
    # The token of this customer is no legal one for every client, but it is quoted as a shell needs it.
    assert json.loads(pasted(line))["code"] in (1000, 2000)


def test_call_follows_the_variables_of_the_server(served: str) -> None:
    """The same MOCK_UDESK_PORT and MOCK_UDESK_EMAIL that the server was started with."""
    port = served.rpartition(":")[2]

    good = run("call", "GET", "/im/agent_status", MOCK_UDESK_PORT=port)
    bad = run("call", "GET", "/im/agent_status", MOCK_UDESK_PORT=port, MOCK_UDESK_EMAIL="x@y.z")

    assert [agent["name"] for agent in json.loads(good.stdout)["agents"]] == ["Tom", "Jerry"]
    assert json.loads(bad.stdout)["code"] == 2015


def test_call_reaches_the_control_api_unsigned(served: str) -> None:
    """Paths below /_mock; a status from 400 on is said and ends with 1."""
    health = run("call", "GET", "/_mock/health", "--base", served)
    nothing = run("call", "GET", "/_mock/agents/99", "--base", served)

    assert json.loads(health.stdout)["status"] == "ok"
    assert (nothing.returncode, nothing.stderr) == (1, "HTTP 404\n")
    assert json.loads(nothing.stdout)["error"]["code"]


def test_call_ends_with_1_when_a_verify_does_not_hold(served: str) -> None:
    """So a script with `set -e` stops there; the answer is printed all the same."""
    yes = run("call", "POST", "/_mock/verify", "-d", '{"path": "/im/nothing", "never": true}', "--base", served)
    no = run("call", "POST", "/_mock/verify", "-d", '{"path": "/im/nothing"}', "--base", served)

    assert (yes.returncode, no.returncode, no.stderr) == (0, 1, "")
    assert (json.loads(yes.stdout)["ok"], json.loads(no.stdout)["ok"]) == (True, False)


def test_call_sends_a_scenario_as_the_yaml_that_it_is(served: str, tmp_path: Path) -> None:
    """-d @FILE.yaml, to the control API alone; a curl line says so too."""
    file = tmp_path / "refund.yaml"
    file.write_text("rules:\n  - {on: message, do: [reply: 好的]}  # not JSON\n", encoding="utf-8")

    put = run("call", "PUT", "/_mock/scenario", "-d", f"@{file}", "--base", served)
    line = run("call", "PUT", "_mock/scenario", "-d", f"@{file}", "--base", served, "--curl").stdout
    removed = run("call", "DELETE", "/_mock/scenario", "--base", served)
    elsewhere = run("call", "POST", "/im/messages", "-d", f"@{file}", "--base", served)
    missing = run("call", "PUT", "/_mock/scenario", "-d", "@none.yaml", "--base", served)

    assert [rule["on"] for rule in json.loads(put.stdout)["rules"]] == ["message"]
    assert json.loads(put.stdout)["files"][0]["file"] == str(file)
    assert "Content-Type: application/yaml" in line
    assert removed.returncode == 0
    assert (elsewhere.returncode, missing.returncode) == (2, 2)
    assert "expected JSON" in elsewhere.stderr
    assert missing.stderr.endswith("-d: none.yaml: No such file or directory, expected a file with YAML\n")


@pytest.mark.parametrize(
    ("path", "data", "sent"),
    [
        ("/_mock/scenario", "@bad.yaml", "/_mock/scenario?file=bad.yaml"),
        ("_mock/scenario", "@a b/空.json", "_mock/scenario?file=a%20b/%E7%A9%BA.json"),
        ("/_mock/scenario?x=1", "@bad.yaml", "/_mock/scenario?x=1&file=bad.yaml"),
        ("/_mock/scenario?file=mine", "@bad.yaml", "/_mock/scenario?file=mine"),
        ("/_mock/scenario", "@-", "/_mock/scenario"),
        ("/_mock/scenario", "{}", "/_mock/scenario"),
        ("/_mock/scenario", f"@{'d/' * 200}bad.yaml", "/_mock/scenario?file=bad.yaml"),
        ("/_mock/companies", "@bad.yaml", "/_mock/companies"),
    ],
)
def test_a_scenario_that_is_sent_from_a_file_is_called_so(path: str, data: str, sent: str) -> None:
    """What the server finds in it then has the file's name, unless another was given."""
    assert named_after("PUT", path, data) == sent


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gbk.yaml", "-d: gbk.yaml: found the byte 0xc4, which is no UTF-8, expected YAML in UTF-8"),
        (
            "ok.txt",
            "-d: ok.txt: found no JSON (Expecting value: line 1 column 1 (char 0)), expected JSON; YAML is sent",
        ),
    ],
)
def test_a_body_s_file_that_can_not_be_sent_is_named_with_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    """Asked wrongly."""
    monkeypatch.chdir(tmp_path)
    Path("gbk.yaml").write_bytes("rules: 你好".encode("gbk"))
    Path("ok.txt").write_text("rules: []\n", encoding="utf-8")

    result = CliRunner().invoke(main, ["call", "PUT", "/_mock/scenario", "-d", f"@{name}"])

    assert result.exit_code == 2
    assert said in result.stderr


def test_what_is_wrong_with_a_scenario_is_one_line_of_the_request_log() -> None:
    """The first of all findings, and how many there are; as JSON it is whole."""
    entry = CallEntry(
        id=1, at=NOW, kind="operator", method="PUT", path="/_mock/scenario?file=x", headers=(), detail="a:1:1: x\nb\nc"
    )
    entry.status = 422
    lines: list[str] = []

    request_log("text", lines.append)(entry, "demo")
    request_log("json", lines.append)(entry, "demo")

    assert lines[0] == "#1 PUT /_mock/scenario 422  3 findings, the first: a:1:1: x"
    assert json.loads(lines[1])["detail"] == "a:1:1: x\nb\nc"


def test_call_signs_structured_messages_by_their_own_scheme(served: str) -> None:
    """Ruling 4: MD5 with the shared secret over four parameters; neither email nor nonce, and the rest is kept."""
    opened = json.loads(
        run("call", "POST", "/_mock/sessions", "-d", '{"sdk_token": "s-struct"}', "--base", served).stdout
    )
    ids = f"im_sub_session_id={opened['id']}&customer_id={opened['customer']['id']}&agent_id={opened['agent']['id']}"
    # Ids in any order, a timestamp of yesterday and a wrong sign: all are put right.
    path = f"im/sessions/struct_messages?x=1%202&sign=old&timestamp=1&{'&'.join(reversed(ids.split('&')))}"
    words = ("call", "POST", path, "-d", '{"data": {"title": "卡片"}}', "--base", served)

    bad = run(*words, "--secret", "another")
    line = run(*words, "--curl").stdout
    good = run(*words)

    assert json.loads(good.stdout) == {"status": 1000, "message": "发送成功"}
    assert json.loads(bad.stdout)["status"] == 2059
    query = next(word for word in shlex.split(line) if word.startswith("http")).partition("?")[2]
    assert re.fullmatch(rf"{ids}&timestamp=[0-9]{{10}}&sign=[0-9a-f]{{32}}&x=1%202", query)


def test_call_names_what_a_structured_message_is_signed_over() -> None:
    """Nothing is sent; 2 as for every mistake in asking."""
    result = run("call", "POST", "/im/sessions/struct_messages?customer_id=c-1&agent_id=3", "--curl")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith(
        " call: PATH: expected ?im_sub_session_id=…&customer_id=…&agent_id=…, which are signed: "
        "im_sub_session_id, customer_id missing, or no number\n"
    )


def test_call_without_an_answer_is_one_line_and_1() -> None:
    """Nobody listens there."""
    base = f"http://127.0.0.1:{free_port()}"

    result = run("call", "GET", "/im/agent_status", "--base", base)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"mock-udesk: {base} can't be reached: Connection refused\n"


# -- ready ---------------------------------------------------------------------------------------------------------------


def test_ready_follows_the_port_and_is_cheap(served: str) -> None:
    """What HEALTHCHECK runs every few seconds imports neither aiohttp nor pydantic."""
    port = served.rpartition(":")[2]
    code = (
        "import sys; from mock_udesk.cli import main\n"
        "try: main(['ready'])\n"
        "except SystemExit as end: print(end.code, sorted({'aiohttp', 'pydantic', 'ruamel', 'asyncio'} & set(sys.modules)))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=CLEAN | {"MOCK_UDESK_PORT": port, "MOCK_UDESK_HOST": "0.0.0.0"},
        timeout=PATIENCE_SECONDS,
    )

    assert result.stdout == f"http://127.0.0.1:{port} is healthy\n0 []\n"


def test_not_ready_is_one_line_and_1(served: str, tmp_path: Path) -> None:
    """Nobody there, somebody else there, no URL."""
    nobody = run("ready", "--url", f"http://127.0.0.1:{free_port()}")
    else_where = run("ready", "--url", f"{served}/somewhere")
    no_url = run("ready", "--url", "127.0.0.1")

    assert [result.returncode for result in (nobody, else_where, no_url)] == [1, 1, 1]
    assert "is not ready: Connection refused" in nobody.stderr
    assert "is not ready: it answered 404" in else_where.stderr
    assert "is not ready: that is no URL like" in no_url.stderr


# -- endpoints and the rest ----------------------------------------------------------------------------------------------


def test_endpoints_lists_every_endpoint_push_and_gap_in_each_form() -> None:
    """Coverage whole or partial, source documented, measured or assumed: from the declarations themselves."""
    forms = {
        form: CliRunner().invoke(main, ["endpoints", "--format", form]).output for form in ("text", "markdown", "json")
    }
    data = json.loads(forms["json"])

    assert [row["endpoint"] for row in data["endpoints"]] == [endpoint.name for endpoint in UDESK_API]
    assert [row["push"] for row in data["pushes"]] == [push.name for push in PUSHES]
    assert [row["section"] for row in data["pages"]] == ["自定义 IM 结构化消息列表页面"]
    assert [row["not emulated"] for row in data["not_emulated"]] == [row.name for row in NOT_EMULATED]
    assert {row["coverage"] for row in data["endpoints"]} <= {"whole", "partial"}
    assert {row["source"] for row in data["endpoints"] + data["pushes"]} <= {"documented", "measured", "assumed"}
    for name in ("POST /im/messages", "agent_messages", "GET /im/urobots"):
        assert name in forms["text"]
        assert name in forms["markdown"]
    assert "| endpoint | coverage | source | section | note |\n| --- | --- | --- | --- | --- |\n" in forms["markdown"]


def test_help_and_version() -> None:
    """Every command of this issue is there; the variable of an option is MOCK_UDESK_<OPTION> for every command."""
    runner = CliRunner()
    commands = runner.invoke(main, ["--help"]).output
    serve, demo = (runner.invoke(main, [name, "--help"]).output for name in ("serve", "demo"))

    assert runner.invoke(main, ["--version"]).output == f"mock-udesk, version {__version__}\n"
    for name in ("serve", "demo", "play", "check", "schema", "call", "endpoints", "ready"):
        assert f"  {name} " in commands
    for page in (serve, demo):
        assert "MOCK_UDESK_PORT" in page
        assert "MOCK_UDESK_CONTROL_TOKEN" in page
        assert "MOCK_UDESK_SERVE" not in page


def test_every_command_is_summed_up_in_a_whole_sentence() -> None:
    """In the list of commands, on a terminal of 80 columns."""
    commands = CliRunner().invoke(main, ["--help"]).output.partition("Commands:\n")[2]

    assert [line for line in commands.splitlines() if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("name", ["call", "ready"])
def test_commands_that_speak_to_a_server_say_so_of_host_and_port(name: str) -> None:
    """They do not listen."""
    page = " ".join(CliRunner().invoke(main, [name, "--help"]).output.split())

    assert "listen on" not in page.replace("told to listen", "")
    assert "picks a free" not in page
    assert "The server's port." in page


def test_choices_are_shown_as_they_are_typed() -> None:
    """In lower case and in brackets; endpoints has click's own."""
    page = CliRunner().invoke(main, ["serve", "--help"]).output

    assert "--auth [strict|lenient|off]" in page
    assert "--log-format [text|json]" in page
    assert CliRunner().invoke(main, ["endpoints", "--format", "JSON"]).output.startswith("{")
