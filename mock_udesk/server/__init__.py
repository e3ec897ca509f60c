"""Lets HTTP in, time pass and pushes out: the only room that imports asyncio or aiohttp."""
