"""WS-Security: whose signature stands over the body and the time of a message. One narrow form; the rest is refused."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Never

from cryptography import x509
from lxml import etree

from app.core.errors import N_, NotAllowed
from signing.algorithms import hash_named
from signing.base64_text import decoded
from signing.certificates import load, public_key, to_der
from signing.errors import SigningError
from signing.xml_algorithms import digest_named, method_named, verify_value

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
X509 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ID = f"{{{WSU}}}Id"
SECURITY = f"{{{WSSE}}}Security"
WINDOW = timedelta(minutes=5)
MOST_REFERENCES = 16

Element = etree._Element


class _Broken(Exception):
    """The header is not in the form that is accepted; the word goes to the log and to nobody else."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose certificate signed, and what tells this message from every other as long as it could be taken."""

    certificate: x509.Certificate
    sha256: str
    digest: str
    until: datetime
    covered: tuple[Element, ...]


def read_signature(envelope: Element, headers: Iterable[Element], now: datetime) -> Signed | None:
    """None where the message carries no such header. One that proves nothing is refused, not passed over."""
    found = [block for block in headers if block.tag == SECURITY]
    if not found:
        return None
    try:
        return _examine(envelope, found, now)
    except (_Broken, SigningError, ValueError):
        message = N_("Mesajın imzası (WS-Security) qəbul edilmir: forması, vaxtı, alqoritmi və ya dəyəri düzgün deyil.")
        raise NotAllowed("security.signature", message) from None


def _examine(envelope: Element, found: list[Element], now: datetime) -> Signed:
    (security,) = found if len(found) == 1 else _broken("several headers")
    token = _only(security, f"{{{WSSE}}}BinarySecurityToken")
    stamp = _only(security, f"{{{WSU}}}Timestamp")
    signature = _only(security, f"{{{DS}}}Signature")
    if sum(1 for _ in envelope.iter(f"{{{DS}}}Signature")) != 1:
        _broken("several signatures")
    certificate = _certificate(token)
    info = _only(signature, f"{{{DS}}}SignedInfo")
    _check_key(signature, token)
    value = decoded(_text(_only(signature, f"{{{DS}}}SignatureValue")))
    _check_value(info, certificate, value)
    covered = _covered(envelope, info)
    if envelope[-1] not in covered or stamp not in covered:
        _broken("the body or the time is not signed")
    until = _check_time(stamp, now)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        _broken("the certificate is not valid now")
    digest = hashlib.sha256(value).hexdigest()
    return Signed(certificate, hashlib.sha256(to_der(certificate)).hexdigest(), digest, until, tuple(covered))


def _certificate(token: Element) -> x509.Certificate:
    if token.get("ValueType") != X509:
        _broken("the token is no certificate")
    return load(decoded(_text(token)))


def _check_key(signature: Element, token: Element) -> None:
    """The key is that of the one token, and said to be so."""
    reference = _only(
        _only(_only(signature, f"{{{DS}}}KeyInfo"), f"{{{WSSE}}}SecurityTokenReference"), f"{{{WSSE}}}Reference"
    )
    if not token.get(ID) or reference.get("URI") != f"#{token.get(ID)}":
        _broken("the key is not that of the token")


def _check_value(info: Element, certificate: x509.Certificate, value: bytes) -> None:
    method = method_named(_only(info, f"{{{DS}}}SignatureMethod").get("Algorithm", ""))
    canonical = _canonical(info, _only(info, f"{{{DS}}}CanonicalizationMethod"))
    verify_value(public_key(certificate), value, canonical, method)


def _covered(envelope: Element, info: Element) -> list[Element]:
    """The elements whose digests are right; each is the only one in the message that has its id."""
    references = info.findall(f"{{{DS}}}Reference")
    if not 1 <= len(references) <= MOST_REFERENCES:
        _broken("too many references")
    ids: dict[str, Element] = {}
    for element in envelope.iter():
        for name, identifier in element.attrib.items():
            if etree.QName(name).localname.lower() == "id":
                if identifier in ids:
                    _broken("an id stands twice")
                ids[str(identifier)] = element
    return [_digested(reference, ids) for reference in references]


def _digested(reference: Element, ids: dict[str, Element]) -> Element:
    uri = reference.get("URI", "")
    element = ids.get(uri.removeprefix("#")) if uri.startswith("#") else None
    if element is None or element.get(ID) is None:
        _broken("a reference leads nowhere")
    transform = _only(_only(reference, f"{{{DS}}}Transforms"), f"{{{DS}}}Transform")
    digest = hash_named(digest_named(_only(reference, f"{{{DS}}}DigestMethod").get("Algorithm", "")))
    said = decoded(_text(_only(reference, f"{{{DS}}}DigestValue")))
    if hashlib.new(digest.name, _canonical(element, transform)).digest() != said:
        _broken("a digest differs")
    return element


def _canonical(element: Element, method: Element) -> bytes:
    """Exclusive canonicalisation is the only transform there is; a list of prefixes may come with it."""
    if method.get("Algorithm") != EXCLUSIVE:
        _broken("a transform is not accepted")
    prefixes: list[str] = []
    for child in method:
        if child.tag != f"{{{EXCLUSIVE}}}InclusiveNamespaces" or len(method) > 1:
            _broken("a transform has more to it than is known")
        prefixes = [prefix for prefix in child.get("PrefixList", "").split() if prefix != "#default"]
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes or None
    )


def _check_time(stamp: Element, now: datetime) -> datetime:
    """Neither older nor younger than the window; gives the moment from which it is refused by itself."""
    created = _instant(_only(stamp, f"{{{WSU}}}Created"))
    expires = _instant(_only(stamp, f"{{{WSU}}}Expires")) if len(stamp) > 1 else created + WINDOW
    if abs(now - created) > WINDOW or now >= expires:
        _broken("the time is not now")
    return created + WINDOW


def _instant(element: Element) -> datetime:
    moment = datetime.fromisoformat(_text(element))
    if moment.tzinfo is None:
        _broken("a time without a zone")
    return moment.astimezone(UTC)


def _only(parent: Element, tag: str) -> Element:
    found = parent.findall(tag)
    if len(found) != 1:
        _broken(f"not one {etree.QName(tag).localname}")
    return found[0]


def _text(element: Element) -> str:
    if len(element):
        _broken("elements where a value should be")
    return "".join((element.text or "").split())


def _broken(what: str) -> Never:
    raise _Broken(what)
