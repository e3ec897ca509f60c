"""/_mock/docs in a real browser: no error, no breach of its policy, no trouble for who can't see it, in light and in dark."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mock_udesk.server.app import Server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
HAS_CHROMIUM = Path(CHROMIUM).exists()
IS_CI = os.environ.get("CI", "").lower() in ("1", "true")
_LACKS = (
    "needs chromium and the extra [browser]: apt-get install chromium fonts-wqy-microhei; pip install -e '.[browser]'"
)

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from playwright.async_api import Browser, ConsoleMessage, Page


@pytest.fixture
async def browser() -> AsyncIterator["Browser"]:
    """A browser without a window; only outside CI a machine may do without."""
    if not IS_CI:
        if not HAS_CHROMIUM:
            pytest.skip(_LACKS)
        pytest.importorskip("playwright.async_api", reason=_LACKS)
        pytest.importorskip("axe_playwright_python.async_playwright", reason=_LACKS)
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def opened(
    browser: "Browser", server: Server, *, scheme: str = "light", has_script: bool = True
) -> tuple["Page", list[str]]:
    """The page, and what goes wrong on it: errors, breaches of the policy, requests to anywhere else."""
    wrong: list[str] = []

    def said(message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    context = await browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", java_script_enabled=has_script
    )
    page = await context.new_page()
    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith((server.url, "data:")) else wrong.append(sent.url))
    answer = await page.goto(f"{server.url}/_mock/docs")
    assert answer is not None
    assert answer.status == 200
    return page, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_wrong_with_the_page(browser: "Browser", server: Server, scheme: str) -> None:
    """axe finds nothing, with all that can be opened open; the console stays empty. Slow: a browser starts."""
    from axe_playwright_python.async_playwright import Axe

    page, wrong = await opened(browser, server, scheme=scheme)
    await page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")

    found = await Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert wrong == []


async def test_calls_are_filtered_as_one_types(browser: "Browser", server: Server) -> None:
    """All words have to be met; the number is told, and the chapters that are left open. Slow: a browser starts."""
    page, wrong = await opened(browser, server)
    total = await page.locator("article").count()

    await page.get_by_label("Filter calls").fill("排队 delete")

    shown = await page.locator("article:visible h3").all_inner_texts()
    assert "DELETE /open_api_v1/im/sessions/close_queue" in shown
    assert len(shown) < 10
    assert await page.get_by_role("status").inner_text() == f"{len(shown)} of {total}"
    await page.get_by_label("Filter calls").fill("")
    assert await page.locator("article:visible").count() == total
    assert wrong == []


async def test_it_is_read_without_a_script(browser: "Browser", server: Server) -> None:
    """Everything but the filter is there. Slow: a browser starts."""
    page, wrong = await opened(browser, server, has_script=False)

    assert await page.locator("#filter").is_hidden()
    await page.locator("#post_open_api_v1_im_messages summary").first.click()
    assert await page.get_by_role("rowheader", name="message_id").first.is_visible()
    assert wrong == []


async def test_it_is_reached_by_keyboard(browser: "Browser", server: Server) -> None:
    """The first stop leads past the chapters; it is seen when it has the focus. Slow: a browser starts."""
    page, wrong = await opened(browser, server)

    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the calls")

    assert await skip.is_visible()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    assert wrong == []
