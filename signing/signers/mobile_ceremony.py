"""A signature made in a phone, step by step; what lies between two steps is plain data that can be stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from signing.data_file import DataFile
from signing.errors import Refused
from signing.signers.mobile import Kind, MobileService, NotSigned, Result, Running, Session, control_code
from signing.signers.signer import chain_of
from signing.xades_create import Prepared, complete, prepare, prepared_from


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A signature on its way through somebody's phone. Stored, it can be gone on with by any process."""

    phone: str
    person: str
    xml: bytes
    session: str = ""

    @property
    def prepared(self) -> Prepared:
        return prepared_from(self.xml)

    @property
    def control_code(self) -> str:
        """To be shown before the phone rings."""
        return control_code(self.prepared.digest)


@dataclass(frozen=True, slots=True)
class MobileSigner:
    """The service, and the authorities whose certificates go along so that a receiver finds the path."""

    service: MobileService
    authorities: Sequence[x509.Certificate]

    def prepare(self, phone: str, person: str, files: Sequence[DataFile], at: datetime) -> Ceremony:
        """Step one: asks who signs, and prepares what he is going to sign. The phone does not ring yet."""
        certificate = self.service.certificate(phone, person)
        prepared = prepare(certificate, files, at, chain_of(certificate, self.authorities))
        return Ceremony(phone, person, prepared.xml)

    def ask(self, ceremony: Ceremony, *, language: str, text: str) -> Ceremony:
        """Step two: the phone rings. Store what is given back before anything else."""
        prepared, of = ceremony.prepared, (Kind.SIGNATURE, ceremony.phone, ceremony.person)
        session = self.service.begin(*of, prepared.digest, prepared.hash_name, language=language, text=text)
        return replace(ceremony, session=session.id)

    def fetch(self, ceremony: Ceremony, timeout_ms: int) -> bytes | None:
        """Step three, as often as it takes: the signature file (B-B), or None while the phone is silent.

        Raises NotSigned when the phone says no, SessionGone when it was asked too long ago, InvalidSignature when
        the value is not that of the certificate.
        """
        if not ceremony.session:
            raise Refused("the phone has not been asked yet")
        answer = self.service.poll(Session(Kind.SIGNATURE, ceremony.session), timeout_ms)
        if isinstance(answer, Running):
            return None
        if answer.result is not Result.OK:
            raise NotSigned(answer.result)
        return complete(ceremony.prepared, answer.value)
