"""The pinned roots, the time-stamp service and the revocation responder that the settings name; opened when needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from cryptography import x509

    from signing.egress import Egress
    from signing.paths import Trust
    from signing.sealing import Services


@dataclass(frozen=True)
class TrustServices:
    """In a demonstration the emulated centre of this very installation, spoken to as any other centre would be."""

    roots_file: Path
    tsa_url: str
    ocsp_url: str
    crl_urls: tuple[str, ...] = ()
    authorities_file: Path | None = None

    @cached_property
    def roots(self) -> "Trust":
        from signing.paths import Trust

        return Trust.from_file(self.roots_file.read_bytes())

    @cached_property
    def authorities(self) -> "Sequence[x509.Certificate]":
        from signing.certificates import load_file

        return tuple(load_file(self.authorities_file.read_bytes())) if self.authorities_file else ()

    @cached_property
    def services(self) -> "Services":
        from signing.clients import ListsClient, TsaClient
        from signing.egress import Egress
        from signing.sealing import Services

        egress = Egress.to(self.tsa_url, self.ocsp_url, *self.crl_urls)
        lists = ListsClient(self.crl_urls, egress) if self.crl_urls else None
        return Services(TsaClient(self.tsa_url, egress), _Responder(self.ocsp_url, egress), lists=lists)


@dataclass(frozen=True)
class _Responder:
    """One for all authorities below the pinned roots."""

    url: str
    egress: "Egress"

    def response(self, certificate: "x509.Certificate", issuer: "x509.Certificate") -> bytes:
        from signing.clients import OcspClient

        return OcspClient({issuer: self.url}, self.egress).response(certificate, issuer)


def trust_services(settings: Settings) -> TrustServices:
    urls = settings.tsa_url, settings.ocsp_url, settings.crl_urls
    return TrustServices(settings.roots, *urls, settings.authorities)
