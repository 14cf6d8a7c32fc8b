"""The chips of cards and phones: two keys behind a PIN each; three wrong ones lock it, the PUK opens it again."""

import hmac
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from app.adapters.emulators.sealed_keys import Sealing, raw_signature, sealing_under
from app.adapters.emulators.store import Store

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from signing.authority import Authority

PIN_TRIES, PUK_TRIES = 3, 10
PUK = "PUK"
# For how long a certificate that is to have expired was good: the first moment of its centre.
MOMENT = timedelta(seconds=1)
CHIPS = """
SELECT chip.*, first.tries AS authentication, second.tries AS signing FROM chip
JOIN chip_key AS first ON first.number = chip.number AND first.use = 'authentication'
JOIN chip_key AS second ON second.number = chip.number AND second.use = 'signing'
WHERE chip.medium = ?
"""


class Medium(StrEnum):
    """What a chip sits in."""

    CARD = "card"
    PHONE = "phone"


class Use(StrEnum):
    """What a key is for."""

    AUTHENTICATION = "authentication"
    SIGNING = "signing"

    @property
    def pin_name(self) -> str:
        return "PIN1" if self is Use.AUTHENTICATION else "PIN2"


class WrongSecret(Exception):
    """It is not PIN1, PIN2 or the PUK, as its name says; so many tries are left."""

    def __init__(self, name: str, tries: int) -> None:
        super().__init__(name)
        self.name = name
        self.tries = tries


