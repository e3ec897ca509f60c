"""Who may use the control API: a web page must not be able to drive a developer's mock (interfaces §1, §2)."""

import json
from collections.abc import Awaitable, Callable

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.server.front import Door, is_loopback_host

from ..integrator import Answer, Udesk
from .raw import Raw, exchange

Start = Callable[[ServerOptions], Awaitable[Server]]
TOKEN = "s3cret & 密"
DOOR = Door(is_bound_to_loopback=True, is_open=False, token=None)


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    """A request byte by byte; a `Host` among the headers takes the place of localhost."""
    host = () if any(header.lower().startswith("host:") for header in headers) else ("Host: localhost",)
    length = (f"Content-Length: {len(body)}",) if body else ()
    return "\r\n".join((f"{method} {path} HTTP/1.1", *host, *headers, *length, "\r\n")).encode() + body


def refusal(body: bytes) -> dict[str, str]:
    """What the control API says when it says no."""
    error: dict[str, str] = json.loads(body)["error"]
    return error


# -- pages of other origins ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/_mock/agents"), ("POST", "/_mock/reset"), ("GET", "/_mock/health")]
)
async def test_a_browser_that_calls_for_another_site_is_refused(
    server: Server, method: str, path: str, site: str
) -> None:
    """`Sec-Fetch-Site` is the browser's own word: no page can take it away, also where it sends no Origin."""
    status, body = await exchange(server, request(method, path, f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors"))

    assert (status, refusal(body)["code"]) == (403, "forbidden")
    assert f"Sec-Fetch-Site: {site.lower()}" in refusal(body)["message"]


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_the_servers_own_pages_and_the_address_bar_are_let_in(server: Server, site: str) -> None:
    """`none`: somebody typed the URL."""
    status, _ = await exchange(server, request("GET", "/_mock/agents", f"Sec-Fetch-Site: {site}"))

    assert status == 200


@pytest.mark.parametrize(
    ("method", "mode", "goal", "may"),
    [
        ("GET", "navigate", "document", True),
        ("HEAD", "navigate", "document", True),
        ("GET", "navigate", "iframe", False),
        ("GET", "cors", "empty", False),
        ("GET", "websocket", "websocket", False),
        ("POST", "navigate", "document", False),
        ("DELETE", "navigate", "document", False),
    ],
)
def test_a_link_of_another_site_may_lead_here_but_not_into_a_frame(
    method: str, mode: str, goal: str, may: bool
) -> None:
    """A top-level navigation reads a page and can't be read by who linked it; a form that is sent changes something."""
    headers = {"Host": "localhost", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": goal}

    assert (DOOR.refuses(method, "/docs", headers, "127.0.0.1") is None) is may


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        ("http://localhost:8090", "localhost:8090", True),
        ("http://LocalHost:8090", "localhost:8090", True),
        ("http://localhost:8090", "LOCALHOST:8090", True),
        ("http://[::1]:8090", "[::1]:8090", True),
        ("http://[::1]:8090", "[0:0:0:0:0:0:0:1]:8090", False),
        ("http://[::1]:9000", "[::1]:8090", False),
        ("null", "localhost:8090", False),
        ("http://localhost:8091", "localhost:8090", False),
        ("https://localhost", "localhost:8090", False),
        ("ftp://localhost:8090", "localhost:8090", False),
        ("chrome-extension://localhost:8090", "localhost:8090", False),
        ("http://127.0.0.1:8090", "localhost:8090", False),
        ("http://localhost.evil.example:8090", "localhost:8090", False),
        ("//localhost:8090", "localhost:8090", False),
        ("http://[", "localhost:8090", False),
    ],
)
async def test_a_change_by_a_page_needs_the_servers_own_origin(
    server: Server, origin: str, host: str, may: bool
) -> None:
    """Interfaces §2: a state-changing call whose `Origin` is not the request's own host is refused (403)."""
    status, body = await exchange(server, request("POST", "/_mock/reset", f"Host: {host}", f"Origin: {origin}"))

    assert status == (200 if may else 403), body


async def test_a_preflight_gets_no_permission(server: Server) -> None:
    """Without `Access-Control-Allow-Origin` no page of another origin may send what needs to be asked for, or read an answer."""
    asked = ("Origin: http://evil.example", "Access-Control-Request-Method: PUT")
    async with Raw(server) as raw:
        raw.send(request("OPTIONS", "/_mock/scenario", *asked))
        preflight = await raw.head()
    async with Raw(server) as raw:
        raw.send(request("GET", "/_mock/agents", "Origin: http://evil.example"))
        read = await raw.head()

    assert preflight.startswith(b"HTTP/1.1 405 ")
    assert b"access-control" not in (preflight + read).lower()


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("localhost.", True),
        ("acme.localhost.:8090", True),
        ("[::1]", True),
        ("[::ffff:127.0.0.1]:8090", True),
        ("demo.udesk.cn.", True),
        ("evil.example", False),
        ("evil.example.", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8090", False),
        ("udesk.cn.evil.example", False),
        ("[::1].evil.example", False),
        ("localhost:8090@evil.example", False),
        ("127.1", False),
    ],
)
async def test_a_name_that_somebody_else_gave_this_machine_is_refused(server: Server, host: str, may: bool) -> None:
    """DNS rebinding: evil.example resolves to 127.0.0.1, and its page calls that as its own origin."""
    status, body = await exchange(server, request("GET", "/_mock/agents", f"Host: {host}", f"Origin: http://{host}"))

    assert status == (200 if may else 403), body


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "::1", "[::1]", "localhost", "localhost.", "LOCALHOST", "mock.localhost", "127.8.8.8"]
)
def test_every_way_to_name_loopback_checks_the_host(host: str) -> None:
    """Interfaces §2: bound to loopback, `Host` must be a local name."""
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("localhost:8090", True),
        ("udesk:8090", True),
        ("host.docker.internal:8090", True),
        ("10.0.0.5", True),
        ("evil.example", False),
    ],
)
def test_bound_wide_but_controlled_from_here_alone_a_foreign_name_is_refused_too(host: str, may: bool) -> None:
    """The browser of this machine is on this machine: only a name without a dot, or one that nobody can register, is let in."""
    door = Door(is_bound_to_loopback=False, is_open=False, token=None)

    assert (door.refuses("GET", "/agents", {"Host": host}, "127.0.0.1") is None) is may


