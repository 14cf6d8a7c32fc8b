"""Reads the unsigned properties that other people's tools write."""

import re
from typing import TYPE_CHECKING

from signing.canonical import INCLUSIVE, METHODS
from signing.errors import Malformed
from signing.foreign.places import algorithm, attributes, children, content, only, value
from signing.xades_unsigned import MAX_PROPERTIES, Kind, Unsigned, kind_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_VALUES = 32
# Some tools add certificates and answers before the time is stamped again, some after it.
ORDER = re.compile("t+(?:cr?|r)?v*(?:av*)*")
ENCODING = ("Encoding",)
DER = "http://uri.etsi.org/01903/v1.2.2#DER"


def unsigned_properties(element: "Element") -> tuple[Unsigned, ...]:
    attributes(element)
    holder = only(element, "xades:UnsignedSignatureProperties")
    attributes(holder)
    found = children(holder)
    if not 0 < len(found) <= MAX_PROPERTIES:
        raise Malformed("too many or no unsigned properties")
    properties = tuple(READERS[kind_of(one)](one) for one in found)
    if not ORDER.fullmatch("".join(one.kind.letter for one in properties)):
        raise Malformed("the unsigned properties are not in their order")
    return properties


def _time_stamp(element: "Element") -> Unsigned:
    """Without a method the canonical form is inclusive (EN 319 132-1, clause 4.5)."""
    attributes(element)
    methods, (token,) = content(element, "ds:CanonicalizationMethod?", "xades:EncapsulatedTimeStamp")
    form = canonical_form(methods[0]) if methods else INCLUSIVE
    return Unsigned(element, kind_of(element), token=_der(token), form=form)


def canonical_form(element: "Element") -> str:
    form = algorithm(element)
    if form not in METHODS:
        raise Malformed(f"unknown canonicalisation {form!r:.80}")
    return form


def _certificates(element: "Element") -> Unsigned:
    return Unsigned(element, Kind.CERTIFICATES, certificates=_values(element, "xades:EncapsulatedX509Certificate"))


def _revocation(element: "Element") -> Unsigned:
    attributes(element)
    lists, answers = content(element, "xades:CRLValues?", "xades:OCSPValues?")
    return Unsigned(element, Kind.REVOCATION, answers=_answers(answers), lists=_lists(lists))


def _validation(element: "Element") -> Unsigned:
    attributes(element, optional=("URI",))
    known, said = content(element, "xades:CertificateValues?", "xades:RevocationValues?")
    about = _revocation(said[0]) if said else None
    return Unsigned(
        element,
        Kind.VALIDATION,
        certificates=_values(known[0], "xades:EncapsulatedX509Certificate") if known else (),
        answers=about.answers if about else (),
        lists=about.lists if about else (),
    )


def _answers(found: list["Element"]) -> tuple[bytes, ...]:
    return _values(found[0], "xades:EncapsulatedOCSPValue") if found else ()


def _lists(found: list["Element"]) -> tuple[bytes, ...]:
    return _values(found[0], "xades:EncapsulatedCRLValue") if found else ()


def _values(holder: "Element", name: str) -> tuple[bytes, ...]:
    attributes(holder)
    if not len(holder):
        return ()
    (found,) = content(holder, f"{name}+")
    if len(found) > MAX_VALUES:
        raise Malformed("too many certificates or answers")
    return tuple(map(_der, found))


def _der(element: "Element") -> bytes:
    if element.get("Encoding", DER) != DER:
        raise Malformed("a value is not in DER")
    return value(element, optional=ENCODING)


READERS = {
    Kind.SIGNATURE_TIME_STAMP: _time_stamp,
    Kind.ARCHIVE_TIME_STAMP: _time_stamp,
    Kind.CERTIFICATES: _certificates,
    Kind.REVOCATION: _revocation,
    Kind.VALIDATION: _validation,
}
