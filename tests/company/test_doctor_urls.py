"""URLs as people paste them, and what the doctor makes of them."""

import pytest

from mock_udesk.company.doctor.urls import Address, read_url
from mock_udesk.desk.errors import UsageError

PATH = "/open_api_v1/im/sessions"


@pytest.mark.parametrize(
    ("text", "host", "subdomain", "below"),
    [
        (f"http://127.0.0.1:8090{PATH}?sign=x", "127.0.0.1", "", "/im/sessions"),
        (f"https://Acme.udesk.cn{PATH}?sign=x", "acme.udesk.cn", "", "/im/sessions"),
        (f"http://localhost:8090/c/acme{PATH}?sign=x", "localhost", "acme", "/im/sessions"),
        (f"http://[::1]:8090{PATH}?sign=x", "::1", "", "/im/sessions"),
        (f"//demo.udesk.cn{PATH}?sign=x", "demo.udesk.cn", "", "/im/sessions"),
        (f"demo.udesk.cn{PATH}?sign=x", "demo.udesk.cn", "", "/im/sessions"),
        (f"127.0.0.1:8090{PATH}?sign=x", "127.0.0.1", "", "/im/sessions"),
        (f"{PATH}?sign=x", "", "", "/im/sessions"),
        ("/im/sessions?sign=x", "", "", "/im/sessions"),
        ("im/sessions?sign=x", "", "", "/im/sessions"),
        (f"/c/ACME{PATH}?sign=x", "", "acme", "/im/sessions"),
        ("?sign=x", "", "", None),
        ("sign=x", "", "", None),
        (f"  <http://a.b{PATH}?sign=x>\n", "a.b", "", "/im/sessions"),
        (f"curl -sS -X POST 'http://a.b{PATH}?sign=x' -d '{{}}'", "a.b", "", "/im/sessions"),
    ],
)
def test_urls_are_read_in_whole_and_in_part(text: str, host: str, subdomain: str, below: str | None) -> None:
    """Absolute, relative, with //host, with and without the base, another company's, and a query alone."""
    address = read_url(text)

    assert address == Address(host, subdomain, PATH if below else "", below, "sign=x")


def test_a_query_with_colons_and_slashes_is_no_host() -> None:
    """A bare query may hold an email and a URL."""
    assert read_url("email=a@b.c&url=http://x/y?z&sign=1").host == ""


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("/im/sessions?sign=x#top", "what follows # is never sent, so it was left out"),
        ("/im/sessions?sign=x y", "there are blanks in it: in a URL they are written %20"),
        (
            "http://a.b/im/sessions?sign=x",
            "the path /im/sessions is not below /open_api_v1: it would be answered with 404",
        ),
    ],
)
def test_what_is_odd_about_a_url_is_a_warning(text: str, warning: str) -> None:
    """It is looked at all the same."""
    assert read_url(text).warnings == (warning,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "ftp://a.b/c?sign=x",
        "http://?sign=x",
        "http://[::1/x?y=1",
        "curl nothing",
        "/_mock/health",
        "http://a.b/c/x/_mock/reset?a=1",
        "x" * 70_000 + "=1",
    ],
)
def test_what_is_no_url_is_refused_with_what_would_be(text: str) -> None:
    """Never with a traceback."""
    with pytest.raises(UsageError) as caught:
        read_url(text)

    assert caught.value.hint
