"""Source 1 from the form to the print, in a browser without a script, with the registers of the state behind it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from webtest import TestApp

from app.accounts.models import Participant, Person, Representation
from app.accounts.rules import Kind
from app.adapters.emulators.registers.moods import Mood, Moods, Register
from app.adapters.emulators.registers.records import people
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.identifiers import check_gooen
from app.gooen.models import Gooen
from tests.thoroughness import tried
from tests.web.gooen.asking import ANAR, LEYLA, card, fill_in, number_of, say_yes, spelled


def test_path_of_source_1(browser: TestApp, system: Context) -> None:
    page = card(browser, "ab12cd3")
    assert "Siz şəxsi məlumatları təsdiq edirsinizmi?" in page
    assert [text for text in ("ASAN3", "10.10.2022", "10.10.2032") if text in page] == [
        "ASAN3",
        "10.10.2022",
        "10.10.2032",
    ]
    done = say_yes(page).follow()
    number = number_of(done)
    assert check_gooen(number) == number
    printed = done.click("Çap")
    assert number_of(printed) == number
    code = browser.get(printed.html.main.find("img")["src"])
    assert (code.content_type, b"<svg" in code.body) == ("image/svg+xml", True)
    owner = select(Person.pin, Participant.name).select_from(Representation).join(Participant)
    assert system.session.execute(
        owner.join(Person, Person.id == Representation.person_id).where(Representation.kind == Kind.OWN)
    ).one() == (ANAR, "Anar Kərimov")


def test_person_has_one_number_by_whatever_document(browser: TestApp, system: Context) -> None:
    numbers = {
        number_of(say_yes(card(browser, *document)).follow())
        for document in ((ANAR, "pin"), (ANAR, "pin"), ("AA1122334", "id_card"), ("aa 112 2334", "id_card"))
    }
    assert len(numbers) == 1
    assert system.session.scalar(select(func.count()).select_from(Gooen)) == 1
    assert number_of(say_yes(card(browser, LEYLA)).follow()) not in numbers


@pytest.mark.parametrize(
    ("citizenship", "kind", "number"), [("TR", "passport", "U23456789"), ("GE", "permit", "m1234567")]
)
def test_foreigner_gets_one_too(browser: TestApp, citizenship: str, kind: str, number: str) -> None:
    check_gooen(number_of(say_yes(card(browser, number, kind, citizenship)).follow()))


def test_nothing_that_names_a_person_is_shown_or_kept(
    browser: TestApp, system: Context, capfd: pytest.CaptureFixture[str]
) -> None:
    pages = [card(browser)]
    pages += [say_yes(pages[0]).follow()]
    pages += [pages[1].click("Çap")]
    (person,) = [row for row in people() if row["pin"] == ANAR]
    secret = {person[name] for name in ("surname", "given_name", "patronymic", "pin", "document", "address")}
    assert [text for text in secret for page in pages if text in page] == []
    told = capfd.readouterr()
    assert [text for text in secret if text in told.out + told.err] == []
    trail = str([(row.object_id, row.facts) for row in system.session.scalars(select(AuditEntry))])
    assert [text for text in secret if text in trail] == []


WRONG = [
    ("AZ", "pin", "", "PİN kodu və ya sənədin nömrəsini yazın."),
    ("AZ", "pin", "AB12CD", "7 simvol"),
    ("AZ", "pin", "AB12CD34", "7 simvol"),
    ("AZ", "pin", "AB12CDI", "I"),
    ("AZ", "pin", "АВ12СD3", "ingilis hərflərindən"),
    ("AZ", "pin", "AB-2CD3", "ingilis hərflərindən"),
    ("AZ", "pin", "9900000141", "VÖEN-dir"),
    ("AZ", "pin", "ZZ99ZZ9", "Reyestrdə belə sənəd tapılmadı"),
    ("AZ", "id_card", "AZE1234567", "AZE və 8 rəqəm"),
    ("AZ", "id_card", "AA１122334", "AZE və 8 rəqəm"),
    ("AZ", "passport", "U23456789", "Azərbaycan vətəndaşı PİN-i"),
    ("TR", "pin", "AB12CD3", "Xarici vətəndaş pasportunun"),
    ("TR", "passport", "U2", "5–15"),
    ("TR", "passport", "U2345678Ş", "5–15"),
    ("GE", "permit", "M12", "6–12"),
    ("GE", "passport", "U23456789", "Reyestrdə belə sənəd tapılmadı"),
    ("XX", "pin", "AB12CD3", "Siyahıdan seçin."),
    ("", "pin", "AB12CD3", "Vətəndaşlığı seçin."),
]


@pytest.mark.parametrize(("citizenship", "kind", "number", "told"), WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    browser: TestApp, citizenship: str, kind: str, number: str, told: str
) -> None:
    page = browser.get("/gooen")
    sent = {"csrf_token": page.forms[0]["csrf_token"].value, "form_id": "f", "picture": page.forms[0]["picture"].value}
    sent |= {"citizenship": citizenship, "kind": kind, "number": number, "code": spelled(page)}
    answer = browser.post("/gooen", sent, status=422)
    assert told in answer.text
    again = answer.forms[0]
    assert again["number"].value == number
    assert again["code"].value == ""
    assert again["picture"].value != sent["picture"]


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        ("JK78LM9", "20.06.2024 tarixində bitib"),
        ("NP01QR2", "vəfatı qeyd olunub"),
        ("ST34UV5", "18 yaşına çatmayıb"),
        ("WX67YZ8", "vergi ödəyicisidir"),
    ],
)
def test_who_gets_no_number_is_told_why(browser: TestApp, system: Context, pin: str, told: str) -> None:
    answer = say_yes(card(browser, pin))
    assert answer.status_int == 422
    assert told in answer.text
    assert system.session.scalar(select(func.count()).select_from(Gooen)) == 0


def test_picture_code_is_good_once_for_one_browser_and_not_for_long(
    browser: TestApp, portal: Any, clock: FixedClock
) -> None:
    assert "Kod şəkildəki ilə eyni deyil" in fill_in(browser, code="000000x")
    page = browser.get("/gooen")
    form = page.forms[0]
    form["citizenship"], form["number"], form["code"] = "AZ", ANAR, spelled(page)
    form.submit(status=303)
    assert "kodu istifadə olunub" in form.submit(status=422)
    other = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.11"})
    theirs = other.get("/gooen").forms[0]
    page = browser.get("/gooen")
    theirs["citizenship"], theirs["number"], theirs["code"] = "AZ", ANAR, spelled(page)
    theirs["picture"] = page.forms[0]["picture"].value
    assert "Kod şəkildəki ilə eyni deyil" in theirs.submit(status=422)
    page = browser.get("/gooen")
    form = page.forms[0]
    form["citizenship"], form["number"], form["code"] = "AZ", ANAR, spelled(page)
    clock.advance(timedelta(minutes=11))
    assert "vaxtı bitib" in form.submit(status=422)


def test_picture_and_sound(browser: TestApp) -> None:
    page = browser.get("/gooen")
    number = page.forms[0]["picture"].value
    assert browser.get(f"/picture-codes/{number}.png").body.startswith(b"\x89PNG")
    for language in ("az", "en", "ru"):
        sound = browser.get(f"/picture-codes/{number}.wav?lang={language}")
        assert (sound.content_type, sound.body[:4]) == ("audio/wav", b"RIFF")
        assert sound.headers["Cache-Control"] == "no-store"
    browser.get(f"/picture-codes/{number[:-1]}.png", status=404)


@pytest.mark.parametrize("mood", [Mood.DOWN, Mood.BROKEN])
def test_register_that_is_away_loses_nothing(browser: TestApp, system: Context, registers: Moods, mood: Mood) -> None:
    registers.order(Register.POPULATION, mood)
    answer = fill_in(browser)
    assert (answer.status_int, answer.headers["Retry-After"]) == (503, "20")
    assert "Dövlət reyestri hazırda cavab vermir" in answer
    assert answer.forms[0]["number"].value == ANAR
    (entry,) = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "gooen.look_up"))
    assert (entry.outcome, entry.code) == ("refused", "registers.away")
    registers.order(Register.POPULATION, Mood.WELL)
    again = answer.forms[0]
    again["code"] = spelled(answer)
    page = again.submit(status=303).follow()
    registers.order(Register.TAXPAYERS, mood)
    refused = say_yes(page)
    assert refused.status_int == 503
    assert "Dövlət reyestri hazırda cavab vermir" in refused
    registers.order(Register.TAXPAYERS, Mood.WELL)
    check_gooen(number_of(say_yes(refused).follow()))


def test_answer_is_for_the_browser_that_asked_and_not_for_long(browser: TestApp, clock: FixedClock) -> None:
    page = card(browser)
    path = page.request.path
    clock.advance(timedelta(minutes=31))
    browser.get(path, status=404)
    clock.advance(timedelta(minutes=-31))
    browser.reset()
    browser.get(path, status=404)


@pytest.mark.trust
def test_walk_over_pins_ends_soon_and_learns_no_name(browser: TestApp, clock: FixedClock) -> None:
    known = [person["pin"] for person in people() if person["pin"]]
    pins = [*known, *(f"{number:05}AZ" for number in tried(range(1000 - len(known)), 20))]
    answers = [fill_in(browser, pin) for pin in pins]
    told = [answer.status_int for answer in answers]
    names = [person["surname"].encode() for person in people()]
    assert [name for name in names if any(name in answer.body for answer in answers)] == []
    assert told.count(303) == 10
    assert set(told[10:]) == {429}
    clock.advance(timedelta(minutes=11))
    assert fill_in(browser, LEYLA).status_int == 303


def test_one_person_is_asked_for_five_times_a_day_by_whomever(portal: Any) -> None:
    def asked(network: int) -> int:
        stranger = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": f"198.51.{network}.1"})
        return int(fill_in(stranger).status_int)

    assert [asked(network) for network in range(7)] == [303] * 5 + [429] * 2


def test_number_is_checked_by_everybody(browser: TestApp) -> None:
    number = number_of(say_yes(card(browser)).follow())
    assert "bir şəxsə verilib" in browser.get(f"/gooen/check?number={number}")
    assert "heç kimə verilməyib" in browser.get("/gooen/check?number=9000000627")
    assert "yoxlama rəqəmi" in browser.get("/gooen/check?number=9000000198")
    assert "VÖEN-dir" in browser.get("/gooen/check?number=9900000141")
