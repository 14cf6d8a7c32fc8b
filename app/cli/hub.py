"""`e-gomruk hub`: calls the SOAP gateway as a registered system does."""

from pathlib import Path
from uuid import uuid4

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def hub() -> None:
    """Call the SOAP gateway as a system does."""


@hub.command()
@click.argument("operation")
@click.argument("values", metavar="[NAME=VALUE]...", nargs=-1)
@click.option("--address", default="http://127.0.0.1:8000/soap/v1", show_default=True, help="Of the gateway.")
@click.option("--message-id", help="Number by which a repetition is known; a new one if left out.")
@click.option("--person", metavar="FİN", default="", help="For whom the system speaks.")
@click.option("--principal", metavar="NUMBER", default="", help="The VÖEN or GÖÖEN for which the person acts.")
@click.option("--key", type=FILE, help="The system's private key (PEM).")
@click.option("--certificate", type=FILE, help="The system's certificate.")
def call(
    *,
    operation: str,
    values: tuple[str, ...],
    address: str,
    message_id: str | None,
    person: str,
    principal: str,
    key: Path | None,
    certificate: Path | None,
) -> None:
    """Call OPERATION and print the answer as JSON. A VALUE of the form @FILE is the content of a file."""
    import json

    from zeep.exceptions import Fault, ValidationError

    from app.core.clock import SystemClock
    from soap import client

    if (key is None) is not (certificate is None):
        raise click.UsageError("--key and --certificate belong together")
    signer = client.Signer(key.read_bytes(), certificate.read_bytes(), SystemClock()) if key and certificate else None
    said = {"messageId": message_id or str(uuid4()), "actingPerson": person, "principal": principal}
    header = {name: value for name, value in said.items() if value}
    try:
        answer = client.call(address, operation, header, dict(map(_value, values)), signer=signer)
    except LookupError:
        raise click.UsageError(f"the gateway offers no operation {operation}") from None
    except (TypeError, ValidationError) as error:
        raise click.UsageError(str(error)) from None
    except Fault as fault:
        raise click.ClickException(f"{str(fault.code).rpartition(':')[2]}: {fault.message}") from None
    click.echo(json.dumps(answer, default=str, ensure_ascii=False, indent=2))


def _value(text: str) -> tuple[str, object]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"not NAME=VALUE: {text}")
    return name, Path(value[1:]).read_bytes() if value.startswith("@") else value
