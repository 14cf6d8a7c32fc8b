"""`e-gomruk archive`: what is kept, taken in, given out and renewed."""

from pathlib import Path

import click


@click.group()
def archive() -> None:
    """Signed containers that are kept and renewed for decades."""


@archive.command()
def status() -> None:
    """How many are kept, and whether any is in danger; then the exit code is 1."""
    from app.archive.queries import archive_state
    from app.cli.setting_up import portal

    with portal("archive") as context:
        state = archive_state(context.session, context.clock.now())
    click.echo(f"{state.kept} kept, {state.endangered} near the end of their time-stamps, {state.lost} too late")
    click.echo(f"{state.entries} entries in the register, {state.waiting} waiting")
    if not state.is_well:
        raise click.exceptions.Exit(1)


@archive.command("list")
@click.option("--number", default="", help="Of one declaration only.")
def list_kept(number: str) -> None:
    """Shows what is kept: until when it is good, and its place in the register."""
    from app.archive.queries import list_containers
    from app.cli.setting_up import portal

    with portal("archive") as context:
        for one in list_containers(context, number):
            place = "-" if one.index is None else f"{one.index}{'' if one.is_proven else ' (no proof yet)'}"
            line = f"{one.public_id} {one.kind:11} {one.number} {one.level} until {one.good_until:%Y-%m-%d} {place}"
            click.echo(f"{line} {one.last_error}".rstrip())


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", required=True, help="Of the declaration.")
@click.option("--kind", required=True, type=click.Choice(["declaration", "decision"]))
def keep(file: Path, number: str, kind: str) -> None:
    """Takes a container in, if it is valid in every point; a decision will stand in the register."""
    from app.archive.operations import KeepContainer
    from app.archive.operations import keep as keep_container
    from app.archive.rules import Kind
    from app.cli.setting_up import portal

    with portal("archive") as context:
        kept = keep_container(context, KeepContainer(file.read_bytes(), Kind(kind), number))
    click.echo(kept.public_id)


@archive.command()
@click.argument("public_id")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export(public_id: str, out: Path) -> None:
    """Writes the newest version of a container, with its proof, for whoever wants to verify it."""
    from app.archive.queries import open_container
    from app.cli.setting_up import portal
    from signing.files import write

    with portal("archive") as context:
        _, chunks = open_container(context, public_id)
        write(out, b"".join(chunks))
    click.echo(out)


@archive.command()
@click.argument("public_ids", nargs=-1)
def renew(public_ids: tuple[str, ...]) -> None:
    """Looks after everything that is due; with names, gives just these a new time-stamp, due or not."""
    from app.archive.operations import MaintainContainer, maintain, maintain_due
    from app.cli.setting_up import portal

    with portal("archive") as context:
        for public_id in public_ids:
            done = maintain(context, MaintainContainer(public_id, renew_now=True))
            click.echo(f"{public_id} until {done.good_until:%Y-%m-%d}")
        if not public_ids:
            total = 0
            while done_now := maintain_due(context):
                total += done_now
            click.echo(f"{total} looked after")
