"""Revocation of those who vouch: the issuing authority and the time-stamp unit, before and after what rests on them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing import revocation_list
from signing.container import Container
from signing.crl import read_list
from signing.errors import Malformed
from signing.examination import Policy
from signing.paths import Trust
from signing.register import Standing, State
from signing.report import Report
from signing.revocation_list import FOR_AUTHORITIES
from signing.sealing import renewed, seal
from signing.verify import verify
from tests.signing import forging
from tests.signing.centre import START, Centre, files, sealed

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
COMPLETE = Policy(needs_authorities=True)
PASSED = ("TOTAL-PASSED", "")
UNIT_REVOKED = ("INDETERMINATE", "REVOKED_NO_POE")
AUTHORITY_REVOKED = ("INDETERMINATE", "REVOKED_CA_NO_POE")
LEAKED = ("keyCompromise", "cACompromise", "unspecified", "privilegeWithdrawn")
IN_ORDER = ("superseded", "cessationOfOperation", "affiliationChanged")


@pytest.fixture
def centre() -> Centre:
    return Centre()


def revoked(centre: Centre, certificate: x509.Certificate, since: datetime, reason: str) -> None:
    centre.standings[certificate.serial_number] = Standing(State.REVOKED, since, reason)


def judged(
    centre: Centre, box: Container, at: datetime, *, lists: tuple[bytes, ...] = (), policy: Policy = COMPLETE
) -> Report:
    trust = replace(centre.trust, lists=lists)
    return verify(box.to_bytes(), trust, policy, at)


def answer(report: Report) -> tuple[str, str]:
    return report.indication.value, report.sub_indication


def newer(centre: Centre, at: datetime) -> tuple[bytes, ...]:
    """The lists as they stand later, which somebody gives to the verifier."""
    with centre.clock.at(at):
        return centre.lists()


def test_container_shows_that_its_authorities_were_not_revoked(centre: Centre) -> None:
    report = judged(centre, sealed(centre), START)
    assert answer(report) == PASSED
    assert report.signatures[0].warnings == ()


def test_archive_time_stamps_show_it_as_well(centre: Centre) -> None:
    box = sealed(centre)
    for years, name in ((4, "İkinci"), (8, "Üçüncü")):
        moment = START + years * YEAR
        later = Centre(name, started=moment - DAY)
        later.clock.time = moment
        box = renewed(box, later.tsa, later)
        centre.trust = Trust((*centre.trust.roots, later.root))
    report = judged(centre, box, START + 9 * YEAR)
    assert (answer(report), report.signatures[0].warnings) == (PASSED, ())


def without_lists(centre: Centre) -> Container:
    return seal(files(), centre.signer(), replace(centre.services, lists=None))


def test_older_container_is_good_with_a_note(centre: Centre) -> None:
    report = judged(centre, without_lists(centre), START, policy=Policy())
    assert answer(report) == PASSED
    assert [(one.name, one.facts["name"]) for one in report.signatures[0].warnings] == [
        ("authority_unknown", "Test Sertifikat Mərkəzi"),
        ("authority_unknown", "Test TSA"),
    ]


def test_older_container_is_undecided_where_everything_has_to_be_shown(centre: Centre) -> None:
    report = judged(centre, without_lists(centre), START)
    assert answer(report) == ("INDETERMINATE", "TRY_LATER")
    assert report.decisive
    assert report.decisive.name == "authorities"


def test_lists_from_elsewhere_fill_the_gap(centre: Centre) -> None:
    report = judged(centre, without_lists(centre), START, lists=centre.lists())
    assert (answer(report), report.signatures[0].warnings) == (PASSED, ())


def test_later_lists_know_of_earlier_times(centre: Centre) -> None:
    box = without_lists(centre)
    assert answer(judged(centre, box, START + DAY, lists=newer(centre, START + DAY))) == PASSED


@pytest.mark.parametrize(("age", "expected"), [(2 * HOUR, PASSED), (4 * HOUR, ("INDETERMINATE", "TRY_LATER"))])
def test_list_that_had_run_out_by_then_knows_nothing(centre: Centre, age: timedelta, expected: tuple[str, str]) -> None:
    lists = newer(centre, START - age)
    assert answer(judged(centre, without_lists(centre), START, lists=lists)) == expected


@pytest.mark.parametrize(("made", "expected"), [(4.5, PASSED), (6, ("INDETERMINATE", "TRY_LATER"))])
def test_list_from_after_a_certificates_end_has_forgotten_it(
    centre: Centre, made: float, expected: tuple[str, str]
) -> None:
    """The first unit's certificate ends after five years."""
    box = without_lists(centre)
    with centre.clock.at(START + 4 * YEAR):
        box = renewed(box, centre.new_tsa(START + 4 * YEAR))
    lists = newer(centre, START + made * YEAR)
    assert answer(judged(centre, box, START + 6 * YEAR, lists=lists)) == expected


