"""What an application has to say and to bring: each answer read by its rule, each fault by its field."""

from datetime import date

import pytest

from app.accounts.rules import check_username
from app.contracts.rules import (
    FILES_MOST,
    PAPERS,
    Paper,
    Step,
    Variant,
    check_faults,
    check_reason,
    check_signed_on,
    fields_of,
    paper_limits,
    papers_of,
    read_answers,
    subjects_of,
    terms,
    username_stem,
)
from app.core.errors import Invalid
from app.core.identifiers import check_email, gooen_from_serial

VOEN = "9900000141"
GOOEN = next(number for number in map(gooen_from_serial, range(100)) if number)


def wrong(variant: Variant, step: Step, **typed: str) -> dict[str | None, str]:
    with pytest.raises(Invalid) as caught:
        read_answers(variant, step, typed)
    return {problem.field: problem.code for problem in caught.value.problems}


def test_nothing_typed_is_said_at_every_field_that_needs_something() -> None:
    assert wrong(Variant.FIRM, Step.PAYER) == dict.fromkeys(["payer", "firm", "address"], "field.required")
    assert wrong(Variant.PERSON, Step.PAYER) == dict.fromkeys(["payer", "address"], "field.required")
    assert wrong(Variant.FIRM, Step.PERSON) == dict.fromkeys(["pin", "name", "position"], "field.required")
    assert wrong(Variant.PERSON, Step.PERSON) == dict.fromkeys(["pin", "name"], "field.required")
    assert wrong(Variant.PERSON, Step.CONTACT) == {"phone": "field.required"}


@pytest.mark.parametrize(
    ("variant", "step", "field", "typed", "code"),
    [
        (Variant.FIRM, Step.PAYER, "payer", "9900000131", "voen.check_digit"),
        (Variant.FIRM, Step.PAYER, "payer", GOOEN, "voen.status"),
        (Variant.FIRM, Step.PAYER, "payer", "99", "voen.length"),
        (Variant.PERSON, Step.PAYER, "payer", "1234567890", "payer.unknown"),
        (Variant.PERSON, Step.PAYER, "address", "a" * 301, "text.too_long"),
        (Variant.FIRM, Step.PAYER, "firm", "\u200b\u202e", "field.required"),
        (Variant.FIRM, Step.PERSON, "pin", "1ABCDEO", "pin.letter_i_or_o"),
        (Variant.FIRM, Step.PERSON, "pin", "1ABC", "pin.length"),
        (Variant.FIRM, Step.CONTACT, "phone", "12", "phone.format"),
        (Variant.FIRM, Step.CONTACT, "phone", "+994 99 999 99 99 9", "phone.unknown"),
        (Variant.FIRM, Step.CONTACT, "iban", "AZ21NABZ00000000137010001945", "iban.check_digits"),
        (Variant.FIRM, Step.CONTACT, "iban", "AZ21", "iban.length"),
    ],
)
def test_a_wrong_answer_is_named_by_its_field(variant: Variant, step: Step, field: str, typed: str, code: str) -> None:
    assert wrong(variant, step, **{field: typed})[field] == code


def test_answers_are_read_in_their_canonical_form() -> None:
    read = read_answers(Variant.FIRM, Step.PERSON, {"pin": "7ef9g4h", "name": " Aysel \n Məmmədova", "position": "x"})
    assert read == {"pin": "7EF9G4H", "name": "Aysel Məmmədova", "position": "x"}
    contact = {"phone": "050 200 00 03", "iban": "az21 nabz 0000 0000 1370 1000 1944"}
    assert read_answers(Variant.FIRM, Step.CONTACT, contact) == {
        "phone": "+994502000003",
        "iban": "AZ21NABZ00000000137010001944",
    }


@pytest.mark.parametrize(
    ("variant", "payer", "non_commercial", "papers"),
    [
        (Variant.FIRM, VOEN, False, "letter registration founders"),
        (Variant.FIRM, VOEN, True, "letter registration extract founders"),
        (Variant.PERSON, VOEN, False, "letter identity"),
        (Variant.PERSON, GOOEN, False, "letter gooen identity"),
        (Variant.PERSON, "", False, "letter identity"),
    ],
)
def test_the_papers_are_those_of_the_regulation(
    variant: Variant, payer: str, non_commercial: bool, papers: str
) -> None:
    assert papers_of(variant, payer, is_non_commercial=non_commercial) == papers.split()


def test_whatever_is_needed_says_so_when_it_is_missing() -> None:
    assert [paper for paper, rule in PAPERS.items() if rule.variants and not rule.missing] == []


def test_faults_are_found_only_with_what_is_there() -> None:
    subjects = subjects_of(Variant.PERSON, [Paper.LETTER])
    assert {field.name for field in fields_of(Variant.PERSON)} | {"letter"} == subjects.keys()
    assert check_faults(subjects, {"pin": " səhv ", "name": "  "}) == {"pin": "səhv"}
    for faults, code in (({"pin": " "}, "contracts.no_fault"), ({"firm": "x"}, "contracts.fault")):
        with pytest.raises(Invalid, match=code):
            check_faults(subjects, faults)


@pytest.mark.parametrize(("text", "code"), [(" \n", "contracts.reason"), ("a" * 4001, "text.too_long")])
def test_a_refusal_needs_grounds_of_readable_length(text: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_reason(text)


def test_a_contract_is_signed_between_its_approval_and_today() -> None:
    approved, today = date(2026, 11, 10), date(2026, 11, 20)
    check_signed_on(approved, approved, today)
    check_signed_on(today, approved, today)
    for day, code in ((date(2026, 11, 9), "signed_earlier"), (date(2026, 11, 21), "signed_later")):
        with pytest.raises(Invalid, match=code):
            check_signed_on(day, approved, today)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Aysel Məmmədova", "memmedova"),
        ("Иван Петров", "xifi"),
        ("O'Neil", "oneil"),
        ("İlqar Şıxəliyev-Çələbizadəzadəlizadə", "sixeliyevcelebizadez"),
        ("", "xifi"),
    ],
)
def test_a_user_name_is_made_of_the_surname(name: str, stem: str) -> None:
    assert username_stem(name) == stem
    check_username(f"{stem}.1234")


def test_files_are_limited_in_number_and_size() -> None:
    def codes(used: list[tuple[Paper, int]], paper: Paper, size: int) -> list[str]:
        return [problem.code for problem in paper_limits(used, paper, size)]

    assert codes([], Paper.LETTER, 1) == []
    assert codes([(Paper.LETTER, 1)], Paper.LETTER, 1) == ["contracts.paper_there"]
    assert codes([(Paper.FOUNDERS, 1)], Paper.FOUNDERS, 1) == []
    assert "contracts.too_much" in codes([(Paper.FOUNDERS, 1)] * FILES_MOST, Paper.LETTER, 1)
    assert "contracts.too_much" in codes([(Paper.FOUNDERS, 60 << 20)], Paper.LETTER, 1)


def test_the_term_is_that_of_the_day() -> None:
    text = "since,months,renewable_days\n2013-11-04,12,60\n2027-01-01,24,90\n"
    assert terms(date(2026, 12, 31), text).months == 12
    assert terms(date(2027, 1, 1), text).months == 24


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a b@example.az", "a@example", "a@-x.az", "a@x..az", "a@x.az\nBcc: b@x.az", "ə@x.az", ".a@x.az"],
)
def test_an_address_that_no_mail_reaches_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"email\.format"):
        check_email(text)


def test_an_address_keeps_its_letters_before_the_sign() -> None:
    assert check_email(" Aysel.M+gomruk@Example.AZ ") == "Aysel.M+gomruk@example.az"
