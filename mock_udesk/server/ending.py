"""How a program with a server in it ends: one signal lets pushes drain, a second one cuts that short."""

import asyncio

from .app import Server
from .signals import told_to_stop

# The exit code of what a second signal ended: what a shell says of Ctrl-C.
HURRIED = 130


async def ended(server: Server) -> tuple[list[str], bool]:
    """Stops a server that has been told to; replies with what was not delivered, and whether a second signal cut the drain short."""
    with told_to_stop() as again:
        stopping = asyncio.create_task(server.stop())
        hurry = asyncio.create_task(again.wait())
        await asyncio.wait({stopping, hurry}, return_when=asyncio.FIRST_COMPLETED)
        was_hurried = not stopping.done()
        if was_hurried:
            # Those who wait for pushes to settle get an error, and the drain is over.
            await server.pump.stop()
        hurry.cancel()
        return await stopping, was_hurried
