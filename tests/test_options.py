"""What the commands can be told, and what they say when it is wrong."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from mock_udesk.options import CONTEXT, Options, local_url, settable

Told = Callable[..., Result]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs a command that takes all options and prints one of them."""
    for name in [name for name in os.environ if name.startswith("MOCK_UDESK_")]:
        monkeypatch.delenv(name)

    @click.command(context_settings=CONTEXT)
    @click.option("--show", multiple=True, allow_from_autoenv=False)
    @settable()
    @click.pass_context
    def command(context: click.Context, /, show: tuple[str, ...], **_: object) -> None:
        options = Options.of(context)
        for name in show:
            click.echo(repr(getattr(options, name)))

    def run(*args: str, **env: str) -> Result:
        return CliRunner().invoke(command, args, env=env)

    return run


def error(result: Result) -> str:
    assert result.exit_code == 2
    return result.stderr.strip().splitlines()[-1].removeprefix("Error: ")


def test_the_defaults_are_those_of_the_interfaces(told: Told) -> None:
    """interfaces.md §1."""
    names = ("host", "port", "subdomain", "email", "token", "receive_url", "seed", "rate", "auth", "limits", "control")

    shown = told(*(word for name in names for word in ("--show", name))).output.split()

    assert [eval(word) for word in shown] == [
        "127.0.0.1",
        8090,
        "demo",
        "admin@demo.test",
        "00000000-0000-4000-8000-000000000000",
        None,
        0,
        1.0,
        "strict",
        "endpoint",
        "loopback",
    ]


def test_a_flag_wins_over_the_variable_the_variable_over_the_file_the_file_over_the_default(
    told: Told, tmp_path: Path
) -> None:
    """interfaces.md §1: order flag, variable, file, default."""
    file = tmp_path / "mock.yaml"
    file.write_text("port: 1\nseed: 1\nrate: 1.5\n", encoding="utf-8")

    shown = told(
        *("--config", str(file), "--port", "3", "--show", "port", "--show", "seed", "--show", "rate", "--show", "auth"),
        MOCK_UDESK_PORT="2",
        MOCK_UDESK_SEED="2",
    )

    assert shown.output.split() == ["3", "2", "1.5", "'strict'"]


def test_the_file_may_be_named_by_the_variable(told: Told, tmp_path: Path) -> None:
    """Each option is a variable, --config too."""
    file = tmp_path / "mock.yaml"
    file.write_text("receive-url: http://127.0.0.1:3000/x\ntoken: 0123\nsecret: null\n", encoding="utf-8")

    shown = told("--show", "receive_url", "--show", "token", "--show", "secret", MOCK_UDESK_CONFIG=str(file))

    assert shown.output.split() == [
        "'http://127.0.0.1:3000/x'",
        "'0123'",
        "'11111111-1111-4111-8111-111111111111'",
    ]


