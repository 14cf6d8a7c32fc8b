"""The commands of `e-gomruk`. Each imports what it needs when it is called."""

import sys
from os import environ

import click

from app.cli.groups import LazyGroup
from app.settings import SettingsError

COMMANDS = {
    "serve": "app.cli.serving:serve",
    "init": "app.cli.database:init",
    "migrate": "app.cli.database:migrate",
    "demo": "app.cli.demo:demo",
    "worker": "app.cli.serving:worker",
    "check": "app.cli.operating:check",
    "backup": "app.cli.operating:backup",
    "restore": "app.cli.operating:restore",
    "accounts": "app.cli.accounts:accounts",
    "border": "app.cli.border:border",
    "audit": "app.cli.operating:audit",
    "outbox": "app.cli.operating:outbox",
    "archive": "app.cli.archive:archive",
    "verify": "app.cli.verify:verify",
    "sign": "app.cli.sign:sign",
    "pki": "app.cli.pki:pki",
    "log": "app.cli.log:log",
    "hub": "app.cli.hub:hub",
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
@click.version_option(package_name="e-gomruk", prog_name="e-gomruk")
def cli() -> None:
    """The e-Gömrük portal: serve it, look after it, demonstrate it."""


def carry_out() -> None:
    """Errors are one line on stderr and a code; a traceback helps nobody at a prompt."""
    from app.core.errors import DomainError
    from signing.errors import SigningError

    try:
        # Click gives back the code of a command that ended by `Exit`; other commands give nothing.
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(" ".join(error.format_message().split()), error.exit_code)
    except click.Abort:
        _fail("stopped", 130)
    except SettingsError as error:
        _fail(str(error), 2)
    except DomainError as error:
        _fail(f"{error.code}: {error.message.format_map(error.facts)}", 1)
    except SigningError as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error), 1)
    except Exception as error:
        if "EGOMRUK_TRACEBACK" in environ:
            raise
        _fail(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'unexpected'}", 1)


def _fail(text: str, code: int) -> None:
    click.echo(f"e-gomruk: {text}", err=True)
    sys.exit(code)
