"""From a certificate to a pinned root: who vouches for it, at what time and for what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.x509 import verification

from signing import certificates as reading
from signing.errors import OutsideValidity, Untrusted, WrongCertificate
from signing.profiles import ANY_POLICY, ROLES, Role
from signing.uses import Use, check_understood, check_use

MOST_CANDIDATES = 8
DEEPEST = 4

Chain = tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Trust:
    """What somebody pinned: roots, authorities known below them, and which policy means which role.

    Revocation lists that are newer than a container tell what has become of its authorities since.
    """

    roots: Chain
    intermediates: Chain = ()
    roles: Mapping[str, Role] = field(default_factory=lambda: ROLES, hash=False)
    lists: tuple[bytes, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def from_file(cls, data: bytes) -> "Trust":
        """Pins the certificates of a file, PEM or DER."""
        return cls(tuple(reading.load_file(data)))


class Path(NamedTuple):
    chain: Chain
    policies: frozenset[str]
    role: Role | None

    @property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]

    @property
    def issuer(self) -> x509.Certificate:
        return self.chain[1]


def find_path(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    trust: Trust,
    at: datetime,
    use: Use,
    *,
    roles: frozenset[Role] | None = None,
) -> Path:
    """The path to a root, checked for that moment, that use and, where given, those roles."""
    reading.public_key(certificate)
    if not trust.roots:
        raise Untrusted("no root is pinned")
    # Validity is judged below at the exact time; for signatures the day is enough, so that its answers can be kept.
    chain = _chain(certificate, tuple(others), trust, at.replace(hour=0, minute=0, second=0, microsecond=0))
    for link in chain:
        _check_validity(link, at)
    check_use(certificate, use)
    policies = _policies(chain)
    role = _role(policies, trust.roles)
    if roles is not None and role not in roles:
        raise WrongCertificate(f"the certificate is of {role or 'no role'}, not of {' or '.join(sorted(roles))}")
    return Path(chain, policies, role)


@lru_cache(maxsize=1024)
def _chain(certificate: x509.Certificate, others: Chain, trust: Trust, day: datetime) -> Chain:
    for issuer in _issuers(certificate, others, trust):
        try:
            above = _authority(issuer, _above(issuer, others, trust), trust.roots, _within(issuer, day))
            _verifier((issuer,), _within(certificate, day), LEAF).verify(certificate, [])
        except verification.VerificationError:
            continue
        return (certificate, *above)
    raise Untrusted("no path leads from the certificate to a known root")


def _issuers(certificate: x509.Certificate, others: Chain, trust: Trust) -> Iterator[x509.Certificate]:
    """Certificates that bear the issuer's name, the pinned ones first; of a hostile heap only a few are tried."""
    name = certificate.issuer
    named = [one for one in (*trust.roots, *trust.intermediates, *others) if one.subject == name]
    yield from list(dict.fromkeys(named))[:MOST_CANDIDATES]


def _above(issuer: x509.Certificate, others: Chain, trust: Trust) -> Chain:
    """What may lead on from an issuing authority: for one below a root nothing is needed, whatever is at hand.

    None of them was made under its own name, so that they do not lead to one another: authorities of one name and one
    key, each of which vouches for all, would be tried in every order.
    """
    name = issuer.issuer
    named = (one for one in (*trust.intermediates, *others) if one.subject == name and one.issuer != name)
    return tuple(dict.fromkeys(named))[:MOST_CANDIDATES]


@lru_cache(maxsize=256)
def _authority(issuer: x509.Certificate, helpers: Chain, roots: Chain, moment: datetime) -> Chain:
    """From an issuing authority to a root. The same few authorities occur in every signature."""
    if issuer in roots:
        return (issuer,)
    chain = tuple(_verifier(roots, moment, AUTHORITY).verify(issuer, list(helpers)).chain)
    _check_lengths(chain)
    for authority in chain[:-1]:
        check_understood(authority)
    return chain


def _check_lengths(authorities: Chain) -> None:
    """An authority may allow only so many others below it; the lowest of these stands before a leaf of its own."""
    for below, authority in enumerate(authorities):
        constraints = reading.extension(authority, x509.BasicConstraints)
        if constraints and constraints.path_length is not None and constraints.path_length < below:
            raise Untrusted("an authority was made by one that may not make authorities")


def _verifier(anchors: Chain, moment: datetime, leaf: verification.ExtensionPolicy) -> verification.ClientVerifier:
    builder = verification.PolicyBuilder().store(_store(anchors)).time(moment).max_chain_depth(DEEPEST)
    return builder.extension_policies(ca_policy=AUTHORITY, ee_policy=leaf).build_client_verifier()


@lru_cache(maxsize=256)
def _store(anchors: Chain) -> verification.Store:
    return verification.Store(list(anchors))


def _may_certify(_: verification.Policy, __: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.key_cert_sign:
        raise ValueError("not an authority")


def _is_authority(_: verification.Policy, __: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("not an authority")


# What a leaf is for is checked by its use, with words that people understand.
LEAF = verification.ExtensionPolicy.permit_all()
AUTHORITY = (
    verification.ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, verification.Criticality.CRITICAL, _is_authority)
    .require_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, _may_certify)
)


def _within(certificate: x509.Certificate, at: datetime) -> datetime:
    """The moment of the certificate's validity that is nearest to the given one."""
    return min(max(at, certificate.not_valid_before_utc), certificate.not_valid_after_utc)


def _check_validity(certificate: x509.Certificate, at: datetime) -> None:
    if _within(certificate, at) != at:
        name = certificate.subject.rfc4514_string()
        raise OutsideValidity(f"the certificate of {name} was not valid at {at:%Y-%m-%d %H:%M:%S} UTC")


def _policies(chain: Chain) -> frozenset[str]:
    """The leaf's policies that every authority below the root allows (RFC 5280, 6.1, without mappings)."""
    found = reading.policies(chain[0])
    for authority in chain[1:-1]:
        allowed = reading.policies(authority)
        found = found if ANY_POLICY in allowed else found & allowed
    return found


def _role(policies: frozenset[str], roles: Mapping[str, Role]) -> Role | None:
    found = {roles[policy] for policy in policies if policy in roles}
    if len(found) > 1:
        raise WrongCertificate("the certificate claims several roles")
    return found.pop() if found else None
