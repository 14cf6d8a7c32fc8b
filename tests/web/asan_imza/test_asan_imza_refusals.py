"""What may go wrong with Asan imza: each has its text, keeps what was typed, leaves a row, and signs nobody in."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from sqlalchemy import select, update
from webtest import TestApp, TestResponse

from app.accounts.models import Bar, Person, SignInSession
from app.accounts.operations import OpenAccount, open_account
from app.accounts.rules import Barred, Means
from app.adapters.emulators.chips import Use
from app.adapters.emulators.phones import OutOfOrder, Phones
from app.adapters.emulators.scripted_phones import SCRIPTS
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Role
from app.factory import create_app
from signing import profiles
from signing.certificates import to_der
from signing.profiles import Profile
from signing.subjects import Subject
from tests.conftest import close
from tests.signing.centre import Centre
from tests.signing.emulated import FIN, PHONE
from tests.web.asan_imza.steps import ENTRY, House, ask, begin, form_of, go_on, new_browser, shown

NOT_ANSWERED = "Telefondan vaxtında cavab gəlmədi."


@pytest.fixture
def codes(system: Context) -> Callable[[], list[str]]:
    """What the audit trail says went wrong."""

    def read() -> list[str]:
        system.session.rollback()
        return list(
            system.session.scalars(select(AuditEntry.code).where(AuditEntry.code != "").order_by(AuditEntry.id))
        )

    return read


@pytest.fixture(autouse=True)
def nobody_is_in(system: Context) -> Iterator[None]:
    yield
    system.session.rollback()
    assert system.session.scalars(select(SignInSession)).all() == []


ENDED = {
    "+994509990004": ("asan_imza.cancelled", "Əməliyyat telefonda ləğv edildi."),
    "+994509990005": ("asan_imza.mismatch", "SIM kartın imzası sertifikatına uyğun gəlmədi."),
    "+994509990006": ("asan_imza.phone_absent", "Telefona qoşulmaq mümkün olmadı."),
    "+994509990007": ("asan_imza.not_delivered", "Sorğu telefona çatdırılmadı."),
    "+994509990008": ("asan_imza.sim", "SIM kart xətası."),
    "+994509990009": ("asan_imza.pin_locked", "PIN kodu üç dəfə yanlış yazılıb və bloklanıb. Onu PUK kodu ilə açıb"),
    "+994509990012": ("asan_imza.no_proof", "Cavab şəxsiyyətinizi təsdiq etmir"),
    "+994509990013": ("asan_imza.no_proof", "Cavab şəxsiyyətinizi təsdiq etmir"),
    "+994509990014": ("certificate.outside", "Sertifikatın müddəti bitib"),
    "+994509990016": ("asan_imza.no_proof", "Cavab şəxsiyyətinizi təsdiq etmir"),
}


def test_every_number_that_answers_by_itself_is_tried() -> None:
    good, silent, away = {"+994509990001", "+994509990011"}, {"+994509990002", "+994509990003"}, {"+994509990015"}
    assert ENDED.keys() | good | silent | away == SCRIPTS.keys()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("number", ENDED)
def test_number_that_answers_by_itself(
    browser: TestApp, codes: Callable[[], list[str]], number: str, script: bool
) -> None:
    code, text = ENDED[number]
    page = begin(browser, number, SCRIPTS[number].fin)
    answer = go_on(page, script=script)
    assert answer.status_int == 422  # Which the script puts in place, and with it stops asking.
    assert text in shown(answer)
    assert answer.html.find(attrs={"data-hx-trigger": True}) is None
    form = form_of(answer)
    assert (form["phone"].value, form["user_id"].value) == (number.removeprefix("+994"), SCRIPTS[number].fin)
    assert codes() == [code]


@pytest.mark.parametrize("number", ["+994509990002", "+994509990003", "+994502229999", PHONE.number])
def test_who_is_no_client_looks_like_who_does_not_answer(
    browser: TestApp, clock: FixedClock, codes: Callable[[], list[str]], number: str
) -> None:
    """Timeout, no subscriber, a number that nobody has, and a phone that lies there: one screen, one end."""
    user_id = SCRIPTS[number].fin if number in SCRIPTS else PHONE.user_id
    page = begin(browser, number, user_id)
    began, answers = clock.now(), []
    while clock.now() < began + timedelta(minutes=1, seconds=50):
        answers.append(go_on(page, script=True).status_int)
        waiting = browser.get(page.request.path)
        assert "Telefonun cavabı gözlənilir." in shown(waiting)
        clock.advance(timedelta(seconds=15))
    assert set(answers) == {204}
    clock.set(began + timedelta(minutes=2))
    answer = go_on(page, script=True)
    assert (answer.status_int, NOT_ANSWERED in shown(answer)) == (422, True)
    assert codes() == ["asan_imza.not_answered"]
    assert NOT_ANSWERED in shown(browser.get(page.request.path))


def test_wrong_id_for_a_real_phone_does_not_ring_it(house: House, browser: TestApp) -> None:
    begin(browser, PHONE.number, "999999")
    assert house.emulated.devices.phones.ringing(PHONE.number) is None


def test_end_of_the_time_is_told_without_a_script(browser: TestApp, clock: FixedClock) -> None:
    page = begin(browser)
    clock.advance(timedelta(minutes=2))
    ended = browser.get(page.request.path)
    assert NOT_ANSWERED in shown(ended)
    assert form_of(ended)["phone"].value == PHONE.number.removeprefix("+994")


def test_pin_that_comes_too_late_is_not_taken(house: House, browser: TestApp, clock: FixedClock) -> None:
    page = begin(browser)
    house.confirm()
    clock.advance(timedelta(minutes=2))
    assert NOT_ANSWERED in shown(go_on(page))


def test_service_that_fails_is_told_and_what_was_typed_stays(browser: TestApp, codes: Callable[[], list[str]]) -> None:
    answer = ask(browser, "+994509990015", "TEST015")
    assert (answer.status_int, answer.headers["Retry-After"]) == (503, "60")
    assert "Asan imza xidməti hazırda cavab vermir." in shown(answer)
    assert form_of(answer)["user_id"].value == "TEST015"
    assert codes() == ["asan_imza.away"]


def test_service_that_is_away_lets_one_try_again(house: House, codes: Callable[[], list[str]]) -> None:
    with house.portal(mobile_signature_url="http://127.0.0.1:9/phone") as portal:
        for _ in range(2):
            assert ask(new_browser(portal)).status_int == 503
    assert codes() == ["asan_imza.away"] * 2


def test_service_that_goes_away_before_the_phone_rings_is_told(
    house: House, browser: TestApp, codes: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has said whose phone it is, and then nothing more."""
    with monkeypatch.context() as patched:
        patched.setattr(Phones, "ask", lambda *_: (_ for _ in ()).throw(OutOfOrder()))
        answer = ask(browser)
    assert (answer.status_int, "Asan imza xidməti hazırda cavab vermir." in shown(answer)) == (503, True)
    assert codes() == ["asan_imza.away"]
    assert house.emulated.devices.phones.ringing(PHONE.number) is None
    assert ask(browser).status_int == 303  # At once, for nothing has rung.


