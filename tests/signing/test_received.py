"""Download to sign: what comes back is completed and kept, or refused with the one reason that it deserves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signing import profiles
from signing.container import Container, new_container, open_container
from signing.data_file import DataFile, data_file
from signing.errors import Malformed, Untrusted
from signing.examination import Policy
from signing.profiles import Role
from signing.received import (
    FileAdded,
    FileChanged,
    FileMissing,
    NotSigned,
    NotTaken,
    NotValid,
    OtherPerson,
    accept,
    unsigned,
)
from signing.register import Standing, State
from signing.signers.pkcs12 import KeyFile
from signing.signers.signer import signed
from signing.subjects import Subject
from signing.verify import verify
from signing.xades_extend import Extension
from tests.signing import forging
from tests.signing.centre import PERSON, START, Centre, files, sealed

AYGUN = "PNOAZ-5ABC1DE"
OTHER = Subject.person("9ZZZ9ZZ", "Aygün", "Məmmədova").name()


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def aygun(centre: Centre) -> KeyFile:
    return centre.signer(profiles.PERSON_SIGNING, PERSON)


def returned(signer: KeyFile, payload: list[DataFile] | None = None) -> Container:
    """What a tool of her own makes of the container that was sent out."""
    box = open_container(unsigned(payload or files()))
    return box.with_signature(signed(signer, box.files, START))


def taken(centre: Centre, data: bytes, person: str = AYGUN, policy: Policy | None = None) -> bytes:
    services = centre.services
    return accept(unsigned(files()), data, person, services=services, trust=centre.trust, policy=policy, at=START)


class Counting:
    """A time-stamp unit that tells how often it was asked."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.asked = centre, 0

    def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        self.asked += 1
        return self.centre.tsa.token(digest, algorithm)


def test_what_goes_out_is_the_payload_and_its_manifest() -> None:
    out = open_container(unsigned(files()))
    assert list(forging.entries(unsigned(files()))) == [
        "mimetype",
        "META-INF/manifest.xml",
        "declaration.xml",
        "documents/invoice.pdf",
    ]
    assert out.has_files_of(new_container(files()))
    assert out.signatures == ()


def test_basic_signature_is_completed_and_verified(centre: Centre, aygun: KeyFile) -> None:
    done = taken(centre, returned(aygun).to_bytes())
    report = verify(done, centre.trust, at=START)
    assert report.is_valid
    assert [one.level for one in report.signatures] == ["B-LT"]
    assert open_container(done).has_files_of(new_container(files()))


def test_sent_container_may_be_given_unpacked(centre: Centre, aygun: KeyFile) -> None:
    sent, back = new_container(files()), returned(aygun).to_bytes()
    assert accept(sent, back, AYGUN, services=centre.services, trust=centre.trust, at=START)


def test_complete_signature_is_taken_as_it_is(centre: Centre, aygun: KeyFile) -> None:
    data = sealed(centre, aygun).to_bytes()
    assert taken(centre, data) == data


def test_time_stamp_of_her_own_tool_is_kept(centre: Centre, aygun: KeyFile) -> None:
    extension = Extension(signed(aygun, files(), START))
    with centre.clock.at(START - timedelta(minutes=20)):
        extension.add_time_stamp(centre.tsa)
    unit = Counting(centre)
    back = new_container(files()).with_signature(extension.to_bytes()).to_bytes()
    services = replace(centre.services, tsa=unit)
    done = accept(unsigned(files()), back, AYGUN, services=services, trust=centre.trust, at=START)
    (report,) = verify(done, centre.trust, at=START).signatures
    assert (report.level, report.trusted_time) == ("B-LT", START - timedelta(minutes=20))
    assert unit.asked == 0


def test_time_stamp_of_an_unknown_unit_is_refused(centre: Centre, aygun: KeyFile) -> None:
    extension = Extension(signed(aygun, files(), START))
    extension.add_time_stamp(Centre("Başqa").tsa)
    with pytest.raises(NotValid) as caught:
        taken(centre, new_container(files()).with_signature(extension.to_bytes()).to_bytes())
    assert caught.value.report.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def test_two_signatures_of_the_same_person_are_both_completed(centre: Centre, aygun: KeyFile) -> None:
    box = returned(aygun)
    box = box.with_signature(signed(aygun, box.files, START + timedelta(seconds=30)))
    report = verify(taken(centre, box.to_bytes()), centre.trust, at=START)
    assert [(one.level, one.indication.value) for one in report.signatures] == [("B-LT", "TOTAL-PASSED")] * 2


def test_result_holds_nothing_of_the_return_but_the_signatures(centre: Centre, aygun: KeyFile) -> None:
    """Other packing of the same bytes, and another order of the files, do not reach the archive."""
    box = returned(aygun)
    content = forging.entries(box.to_bytes())
    repacked = forging.packed(content)
    turned = replace(box, files=box.files[::-1]).to_bytes()
    assert repacked != box.to_bytes() != turned
    for data in (repacked, turned):
        assert open_container(taken(centre, data)).files == tuple(files())


def another(name: str = "declaration.xml", content: bytes = b"<Declaration></Declaration>") -> list[DataFile]:
    return [data_file(name, content), files()[1]]


