"""What the time-stamps of a signature are made over."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from signing.algorithms import hash_named
from signing.base64_text import encoded
from signing.canonical import EXCLUSIVE, canonical
from signing.data_file import DataFile
from signing.namespaces import PREFIXES
from signing.xades_parts import Signature
from signing.xml_text import element, exclusive

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    from lxml.etree import _Element as Element


def signature_imprint(signature: Signature, algorithm: str, form: str = EXCLUSIVE) -> bytes:
    """Of the signature time-stamp: the canonical element ds:SignatureValue, tags and all."""
    return hashlib.new(hash_named(algorithm).name, canonical(signature.value_element, form)).digest()


def value_imprint(value: bytes, algorithm: str = "sha256") -> bytes:
    """The same of a signature that we write ourselves, by its value alone."""
    written = exclusive(element("ds:SignatureValue", encoded(value)), PREFIXES)
    return hashlib.new(hash_named(algorithm).name, written).digest()


def archive_hash(signature: Signature, files: Mapping[str, DataFile], algorithm: str) -> "Hash":
    """The beginning of every archive imprint: the files, in the order of the references. Large, therefore made once."""
    running = hashlib.new(hash_named(algorithm).name)
    for reference in signature.info.files:
        for chunk in files[reference.name].chunks():
            running.update(chunk)
    return running


def archive_imprint(signature: Signature, begun: "Hash", unsigned: Iterable["Element"], form: str = EXCLUSIVE) -> bytes:
    """Of an archive time-stamp: all that is signed, in the order of the references, then the signature itself, then
    the unsigned properties that stand before this time-stamp (EN 319 132-1, clause 5.5.2)."""
    running = begun.copy()
    # The last reference has a canonical form of its own.
    running.update(canonical(signature.properties_element, signature.info.properties_form))
    for part in (signature.info_element, signature.value_element, signature.key_info_element, *unsigned):
        running.update(canonical(part, form))
    return running.digest()
