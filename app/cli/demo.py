"""Demonstration data and the accounts to sign in with."""

import click


@click.group()
def demo() -> None:
    """Demonstration data; refused in production mode."""


def refuse_in_production() -> None:
    from app.settings import Settings, SettingsError

    if not Settings.from_environment().is_demo:
        raise SettingsError("demonstration data is refused in production mode")


@demo.command()
def load() -> None:
    """Adds the demonstration people that are missing, their cards and phones, a decision, an application."""
    from app.cli.setting_up import portal
    from app.demo.border_goods import load_border_goods
    from app.demo.contracts import load_application
    from app.demo.decision import load_decision
    from app.demo.means import hand_out
    from app.demo.people import load_people
    from app.settings import Settings

    refuse_in_production()
    settings = Settings.from_environment()
    with portal("demo") as context:
        click.echo(f"{load_people(context)} accounts added")
        hand_out(settings)
        if kept := load_decision(context, settings):
            click.echo(f"{kept} containers kept")
        if waiting := load_application(context):
            click.echo(f"{waiting} applications for a contract")
        if goods := load_border_goods(context):
            click.echo(f"{goods} records of goods at the border")


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def accounts(as_json: bool) -> None:
    """Whom one can sign in as."""
    import json

    from app.demo.means import means
    from app.demo.people import cast

    refuse_in_production()
    if as_json:
        held = means()
        people = [person.as_json(held[person.username].as_json()) for person in cast()]
        click.echo(json.dumps(people, ensure_ascii=False, indent=2))
        return
    for person in cast():
        click.echo(f"{person.role:15} {person.username:18} {person.password:32} {person.name}")
