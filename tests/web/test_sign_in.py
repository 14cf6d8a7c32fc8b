"""Signing in with a password, as a person does it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp

from app.accounts.models import SignInSession
from app.accounts.operations import LINK_ASKED, SendPasswordLink, send_password_link
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.outbox import OutboxRow
from app.core.roles import Role
from tests.web.contracting import new_browser
from tests.web.test_guesses import statements

PASSWORD = "dörd yaşıl gəmi limanda"


def submit(page: Any, **typed: str) -> Any:
    form = next(form for form in page.forms.values() if set(typed) <= set(form.fields))
    for name, value in typed.items():
        form[name] = value
    return form.submit(expect_errors=True)


def test_means_are_listed_and_one_that_is_not_set_up_says_so(browser: TestApp) -> None:
    page = browser.get("/login")
    assert "PORTALA GİRİŞ" in page
    assert page.text.count("Aktivdir") == 3
    assert page.text.count("Bu portalda qurulmayıb") == 1
    assert page.text.count("Necə əldə etməli?") == 4


@pytest.mark.parametrize("path", ["password", "e-signature", "e-gov", "asan-imza"])
def test_page_of_each_means_says_how_to_get_it(portal: Flask, path: str) -> None:
    assert "Necə əldə etməli?" in new_browser(portal).get(f"/login/{path}").html.main.get_text()


def test_sign_in_shows_who_is_signed_in(sign_in: Callable[..., TestApp]) -> None:
    assert "Aysel participant" in sign_in().get("/")


def test_wrong_password_keeps_the_name_and_says_what_is_wrong(browser: TestApp, account: Callable[..., str]) -> None:
    name = account()
    page = submit(browser.get("/login/password"), username=name, password="wrong")
    assert page.status_int == 422
    assert "İstifadəçi adı və ya şifrə yanlışdır." in page
    assert 'value="participant"' in page
    assert "wrong" not in page
    assert page.html.title.string.startswith("Xəta:")


def test_unknown_name_and_wrong_password_read_alike(browser: TestApp, account: Callable[..., str]) -> None:
    name = account()

    def answer(username: str) -> str:
        page = submit(browser.get("/login/password"), username=username, password="wrong")
        return str(page.html.main.find("div", {"role": "alert"}))

    assert answer(name) == answer("nobody.here")


def test_copied_cookie_is_dead_after_sign_out(sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    copied = dict(browser.cookies)
    page = browser.get("/")
    page.forms[0].submit(status=303)
    for name, value in copied.items():
        browser.set_cookie(name, value)
    assert "Aysel participant" not in browser.get("/")
    assert browser.get("/documents").location.endswith("/login?next=%2Fdocuments")


def test_session_gets_a_new_number_at_sign_in(browser: TestApp, sign_in: Callable[..., TestApp]) -> None:
    browser.set_cookie("sid", "chosen-by-a-stranger")
    signed_in = sign_in()
    assert signed_in.cookies["sid"] != "chosen-by-a-stranger"


@pytest.mark.parametrize(("minutes", "alive"), [(29, True), (31, False)])
def test_session_ends_without_use(
    sign_in: Callable[..., TestApp], clock: FixedClock, minutes: int, alive: bool
) -> None:
    browser = sign_in()
    clock.advance(timedelta(minutes=minutes))
    assert ("Aysel participant" in browser.get("/")) is alive


def test_session_ends_after_its_longest_life_even_in_use(sign_in: Callable[..., TestApp], clock: FixedClock) -> None:
    browser = sign_in()
    for _ in range(36):
        clock.advance(timedelta(minutes=20))
        page = browser.get("/")
    assert "Aysel participant" not in page


def test_account_has_no_more_sessions_than_its_role_may(
    browser: TestApp, account: Callable[..., str], system: Context, clock: FixedClock
) -> None:
    name = account(Role.OFFICER)
    for _ in range(3):
        submit(browser.get("/login/password"), username=name, password=PASSWORD)
        clock.advance(timedelta(seconds=1))
    system.session.rollback()
    open_sessions = system.session.scalar(select(func.count()).where(SignInSession.ended_at.is_(None)))
    assert open_sessions == 1


def test_guesses_are_slowed_down_and_the_owner_still_gets_in(
    browser: TestApp, account: Callable[..., str], clock: FixedClock
) -> None:
    name = account()
    for _ in range(5):
        page = submit(browser.get("/login/password"), username=name, password="guess")
    assert page.status_int == 422
    page = submit(browser.get("/login/password"), username=name, password=PASSWORD)
    assert page.status_int == 429
    assert page.headers["Retry-After"] == "1"
    clock.advance(timedelta(seconds=2))
    assert submit(browser.get("/login/password"), username=name, password=PASSWORD).status_int == 303


def test_address_may_not_try_name_after_name(browser: TestApp) -> None:
    pages = (browser.get("/login/password") for _ in range(11))
    answers = [submit(page, username=f"name{n}", password="guess").status_int for n, page in enumerate(pages)]
    assert answers == [422] * 10 + [429]


def test_first_sign_in_must_replace_the_password(sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in(must_change=True)
    assert browser.get("/documents", expect_errors=True).status_int == 403
    page = browser.get("/login/password/change")
    page = submit(page, password=PASSWORD, new_password="payızda sakit dəniz kənarı")
    assert page.status_int == 303
    assert browser.get("/documents").status_int == 200


@pytest.mark.parametrize(
    ("new", "text"),
    [
        ("qısa", "Şifrə ən azı 15 simvol olmalıdır."),
        ("passwordpassword", "Bu şifrəni tapmaq asandır."),
        ("a" * 299, "Şifrə həddən artıq uzundur."),
        (PASSWORD, "Yeni şifrə əvvəlkindən fərqlənməlidir."),
        ("", "Yeni şifrəni yazın."),
    ],
)
def test_poor_new_password_is_refused_with_a_reason(sign_in: Callable[..., TestApp], new: str, text: str) -> None:
    page = submit(sign_in().get("/login/password/change"), password=PASSWORD, new_password=new)
    assert page.status_int == 422
    assert text in page


def mailed_link(system: Context) -> str:
    """What the worker makes of the request: the mail itself stays in the outbox, for there is no server."""
    system.session.rollback()
    (asked,) = system.session.scalars(select(OutboxRow)).all()
    system.session.rollback()
    command = SendPasswordLink(asked.payload["username"], asked.key)
    for _ in range(2):
        send_password_link(system, command)
    system.session.rollback()
    (mail,) = system.session.scalars(select(OutboxRow).where(OutboxRow.topic == "mail.password_link"))
    link: str = mail.payload["link"]
    return link.removeprefix("http://localhost")


def test_forgotten_password_is_replaced_by_the_link_once(
    browser: TestApp, account: Callable[..., str], system: Context
) -> None:
    name = account()
    page = submit(browser.get("/login/password/forgot"), username=name).follow()
    assert "Poçtunuzu yoxlayın" in page
    link = mailed_link(system)
    new = "payızda sakit dəniz kənarı"
    assert submit(browser.get(link), new_password=new).status_int == 303
    assert browser.get(link, expect_errors=True).status_int == 404
    assert submit(browser.get("/login/password"), username=name, password=new).status_int == 303


def test_link_dies_after_its_time(
    browser: TestApp, account: Callable[..., str], system: Context, clock: FixedClock
) -> None:
    submit(browser.get("/login/password/forgot"), username=account())
    link = mailed_link(system)
    clock.advance(timedelta(minutes=31))
    assert browser.get(link, expect_errors=True).status_int == 404


def test_forgotten_password_of_nobody_is_the_same_work_and_reads_the_same(
    portal: Flask, browser: TestApp, account: Callable[..., str], system: Context
) -> None:
    """Statement by statement, and with a row in the same places; a mail goes to nobody."""
    name, seen = account(), dict[str, list[str]]()
    for typed in ("first.one", "nobody.here", name):  # The audit trail begins with its first row.
        page = browser.get("/login/password/forgot")
        with statements(portal) as asked:
            answer = submit(page, username=typed)
        assert (answer.status_int, answer.location) == (303, "/login/password/sent")
        seen[typed] = list(asked)
    assert seen["nobody.here"] == seen[name]
    assert len(seen[name]) > 5
    system.session.rollback()
    rows = system.session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
    assert [(row.topic, row.payload["username"]) for row in rows] == [(LINK_ASKED, typed) for typed in seen]
    entries = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "accounts.ask_for_password_link"))
    assert {(entry.outcome, entry.object_kind, entry.object_id, str(entry.facts)) for entry in entries} == {
        ("completed", "", "", "{}")
    }
    system.session.rollback()
    send_password_link(system, SendPasswordLink("nobody.here", "key"))
    assert len(system.session.scalars(select(OutboxRow.id)).all()) == 3


def test_new_password_ends_all_other_sessions(
    browser: TestApp, sign_in: Callable[..., TestApp], portal: object
) -> None:
    first = sign_in()
    second = TestApp(portal, extra_environ={"HTTP_HOST": "localhost"})
    submit(second.get("/login/password"), username="participant", password=PASSWORD)
    submit(second.get("/login/password/change"), password=PASSWORD, new_password="payızda sakit dəniz kənarı")
    assert "Aysel participant" not in first.get("/")
    assert "Aysel participant" in second.get("/")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil", "/%09/evil", "/logout", "/nowhere"]
)
def test_sign_in_never_leads_away(browser: TestApp, account: Callable[..., str], target: str) -> None:
    page = browser.get("/login/password", params={"next": target})
    answer = submit(page, username=account(), password=PASSWORD)
    assert answer.location == "/"


def test_sign_in_leads_back_to_where_it_was_asked_for(browser: TestApp, account: Callable[..., str]) -> None:
    page = browser.get("/documents").follow()
    page = page.click(href="/login/password")
    assert submit(page, username=account(), password=PASSWORD).location == "/documents"


def test_each_attempt_leaves_an_audit_row_without_the_name(
    browser: TestApp, account: Callable[..., str], system: Context
) -> None:
    submit(browser.get("/login/password"), username=account(), password="wrong")
    system.session.rollback()
    entry = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "accounts.sign_in")).one()
    assert (entry.outcome, entry.code, entry.network) == ("refused", "accounts.sign_in", "192.0.2.0/24")
    assert "participant" not in f"{entry.actor}{entry.object_id}{entry.facts}"
