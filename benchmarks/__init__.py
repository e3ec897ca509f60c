"""Speed and memory of the mock, each beside two aiohttp handlers measured in the same run."""
