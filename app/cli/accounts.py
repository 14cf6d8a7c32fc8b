"""The first administrators of an installation."""

import click


@click.group()
def accounts() -> None:
    """Who may look after the portal."""


@accounts.command()
@click.argument("fin")
@click.option("--name", required=True, help="Given name and surname.")
@click.option("--email", default="", help="Where notices go.")
@click.option("--language", type=click.Choice(["az", "en", "ru"]), default="az", help="Language of notices.")
def admin(fin: str, name: str, email: str, language: str) -> None:
    """Names an administrator by FIN, while there are fewer than two; he signs in with his card or phone."""
    from app.administration.operations import AppointAdmin, appoint_admin
    from app.cli.setting_up import portal

    with portal("accounts") as context:
        appointed = appoint_admin(context, AppointAdmin(fin, name, email, language))
    click.echo(f"administrators: {appointed.number} of 2")
