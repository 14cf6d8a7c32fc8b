"""The messages between who wants a time-stamp and who gives it (RFC 3161, sections 2.4.1 and 2.4.2)."""

from enum import IntEnum
from typing import NamedTuple

from signing import der
from signing.algorithms import Hash, read_hash
from signing.errors import Indeterminate, Malformed

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
REQUEST_LIMIT = 4096
VERSION = 1
GRANTED = (0, 1)  # Granted, and granted with modifications.
REJECTION = 2
EXTENSIONS = 0xA0


class Failure(IntEnum):
    """Bits of PKIFailureInfo."""

    BAD_ALGORITHM = 0
    BAD_REQUEST = 2
    BAD_FORMAT = 5
    UNACCEPTED_POLICY = 15
    UNACCEPTED_EXTENSION = 16
    SYSTEM = 25


class TimestampRequest(NamedTuple):
    hash: Hash
    digest: bytes
    policy: str | None = None
    nonce: int | None = None
    wants_certificates: bool = False
    has_extensions: bool = False


def imprint(hash: Hash, digest: bytes) -> bytes:
    return der.seq(der.seq(der.oid(hash.oid), der.null()), der.octets(digest))


def read_imprint(cursor: der.Cursor) -> tuple[Hash, bytes]:
    fields = cursor.sequence()
    hash = read_hash(fields)
    digest = fields.octets()
    fields.end()
    if len(digest) != hash.size:
        raise Malformed("the imprint is not as long as its digest is")
    return hash, digest


def build_request(hash: Hash, digest: bytes, *, nonce: int | None = None, policy: str | None = None) -> bytes:
    return der.seq(
        der.integer(VERSION),
        imprint(hash, digest),
        b"" if policy is None else der.oid(policy),
        b"" if nonce is None else der.integer(nonce),
        der.boolean(True),
    )


def parse_request(data: bytes) -> TimestampRequest:
    fields = der.sequence(data, REQUEST_LIMIT)
    if fields.integer() != VERSION:
        raise Malformed("the version of a time-stamp request is not 1")
    hash, digest = read_imprint(fields)
    policy = fields.oid() if fields.tag == der.OID else None
    nonce = fields.integer() if fields.tag == der.INTEGER else None
    wants_certificates = fields.boolean() if fields.tag == der.BOOLEAN else False
    has_extensions = fields.optional(EXTENSIONS) is not None
    fields.end()
    return TimestampRequest(hash, digest, policy, nonce, wants_certificates, has_extensions)


def granted(token: bytes) -> bytes:
    return der.seq(der.seq(der.integer(GRANTED[0])), token)


def rejected(failure: Failure, text: str) -> bytes:
    place, bit = divmod(failure, 8)
    flags = der.encode(der.BITS, bytes([7 - bit]), bytes(place), bytes([0x80 >> bit]))
    return der.seq(der.seq(der.integer(REJECTION), der.seq(der.text(text)), flags))


def token_of(response: bytes) -> bytes:
    """The token that a response brings; a refusal is an error in the words of the time-stamp unit."""
    fields = der.sequence(response)
    status = fields.sequence()
    code = status.integer()
    if code not in GRANTED:
        texts = status.sequence() if status.tag == der.SEQUENCE else None
        reason = texts.text() if texts and texts.more else "no reason given"
        raise Indeterminate(f"the time-stamp was refused ({code}): {' '.join(reason.split())[:200]}")
    token = fields.raw(der.SEQUENCE)
    fields.end()
    return token
