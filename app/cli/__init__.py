"""The commands of contracts.md; the console script `klankbord` starts here."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command line and leave with its exit code."""
    from app.cli.commands import app
    from app.cli.main import run

    sys.exit(run(app))
