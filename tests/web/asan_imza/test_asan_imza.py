"""Signing in with Asan imza: from the number to the session, and whatever comes between."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Ceremony, Participant, Representation, SignInSession
from app.accounts.rules import Means, Stage
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.roles import Assurance
from app.demo.means import hand_out, means
from signing.signers.mobile import Kind, control_code
from tests.signing.emulated import FIN, PHONE
from tests.web.asan_imza.steps import ENTRY, House, ask, begin, code_on, form_of, go_on, new_browser, shown


def sessions(system: Context) -> list[SignInSession]:
    system.session.rollback()
    return list(system.session.scalars(select(SignInSession).order_by(SignInSession.created_at)))


def ceremony(system: Context) -> Ceremony:
    system.session.rollback()
    return system.session.scalars(select(Ceremony).order_by(Ceremony.id.desc()).limit(1)).one()


def audited(system: Context) -> list[tuple[str, str, str]]:
    system.session.rollback()
    rows = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.operation, row.outcome, row.code) for row in rows if "asan_imza" in row.operation]


# The way of the source


def test_page_has_the_words_of_the_source(browser: TestApp) -> None:
    page = browser.get("/login").click("Davam et", href="asan-imza")
    for words in ("Asan imza ilə giriş", "(+994)", "İstifadəçi ID-si", "Daxil ol", "Necə əldə etməli?"):
        assert words in shown(page)
    assert page.html.find("nav", class_="back").get_text().strip() == "Geriyə"


@pytest.mark.parametrize("typed", ["50 222 33 44", "0502223344", "+994502223344", "(050) 222-33-44"])
def test_number_is_taken_in_every_usual_form(house: House, browser: TestApp, typed: str) -> None:
    begin(browser, typed, PHONE.user_id)
    assert house.emulated.devices.phones.ringing(PHONE.number)


def test_same_code_on_both_screens_then_pin1_signs_in(house: House, browser: TestApp, system: Context) -> None:
    page = begin(browser, path=f"{ENTRY}?next=/sessions")
    ringing = house.emulated.devices.phones.ringing(PHONE.number)
    assert ringing
    assert ringing.question.kind is Kind.AUTHENTICATION
    assert ringing.control_code == code_on(page)
    assert (ringing.question.asker, ringing.question.text) == ("e-Gömrük", "e-Gömrük: portala giriş")
    assert "Telefonun cavabı gözlənilir." in shown(page)
    assert go_on(page).follow().status_int == 200
    house.confirm()
    answer = go_on(page)
    assert (answer.status_int, answer.location) == (303, "/sessions")
    assert "Aygün Məmmədova" in answer.follow()
    (opened,) = sessions(system)
    assert (opened.means, opened.assurance, len(opened.device)) == (Means.ASAN_IMZA, Assurance.STRONG, 64)
    assert opened.proven_at


def test_script_asks_until_the_phone_has_answered(house: House, browser: TestApp) -> None:
    page = begin(browser, path=f"{ENTRY}?next=/sessions")
    form = page.html.main.form
    assert form["data-hx-trigger"] == "every 2s, submit"
    assert form["data-hx-post"] == form["action"]
    assert [go_on(page, script=True).status_int for _ in range(3)] == [204, 204, 204]
    house.confirm()
    answer = go_on(page, script=True)
    assert (answer.status_int, answer.headers["HX-Redirect"]) == (200, "/sessions")
    assert "Location" not in answer.headers
    assert browser.get("/sessions").status_int == 200


def test_page_looks_anew_without_a_script(house: House, browser: TestApp) -> None:
    page = begin(browser)
    refresh = page.html.head.noscript.meta
    assert (refresh["http-equiv"], refresh["content"]) == ("refresh", "3")
    house.confirm()
    page = browser.get(page.request.path)
    assert page.html.head.noscript is None
    assert "Telefon cavab verdi." in shown(page)
    assert go_on(page).status_int == 303


def test_looking_at_the_code_signs_nobody_in(house: House, browser: TestApp, system: Context) -> None:
    page = begin(browser)
    house.confirm()
    for _ in range(3):
        browser.get(page.request.path)
    assert sessions(system) == []


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_phone_shows_the_whole_text_in_the_language_of_the_page(house: House, browser: TestApp, language: str) -> None:
    from app.accounts.views.asan_imza import ON_PHONE
    from app.web.i18n import translate
    from signing.signers.phone_screen import screen_text

    browser.get(f"/?lang={language}")
    begin(browser)
    ringing = house.emulated.devices.phones.ringing(PHONE.number)
    assert ringing
    assert ringing.question.text == translate(language, ON_PHONE[False])
    for text in ON_PHONE.values():
        assert screen_text(translate(language, text))[1] == translate(language, text)


# Who it is


def test_same_person_as_by_his_password(
    house: House, browser: TestApp, account: Callable[..., str], system: Context
) -> None:
    account(pin=FIN)
    page = browser.get("/login/password")
    form = next(form for form in page.forms.values() if "password" in form.fields)
    form["username"], form["password"] = "participant", "dörd yaşıl gəmi limanda"
    form.submit(status=303)
    page = begin(new := new_browser(browser.app))
    house.confirm()
    go_on(page)
    by_password, by_phone = sessions(system)
    assert by_password.person_id == by_phone.person_id
    assert "Aysel participant" in new.get("/sessions")


def test_fin_does_for_the_user_id(house: House, browser: TestApp) -> None:
    page = begin(browser, PHONE.number, FIN.lower())
    house.confirm()
    assert go_on(page).status_int == 303


def test_business_certificate_gives_the_firm(house: House, browser: TestApp, system: Context) -> None:
    hand_out(house.settings)
    held = means()["aysel.importer"].phone
    page = begin(browser, held.number, held.user_id)
    house.confirm(held.number, held.pin1)
    assert go_on(page).status_int == 303
    firm = select(Participant.number, Participant.name).join(
        Representation, Representation.participant_id == Participant.id
    )
    assert [tuple(row) for row in system.session.execute(firm)] == [("9900000141", "«Xəzər İdxal» MMC")]


def test_challenge_is_of_this_site_and_purpose_and_new_each_time(house: House, browser: TestApp) -> None:
    seen = set()
    for _ in range(3):
        page = begin(browser)
        ringing = house.emulated.devices.phones.ringing(PHONE.number)
        assert ringing
        assert len(ringing.question.digest) == 32
        assert control_code(ringing.question.digest) == code_on(page)
        seen.add(ringing.question.digest)
        house.confirm()
        go_on(page)
    assert len(seen) == 3


# Once, and by this browser


def test_another_browser_is_told_that_there_is_nothing(house: House, browser: TestApp, system: Context) -> None:
    page = begin(browser)
    stranger = new_browser(browser.app)
    house.confirm()
    assert stranger.get(page.request.path, expect_errors=True).status_int == 404
    form = form_of(stranger.get(ENTRY))
    form.action = page.request.path
    for headers in ({}, {"HX-Request": "true"}):
        assert form.submit(headers=headers, expect_errors=True).status_int == 404
    assert sessions(system) == []
    assert go_on(page).status_int == 303


def test_answer_is_taken_once(house: House, browser: TestApp, system: Context) -> None:
    page = begin(browser)
    house.confirm()
    assert go_on(page).status_int == 303
    again = go_on(browser.get("/") and page)
    assert again.status_int in {400, 422}  # The form token went with the old session.
    form = form_of(browser.get(ENTRY))
    form.action = page.request.path
    again = form.submit(expect_errors=True)
    assert again.status_int == 422
    assert "Bu təsdiqə artıq cavab verilib." in shown(again)
    assert len(sessions(system)) == 1


def test_page_of_an_ended_ceremony_offers_to_begin_anew(house: House, browser: TestApp) -> None:
    page = begin(browser)
    house.confirm()
    go_on(page)
    ended = browser.get(page.request.path)
    assert "Bu cəhd artıq başa çatıb." in shown(ended)
    assert form_of(ended)["user_id"].value == PHONE.user_id


def test_killed_after_the_answer_was_taken_nobody_is_in(
    house: House, browser: TestApp, system: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends between the provider's answer and the session: the answer is spent, and one begins anew."""
    from app.accounts.operations import asan_imza

    page = begin(browser)
    house.confirm()

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(asan_imza, "holder_of", killed)
        with pytest.raises(SystemExit):
            go_on(page)
    assert ceremony(system).stage is Stage.USED
    assert sessions(system) == []
    assert "Bu cəhd artıq başa çatıb." in shown(browser.get(page.request.path))
    page = begin(browser)
    house.confirm()
    assert go_on(page).status_int == 303


def test_killed_before_the_answer_was_taken_another_process_goes_on(house: House, browser: TestApp) -> None:
    page = begin(browser)
    house.confirm()
    with house.portal() as other:
        survivor = new_browser(other)
        survivor.cookiejar = browser.cookiejar
        assert go_on(survivor.get(page.request.path)).status_int == 303


def test_killed_before_the_phone_rang_the_ceremony_ends_by_itself(
    house: House, browser: TestApp, system: Context, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.accounts.operations import asan_imza

    def killed(*_: object) -> None:
        raise SystemExit

    browser.get(ENTRY)
    with monkeypatch.context() as patched:
        patched.setattr(asan_imza, "challenge", killed)
        with pytest.raises(SystemExit):
            ask(browser)
    assert ceremony(system).stage is Stage.OPEN
    assert ask(new_browser(browser.app)).status_int == 429
    clock.advance(timedelta(minutes=2))
    page = begin(browser)
    house.confirm()
    assert go_on(page).status_int == 303
