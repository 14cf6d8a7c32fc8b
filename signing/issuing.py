"""One certificate after a profile: every extension that the profile asks for and no other."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID as Access

from signing import algorithms, der, oids
from signing.profiles import KeyUsage, Profile

USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


SERIAL_BITS = 128


def new_serial() -> int:
    """A number that nobody can guess, always of the same length."""
    return secrets.randbits(SERIAL_BITS - 1) | 1 << SERIAL_BITS - 1


def certificate(
    profile: Profile,
    subject: x509.Name,
    key: algorithms.PublicKey,
    valid: tuple[datetime, datetime],
    *,
    serial: int,
    issuer: x509.Name,
    issuer_key: algorithms.PrivateKey,
    address: str = "",
) -> x509.Certificate:
    """Signs a certificate; with an address it says where the issuer's certificate, CRL and OCSP are found."""
    builder = (
        x509.CertificateBuilder()
        .serial_number(serial)
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
    )
    for extension, is_critical in _extensions(profile, key, issuer_key, address):
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(issuer_key, algorithms.hash_for(issuer_key).primitive)


def _extensions(
    profile: Profile, key: algorithms.PublicKey, issuer_key: algorithms.PrivateKey, address: str
) -> Iterator[tuple[x509.ExtensionType, bool]]:
    if profile.is_authority:
        yield x509.BasicConstraints(ca=True, path_length=profile.path_length), True
    yield key_usage(profile.usages), True
    if profile.purposes:
        purposes = [x509.ObjectIdentifier(purpose) for purpose in profile.purposes]
        yield x509.ExtendedKeyUsage(purposes), profile.is_purpose_critical
    if profile.policies:
        policies = [x509.PolicyInformation(x509.ObjectIdentifier(policy), None) for policy in profile.policies]
        yield x509.CertificatePolicies(policies), False
    if profile.qualified_type:
        yield _qualified(profile.qualified_type), False
    if profile.has_no_revocation:
        yield x509.OCSPNoCheck(), False
    yield x509.SubjectKeyIdentifier.from_public_key(key), False
    yield x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
    if address and not profile.has_no_revocation:
        yield from _places(address, "root" if profile.is_authority else "issuing")


def key_usage(usages: tuple[KeyUsage, ...]) -> x509.KeyUsage:
    bits: dict[str, Any] = {name: name in usages for name in USAGES}
    return x509.KeyUsage(**bits)


def _qualified(kind: str) -> x509.UnrecognizedExtension:
    statements = der.seq(
        der.seq(der.oid(oids.QC_COMPLIANCE)),
        der.seq(der.oid(oids.QC_DEVICE)),
        der.seq(der.oid(oids.QC_TYPE), der.seq(der.oid(kind))),
    )
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oids.QC_STATEMENTS), statements)


def _places(address: str, issuer: str) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """For other people's software; this library asks only services that its configuration names."""
    link = x509.UniformResourceIdentifier
    found = [x509.AccessDescription(Access.CA_ISSUERS, link(f"{address}/{issuer}.crt"))]
    if issuer == "issuing":
        found.insert(0, x509.AccessDescription(Access.OCSP, link(f"{address}/ocsp")))
    yield x509.AuthorityInformationAccess(found), False
    place = link(f"{address}/{'crl' if issuer == 'issuing' else 'root.crl'}")
    yield x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]), False
