"""Reads the unsigned properties of a signature: time-stamps, certificates and answers, each of its one shape."""

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from signing.base64_text import decoded
from signing.canonical import EXCLUSIVE
from signing.errors import Malformed
from signing.namespaces import clark
from signing.xml_places import attributes, children, every_child, leaf, only, repeated

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PROPERTIES = 64
MAX_VALUES = 16


class Kind(Enum):
    """What an unsigned property is, by the name of its element."""

    SIGNATURE_TIME_STAMP = clark("xades:SignatureTimeStamp")
    CERTIFICATES = clark("xades:CertificateValues")
    REVOCATION = clark("xades:RevocationValues")
    VALIDATION = clark("xades141:TimeStampValidationData")
    ARCHIVE_TIME_STAMP = clark("xades141:ArchiveTimeStamp")

    @property
    def letter(self) -> str:
        return "tcrva"[list(Kind).index(self)]


# A level stands on the one before: B-T, then B-LT, then as many archive time-stamps as the years need, each with what
# is known of its unit.
ORDER = re.compile("t+(?:cr(?:v?a)*)?")


class Unsigned(NamedTuple):
    """One unsigned property: its element, its kind, and the DER values that it carries."""

    element: "Element"
    kind: Kind
    token: bytes = b""
    certificates: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    # The canonical form of what a time-stamp is made over.
    form: str = EXCLUSIVE


def unsigned_properties(element: "Element") -> tuple[Unsigned, ...]:
    attributes(element)
    holder = only(element, "xades:UnsignedSignatureProperties")
    attributes(holder)
    found = every_child(holder)
    if not 0 < len(found) <= MAX_PROPERTIES:
        raise Malformed("too many or no unsigned properties")
    properties = tuple(_property(one) for one in found)
    if not ORDER.fullmatch("".join(one.kind.letter for one in properties)):
        raise Malformed("the unsigned properties are not in their order")
    return properties


def _property(element: "Element") -> Unsigned:
    attributes(element)
    return READERS[kind_of(element)](element)


def kind_of(element: "Element") -> Kind:
    try:
        return Kind(element.tag)
    except ValueError:
        raise Malformed("an unsigned property of unknown kind") from None


def _time_stamp(element: "Element") -> Unsigned:
    canonicalization, token = children(element, "ds:CanonicalizationMethod", "xades:EncapsulatedTimeStamp")
    if leaf(canonicalization, "Algorithm") or canonicalization.get("Algorithm") != EXCLUSIVE:
        raise Malformed("a time-stamp over another canonical form")
    return Unsigned(element, kind_of(element), token=decoded(leaf(token)))


def _certificates(element: "Element") -> Unsigned:
    return Unsigned(element, Kind.CERTIFICATES, certificates=_values(element, "xades:EncapsulatedX509Certificate"))


def _revocation(element: "Element") -> Unsigned:
    """The answers of the OCSP responder and, before them, revocation lists."""
    names = ("xades:CRLValues", "xades:OCSPValues")[-len(element) :]
    *lists, answers = children(element, *names)
    said = _values(answers, "xades:EncapsulatedOCSPValue")
    return Unsigned(element, Kind.REVOCATION, answers=said, lists=_lists(lists[0]) if lists else ())


def _validation(element: "Element") -> Unsigned:
    """Of all that may stand here only revocation lists: certificates come in the time-stamps themselves."""
    values = only(element, "xades:RevocationValues")
    attributes(values)
    return Unsigned(element, Kind.VALIDATION, lists=_lists(only(values, "xades:CRLValues")))


def _lists(element: "Element") -> tuple[bytes, ...]:
    return _values(element, "xades:EncapsulatedCRLValue")


def _values(holder: "Element", name: str) -> tuple[bytes, ...]:
    attributes(holder)
    return tuple(decoded(leaf(one)) for one in repeated(holder, name, MAX_VALUES))


READERS = {
    Kind.SIGNATURE_TIME_STAMP: _time_stamp,
    Kind.ARCHIVE_TIME_STAMP: _time_stamp,
    Kind.CERTIFICATES: _certificates,
    Kind.REVOCATION: _revocation,
    Kind.VALIDATION: _validation,
}
