"""What the WSDL says in the words of X-Road: the headers of the protocol, the version and the titles of operations."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from app.web.i18n import translate
from soap.services import GOING
from soap.versions import SOAP_1_1
from soap.xroad import IDENTIFIERS, NAMESPACE, PARTS, SCHEMAS, VERSION

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = f"{{{SOAP_1_1.wsdl_namespace}}}"
LANGUAGES = ("az", "en")
MESSAGE = "XRoadHeaders"
PREFIXES = {"xrd": NAMESPACE, "id": IDENTIFIERS}
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def schemas() -> list[etree._Element]:
    """Ours, since those that the protocol publishes would make every reader of the WSDL fetch more from the network."""
    plain = etree.XMLParser(remove_blank_text=True)
    found = [etree.fromstring((SCHEMAS / name).read_bytes(), plain) for name in ("identifiers.xsd", "xroad.xsd")]
    for schema in found:
        for imported in schema.iterchildren("{*}import"):
            imported.attrib.pop("schemaLocation")  # In the WSDL both stand side by side.
    return found


def entitle(root: etree._Element, told: Mapping[str, Mapping[str, Any]]) -> None:
    """Title and notes of each operation, in the words by which the catalogue of a hub finds them."""
    for operation in root.iterfind(f"{WSDL}portType/{WSDL}operation"):
        for old in operation.findall(f"{WSDL}documentation"):
            operation.remove(old)  # The docstring, which is for those who read the code.
        documentation = etree.Element(f"{WSDL}documentation")
        operation.insert(0, documentation)
        about = told[operation.get("name", "")]
        for name, message in (("title", about["title"]), ("notes", about["notes"])):
            for language in LANGUAGES if message else ():
                element = etree.SubElement(documentation, f"{{{NAMESPACE}}}{name}")
                element.set(XML_LANGUAGE, language)
                element.text = translate(language, message)
                if name == "notes" and about["until"]:
                    element.text += f" {translate(language, GOING, day=about['until'].isoformat())}"


def annotate(root: etree._Element) -> None:
    """The protocol is spoken over SOAP 1.1 alone; its headers are no duty of those who do not come by it."""
    (types,) = root.iterfind(f"{WSDL}types")
    types.extend(schemas())
    root.append(_message())
    for operation in root.iterfind(f"{WSDL}binding/{WSDL}operation"):
        marks = operation.find(f"{SOAP}operation")
        if marks is not None:
            version = etree.Element(f"{{{NAMESPACE}}}version")
            version.text = VERSION
            marks.addnext(version)
            for way in ("input", "output"):
                for part in operation.iterfind(f"{WSDL}{way}"):
                    part.extend(_headers())


def _message() -> etree._Element:
    message = etree.Element(f"{WSDL}message", name=MESSAGE)
    for name in PARTS:
        etree.SubElement(message, f"{WSDL}part", name=name, element=f"xrd:{name}")
    return message


def _headers() -> list[etree._Element]:
    common = {"use": "literal", "message": f"tns:{MESSAGE}"}
    return [etree.Element(f"{SOAP}header", {**common, "part": name}) for name in PARTS]
