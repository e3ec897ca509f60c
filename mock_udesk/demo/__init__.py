"""The bundled demo: the mock, a sample app server on a second port, and a whole conversation between them over real HTTP."""

import asyncio
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .. import __version__
from ..options import Options
from ..sample_app import Received, SampleApp, Traffic
from ..scenario.loader import load
from ..scenario.scenario import Scenario, Source
from ..server.app import Server
from ..server.ending import HURRIED, ended
from ..server.signals import told_to_stop
from .operator import Operator
from .page import Page
from .play import Play
from .staging import NAMES

START = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=8)))
# What Tom and Jerry do.
SHOP = Path(__file__).parent / "shop.yaml"


async def run(
    options: Options, *, is_once: bool, is_verbose: bool, has_colour: bool, write: Callable[[str], None]
) -> int:
    """Plays the conversation and replies with 0 when every step was seen, else 1; unless once, stays up after it.

    The company's clock stands still while it plays, so that the story is the same each time. Raises UsageError when the port can't be had.
    """
    founding = replace(options.founding(), now=options.now or START, rate=0.0, scenario=_shop())
    server = Server(options.served(founding))
    page = Page(write, names=NAMES, has_colour=has_colour, is_verbose=is_verbose)
    with told_to_stop() as stop:
        await server.start()
        traffic: list[Traffic] = []
        stage = _Stage(server.url, options, page, traffic)
        try:
            await stage.app.start()
            stop_comes = asyncio.create_task(stop.wait())
            play = asyncio.create_task(stage.play())
            await asyncio.wait({play, stop_comes}, return_when=asyncio.FIRST_COMPLETED)
            stop_comes.cancel()
            is_played = play.done()
            if not is_played:
                play.cancel()
                await asyncio.wait({play})
            elif not is_once:
                await stage.open_doors()
                await stop.wait()
        finally:
            await stage.close()
            undelivered, was_hurried = await ended(server)
    for line in undelivered:
        page.plain(f"not delivered: {line}")
    if stop.is_set():
        page.plain("stopped" if is_played else "stopped before the play was over")
    if was_hurried:
        return HURRIED
    if not is_played:
        return 1 if is_once else 0
    return 0 if play.result() else 1


def _shop() -> Scenario:
    # Named without its folder, so that the story is the same on every machine.
    return load([Source(file=SHOP.name, text=SHOP.read_text(encoding="utf-8"))])


def _pace(rate: float) -> str:
    match rate:
        case 0.0:
            return "its clock stands still (rate 0)"
        case 1.0:
            return "time runs"
        case _:
            return f"time runs {rate:g} times as fast as real time"


class _Stage:
    """The mock's URL, the app and the agents' side, for as long as the demo runs."""

    def __init__(self, url: str, options: Options, page: Page, traffic: list[Traffic]) -> None:
        self._url = url
        self._options = options
        self._page = page
        self._traffic = traffic
        self._is_over = False
        self.app = SampleApp(udesk_url=url, email=options.email, token=options.token, notice=self._notice)
        self._operator = Operator(url, token=options.control_token, notice=page.operator)

    async def play(self) -> bool:
        """Says who listens where, and plays."""
        self._page.title(
            f"mock-udesk {__version__} demo: the conversation of the document's flow chart, over real HTTP",
            f"Udesk (the mock)   {self._url}",
            f"app (the sample)   {self.app.url}",
            f"the agents         {SHOP}",
        )
        await self._operator.call("PATCH", "/company", {"receive_url": self.app.url})
        is_seen = await Play(self.app, self._operator, self._page, self._traffic).run()
        self._page.plain()
        return is_seen

    async def open_doors(self) -> None:
        """Lets the company's clock run as it was told to, and says how to go on; pushes are shown as they come."""
        await self._operator.call("PATCH", "/clock", {"rate": self._options.rate})
        self._is_over = True
        at = f"--base {self._url}"
        for name, value, default in (
            ("email", self._options.email, "admin@demo.test"),
            ("token", self._options.token, "00000000-0000-4000-8000-000000000000"),
            ("control-token", self._options.control_token, None),
        ):
            if value is not None and value != default:
                at += f" --{name} {shlex.quote(value)}"
        for line in (
            f"The mock stays up, and {_pace(self._options.rate)}. Pushes to the sample app are shown below; Ctrl-C ends it. Go on with:",
            f"""    mock-udesk call POST /im/sessions -d '{{"customer_token":"zhang","assign_type":"agent"}}' {at}""",
            f"""    mock-udesk call POST /_mock/sessions/ID/messages -d '{{"content":"您好"}}' {at}   # ID: the answer's im_sub_session_id""",
            f"    mock-udesk call GET /_mock/scenario {at}   # what the agents do, and how often they did",
            f"    mock-udesk call GET '/_mock/timeline?as=text' {at}",
            *(
                [f"""    mock-udesk call POST /_mock/clock/advance -d '{{"seconds":30}}' {at}"""]
                if self._options.rate == 0
                else []
            ),
            "",
        ):
            self._page.plain(line)

    async def close(self) -> None:
        """Lets go of port and connections."""
        await self._operator.close()
        await self.app.stop()

    def _notice(self, item: Traffic) -> None:
        if self._is_over:
            fresh = item.fresh if isinstance(item, Received) else ()
            self._page.traffic(fresh[0].get("message_created_at", "")[-8:] if fresh else "", item)
        else:
            self._traffic.append(item)