def test_service_that_goes_away_meanwhile_is_waited_for(house: House, browser: TestApp) -> None:
    page = begin(browser)
    with house.portal(mobile_signature_url="http://127.0.0.1:9/phone") as portal:
        other = new_browser(portal)
        other.cookiejar = browser.cookiejar
        waiting = other.get(page.request.path)
        assert "Asan imza xidməti hələ cavab vermir." in shown(waiting)
        assert go_on(waiting, script=True).status_int == 204


def test_session_that_the_service_has_forgotten_is_over(
    house: House, browser: TestApp, codes: Callable[[], list[str]]
) -> None:
    page = begin(browser)
    with house.emulated.devices.phones.store.writing() as file:
        file.execute("DELETE FROM phone_request")
    assert "Asan imza xidməti bu sorğunu artıq tanımır." in shown(go_on(page))
    assert codes() == ["asan_imza.gone"]


def test_portal_without_a_service_says_so(house: House) -> None:
    portal = create_app(replace(house.settings, mobile_signature_url=""), clock=house.emulated.clock)
    browser = new_browser(portal)
    assert browser.get(ENTRY, expect_errors=True).status_int == 503
    assert "asan-imza" not in browser.get("/login")
    close(portal)


# Certificates


def issued(house: House, profile: Profile = profiles.PERSON_AUTHENTICATION, fin: str = FIN) -> x509.Certificate:
    """Another certificate for the key in the phone."""
    chips = house.emulated.devices.phones.chips
    subject = Subject.person(fin, "Aygün", "Məmmədova")
    public = chips.certificate(PHONE.number, Use.AUTHENTICATION).public_key()
    return house.emulated.authority.issue(profile, subject, public)


