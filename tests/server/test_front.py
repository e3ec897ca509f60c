"""Whom a request is for, and who may use the control API."""

import pytest

from mock_udesk.company.companies import Companies, Slot
from mock_udesk.company.company import Company
from mock_udesk.company.founding import Founding, made_up
from mock_udesk.server.front import Door, Front, is_loopback_host


class Deaf:
    """A bell that nobody hears."""

    def ring(self, slot: Slot) -> None:
        """Nothing."""

    def replaced(self, slot: Slot, ended: Company) -> None:
        """Nothing."""


@pytest.fixture
def companies() -> Companies:
    """Two of them: demo, the default, and acme."""
    companies = Companies(Founding(subdomain="demo", credentials=made_up("demo", 0)), Deaf())
    companies.create(subdomain="acme")
    return companies


@pytest.mark.parametrize(
    ("path", "host", "room", "name", "rest"),
    [
        ("/open_api_v1/im/sessions", "127.0.0.1:8090", "emulated", "demo", "/im/sessions"),
        ("/open_api_v1/im/sessions", "", "emulated", "demo", "/im/sessions"),
        ("/open_api_v1/im/sessions", "[::1]:8090", "emulated", "demo", "/im/sessions"),
        ("/open_api_v1/im/sessions", "acme.localhost:8090", "emulated", "acme", "/im/sessions"),
        ("/open_api_v1/im/sessions", "ACME.udesk.cn", "emulated", "acme", "/im/sessions"),
        ("/open_api_v1/im/sessions", "acme.s2.udesk.cn", "emulated", "acme", "/im/sessions"),
        ("/open_api_v1/im/sessions", "acme", "emulated", "acme", "/im/sessions"),
        ("/open_api_v1/im/sessions", "other.localhost", "emulated", "demo", "/im/sessions"),
        ("/open_api_v1/im/sessions", "other.udesk.cn", "emulated", None, "/im/sessions"),
        ("/open_api_v1/im/sessions", "other.udesk.cn.:80", "emulated", None, "/im/sessions"),
        ("/open_api_v1/im/sessions", "notudesk.cn", "emulated", "demo", "/im/sessions"),
        ("/c/acme/open_api_v1/im/sessions", "demo.localhost", "emulated", "acme", "/im/sessions"),
        ("/c/nobody/open_api_v1/im/sessions", "acme.localhost", "emulated", None, "/im/sessions"),
        ("/c/acme/_mock/agents", "", "operator", "acme", "/agents"),
        ("/_mock", "", "operator", "demo", "/"),
        ("/open_api_v1", "", "emulated", "demo", "/"),
        ("/open_api_v10/im", "", "nowhere", "demo", "/open_api_v10/im"),
        ("/_mocking", "", "nowhere", "demo", "/_mocking"),
        ("/", "", "hall", "demo", "/"),
        ("/c/acme", "", "hall", "acme", ""),
        ("/c/", "", "hall", None, ""),
    ],
)
def test_the_company_comes_from_path_then_host_then_default(
    companies: Companies, path: str, host: str, room: str, name: str | None, rest: str
) -> None:
    """Interfaces §2: precedence path, then Host, then default; below udesk.cn a company must be there."""
    place = Front(companies).place(path, host)

    assert (place.room, place.slot.subdomain if place.slot else None, place.path) == (room, name, rest)


LOCAL = Door(is_bound_to_loopback=True, is_open=False, token=None)


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8090", "acme.localhost", "127.0.0.1:8090", "[::1]:8090", "10.0.0.1", "acme.udesk.cn", ""],
)
def test_local_names_may_enter(host: str) -> None:
    """Interfaces §2: bound to loopback, `Host` must be one of these."""
    assert LOCAL.refuses("GET", "/agents", {"Host": host}, "127.0.0.1") is None


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "udesk.cn.evil.example", "[", "a b"])
def test_foreign_names_may_not_enter(host: str) -> None:
    """A page of another site must not reach the control API by a name of its own (DNS rebinding)."""
    closed = LOCAL.refuses("GET", "/agents", {"Host": host}, "127.0.0.1")

    assert closed is not None
    assert closed.status == 403


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        ("http://localhost:8090", "localhost:8090", True),
        ("http://localhost", "localhost:80", True),
        ("https://acme.localhost", "acme.localhost", True),
        ("http://localhost:9000", "localhost:8090", False),
        ("http://evil.example", "localhost:8090", False),
        ("null", "localhost:8090", False),
        ("http://localhost:99999", "localhost:8090", False),
        ("", "localhost:8090", False),
    ],
)
def test_only_the_servers_own_pages_may_change_it(origin: str, host: str, may: bool) -> None:
    """Interfaces §2: a state-changing call whose `Origin` is not the request's own host is refused."""
    headers = {"Host": host, "Origin": origin}

    assert (LOCAL.refuses("POST", "/reset", headers, "127.0.0.1") is None) is may
    assert LOCAL.refuses("GET", "/agents", headers, "127.0.0.1") is None


@pytest.mark.parametrize(
    ("peer", "may"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        (None, True),
        ("10.0.0.5", False),
        ("::ffff:10.0.0.5", False),
        ("fe80::1%eth0", False),
    ],
)
def test_by_default_only_this_machine_may_control(peer: str | None, may: bool) -> None:
    """Interfaces §1: --control loopback; open lets everybody in."""
    bound_wide = Door(is_bound_to_loopback=False, is_open=False, token=None)
    opened = Door(is_bound_to_loopback=False, is_open=True, token=None)

    assert bound_wide.refuses("GET", "/health", {"Host": "udesk:8090"}, peer) is None
    assert (bound_wide.refuses("GET", "/agents", {"Host": "udesk:8090"}, peer) is None) is may
    assert opened.refuses("GET", "/agents", {"Host": "udesk:8090"}, peer) is None


@pytest.mark.parametrize(
    ("header", "may"),
    [
        ("Bearer s3cret", True),
        ("bearer s3cret", True),
        ("Bearer wrong", False),
        ("s3cret", False),
        ("", False),
        ("Bearer \udcff", False),
        ("Basic s3cret", False),
    ],
)
def test_a_control_token_guards_all_but_health(header: str, may: bool) -> None:
    """Interfaces §1: every /_mock call but /_mock/health needs it."""
    door = Door(is_bound_to_loopback=True, is_open=False, token="s3cret")
    headers = {"Host": "localhost", "Authorization": header}

    assert (door.refuses("GET", "/agents", headers, "127.0.0.1") is None) is may
    assert door.refuses("GET", "/health", headers, "127.0.0.1") is None


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)],
)
def test_which_hosts_are_this_machine_alone(host: str, is_loopback: bool) -> None:
    """It decides whether `Host` is checked."""
    assert is_loopback_host(host) is is_loopback
