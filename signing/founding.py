"""Founding an authority: its folder with a root, an issuing authority, a time-stamp unit and an OCSP responder."""

import secrets
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing import files, issuing, profiles, register, revocation_list
from signing.errors import Refused
from signing.profiles import Profile
from signing.revocation_list import FOR_AUTHORITIES
from signing.subjects import Subject
from signing.vault import Vault

REGISTER, ADDRESS, ISSUED = "register.csv", "address", "issued"
CRL, ROOT_CRL = "crl.der", "root-crl.der"
OWNER = "Milli Sertifikat Xidmətləri Mərkəzi (emulyasiya)"
NAMES = {
    "root": "Kök sertifikat",
    "issuing": "Sertifikat verən",
    "tsa": "Vaxt möhürü xidməti",
    "ocsp": "Sertifikatın vəziyyəti xidməti",
}


def found(folder: Path, passphrase: str, now: datetime, address: str) -> None:
    """The folder appears whole or not at all; of two founders at once one is refused."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700)
    try:
        _furnish(draft, Vault(draft, passphrase), now.replace(microsecond=0), address)
        draft.rename(folder)
    except OSError as error:
        if not folder.exists():
            raise
        raise Refused(f"{folder} exists already") from error
    finally:
        rmtree(draft, ignore_errors=True)
    files.flush_folder(folder.parent)


def _furnish(folder: Path, vault: Vault, now: datetime, address: str) -> None:
    # A root is used once in years, so a bigger key costs nothing; the issuing key is verified with every signature.
    root_key, issuing_key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
    root = _made(profiles.ROOT, root_key, now, issuer=None, issuer_key=root_key)
    authority = _made(profiles.ISSUING, issuing_key, now, issuer=root, issuer_key=root_key, address=address)
    vault.keep("root", root_key, root)
    vault.keep("issuing", issuing_key, authority)
    for profile in (profiles.TSA, profiles.OCSP):
        key = ec.generate_private_key(ec.SECP256R1())
        made = _made(profile, key, now, issuer=authority, issuer_key=issuing_key, address=address)
        vault.keep(profile.name, key, made)
    (folder / ISSUED).mkdir()
    files.write(folder / ADDRESS, address.encode())
    files.write(folder / CRL, revocation_list.build(authority, issuing_key, {}, now))
    files.write(folder / ROOT_CRL, revocation_list.build(root, root_key, {}, now, rhythm=FOR_AUTHORITIES))
    files.write(folder / REGISTER, register.HEADER.encode())


def _made(
    profile: Profile,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    address: str = "",
) -> x509.Certificate:
    name = subject(profile).name()
    return issuing.certificate(
        profile,
        name,
        key.public_key(),
        (now, now + profile.lifetime),
        serial=issuing.new_serial(),
        issuer=issuer.subject if issuer else name,
        issuer_key=issuer_key,
        address=address,
    )


def subject(profile: Profile) -> Subject:
    """Whose name a certificate of the authority itself bears."""
    return Subject(NAMES[profile.name], organization=OWNER)