def test_a_moment_is_read_with_its_time_zone(told: Told) -> None:
    """--now"""
    shown = told("--now", "2026-11-22T10:00:00+08:00", "--show", "now")

    moment = eval(shown.output, {"datetime": __import__("datetime")})
    assert moment.astimezone(UTC) == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flag", "value", "expected"),
    [
        ("--port", "65536", "a number from 0 to 65535 (0 picks a free port)"),
        ("--port", "http", "a number from 0 to 65535 (0 picks a free port)"),
        ("--host", " ", "a text that is not empty"),
        ("--subdomain", "A_b", "a host label: 1 to 63 lower-case letters, digits and inner hyphens"),
        ("--token", "", "a text that is not empty"),
        ("--receive-url", "ftp://x", "a URL like http://127.0.0.1:3000/udesk"),
        ("--h5-push-url", "there", "a URL like http://127.0.0.1:3000/udesk"),
        ("--seed", "1.5", "a whole number of 64 bits"),
        ("--now", "2026-11-22", "a moment with its time zone like 2026-11-22T10:00:00+08:00"),
        ("--rate", "-1", "a number from 0 (stands still) over 1 (real time) to 1000000"),
        ("--rate", "nan", "a number from 0 (stands still) over 1 (real time) to 1000000"),
        ("--auth", "stern", "strict, lenient or off"),
        ("--limits", "none", "off, endpoint or all"),
        ("--control", "closed", "open or loopback"),
        ("--drain-seconds", "inf", "a number of seconds from 0 to 3600"),
        ("--log-format", "xml", "text or json"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(told: Told, flag: str, value: str, expected: str) -> None:
    """One line, exit code 2, and it names where the value came from: flag or variable."""
    variable = f"MOCK_UDESK_{flag[2:].upper().replace('-', '_')}"

    assert error(told(flag, value)) == f"{flag}: found {value!r}, expected {expected}"
    if value:
        assert error(told(**{variable: value})) == f"{variable}: found {value!r}, expected {expected}"


@pytest.mark.parametrize("value", ["tcp://10.0.0.1:8090", "udp://10.0.0.1:8090"])
def test_what_kubernetes_puts_into_the_port_is_passed_over_with_a_line(told: Told, value: str) -> None:
    """interfaces.md §1: MOCK_UDESK_PORT=tcp://… stands in every pod beside a service of this name."""
    result = told("--show", "port", MOCK_UDESK_PORT=value)

    assert result.stdout.strip() == "8090"
    assert result.stderr.count("\n") == 1
    assert f"MOCK_UDESK_PORT={value} is passed over" in result.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "port: 1\nrecieve_url: x\n",
            ":2:1: recieve_url: found unknown key recieve_url, expected receive_url (the nearest)",
        ),
        (
            "xyzzy: 1\n",
            ":1:1: xyzzy: found unknown key xyzzy, expected one of host, port, subdomain, email, password, ",
        ),
        ("port:  no\n", ':1:8: port: found "no", expected a number from 0 to 65535 (0 picks a free port)'),
        ("seed: 1\nauth: on\n", ':2:7: auth: found "on", expected strict, lenient or off'),
        ("port: 1\nport: 2\n", ":2:1: found key port a second time, expected it once (the first is at 1:1)"),
        ("log-format: text\nlog_format: json\n", ":2:1: log_format: found log_format a second time, expected it once"),
        ("token: [a, b]\n", ":1:8: token: found a list, expected a single value"),
        ("token: {a: b}\n", ":1:8: token: found a mapping, expected a single value"),
        ("scenario: {a: b}\n", ":1:11: scenario: found a mapping, expected a single value, or a list of them"),
        ("scenario: [a, [b]]\n", ":1:15: scenario[1]: found a list, expected a single value, or a list of them"),
        ("scenario: [a, '']\n", ':1:15: scenario[1]: found "", expected the path of a file or folder'),
        ("- port\n", ":1:1: found no mapping, expected lines like `port: 8090`"),
        ("just text\n", ":1:1: found no mapping, expected lines like `port: 8090`"),
        ("port: 1\n  seed: 2\n", ":2:7: found a ':' where no value can begin, expected quotes around a text"),
        ("a: 'never closed\n", ":2:1: found a quote that is never closed (the text begins at 1:4), expected a quote"),
        ("seed: 1\nport: \x00\n", ":2:7: found the character U+0000, which YAML does not allow"),
        ("port: 1\n---\nseed: 1\n", ":2:1: found a second document, expected a single one"),
        ("port: [1\n", ":2:1: found no ] to close what is open (the list begins at 1:7), expected a comma or ]"),
        ("- a\nport: 1\n", ":2:1: found a key (the list begins at 1:1), expected the end of the list or mapping"),
        ("port: *x\n", ":1:7: found unknown alias *x, expected an anchor &x before it"),
        ("port: &a x\nseed: &a 1\n", ':1:7: port: found "x", expected a number'),
        (f"port: {'[' * 500}\n", ":1:46: found more than 40 levels, expected a flatter file"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_place(
    told: Told, tmp_path: Path, text: str, expected: str
) -> None:
    """file:line:column: key: what was found, what was expected."""
    file = tmp_path / "mock.yaml"
    file.write_text(text, encoding="utf-8")

    assert error(told("--config", str(file))).startswith(f"{file}{expected}")


def test_a_file_that_is_not_there_or_no_text_is_named(told: Told, tmp_path: Path) -> None:
    """Never a traceback."""
    binary = tmp_path / "binary.yaml"
    binary.write_bytes("# 端口\nport: 端".encode() + b"\xff\xfe\x00")

    assert error(told("--config", str(tmp_path / "no.yaml"))).startswith(
        f"{tmp_path}/no.yaml:1:1: found nothing that can be read (No such file"
    )
    assert error(told("--config", str(tmp_path))).startswith(
        f"{tmp_path}:1:1: found nothing that can be read (Is a directory)"
    )
    assert error(told("--config", str(binary))) == f"{binary}:2:8: found bytes that are not UTF-8, expected YAML"


@pytest.mark.parametrize("value", ["lenient", "Lenient", "LENIENT"])
def test_a_choice_is_read_in_any_case(told: Told, value: str) -> None:
    """Flags, variables and the file alike."""
    assert told("--auth", value, "--show", "auth").output == "'lenient'\n"
    assert told("--show", "auth", MOCK_UDESK_AUTH=value).output == "'lenient'\n"


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("PROT", "no such variable, expected MOCK_UDESK_PORT (the nearest)"),
        ("SERVE_PORT", "no such variable, expected MOCK_UDESK_PORT (the nearest)"),
        ("RECIEVE_URL", "no such variable, expected MOCK_UDESK_RECEIVE_URL (the nearest)"),
        ("LOG", "no such variable, expected MOCK_UDESK_LOG_FORMAT (the nearest)"),
        ("XYZZY", "no such variable, `mock-udesk serve --help` lists those there are"),
    ],
)
def test_a_mistyped_variable_is_said_with_the_nearest(told: Told, variable: str, said: str) -> None:
    """On standard error, in one line; its value, which may be a secret, stays out of it."""
    result = told("--show", "port", **{f"MOCK_UDESK_{variable}": "4711"})

    assert (result.exit_code, result.stdout) == (0, "8090\n")
    assert result.stderr == f"mock-udesk: MOCK_UDESK_{variable} is passed over: {said}\n"


