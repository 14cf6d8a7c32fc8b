"""The emulated certification centre at the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.adapters.emulators import certification_centre
from app.settings import Settings

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from signing.authority import Authority
    from signing.subjects import Subject

KINDS = ("person", "authentication", "officer", "seal")
REASONS = (
    "unspecified",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
)
SERVICES = ("tsa", "ocsp")
OWN = ("issuing", *SERVICES)
# Before the certificate of a service ends by so much, somebody should renew it.
DAYS_OF_WARNING = 90


@click.group()
def pki() -> None:
    """The emulated certification centre: certificates of people, officers and organisations."""


@pki.command()
def init() -> None:
    """Founds the centre. Harmless when repeated."""
    _describe(certification_centre.found(Settings.from_environment()))


@pki.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--fin", help="FIN of a person or an officer.")
@click.option("--given-name", help="Given name of a person or an officer.")
@click.option("--surname", help="Surname of a person or an officer.")
@click.option("--office", help="Code of the officer's customs office.")
@click.option("--voen", help="VÖEN of an organisation.")
@click.option("--name", help="Name of an organisation.")
@click.option("--public-key", type=click.Path(exists=True, path_type=Path), help="The holder's public key, PEM.")
@click.option("--p12", type=click.Path(path_type=Path), help="Makes a key and writes it with its certificate here.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the certificate is written, PEM.")
def issue(kind: str, public_key: Path | None, p12: Path | None, out: Path | None, **about: str | None) -> None:
    """Issues a certificate for a public key, or for a new key in a PKCS #12 file."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from app.cli.pki_keys import new_key, read_public_key, write_key
    from signing.profiles import PROFILES

    if (public_key is None) == (p12 is None):
        raise click.UsageError("name either --public-key or --p12")
    authority, subject = _centre(), _subject(kind, about)
    if public_key:
        certificate = authority.issue(PROFILES[kind], subject, read_public_key(public_key))
    if p12:
        secret = click.prompt("Passphrase of the file", hide_input=True, confirmation_prompt=True, err=True)
        key = new_key()
        certificate = authority.issue(PROFILES[kind], subject, key.public_key())
        write_key(p12, secret, key, [certificate, authority.issuing])
    if out:
        out.write_bytes(certificate.public_bytes(Encoding.PEM))
    click.echo(f"{certificate.serial_number:x}")


@pki.command()
@click.argument("serial")
def suspend(serial: str) -> None:
    """Puts a certificate on hold."""
    from app.cli.pki_news import end_sessions_of

    authority = _centre()
    authority.suspend(_number(serial))
    end_sessions_of(authority.certificate(_number(serial)), "certificate.on_hold")


@pki.command()
@click.argument("serial")
def resume(serial: str) -> None:
    """Makes a certificate on hold good again."""
    _centre().resume(_number(serial))


@pki.command()
@click.argument("certificate")
@click.option("--reason", type=click.Choice(REASONS), default="unspecified", show_default=True)
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="Since when, if that is in the past.")
def revoke(certificate: str, reason: str, at: datetime | None) -> None:
    """Revokes a certificate for good: a serial number, or issuing, tsa or ocsp for the centre's own."""
    from app.cli.pki_news import end_sessions_of

    authority = _centre()
    serial = _serial(authority, certificate)
    authority.revoke(serial, reason, at)
    end_sessions_of(authority.certificate(serial), "certificate.revoked")


@pki.command()
@click.argument("service", type=click.Choice(SERVICES))
def renew(service: str) -> None:
    """Gives a service a new key and a new certificate. It uses them at once; what it gave before stays valid."""
    _echo(service, _centre().renew(service))


@pki.command()
@click.argument("certificate", required=False)
def status(certificate: str | None) -> None:
    """Tells how it stands with a certificate (a serial number, issuing, tsa or ocsp), or with the whole centre."""
    authority = _centre()
    if certificate is None:
        _describe(authority)
        return
    serial = _serial(authority, certificate)
    standing = authority.status(serial)
    since = f" since {standing.since:%Y-%m-%d %H:%M:%S} UTC ({standing.reason})" if standing.since else ""
    click.echo(f"{standing.state}{since}")
    for entry in authority.entries():
        if entry.serial == f"{serial:x}":
            click.echo(f"  {entry.written} {entry.action} {entry.profile} {entry.subject}".rstrip())


def _centre() -> "Authority":
    return certification_centre.centre(Settings.from_environment())


def _describe(authority: "Authority") -> None:
    from signing.profiles import FOR_SUBSCRIBERS

    for name in ("root", *OWN):
        _echo(name, authority.own(name))
    issued = [int(entry.serial, 16) for entry in authority.entries() if entry.profile in FOR_SUBSCRIBERS]
    good = sum(authority.status(serial).state == "good" for serial in issued)
    click.echo(f"issued   {len(issued)}, of them {good} good")
    for name in OWN:
        _warn(authority, name)


def _echo(name: str, certificate: "Certificate") -> None:
    from cryptography.hazmat.primitives.hashes import SHA256

    fingerprint, end = certificate.fingerprint(SHA256()).hex(), certificate.not_valid_after_utc
    click.echo(f"{name:8} {fingerprint}  until {end:%Y-%m-%d}")


def _warn(authority: "Authority", name: str) -> None:
    """In time, and in words that say what to do."""
    certificate = authority.own(name)
    state, left = authority.status(certificate.serial_number).state, certificate.not_valid_after_utc - datetime.now(UTC)
    if state == "good" and left.days >= DAYS_OF_WARNING:
        return
    what = f"is {state}" if state != "good" else f"ends in {left.days} days" if left.days >= 0 else "has ended"
    remedy = f": e-gomruk pki renew {name}" if name in SERVICES else ""
    click.echo(f"warning: the certificate {name} {what}{remedy}", err=True)


def _subject(kind: str, about: dict[str, str | None]) -> "Subject":
    from signing.subjects import Subject

    needed = {"officer": ("fin", "given_name", "surname", "office"), "seal": ("voen", "name")}
    facts = {name: about[name] or "" for name in needed.get(kind, ("fin", "given_name", "surname"))}
    if missing := [name for name, value in facts.items() if not value]:
        raise click.UsageError(f"{kind} needs {', '.join('--' + name.replace('_', '-') for name in missing)}")
    if kind == "officer":
        return Subject.officer(**facts)
    return Subject.organisation(**facts) if kind == "seal" else Subject.person(**facts)


def _serial(authority: "Authority", named: str) -> int:
    return authority.own(named).serial_number if named in OWN else _number(named)


def _number(serial: str) -> int:
    try:
        return int(serial.replace(":", ""), 16)
    except ValueError:
        raise click.UsageError(f"{serial} is not a serial number") from None
