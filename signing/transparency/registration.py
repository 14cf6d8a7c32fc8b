"""Whether a container's decision stands in the register: the proof that it carries, held against its signature."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from signing.canonical import parse
from signing.container import Container
from signing.errors import DigestMismatch, Indeterminate, Malformed
from signing.report import SignatureReport
from signing.transparency.entries import Entry, EntryKind, parse_entry
from signing.transparency.proof import parse_proof
from signing.transparency.trust import LogTrust

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DECISION = "decision.xml"
NAMESPACE = "{urn:e-gomruk:decision:v1}"


def registration(container: Container, signatures: Sequence[SignatureReport], trust: LogTrust) -> dict[str, str]:
    """What the register says of this container. Raises a SigningError unless the proof holds in every respect.

    The entry travels with the proof, which vouches for nothing by itself: each of its lines is compared with what the
    container says, and its bytes must be those that the log has hashed.
    """
    proof = parse_proof(container.proof or b"")
    if proof.extra is None:
        raise Malformed("the proof does not bring the entry that it is about")
    entry = parse_entry(proof.extra)
    if entry.kind is not EntryKind.DECISION:
        raise Malformed("the entry in the register is not that of a decision")
    _check_signature(entry, signatures)
    _check_decision(entry, container)
    confirmed = proof.check(proof.extra, trust)
    return {
        "origin": confirmed.checkpoint.origin,
        "index": str(proof.index),
        "size": str(confirmed.checkpoint.size),
        "number": entry.number,
        "code": entry.code,
        "count": str(len(confirmed.witnesses)),
        "witnesses": " ".join(confirmed.witnesses),
    }


def _check_signature(entry: Entry, signatures: Sequence[SignatureReport]) -> None:
    """The entry names one signature by its value, and the time that is proven for it."""
    for signature in signatures:
        if signature.value_sha256 == entry.signature_sha256:
            if signature.trusted_time is None:
                raise Indeterminate("no time is proven for the signature that the entry in the register names")
            if signature.trusted_time != entry.time:
                raise DigestMismatch("the entry in the register names another time than is proven for the signature")
            return
    raise DigestMismatch("the entry in the register names another signature")


def _check_decision(entry: Entry, container: Container) -> None:
    """The decision itself, where the container holds it, says the same number and code."""
    for file in container.files:
        if file.name == DECISION and decided(file.content) != (entry.number, entry.code):
            raise DigestMismatch("the entry in the register is of another decision than the container holds")


def decided(xml: bytes) -> tuple[str, str]:
    """The number of the declaration and the code of the decision, from the file `decision.xml`."""
    root = parse(xml)
    if not str(root.tag).startswith(NAMESPACE):
        raise Malformed("the decision in the container is not written as a decision must be")
    return _said(root, "Number"), _said(root, "Code")


def _said(root: "Element", name: str) -> str:
    """The text of the one element of this name; a second one, or elements in it, could say something else."""
    found = [one for one in root if one.tag == NAMESPACE + name]
    if len(found) != 1 or len(found[0]) or not found[0].text:
        raise Malformed(f"the decision in the container does not say its {name}")
    return found[0].text
