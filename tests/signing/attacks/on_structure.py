"""Attacks on the structure of a signature: what is covered, what stands where, what XML allows besides."""

from copy import deepcopy

from lxml import etree

from signing.namespaces import clark
from tests.signing import forging
from tests.signing.attacks.corpus import FAILED, attack
from tests.signing.centre import Centre, sealed


@attack(FAILED, "FORMAT_FAILURE")
def no_reference_to_the_signed_properties(centre: Centre) -> bytes:
    def cut(info: str) -> str:
        return info[: info.index('<ds:Reference Type="')]

    return forging.misled(centre.signer(), cut)


@attack(FAILED, "FORMAT_FAILURE")
def signature_over_an_internal_root(centre: Centre) -> bytes:
    return forging.misled(centre.signer(), lambda info: info.replace('URI="declaration.xml"', 'URI="#S"'))


@attack(FAILED, "FORMAT_FAILURE")
def signature_over_an_empty_uri(centre: Centre) -> bytes:
    return forging.misled(centre.signer(), lambda info: info.replace('URI="declaration.xml"', 'URI=""'))


@attack(FAILED, "FORMAT_FAILURE")
def properties_of_another_type(centre: Centre) -> bytes:
    return forging.misled(
        centre.signer(), lambda info: info.replace("01903#SignedProperties", "01903#Countersignature")
    )


@attack(FAILED, "FORMAT_FAILURE")
def transform_on_a_file(centre: Centre) -> bytes:
    xslt = '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform></ds:Transforms>'
    return forging.misled(
        centre.signer(), lambda info: info.replace('URI="declaration.xml">', f'URI="declaration.xml">{xslt}')
    )


@attack(FAILED, "FORMAT_FAILURE")
def another_canonical_form(centre: Centre) -> bytes:
    def commented(info: str) -> str:
        method = "<ds:CanonicalizationMethod "
        return info.replace(
            f'{method}Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"',
            f'{method}Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"',
        )

    content = forging.entries(sealed(centre).to_bytes())
    return forging.packed({**content, forging.SIGNATURE: commented(content[forging.SIGNATURE].decode()).encode()})


@attack(FAILED, "FORMAT_FAILURE")
def duplicate_signed_properties(centre: Centre) -> bytes:
    def duplicate(root: etree._Element) -> None:
        qualifying = root[0][3][0]
        qualifying.insert(0, deepcopy(qualifying[0]))

    return forging.reshaped(sealed(centre).to_bytes(), duplicate)


@attack(FAILED, "FORMAT_FAILURE")
def signed_properties_moved_to_a_second_object(centre: Centre) -> bytes:
    def move(root: etree._Element) -> None:
        signature = root[0]
        genuine = deepcopy(signature[3])
        time = signature[3][0][0][0][0]
        assert time.tag == clark("xades:SigningTime")
        time.text = "2020-01-01T00:00:00Z"
        signature.append(genuine)

    return forging.reshaped(sealed(centre).to_bytes(), move)


@attack(FAILED, "FORMAT_FAILURE")
def nested_signature(centre: Centre) -> bytes:
    return forging.reshaped(sealed(centre).to_bytes(), lambda root: root[0][3].append(deepcopy(root[0])))


@attack(FAILED, "FORMAT_FAILURE")
def second_signature_in_one_file(centre: Centre) -> bytes:
    return forging.reshaped(sealed(centre).to_bytes(), lambda root: root.append(deepcopy(root[0])))


@attack(FAILED, "FORMAT_FAILURE")
def properties_for_another_target(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), 'Target="#S"', 'Target="#T"')


@attack(FAILED, "HASH_FAILURE")
def signing_time_changed(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "2026-11-20T08", "2026-11-20T07")


@attack(FAILED, "FORMAT_FAILURE")
def comment_in_a_digest(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "<ds:DigestValue>", "<ds:DigestValue><!-- -->")


@attack(FAILED, "FORMAT_FAILURE")
def doctype_with_an_entity(centre: Centre) -> bytes:
    start = "<asic:XAdESSignatures"
    return forging.rewritten(sealed(centre).to_bytes(), start, f'<!DOCTYPE a [<!ENTITY b "c">]>{start}')


@attack(FAILED, "FORMAT_FAILURE")
def comment_after_the_root(centre: Centre) -> bytes:
    end = "</asic:XAdESSignatures>"
    return forging.rewritten(sealed(centre).to_bytes(), end, f"{end}<!-- -->")


@attack(FAILED, "FORMAT_FAILURE")
def key_name_added(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>x</ds:KeyName>")


@attack(FAILED, "FORMAT_FAILURE")
def namespace_declared_inside(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "<ds:SignedInfo>", '<ds:SignedInfo xmlns:x="urn:x">')


@attack(FAILED, "FORMAT_FAILURE")
def xml_base_attribute(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), '<ds:Signature Id="S">', '<ds:Signature Id="S" xml:base="x">')


@attack(FAILED, "FORMAT_FAILURE")
def unknown_unsigned_property(centre: Centre) -> bytes:
    place = "<xades:UnsignedSignatureProperties>"
    added = f"{place}<xades:CounterSignature></xades:CounterSignature>"
    return forging.rewritten(sealed(centre).to_bytes(), place, added)
