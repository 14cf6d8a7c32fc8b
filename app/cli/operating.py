"""Looking after an installation."""

from pathlib import Path

import click


@click.command()
def check() -> None:
    """Explains the settings and looks at every part; the exit code tells whether all is well."""
    from app.cli.setting_up import portal
    from app.core import audit as trail
    from app.operate.queries import described, evidence, readiness
    from app.settings import Settings

    settings = Settings.from_environment()
    for entry in described(settings):
        click.echo(f"{entry.name:24} {entry.shown}\n{'':24} {entry.explanation}")
    breaks: list[trail.Break] = []
    with portal("check") as context:
        findings = readiness(context, settings.instance)
        if findings[0].good:
            rows, breaks = trail.verify(context.session)
            click.echo(f"\n{'ok' if not breaks else 'WRONG':6} audit: {rows} rows, {len(breaks)} breaks")
            findings += evidence(context)
    for finding in findings:
        click.echo(f"{'ok' if finding.good else 'WRONG':6} {finding.part}: {finding.detail}")
    if breaks or not all(finding.good for finding in findings):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Saves the database with all documents and kept containers into a new folder."""
    from app.cli.setting_up import portal
    from app.operate.backup import back_up
    from app.settings import Settings

    with portal("backup") as context:
        blobs = context.ports.blobs
        manifest = back_up(Settings.from_environment().database_url, blobs, folder, context.clock.now())  # type: ignore[arg-type]
    click.echo(
        f"saved: database at {manifest.revision}, {manifest.documents} documents, {manifest.containers} containers"
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def restore(folder: Path) -> None:
    """Brings a backup back into an empty database; checks every hash and the audit trail."""
    from app.adapters.blobs import Blobs
    from app.operate import backup as backups
    from app.settings import Settings

    settings = Settings.from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    manifest = backups.restore(settings.database_url, Blobs(settings.documents), folder)
    what = f"{manifest.documents} documents, {manifest.containers} containers"
    click.echo(f"restored: database at {manifest.revision}, {what}, the audit trail holds")


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
def verify() -> None:
    """Walks the chains and names every place where a row was changed, added or taken out.

    What the register has published of the trail is compared too, so that a trail rewritten whole is found.
    """
    from app.archive.auditing import compare_trail
    from app.cli.setting_up import portal
    from app.core import audit as trail

    with portal("audit") as context:
        rows, breaks = trail.verify(context.session)
        faults = list(compare_trail(context))
    for broken in breaks:
        click.echo(f"chain {broken.chain}, row {broken.seq}: {broken.what}", err=True)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{rows} rows, {len(breaks) + len(faults)} breaks")
    if breaks or faults:
        raise click.exceptions.Exit(1)


@click.group()
def outbox() -> None:
    """Messages that could not be delivered."""


@outbox.command("list")
def list_dead() -> None:
    """Shows the messages that were given up."""
    from app.cli.setting_up import portal
    from app.core.outbox import dead_letters

    with portal("outbox") as context:
        for letter in dead_letters(context.session):
            click.echo(
                f"{letter.id} {letter.topic} {letter.created_at:%Y-%m-%d %H:%M} {letter.attempts} {letter.last_error}"
            )


@outbox.command()
@click.argument("ids", nargs=-1, required=True, type=int)
def revive(ids: tuple[int, ...]) -> None:
    """Lets given-up messages be tried again."""
    from app.cli.setting_up import portal
    from app.operate.operations import ReviveMessages, revive_messages

    with portal("outbox") as context:
        revive_messages(context, ReviveMessages(ids))
