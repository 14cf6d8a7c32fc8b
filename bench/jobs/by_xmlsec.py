"""The nearest that python-xmlsec does: an XML signature over the same files, and no word of XAdES.

Runs in the peers' own environment, without the library. It reads the files from their folder.
"""

import os
from collections.abc import Callable
from pathlib import Path

import xmlsec
from lxml import etree

from bench.once import TIMES

SIGNATURE, FILES = "META-INF/signatures0.xml", ("declaration.xml", "documents/scan.pdf")
PROPERTIES = ".//{http://uri.etsi.org/01903/v1.3.2#}SignedProperties"


def create(folder: Path) -> Callable[[int], bytes]:
    keys = []
    for number in range(TIMES):
        key = xmlsec.Key.from_file(str(folder / str(number) / "key.pem"), xmlsec.constants.KeyDataFormatPem)
        key.load_cert_from_file(str(folder / str(number) / "certificate.pem"), xmlsec.constants.KeyDataFormatPem)
        keys.append(key)

    def work(number: int) -> bytes:
        os.chdir(folder / str(number))
        kinds = xmlsec.constants
        root = etree.Element("Signatures")
        draft = xmlsec.template.create(root, kinds.TransformExclC14N, kinds.TransformEcdsaSha256, ns="ds")
        root.append(draft)
        for name in FILES:
            xmlsec.template.add_reference(draft, kinds.TransformSha256, uri=name)
        known = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(draft))
        xmlsec.template.x509_data_add_certificate(known)
        context = xmlsec.SignatureContext()
        context.key = keys[number]
        context.sign(draft)
        return etree.tostring(root)

    return work


def check(folder: Path) -> Callable[[int], None]:
    """The digests, the signature value and the path of its certificate to the root, which is loaded once."""
    trusted = xmlsec.KeysManager()
    root = str(folder / "root.pem")
    trusted.load_cert(root, xmlsec.constants.KeyDataFormatPem, xmlsec.constants.KeyDataTypeTrusted)
    signatures = [(folder / str(number) / SIGNATURE).read_bytes() for number in range(TIMES)]

    def work(number: int) -> None:
        os.chdir(folder / str(number))
        tree = etree.fromstring(signatures[number])
        context = xmlsec.SignatureContext(trusted)
        context.register_id(tree.find(PROPERTIES), "Id")
        context.verify(xmlsec.tree.find_node(tree, xmlsec.constants.NodeSignature))

    return work
