"""What each kind of certificate of the national centre looks like, as data (ETSI EN 319 412, RFC 5280)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from signing import oids

YEAR = timedelta(days=365)


class Role(StrEnum):
    """In what capacity somebody signs: a pinned authority says so by the policy of the certificate."""

    PERSON = "person"
    OFFICER = "officer"
    ORGANISATION = "organisation"
    AUTHENTICATION = "authentication"


class KeyUsage(StrEnum):
    """The names of the key usage bits, as `cryptography` has them."""

    LOGIN = "digital_signature"
    COMMITMENT = "content_commitment"
    CERTIFICATES = "key_cert_sign"
    CRL = "crl_sign"


class Profile(NamedTuple):
    name: str
    lifetime: timedelta
    usages: tuple[KeyUsage, ...]
    policies: tuple[str, ...]
    purposes: tuple[str, ...] = ()
    is_purpose_critical: bool = False
    qualified_type: str | None = None
    is_authority: bool = False
    path_length: int | None = None
    has_no_revocation: bool = False


ANY_POLICY = "2.5.29.32.0"

ROOT = Profile("root", 20 * YEAR, (KeyUsage.CERTIFICATES, KeyUsage.CRL), policies=(), is_authority=True)
# Without policies of its own, a path through the issuing authority would have none: RFC 5280, 6.1.3 (d).
ISSUING = Profile(
    "issuing", 10 * YEAR, (KeyUsage.CERTIFICATES, KeyUsage.CRL), (ANY_POLICY,), is_authority=True, path_length=0
)
PERSON_SIGNING = Profile(
    "person", 3 * YEAR, (KeyUsage.COMMITMENT,), (oids.POLICY_PERSON,), qualified_type=oids.QC_TYPE_SIGNATURE
)
PERSON_AUTHENTICATION = Profile(
    "authentication",
    3 * YEAR,
    (KeyUsage.LOGIN,),
    (oids.POLICY_AUTHENTICATION,),
    (Purpose.CLIENT_AUTH.dotted_string,),
)
OFFICER = Profile(
    "officer", 3 * YEAR, (KeyUsage.COMMITMENT,), (oids.POLICY_OFFICER,), qualified_type=oids.QC_TYPE_SIGNATURE
)
SEAL = Profile("seal", 3 * YEAR, (KeyUsage.COMMITMENT,), (oids.POLICY_SEAL,), qualified_type=oids.QC_TYPE_SEAL)
TSA = Profile(
    "tsa",
    5 * YEAR,
    (KeyUsage.LOGIN,),
    (oids.POLICY_TSA,),
    (Purpose.TIME_STAMPING.dotted_string,),
    is_purpose_critical=True,
)
OCSP = Profile(
    "ocsp",
    5 * YEAR,
    (KeyUsage.LOGIN,),
    (oids.POLICY_OCSP,),
    (Purpose.OCSP_SIGNING.dotted_string,),
    has_no_revocation=True,
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (ROOT, ISSUING, PERSON_SIGNING, PERSON_AUTHENTICATION, OFFICER, SEAL, TSA, OCSP)
    }
)
FOR_SUBSCRIBERS = tuple(profile.name for profile in (PERSON_SIGNING, PERSON_AUTHENTICATION, OFFICER, SEAL))

ROLES: Mapping[str, Role] = MappingProxyType(
    {
        oids.POLICY_PERSON: Role.PERSON,
        oids.POLICY_OFFICER: Role.OFFICER,
        oids.POLICY_SEAL: Role.ORGANISATION,
        oids.POLICY_AUTHENTICATION: Role.AUTHENTICATION,
    }
)
