"""`mock-udesk explain`: the signature doctor in a terminal, offline."""

import hashlib
import json
import subprocess
import sys
from urllib.parse import quote

import pytest

from .here import run_here

EMAIL = "admin@demo.test"
TOKEN = "00000000-0000-4000-8000-000000000000"
OWN = "c0ffee00-1111-4222-8333-abcdefabcdef"
STAMP = "1795312800"
AT = "2026-11-22T10:00:00+08:00"
PATH = "http://127.0.0.1:8090/open_api_v1/agents"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def url(sign: str, *, nonce: str = "n-1", **more: str) -> str:
    """A v2 URL with this sign."""
    rest = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    return f"{PATH}?email={EMAIL}&timestamp={STAMP}&sign={quote(sign)}&nonce={nonce}&sign_version=v2{rest}"


GOOD = sha256(f"{EMAIL}&{TOKEN}&{STAMP}&n-1&v2")


def test_a_good_url_ends_with_0() -> None:
    """With the keys that serve has without options."""
    done = run_here("explain", url(GOOD), "--at", AT)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("would be accepted\n")


def test_a_refused_url_ends_with_1_and_says_why_in_two_columns() -> None:
    """What was refused, why, what to do; and ours beside theirs, where they differ marked."""
    done = run_here("explain", url(sha256(f"{EMAIL}&{TOKEN}&{STAMP}000&n-1&v2")), "--at", AT)

    assert done.returncode == 1
    assert done.stdout == (
        "refused with 2059 open api签名不对\n"
        "\n"
        "certain: the timestamp was signed in milliseconds, as 1795312800000, and sent in seconds, as 1795312800"
        "  [timestamp_in_milliseconds]\n"
        "  → make the timestamp once, as ten digits, and both sign and send it\n"
        "\n"
        "                  right            signed\n"
        "    email         admin@demo.test  admin@demo.test\n"
        "    token         [token]          [token]\n"
        "  ≠ timestamp     1795312800       1795312800000\n"
        "    nonce         n-1              n-1\n"
        "    sign_version  v2               v2\n"
        "\n"
        "  string to sign   admin@demo.test&[token]&1795312800&n-1&v2\n"
        "  what was signed  admin@demo.test&[token]&1795312800000&n-1&v2\n"
        f"  right sign       {GOOD}\n"
        f"  received sign    {sha256(f'{EMAIL}&{TOKEN}&{STAMP}000&n-1&v2')}\n"
    )


def test_keys_are_taken_as_serve_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """By flag, and by variable; the default token is then named as what it is."""
    own = sha256(f"{EMAIL}&{OWN}&{STAMP}&n-1&v2")
    by_flag = run_here("explain", url(own), "--at", AT, "--token", OWN)
    monkeypatch.setenv("MOCK_UDESK_TOKEN", OWN)
    by_variable = run_here("explain", url(own), "--at", AT)
    wrong = run_here("explain", url(GOOD), "--at", AT)

    assert (by_flag.returncode, by_variable.returncode, wrong.returncode) == (0, 0, 1)
    assert "[default_token]" in wrong.stdout
    assert OWN not in by_flag.stdout + by_variable.stdout + wrong.stdout


def test_json_is_for_programs() -> None:
    """The fields of POST /_mock/explain."""
    done = run_here("explain", url(GOOD.upper()), "--at", AT, "--format", "json")
    body = json.loads(done.stdout)

    assert done.returncode == 1
    assert (body["ok"], body["code"], body["message"]) == (False, 2059, "open api签名不对")
    assert [(finding["cause"], finding["certainty"]) for finding in body["findings"]] == [("upper_case_hex", "certain")]
    assert TOKEN not in done.stdout


def test_method_and_body_are_looked_at() -> None:
    """What a server can't know of a URL alone."""
    text = f"{EMAIL}&{TOKEN}&{STAMP}&n-1&v2"
    body = run_here("explain", url(sha256(f'{text}&{{"a":1}}')), "--at", AT, "-d", '{"a":1}')
    method = run_here("explain", url(sha256(f"PUT&{text}")), "--at", AT, "--method", "put")

    assert "[body_signed_too]" in body.stdout
    assert "[method_signed_too]" in method.stdout


def test_a_structured_messages_url_has_the_shared_secret() -> None:
    """The document's own example, with its secret."""
    signed = "im_sub_session_id=1&customer_id=1&agent_id=1&timestamp=1484272693"
    example = f"/im/sessions/struct_messages?{signed}&sign=4666293b3dfe91aa97179dc701be7afc"
    told = ("--secret", "708ff6dc-41d5-4med-9ebc-0388zz9d76f1", "--at", "2017-01-13T09:58:13+08:00")

    assert run_here("explain", example, *told).returncode == 0
    assert "wrong_secret" in run_here("explain", example, *told[2:]).stdout


def test_an_old_url_is_told_of_at() -> None:
    """Its signature is explained, and that it may have been fresh when it was sent."""
    done = run_here("explain", url(GOOD))

    assert done.returncode == 1
    assert "refused with 20622" in done.stdout
    assert "the sign itself is right" in done.stdout
    assert "--at MOMENT" in done.stdout


@pytest.mark.parametrize("text", ["", "hello", "ftp://a/b", "http://a/_mock/reset"])
def test_what_is_no_url_ends_with_2(text: str) -> None:
    """One line, with what would be right."""
    done = run_here("explain", text)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mock-udesk explain: URL: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("given", [("--at", "soon"), ("--format", "xml"), ("--token", " "), ("--nonsense", "1")])
def test_wrong_options_end_with_2(given: tuple[str, str]) -> None:
    """As with every command."""
    assert run_here("explain", url(GOOD), *given).returncode == 2


@pytest.mark.parametrize("nonce", ["%1b%5b2J", "%0a%0d", "%F0%9F%98%80", "%E4%B8%AD", "%ff", "%zz", "n" * 9_000])
def test_no_url_moves_the_cursor_or_ends_in_a_traceback(nonce: str) -> None:
    """What is sent may hold anything."""
    done = run_here("explain", url("0" * 64, nonce=nonce), "--at", AT)

    assert done.returncode == 1
    assert "\x1b" not in done.stdout


def test_it_needs_no_server() -> None:
    """Quick: neither the server nor the tables of calls are loaded."""
    code = (
        "import sys\n"
        "from mock_udesk.cli import main\n"
        f"main(['explain', {url(GOOD)!r}, '--at', {AT!r}], standalone_mode=False)\n"
        "print(sorted({'aiohttp', 'jinja2', 'mock_udesk.udesk_api', 'mock_udesk.control_api', 'mock_udesk.server.app'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")

    assert done.stdout.splitlines()[-1] == "[]"