@pytest.mark.parametrize("reason", [*LEAKED, *IN_ORDER])
def test_authority_revoked_before_the_signature_decides(centre: Centre, reason: str) -> None:
    revoked(centre, centre.issuing, START - HOUR, reason)
    assert answer(judged(centre, sealed(centre), START, policy=Policy())) == AUTHORITY_REVOKED


@pytest.mark.parametrize("reason", [*LEAKED, *IN_ORDER])
def test_unit_revoked_before_its_time_stamp_is_not_believed(centre: Centre, reason: str) -> None:
    revoked(centre, centre.tsa.certificate, START - HOUR, reason)
    assert answer(judged(centre, sealed(centre), START, policy=Policy())) == UNIT_REVOKED


@pytest.mark.parametrize("reason", IN_ORDER)
def test_key_that_was_given_up_in_good_order_made_nothing_false(centre: Centre, reason: str) -> None:
    box = sealed(centre)
    for certificate in (centre.issuing, centre.tsa.certificate):
        revoked(centre, certificate, START + HOUR, reason)
    assert answer(judged(centre, box, START + DAY, lists=newer(centre, START + DAY))) == PASSED


@pytest.mark.parametrize("reason", LEAKED)
def test_leaked_unit_proves_nothing_any_more(centre: Centre, reason: str) -> None:
    """Whoever has the key can write any date, so that only what is known to be older counts."""
    box = sealed(centre)
    revoked(centre, centre.tsa.certificate, START + 30 * DAY, reason)
    lists = newer(centre, START + 40 * DAY)
    assert answer(judged(centre, box, START + 40 * DAY, lists=lists)) == UNIT_REVOKED
    # Without news the verifier knows only what the container knows.
    assert answer(judged(centre, box, START + 40 * DAY)) == PASSED


@pytest.mark.parametrize(("after", "expected"), [(20 * DAY, PASSED), (35 * DAY, UNIT_REVOKED)])
def test_archive_time_stamp_saves_what_it_covered_before_the_leak(
    centre: Centre, after: timedelta, expected: tuple[str, str]
) -> None:
    box, leaked = sealed(centre), centre.tsa.certificate
    revoked(centre, leaked, START + 30 * DAY, "keyCompromise")
    with centre.clock.at(START + after):
        box = renewed(box, centre.new_tsa(START + after), centre)
    lists = newer(centre, START + 40 * DAY)
    assert answer(judged(centre, box, START + 40 * DAY, lists=lists)) == expected


@pytest.mark.parametrize("reason", LEAKED)
def test_leaked_authority_takes_its_units_along(centre: Centre, reason: str) -> None:
    box = sealed(centre)
    revoked(centre, centre.issuing, START + 30 * DAY, reason)
    lists = newer(centre, START + 40 * DAY)
    assert answer(judged(centre, box, START + 40 * DAY, lists=lists)) == AUTHORITY_REVOKED


@pytest.mark.parametrize(("after", "expected"), [(20 * DAY, PASSED), (35 * DAY, AUTHORITY_REVOKED)])
def test_another_centres_archive_time_stamp_saves_what_was_older_than_the_leak(
    centre: Centre, after: timedelta, expected: tuple[str, str]
) -> None:
    other = Centre("Başqa", centre.clock)
    box = sealed(centre)
    with centre.clock.at(START + after):
        box = renewed(box, other.tsa, other)
    revoked(centre, centre.issuing, START + 30 * DAY, "cACompromise")
    lists = (*newer(centre, START + 40 * DAY), *newer(other, START + 40 * DAY))
    trust = Trust((centre.root, other.root), lists=lists)
    assert answer(verify(box.to_bytes(), trust, COMPLETE, START + 40 * DAY)) == expected


