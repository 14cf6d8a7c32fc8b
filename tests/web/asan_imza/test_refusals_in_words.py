"""Why nobody was let in, in the language of whoever reads it; each means, and each with its row in the trail."""

from base64 import b64decode
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import SignInSession
from app.accounts.rules import Means
from app.adapters.emulators.e_gov.provider import NewPerson
from app.adapters.emulators.e_gov.scripts import PASSWORD as E_GOV_PASSWORD
from app.core.audit import AuditEntry
from app.core.context import Context
from signing.certificates import load
from tests.signing.emulated import CARD, FIN, PHONE
from tests.web.asan_imza.everything import USERNAME, Everything, open_own_account
from tests.web.asan_imza.steps import begin, go_on, new_browser
from tests.web.cards.house import confirmed, sent
from tests.web.contracting import form_with, main_text, sign_in
from tests.web.e_gov_site import agree, arrive
from tests.web.e_gov_site import begin as to_provider


@pytest.fixture
def portal(everything: Everything) -> Flask:
    return everything.portal


def wrong_password(_: Everything, browser: TestApp) -> TestResponse:
    return sign_in(browser, USERNAME, "guess", status=422)


def spoilt_signature(_: Everything, browser: TestApp) -> TestResponse:
    signature = form_with(confirmed(browser, CARD), "signature")["signature"].value
    return sent(confirmed(browser, CARD), signature=signature)


def answered_before(_: Everything, browser: TestApp) -> TestResponse:
    page = confirmed(browser, CARD)
    sent(page, signature="AAAA")
    return sent(page)


def card_on_hold(everything: Everything, browser: TestApp) -> TestResponse:
    page = confirmed(browser, CARD)
    emulated = everything.house.emulated
    serial = serial_on(page)
    emulated.authority.suspend(serial)
    answer = sent(page)
    emulated.authority.resume(serial)
    return answer


def serial_on(page: TestResponse) -> int:
    return load(b64decode(form_with(page, "certificate")["certificate"].value)).serial_number


def forged_token(_: Everything, browser: TestApp) -> TestResponse:
    return arrive(browser, agree(browser, to_provider(browser), NewPerson("sinaq.nonce", "", "", E_GOV_PASSWORD)))


def no_at_the_provider(_: Everything, browser: TestApp) -> TestResponse:
    form = form_with(browser.get(to_provider(browser)), "username")
    return arrive(browser, form.submit("answer", value="deny", status=303).location)


def another_persons_phone(_: Everything, browser: TestApp) -> TestResponse:
    return go_on(begin(browser, "+994509990013", "TEST013"))


def no_on_the_phone(everything: Everything, browser: TestApp) -> TestResponse:
    page = begin(browser, PHONE.number, FIN)
    everything.house.cancel()
    return go_on(page)


Attempt = Callable[[Everything, TestApp], TestResponse]
SAID: dict[str, tuple[Means, Attempt, str, dict[str, str]]] = {
    "password": (
        Means.PASSWORD,
        wrong_password,
        "accounts.sign_in",
        {"en": "The user name or the password is wrong.", "ru": "Имя пользователя или пароль неверны."},
    ),
    "another signature": (
        Means.E_SIGNATURE,
        spoilt_signature,
        "certificate.signature",
        {
            "en": "The signature was not made with the key of this certificate. Begin again",
            "ru": "Подпись создана не ключом этого сертификата. Начните заново",
        },
    ),
    "second answer": (
        Means.E_SIGNATURE,
        answered_before,
        "ceremony.used",
        {
            "en": "This request has already been answered. Begin anew.",
            "ru": "На этот запрос уже дан ответ. Начните заново.",
        },
    ),
    "card on hold": (
        Means.E_SIGNATURE,
        card_on_hold,
        "certificate.on_hold",
        {"en": "turn to the centre that issued it", "ru": "обратитесь в выдавший его центр"},
    ),
    "nonce of another": (
        Means.E_GOV,
        forged_token,
        "e_gov.token_nonce",
        {
            "en": "could not be confirmed, so you were not signed in. Begin again.",
            "ru": "не подтверждён, поэтому вход не выполнен. Начните заново.",
        },
    ),
    "no at E-Gov": (
        Means.E_GOV,
        no_at_the_provider,
        "e_gov.declined",
        {"en": "Begin again or choose another means.", "ru": "Начните заново или выберите другой способ."},
    ),
    "another's phone": (
        Means.ASAN_IMZA,
        another_persons_phone,
        "asan_imza.no_proof",
        {"en": "The answer does not prove who you are", "ru": "Войдите другим способом."},
    ),
    "no on the phone": (
        Means.ASAN_IMZA,
        no_on_the_phone,
        "asan_imza.cancelled",
        {"en": "was cancelled on the phone", "ru": "отменена на телефоне"},
    ),
}


def test_every_means_is_tried() -> None:
    assert {means for means, *_ in SAID.values()} == set(Means)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", SAID)
def test_refusal_is_said_in_the_language_of_the_page(
    everything: Everything, system: Context, name: str, language: str
) -> None:
    _, attempt, code, texts = SAID[name]
    open_own_account(system)
    browser = new_browser(everything.portal)
    browser.get(f"/?lang={language}")
    page = attempt(everything, browser)
    assert page.html.html["lang"] == language
    assert texts[language] in main_text(page), main_text(page)
    system.session.rollback()
    assert system.session.scalars(select(SignInSession.public_id)).all() == []
    newest = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (newest.outcome, newest.code) == ("refused", code)