@pytest.mark.parametrize(
    ("payload", "error", "words"),
    [
        (another(), FileChanged, "declaration.xml was changed"),
        ([data_file("declaration.xml", files()[0].content, "text/plain"), files()[1]], FileChanged, "declaration.xml"),
        (files()[:1], FileMissing, "documents/invoice.pdf did not come back"),
        ([*files(), data_file("extra.txt", b"")], FileAdded, "extra.txt had not been sent out"),
        (another("Declaration.xml", files()[0].content), FileMissing, "declaration.xml did not come back"),
    ],
)
def test_other_files_are_refused_by_name(
    centre: Centre, aygun: KeyFile, payload: list[DataFile], error: type[NotTaken], words: str
) -> None:
    """However well they are signed."""
    with pytest.raises(error, match=words) as caught:
        taken(centre, returned(aygun, payload).to_bytes())
    assert words.startswith(caught.value.file)  # type: ignore[attr-defined]


def test_what_was_sent_out_comes_back_as_it_was(centre: Centre) -> None:
    with pytest.raises(NotSigned, match="as it was sent out"):
        taken(centre, unsigned(files()))


def test_container_without_a_signature_is_told(centre: Centre) -> None:
    with pytest.raises(NotSigned, match="is not signed"):
        taken(centre, forging.packed(forging.entries(unsigned(files()))))


@pytest.mark.parametrize("subject", [OTHER, Subject.organisation("1234567891", "Nümunə MMC").name()])
def test_another_person_is_refused(centre: Centre, subject: object) -> None:
    with pytest.raises(OtherPerson):
        taken(centre, returned(centre.signer(profiles.PERSON_SIGNING, subject)).to_bytes())  # type: ignore[arg-type]


def test_stranger_beside_the_right_person_is_refused(centre: Centre, aygun: KeyFile) -> None:
    box = returned(aygun)
    stranger = centre.signer(profiles.PERSON_SIGNING, OTHER)
    with pytest.raises(OtherPerson):
        taken(centre, box.with_signature(signed(stranger, box.files, START)).to_bytes())


def test_number_alone_makes_nobody_the_right_person(centre: Centre) -> None:
    """A centre of one's own issues certificates for anyone."""
    forger = Centre("Test").signer(profiles.PERSON_SIGNING, PERSON)
    with pytest.raises(NotValid) as caught:
        taken(centre, returned(forger).to_bytes())
    assert caught.value.report.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def test_role_of_the_policy_is_demanded(centre: Centre, aygun: KeyFile) -> None:
    with pytest.raises(NotValid) as caught:
        taken(centre, returned(aygun).to_bytes(), policy=Policy(roles=frozenset({Role.OFFICER})))
    assert caught.value.report.sub_indication == "CHAIN_CONSTRAINTS_FAILURE"


def test_certificate_for_authentication_is_refused(centre: Centre) -> None:
    login = centre.signer(profiles.PERSON_AUTHENTICATION, PERSON)
    with pytest.raises(NotValid) as caught:
        taken(centre, returned(login).to_bytes())
    assert caught.value.report.sub_indication == "CHAIN_CONSTRAINTS_FAILURE"


def test_revoked_certificate_is_refused(centre: Centre, aygun: KeyFile) -> None:
    revoked = Standing(State.REVOKED, START - timedelta(hours=1), "keyCompromise")
    centre.standings[aygun.certificate.serial_number] = revoked
    with pytest.raises(NotValid) as caught:
        taken(centre, returned(aygun).to_bytes())
    assert caught.value.report.sub_indication == "REVOKED"


def forged_time(data: bytes) -> bytes:
    return forging.rewritten(data, "2026-11-20T08", "2026-11-20T07")


def forged_value(data: bytes) -> bytes:
    _, _, after = forging.entries(data)[forging.SIGNATURE].decode().partition("<ds:SignatureValue>")
    return forging.rewritten(data, after[:20], after[:20].swapcase())


@pytest.mark.parametrize(
    ("forge", "sub_indication"), [(forged_time, "HASH_FAILURE"), (forged_value, "SIG_CRYPTO_FAILURE")]
)
def test_broken_signature_is_refused_with_its_report_and_costs_no_time_stamp(
    centre: Centre, aygun: KeyFile, forge: Callable[[bytes], bytes], sub_indication: str
) -> None:
    unit = Counting(centre)
    services = replace(centre.services, tsa=unit)
    data = forge(returned(aygun).to_bytes())
    with pytest.raises(NotValid, match="the signature is not accepted: ") as caught:
        accept(unsigned(files()), data, AYGUN, services=services, trust=centre.trust, at=START)
    assert caught.value.report.sub_indication == sub_indication
    assert unit.asked == 0


def test_signature_without_its_authority_is_told(centre: Centre, aygun: KeyFile) -> None:
    with pytest.raises(Untrusted, match="authority"):
        taken(centre, returned(replace(aygun, chain=())).to_bytes())


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"no container", bytes(100_000)])
def test_bytes_that_are_no_container_are_refused(centre: Centre, data: bytes) -> None:
    with pytest.raises(Malformed):
        taken(centre, data)


def test_no_changed_byte_is_taken(centre: Centre, aygun: KeyFile) -> None:
    """Each byte is in the payload, in the frame or under the signature."""
    data = returned(aygun).to_bytes()
    filler = data.index(b"PK\x01\x02") - 1  # Bits behind the end of what is packed there say nothing.
    for place in sorted({*range(0, len(data), 11)} - {filler}):
        with pytest.raises((NotTaken, Malformed)):
            taken(centre, data[:place] + bytes((data[place] ^ 4,)) + data[place + 1 :])