def test_leaked_authority_could_have_made_the_answer_up(centre: Centre) -> None:
    """The time is vouched for by another centre; the answer on the signer is not older than the leak."""
    other = Centre("Başqa", centre.clock)
    box = seal(files(), centre.signer(), replace(centre.services, tsa=other.tsa))
    revoked(centre, centre.issuing, START + 30 * DAY, "cACompromise")
    trust = Trust((centre.root, other.root), lists=(*newer(centre, START + 40 * DAY), *other.lists()))
    report = verify(box.to_bytes(), trust, Policy(), START + 40 * DAY)
    assert answer(report) == AUTHORITY_REVOKED
    assert report.decisive
    assert report.decisive.name == "authorities"


@pytest.mark.parametrize(("is_lifted", "expected"), [(True, PASSED), (False, UNIT_REVOKED)])
def test_hold_counts_as_long_as_its_newest_news(centre: Centre, is_lifted: bool, expected: tuple[str, str]) -> None:
    box, serial = sealed(centre), centre.tsa.certificate.serial_number
    centre.standings[serial] = Standing(State.SUSPENDED, START + HOUR, "certificateHold")
    held = newer(centre, START + DAY)
    if is_lifted:
        del centre.standings[serial]
    lists = (*newer(centre, START + 2 * DAY), *held)
    assert answer(judged(centre, box, START + 3 * DAY, lists=lists)) == expected


def test_unit_may_be_shown_to_be_good_by_an_answer(centre: Centre) -> None:
    """As other tools do it, where the list of an authority is too long to be carried around."""
    box = seal(files(), centre.signer(), replace(centre.services, lists=OnlyRoot(centre)))
    about_unit = centre.ocsp.response(centre.tsa.certificate, centre.issuing)
    holder = "</xades:OCSPValues>"
    added = forging.value_element("xades:EncapsulatedOCSPValue", about_unit)
    data = forging.rewritten(box.to_bytes(), holder, added + holder)
    report = verify(data, centre.trust, COMPLETE, START)
    assert (answer(report), report.signatures[0].warnings) == (PASSED, ())
    revoked(centre, centre.tsa.certificate, START - HOUR, "keyCompromise")
    bad = forging.value_element(
        "xades:EncapsulatedOCSPValue", centre.ocsp.response(centre.tsa.certificate, centre.issuing)
    )
    data = forging.rewritten(box.to_bytes(), holder, bad + holder)
    assert answer(verify(data, centre.trust, COMPLETE, START)) == UNIT_REVOKED


class OnlyRoot:
    """The root's list without that of the issuing authority."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    def lists(self) -> tuple[bytes, ...]:
        return self.centre.lists()[:1]


def with_list(centre: Centre, box: Container, old: bytes, new: bytes) -> tuple[str, str]:
    wanted, given = (forging.value_element("xades:EncapsulatedCRLValue", one) for one in (old, new))
    return answer(verify(forging.rewritten(box.to_bytes(), wanted, given), centre.trust, Policy(), START))


def test_list_that_nobody_needs_is_malformed(centre: Centre) -> None:
    box, other = sealed(centre), Centre("Yad")
    mine = _first_list(box)
    assert with_list(centre, box, mine, other.lists()[0]) == ("TOTAL-FAILED", "FORMAT_FAILURE")


def test_list_signed_by_others_is_not_believed(centre: Centre) -> None:
    """The right name over another key, and nobody on it."""
    box, key = sealed(centre), ec.generate_private_key(ec.SECP384R1())
    forged = revocation_list.build(centre.root, key, {}, START, rhythm=FOR_AUTHORITIES)
    assert with_list(centre, box, _first_list(box), forged) == ("TOTAL-FAILED", "FORMAT_FAILURE")
    report = judged(centre, without_lists(centre), START, lists=(forged, centre.lists()[1]))
    assert answer(report) == ("INDETERMINATE", "TRY_LATER")


def test_list_that_cannot_be_read_is_malformed(centre: Centre) -> None:
    box = sealed(centre)
    assert with_list(centre, box, _first_list(box), b"list") == ("TOTAL-FAILED", "FORMAT_FAILURE")
    with pytest.raises(Malformed):
        read_list(b"list")
    with pytest.raises(Malformed):
        read_list(b"-----BEGIN X509 CRL-----\nlist\n-----END X509 CRL-----\n")


def test_lists_of_files_are_read_in_both_forms(centre: Centre) -> None:
    found = centre.lists()[0]
    assert read_list(found) == read_list(x509.load_der_x509_crl(found).public_bytes(Encoding.PEM)) == found


def _first_list(box: Container) -> bytes:
    return forging.value_of(box.signatures[0].xml, "xades:EncapsulatedCRLValue")
