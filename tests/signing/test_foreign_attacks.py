"""Attacks on containers in the form of other tools: what means something else is refused as in our own form."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from signing.profiles import Role
from signing.verify import verify
from tests.signing.attacks import on_files, on_signers, on_structure, on_times, on_values
from tests.signing.attacks.corpus import ATTACKS
from tests.signing.centre import Centre
from tests.signing.foreign_boxes import (
    MALFORMED,
    OLD,
    PASSED,
    SERVER,
    TOLERANT,
    answer,
    finished,
    judged,
    maker,
)
from tests.signing.foreign_maker import Layout, Maker

CORPUS = (on_files, on_structure, on_values, on_signers, on_times)


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


# A spare certificate is carried by many tools, a broken one by some; it proves nothing for or against.
HARMLESS = {"certificate_that_nobody_needs", "changed_certificate_in_a_time_stamp"}
# Refused for another reason where the form itself is no reason.
OTHERWISE = {"another_canonical_form": ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE")}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_gets_its_right_answer_in_foreign_form_too(centre: Centre, name: str) -> None:
    case = ATTACKS[name]
    policy = replace(TOLERANT, roles=frozenset({Role.OFFICER}))
    report = verify(case.forge(centre), centre.trust, policy, centre.clock.now())
    expected = PASSED if name in HARMLESS else OTHERWISE.get(name, (case.indication, case.sub_indication))
    assert answer(report) == expected, report.decisive


def test_corpus_is_whole() -> None:
    assert {case.forge.__module__ for case in ATTACKS.values()} == {module.__name__ for module in CORPUS}


def text_attack(old: str, new: str) -> Callable[[Maker, bytes], bytes]:
    def forge(tool: Maker, xml: bytes) -> bytes:
        assert old.encode() in xml
        return tool.packed(xml.replace(old.encode(), new.encode(), 1))

    return forge


def signed_attack(change: Callable[[etree._Element], None]) -> Callable[[Maker, bytes], bytes]:
    """The signer himself signs what no signature may cover."""

    class Misled(Maker):
        def _draft(self) -> str:
            root = etree.fromstring(super()._draft())
            change(root)
            return etree.tostring(root, encoding="unicode")

    def forge(tool: Maker, _: bytes) -> bytes:
        misled = Misled(tool.layout, tool.files, tool.certificate, tool.key, tool.at)
        return misled.packed(misled.text(misled.signature()))

    return forge


def _reference(root: etree._Element, number: int = 0) -> etree._Element:
    return root[0][0].findall("{*}Reference")[number]


def _named(uri: str) -> Callable[[etree._Element], None]:
    return lambda root: _reference(root, 1).set("URI", uri)


def _transformed(number: int, *algorithms: str, parameter: str = "") -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        steps = "".join(f"<ds:Transform Algorithm='{one}'>{parameter}</ds:Transform>" for one in algorithms)
        reference = _reference(root, number)
        for old in reference.findall("{*}Transforms"):
            reference.remove(old)
        uri = "http://www.w3.org/2000/09/xmldsig#"
        reference.insert(0, etree.fromstring(f"<ds:Transforms xmlns:ds='{uri}'>{steps}</ds:Transforms>"))

    return change


EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
BASE64 = "http://www.w3.org/2000/09/xmldsig#base64"
COMMENTS = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
PREFIXES = f"<x:InclusiveNamespaces xmlns:x='{EXCLUSIVE}' PrefixList='ds'/>"


def _drop_properties(root: etree._Element) -> None:
    root[0][0].remove(_reference(root, -1))


def _properties_first(root: etree._Element) -> None:
    _reference(root, 0).addprevious(_reference(root, -1))


def _second_target(root: etree._Element) -> None:
    _reference(root, 1).set("URI", "Declaration.xml".lower().replace("d", "%64", 1))
    _reference(root, 0).set("URI", "declaration.xml")


def _with_policy(root: etree._Element) -> None:
    signed = root[0][3][0][0][0]
    name = "{http://uri.etsi.org/01903/v1.3.2#}"
    policy = etree.SubElement(signed, f"{name}SignaturePolicyIdentifier")
    etree.SubElement(policy, f"{name}SignaturePolicyImplied")


SIGNED: dict[str, Callable[[etree._Element], None]] = {
    "no properties": _drop_properties,
    "properties first": _properties_first,
    "one file twice": _second_target,
    "a policy of its own": _with_policy,
    "upwards": _named("../declaration.xml"),
    "upwards, encoded": _named("%2e%2e/declaration.xml"),
    "absolute": _named("/declaration.xml"),
    "another machine": _named("http://example.com/declaration.xml"),
    "a file of this machine": _named("file:///etc/hosts"),
    "itself": _named(""),
    "an Id": _named("#S0"),
    "a part": _named("declaration.xml#part"),
    "a question": _named("declaration.xml?part"),
    "bad percent": _named("declaration.xml%"),
    "bad UTF-8": _named("%ff.xml"),
    "overlong UTF-8": _named("%c0%ae%c0%ae/declaration.xml"),
    "a null": _named("declaration.xml%00"),
    "turned around": _named("declaration%E2%80%AExml"),
    "XSLT on a file": _transformed(1, XSLT),
    "Base64 on a file": _transformed(1, BASE64),
    "canonical form of a file": _transformed(1, EXCLUSIVE),
    "two steps": _transformed(-1, ENVELOPED, EXCLUSIVE),
    "enveloped": _transformed(-1, ENVELOPED),
    "with comments": _transformed(-1, COMMENTS),
    "with prefixes": _transformed(-1, EXCLUSIVE, parameter=PREFIXES),
}


@pytest.mark.parametrize("name", SIGNED)
def test_signature_over_something_else_is_malformed(centre: Centre, name: str) -> None:
    tool = maker(centre, SERVER)
    report = judged(signed_attack(SIGNED[name])(tool, b""), centre)
    assert answer(report) == MALFORMED, report.decisive


CHANGED = {
    "comment": ("<ds:DigestValue>", "<ds:DigestValue><!-- -->"),
    "entity": ("<ds:Signature ", '<!DOCTYPE a [<!ENTITY b "c">]><ds:Signature '),
    "CDATA": ("<ds:X509Certificate>", "<ds:X509Certificate><![CDATA[]]>"),
    "instruction": ("<ds:Object>", "<ds:Object><?a b?>"),
    "xml:base": ("<ds:SignedInfo>", '<ds:SignedInfo xml:base="http://example.com/">'),
    "key value": ("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue/>"),
    "reference to a key": ("<ds:X509Data>", '<ds:RetrievalMethod URI="#S0"/><ds:X509Data>'),
    "second object": ("<ds:Object>", "<ds:Object/><ds:Object>"),
    "text between": ("<ds:SignedInfo>", "<ds:SignedInfo>text"),
    "no-break space between": ("<ds:SignedInfo>", "<ds:SignedInfo>\u00a0"),
    "Id twice": ('Id="S0-SIG"', 'Id="S0"'),
    "another Id": ("<ds:KeyInfo>", '<ds:KeyInfo ID="S0">'),
    "another target": ('Target="#S0"', 'Target="#S1"'),
    "another namespace": ("<ds:KeyInfo>", '<ds:KeyInfo xmlns:x="urn:x">'),
    "hidden namespace": ("<ds:KeyInfo>", '<ds:KeyInfo xmlns:x="&#117;rn:x">'),
    "method with comments": (EXCLUSIVE, COMMENTS),
    "counter signature": ("<xades:SignatureTimeStamp ", "<xades:CounterSignature/><xades:SignatureTimeStamp "),
    "two tokens": ("</xades:SignatureTimeStamp>", "<xades:EncapsulatedTimeStamp/></xades:SignatureTimeStamp>"),
    "another encoding": ("<xades:EncapsulatedOCSPValue ", '<xades:EncapsulatedOCSPValue Encoding="urn:x" '),
    "time without zone": ("00Z</xades:SigningTime>", "00</xades:SigningTime>"),
    "time of another form": ("2026-11-20T", "2026-W47-5T"),
    "day that is none": ("2026-11-20T", "2026-11-31T"),
    "number of another certificate": ("<ds:X509SerialNumber>", "<ds:X509SerialNumber>a"),
    "long number": ("<ds:X509SerialNumber>", f"<ds:X509SerialNumber>{'1' * 70}"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_structure_that_no_tool_writes_is_malformed(centre: Centre, name: str) -> None:
    tool = maker(centre, SERVER)
    report = judged(text_attack(*CHANGED[name])(tool, finished(centre, tool)), centre)
    assert answer(report) == MALFORMED, report.decisive


def test_signer_who_names_another_number_is_not_believed(centre: Centre) -> None:
    def change(root: etree._Element) -> None:
        next(root.iter("{*}X509SerialNumber")).text = "7"

    report = judged(signed_attack(change)(maker(centre, SERVER), b""), centre)
    assert answer(report) == ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE")


@pytest.mark.parametrize("layout", [OLD, SERVER], ids=lambda layout: layout.name)
@pytest.mark.parametrize(
    ("old", "new"), [("Direktor", "Nazir"), ("2026-11-20T08", "2026-11-20T07"), ("text/plain", "text/html")]
)
def test_claims_are_covered_by_the_signature(centre: Centre, layout: Layout, old: str, new: str) -> None:
    tool = maker(centre, replace(layout, claims=OLD.claims))
    tool.kinds = {**tool.kinds, "xml": "text/plain"}
    xml = finished(centre, tool).replace(old.encode(), new.encode())
    assert answer(judged(tool.packed(xml), centre)) == ("TOTAL-FAILED", "HASH_FAILURE")


@pytest.mark.parametrize("form", ["http://www.w3.org/TR/2001/REC-xml-c14n-20010315", EXCLUSIVE])
def test_another_form_than_the_signed_one_is_another_signature(centre: Centre, form: str) -> None:
    tool = maker(centre, OLD)
    xml = finished(centre, tool).replace(OLD.canonicalization.encode(), form.encode(), 1)
    assert answer(judged(tool.packed(xml), centre)) == ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE")
