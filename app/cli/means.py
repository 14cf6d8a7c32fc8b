"""With what somebody signs at the command line: a key file, a token, a card or a phone, each opened in its own way."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.adapters.emulators.certification_centre import folder
from app.settings import instance_folder

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from app.settings import Settings
    from signing.data_file import DataFile
    from signing.signers.signer import Signer

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
# A phone is asked again and again whether its holder has decided; this is how long it may think about it each time.
SECONDS_TO_WAIT = 30
OPTIONS = (
    click.option("--p12", "key_file", type=EXISTING, help="Sign with a PKCS #12 file of key and certificate."),
    click.option("--pkcs11", "module", metavar="MODULE", help="Sign with a token behind this PKCS #11 module."),
    click.option("--token", metavar="NAME", default="", help="Label or serial number of one token among several."),
    click.option("--key", metavar="NAME", default="", help="Label or id of one key among several in the token."),
    click.option("--card", metavar="NUMBER", help="Sign with a card that a service holds."),
    click.option("--card-service", metavar="URL", envvar="EGOMRUK_CARD_URL", help="Address of the service of cards."),
    click.option("--mobile", "phone", metavar="PHONE", help="Sign with the key in a phone."),
    click.option("--person", metavar="FIN", help="Personal number of the holder of the phone."),
    click.option("--pin-file", type=EXISTING, help="File with the PIN or passphrase, which is otherwise asked for."),
    click.option("--chain", type=EXISTING, help="File with the certificates of the authorities above the signer's."),
)


def means_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Means:
    """The options as they were given."""

    key_file: Path | None
    module: str | None
    token: str
    key: str
    card: str | None
    card_service: str | None
    phone: str | None
    person: str | None
    pin_file: Path | None
    chain: Path | None

    def check(self, *, is_unsigned: bool) -> None:
        """Exactly one is named, and with it only what belongs to it."""
        named = [one for one in (self.key_file, self.module, self.card, self.phone) if one is not None]
        if len(named) + is_unsigned != 1:
            raise click.UsageError("name one of --p12, --pkcs11, --card, --mobile and --unsigned")
        if (self.token or self.key) and self.module is None:
            raise click.UsageError("--token and --key go with --pkcs11")
        if (self.phone is None) != (self.person is None):
            raise click.UsageError("--mobile and --person go together")

    def signature(self, files: "Sequence[DataFile]") -> bytes:
        """A B-B signature file over the files."""
        from signing.clock import SystemClock
        from signing.signers.signer import signed

        if self.phone is not None:
            return self._by_phone(self.phone, self.person or "", files)
        with self._signer() as signer:
            return signed(signer, files, SystemClock().now(), self._authorities())

    @contextmanager
    def _signer(self) -> "Iterator[Signer]":
        if self.module is not None:
            from signing.signers.pkcs11 import open_token

            with open_token(self.module, self._secret("EGOMRUK_PIN", "PIN"), token=self.token, key=self.key) as held:
                yield held
        elif self.card is not None:
            yield self._in_card(self.card)
        elif self.key_file is not None:
            from signing.signers.pkcs12 import open_key_file

            yield open_key_file(self.key_file.read_bytes(), self._secret("EGOMRUK_P12_PASSPHRASE", "Passphrase"))

    def _in_card(self, number: str) -> "Signer":
        from signing.egress import Egress
        from signing.signers.card import CardService

        url = self.card_service or _settings().card_url
        if not url:
            raise click.UsageError("name the service of the card with --card-service")
        card = CardService(url, Egress.to(url)).card(number)
        return card.key(self._secret("EGOMRUK_PIN", "PIN2"))

    def _by_phone(self, phone: str, person: str, files: "Sequence[DataFile]") -> bytes:
        """The code stands on the screen before the phone rings."""
        from signing.clock import SystemClock
        from signing.egress import Egress
        from signing.signers.mobile import MobileService
        from signing.signers.mobile_ceremony import MobileSigner

        settings = _settings()
        url = settings.mobile_signature_url
        if not url:
            raise click.UsageError("name the mobile signature service with EGOMRUK_MOBILE_SIGNATURE_URL")
        way = Egress.to(url, timeout=SECONDS_TO_WAIT)
        service = MobileService(url, settings.mobile_signature_uuid, settings.mobile_signature_name, way)
        signer = MobileSigner(service, self._authorities())
        ceremony = signer.prepare(phone, person, files, SystemClock().now())
        click.echo(f"Control code {ceremony.control_code}: enter PIN2 only if the phone shows the same.", err=True)
        ceremony = signer.ask(ceremony, language="az", text=files[0].name)
        while (xml := signer.fetch(ceremony, SECONDS_TO_WAIT * 1000)) is None:
            continue
        return xml

    def _authorities(self) -> "list[Certificate]":
        """For a key that comes without them: those of a file, or the one of this installation's own centre."""
        from signing.certificates import load_file

        own = folder(instance_folder()) / "issuing.crt"
        path = self.chain or (own if own.exists() else None)
        return load_file(path.read_bytes()) if path else []

    def _secret(self, variable: str, question: str) -> str:
        """Never an argument, which every process of the machine can read."""
        if path := self.pin_file or environ.get(f"{variable}_FILE"):
            try:
                return Path(path).read_text("utf-8").strip()
            except UnicodeDecodeError:
                raise click.ClickException(f"{path} is not text") from None
        return environ.get(variable) or str(click.prompt(question, hide_input=True, err=True))


def _settings() -> "Settings":
    from app.settings import Settings

    return Settings.from_environment()
