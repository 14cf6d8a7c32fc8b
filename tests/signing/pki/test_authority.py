"""The authority's word: issued, on hold, good again, revoked; kept through crashes and shared by processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from signing import files, profiles
from signing.authority import REASONS, Authority
from signing.errors import Refused, SigningError, Weak
from signing.register import Action, State
from tests.signing.pki.house import OFFICER, PASSPHRASE, START, House, new_key

DAY = timedelta(days=1)


def revoked_in(crl: bytes) -> dict[int, str]:
    found = {}
    for entry in x509.load_der_x509_crl(crl):
        reasons = [one.value.reason.value for one in entry.extensions if isinstance(one.value, x509.CRLReason)]
        found[entry.serial_number] = "".join(reasons)
    return found


def test_issued_is_good_and_can_be_read_again(house: House) -> None:
    certificate = house.issue()
    assert house.authority.status(certificate.serial_number).state is State.GOOD
    assert house.authority.certificate(certificate.serial_number) == certificate


def test_unknown_is_unknown(house: House) -> None:
    assert house.authority.status(12345).state is State.UNKNOWN
    for change in (
        house.authority.suspend,
        house.authority.resume,
        house.authority.revoke,
        house.authority.certificate,
    ):
        with pytest.raises(Refused):
            change(12345)


def test_on_hold_and_good_again(house: House) -> None:
    serial = house.issue().serial_number
    since = house.clock.pass_by(days=1)
    house.authority.suspend(serial)
    house.clock.pass_by(days=1)
    standing = house.authority.status(serial)
    assert (standing.state, standing.since, standing.reason) == (State.SUSPENDED, since, "certificateHold")
    assert revoked_in(house.authority.crl()) == {serial: "certificateHold"}
    house.authority.resume(serial)
    assert house.authority.status(serial).state is State.GOOD
    assert revoked_in(house.authority.crl()) == {}


@pytest.mark.parametrize("reason", REASONS)
def test_revoked_for_every_reason(house: House, reason: str) -> None:
    serial = house.issue().serial_number
    house.authority.revoke(serial, reason)
    standing = house.authority.status(serial)
    assert (standing.state, standing.reason) == (State.REVOKED, reason)
    assert revoked_in(house.authority.crl()) == {serial: "" if reason == "unspecified" else reason}


def test_revoked_is_for_ever(house: House) -> None:
    serial = house.issue().serial_number
    house.authority.revoke(serial)
    for change in (house.authority.suspend, house.authority.resume, house.authority.revoke):
        with pytest.raises(Refused):
            change(serial)


def test_revocation_may_reach_back_but_not_ahead_nor_before_the_beginning(house: House) -> None:
    serial = house.issue().serial_number
    house.clock.pass_by(days=10)
    for wrong in (START - DAY, START + 11 * DAY):
        with pytest.raises(Refused):
            house.authority.revoke(serial, at=wrong)
    house.authority.revoke(serial, "keyCompromise", at=START + DAY)
    assert house.authority.status(serial).since == START + DAY


def test_revoked_while_on_hold_counts_from_the_hold(house: House) -> None:
    serial = house.issue().serial_number
    since = house.clock.pass_by(days=1)
    house.authority.suspend(serial)
    house.clock.pass_by(days=1)
    house.authority.revoke(serial, "keyCompromise")
    assert house.authority.status(serial).since == since


@pytest.mark.parametrize("reason", ["certificateHold", "removeFromCRL", "", "because"])
def test_a_hold_is_no_reason_to_revoke(house: House, reason: str) -> None:
    with pytest.raises(Refused):
        house.authority.revoke(house.issue().serial_number, reason)


def test_list_has_growing_numbers_and_is_renewed_in_time(house: House) -> None:
    first = x509.load_der_x509_crl(house.authority.crl())
    assert x509.load_der_x509_crl(house.authority.crl()) == first
    house.clock.pass_by(minutes=61)
    second = x509.load_der_x509_crl(house.authority.crl())
    assert second.last_update_utc == house.clock.now()
    house.authority.revoke(house.issue().serial_number)
    third = x509.load_der_x509_crl(house.authority.crl())
    numbers = [
        crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for crl in (first, second, third)
    ]
    assert numbers == [1, 2, 3]


def test_a_crash_between_register_and_list_is_made_good(house: House) -> None:
    old = (house.folder / "crl.der").read_bytes()
    serial = house.issue().serial_number
    house.authority.revoke(serial, "superseded")
    (house.folder / "crl.der").write_bytes(old)
    assert revoked_in(house.authority.crl()) == {serial: "superseded"}


def test_all_is_there_after_a_restart_and_for_other_processes(house: House) -> None:
    other = Authority.open(house.folder, PASSPHRASE, house.clock)
    serial = house.issue().serial_number
    assert other.status(serial).state is State.GOOD
    other.revoke(serial)
    assert house.authority.status(serial).state is State.REVOKED
    assert (other.root, other.issuing) == (house.authority.root, house.issuing)


def test_one_of_two_revocations_at_once_is_refused(house: House) -> None:
    serial = house.issue().serial_number
    hands = [Authority.open(house.folder, PASSPHRASE, house.clock) for _ in range(8)]

    def revoke(authority: Authority) -> bool:
        try:
            authority.revoke(serial)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(revoke, hands)) == [False] * 7 + [True]
    assert [entry.action for entry in house.later_entries()] == [Action.ISSUED, Action.REVOKED]


def test_a_line_torn_by_a_crash_is_cut_away(house: House) -> None:
    serial = house.issue().serial_number
    register = house.folder / "register.csv"
    whole = register.read_bytes()
    register.write_bytes(whole + f"2026-11-20T08:00:00+00:00,revoked,{serial:x}".encode())
    again = Authority.open(house.folder, PASSPHRASE, house.clock)
    assert again.status(serial).state is State.GOOD
    again.suspend(serial)
    assert register.read_bytes().startswith(whole)
    assert register.read_bytes().count(b"\n") == whole.count(b"\n") + 1
    assert house.authority.status(serial).state is State.SUSPENDED


def test_the_register_tells_everything(house: House) -> None:
    house.authority.revoke(house.issue().serial_number, "superseded")
    issued, revoked = house.later_entries()
    assert (issued.profile, revoked.reason) == ("officer", "superseded")
    assert "PNOAZ-7XYZ2QW" in issued.subject


def test_keys_stand_encrypted_and_private(house: House) -> None:
    keys = sorted(house.folder.glob("*.key"))
    assert [key.stem for key in keys] == ["issuing", "ocsp", "root", "tsa"]
    for key in keys:
        assert key.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        assert key.stat().st_mode & 0o777 == 0o600
    assert house.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("passphrase", ["", "short", "not the one of these keys"])
def test_a_wrong_passphrase_opens_nothing(house: House, passphrase: str) -> None:
    with pytest.raises(Refused, match="passphrase"):
        Authority.open(house.folder, passphrase)


def test_a_short_passphrase_founds_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="at least 16"):
        Authority.create(tmp_path / "pki", "secret")
    assert list(tmp_path.iterdir()) == []


def test_nobody_founds_an_authority_over_another(house: House) -> None:
    root = (house.folder / "root.crt").read_bytes()
    with pytest.raises(Refused, match="exists already"):
        Authority.create(house.folder, PASSPHRASE)
    assert (house.folder / "root.crt").read_bytes() == root
    assert [one.name for one in house.folder.parent.iterdir()] == ["pki"]


def test_an_empty_folder_is_no_authority(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no authority"):
        Authority.open(tmp_path, PASSPHRASE)


def test_no_further_authorities_are_made(house: House) -> None:
    with pytest.raises(Refused):
        house.issue(profiles.ISSUING)


def test_a_certificate_ends_with_its_authority(house: House) -> None:
    house.clock.pass_by(days=9 * 365)
    assert house.issue().not_valid_after_utc == house.issuing.not_valid_after_utc


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),  # noqa: S505  (refused by the test)
        ec.generate_private_key(ec.SECP192R1()),
        ec.generate_private_key(ec.BrainpoolP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["RSA-1024", "P-192", "Brainpool", "Ed25519"],
)
def test_weak_and_strange_keys_get_no_certificate(house: House, key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(Weak):
        house.authority.issue(profiles.OFFICER, OFFICER, key.public_key())
    assert house.later_entries() == []


def test_the_first_of_two_writers_wins(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        files.write_once(tmp_path / "secret", content)
    assert (tmp_path / "secret").read_bytes() == b"first"
    assert len(list(tmp_path.iterdir())) == 1


def test_errors_speak_in_one_line(house: House) -> None:
    with pytest.raises(SigningError) as caught:
        house.authority.issue(profiles.OFFICER, OFFICER, new_key())
    assert "\n" not in str(caught.value)
