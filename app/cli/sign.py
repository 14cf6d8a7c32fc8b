"""`e-gomruk sign`: puts files into a container and signs them with a key of one's own."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.means import EXISTING, Means, means_options

if TYPE_CHECKING:
    from signing.container import Container
    from signing.egress import Egress
    from signing.sealing import Services

    ServicesFor = Callable[[bytes], Services]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=EXISTING)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The container to write.")
@means_options
@click.option("--unsigned", "is_unsigned", is_flag=True, help="Sign nothing: the container goes to another tool.")
@click.option("--container", "is_container", is_flag=True, help="FILE is one container whose files are to be signed.")
@click.option("--basic", is_flag=True, help="Without time-stamp and revocation answer (B-B); the receiver adds them.")
@click.option("--tsa", metavar="URL", envvar="EGOMRUK_TSA_URL", help="Address of the time-stamp service.")
@click.option("--ocsp", metavar="URL", envvar="EGOMRUK_OCSP_URL", help="Address of the revocation responder.")
@click.option("--crl", "lists", metavar="URL", multiple=True, help="Address of an authority's revocation list.")
def sign(
    *,
    files: tuple[Path, ...],
    out: Path,
    is_unsigned: bool,
    is_container: bool,
    basic: bool,
    tsa: str | None,
    ocsp: str | None,
    lists: tuple[str, ...],
    **means: Any,  # noqa: ANN401  (the fields of Means)
) -> None:
    """Signs every FILE together and writes an ASiC-E container with a XAdES signature (B-LT).

    The key is in a file (--p12), a token (--pkcs11), a card (--card) or a phone (--mobile). Its PIN or passphrase is
    asked for, unless it stands in --pin-file or in the environment; that of a phone is entered there.
    """
    from signing.errors import SigningError

    chosen = Means(**means)
    chosen.check(is_unsigned=is_unsigned)
    try:
        services = None if basic or is_unsigned else _services(tsa, ocsp, lists)
        container = _opened(files) if is_container else _packed(files)
        if not is_unsigned:
            container = container.with_signature(_signature(container, chosen, services))
        _write(out, container)
    except SigningError as error:
        raise click.ClickException(str(error)) from error
    click.echo(out)


def _signature(container: "Container", means: Means, services: "ServicesFor | None") -> bytes:
    from signing.sealing import lasting

    basic = means.signature(container.files)
    return lasting(basic, services(basic)) if services else basic


def _packed(files: Sequence[Path]) -> "Container":
    """Names in a container are plain ASCII, so that they are the same on every system."""
    from signing.container import new_container
    from signing.data_file import data_file
    from signing.file_names import plain_name

    return new_container([data_file(plain_name(file.name), file.read_bytes()) for file in files])


def _opened(files: Sequence[Path]) -> "Container":
    from signing.container import open_container

    if len(files) != 1:
        raise click.UsageError("--container takes one file")
    return open_container(files[0].read_bytes())


def _services(tsa: str | None, ocsp: str | None, lists: tuple[str, ...]) -> "ServicesFor":
    """Those that are named, or those of the emulated centre of this installation; asked before anybody's PIN is."""
    from signing.sealing import Services

    if tsa and ocsp:
        from signing.egress import Egress

        return partial(_far_services, tsa, ocsp, lists, Egress.to(tsa, ocsp, *lists))

    from app.adapters.emulators.certification_centre import centre, folder
    from app.settings import Settings, instance_folder

    if tsa or ocsp or not folder(instance_folder()).exists():
        raise click.UsageError("name the services with --tsa and --ocsp, or sign with --basic")

    own = centre(Settings.from_environment())
    return lambda _: Services(own.tsa, own.ocsp, lists=own)


def _far_services(tsa: str, ocsp: str, lists: tuple[str, ...], egress: "Egress", xml: bytes) -> "Services":
    """The responder is believed to speak for the authority that the signature brings along."""
    from signing.certificates import load
    from signing.clients import ListsClient, OcspClient, TsaClient
    from signing.sealing import Services
    from signing.xades_read import read_signature

    _, *authorities = map(load, read_signature(xml).certificates)
    if not authorities:
        raise click.ClickException("the key comes without the certificate of its authority: name it with --chain")
    above = ListsClient(lists, egress) if lists else None
    return Services(TsaClient(tsa, egress), OcspClient({authorities[0]: ocsp}, egress), lists=above)


def _write(out: Path, container: "Container") -> None:
    """Whole or not at all, and only what reads back as what was meant."""
    from signing.container import open_container
    from signing.files import write

    data = container.to_bytes()
    if open_container(data).signatures != container.signatures:
        raise click.ClickException("the container does not read back")
    write(out, data)
