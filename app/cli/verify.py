"""`e-gomruk verify` among the other commands."""

import click

from app.cli.verifying import run


@click.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def verify(words: tuple[str, ...]) -> None:
    """Says whether the signatures in each FILE are valid. Needs the root certificate and no network."""
    raise click.exceptions.Exit(run(words))
