"""Making containers: two steps for a key that is elsewhere, several signers, names, and what is refused."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from signing import profiles
from signing.canonical import EXCLUSIVE, canonical, is_canonical, parse
from signing.container import new_container, open_container
from signing.data_file import data_file
from signing.errors import InvalidSignature, Malformed, Refused, Untrusted
from signing.file_names import plain_name
from signing.imprints import signature_imprint, value_imprint
from signing.sealing import completed, lasting, seal
from signing.signers.pkcs12 import KeyFile, open_key_file
from signing.signers.signer import signed
from signing.verify import verify
from signing.xades_create import complete, prepare, prepared_from
from signing.xades_read import read_signature
from tests.signing.centre import PERSON, START, Centre, files, rsa_key, sealed


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


class Recorded:
    """A signer, a time-stamp unit and a responder that give again what they gave to the same question."""

    def __init__(self, signer: KeyFile, centre: Centre) -> None:
        self.certificate, self.chain = signer.certificate, signer.chain
        self.sign = cache(signer.sign)
        self.response = cache(centre.ocsp.response)
        self.lists = cache(centre.lists)
        self._token = cache(centre.tsa.token)

    def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        return self._token(digest, algorithm)


def test_key_elsewhere_signs_in_two_steps(centre: Centre) -> None:
    """Only bytes are kept between the steps, as a portal keeps them while a phone rings."""
    signer = centre.signer(profiles.PERSON_SIGNING, PERSON)
    kept = prepare(signer.certificate, files(), START, signer.chain).xml
    again = prepared_from(kept)
    value = signer.sign(again.digest, again.hash_name)
    box = new_container(files()).with_signature(lasting(complete(again, value), centre.services))
    assert verify(box.to_bytes(), centre.trust, at=START).is_valid


def test_preparing_twice_gives_the_same_bytes(centre: Centre) -> None:
    signer = centre.signer()
    assert prepare(signer.certificate, files(), START) == prepare(signer.certificate, files(), START)


def test_value_of_another_key_is_refused_at_once(centre: Centre) -> None:
    one, other = centre.signer(), centre.signer()
    prepared = prepare(one.certificate, files(), START)
    with pytest.raises(InvalidSignature):
        complete(prepared, other.sign(prepared.digest, prepared.hash_name))


def test_signature_that_has_its_value_is_not_given_another(centre: Centre) -> None:
    signer = centre.signer()
    finished = prepared_from(signed(signer, files(), START))
    with pytest.raises(Malformed):
        complete(finished, signer.sign(finished.digest, finished.hash_name))


@pytest.mark.parametrize("length", [0, 63, 65, 96])
def test_value_of_wrong_width_is_refused(centre: Centre, length: int) -> None:
    prepared = prepare(centre.signer().certificate, files(), START)
    with pytest.raises(InvalidSignature):
        complete(prepared, bytes(length))


def test_file_changed_between_the_steps_is_found(centre: Centre) -> None:
    """What was shown is what is signed: another file afterwards does not fit the signature."""
    signer = centre.signer()
    xml = signed(signer, files(), START)
    box = new_container(files("26AZ00100999999")).with_signature(lasting(xml, centre.services))
    report = verify(box.to_bytes(), centre.trust, at=START)
    assert report.sub_indication == "HASH_FAILURE"


def test_claimed_time_is_written_in_utc(centre: Centre) -> None:
    local = datetime(2026, 11, 20, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=4)))
    xml = signed(centre.signer(), files(), local)
    assert read_signature(xml).properties.claimed_time == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_signature_file_is_its_own_canonical_form(centre: Centre) -> None:
    xml = sealed(centre).signatures[0].xml
    assert is_canonical(xml, parse(xml))
    assert xml.startswith(b"<asic:XAdESSignatures ")


def test_what_is_digested_is_canonical_though_no_canonicaliser_wrote_it(centre: Centre) -> None:
    """lxml agrees with our writer, also over letters that XML must escape."""
    signer = centre.signer()
    payload = [*files(), data_file("a.txt", b"text", 'text/plain; note="<&>\r\n\t"')]
    signature = read_signature(signed(signer, payload, START))
    prepared = prepare(signer.certificate, payload, START, signer.chain)
    assert prepared.to_be_signed == canonical(signature.info_element, EXCLUSIVE)
    properties = hashlib.sha256(canonical(signature.properties_element, EXCLUSIVE)).digest()
    assert signature.info.properties_digest.value == properties
    assert value_imprint(signature.value) == signature_imprint(signature, "sha256")


def test_sealing_in_one_go_gives_the_bytes_of_every_step_by_itself(centre: Centre) -> None:
    """It reads nothing of what it has just written; with the same signatures the other way ends at the same file."""
    told = Recorded(centre.signer(), centre)
    services = replace(centre.services, tsa=told, ocsp=told, lists=told)
    in_one_go = seal(files(), told, services).signatures[0].xml
    assert lasting(signed(told, files(), START), services) == in_one_go


def test_extending_leaves_what_was_signed_untouched(centre: Centre) -> None:
    basic = signed(centre.signer(), files(), START)
    end = basic.index(b"</xades:QualifyingProperties>")
    assert lasting(basic, centre.services).startswith(basic[:end])


def test_container_survives_reading_and_writing(centre: Centre) -> None:
    data = sealed(centre).to_bytes()
    assert open_container(data).to_bytes() == data


def test_officer_signs_a_container_in_a_container(centre: Centre) -> None:
    inner = sealed(centre, centre.signer(profiles.PERSON_SIGNING, PERSON)).to_bytes()
    outer = sealed(
        centre, payload=[data_file("declarant.asice", inner), data_file("decision.xml", b"<Decision></Decision>")]
    )
    report = verify(outer.to_bytes(), centre.trust, at=START)
    assert report.is_valid
    assert [file.media_type for file in report.files] == ["application/vnd.etsi.asic-e+zip", "application/xml"]
    assert verify(open_container(outer.to_bytes()).files[0].content, centre.trust, at=START).is_valid


def test_text_that_xml_must_escape_is_signed_as_it_is(centre: Centre) -> None:
    kind = 'text/plain; note="<&>"'
    box = sealed(centre, payload=[data_file("a.txt", b"text", kind)])
    report = verify(box.to_bytes(), centre.trust, at=START)
    assert report.is_valid
    assert report.files[0].media_type == kind


@pytest.mark.parametrize(
    "name",
    ["", "mimetype", "META-INF/x.xml", "meta-inf/x", "../a", "/a", "a//b", "a/", "ə.xml", "a b", "a" * 201, ".a"],
)
def test_names_that_systems_read_differently_are_refused(name: str) -> None:
    with pytest.raises(Malformed):
        data_file(name, b"")


def test_container_without_files_or_with_equal_names_is_refused() -> None:
    with pytest.raises(Malformed):
        new_container([])
    with pytest.raises(Malformed):
        new_container([data_file("a.xml", b""), data_file("A.xml", b"")])


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("Müqavilə №1.PDF", "muqavile-no1.pdf"),
        ("Şəkil (İlkin).png", "sekil-ilkin.png"),
        ("../../etc/passwd", "file.etc-passwd"),
        ("имя.txt", "file.txt"),
        ("…", "file"),
    ],
)
def test_names_from_people_become_plain(given: str, plain: str) -> None:
    assert plain_name(given) == plain


def test_time_stamp_needs_the_authority_of_the_signer(centre: Centre) -> None:
    alone = replace(centre.signer(), chain=())
    with pytest.raises(Untrusted):
        lasting(signed(alone, files(), START), centre.services)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_key_file_signs(centre: Centre, kind: str) -> None:
    key = rsa_key(2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())
    certificate = centre.issue(profiles.OFFICER, PERSON, key)
    authorities = [centre.issuing, centre.root]
    data = pkcs12.serialize_key_and_certificates(b"", key, certificate, authorities, BestAvailableEncryption(b"sirr"))
    signer = open_key_file(data, "sirr")
    assert signer.chain == (centre.issuing,)
    assert verify(sealed(centre, signer).to_bytes(), centre.trust, at=START).is_valid
    assert "PrivateKey" not in repr(signer)
    with pytest.raises(Refused):
        open_key_file(data, "yanlış")


def test_key_file_without_a_key_or_of_other_bytes_is_refused(centre: Centre) -> None:
    empty = pkcs12.serialize_key_and_certificates(b"", None, centre.root, None, BestAvailableEncryption(b"sirr"))
    with pytest.raises(Malformed):
        open_key_file(empty, "sirr")
    with pytest.raises(Refused):
        open_key_file(b"not a key file", "sirr")
    with pytest.raises(Malformed):
        open_key_file(bytes(2 << 20), "sirr")


def test_container_that_came_back_is_compared_and_completed(centre: Centre) -> None:
    """Download to sign: sent without a signature, returned with one, completed and verified here."""
    sent = new_container(files())
    returned = open_container(sent.with_signature(signed(centre.signer(), files(), START)).to_bytes())
    assert returned.has_files_of(open_container(sent.to_bytes()))
    assert not returned.has_files_of(new_container(files("26AZ00100999999")))
    done = completed(returned, centre.services)
    assert verify(done.to_bytes(), centre.trust, at=START).is_valid
    assert completed(done, centre.services) == done
