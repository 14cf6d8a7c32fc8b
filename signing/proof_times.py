"""When a signature existed for certain: back from today over the archive time-stamps to the signature's own.

A time-stamp is believed if its unit's certificate and algorithms were still good, and none of those who vouch for it
revoked, at the moment that the next newer one proves; the newest must be good today. Otherwise a key that leaked after
its time could have made it up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509

from signing.algorithm_policy import check_keys, check_strength, keys_strong_until, strong_until
from signing.certificates import public_key
from signing.data_file import DataFile
from signing.errors import OutsideValidity, SigningError
from signing.imprints import archive_hash, archive_imprint, signature_imprint
from signing.paths import Trust
from signing.standing import Evidence
from signing.timestamp import Timestamp, parse_token, verify_token
from signing.xades_parts import Signature
from signing.xades_unsigned import Kind, Unsigned

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

# How far the clocks of a time-stamp unit and of a verifier may lie apart.
SKEW = timedelta(minutes=5)


class OutOfOrder(SigningError):
    """Times that contradict one another."""

    sub_indication = "TIMESTAMP_ORDER_FAILURE"


class ProofTimes(NamedTuple):
    """The earliest moment that is proven, all time-stamps of the signature itself, and those of the archive."""

    earliest: Timestamp
    own: tuple[Timestamp, ...]
    archive: tuple[Timestamp, ...]
    # Every certificate that came in a time-stamp, needed or not.
    carried: frozenset[bytes]
    # Those who vouch for the time-stamps and of whose revocation nothing is known.
    unknown: tuple[x509.Certificate, ...] = ()

    @property
    def good_until(self) -> datetime:
        """Until when these time-stamps prove what they prove; a new one has to be made before."""
        return min(map(_good_until, self.archive[-1:] or self.own))

    def content_known_since(self, now: datetime) -> datetime:
        """When the files themselves were stamped, not only a value that stands for them through their digests."""
        return self.archive[0].time if self.archive else now


@dataclass(frozen=True, slots=True)
class Stamped:
    """What the time-stamps of a signature are checked with."""

    signature: Signature
    files: Mapping[str, DataFile]
    certificates: Sequence[x509.Certificate]
    trust: Trust
    evidence: Evidence = field(default_factory=Evidence)
    _carried: set[bytes] = field(default_factory=set)
    _unknown: list[x509.Certificate] = field(default_factory=list)
    _begun: dict[str, "Hash"] = field(default_factory=dict)

    def proof_times(self, now: datetime) -> ProofTimes | None:
        """None for a signature without time-stamps; raises SigningError if any of them is wrong."""
        archive: list[Timestamp] = []
        moment = now
        for index in reversed(self._places(Kind.ARCHIVE_TIME_STAMP)):
            archive.insert(0, self._believed(index, moment))
            moment = archive[0].time
        # The signature's own do not cover one another, so that each is judged at the same moment.
        own = tuple(self._believed(index, moment) for index in self._places(Kind.SIGNATURE_TIME_STAMP))
        if not own:
            return None
        earliest = min(own, key=lambda stamp: stamp.time)
        return ProofTimes(earliest, own, tuple(archive), frozenset(self._carried), tuple(dict.fromkeys(self._unknown)))

    def _places(self, kind: Kind) -> list[int]:
        return [index for index, one in enumerate(self.signature.unsigned) if one.kind is kind]

    def _believed(self, index: int, moment: datetime) -> Timestamp:
        stamp = self._verified(index, self.signature.unsigned[index])
        check_alive(stamp, moment)
        self._unknown.extend(self.evidence.check(stamp.chain, stamp.time, moment))
        return stamp

    def _verified(self, index: int, unsigned: Unsigned) -> Timestamp:
        said = parse_token(unsigned.token)
        algorithm = said.hash.name
        self._carried.update(said.certificates)
        if unsigned.kind is Kind.ARCHIVE_TIME_STAMP:
            before = (one.element for one in self.signature.unsigned[:index])
            if algorithm not in self._begun:
                self._begun[algorithm] = archive_hash(self.signature, self.files, algorithm)
            imprint = archive_imprint(self.signature, self._begun[algorithm], before, unsigned.form)
        else:
            imprint = signature_imprint(self.signature, algorithm, unsigned.form)
        return verify_token(said, imprint, self.trust, certificates=self.certificates)


def check_alive(stamp: Timestamp, moment: datetime) -> None:
    if stamp.time > moment + SKEW:
        raise OutOfOrder(f"a time-stamp of {stamp.time:%Y-%m-%d %H:%M:%S} UTC is later than what it must come before")
    if _chain_end(stamp) < moment:
        raise OutsideValidity("the time-stamp unit's certificate ended before a newer time-stamp was made")
    check_strength(public_key(stamp.certificate), stamp.hash.name, moment)
    check_keys(stamp.chain[1:], moment)


def _good_until(stamp: Timestamp) -> datetime:
    strong = strong_until(public_key(stamp.certificate), stamp.hash.name)
    return min(_chain_end(stamp), strong, keys_strong_until(stamp.chain[1:]))


def _chain_end(stamp: Timestamp) -> datetime:
    """The root is believed because it is pinned, whatever its dates."""
    return min(one.not_valid_after_utc for one in stamp.chain[:-1])
