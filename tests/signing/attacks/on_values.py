"""Attacks on the signature value, its algorithms and its certificate."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing import profiles
from signing.base64_text import decoded, encoded
from signing.certificates import to_der
from signing.container import new_container
from signing.signers.signer import signed
from signing.xml_algorithms import from_raw
from tests.signing import forging
from tests.signing.attacks.corpus import FAILED, UNDECIDED, attack
from tests.signing.centre import PERSON, START, Centre, files, rsa_key, sealed


@attack(FAILED, "SIG_CRYPTO_FAILURE")
def certificate_replaced_by_another_with_the_same_key(centre: Centre) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    person, officer = centre.signer(profiles.PERSON_SIGNING, PERSON, key), centre.signer(key=key)
    box = sealed(centre, person)
    swapped = signed(officer, files(), START).decode()
    certificates = [
        text.split("</ds:X509Certificate>")[0].split(">")[-1] for text in (box.signatures[0].xml.decode(), swapped)
    ]
    return forging.rewritten(box.to_bytes(), certificates[0], certificates[1])


@attack(FAILED, "SIG_CRYPTO_FAILURE")
def value_of_another_signature(centre: Centre) -> bytes:
    signer = centre.signer()
    other = _value(signed(signer, files("other"), START))
    box = new_container(files()).with_signature(signed(signer, files(), START))
    return forging.rewritten(box.to_bytes(), _value(box.signatures[0].xml), other)


def _value(xml: bytes) -> str:
    return xml.decode().split("<ds:SignatureValue>")[1].split("<")[0]


@attack(FAILED, "SIG_CRYPTO_FAILURE")
def value_in_der(centre: Centre) -> bytes:
    signer = centre.signer()
    box = sealed(centre, signer)
    value = _value(box.signatures[0].xml)
    key = signer.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return forging.rewritten(box.to_bytes(), value, encoded(from_raw(decoded(value), key)))


@attack(FAILED, "SIG_CRYPTO_FAILURE")
def value_of_zeros(centre: Centre) -> bytes:
    box = sealed(centre)
    return forging.rewritten(box.to_bytes(), _value(box.signatures[0].xml), "A" * 86 + "==")


@attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def sha1_digest(centre: Centre) -> bytes:
    sha1 = "http://www.w3.org/2000/09/xmldsig#sha1"
    return forging.misled(
        centre.signer(), lambda info: info.replace("http://www.w3.org/2001/04/xmlenc#sha256", sha1, 1)
    )


@attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def sha1_signature_method(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha1")


@attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def rsa_1024_leaf(centre: Centre) -> bytes:
    short, strong = centre.signer(key=rsa_key(1024)), centre.signer(key=rsa_key(2048))
    box = new_container(files()).with_signature(signed(strong, files(), START))
    certificates = [
        text.split("<ds:X509Certificate>")[1].split("<")[0]
        for text in (box.signatures[0].xml.decode(), _certificate_text(short.certificate))
    ]
    return forging.rewritten(box.to_bytes(), certificates[0], certificates[1])


def _certificate_text(certificate: x509.Certificate) -> str:
    return f"<ds:X509Certificate>{encoded(to_der(certificate))}<"


@attack(FAILED, "SIG_CRYPTO_FAILURE")
def method_for_another_kind_of_key(centre: Centre) -> bytes:
    return forging.rewritten(sealed(centre).to_bytes(), "xmldsig-more#ecdsa-sha256", "xmldsig-more#rsa-sha256")
