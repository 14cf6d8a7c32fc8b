"""Outside services behind the same protocols as one's own: time-stamps, OCSP and revocation lists."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cryptography import x509

from signing import crl, ocsp, tsp
from signing.algorithms import hash_named
from signing.clock import Clock, SystemClock
from signing.egress import Egress
from signing.errors import Indeterminate, Unreachable
from signing.timestamp import parse_token

NONCE_BITS = 64
NONCE_BYTES = 16
# Lists change within three hours; asking more often costs less than finding out too late.
RENEWED_AFTER = timedelta(hours=1)


class TsaClient:
    def __init__(self, url: str, egress: Egress, policy: str | None = None) -> None:
        egress.place(url)
        self._url = url
        self._egress = egress
        self._policy = policy

    def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        """A token that answers this very question; whom to believe is up to `timestamp.verify_token`."""
        hash, nonce = hash_named(algorithm), secrets.randbits(NONCE_BITS)
        request = tsp.build_request(hash, digest, nonce=nonce, policy=self._policy)
        token = tsp.token_of(self._egress.post(self._url, request, tsp.QUERY, tsp.REPLY))
        said = parse_token(token)
        if (said.hash, said.digest, said.nonce) != (hash, digest, nonce) or self._policy not in {None, said.policy}:
            raise Unreachable("the time-stamp service answered another question")
        return token


class OcspClient:
    """Where to ask is known for each issuer; what a certificate says about it is never followed."""

    def __init__(self, urls: Mapping[x509.Certificate, str], egress: Egress) -> None:
        for url in urls.values():
            egress.place(url)
        self._urls = dict(urls)
        self._egress = egress

    def response(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
        """An answer to this very question; whom to believe is up to `ocsp.verify_ocsp`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        request = ocsp.build_request(certificate, issuer, nonce)
        answer = self._egress.post(_url_for(issuer, self._urls), request, ocsp.REQUEST, ocsp.RESPONSE)
        said, single = ocsp.load_response(answer)
        # Responders may leave the nonce out (RFC 9654), but must not bring another one.
        nonces = {one.value.nonce for one in said.extensions if isinstance(one.value, x509.OCSPNonce)}
        if not ocsp.names(single, certificate, issuer) or not nonces <= {nonce}:
            raise Unreachable("the OCSP service answered another question")
        return answer


class ListsClient:
    """The lists of several authorities, as a signature carries them; each is fetched again when it may have changed."""

    def __init__(self, urls: Sequence[str], egress: Egress, clock: Clock | None = None) -> None:
        for url in urls:
            egress.place(url)
        self._urls = tuple(urls)
        self._egress = egress
        self._clock = clock or SystemClock()
        self._kept: dict[str, tuple[bytes, datetime, datetime]] = {}

    def lists(self) -> tuple[bytes, ...]:
        return tuple(map(self._current, self._urls))

    def _current(self, url: str) -> bytes:
        now = self._clock.now()
        found, fresh_until, valid_until = self._kept.get(url, (b"", now, now))
        if now < fresh_until:
            return found
        try:
            found = self._egress.get(url, crl.MEDIA_TYPE)
        except Unreachable:
            if now < valid_until:
                return found
            raise
        next_update = crl.load_crl(found).next_update_utc or now
        self._kept[url] = found, min(now + RENEWED_AFTER, next_update), next_update
        return found


def _url_for(issuer: x509.Certificate, urls: Mapping[x509.Certificate, str]) -> str:
    if issuer not in urls:
        raise Indeterminate("no address is configured for the issuer of the certificate")
    return urls[issuer]
