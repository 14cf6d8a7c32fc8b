"""Who a certificate is made for: names in the order and form of ETSI EN 319 412."""

from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing import oids
from signing.errors import Refused

CUSTOMS = "Dövlət Gömrük Komitəsi"
# Before a VÖEN, as EN 319 412-1 writes numbers of taxpayers.
TAXPAYER = "VATAZ-"


@dataclass(frozen=True, slots=True)
class Subject:
    common_name: str
    given_name: str = ""
    surname: str = ""
    serial_number: str = ""
    organization: str = ""
    organization_id: str = ""
    unit: str = ""
    country: str = "AZ"

    @classmethod
    def person(cls, fin: str, given_name: str, surname: str) -> "Subject":
        return cls(f"{given_name} {surname}", given_name, surname, natural_person_id(fin))

    @classmethod
    def of_firm(cls, fin: str, given_name: str, surname: str, voen: str, name: str) -> "Subject":
        """A person who acts for a firm (EN 319 412-2, clause 4.2.4): a business certificate."""
        person = cls.person(fin, given_name, surname)
        return replace(person, organization=name, organization_id=f"{TAXPAYER}{voen}")

    @classmethod
    def officer(cls, fin: str, given_name: str, surname: str, office: str, organization: str = CUSTOMS) -> "Subject":
        """An officer of one customs office, named by its code."""
        return cls(
            f"{given_name} {surname}",
            given_name,
            surname,
            natural_person_id(fin),
            organization=organization,
            unit=office,
        )

    @classmethod
    def organisation(cls, voen: str, name: str) -> "Subject":
        return cls(name, organization=name, organization_id=f"{TAXPAYER}{voen}")

    def name(self) -> x509.Name:
        parts = (
            (NameOID.COUNTRY_NAME, self.country),
            (NameOID.ORGANIZATION_NAME, self.organization),
            (x509.ObjectIdentifier(oids.ORGANIZATION_ID), self.organization_id),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.unit),
            (NameOID.SURNAME, self.surname),
            (NameOID.GIVEN_NAME, self.given_name),
            (NameOID.SERIAL_NUMBER, self.serial_number),
            (NameOID.COMMON_NAME, self.common_name),
        )
        if not all(value.isprintable() for _, value in parts):
            raise Refused("a name in a certificate holds no control characters")
        try:
            return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])
        except ValueError as error:
            raise Refused(f"the name does not fit a certificate: {error}") from error


def natural_person_id(fin: str) -> str:
    """A person's number as EN 319 412-1 writes national identity numbers."""
    return f"PNOAZ-{fin}"


def attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """The first value of an attribute, empty when there is none."""
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def fin_of(certificate: x509.Certificate) -> str:
    """The personal number of the certificate's holder; trust it only with a path."""
    return attribute(certificate.subject, NameOID.SERIAL_NUMBER).removeprefix("PNOAZ-")


def firm_of(certificate: x509.Certificate) -> tuple[str, str] | None:
    """VÖEN and name of the firm for which the holder acts, if the certificate says so; trust it only with a path."""
    number = attribute(certificate.subject, x509.ObjectIdentifier(oids.ORGANIZATION_ID))
    if not number.startswith(TAXPAYER):
        return None
    return number.removeprefix(TAXPAYER), attribute(certificate.subject, NameOID.ORGANIZATION_NAME)