async def test_a_websocket_and_a_tunnel_are_refused_in_words(server: Server) -> None:
    """Nothing is upgraded, and the connection stays usable."""
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhl")
    async with Raw(server) as raw:
        raw.send(request("GET", "/_mock/events", *upgrade))
        websocket = await raw.answer()
        raw.send(request("GET", "/_mock/health"))
        after = await raw.answer()
    tunnel = await exchange(server, request("CONNECT", "/_mock/agents"))

    assert (websocket[0], refusal(websocket[1])["message"]) == (400, "no WebSocket is spoken here")
    assert "/_mock/events" in refusal(websocket[1])["hint"]
    assert after[0] == 200
    assert (tunnel[0], refusal(tunnel[1])["message"]) == (405, "/_mock/agents does not take CONNECT")


# -- the control token and the cookie ------------------------------------------------------------------------------------


async def guarded(founding: Founding, start_server: Start) -> Server:
    """A server with a control token."""
    return await start_server(ServerOptions(founding=founding, control_token=TOKEN))


async def log_in(server: Server, token: object, *headers: str) -> tuple[bytes, int, bytes]:
    """Head, status and body of a login."""
    async with Raw(server) as raw:
        raw.send(request("POST", "/_mock/login", *headers, body=json.dumps({"token": token}).encode()))
        head = await raw.head()
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return head, int(head.split()[1]), await raw.take(length)


def cookie_of(head: bytes) -> str:
    """The name and value of the cookie that is set."""
    line = next(line for line in head.decode().split("\r\n") if line.lower().startswith("set-cookie: "))
    return line.split(": ", 1)[1].split(";")[0]


async def test_the_token_is_traded_for_a_cookie_that_does_not_hold_it(founding: Founding, start_server: Start) -> None:
    """Interfaces §1: `Authorization: Bearer`, or the cookie that the console's login sets."""
    server = await guarded(founding, start_server)

    head, status, _ = await log_in(server, TOKEN)
    cookie = cookie_of(head)
    without, _ = await exchange(server, request("GET", "/_mock/agents"))
    with_it, _ = await exchange(server, request("GET", "/_mock/agents", f"Cookie: theme=dark; {cookie}; x"))

    assert (status, without, with_it) == (200, 401, 200)
    name, _, value = cookie.partition("=")
    assert name == "mock_udesk_control"
    assert len(value) == 64
    assert TOKEN not in value
    fence = head.decode().lower()
    for word in ("httponly", "samesite=strict", "path=/"):
        assert word in fence
    assert "max-age" not in fence
    assert "expires" not in fence


