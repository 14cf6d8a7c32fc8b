"""Who gets a number and who is told what instead; what is shown of a person to whom."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from app.core.errors import Invalid
from app.core.ports import Paper, PaperKind, RegisteredPerson, Taxpayer
from app.gooen.rules import card, check_correction_code, check_paper, new_correction_code, refusal

TODAY = date(2026, 11, 20)
ANAR = RegisteredPerson(
    "AB12CD3",
    "AB12CD3",
    "Kərimov",
    "Anar",
    "Ələkbər oğlu",
    date(1996, 1, 2),
    "AA",
    "1122334",
    "ASAN3",
    date(2022, 10, 10),
    date(2032, 10, 10),
)
TAXPAYER = Taxpayer("9900002002", "Kərimov Anar", is_active=True)


@pytest.mark.parametrize(
    ("person", "taxpayer", "code"),
    [
        (ANAR, None, None),
        (ANAR, TAXPAYER, "gooen.taxpayer"),
        (ANAR, replace(TAXPAYER, is_active=False), None),
        (replace(ANAR, died=date(2026, 1, 1)), None, "gooen.dead"),
        (replace(ANAR, expires=date(2026, 11, 19)), None, "gooen.expired"),
        (replace(ANAR, expires=TODAY), None, None),
        (replace(ANAR, expires=None), None, None),
        (replace(ANAR, born=date(2008, 11, 20)), None, None),
        (replace(ANAR, born=date(2008, 11, 21)), None, "gooen.minor"),
    ],
)
def test_who_gets_a_number(person: RegisteredPerson, taxpayer: Taxpayer | None, code: str | None) -> None:
    found = refusal(person, taxpayer, TODAY)
    assert (found.code if found else None) == code


def test_who_was_born_on_the_29th_of_february_is_of_age_on_the_28th() -> None:
    assert refusal(replace(ANAR, born=date(2008, 2, 28)), None, date(2026, 2, 28)) is None
    assert refusal(replace(ANAR, born=date(2010, 3, 1)), None, date(2028, 2, 29)) is not None


def test_masks_do_not_tell_how_long_a_name_is() -> None:
    short = replace(ANAR, surname="Ə", given_name="B", patronymic="", document="1")
    assert card(short, is_own=False) == card(ANAR, is_own=False)
    shown = set(asdict(card(ANAR, is_own=False)).values())
    assert shown.isdisjoint({ANAR.surname, ANAR.given_name, ANAR.patronymic, ANAR.document, ANAR.pin, "02.01.1996"})
    assert card(ANAR, is_own=True).surname == "Kərimov"


@pytest.mark.parametrize(
    ("citizenship", "kind", "typed", "number"),
    [
        ("AZ", "pin", " ab12cd3 ", "AB12CD3"),
        ("AZ", "id_card", "aze 12345678", "AZE12345678"),
        ("AZ", "id_card", "aa1234567", "AA1234567"),
        ("TR", "passport", "u 234 567", "U234567"),
        ("GE", "permit", "mı12345", "MI12345"),
    ],
)
def test_documents_have_one_form(citizenship: str, kind: str, typed: str, number: str) -> None:
    assert check_paper(citizenship, kind, typed) == Paper(citizenship, PaperKind(kind), number)


@pytest.mark.parametrize("typed", ["", "AB12CD", "AB12CD3X", "AB12CDO", "ＡＢ１２ＣＤ３", "AB12\u200bCD3", "АВ12СD3"])
def test_what_is_no_pin_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_paper("AZ", "pin", typed)
    assert [problem.field for problem in raised.value.problems] == ["number"]


def test_number_of_a_request_is_read_however_it_is_typed() -> None:
    code = new_correction_code()
    assert len({new_correction_code() for _ in range(100)}) == 100
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert check_correction_code(typed) == code
