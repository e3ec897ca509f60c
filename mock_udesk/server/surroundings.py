"""How this server stands in its surroundings: whether it takes calls, what it has done, what machine it is on, and who answers at a URL."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from ..company.companies import Companies


class Prober(Protocol):
    """Who tries addresses: the courier."""

    async def probe(self, url: str, *, timeout_seconds: float) -> str:
        """Why nobody answers at this URL's host and port, in words; "" when somebody takes connections there."""


class Surroundings:
    """What `control_api/world.py` lets operators ask. `is_in_container` None: what the machine looks like, once somebody asks."""

    def __init__(self, prober: Prober, *, is_in_container: bool | None = None) -> None:
        self._prober = prober
        self._is_in_container = is_in_container
        # Between the start of the server and the beginning of its end.
        self.is_ready = False

    async def probe(self, urls: Sequence[str], *, timeout_seconds: float) -> list[str]:
        """For each URL why nobody answers at its host and port, in words; "" where somebody takes connections. All are asked at once."""
        return await asyncio.gather(*(self._prober.probe(url, timeout_seconds=timeout_seconds) for url in urls))

    @property
    def is_in_container(self) -> bool:
        """Whether this machine is a container, so that its loopback is its own."""
        if self._is_in_container is None:
            from ..control_api.reachability import is_container

            self._is_in_container = is_container()
        return self._is_in_container

    def exposition(self, companies: Companies) -> bytes:
        """How much is done, for all companies, as Prometheus reads it."""
        from .metrics import exposition

        return exposition(companies)