def test_variables_of_others_are_left_alone(told: Told) -> None:
    """Those of the commands, and those that Kubernetes sets for services called mock-udesk and mock-udesk-…."""
    fine = ("URL", "BASE", "TIMEOUT", "SEED")
    injected = {
        "SERVICE_HOST": "10.0.0.1",
        "SERVICE_PORT": "8090",
        "SERVICE_PORT_HTTP": "8090",
        "PORT_8090_TCP": "tcp://10.0.0.1:8090",
        "PORT_8090_TCP_PROTO": "tcp",
        "PORT_8090_TCP_PORT": "8090",
        "PORT_8090_TCP_ADDR": "10.0.0.1",
        "APP_SERVICE_HOST": "10.0.0.1",
        "APP_PORT": "tcp://10.0.0.1:80",
        "APP_PORT_80_TCP": "tcp://10.0.0.1:80",
    }

    result = told(
        "--show",
        "seed",
        **{f"MOCK_UDESK_{name}": "1" for name in fine} | {f"MOCK_UDESK_{k}": v for k, v in injected.items()},
    )

    assert (result.stdout, result.stderr) == ("1\n", "")


def test_all_that_is_wrong_in_the_file_is_said_at_once_also_what_a_flag_wins_over(told: Told, tmp_path: Path) -> None:
    """One line each, by line and column."""
    file = tmp_path / "mock.yaml"
    file.write_text("prot: 1\nrate: fast\nseed: 1\nport: [1]\n", encoding="utf-8")

    result = told("--config", str(file), "--rate", "2", "--show", "rate")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-4:] == [
        "Error: found in the file of --config:",
        f"{file}:1:1: prot: found unknown key prot, expected port (the nearest)",
        f'{file}:2:7: rate: found "fast", expected a number from 0 (stands still) over 1 (real time) to 1000000',
        f"{file}:4:7: port: found a list, expected a single value",
    ]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("scenario: refund.yaml", ["conf/refund.yaml"]),
        ("scenario: [a.yaml, ../b, /c/d.yaml]", ["conf/a.yaml", "conf/../b", "/c/d.yaml"]),
        ("scenario: []", []),
        ("scenario:", []),
    ],
)
def test_scenarios_of_the_file_are_relative_to_it(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, paths: list[str]
) -> None:
    """Text or list; wherever the program is started."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "mock.yaml").write_text(text, encoding="utf-8")

    shown = told("--config", "conf/mock.yaml", "--show", "scenario")

    assert eval(shown.output) == tuple(paths)


def test_scenarios_may_be_many_by_flag_and_by_variable(told: Told) -> None:
    """--scenario is repeatable; the variable holds them as PATH does. A flag wins over the variable, it does not add to it."""
    both = {"MOCK_UDESK_SCENARIO": os.pathsep.join(["c d.yaml", "e"])}

    flags = told("--scenario", "a.yaml", "--scenario", "b", "--show", "scenario", **both)
    variable = told("--show", "scenario", **both)
    inline = told("--show", "scenario_inline", MOCK_UDESK_SCENARIO_INLINE="rules:\n  - a\n")

    assert eval(flags.output) == ("a.yaml", "b")
    assert eval(variable.output) == ("c d.yaml", "e")
    assert eval(inline.output) == "rules:\n  - a\n"
    assert (flags.stderr, variable.stderr, inline.stderr) == ("", "", "")


def test_only_settings_that_somebody_has_set_are_the_company_s_choice(told: Told) -> None:
    """A scenario's settings win over defaults, and over nothing else."""
    said = told("--auth", "strict", "--show", "told", MOCK_UDESK_LIMITS="off")

    assert sorted(eval(said.output)) == ["auth", "limits"]


def test_an_empty_file_says_nothing(told: Told, tmp_path: Path) -> None:
    """A file of comments is a good start."""
    file = tmp_path / "mock.yaml"
    file.write_text("# port: 1\n", encoding="utf-8")

    assert told("--config", str(file), "--show", "port").output == "8090\n"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("localhost", "http://localhost:1"),
    ],
)
def test_a_server_on_every_address_is_reached_on_the_loopback(host: str, url: str) -> None:
    """Nothing can be sent to 0.0.0.0 on every system."""
    assert local_url(host, 1) == url
