"""From an application to the first sign-in, without a script: the applicant's pages and the officers'."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp

from app.accounts.models import Account, Person, Representation
from app.accounts.rules import Kind
from app.contracts import operations
from app.contracts.machine import State
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Invalid
from app.core.roles import Role
from app.core.service_counts import ServiceCount
from app.web.i18n import LANGUAGES
from tests.web.contracting import (
    ANSWERS,
    EMAIL,
    FIRM,
    NAME,
    PASSWORD,
    PDF,
    PIN,
    VOEN,
    Office,
    form_to,
    form_with,
    main_text,
    new_browser,
    sign_in,
    upload,
)
from tests.web.test_guesses import statements


@pytest.fixture
def office(portal: Flask, system: Context) -> Office:
    return Office(portal, system)


def begin(browser: TestApp, variant: str = "firm", email: str = EMAIL) -> None:
    form = form_with(browser.get("/contracts/new"), "variant", "email")
    form["variant"], form["email"] = variant, email
    form.submit(status=303)


def enter(browser: TestApp, path: str) -> str:
    """Follows a mailed link and gives the address of the application."""
    location: str = form_to(browser.get(path), path).submit(status=303).location
    return location.removeprefix("http://localhost")


def fill_in(browser: TestApp, root: str) -> None:
    for step, answers in ANSWERS.items():
        form = form_with(browser.get(f"{root}/{step}"), *answers)
        for name, answer in answers.items():
            form[name] = answer
        form.submit(status=303)
    for paper in ("letter", "registration", "founders"):
        upload(browser, f"{root}/papers/{paper}")


def applied(browser: TestApp, office: Office) -> str:
    begin(browser)
    root = enter(browser, office.link("contracts.confirm"))
    fill_in(browser, root)
    form_to(browser.get(f"{root}/check"), "/check").submit(status=303)
    return root


def officer_in(office: Office, name: str, role: Role) -> TestApp:
    return office.enter(name, role)


def test_from_application_to_first_sign_in(office: Office, browser: TestApp) -> None:
    root = applied(browser, office)
    page = browser.get(root)
    assert "20.12.2026" in main_text(page)
    nigar, elchin = officer_in(office, "nigar", Role.OFFICER), officer_in(office, "elchin", Role.SENIOR_OFFICER)
    queue = nigar.get("/officer/contracts")
    assert FIRM in queue
    case = queue.click(href="/officer/contracts/", index=0)
    assert all(fact in main_text(case) for fact in (VOEN, PIN, NAME, EMAIL))
    assert case.click("müraciət.pdf", index=0).body == PDF
    case = form_to(case, "/check").submit().follow()
    case = form_to(case, "/approve").submit().follow()
    contract = main_text(browser.get(f"{root}/text"))
    assert all(fact in contract for fact in (VOEN, PIN, NAME, "12 ay"))
    form = form_with(case.click("Kağız üzərində imzanı qeyd et"), "signed_on", "file")
    form["signed_on"] = "20.11.2026"
    form["file"] = ("muqavile.pdf", PDF)
    case = form.submit(status=303).follow()
    assert "İstifadəçi adı ver" not in form_names(case)
    senior = elchin.get(case.request.path)
    form_to(senior, "/issue").submit(status=303)
    activate(office, browser, root)


def form_names(page: object) -> list[str]:
    return [button.get_text() for button in page.html.main.find_all("button")]  # type: ignore[attr-defined]


def activate(office: Office, browser: TestApp, root: str) -> None:
    path = office.link("contracts.activation")
    page = browser.get(path)
    username = page.html.find(class_="key").get_text()
    assert username.startswith("eliyev.")
    sign_in(new_browser(office.portal), username, PASSWORD, status=422)  # It is shut until then.
    form = form_with(page, "new_password")
    form["new_password"] = PASSWORD
    done = form.submit(status=303).follow()
    assert "Şifrə təyin edildi" in done
    browser.get(path, status=404)
    fresh = new_browser(office.portal, "192.0.2.61")
    sign_in(fresh, username)
    assert VOEN in fresh.get("/").html.header.get_text()
    assert "Qüvvədədir" in fresh.get("/contracts")
    assert "Müqavilənin müddətini uzat" in fresh.get(root)


def test_a_person_becomes_his_own_principal_and_a_citizen(office: Office) -> None:
    key = office.activated("person")
    row = office.row(key.public_id)
    session = office.system.session
    given = session.scalars(select(Representation).where(Representation.id == row.representation_id)).one()
    assert given.kind is Kind.OWN
    person = session.scalars(select(Person).where(Person.id == row.holder_id)).one()
    assert (person.pin, person.email) == (PIN, EMAIL)
    account = session.scalars(select(Account).where(Account.id == row.account_id)).one()
    assert account.disabled_at is None
    assert not account.must_change


def test_returned_and_put_right(office: Office, browser: TestApp) -> None:
    root = applied(browser, office)
    nigar = officer_in(office, "nigar", Role.OFFICER)
    path = root.replace("/contracts/", "/officer/contracts/")
    form = form_with(nigar.get(f"{path}/return"), "fault-pin")
    form["fault-pin"], form["fault-letter"] = "FİN vəsiqədəki ilə eyni deyil.", "Məktubda imza yoxdur."
    form.submit(status=303)
    back = new_browser(office.portal, "192.0.2.62")
    assert enter(back, office.link("contracts.returned")) == root
    text = main_text(back.get(root))
    assert "FİN vəsiqədəki ilə eyni deyil." in text
    assert "Məktubda imza yoxdur." in text
    assert "FİN vəsiqədəki ilə eyni deyil." in back.get(f"{root}/person")
    form = form_with(back.get(f"{root}/person"), "pin")
    assert form["pin"].value == PIN
    form["pin"] = "4AB5C6E"
    form.submit(status=303)
    page = back.get(f"{root}/papers/letter")
    form_to(page.click("Çıxar", index=0), "/remove").submit(status=303)
    upload(back, f"{root}/papers/letter", name="yeni məktub.pdf")
    form_to(back.get(f"{root}/check"), "/check").submit(status=303)
    assert office.row(root.rpartition("/")[2]).state is State.APPLIED
    case = nigar.get(path)
    assert "4AB5C6E" in case
    assert "yeni məktub.pdf" in case


def test_refused_with_grounds(office: Office, browser: TestApp) -> None:
    root = applied(browser, office)
    nigar = officer_in(office, "nigar", Role.OFFICER)
    page = nigar.get(f"{root.replace('/contracts/', '/officer/contracts/')}/refuse")
    form = form_with(page, "reason")
    assert "Əsası yazın" in form.submit(status=422)
    form["reason"] = "Gömrük Məcəlləsinin 44-cü maddəsi."
    form.submit(status=303)
    page = browser.get(root)
    assert "İmtina edilib" in page
    assert "Gömrük Məcəlləsinin 44-cü maddəsi." in page
    browser.get(f"{root}/payer", status=409)


def test_withdrawn_by_the_applicant_with_a_page_that_asks(office: Office, browser: TestApp) -> None:
    root = applied(browser, office)
    page = browser.get(root).click("Müraciəti geri götür")
    form_to(page, "/withdraw").submit(status=303)
    assert "Geri götürülüb" in browser.get(root)
    browser.get(f"{root}/withdraw", status=409)


def test_a_lost_link_is_sent_again_and_only_to_the_address_of_the_application(office: Office, browser: TestApp) -> None:
    begin(browser)
    number = office.row(enter(browser, office.link()).rpartition("/")[2]).number
    for typed, email, mails in ((number.lower(), EMAIL.upper(), 2), (number, "x@y.example", 2), ("MQ26-9", EMAIL, 2)):
        form = form_with(browser.get("/contracts/link"), "number")
        form["number"], form["email"] = typed, email
        assert form.submit(status=303).location.endswith("/contracts/sent")
        office.send_asked_links()
        assert len(office.mails()) == mails
    enter(new_browser(office.portal), office.link("contracts.link"))


def test_lost_link_of_nobody_is_the_same_work_and_reads_the_same(office: Office, browser: TestApp) -> None:
    """Statement by statement: whoever asks learns neither which numbers there are nor whose address one has."""
    number = office.row(office.applied().public_id).number
    seen = []
    for typed in (("MQ26-999998", EMAIL), (number, EMAIL), (number, "stranger@firma.example"), ("MQ26-999999", EMAIL)):
        form = form_with(browser.get("/contracts/link"), "number", "email")
        form["number"], form["email"] = typed
        with statements(office.portal) as done:
            answer = form.submit(expect_errors=True)
        seen.append((answer.status_int, answer.location, list(done)))
    assert seen[1] == seen[2] == seen[3]
    assert seen[1][0] == 303


def test_whoever_is_signed_in_finds_his_data_and_his_application(office: Office) -> None:
    office.officer("Leyla Əliyeva", Role.CITIZEN, username="leyla.citizen", pin="5AB7C2D", phone="+994502000001")
    leyla = new_browser(office.portal)
    sign_in(leyla, "leyla.citizen")
    form = form_with(leyla.get("/contracts/new"), "variant", "email")
    form["variant"], form["email"] = "person", EMAIL
    root = form.submit(status=303).location
    assert "Elektron poçtunuzu təsdiqləyin" in leyla.get(root)
    leyla.get(f"{root}/person", status=409)  # Nothing goes on before the address is confirmed.
    enter(new_browser(office.portal), office.link())
    form = form_with(leyla.get(f"{root}/person"), "pin")
    assert (form["pin"].value, form["name"].value) == ("5AB7C2D", "Leyla Əliyeva")
    assert "Qaralama" in leyla.get("/contracts")
    new_browser(office.portal).get(root, status=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_flow_is_complete_in_each_language(office: Office, language: str) -> None:
    """A message without its translation would be Azerbaijani: the page says the same in another tongue."""
    key, pages = office.signed(), {}
    nigar = officer_in(office, "nigar", Role.OFFICER)
    applicant = new_browser(office.portal)
    enter(applicant, f"/contracts/link/{key.token}")
    for browser, path in ((applicant, f"/contracts/{key.public_id}"), (nigar, f"/officer/contracts/{key.public_id}")):
        pages[path] = browser.get(path, {"lang": language})
        assert len(pages[path].html.find_all("h1")) == 1
        assert pages[path].html.html["lang"] == language
    words = {"az": "Müqavilə imzalanıb", "en": "Contract signed", "ru": "Договор подписан заявителем"}
    assert all(words[language] in page for page in pages.values())


def test_the_link_back_lives_thirty_days(office: Office, browser: TestApp, clock: FixedClock) -> None:
    begin(browser)
    path = office.link()
    clock.advance(timedelta(days=30))
    browser.get(path, status=404)


def test_each_request_of_an_applicant_is_counted_with_its_outcome(office: Office) -> None:
    """As those of every service; what officers decide is no request."""
    with pytest.raises(Invalid):
        operations.send(office.stranger, operations.Own(office.begun()))
    office.activated()
    office.system.session.rollback()
    counted = select(ServiceCount.channel, ServiceCount.outcome, func.sum(ServiceCount.requests))
    chosen = counted.where(ServiceCount.service == "contracts").group_by(ServiceCount.channel, ServiceCount.outcome)
    found = {(channel, outcome): int(number) for channel, outcome, number in office.system.session.execute(chosen)}
    # Begun twice, sent once for good and once in vain, and a first password.
    assert found == {("web", "completed"): 4, ("web", "refused"): 1}
