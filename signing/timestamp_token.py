"""What a time-stamp token says (RFC 3161 in CMS, RFC 5652); nothing of it is believed here."""

from datetime import datetime
from typing import NamedTuple

from signing import cms, der, oids, tsp
from signing.algorithms import Hash
from signing.errors import Malformed

TOKEN_LIMIT = 128 * 1024


class Token(NamedTuple):
    """What a token says; nothing of it is checked."""

    time: datetime
    hash: Hash
    digest: bytes
    policy: str
    serial: int
    nonce: int | None
    certificates: tuple[bytes, ...]
    info: bytes
    signer: cms.Signer


def parse_token(token: bytes) -> Token:
    signed = cms.read(token, TOKEN_LIMIT)
    if signed.content_type != oids.TST_INFO or signed.content is None:
        raise Malformed("the signed data are not a time-stamp")
    fields = der.sequence(signed.content)
    if fields.integer() != tsp.VERSION:
        raise Malformed("the version of a time-stamp is not 1")
    policy = fields.oid()
    hash, digest = tsp.read_imprint(fields)
    serial = fields.integer()
    time = fields.time()
    fields.optional(der.SEQUENCE)  # Accuracy.
    if fields.tag == der.BOOLEAN:
        fields.boolean()  # Ordering.
    nonce = fields.integer() if fields.tag == der.INTEGER else None
    fields.optional(cms.CONTEXT_0)  # The unit's name; its certificate says who it is.
    if fields.optional(cms.CONTEXT_1):
        raise Malformed("a time-stamp has extensions")
    fields.end()
    return Token(time, hash, digest, policy, serial, nonce, signed.certificates, signed.content, signed.signer)
