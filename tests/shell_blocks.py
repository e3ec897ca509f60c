"""The code blocks of our pages, and how a reader would run them: from a shell, against a server that was started from one."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_BLOCK = re.compile(r"^```(?P<language>[a-z]+)(?P<words>[^\n]*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_UDESK_")} | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "PYTHONWARNINGS": "error",
}
# The address that the pages have.
WRITTEN = "http://127.0.0.1:8090"


def all_blocks(page: Path) -> list[tuple[str, str, str]]:
    """All code blocks in their order: the language, the words after it, the code."""
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [(match["language"], match["words"].strip(), match["code"]) for match in found]


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """The code blocks of a language, each with the words after its name."""
    return [(words, code) for found, words, code in all_blocks(page) if found == language]


@contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """The address of what a page's `mock-udesk serve …` starts, on a free port."""
    with subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as server:
        try:
            assert server.stdout is not None
            address = None
            for line in server.stdout:
                address = re.search(r"http://127\.0\.0\.1:\d+", line)
                if address is not None:
                    break
            assert address is not None, "serve did not say where it listens"
            yield address[0]
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=10)
    assert server.returncode == 0


def run(command: Sequence[str], code: str, base: str, folder: Path) -> str:
    """What a block of code prints when it runs in this folder, against this server; it must end with 0."""
    environment = ENVIRONMENT | {"MOCK_UDESK_PORT": base.rpartition(":")[2]}
    text = code.replace(WRITTEN, base)
    done = subprocess.run(
        [*command, text], capture_output=True, text=True, env=environment, cwd=folder, timeout=60, check=False
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout
