"""Making an installation and bringing its database to the newest shape."""

import click

from app.settings import Settings


@click.command()
def init() -> None:
    """Makes the instance folder, the database, the code lists and, in demo mode, demo data. Harmless when repeated."""
    settings = Settings.from_environment()
    prepare(settings)
    click.echo(f"ready: {settings.instance}")


@click.command()
@click.option("--to", "revision", default="head", help="A revision to go to, up or down.")
@click.option("--down", is_flag=True, help="Go down to the revision.")
def migrate(revision: str, down: bool) -> None:
    """Brings the database to the newest shape (or to another one)."""
    from app.migrations import state

    url = Settings.from_environment().database_url
    if down:
        state.downgrade(url, revision)
    else:
        state.upgrade(url, revision)


def prepare(settings: Settings) -> None:
    """One at a time: of two starts at once the second finds everything made."""
    import fcntl

    settings.instance.mkdir(parents=True, exist_ok=True)
    with (settings.instance / "init.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _prepare(settings)


def _prepare(settings: Settings) -> None:
    from app.cli.setting_up import portal
    from app.migrations.state import upgrade
    from app.reference.operations import LoadReference, load_reference

    upgrade(settings.database_url)
    with portal("init") as context:
        load_reference(context, LoadReference())
        if settings.is_demo:
            from app.adapters.emulators import certification_centre
            from app.cli.pki_keys import make_seal
            from app.demo.border_goods import load_border_goods
            from app.demo.contracts import load_application
            from app.demo.decision import load_decision
            from app.demo.means import hand_out
            from app.demo.people import load_people

            make_seal(settings, certification_centre.found(settings))
            load_people(context)
            hand_out(settings)
            load_decision(context, settings)
            load_application(context)
            load_border_goods(context)
