"""A decision in a container that stands in a register."""

from dataclasses import dataclass
from pathlib import Path

from signing.container import Container
from signing.data_file import data_file
from signing.examination import Policy
from signing.report import Report
from signing.transparency.entries import decision_entry
from signing.transparency.keys import Kind, SignerKey, new_key
from signing.transparency.proof import Proof
from signing.transparency.trust import LogTrust
from signing.verify import verify
from tests.signing.centre import START, Centre, files, sealed
from tests.signing.logbook import Logbook, entries

NUMBER, CODE = "26AZ00100123456", "01"
DECISION = '<Decision xmlns="urn:e-gomruk:decision:v1"><Number>{}</Number><Code>{}</Code></Decision>'
AT = "2026-11-20T08:00:00Z"


def decision(number: str = NUMBER, code: str = CODE) -> str:
    return DECISION.format(number, code)


@dataclass(frozen=True)
class Registered:
    """A decision with its proof, and everything that belongs to it."""

    centre: Centre
    book: Logbook
    bank: SignerKey
    container: Container
    proof: Proof

    @property
    def trust(self) -> LogTrust:
        return LogTrust((self.book.key.verifier,), (self.bank.verifier,))

    def report(self, container: Container | bytes, trust: LogTrust | None = None) -> Report:
        data = container if isinstance(container, bytes) else container.to_bytes()
        return verify(data, self.centre.trust, Policy(register=trust or self.trust), START)

    def with_entry(self, entry: bytes) -> Container:
        """The container with an honest proof of this entry."""
        self.book.append([entry])
        note = self.book.publish([self.bank])
        return self.container.with_proof(self.book.proof(self.book.size - 1, note, entry).to_bytes())


def registered(centre: Centre, folder: Path, xml: str | None = None) -> Registered:
    payload = files() if xml is None else [*files(), data_file("decision.xml", xml.encode())]
    container = sealed(centre, payload=payload)
    book, bank = Logbook(folder), new_key("bank.example/w1", Kind.COSIGNATURE)
    book.append(entries(300))
    entry = entry_of(container, centre)
    note = book.append([entry], [bank])
    proof = book.proof(300, note, entry)
    return Registered(centre, book, bank, container.with_proof(proof.to_bytes()), proof)


def entry_of(container: Container, centre: Centre, number: str = NUMBER, code: str = CODE) -> bytes:
    (signature,) = verify(container.to_bytes(), centre.trust, at=START).signatures
    return decision_entry(signature, number, code)
