"""Makes a signature last: B-T (a time-stamp), B-LT (what is needed to verify offline), B-LTA (archive time-stamps).

Each step adds unsigned properties at the end and leaves every byte that was signed or stamped before as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cryptography import x509
from lxml import etree

from signing.base64_text import encoded
from signing.canonical import EXCLUSIVE, parse, serialised
from signing.certificates import to_der
from signing.data_file import DataFile
from signing.forms import OWN, Form
from signing.imprints import archive_hash, archive_imprint, signature_imprint
from signing.namespaces import PREFIXES, clark
from signing.timestamp import TimestampSource
from signing.xml_text import document, element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Extension:
    """A signature file that grows. The levels are added in their order; `to_bytes` gives what it has become."""

    def __init__(self, xml: bytes, form: Form = OWN) -> None:
        self.signature = form.signature(xml)

    def add_time_stamp(self, source: TimestampSource, algorithm: str = "sha256") -> bytes:
        """B-T: proves that the signature value existed at a moment that its maker did not choose. Gives the token."""
        token = source.token(signature_imprint(self.signature, algorithm), algorithm)
        self._add(_time_stamp("xades:SignatureTimeStamp", token))
        return token

    def add_validation_data(
        self, certificates: Iterable[x509.Certificate], answers: Iterable[bytes], lists: Sequence[bytes] = ()
    ) -> None:
        """B-LT: the certificates of those who vouch for the signature, the answers of the OCSP responder, and the
        revocation lists of those above them."""
        known = (element("xades:EncapsulatedX509Certificate", encoded(to_der(one))) for one in certificates)
        said = (element("xades:EncapsulatedOCSPValue", encoded(answer)) for answer in answers)
        self._add(
            element("xades:CertificateValues", *known),
            element("xades:RevocationValues", *_lists(lists), element("xades:OCSPValues", *said)),
        )

    def add_revocation_lists(self, lists: Sequence[bytes]) -> None:
        """What is known of those above the unit that will give the next archive time-stamp."""
        self._add(element("xades141:TimeStampValidationData", element("xades:RevocationValues", *_lists(lists))))

    def add_archive_time_stamp(
        self, files: Mapping[str, DataFile], source: TimestampSource, algorithm: str = "sha512"
    ) -> None:
        """B-LTA: covers the files, the signature and all that was added before, so that old keys may expire."""
        begun = archive_hash(self.signature, files, algorithm)
        imprint = archive_imprint(self.signature, begun, [*self._unsigned])
        self._add(_time_stamp("xades141:ArchiveTimeStamp", source.token(imprint, algorithm)))

    def to_bytes(self) -> bytes:
        return serialised(self.signature.root, exclusive=False)

    def _add(self, *properties: str) -> None:
        """The properties are parsed among our prefixes and then moved into the tree, which keeps its own."""
        self._unsigned.extend(_parsed(*properties))

    @property
    def _unsigned(self) -> "Element":
        """Where unsigned properties go; a B-B signature has no such place yet."""
        qualifying = self.signature.qualifying_element
        if len(qualifying) == 1:
            holder = etree.SubElement(qualifying, clark("xades:UnsignedProperties"))
            etree.SubElement(holder, clark("xades:UnsignedSignatureProperties"))
        return qualifying[1][0]


def _time_stamp(name: str, token: bytes) -> str:
    method = element("ds:CanonicalizationMethod", Algorithm=EXCLUSIVE)
    return element(name, method, element("xades:EncapsulatedTimeStamp", encoded(token)))


def _lists(lists: Sequence[bytes]) -> Iterator[str]:
    if lists:
        yield element("xades:CRLValues", *(element("xades:EncapsulatedCRLValue", encoded(one)) for one in lists))


def _parsed(*elements: str) -> "Element":
    return parse(document("asic:XAdESSignatures", PREFIXES, *elements))
