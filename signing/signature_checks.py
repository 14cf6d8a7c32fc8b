"""Checks of the signature itself: its structure, its algorithms, what it covers, and its value.

Each raises a SigningError or gives the facts that its line in the report tells.
"""

from signing.algorithms import hash_named
from signing.canonical import canonical
from signing.certificates import load, public_key, to_der
from signing.errors import DigestMismatch, InvalidSignature, Malformed, SigningError
from signing.examination import Examination
from signing.xades_parts import Digest, FileReference
from signing.xml_algorithms import digest_named, method_named, verify_value

Facts = dict[str, str]


class DataMissing(SigningError):
    """A file that was signed is not there."""

    sub_indication = "SIGNED_DATA_NOT_FOUND"


def structure(case: Examination) -> Facts:
    case.signature = case.policy.form.signature(case.file.xml)
    case.certificate, *others = map(load, (*case.signature.certificates, *case.signature.added_certificates))
    case.known = tuple(others)
    return {}


def algorithms(case: Examination) -> Facts:
    info = case.signature.info
    method = method_named(info.method)
    every = (info.properties_digest, case.signature.properties.certificate_digest, *(one.digest for one in info.files))
    for digest in every:
        digest_named(digest.algorithm)
    case.key = public_key(case.certificate)
    return {"method": method.uri.rpartition("#")[2], "bits": str(case.key.key_size)}


def files(case: Examination) -> Facts:
    """The files that are there are exactly the files that were signed, byte for byte."""
    signature = case.signature
    properties = canonical(signature.properties_element, signature.info.properties_form)
    _check(signature.info.properties_digest, properties, "the signed properties were changed")
    for reference in signature.info.files:
        _check_file(reference, case)
    if extra := sorted(case.files.keys() - signature.media_types.keys()):
        raise Malformed(f"{extra[0]} is not covered by the signature")
    if signature.media_types != {file.name: file.media_type for file in case.container.files}:
        raise Malformed("the manifest names other kinds of files than the signature")
    return {"count": str(len(signature.info.files))}


def _check_file(reference: FileReference, case: Examination) -> None:
    file = case.files.get(reference.name)
    if file is None:
        raise DataMissing(f"{reference.name} is missing")
    if file.digest(digest_named(reference.digest.algorithm)) != reference.digest.value:
        raise DigestMismatch(f"{reference.name} was changed")


def binding(case: Examination) -> Facts:
    """The certificate is the one that the signer named: another one with the same key is another statement."""
    named = case.signature.properties.certificate_digest
    if _digest(named, to_der(case.certificate)) != named.value or not _is_numbered(case):
        raise InvalidSignature("the certificate is not the one that was signed")
    return {}


def _is_numbered(case: Examination) -> bool:
    return case.signature.properties.certificate_serial in {None, case.certificate.serial_number}


def value(case: Examination) -> Facts:
    signature = case.signature
    signed = canonical(signature.info_element, signature.info.form)
    verify_value(case.key, signature.value, signed, method_named(signature.info.method))
    return {}


def _check(digest: Digest, data: bytes, message: str) -> None:
    if _digest(digest, data) != digest.value:
        raise DigestMismatch(message)


def _digest(digest: Digest, data: bytes) -> bytes:
    return hash_named(digest_named(digest.algorithm)).digest(data)
