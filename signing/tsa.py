"""A time-stamp unit (RFC 3161): signs that a digest existed at its clock's time."""

import secrets
from collections.abc import Sequence
from datetime import UTC

from cryptography import x509

from signing import algorithms, cms, der, oids, tsp
from signing.clock import Clock
from signing.errors import Malformed, Weak
from signing.tsp import Failure

SERIAL_BITS = 127
ACCURACY = der.seq(der.integer(1))  # One second.


class Tsa:
    """Everything that does not depend on the request is encoded once."""

    def __init__(
        self,
        key: algorithms.PrivateKey,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        policy: str,
        clock: Clock,
    ) -> None:
        self.policy = policy
        self.certificate = certificate
        self._key = key
        self._clock = clock
        self._frame = cms.Frame.of(oids.TST_INFO, certificate, chain, key)

    def token(
        self, digest: bytes, algorithm: str = "sha256", *, nonce: int | None = None, with_certificates: bool = True
    ) -> bytes:
        """A TimeStampToken over a digest."""
        info = self._info(algorithms.hash_named(algorithm), digest, nonce)
        hash = self._frame.hash
        attributes = self._frame.attributes(hash.digest(info))
        signature = algorithms.sign(self._key, attributes, hash)
        return self._frame.signed_data(info, attributes, signature, with_certificates=with_certificates)

    def respond(self, request: bytes) -> bytes:
        """A TimeStampResp; a request that cannot be served is refused in the protocol's own words."""
        try:
            wanted = tsp.parse_request(request)
        except Weak as error:
            return tsp.rejected(Failure.BAD_ALGORITHM, str(error))
        except Malformed as error:
            return tsp.rejected(Failure.BAD_FORMAT, str(error))
        if wanted.policy not in {None, self.policy}:
            return tsp.rejected(Failure.UNACCEPTED_POLICY, "this unit does not stamp under that policy")
        if wanted.has_extensions:
            return tsp.rejected(Failure.UNACCEPTED_EXTENSION, "this unit knows no extensions")
        token = self.token(
            wanted.digest, wanted.hash.name, nonce=wanted.nonce, with_certificates=wanted.wants_certificates
        )
        return tsp.granted(token)

    def _info(self, hash: algorithms.Hash, digest: bytes, nonce: int | None) -> bytes:
        if len(digest) != hash.size:
            raise Malformed(f"a {hash.name} digest has {hash.size} bytes, not {len(digest)}")
        return der.seq(
            der.integer(tsp.VERSION),
            der.oid(self.policy),
            tsp.imprint(hash, digest),
            der.integer(secrets.randbits(SERIAL_BITS) + 1),
            der.generalized_time(self._clock.now().astimezone(UTC)),
            ACCURACY,
            b"" if nonce is None else der.integer(nonce),
        )
