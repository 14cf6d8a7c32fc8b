"""What a certificate may be used for, by its key usage and its purposes."""

from enum import Enum

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from signing.certificates import extension
from signing.errors import WrongCertificate


class Use(Enum):
    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    TIMESTAMP = "time-stamp"
    OCSP = "revocation answer"


UNDERSTOOD = {x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.CertificatePolicies}
OF_SERVICES = {Purpose.TIME_STAMPING, Purpose.OCSP_SIGNING}


def check_use(certificate: x509.Certificate, use: Use) -> None:
    check_understood(certificate)
    constraints = extension(certificate, x509.BasicConstraints)
    if constraints and constraints.ca:
        raise WrongCertificate("an authority's certificate signs certificates only")
    if not ALLOWED[use](certificate):
        raise WrongCertificate(f"the certificate is not one for a {use.value}")


def check_understood(certificate: x509.Certificate) -> None:
    """What is critical must be understood (RFC 5280, section 4.2), and limits on names, which are not applied here."""
    for entry in certificate.extensions:
        kind = type(entry.value)
        if (entry.critical or kind is x509.NameConstraints) and kind not in UNDERSTOOD:
            raise WrongCertificate(f"the certificate has an extension {entry.oid.dotted_string} that is not understood")


def _for_signature(certificate: x509.Certificate) -> bool:
    usage = extension(certificate, x509.KeyUsage)
    return usage is not None and usage.content_commitment and not _purposes(certificate) & OF_SERVICES


def _for_authentication(certificate: x509.Certificate) -> bool:
    return _may_sign(certificate) and Purpose.CLIENT_AUTH in _purposes(certificate)


def _for_timestamp(certificate: x509.Certificate) -> bool:
    """RFC 3161, section 2.3: this purpose alone, and critical."""
    is_critical = any(entry.critical for entry in certificate.extensions if type(entry.value) is x509.ExtendedKeyUsage)
    return _may_sign(certificate) and is_critical and _purposes(certificate) == {Purpose.TIME_STAMPING}


def _for_ocsp(certificate: x509.Certificate) -> bool:
    return _may_sign(certificate) and Purpose.OCSP_SIGNING in _purposes(certificate)


def _may_sign(certificate: x509.Certificate) -> bool:
    usage = extension(certificate, x509.KeyUsage)
    return usage is None or usage.digital_signature or usage.content_commitment


def _purposes(certificate: x509.Certificate) -> set[x509.ObjectIdentifier]:
    return set(extension(certificate, x509.ExtendedKeyUsage) or ())


ALLOWED = {
    Use.SIGNATURE: _for_signature,
    Use.AUTHENTICATION: _for_authentication,
    Use.TIMESTAMP: _for_timestamp,
    Use.OCSP: _for_ocsp,
}
