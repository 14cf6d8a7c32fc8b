"""Running the portal and its worker."""

import click


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Web processes.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serves portal, SOAP and worker as one group of processes."""
    from os import environ

    from app.cli.serve import serve as run
    from app.settings import Settings

    chosen = {"HOST": host, "PORT": port, "EGOMRUK_WORKERS": workers}
    environ.update({name: str(value) for name, value in chosen.items() if value is not None})
    settings = Settings.from_environment()
    raise click.exceptions.Exit(run(settings, lambda: announce(settings.base_url, settings.is_demo)))


def announce(address: str, is_demo: bool) -> None:
    click.echo(f"e-Gömrük: {address}")
    if is_demo:
        from app.demo.people import cast

        for person in cast():
            click.echo(f"  {person.role:15} {person.username:18} {person.password}")


@click.command()
@click.option("--once", is_flag=True, help="Does what is due now and ends.")
def worker(once: bool) -> None:
    """Delivers messages as often as it takes, renews what is kept, enters decisions into the register."""
    import secrets

    from app.cli.setting_up import portal
    from app.core import logs
    from app.core.context import Channel
    from app.core.stopping import until_asked
    from app.worker import Rounds, work, work_once

    logs.set_up()
    stop = until_asked()
    with portal("worker", Channel.WORKER) as context:
        if once:
            click.echo(f"{work_once(context, secrets.token_hex(8))} messages tried")
            if failed := Rounds().take(context):
                raise click.ClickException(f"{failed} steps failed; the log says why")
        else:
            work(context, stop)
