"""The nearest that signxml does: a XAdES signature of level B-B, without time-stamp and answer on revocation."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.verification import Criticality, ExtensionPolicy
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.verifier import SignatureConfiguration
from signxml.xades.xades import XAdESSigner, XAdESVerifier

from bench import materials

# It asks for certificates that log in; those of our people only sign.
ANY_USE = ExtensionPolicy.permit_all().require_present(x509.KeyUsage, Criticality.CRITICAL, None)
REFERENCES = 3


def create(folder: Path) -> Callable[[int], bytes]:
    """It signs XML and nothing else, so that the scan stands in an element; half a megabyte as well."""
    (issuing,) = x509.load_pem_x509_certificates((folder / materials.ISSUING).read_bytes())
    keys: list[Any] = []
    chains = []
    documents = []
    for number in range(materials.OFFICERS):
        place = folder / str(number)
        keys.append(load_pem_private_key((place / materials.KEY).read_bytes(), None))
        chains.append([*x509.load_pem_x509_certificates((place / materials.CERTIFICATE).read_bytes()), issuing])
        text = b64encode(materials.scan(number))[: materials.SCAN_BYTES]
        documents.append(b"<Scan>%s</Scan>" % text)

    def work(number: int) -> bytes:
        signer = XAdESSigner(
            method=SignatureConstructionMethod.detached,
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
        )
        document = etree.fromstring(documents[number], etree.XMLParser(huge_tree=True))
        signature = signer.sign(document, key=keys[number], cert=chains[number], reference_uri="scan.xml")
        return etree.tostring(signature)

    return work


def check(folder: Path) -> Callable[[int], None]:
    """The digests, the signature value and the path of its certificate to the root."""
    places = [folder / str(number) for number in range(materials.OFFICERS)]
    signatures = [(place / materials.SIGNATURE).read_bytes() for place in places]
    names = (materials.DECLARATION, materials.SCAN)
    contents = [{name: (place / name).read_bytes() for name in names} for place in places]
    expected = SignatureConfiguration(expect_references=REFERENCES)

    def work(number: int) -> None:
        XAdESVerifier().verify(
            signatures[number],
            ca_pem_file=folder / materials.ROOT,
            ee_policy=ANY_USE,
            uri_resolver=contents[number].__getitem__,
            expect_config=expected,
        )

    return work
