"""The harness: a real server, real receivers of pushes, and an integrator that signs from the document alone."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from mock_udesk.company.founding import Founding
from mock_udesk.company.signing.open_api import Credentials
from mock_udesk.server.app import Server, ServerOptions
from mock_udesk.settings import Settings

from . import NOW
from .integrator import Udesk
from .receiver import Receiver

EMAIL = "admin@demo.test"
PASSWORD = "password"
TOKEN = "00000000-0000-4000-8000-000000000000"
SECRET = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """The integrator's receive URL (接收消息URL)."""
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def h5() -> AsyncIterator[Receiver]:
    """The integrator's H5 push URL."""
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
def founding(receiver: Receiver) -> Founding:
    """The default company: the defaults of interfaces §1, standing still at NOW, with a receive URL."""
    return Founding(
        subdomain="demo",
        credentials=Credentials(email=EMAIL, password=PASSWORD, token=TOKEN, secret=SECRET),
        now=NOW,
        rate=0,
        settings=Settings(receive_url=receiver.url),
    )


@pytest.fixture
async def start_server() -> AsyncIterator[Callable[[ServerOptions], "asyncio.Future[Server]"]]:
    """Starts servers of any options; they are stopped after the test."""
    servers: list[Server] = []

    async def start(options: ServerOptions) -> Server:
        server = Server(options)
        await server.start()
        servers.append(server)
        return server

    yield lambda options: asyncio.ensure_future(start(options))
    for server in servers:
        await server.stop(0)


@pytest.fixture
async def server(founding: Founding) -> AsyncIterator[Server]:
    """A server on 127.0.0.1 with the default company alone."""
    server = Server(ServerOptions(founding=founding))
    await server.start()
    yield server
    await server.stop(0)


@pytest.fixture
async def udesk(server: Server, receiver: Receiver, h5: Receiver) -> AsyncIterator[Udesk]:
    """The integrator of the default company."""
    async with Udesk(server, server.companies.default, server.url, receiver, h5) as udesk:
        yield udesk
