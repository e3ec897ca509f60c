"""Runs a command in this process: as real as in one of its own, but for the second that a start takes."""

import subprocess

from click.testing import CliRunner

from mock_udesk.cli import main


def run_here(*args: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end. Not beside a running event loop."""
    result = CliRunner(charset="utf-8").invoke(main, args, prog_name="mock-udesk")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(args, result.exit_code, result.stdout, result.stderr)
