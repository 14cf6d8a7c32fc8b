"""`e-gomruk log`: the register of decisions. Reads it again, witnesses it, takes proofs, verifies our own database."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from signing.transparency.places import Folder, Site
    from signing.transparency.trust import LogTrust
    from signing.transparency.witness import Witness

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
KEY_KINDS = {"log": "NOTE", "witness": "COSIGNATURE", "witness-ml-dsa": "ML_DSA_COSIGNATURE"}


class Undecided(click.ClickException):
    """The register could not be read, so that nothing is said about it."""

    exit_code = 2


@click.group()
def log() -> None:
    """The register of decisions: check it, witness it, take proofs from it."""


def _of_a_log(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which log and whom to believe about it."""
    for option in (
        click.option("--quorum", type=int, help="How many of these witnesses are needed; default: all."),
        click.option("--witness", "witnesses", multiple=True, metavar="KEY", help="Key of a witness, or its file."),
        click.option(
            "--log-key", "keys", multiple=True, required=True, metavar="KEY", help="Key of the log or its file."
        ),
        click.option("--log", "place", required=True, metavar="URL|DIR", help="Where the log is read."),
    ):
        command = option(command)
    return command


@log.command()
@click.option("--name", required=True, help="Of a log as in its checkpoints; of a witness by its own choice.")
@click.option("--out", required=True, type=NEW_FILE, help="Where the private key is written.")
@click.option("--for", "holder", type=click.Choice(list(KEY_KINDS)), default="log", show_default=True)
def key(name: str, out: Path, holder: str) -> None:
    """Makes a key. The private one goes into a new file, the public one is printed."""
    from signing import files
    from signing.transparency.keys import Kind, new_key

    made = new_key(name, Kind[KEY_KINDS[holder]])
    text = f"{made.to_text()}\n".encode()
    files.write_once(out, text, files.PRIVATE)
    if out.read_bytes() != text:
        raise click.ClickException(f"{out} is there already")
    click.echo(made.verifier)


@log.command()
@_of_a_log
@click.option(
    "--earlier", multiple=True, type=FILE, help="A checkpoint that the log had signed before; may be repeated."
)
def check(earlier: tuple[Path, ...], **where: Any) -> None:  # noqa: ANN401
    """Reads the whole log again and computes every hash of it anew.

    Ends with 0 if it is whole, 1 if it is not, 2 if it cannot be read or lacks witnesses.
    """
    from signing.errors import Indeterminate
    from signing.transparency.monitor import audited
    from signing.transparency.notes import parse_note

    source, trust = _log(**where)
    try:
        found = audited(source.read, trust, [parse_note(path.read_bytes()) for path in earlier])
    except Indeterminate as error:
        raise Undecided(str(error)) from error
    head = found.checkpoint
    click.echo(f"{head.origin}: {head.size} entries, root {head.root.hex()}, witnesses {len(found.witnesses)}")


@log.command()
def verify() -> None:
    """For whoever runs the log: holds the database of this installation against the published files."""
    from app.archive.auditing import compare
    from app.cli.setting_up import portal

    with portal("log") as context:
        found = compare(context)
    for fault in found.faults:
        click.echo(fault, err=True)
    click.echo(f"{found.size} entries, {len(found.faults)} faults")
    if found.faults:
        raise click.exceptions.Exit(1)


@log.command()
def recover() -> None:
    """For whoever runs the log, after a restore: brings back the entries that are newer than the backup."""
    from app.archive.operations import recover_log
    from app.cli.setting_up import portal

    with portal("log") as context:
        found = recover_log(context)
    click.echo(f"{found.entries} entries recovered, {found.size} in all")


@log.command()
@click.argument("container", type=FILE)
@_of_a_log
@click.option("--out", required=True, type=NEW_FILE, help="The container with the proof.")
def prove(container: Path, out: Path, **where: Any) -> None:  # noqa: ANN401
    """Puts the proof that its decision stands in the log into CONTAINER, in place of an older proof."""
    from signing import files
    from signing.container import open_container
    from signing.transparency.proving import proof_of

    source, trust = _log(**where)
    opened = open_container(container.read_bytes())
    proof = proof_of(opened, source.read, trust)
    files.write(out, opened.with_proof(proof.to_bytes()).to_bytes())
    click.echo(f"{out}: entry {proof.index}")


@log.command()
@click.option("--log", "url", required=True, metavar="URL", help="The log; no other place is asked.")
@click.option("--log-key", "keys", multiple=True, required=True, metavar="KEY", help="Key of the log or its file.")
@click.option("--key", "key_file", required=True, type=FILE, help="File of the witness's private key.")
@click.option("--state", required=True, type=click.Path(file_okay=False, path_type=Path), help="What it has seen.")
@click.option("--once", is_flag=True, help="One look, and an exit code of 1 if anything is wrong.")
@click.option("--interval", type=click.IntRange(1), default=60, show_default=True, help="Seconds between looks.")
def witness(*, url: str, keys: tuple[str, ...], key_file: Path, state: Path, once: bool, interval: int) -> None:
    """Follows the log, sees that it only grows, and signs its checkpoints."""
    follower = _witness(url, keys, key_file, state)
    if once:
        click.echo(follower.look())
    else:
        _follow(follower, interval)


def _follow(follower: "Witness", interval: int) -> None:
    """Whatever is wrong is said again at every look: a witness that stops cannot say anything.

    Python drops a Ctrl-C that comes while it tidies up behind something, such as a connection; here it is remembered.
    """
    from signal import SIGINT, signal
    from time import sleep

    from signing.errors import SigningError

    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    signal(SIGINT, stop)
    while True:
        try:
            click.echo(follower.look())
        except SigningError as error:
            click.echo(f"e-gomruk: {error}", err=True)
        if asked:
            raise KeyboardInterrupt
        sleep(interval)


def _witness(url: str, keys: tuple[str, ...], key_file: Path, state: Path) -> "Witness":
    from signing.clock import SystemClock
    from signing.transparency.keys import parse_signer_key
    from signing.transparency.places import Site
    from signing.transparency.trust import named
    from signing.transparency.witness import Witness

    own = parse_signer_key(key_file.read_text("utf-8").strip())
    return Witness(Site(url), named(keys), own, state, SystemClock())


def _log(
    place: str, keys: tuple[str, ...], witnesses: tuple[str, ...], quorum: int | None
) -> "tuple[Folder | Site, LogTrust]":
    from signing.transparency import places
    from signing.transparency.trust import named

    return places.place(place), named(keys, witnesses, quorum)
