"""The command `e-gomruk`. To verify is the library's own command and starts without the portal and its commands."""

import sys


def main() -> None:
    if sys.argv[1:2] == ["verify"]:
        from app.cli.verifying import run

        sys.exit(run(sys.argv[2:]))

    from app.cli.commands import carry_out

    carry_out()
