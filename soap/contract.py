"""The contract in its one form: Spyne's WSDL put in order, and the schema in it, by which messages are checked."""

import copy
import re
import threading
from collections.abc import Sequence
from typing import Any

from lxml import etree
from spyne import Application
from spyne.interface.wsdl import Wsdl11

from app.core.errors import N_, Invalid
from soap import xroad_contract
from soap.versions import NAMESPACE, SOAP_1_1, VERSIONS, Version

NAME = "EGomruk"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
PREFIXES = {
    "wsdl": WSDL[1:-1],
    "xs": SCHEMA[1:-1],
    "soap": VERSIONS[0].wsdl_namespace,
    "soap12": VERSIONS[1].wsdl_namespace,
    "tns": NAMESPACE,
    **xroad_contract.PREFIXES,
}
# Spyne's own order follows addresses in memory and would differ from process to process.
PARTS = [WSDL + name for name in ("types", "message", "portType", "binding", "service")]
SCHEMA_PARTS = [SCHEMA + name for name in ("import", "simpleType", "complexType", "element")]


def describe(application: Application, address: str, versions: Sequence[Version] = VERSIONS) -> bytes:
    """The WSDL with a binding and a port for each version, all at one address."""
    made = Wsdl11(application.interface)
    made.build_interface_document(address)
    drawn = etree.fromstring(made.get_interface_document())
    root = etree.Element(drawn.tag, {"name": NAME, "targetNamespace": NAMESPACE}, nsmap=PREFIXES)
    root.extend(part for part in drawn if part.tag in PARTS[:3])
    (binding,) = drawn.iterchildren(f"{WSDL}binding")
    root.extend(_binding_in(binding, version) for version in versions)
    root.append(_service(versions, address))
    xroad_contract.entitle(root, {method.name: method.udd for method in methods(application)})
    if SOAP_1_1 in versions:
        xroad_contract.annotate(root)
    _put_in_order(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def methods(application: Application) -> list[Any]:
    """All operations, as Spyne describes them, by their names."""
    found = [found[0] for found in application.interface.service_method_map.values()]
    return sorted(found, key=lambda method: str(method.name))


def _binding_in(binding: etree._Element, version: Version) -> etree._Element:
    """The binding for SOAP 1.1, as Spyne made it, in the words of the version."""
    changed = copy.deepcopy(binding)
    changed.set("name", _name(version))
    for element in changed.iter(f"{{{SOAP_1_1.wsdl_namespace}}}*"):
        element.tag = f"{{{version.wsdl_namespace}}}{etree.QName(element).localname}"
    return changed


def _name(version: Version) -> str:
    """Of the binding and of its port."""
    return f"{NAME}Soap{version.number.replace('.', '')}"


def _service(versions: Sequence[Version], address: str) -> etree._Element:
    service = etree.Element(f"{WSDL}service", name=NAME)
    for version in versions:
        port = etree.SubElement(service, f"{WSDL}port", name=_name(version), binding=f"tns:{_name(version)}")
        etree.SubElement(port, f"{{{version.wsdl_namespace}}}address", location=address)
    return service


def _put_in_order(root: etree._Element) -> None:
    root[:] = sorted(root, key=lambda part: (PARTS.index(part.tag), part.get("name", "")))
    for schema in root.iter(f"{SCHEMA}schema"):
        schema[:] = sorted(schema, key=lambda part: (SCHEMA_PARTS.index(part.tag), part.get("name", "")))
    for part in (*root.iter(f"{WSDL}portType"), *root.iter(f"{WSDL}binding")):
        part[:] = sorted(part, key=lambda child: (child.tag == f"{WSDL}operation", child.get("name", "")))
    for operation in root.iter(f"{WSDL}operation"):
        operation.attrib.pop("parameterOrder", "")  # It means something in RPC style alone.
    etree.cleanup_namespaces(root, top_nsmap=PREFIXES, keep_ns_prefixes=["tns", "xs", *xroad_contract.PREFIXES])


class Schema:
    """The schema of the WSDL, compiled once for each thread.

    What is wrong with a message is kept in the compiled schema, where other threads would read a stranger's values.
    """

    def __init__(self, wsdl: bytes) -> None:
        (schema,) = etree.fromstring(wsdl).iterfind(f".//{SCHEMA}schema[@targetNamespace='{NAMESPACE}']")
        self._source = etree.tostring(schema)
        self._compiling = threading.Lock()
        self._local = threading.local()

    def check(self, message: etree._Element) -> None:
        compiled = self._of_this_thread()
        if not compiled.validate(message):
            errors: Any = compiled.error_log
            first = errors[0]
            raise Invalid(
                _rule(first.type_name),
                N_("Mesaj xidmətin təsvirinə (WSDL) uyğun deyil: «{element}» elementini yoxlayın."),
                field=_element(first.message),
                element=_element(first.message),
            )

    def _of_this_thread(self) -> etree.XMLSchema:
        if not hasattr(self._local, "compiled"):
            with self._compiling:
                self._local.compiled = etree.XMLSchema(etree.fromstring(self._source))
        compiled: etree.XMLSchema = self._local.compiled
        return compiled


def _rule(name: str) -> str:
    """`SCHEMAV_CVC_ENUMERATION_VALID` is told as `schema.enumeration_valid`."""
    return "schema." + name.removeprefix("SCHEMAV_").removeprefix("CVC_").lower()


def _element(words: str) -> str:
    """The name of the element, and never the value, out of libxml2's words about it."""
    found = re.match(r"Element '(?:\{[^}]*\})?([^']{1,100})", words)
    return found[1] if found else "?"
