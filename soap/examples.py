"""The contract as a page shows it: each operation with its parts, a request that may be sent, and an answer to it.

All of it is read out of the WSDL; only what is said in the request comes from the operation itself.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from app.core.operation import OPERATIONS
from app.systems.rules import OperationPage, Part
from soap.contract import SCHEMA
from soap.services import is_public, right_of
from soap.versions import NAMESPACE, SOAP_1_1

XS = "xs:"
# What stands in answers, by the name of the element; for others their type decides.
VALUES: Mapping[str, str] = {
    "name": "Müqavilə.pdf",
    "number": "X2",
    "slug": "gooen",
    "kind": "pdf",
    "state": "clean",
    "path": "/services/gooen",
    "text": "salam",
    "purpose": "GÖÖEN-in verilməsi",
    "subject": "Müqavilə imzalandı",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "id": "Zm9vYmFyMTIzNDU2",
    "nextPageToken": "Zm9vYmFyMTIzNDU2",
    "version": "1.1",
    "reference": "7QK2-M4XA",
}
PERSON: Mapping[str, str] = {"actingPerson": "7EF9G4H", "principal": "9900000141"}
HEADER: Mapping[str, str] = {"messageId": "sorgu-2026-000001", "language": "az"}
BY_TYPE: Mapping[str, str] = {
    "xs:boolean": "true",
    "xs:base64Binary": "JVBERi0xLjcK",
    "xs:date": "2026-11-20",
    "xs:dateTime": "2026-11-20T12:00:00+04:00",
    "xs:integer": "1",
    "xs:decimal": "1",
}


BY_DEFAULT: Any = {None: NAMESPACE}  # Without a prefix, for those who read.


class Examples:
    def __init__(self, wsdl: bytes) -> None:
        root = etree.fromstring(wsdl)
        (self._schema,) = root.iterfind(f".//{SCHEMA}schema[@targetNamespace='{NAMESPACE}']")
        self._simple = {kind.get("name"): kind for kind in self._schema.iterfind(f"{SCHEMA}simpleType")}
        self._complex = {kind.get("name"): kind for kind in self._schema.iterfind(f"{SCHEMA}complexType")}

    def page(self, method: Any) -> OperationPage:
        is_open = is_public(method)
        request = self._element(method.name, method.udd["example"])
        said = HEADER if method.udd["in_own_name"] else {**HEADER, **PERSON}
        header = None if is_open else self._element("RequestHeader", said)
        return OperationPage(
            name=method.name,
            title=str(method.udd["title"]),
            notes=str(method.udd["notes"]),
            is_public=is_open,
            is_writing=right_of(method) in OPERATIONS,
            request=_enveloped(request, header),
            answer=_enveloped(self._element(f"{method.name}Response", None)),
            asked=self._parts(method.name),
            answered=self._result(method.name),
        )

    def _result(self, operation: str) -> tuple[Part, ...]:
        """What stands in the one element of the answer; or, where it is a value, that element."""
        (element,) = self._members(f"{operation}Response")
        kind = element.get("type", "").removeprefix("tns:")
        return self._parts(kind if kind in self._complex else f"{operation}Response")

    def _members(self, kind: str) -> list[etree._Element]:
        return self._complex[kind].findall(f"{SCHEMA}sequence/{SCHEMA}element")

    def _parts(self, kind: str, *above: str) -> tuple[Part, ...]:
        """All elements down to the values; of a type that holds itself no more than one."""
        found: list[Part] = []
        for element in self._members(kind):
            many, needed = element.get("maxOccurs", "1") != "1", element.get("minOccurs") != "0"
            of = element.get("type", "").removeprefix("tns:")
            found.append(Part(element.get("name", ""), self._said(of), needed, many))
            if of in self._complex and of not in (kind, *above):
                found += [part.inside(element.get("name", "")) for part in self._parts(of, kind, *above)]
        return tuple(found)

    def _said(self, kind: str) -> str:
        """The type in a word: its base and what limits it."""
        if kind not in self._simple:
            return kind.removeprefix(XS)
        (restriction,) = self._simple[kind]
        facets = [f"{etree.QName(one).localname} {one.get('value')}" for one in restriction]
        return ", ".join([restriction.get("base", "").removeprefix(XS), *facets])

    def _element(self, name: str, said: Mapping[str, Any] | None) -> etree._Element:
        """The element with what is said in it; where nothing is said, with one example of everything."""
        element = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=BY_DEFAULT)
        self._fill(element, name, said)
        return element

    def _fill(self, parent: etree._Element, kind: str, said: Mapping[str, Any] | None, *above: str) -> None:
        for member in self._members(kind):
            name, of = member.get("name", ""), member.get("type", "").removeprefix("tns:")
            if of in above if said is None else name not in said:
                continue
            child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
            if of in self._complex:
                self._fill(child, of, None if said is None else said[name], of, *above)
            else:
                child.text = self._value(name, of) if said is None else said[name]

    def _value(self, name: str, kind: str) -> str:
        base = kind
        if kind in self._simple:
            (restriction,) = self._simple[kind]
            chosen = restriction.find(f"{SCHEMA}enumeration")
            if chosen is not None:
                return chosen.get("value", "")
            base = restriction.get("base", "")
        return BY_TYPE.get(base) or VALUES.get(name, name)


def _enveloped(content: etree._Element, header: etree._Element | None = None) -> str:
    envelope = etree.Element(SOAP_1_1.tag("Envelope"), nsmap={"soap": SOAP_1_1.namespace})
    if header is not None:
        etree.SubElement(envelope, SOAP_1_1.tag("Header")).append(header)
    etree.SubElement(envelope, SOAP_1_1.tag("Body")).append(content)
    etree.indent(envelope)
    return etree.tostring(envelope, encoding="unicode")
