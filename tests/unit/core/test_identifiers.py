"""Numbers of payers, people, banks and vehicles.

`identifier_vectors.csv` was put together in 2026-11 from the examples of python-stdnum 2.2, the accounts printed in
the regulation of 2016, synthetic numbers and this project's own rule for GÖÖEN. An empty canonical form is a refusal.
"""

import csv
import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import iban
from stdnum.az import voen

from app.core.errors import Invalid
from app.core.identifiers import (
    PayerKind,
    check_bic,
    check_container,
    check_gooen,
    check_iban,
    check_invoice_reference,
    check_phone,
    check_pin,
    check_plate,
    check_voen,
    gooen_from_serial,
    mask_pin,
    payer_kind,
)

Check = Callable[[str], str]

CHECKS: dict[str, Check] = {
    "voen": check_voen,
    "gooen": check_gooen,
    "fin": check_pin,
    "iban": check_iban,
    "bic": check_bic,
    "container": check_container,
    "invoice_ref": check_invoice_reference,
    "plate": check_plate,
    "phone": check_phone,
}
with Path(__file__).with_name("identifier_vectors.csv").open(encoding="utf-8", newline="") as file:
    VECTORS = [(row["kind"], row["typed"], row["canonical"]) for row in csv.DictReader(file)]

serials = st.integers(0, 9_999_999)


def refusal(check: Callable[[str], object], typed: str) -> Invalid:
    with pytest.raises(Invalid) as refused:
        check(typed)
    return refused.value


def accepts(check: Check, typed: str) -> bool:
    try:
        return bool(check(typed))
    except Invalid:
        return False


def voen_from_serial(serial: int, status: str) -> str | None:
    stem = f"{serial:08d}"
    return next((number for check in range(10) if voen.is_valid(number := f"{stem}{check}{status}")), None)


def one_digit_changed(number: str) -> list[str]:
    return [
        number[:place] + digit + number[place + 1 :]
        for place in range(len(number))
        for digit in "0123456789"
        if digit != number[place]
    ]


@pytest.mark.parametrize(("kind", "typed", "canonical"), VECTORS)
def test_identifier_vector(kind: str, typed: str, canonical: str) -> None:
    if canonical:
        assert CHECKS[kind](typed) == canonical
    else:
        refusal(CHECKS[kind], typed)


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("voen", "123456789", "voen.length"),
        ("voen", "140 155 5071", "voen.length"),
        ("voen", "140155507１", "voen.characters"),
        ("voen", "140155507I", "voen.characters"),
        ("voen", "1400057424", "voen.status"),
        ("voen", "1401555081", "voen.check_digit"),
        ("gooen", "900000019", "gooen.length"),
        ("gooen", "90000001٩7", "gooen.characters"),
        ("gooen", "1401555071", "gooen.is_voen"),
        ("gooen", "9000000107", "gooen.check_digit"),
        ("fin", "94FMDD", "pin.length"),
        ("fin", "94FMDƏD", "pin.characters"),
        ("fin", "94FMDDO", "pin.letter_i_or_o"),
        ("iban", "AZ81NABZ0135010000000091944", "iban.length"),
        ("iban", "AZ81NABZ0135010000000009194Ə", "iban.format"),
        ("iban", "", "iban.format"),
        ("iban", "AZ42AIIB38050019443260211132", "iban.check_digits"),
        ("iban", "XX82WEST12345698765432", "iban.check_digits"),
        ("iban", "AZ6700000100000545760002AZFI", "iban.country"),
        ("bic", "AZFIAZ2", "bic.length"),
        ("bic", "AZF1AZ22", "bic.format"),
        ("container", "CSQU305438", "container.length"),
        ("container", "CSQX3054383", "container.format"),
        ("container", "CSQU3054384", "container.check_digit"),
        ("invoice_ref", "RX15GB26100000000123", "invoice_reference.format"),
        ("invoice_ref", "RF15GB26100000000124", "invoice_reference.check_digits"),
        ("phone", "0501234567;ext=5", "phone.format"),
        ("phone", "050 123 45 6７", "phone.format"),
        ("phone", "050-CALL-NOW", "phone.format"),
        ("phone", "+1 212 555 0123", "phone.unknown"),
        ("phone", "99999999999999999999999", "phone.unknown"),
        ("plate", "10-AƏ-123", "plate.format"),
        ("plate", "10-AA-1234", "plate.format"),
        ("plate", "13-AA-123", "plate.region"),
        ("plate", "00-AA-123", "plate.region"),
    ],
)
def test_each_mistake_has_its_own_code(kind: str, typed: str, code: str) -> None:
    assert refusal(CHECKS[kind], typed).code == code


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("tail", ["\n1", "\x00", "\N{ZERO WIDTH SPACE}", "\u202e", ";", "'"])
def test_nothing_may_follow_a_good_number(kind: str, tail: str) -> None:
    good = {"phone": "0501234567"} | {k: canonical for k, _, canonical in VECTORS if canonical}
    assert accepts(CHECKS[kind], f" {good[kind]}\n")
    assert not accepts(CHECKS[kind], good[kind] + tail)