class Locked(Exception):
    """There were too many wrong ones of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NoChip(Exception):
    """There is no such card or phone."""


@dataclass(frozen=True, slots=True)
class NewChip:
    """A chip as it is handed out, with what its holder finds in a sealed envelope."""

    number: str
    medium: Medium
    fin: str
    given_name: str
    surname: str
    pin1: str = field(repr=False)
    pin2: str = field(repr=False)
    puk: str = field(repr=False)
    office: str = ""
    user_id: str = ""
    is_expired: bool = False
    # VÖEN and name of the firm for which its holder acts, in a business certificate.
    firm: tuple[str, str] | None = None

    @property
    def pins(self) -> Mapping[Use, str]:
        return {Use.AUTHENTICATION: self.pin1, Use.SIGNING: self.pin2}


@dataclass(frozen=True, slots=True)
class Chip:
    number: str
    fin: str
    holder: str
    user_id: str
    tries: Mapping[Use, int]
    puk_tries: int

    def is_locked(self, use: Use) -> bool:
        return not self.tries[use]

    @property
    def locked_pins(self) -> list[str]:
        return [use.pin_name for use in self.tries if self.is_locked(use)]


@dataclass(frozen=True)
class Chips:
    """All chips of one medium, and the centre that certifies their keys."""

    store: Store
    medium: Medium
    open_centre: "Callable[[], Authority]"
    passphrase: str = field(repr=False)

    @cached_property
    def centre(self) -> "Authority":
        return self.open_centre()

    @property
    def _sealing(self) -> Sealing:
        return sealing_under(self.passphrase)

    def listed(self) -> list[Chip]:
        with self.store.reading() as file:
            return [_chip(row) for row in file.execute(f"{CHIPS} ORDER BY chip.rowid", (self.medium,))]

    def find(self, number: str) -> Chip:
        with self.store.reading() as file:
            for row in file.execute(f"{CHIPS} AND chip.number = ?", (self.medium, number)):
                return _chip(row)
        raise NoChip

    def hand_out(self, chips: Iterable[NewChip]) -> int:
        """Makes those that are not there yet, and says how many; the others stay as they are."""
        with self.store.reading() as file:
            known = {row["number"] for row in file.execute("SELECT number FROM chip")}
        missing = [chip for chip in chips if chip.number not in known]
        if missing:
            sealing = self._sealing
            with self.store.writing() as file:
                for chip in missing:
                    _write(file, chip, sealing)
        return len(missing)

    def certificate(self, number: str, use: Use) -> "x509.Certificate":
        """Made when it is first asked for, so that a demonstration starts at once."""
        with self.store.reading() as file:
            made = self._key(file, number, use)["certificate"]
        if made is None:
            with self.store.writing() as file:
                made = self._key(file, number, use)["certificate"] or self._certified(file, number, use)
        from signing.certificates import load

        return load(made)

    def sign(self, number: str, use: Use, pin: str, digest: bytes, hash_name: str) -> bytes:
        """The signature value, r and s side by side. Raises WrongSecret, or Locked."""
        return raw_signature(self._opened(number, use, pin), digest, hash_name)

    def unblock(self, number: str, puk: str) -> None:
        """All PINs are good again. Raises WrongSecret, or Locked when the chip is lost for good."""
        tag = self._sealing.tag(number, puk)
        with self.store.writing() as file:
            row = self._row(file, number)
            if not row["puk_tries"]:
                raise Locked(PUK)
            is_right = hmac.compare_digest(row["puk"], tag)
            left = PUK_TRIES if is_right else row["puk_tries"] - 1
            file.execute("UPDATE chip SET puk_tries = ? WHERE number = ?", (left, number))
            if is_right:
                file.execute("UPDATE chip_key SET tries = ? WHERE number = ?", (PIN_TRIES, number))
        if not is_right:
            raise WrongSecret(PUK, left)

    def _opened(self, number: str, use: Use, pin: str) -> "EllipticCurvePrivateKey":
        """Counted before anybody is told: of many guesses at once no more than three are tried."""
        sealing = self._sealing
        with self.store.writing() as file:
            row = self._key(file, number, use)
            if not row["tries"]:
                raise Locked(use.pin_name)
            key = sealing.open(row["sealed"], _name(number, use), pin)
            left = PIN_TRIES if key else row["tries"] - 1
            if left != row["tries"]:
                file.execute("UPDATE chip_key SET tries = ? WHERE number = ? AND use = ?", (left, number, use))
        if key is None:
            raise WrongSecret(use.pin_name, left)
        return key

    def _certified(self, file: sqlite3.Connection, number: str, use: Use) -> bytes:
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        from signing import profiles
        from signing.certificates import to_der
        from signing.subjects import Subject

        row, public = self._row(file, number), load_der_public_key(self._key(file, number, use)["public"])
        who = row["fin"], row["given_name"], row["surname"]
        firm = file.execute("SELECT voen, name FROM chip_firm WHERE number = ?", (number,)).fetchone()
        profile, subject = (
            profiles.PERSON_AUTHENTICATION,
            Subject.of_firm(*who, *firm) if firm else Subject.person(*who),
        )
        if use is Use.SIGNING:
            profile = profiles.PERSON_SIGNING
            if row["office"]:
                profile, subject = profiles.OFFICER, Subject.officer(*who, row["office"])
        begin, lifetime = (self.centre.issuing.not_valid_before_utc, MOMENT) if row["is_expired"] else (None, None)
        made = to_der(self.centre.issue(profile, subject, public, not_before=begin, lifetime=lifetime))
        file.execute("UPDATE chip_key SET certificate = ? WHERE number = ? AND use = ?", (made, number, use))
        return made

    def _row(self, file: sqlite3.Connection, number: str) -> sqlite3.Row:
        for row in file.execute("SELECT * FROM chip WHERE medium = ? AND number = ?", (self.medium, number)):
            found: sqlite3.Row = row
            return found
        raise NoChip

    def _key(self, file: sqlite3.Connection, number: str, use: Use) -> sqlite3.Row:
        self._row(file, number)
        key: sqlite3.Row = file.execute("SELECT * FROM chip_key WHERE number = ? AND use = ?", (number, use)).fetchone()
        return key


def _chip(row: sqlite3.Row) -> Chip:
    tries = {use: row[use] for use in Use}
    holder = f"{row['given_name']} {row['surname']}"
    return Chip(row["number"], row["fin"], holder, row["user_id"], tries, row["puk_tries"])


def _name(number: str, use: Use) -> str:
    return f"{number} {use}"


def _write(file: sqlite3.Connection, chip: NewChip, sealing: Sealing) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    about = (chip.number, chip.medium, chip.fin, chip.given_name, chip.surname, chip.office, chip.user_id)
    puk = sealing.tag(chip.number, chip.puk)
    written = file.execute(
        "INSERT OR IGNORE INTO chip VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*about, chip.is_expired, puk, PUK_TRIES)
    )
    if not written.rowcount:
        return  # Somebody else was first.
    if chip.firm:
        file.execute("INSERT INTO chip_firm VALUES (?, ?, ?)", (chip.number, *chip.firm))
    for use, pin in chip.pins.items():
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        sealed = sealing.seal(key, _name(chip.number, use), pin)
        file.execute("INSERT INTO chip_key VALUES (?, ?, ?, ?, ?, NULL)", (chip.number, use, sealed, public, PIN_TRIES))
