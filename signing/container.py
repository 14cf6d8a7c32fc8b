"""An ASiC-E container: payload files, the signatures over them, and the manifest that lists them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from signing import manifest, zip_read
from signing.data_file import META, MIMETYPE, Allowance, DataFile, is_reserved
from signing.errors import Malformed
from signing.forms import OWN, Form
from signing.media_types import ASICE
from signing.zip_frame import STORED, Member
from signing.zip_write import deflated, stored, write

MAX_SIGNATURES = 8
MAX_SIGNATURE_BYTES = 1 << 20
# That the decision stands in the register: made after the signature, so that no signature covers it.
PROOF_NAME = "META-INF/transparency.tlog-proof"
MAX_PROOF_BYTES = 256 << 10


@dataclass(frozen=True)
class SignatureFile:
    """One file `META-INF/signaturesN.xml`."""

    name: str
    xml: bytes


@dataclass(frozen=True)
class Container:
    files: tuple[DataFile, ...]
    signatures: tuple[SignatureFile, ...] = ()
    proof: bytes | None = None

    def to_bytes(self) -> bytes:
        """The container as a file: the same files and signatures give the same bytes everywhere."""
        if not all(zip_read.NAME.fullmatch(file.name) for file in self.files):
            raise Malformed("the container holds a name that is not the same on every system")
        return write(
            (
                stored(MIMETYPE, ASICE.encode()),
                deflated(manifest.NAME, manifest.written((file.name, file.media_type) for file in self.files)),
                *(file.member for file in self.files),
                *(deflated(signature.name, signature.xml) for signature in self.signatures),
                *(() if self.proof is None else (stored(PROOF_NAME, self.proof),)),
            )
        )

    def has_files_of(self, other: "Container") -> bool:
        """Whether what came back is byte for byte what had been sent out."""
        mine, theirs = ([(file.name, file.media_type, file.digest()) for file in one.files] for one in (self, other))
        return mine == theirs

    def with_signature(self, xml: bytes) -> "Container":
        """With one more signature, beside those that are there."""
        name = f"{META}signatures{len(self.signatures)}.xml"
        return replace(self, signatures=(*self.signatures, SignatureFile(name, xml)))

    def with_replaced(self, index: int, xml: bytes) -> "Container":
        """With the signature at this place in a longer-lived form."""
        changed = list(self.signatures)
        changed[index] = replace(changed[index], xml=xml)
        return replace(self, signatures=tuple(changed))

    def with_proof(self, proof: bytes) -> "Container":
        """With this proof that it stands in the register, in place of an older one."""
        if len(proof) > MAX_PROOF_BYTES:
            raise Malformed(f"a proof of the register is larger than {MAX_PROOF_BYTES} bytes")
        return replace(self, proof=proof)


def new_container(files: Sequence[DataFile]) -> Container:
    names = [file.name.lower() for file in files]
    if not names:
        raise Malformed("a container needs a file")
    if len(set(names)) != len(names):
        raise Malformed("two files of the container have the same name")
    return Container(tuple(files))


def open_container(data: bytes, form: Form = OWN) -> Container:
    """Reads a container strictly. Raises NotAContainer for bytes that are no zip, Malformed for a wrong one."""
    members = form.members(data)
    _check_mimetype(members[0])
    payload = [member for member in members[1:] if not is_reserved(member.name)]
    rest = [member for member in members[1:] if is_reserved(member.name)]
    if not rest or rest[0].name != manifest.NAME:
        raise Malformed("container has no manifest")
    if not payload:
        raise Malformed("container holds no file that could be signed")
    kinds = form.media_types(zip_read.content(rest[0], manifest.MAX_BYTES), [member.name for member in payload])
    # Behind the signatures, if it is there at all.
    proofs = [zip_read.content(one, MAX_PROOF_BYTES) for one in rest[-1:] if one.name == PROOF_NAME]
    signatures = tuple(_signature_files(rest[1 : len(rest) - len(proofs)], form))
    allowance = Allowance()
    files = tuple(DataFile(member, kinds[member.name], allowance) for member in payload)
    return Container(files, signatures, *proofs)


def _signature_files(members: Sequence[Member], form: Form) -> Iterator[SignatureFile]:
    if len(members) > MAX_SIGNATURES:
        raise Malformed(f"container has more than {MAX_SIGNATURES} signatures")
    for member in members:
        if not form.signature_name.fullmatch(member.name):
            raise Malformed(f"{member.name} does not belong in a container")
        yield SignatureFile(member.name, zip_read.content(member, MAX_SIGNATURE_BYTES))


def _check_mimetype(first: Member) -> None:
    if first.name != MIMETYPE or first.method != STORED or zip_read.content(first) != ASICE.encode():
        raise Malformed("the container does not say first that it is ASiC-E")
