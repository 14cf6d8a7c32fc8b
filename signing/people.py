"""Who a checked certificate speaks of, as far as a report may show it."""

import hashlib

from cryptography.x509 import Certificate, Name, ObjectIdentifier
from cryptography.x509.oid import NameOID

from signing.certificates import to_der
from signing.oids import ORGANIZATION_ID
from signing.paths import Path
from signing.report import Person

NATURAL_PERSON = "PNO"
SHOWN = 2


def person(path: Path) -> Person:
    """The signer. A personal number is masked: the report travels further than the container."""
    subject = path.certificate.subject
    return Person(
        name=_first(subject, NameOID.COMMON_NAME),
        identifier=_masked(
            _first(subject, NameOID.SERIAL_NUMBER) or _first(subject, ObjectIdentifier(ORGANIZATION_ID))
        ),
        organisation=_first(subject, NameOID.ORGANIZATION_NAME),
        role=path.role,
        issuer=common_name(path.issuer),
        certificate_sha256=hashlib.sha256(to_der(path.certificate)).hexdigest(),
    )


def common_name(certificate: Certificate) -> str:
    """As it stands in the certificate; for people, never for comparing."""
    return _first(certificate.subject, NameOID.COMMON_NAME)


def _first(name: Name, oid: ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _masked(identifier: str) -> str:
    kind, _, number = identifier.rpartition("-")
    if not kind.startswith(NATURAL_PERSON):
        return identifier
    return f"{kind}-{'•' * (len(number) - SHOWN)}{number[-SHOWN:]}"
