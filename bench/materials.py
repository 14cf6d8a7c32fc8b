"""What the signing library is measured on: a centre, and containers of half a megabyte by many officers.

Each container also lies unpacked beside itself, as those want it who know nothing of containers.
"""

import random
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bench.once import TIMES
from signing import profiles
from signing.authority import Authority
from signing.certificates import load_file
from signing.data_file import DataFile, data_file
from signing.profiles import Profile
from signing.sealing import Services, seal
from signing.signers.pkcs12 import KeyFile
from signing.subjects import Subject

PASSPHRASE = "bench " * 4
OFFICERS = TIMES
XML = b'<Declaration xmlns="urn:e-gomruk:declaration:v1"><Number>26AZ00100123456</Number></Declaration>'
SCAN_BYTES = 500_000
BOX, KEY, CERTIFICATE, ROOT, ISSUING = "box.asice", "key.pem", "certificate.pem", "root.pem", "issuing.pem"
SEAL = "seal"
SIGNATURE, DECLARATION, SCAN = "META-INF/signatures0.xml", "declaration.xml", "documents/scan.pdf"


def prepare(folder: Path) -> None:
    folder.mkdir()
    authority = Authority.create(folder / "pki", PASSPHRASE)
    for name, certificate in ((ROOT, authority.root), (ISSUING, authority.issuing)):
        (folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    _issue(folder / SEAL, authority, profiles.SEAL, Subject.organisation("1234567891", "Dövlət Gömrük Komitəsi"))
    for number in range(OFFICERS):
        subject = Subject.officer(f"7XYZ2Q{number}", "Elçin", "Quliyev", "00100")
        _issue(folder / str(number), authority, profiles.OFFICER, subject)
        _pack(folder, number, services(authority))


def _issue(place: Path, authority: Authority, profile: Profile, subject: Subject) -> None:
    place.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issue(profile, subject, key.public_key())
    (place / KEY).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (place / CERTIFICATE).write_bytes(certificate.public_bytes(Encoding.PEM))


def _pack(folder: Path, number: int, services: Services) -> None:
    place = folder / str(number)
    (place / BOX).write_bytes(seal(files(number), signer(folder, place.name), services).to_bytes())
    with zipfile.ZipFile(place / BOX) as archive:
        archive.extractall(place)


def scan(number: int) -> bytes:
    """As long as a scanned page and as little compressible."""
    return b"%PDF-1.7\n" + random.Random(number).randbytes(SCAN_BYTES)


def files(number: int) -> list[DataFile]:
    return [data_file(DECLARATION, XML), data_file(SCAN, scan(number))]


def services(authority: Authority) -> Services:
    return Services(authority.tsa, authority.ocsp, lists=authority)


def centre(folder: Path) -> Authority:
    return Authority.open(folder / "pki", PASSPHRASE)


def signer(folder: Path, name: str) -> KeyFile:
    place = folder / name
    key = load_pem_private_key((place / KEY).read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the keys here are elliptic")
    (certificate,) = load_file((place / CERTIFICATE).read_bytes())
    return KeyFile(certificate, tuple(load_file((folder / ISSUING).read_bytes())), key)
