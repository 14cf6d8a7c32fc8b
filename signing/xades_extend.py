"""Makes a signature last: B-T (a time-stamp), B-LT (what is needed to verify offline), B-LTA (archive time-stamps).

Each step adds unsigned properties at the end and leaves every byte that was there before as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cryptography import x509

from signing.base64_text import encoded
from signing.canonical import EXCLUSIVE, parse
from signing.certificates import to_der
from signing.data_file import DataFile
from signing.forms import OWN, Form
from signing.imprints import archive_hash, archive_imprint, signature_imprint
from signing.namespaces import PREFIXES
from signing.timestamp import TimestampSource
from signing.xml_text import declaring, element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# The one place where each of these elements ends: no text, attribute or comment of a signature file can look so.
END_OF_ALL = re.compile(rb"</(?:[\w.-]+:)?QualifyingProperties\s*>")
END_OF_UNSIGNED = re.compile(rb"</(?:[\w.-]+:)?UnsignedSignatureProperties\s*>")


class Extension:
    """A signature file that grows. The levels are added in their order; `to_bytes` gives what it has become."""

    def __init__(self, xml: bytes, form: Form = OWN) -> None:
        self.signature = form.signature(xml)
        self._xml = xml
        self._added: list[str] = []

    def add_time_stamp(self, source: TimestampSource, algorithm: str = "sha256") -> bytes:
        """B-T: proves that the signature value existed at a moment that its maker did not choose. Gives the token."""
        token = source.token(signature_imprint(self.signature, algorithm), algorithm)
        self._added.append(time_stamp(token))
        return token

    def add_validation_data(
        self, certificates: Iterable[x509.Certificate], answers: Iterable[bytes], lists: Sequence[bytes] = ()
    ) -> None:
        """B-LT: the certificates of those who vouch for the signature, the answers of the OCSP responder, and the
        revocation lists of those above them."""
        self._added += validation_data(certificates, answers, lists)

    def add_revocation_lists(self, lists: Sequence[bytes]) -> None:
        """What is known of those above the unit that will give the next archive time-stamp."""
        values = element("xades:RevocationValues", *_lists(lists))
        self._added.append(element("xades141:TimeStampValidationData", values))

    def add_archive_time_stamp(
        self, files: Mapping[str, DataFile], source: TimestampSource, algorithm: str = "sha512"
    ) -> None:
        """B-LTA: covers the files, the signature and all that was added before, so that old keys may expire."""
        begun = archive_hash(self.signature, files, algorithm)
        before = parse(self.to_bytes())[0][-1][0][-1][0]
        token = source.token(archive_imprint(self.signature, begun, before), algorithm)
        self._added.append(time_stamp(token, "xades141:ArchiveTimeStamp"))

    def to_bytes(self) -> bytes:
        if not self._added:
            return self._xml
        qualifying = self.signature.qualifying_element
        if self.signature.unsigned:
            return _inserted(self._xml, END_OF_UNSIGNED, _declared(self._added, qualifying[1][0]))
        return _inserted(self._xml, END_OF_ALL, _declared([_unsigned(self._added)], qualifying))


def extended(xml: bytes, *properties: str) -> bytes:
    """A signature of level B-B that was made here a moment ago, and need not be read, with these properties."""
    return _inserted(xml, END_OF_ALL, _unsigned(properties))


def time_stamp(token: bytes, name: str = "xades:SignatureTimeStamp") -> str:
    method = element("ds:CanonicalizationMethod", Algorithm=EXCLUSIVE)
    return element(name, method, element("xades:EncapsulatedTimeStamp", encoded(token)))


def validation_data(
    certificates: Iterable[x509.Certificate], answers: Iterable[bytes], lists: Sequence[bytes]
) -> tuple[str, str]:
    known = (element("xades:EncapsulatedX509Certificate", encoded(to_der(one))) for one in certificates)
    said = (element("xades:EncapsulatedOCSPValue", encoded(answer)) for answer in answers)
    return (
        element("xades:CertificateValues", *known),
        element("xades:RevocationValues", *_lists(lists), element("xades:OCSPValues", *said)),
    )


def _lists(lists: Sequence[bytes]) -> Iterator[str]:
    if lists:
        yield element("xades:CRLValues", *(element("xades:EncapsulatedCRLValue", encoded(one)) for one in lists))


def _unsigned(properties: Iterable[str]) -> str:
    return element("xades:UnsignedProperties", element("xades:UnsignedSignatureProperties", *properties))


def _inserted(xml: bytes, end: re.Pattern[bytes], fragment: str) -> bytes:
    (place,) = (found.start() for found in end.finditer(xml))
    return b"".join((xml[:place], fragment.encode(), xml[place:]))


def _declared(elements: Iterable[str], parent: "Element") -> str:
    """Other makers may call the namespaces by other prefixes; what is missing for ours is declared."""
    there = parent.nsmap
    missing = {prefix: uri for prefix, uri in PREFIXES.items() if there.get(prefix) != uri}
    return "".join(declaring(one, missing) if missing else one for one in elements)