def test_wrong_length_says_how_many_are_there_and_how_many_are_needed() -> None:
    assert refusal(check_voen, "123456789").facts == {"given": 9, "needed": 10}
    assert refusal(check_iban, "AZ81 NABZ 0135").facts == {"given": 12, "needed": 28}
    assert refusal(check_bic, "AZFI").facts == {"given": 4}


def test_letters_that_look_like_digits_are_proposed_not_replaced() -> None:
    assert refusal(check_pin, "94fmdoı").facts == {"proposal": "94FMD01"}


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("050 123 45 67", "+994501234567"),
        ("(050) 123-45-67", "+994501234567"),
        ("+994 50 123 45 67", "+994501234567"),
        ("994501234567", "+994501234567"),
        ("00994501234567", "+994501234567"),
        ("012 404 22 00", "+994124042200"),
    ],
)
def test_phone_is_read_as_people_write_it(typed: str, canonical: str) -> None:
    assert check_phone(typed) == canonical


@pytest.mark.parametrize("typed", ["10aa123", "10 AA 123", "10-aa-123", "10-AA-123"])
def test_plate_is_printed_with_hyphens(typed: str) -> None:
    assert check_plate(typed) == "10-AA-123"


def test_iban_of_another_country_is_accepted() -> None:
    assert check_iban("GB82 WEST 1234 5698 7654 32") == "GB82WEST12345698765432"


def test_iban_check_digits_have_one_form_only() -> None:
    assert check_iban("AZ98NABZ00000000000000000054") == "AZ98NABZ00000000000000000054"
    # 01 leaves the same remainder as 98, so that the library lets it pass.
    assert iban.is_valid("AZ01NABZ00000000000000000054")
    assert refusal(check_iban, "AZ01NABZ00000000000000000054").code == "iban.check_digits"


def test_mask_shows_three_characters_of_a_pin_and_none_of_anything_else() -> None:
    assert mask_pin("94FMDDD") == "94****D"
    assert {mask_pin("94FMDD"), mask_pin(""), mask_pin("94FMDDDD")} == {"*******"}


def test_first_gooens_follow_the_serials_and_skip_the_fifth() -> None:
    issued = [gooen_from_serial(serial) for serial in range(1, 7)]
    assert issued == ["9000000197", "9000000217", "9000000347", "9000000477", None, "9000000627"]


@pytest.mark.parametrize("serial", [-1, 10_000_000])
def test_gooen_serial_has_seven_digits(serial: int) -> None:
    with pytest.raises(ValueError, match="seven digits"):
        gooen_from_serial(serial)


@given(serials)
@settings(deadline=None)
def test_every_wrong_digit_of_a_gooen_is_refused_by_both_families(serial: int) -> None:
    number = gooen_from_serial(serial)
    assume(number is not None)
    assert number
    assert check_gooen(number) == number
    assert payer_kind(number) is PayerKind.GOOEN
    assert [
        wrong for wrong in one_digit_changed(number) if accepts(check_gooen, wrong) or accepts(check_voen, wrong)
    ] == []


@given(st.integers(0, 99_999_999), st.sampled_from("12"))
@settings(deadline=None)
def test_every_wrong_digit_of_a_voen_is_refused_but_the_other_status(serial: int, status: str) -> None:
    number = voen_from_serial(serial, status)
    assume(number is not None)
    assert number
    assert check_voen(number) == number
    assert payer_kind(number) is PayerKind.VOEN
    passed = [wrong for wrong in one_digit_changed(number) if accepts(check_voen, wrong) or accepts(check_gooen, wrong)]
    # The last digit says legal or natural person and stands outside the check: 1 and 2 are both good there.
    assert passed == [number[:9] + ("2" if status == "1" else "1")]


def test_families_never_collide() -> None:
    numbers = (gooen_from_serial(serial) for serial in random.Random(3).sample(range(10_000_000), 2_500))
    issued = list(islice((number for number in numbers if number), 2_000))
    assert len(issued) == 2_000
    assert not any(voen.is_valid(number) for number in issued)


@pytest.mark.parametrize("number", ["", "9000000107", "900000019", "94FMDDD", "９000000197", "9000000197\n7"])
def test_number_of_no_family_is_refused_naming_both(number: str) -> None:
    error = refusal(payer_kind, number)
    assert error.code == "payer.unknown"
    assert "VÖEN" in error.message
    assert "GÖÖEN" in error.message


@given(st.sampled_from(sorted(CHECKS)), st.text(max_size=40))
@settings(deadline=None, max_examples=300)
def test_any_text_is_accepted_in_canonical_form_or_refused(kind: str, typed: str) -> None:
    if accepts(CHECKS[kind], typed):
        canonical = CHECKS[kind](typed)
        assert CHECKS[kind](canonical) == canonical
        assert canonical.isascii()