@pytest.fixture
def answered_with(
    house: House, browser: TestApp, monkeypatch: pytest.MonkeyPatch
) -> Callable[[x509.Certificate], TestResponse]:
    """The phone answers, with this certificate."""

    def answered(certificate: x509.Certificate) -> TestResponse:
        page = begin(browser)
        house.confirm()
        monkeypatch.setattr(house.emulated.devices.phones.chips.__class__, "certificate", lambda *_: certificate)
        return go_on(page)

    return answered


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("certificate.on_hold", "Sertifikatın fəaliyyəti dayandırılıb."),
        ("certificate.revoked", "Sertifikat ləğv edilib."),
    ],
)
def test_certificate_that_is_suspended_or_revoked(
    house: House,
    answered_with: Callable[[x509.Certificate], TestResponse],
    codes: Callable[[], list[str]],
    code: str,
    text: str,
) -> None:
    certificate, centre = issued(house), house.emulated.authority
    (centre.suspend if code == "certificate.on_hold" else centre.revoke)(certificate.serial_number)
    house.emulated.clock.advance(timedelta(seconds=30))
    assert text in shown(answered_with(certificate))
    assert codes() == [code]


def test_certificate_of_another_centre(
    house: House, answered_with: Callable[[x509.Certificate], TestResponse], codes: Callable[[], list[str]]
) -> None:
    key = house.emulated.devices.phones.chips.certificate(PHONE.number, Use.AUTHENTICATION).public_key()
    stranger = Centre().issue(profiles.PERSON_AUTHENTICATION, Subject.person(FIN, "A", "M").name(), key)  # type: ignore[arg-type]
    assert "Sertifikatı portalın tanımadığı mərkəz verib." in shown(answered_with(stranger))
    assert codes() == ["certificate.untrusted"]


@pytest.mark.parametrize("profile", [profiles.PERSON_SIGNING, profiles.OFFICER, profiles.SEAL, profiles.TSA])
def test_certificate_of_the_wrong_purpose(
    house: House,
    answered_with: Callable[[x509.Certificate], TestResponse],
    codes: Callable[[], list[str]],
    profile: Profile,
) -> None:
    assert "Cavab şəxsiyyətinizi təsdiq etmir" in shown(answered_with(issued(house, profile)))
    assert codes() == ["asan_imza.no_proof"]


def test_certificate_of_another_person(
    house: House, answered_with: Callable[[x509.Certificate], TestResponse], codes: Callable[[], list[str]]
) -> None:
    assert "Cavab şəxsiyyətinizi təsdiq etmir" in shown(answered_with(issued(house, fin="9ZZ9ZZ9")))
    assert codes() == ["asan_imza.no_proof"]


@pytest.mark.parametrize("away", ["ocsp_url", "crl_urls"])
def test_revocation_that_cannot_be_asked_for(house: House, codes: Callable[[], list[str]], away: str) -> None:
    nowhere = "http://127.0.0.1:9/nothing"
    with house.portal(**{away: nowhere if away == "ocsp_url" else (nowhere,)}) as portal:
        page = begin(new_browser(portal))
        house.confirm()
        answer = go_on(page)
    assert answer.status_int == 503
    assert "Sertifikatları yoxlayan xidmət hazırda cavab vermir." in shown(answer)
    assert codes() == ["certificate.away"]


# Persons


def test_disabled_person_is_refused(
    house: House, browser: TestApp, system: Context, codes: Callable[[], list[str]]
) -> None:
    open_account(system, OpenAccount("aysel.test", "dörd yaşıl gəmi limanda", "Aysel", (Role.CITIZEN,), pin=FIN))
    with write_transaction(system.session):
        system.session.execute(update(Person).values(disabled_at=system.clock.now()))
    page = begin(browser)
    house.confirm()
    assert "Portala girişiniz dayandırılıb." in shown(go_on(page))
    assert codes() == ["accounts.disabled"]


@pytest.mark.parametrize("kind", [Barred.MEANS, Barred.DEVICE])
def test_barred_means_or_phone_is_refused(
    house: House, browser: TestApp, system: Context, codes: Callable[[], list[str]], kind: Barred
) -> None:
    certificate = house.emulated.devices.phones.chips.certificate(PHONE.number, Use.AUTHENTICATION)
    subject = str(Means.ASAN_IMZA) if kind is Barred.MEANS else hashlib.sha256(to_der(certificate)).hexdigest()
    page = begin(browser)
    house.confirm()
    bar = Bar(public_id="bar", kind=kind, subject=subject, reason="itirilib", set_at=system.clock.now())
    with write_transaction(system.session):
        system.session.add(bar)
    assert "Bu giriş vasitəsi müvəqqəti bağlanıb." in shown(go_on(page))
    assert codes() == ["accounts.barred"]
