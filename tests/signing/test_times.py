"""Time, revocation and age: what was good when it was signed stays good, what was not never becomes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signing import algorithm_policy, profiles
from signing.algorithm_policy import ALGORITHMS
from signing.algorithms import PrivateKey
from signing.certificates import load
from signing.container import Container, new_container
from signing.paths import Trust
from signing.register import Standing, State
from signing.report import Report
from signing.sealing import lasting, renewed, seal
from signing.signers.signer import signed
from signing.timestamp import parse_token
from signing.verify import verify
from signing.xades_extend import Extension
from tests.signing import forging
from tests.signing.centre import START, Centre, files, rsa_key, sealed

YEAR = timedelta(days=365)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def judged(centre: Centre, box: Container, at: datetime | None = None) -> tuple[str, str]:
    return answer(verify(box.to_bytes(), centre.trust, at=at or centre.clock.now()))


def answer(report: Report) -> tuple[str, str]:
    return report.indication.value, report.sub_indication


PASSED = ("TOTAL-PASSED", "")
REVOKED = ("TOTAL-FAILED", "REVOKED")
TOO_OLD = ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")


@pytest.mark.parametrize("state", [State.REVOKED, State.SUSPENDED])
def test_revoked_or_on_hold_before_the_signature_fails(centre: Centre, state: State) -> None:
    signer = centre.signer()
    reason = "certificateHold" if state is State.SUSPENDED else "keyCompromise"
    centre.standings[signer.certificate.serial_number] = Standing(state, START - timedelta(hours=1), reason)
    assert judged(centre, sealed(centre, signer)) == REVOKED


def test_revoked_after_the_signature_passes(centre: Centre) -> None:
    signer = centre.signer()
    basic = signed(signer, files(), START)
    later = START + timedelta(minutes=10)
    centre.standings[signer.certificate.serial_number] = Standing(State.REVOKED, later, "keyCompromise")
    box = sealed(centre, signer)
    assert judged(centre, forging.with_first(box, lasting(basic, centre.services))) == PASSED


def test_revocation_later_on_does_not_touch_an_old_container(centre: Centre) -> None:
    signer = centre.signer()
    box = sealed(centre, signer)
    centre.standings[signer.certificate.serial_number] = Standing(State.REVOKED, START - YEAR, "keyCompromise")
    assert judged(centre, box, START + timedelta(days=1)) == PASSED


def test_unknown_certificate_is_undecided(centre: Centre) -> None:
    signer = centre.signer()
    centre.standings[signer.certificate.serial_number] = Standing(State.UNKNOWN)
    assert judged(centre, sealed(centre, signer)) == ("INDETERMINATE", "TRY_LATER")


def test_answer_long_after_the_signature_is_undecided(centre: Centre) -> None:
    late = Late(centre, timedelta(days=2))
    box = seal(files(), centre.signer(), replace(centre.services, ocsp=late))
    assert judged(centre, box, START + timedelta(days=3)) == ("INDETERMINATE", "TRY_LATER")


def test_answer_somewhat_late_is_told(centre: Centre) -> None:
    late = Late(centre, timedelta(hours=1))
    box = seal(files(), centre.signer(), replace(centre.services, ocsp=late))
    report = verify(box.to_bytes(), centre.trust, at=START + timedelta(days=3))
    assert report.is_valid
    assert [one.name for one in report.signatures[0].warnings] == ["late_answer"]


class Late:
    """A responder that answers after a while."""

    def __init__(self, centre: Centre, delay: timedelta) -> None:
        self.centre, self.delay = centre, delay

    def response(self, certificate: object, issuer: object) -> bytes:
        with self.centre.clock.at(self.centre.clock.now() + self.delay):
            return self.centre.ocsp.response(certificate, issuer)  # type: ignore[arg-type]


def test_signer_expired_today_but_stamped_in_time_passes(centre: Centre) -> None:
    signer = centre.signer(lifetime=timedelta(days=60))
    box = sealed(centre, signer)
    assert judged(centre, box, START + timedelta(days=100)) == PASSED


def test_expired_time_stamp_unit_needs_renewal(centre: Centre) -> None:
    box = sealed(centre)
    assert judged(centre, box, START + 4 * YEAR) == PASSED
    assert judged(centre, box, START + 6 * YEAR) == TOO_OLD


def test_renewal_in_time_carries_on(centre: Centre) -> None:
    box = sealed(centre)
    with centre.clock.at(START + 4 * YEAR):
        box = renewed(box, centre.new_tsa(START + 4 * YEAR))
    report = verify(box.to_bytes(), centre.trust, at=START + 6 * YEAR)
    assert answer(report) == PASSED
    assert report.signatures[0].level == "B-LTA"
    assert report.signatures[0].trusted_time == START
    assert report.signatures[0].archive_times == (START + 4 * YEAR,)


def test_renewal_too_late_does_not_help(centre: Centre) -> None:
    box = sealed(centre)
    with centre.clock.at(START + 6 * YEAR):
        box = renewed(box, centre.new_tsa(START + 6 * YEAR))
    assert judged(centre, box, START + 6 * YEAR + timedelta(hours=1)) == TOO_OLD


def test_thirty_years_under_three_centres(centre: Centre) -> None:
    """Every centre expires; each renewal is made by the next one while the one before still counts."""
    box = sealed(centre)
    roots = [centre.root]
    for number, years in enumerate((4, 8, 12, 16, 20, 24, 28), 1):
        moment = START + years * YEAR
        later = Centre(f"Mərkəz {number}", started=moment - timedelta(days=1))
        later.clock.time = moment
        roots.append(later.root)
        box = renewed(box, later.tsa)
    data, trust = box.to_bytes(), Trust(tuple(roots))
    assert answer(verify(data, trust, at=START + 30 * YEAR)) == PASSED
    assert answer(verify(data, trust, at=START + 36 * YEAR)) == TOO_OLD
    # The root of the first centre has expired by then, and was not believed for anything after its time.
    assert centre.root.not_valid_after_utc < START + 30 * YEAR


@pytest.mark.parametrize("name", ["declaration.xml", forging.SIGNATURE])
def test_archive_time_stamp_covers_what_is_below_it(centre: Centre, name: str) -> None:
    box = renewed(sealed(centre), centre.tsa)
    other = renewed(sealed(centre, payload=files("26AZ00100999999")), centre.tsa)
    content, wrong = forging.entries(box.to_bytes()), forging.entries(other.to_bytes())
    swapped = forging.packed({**content, name: wrong[name]})
    assert answer(verify(swapped, centre.trust, at=START)) == ("TOTAL-FAILED", "HASH_FAILURE")


def test_archive_time_stamp_of_another_container_fails(centre: Centre) -> None:
    boxes = [renewed(sealed(centre), centre.tsa) for _ in range(2)]
    tokens = [one.signatures[0].xml.decode().rsplit("<xades:EncapsulatedTimeStamp>")[-1].split("<")[0] for one in boxes]
    forged = forging.rewritten(boxes[0].to_bytes(), tokens[0], tokens[1])
    assert answer(verify(forged, centre.trust, at=START)) == ("TOTAL-FAILED", "HASH_FAILURE")


def test_second_archive_time_stamp_covers_the_first(centre: Centre) -> None:
    box = renewed(renewed(sealed(centre), centre.tsa), centre.tsa)
    assert judged(centre, box) == PASSED
    content = forging.entries(box.to_bytes())
    xml = content[forging.SIGNATURE].decode()
    end = "</xades141:ArchiveTimeStamp>"
    first = xml[xml.index("<xades141:ArchiveTimeStamp>") : xml.index(end) + len(end)]
    without = forging.packed({**content, forging.SIGNATURE: xml.replace(first, "").encode()})
    assert answer(verify(without, centre.trust, at=START)) == ("TOTAL-FAILED", "HASH_FAILURE")


def test_clock_of_the_verifier_may_be_a_little_behind(centre: Centre) -> None:
    box = sealed(centre)
    assert judged(centre, box, START - timedelta(seconds=1)) == PASSED
    assert judged(centre, box, START - timedelta(minutes=6)) == ("INDETERMINATE", "TIMESTAMP_ORDER_FAILURE")


def test_claimed_time_is_never_trusted(centre: Centre) -> None:
    signer = centre.signer(lifetime=timedelta(days=40))
    basic = signed(signer, files(), START - timedelta(days=20))
    with centre.clock.at(START + timedelta(days=20)):
        box = forging.with_first(sealed(centre), lasting(basic, centre.services))
    assert judged(centre, box, START + timedelta(days=20)) == TOO_OLD


def test_claimed_time_after_the_time_stamp_is_told(centre: Centre) -> None:
    basic = signed(centre.signer(), files(), START + timedelta(days=1))
    box = forging.with_first(sealed(centre), lasting(basic, centre.services))
    report = verify(box.to_bytes(), centre.trust, at=START)
    assert report.is_valid
    assert [one.name for one in report.signatures[0].warnings] == ["claimed_later"]


def test_short_rsa_key_counts_for_signatures_of_its_time_only(centre: Centre) -> None:
    signer = centre.signer(key=rsa_key(2048), lifetime=5 * YEAR)
    early = sealed(centre, signer)
    assert judged(centre, early, START + 4 * YEAR) == PASSED
    with centre.clock.at(START + 4 * YEAR):
        late = seal(files(), signer, centre.services)
    assert judged(centre, late, START + 4 * YEAR) == ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE")


KEYS: dict[str, Callable[[], PrivateKey]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA-3072": lambda: rsa_key(3072),
}


@pytest.mark.parametrize("kind", KEYS)
def test_every_accepted_kind_of_key_signs_and_verifies(centre: Centre, kind: str) -> None:
    signer = centre.signer(profiles.PERSON_SIGNING, key=KEYS[kind]())
    assert judged(centre, renewed(sealed(centre, signer), centre.tsa)) == PASSED


def test_several_time_stamps_prove_the_earliest_time(centre: Centre) -> None:
    extension = Extension(signed(centre.signer(), files(), START))
    with centre.clock.at(START + timedelta(hours=1)):
        extension.add_time_stamp(centre.new_tsa())
    extension.add_time_stamp(centre.new_tsa())
    token = parse_token(extension.add_time_stamp(centre.new_tsa()))
    signer = extension.signature.certificates[0]
    answer_given = centre.ocsp.response(load(signer), centre.issuing)
    extension.add_validation_data([load(one) for one in token.certificates], [answer_given])
    box = new_container(files()).with_signature(extension.to_bytes())
    report = verify(box.to_bytes(), centre.trust, at=START + timedelta(hours=1))
    assert answer(report) == PASSED
    assert report.signatures[0].trusted_time == START


def test_digest_that_has_become_weak_needs_an_archive_time_stamp_from_before(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    weakened = [entry._replace(last_year=2029 if entry.name == "sha256" else None) for entry in ALGORITHMS]
    monkeypatch.setattr(algorithm_policy, "ALGORITHMS", tuple(weakened))
    box = sealed(centre)
    assert judged(centre, box, START + 4 * YEAR) == ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE")
    in_time, too_late = START + 2 * YEAR, START + 4 * YEAR
    for moment, expected in ((in_time, PASSED), (too_late, ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"))):
        with centre.clock.at(moment):
            assert judged(centre, renewed(box, centre.tsa), too_late) == expected


WEAK = ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE")
SHORT_RSA_ENDS = datetime(2029, 1, 1, tzinfo=UTC)
# By itself a broken key of an authority makes authorities up, that of a responder answers.
SHORT_KEYS: dict[str, Callable[[], Centre]] = {
    "issuing": lambda: Centre(issuing_key=rsa_key(2048)),
    "ocsp": lambda: Centre(ocsp_key=rsa_key(2048)),
}


@pytest.mark.parametrize("whose", SHORT_KEYS)
def test_short_key_of_who_vouches_counts_for_its_time_only(whose: str) -> None:
    centre = SHORT_KEYS[whose]()
    strong = Centre("Güclü", centre.clock)
    trust = Trust((centre.root, strong.root))
    box = sealed(centre)
    report = verify(box.to_bytes(), trust, at=SHORT_RSA_ENDS - timedelta(seconds=1))
    assert (answer(report), report.signatures[0].good_until) == (PASSED, SHORT_RSA_ENDS)
    assert answer(verify(box.to_bytes(), trust, at=SHORT_RSA_ENDS)) == WEAK
    for moment, expected in ((SHORT_RSA_ENDS - timedelta(days=1), PASSED), (SHORT_RSA_ENDS, WEAK)):
        with centre.clock.at(moment):
            late = renewed(box, strong.tsa).to_bytes()
        assert answer(verify(late, trust, at=SHORT_RSA_ENDS + YEAR)) == expected


def test_report_tells_until_when_a_signature_has_to_be_renewed(centre: Centre) -> None:
    box = sealed(centre)
    until = verify(box.to_bytes(), centre.trust, at=START).signatures[0].good_until
    assert until == centre.tsa.certificate.not_valid_after_utc
    assert judged(centre, box, until) == PASSED
    assert judged(centre, box, until + timedelta(seconds=1)) == TOO_OLD
    with centre.clock.at(START + YEAR):
        younger = renewed(box, centre.new_tsa(START + YEAR))
    later = verify(younger.to_bytes(), centre.trust, at=START + YEAR).signatures[0].good_until
    assert later == until + (START + YEAR - centre.started)