@pytest.mark.parametrize(
    "cookie",
    [
        "mock_udesk_control=",
        "mock_udesk_control",
        f"mock_udesk_control={TOKEN}",
        "mock_udesk_control=" + "0" * 64,
        "=;=;",
    ],
)
async def test_another_cookie_lets_nobody_in(founding: Founding, start_server: Start, cookie: str) -> None:
    """Nor does the token itself in its place."""
    server = await guarded(founding, start_server)

    status, body = await exchange(server, request("GET", "/_mock/agents", f"Cookie: {cookie}"))

    assert (status, refusal(body)["code"]) == (401, "unauthorized")
    assert "POST /_mock/login" in refusal(body)["hint"]


@pytest.mark.parametrize("token", ["wrong", "", TOKEN + " ", "s3cret"])
async def test_a_wrong_token_is_401_and_sets_nothing(founding: Founding, start_server: Start, token: str) -> None:
    """And neither the answer nor the journal repeats what was tried."""
    server = await guarded(founding, start_server)

    head, status, body = await log_in(server, token)

    assert (status, refusal(body)["code"], b"set-cookie" in head.lower()) == (401, "unauthorized", False)
    journal = server.companies.default.company.journal.export()
    assert b"s3cret" not in body + journal


@pytest.mark.parametrize("token", [7, None, ["a"], {"a": 1}, "x" * 5_000])
async def test_what_is_no_token_is_refused_in_words(founding: Founding, start_server: Start, token: object) -> None:
    """Interfaces §3."""
    server = await guarded(founding, start_server)

    _, status, body = await log_in(server, token)

    assert status in (401, 422)
    assert refusal(body)["message"]
    assert server.companies.default.company.journal.noted.get("fault") is None


async def test_a_login_is_no_way_around_the_other_doors(founding: Founding, start_server: Start) -> None:
    """A page of another site can't try tokens."""
    server = await guarded(founding, start_server)

    _, by_origin, _ = await log_in(server, TOKEN, "Origin: http://evil.example")
    _, by_site, _ = await log_in(server, TOKEN, "Sec-Fetch-Site: cross-site")

    assert (by_origin, by_site) == (403, 403)


async def test_a_logout_takes_the_cookie_away(founding: Founding, start_server: Start) -> None:
    """It needs what every call needs."""
    server = await guarded(founding, start_server)
    head, _, _ = await log_in(server, TOKEN)

    stranger, _ = await exchange(server, request("POST", "/_mock/logout"))
    async with Raw(server) as raw:
        raw.send(request("POST", "/_mock/logout", f"Cookie: {cookie_of(head)}"))
        head = await raw.head()

    assert stranger == 401
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"mock_udesk_control=; Max-Age=0;" in head


async def test_without_a_control_token_login_says_that_none_is_needed(udesk: Udesk) -> None:
    """Whatever token it was tried with."""
    answer: Answer = await udesk.operator("POST", "/login", {"token": "any"})

    assert (answer.status, answer.body["logged_in"], answer.body["needed"]) == (200, True, False)
    assert "no login is needed" in answer.body["text"]
    assert "Set-Cookie" not in answer.headers


async def test_every_call_but_health_and_login_needs_the_token(founding: Founding, start_server: Start) -> None:
    """Interfaces §1; paths that are none too, so that a stranger learns nothing."""
    from mock_udesk.control_api.table import CONTROL_API

    server = await guarded(founding, start_server)
    let_in = set()
    async with Raw(server) as raw:
        for endpoint in [*CONTROL_API]:
            raw.send(request(endpoint.method, f"/_mock{endpoint.path}".replace("{", "").replace("}", "")))
            status, _ = await raw.answer()
            if status != 401 or endpoint.path == "/login":
                let_in.add(endpoint.name)
        raw.send(request("GET", "/_mock/nothing"))
        unknown, _ = await raw.answer()

    assert let_in == {"GET /health", "POST /login"}
    assert unknown == 401
