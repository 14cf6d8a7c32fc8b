"""An OCSP responder (RFC 6960) for one issuing authority."""

from collections.abc import Callable
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing import algorithms, ocsp_encoding, oids
from signing.certificates import UNREADABLE, to_der
from signing.clock import Clock
from signing.ocsp import is_issuer, issuer_hashes
from signing.ocsp_encoding import CertificateId
from signing.register import NOTHING_KNOWN, Standing

REQUEST_LIMIT = 4096
LONGEST_NONCE = 32  # RFC 9654.
VALIDITY = timedelta(hours=3)
HASH_OIDS = {"sha1": oids.SHA1, "sha256": oids.SHA256}


class OcspResponder:
    """Everything that does not depend on the request is encoded once."""

    def __init__(
        self,
        key: algorithms.PrivateKey,
        certificate: x509.Certificate,
        issuer: x509.Certificate,
        standing: Callable[[int], Standing],
        clock: Clock,
    ) -> None:
        self.certificate = certificate
        self._key = key
        self._issuer = issuer
        self._standing = standing
        self._clock = clock
        self._hash = algorithms.hash_for(key)
        self._algorithm = algorithms.signature_algorithm(key, self._hash)
        self._encoded = to_der(certificate)
        self._key_hash = issuer_hashes(certificate, "sha1")[1]

    def response(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
        """An answer about a certificate; about another issuer's certificates nothing is known."""
        # SHA-1 only names the issuer here, in the way that all software understands.
        subject = CertificateId(oids.SHA1, *issuer_hashes(issuer, "sha1"), certificate.serial_number)
        return self._answer(subject, self._standing(subject.serial) if issuer == self._issuer else NOTHING_KNOWN)

    def respond(self, request: bytes) -> bytes:
        """An OCSPResponse; a request that cannot be served is refused in the protocol's own words."""
        if len(request) > REQUEST_LIMIT:
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        try:
            asked = ocsp.load_der_ocsp_request(request)
            nonce = _nonce(asked)
            is_ours = is_issuer(asked, self._issuer)
            if asked.serial_number <= 0:
                raise ValueError("a serial number is positive")
        except (*UNREADABLE, NotImplementedError):
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if not is_ours:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        hash_oid = HASH_OIDS[asked.hash_algorithm.name]
        subject = CertificateId(hash_oid, asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number)
        return self._answer(subject, self._standing(subject.serial), nonce)

    def _answer(self, subject: CertificateId, standing: Standing, nonce: bytes | None = None) -> bytes:
        now = self._clock.now()
        data = ocsp_encoding.response_data(subject, standing, self._key_hash, now, now + VALIDITY, nonce=nonce)
        signature = algorithms.sign(self._key, data, self._hash)
        return ocsp_encoding.signed(data, self._algorithm, signature, self._encoded)


def _nonce(request: ocsp.OCSPRequest) -> bytes | None:
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            if len(extension.value.nonce) > LONGEST_NONCE:
                raise ValueError("the nonce is too long")
            return extension.value.nonce
    return None


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
