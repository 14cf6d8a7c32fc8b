"""`e-gomruk border`: records of border posts that come as files."""

from pathlib import Path

import click


@click.group()
def border() -> None:
    """Goods registered at the border."""


@border.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, metavar="CODE", help="The office that registered the goods.")
def import_file(file: Path, office: str) -> None:
    """Registers the goods of FILE: CSV in UTF-8 with a heading, by comma or semicolon.

    Columns: barcode, consignee, consignee_name, consignee_address, code, description, amount, currency, weight,
    packages, exporter, vehicle, destination, hours, registered_at, and if you like carnet, waybill, container.
    What is there already is left as it is, so that a file may be given again; a line that is refused is told, and the
    command ends with 1.
    """
    from dataclasses import replace

    from app.border_goods.files import read_goods
    from app.border_goods.operations import RegisterGoods, check_office, register
    from app.border_goods.rules import MOST_ROWS, Outcome
    from app.cli.setting_up import portal

    lines, wrong = read_goods(file.read_bytes())
    told = dict(wrong)
    counts = dict.fromkeys(Outcome, 0)
    with portal("border") as context:
        check_office(context, office)
        here = replace(context, actor=replace(context.actor, office=office))
        places = sorted(lines)
        for start in range(0, len(places), MOST_ROWS):
            part = places[start : start + MOST_ROWS]
            batch = register(here, RegisterGoods(tuple(lines[place] for place in part)))
            for place, result in zip(part, batch.results, strict=True):
                counts[result.outcome] += 1
                told[place] = result.problems + result.doubts
    for place, problems in sorted(told.items()):
        for problem in problems:
            text = problem.message.format_map(problem.facts)
            click.echo(f"line {place}: {problem.field}: {text} ({problem.code})", err=True)
    refused = counts[Outcome.REFUSED] + len(wrong)
    click.echo(f"{counts[Outcome.REGISTERED]} registered, {counts[Outcome.UNCHANGED]} unchanged, {refused} refused")
    if refused:
        raise click.exceptions.Exit(1)
