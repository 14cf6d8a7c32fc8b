"""`e-gomruk verify`: the library's own command, which believes the root of this installation unless told another."""

import click

from app.adapters.emulators.certification_centre import folder
from app.settings import instance_folder


@click.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def verify(words: tuple[str, ...]) -> None:
    """Says whether the signatures in each FILE are valid. Needs the root certificate and no network."""
    from signing.command import run

    instance = instance_folder()
    own = (folder(instance) / "root.crt", instance / "log" / "vkey")
    raise click.exceptions.Exit(run(words, "e-gomruk verify", *(path if path.exists() else None for path in own)))
