"""Goods at the border on pages: the consignee's list, its files, one record, the officers' lists."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from webtest import TestApp

from app.accounts.models import Participant, Person, Representation
from app.accounts.operations.opening import represent
from app.accounts.queries import people_of
from app.accounts.rules import Kind
from app.border_goods import operations, queries
from app.border_goods.models import BorderRecord
from app.border_goods.operations import (
    Arrival,
    CancelGoods,
    ClearGoods,
    CorrectGoods,
    RegisterGoods,
    ReportArrivals,
)
from app.border_goods.queries import Filter
from app.border_goods.rules import Sort
from app.core.audit import AuditEntry
from app.core.context import Actor, Context
from app.core.db import write_transaction
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.roles import Assurance, Role
from app.disclosures.models import DataLook
from app.disclosures.rules import subject_of
from app.notifications.models import Notification
from app.reference.operations import LoadReference, load_reference
from tests.border_goods import DESTINATION, ELSEWHERE, GOODS, NOW, POST, goods, post_at, registered

OTHER = "9900000271"


@pytest.fixture(autouse=True)
def _offices(system: Context) -> None:
    load_reference(system, LoadReference())


def outcomes(batch: operations.Batch) -> list[str]:
    return [str(one.outcome) for one in batch.results]


def kept(system: Context, statement: Any) -> list[Any]:
    """What stands in the database now."""
    system.session.rollback()
    return list(system.session.scalars(statement))


def notices(system: Context) -> list[str]:
    return kept(system, select(Notification.kind).order_by(Notification.id))


def barcodes(page: object) -> list[str]:
    return [link.text for link in page.html.select("table.data a")]  # type: ignore[attr-defined]


def test_list_shows_every_field_of_source_2(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    registered(system, GOODS)
    page = browser.get("/border-goods", status=200)
    told = " ".join(page.html.main.get_text(" ").split())
    for text in (
        "İdxalatçı haqqında məlumat",
        "9900000141",
        "Xəzər İdxal MMC",
        "AZ05010000123456",
        "8479820000, AVADANLIQ VƏ S.",
        "56.839,00\N{NO-BREAK SPACE}EUR".replace("\N{NO-BREAK SPACE}", " "),
        "528,1 kq / 0",
        "Muster Maschinen GmbH",
        "BYD № JX77976216",
        "Qaimə № 0278",
        "Konteyner № CSQU3054383",
        "Nəqliyyat № 34ABC123",
        "Biləsuvar gömrük postu",
        "Bakı Baş Gömrük İdarəsi",
        "36 saat, 22.11.2026 00:00",
        "Qalıb: 1 gün 12 saat",
    ):
        assert text in told


def test_deadline_is_counted_down_and_overdue_in_words(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser, began = sign_in(), NOW - timedelta(hours=24, minutes=5)
    hours = {1: 24, 2: 25, 3: 40, 4: 20}
    registered(system, *(goods(number, hours=many, registered_at=began) for number, many in hours.items()))
    operations.report_arrivals(post_at(system), ReportArrivals((Arrival(goods(4).barcode, NOW),)))
    told = " ".join(browser.get("/border-goods").html.main.get_text(" ").split())
    for words in (
        "Gecikir: 5 dəqiqə",
        "Qalıb: 55 dəqiqə",
        "Qalıb: 15 saat 55 dəqiqə",
        "Çatıb",
        "Çatma müddəti keçənlər: 1",
    ):
        assert words in told
    assert barcodes(browser.get("/border-goods?deadline=overdue")) == [goods(1).barcode]
    assert barcodes(browser.get("/border-goods?deadline=soon")) == [goods(2).barcode]
    assert barcodes(browser.get("/border-goods?deadline=arrived")) == [goods(4).barcode]


def test_filters_and_orders(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    registered(
        system,
        goods(1, description="Çay", hours=30, weight=Decimal(5)),
        goods(2, code="0101000000", hours=20, destination=ELSEWHERE, weight=Decimal(9)),
        goods(3, exporter="Ööz İxrac", hours=10, weight=Decimal(7), registered_at=NOW - timedelta(hours=1)),
    )
    one, two, three = (goods(number).barcode for number in (1, 2, 3))
    assert barcodes(browser.get("/border-goods")) == [three, two, one]
    assert barcodes(browser.get("/border-goods?sort=newest")) == [two, one, three]
    assert barcodes(browser.get("/border-goods?sort=code")) == [two, one, three]
    assert barcodes(browser.get("/border-goods?sort=weight")) == [two, three, one]
    assert barcodes(browser.get("/border-goods?q=cay")) == [one]
    assert barcodes(browser.get("/border-goods?q=OOZ")) == [three]
    assert barcodes(browser.get("/border-goods?q=0101")) == [two]
    assert barcodes(browser.get(f"/border-goods?destination={ELSEWHERE}")) == [two]
    assert "Axtarışa uyğun mal yoxdur." in browser.get("/border-goods?q=yoxdur")
    assert barcodes(browser.get("/border-goods?sort=nonsense&deadline=nonsense&state=nonsense")) == [three, two, one]
    browser.get("/border-goods?after=nonsense", status=422)


@pytest.mark.parametrize("sort", Sort)
def test_pages_follow_each_other_without_gaps(system: Context, sign_in: Callable[..., TestApp], sort: Sort) -> None:
    sign_in()
    registered(system, *(goods(number, hours=1 + number % 7, weight=Decimal(1 + number % 5)) for number in range(23)))
    importer = acting_for(system, GOODS.consignee)
    page = queries.list_own(importer, Filter(sort=sort), 5)
    seen = [one.barcode for one in page.records]
    while page.following is not None:
        page = queries.list_own(importer, Filter(sort=sort, after=page.following), 5)
        seen += [one.barcode for one in page.records]
        assert page.total == 23
    assert len(seen) == len(set(seen)) == 23
    whole = queries.list_own(importer, Filter(sort=sort), 50)
    assert [one.barcode for one in whole.records] == seen


def acting_for(system: Context, number: str) -> Context:
    (payer,) = kept(system, select(Participant.id).where(Participant.number == number))
    actor = Actor(frozenset({Role.PARTICIPANT}), participant_id=payer, assurance=Assurance.STRONG)
    return replace(system, actor=actor)


def test_goods_of_others_are_nobodys(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    registered(system, goods(1), goods(2, consignee=OTHER, consignee_name="Araz"))
    theirs = public_id(system, goods(2).barcode)
    assert barcodes(browser.get("/border-goods")) == [goods(1).barcode]
    browser.get(f"/border-goods/{theirs}", status=404)
    browser.get(f"/border-goods?after={theirs}", status=422)
    assert goods(2).barcode not in browser.get("/border-goods.csv").text


def public_id(system: Context, barcode: str) -> str:
    return str(kept(system, select(BorderRecord.public_id).where(BorderRecord.barcode == barcode))[0])


def test_cleared_goods_leave_the_list_and_stand_in_the_history(
    system: Context, sign_in: Callable[..., TestApp]
) -> None:
    browser = sign_in()
    registered(system, goods(1), goods(2), goods(3))
    there = post_at(system, DESTINATION)
    assert outcomes(operations.clear(there, ClearGoods((goods(1).barcode,), "26AZ01"))) == ["cleared"]
    operations.cancel(post_at(system), CancelGoods((goods(2).barcode,), "səhv"))
    assert barcodes(browser.get("/border-goods")) == [goods(3).barcode]
    history = browser.get("/border-goods").click("Tarixçə")
    assert barcodes(history) == [goods(2).barcode, goods(1).barcode]
    assert "26AZ01" in history
    record = browser.get(f"/border-goods/{public_id(system, goods(2).barcode)}")
    assert "səhv" in record
    assert "Qeyd ləğv edilib" in record
    # Sent again it is done already; anything else is no longer possible.
    assert outcomes(operations.clear(there, ClearGoods((goods(1).barcode,), "26AZ01"))) == ["unchanged"]
    assert outcomes(operations.cancel(post_at(system), CancelGoods((goods(1).barcode,), "səhv"))) == ["refused"]


def test_list_as_files(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    registered(system, goods(1, description="=1+1"), goods(2, hours=40, destination=ELSEWHERE))
    answer = browser.get("/border-goods.csv")
    assert answer.content_type == "text/csv"
    assert answer.body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Malın barkodu", "XİFMN kodu", "Təsviri", "İnvoys qiyməti"]
    assert rows[1][:4] == [goods(1).barcode, "8479820000", "'=1+1", "56839,00"]
    assert len(rows) == 3
    only = browser.get(f"/border-goods.csv?destination={ELSEWHERE}").body.decode("utf-8-sig")
    assert len(only.splitlines()) == 2
    book = zipfile.ZipFile(io.BytesIO(browser.get("/border-goods.xlsx").body))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert goods(2).barcode in sheet
    assert "56839" in sheet
    assert "<f>" not in sheet  # No formula.
    assert "Barcode of the goods" in browser.get("/border-goods.csv?lang=en").text


def test_whoever_acts_for_nobody_is_asked_for_whom(sign_in: Callable[..., TestApp], system: Context) -> None:
    browser = sign_in(Role.CITIZEN, participants=(("9900000141", "Xəzər", "Bakı"), (OTHER, "Araz", "Gəncə")))
    registered(system, goods(1), goods(2, consignee=OTHER))
    page = browser.get("/border-goods")
    form = next(form for form in page.forms.values() if "principal" in form.fields)
    form["principal"].select(text=f"{OTHER} Araz")
    page = form.submit(status=303).follow()
    assert barcodes(page) == [goods(2).barcode]
    assert "Gəncə" in page


def test_row_that_comes_again_is_no_new_one(system: Context) -> None:
    post = post_at(system)
    assert outcomes(operations.register(post, RegisterGoods((goods(1), goods(2))))) == ["registered", "registered"]
    again = operations.register(post, RegisterGoods((goods(1), goods(3), goods(3), goods(2, packages=9))))
    assert outcomes(again) == ["unchanged", "registered", "refused", "refused"]
    assert [one.problems[0].code for one in again.results[2:]] == ["border_goods.twice", "border_goods.taken"]
    other = operations.register(post_at(system, ELSEWHERE), RegisterGoods((goods(1),)))
    assert [one.problems[0].code for one in other.results] == ["border_goods.taken"]


def test_each_row_is_answered_and_the_good_ones_are_kept(system: Context) -> None:
    batch = operations.register(
        post_at(system),
        RegisterGoods((goods(1), goods(2, code="1", hours=0), goods(3, consignee="9000000197"), goods(4))),
    )
    assert outcomes(batch) == ["registered", "refused", "refused", "registered"]
    assert [(one.field, one.code) for one in batch.results[1].problems] == [
        ("code", "border_goods.code"),
        ("hours", "number.range"),
    ]
    assert [(one.field, one.code) for one in batch.results[2].problems] == [("consignee", "gooen.not_issued")]
    entry = kept(system, select(AuditEntry).order_by(AuditEntry.id))[-1]
    assert (entry.operation, entry.object_id) == ("border_goods.register", POST)


def test_correction_is_the_registering_offices_alone(system: Context) -> None:
    registered(system, goods(1), goods(2))
    other = operations.correct(post_at(system, ELSEWHERE), CorrectGoods((goods(1, packages=7),)))
    assert [one.problems[0].code for one in other.results] == ["border_goods.unknown"]
    batch = operations.correct(post_at(system), CorrectGoods((goods(1, packages=7), goods(2), goods(9))))
    assert outcomes(batch) == ["corrected", "unchanged", "refused"]
    importer = acting_for(system, GOODS.consignee)
    found = queries.get_own(importer, public_id(system, goods(1).barcode))
    assert found.record.packages == 7
    assert found.events[0].facts == {"changed": {"packages": ["0", "7"]}}


def test_wrong_consignee_is_put_right_and_neither_learns_of_the_other(
    system: Context, sign_in: Callable[..., TestApp]
) -> None:
    browser = sign_in()
    registered(system, goods(1))
    record = public_id(system, goods(1).barcode)
    right = goods(1, consignee=OTHER, consignee_name="Araz İxrac", consignee_address="Gəncə")
    assert outcomes(operations.correct(post_at(system), CorrectGoods((right,)))) == ["corrected"]
    browser.get(f"/border-goods/{record}", status=404)
    theirs = queries.get_own(acting_for(system, OTHER), record)
    assert [str(event.outcome) for event in theirs.events] == ["registered"]
    assert "Xəzər" not in str(theirs)
    assert notices(system) == ["border_goods.registered", "border_goods.cancelled"]


def test_arrival_is_reported_once_by_either_office(system: Context) -> None:
    registered(system, goods(1), goods(2), goods(3))
    late, early = NOW + timedelta(minutes=5), NOW - timedelta(hours=1)
    told = ReportArrivals((Arrival(goods(1).barcode, late), Arrival(goods(2).barcode, early)))
    batch = operations.report_arrivals(post_at(system, DESTINATION), told)
    assert outcomes(batch) == ["arrived", "refused"]
    assert batch.results[1].problems[0].code == "border_goods.arrival"
    assert outcomes(operations.report_arrivals(post_at(system), told)) == ["unchanged", "refused"]
    assert outcomes(operations.report_arrivals(post_at(system, ELSEWHERE), told)) == ["refused", "refused"]


def test_of_two_arrivals_in_one_batch_the_first_counts(system: Context) -> None:
    registered(system, goods(1))
    first, second = Arrival(goods(1).barcode, NOW), Arrival(goods(1).barcode, NOW + timedelta(minutes=5))
    assert outcomes(operations.report_arrivals(post_at(system), ReportArrivals((first, second)))) == [
        "arrived",
        "refused",
    ]
    assert kept(system, select(BorderRecord.arrived_at)) == [NOW]


def test_only_the_destination_clears(system: Context) -> None:
    registered(system, goods(1))
    command = ClearGoods((goods(1).barcode,), "26AZ01")
    assert outcomes(operations.clear(post_at(system), command)) == ["refused"]
    assert outcomes(operations.clear(post_at(system, DESTINATION), command)) == ["cleared"]


@pytest.mark.parametrize("size", [0, 501])
def test_batch_has_its_bounds(system: Context, size: int) -> None:
    with pytest.raises(Invalid, match=r"border_goods\.batch"):
        operations.register(post_at(system), RegisterGoods(tuple(goods(number) for number in range(size))))


def test_people_register_nothing(system: Context) -> None:
    clerk = Actor(frozenset({Role.AGENCY}), person_id=1, office=POST, assurance=Assurance.STRONG)
    nowhere = Actor(frozenset({Role.AGENCY}), reference="system:bank", assurance=Assurance.STRONG)
    for actor in (clerk, nowhere):
        with pytest.raises(NotAllowed, match=r"border_goods\.not_a_post"):
            operations.register(replace(system, actor=actor), RegisterGoods((GOODS,)))


def test_consignee_is_told_once_a_batch(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    registered(system, goods(1), goods(2, hours=10), goods(3, consignee=OTHER))
    assert notices(system) == ["border_goods.registered"]
    page = browser.get("/notifications")
    assert "9900000141 VÖEN/GÖÖEN üzrə sərhəddə qeydə alınan yük: 2. Ən yaxın çatma müddəti: 20.11.2026 22:00." in page


def test_power_of_attorney_without_this_subject_is_not_told(system: Context, sign_in: Callable[..., TestApp]) -> None:
    sign_in()
    payer, person = kept(system, select(Participant.id))[0], kept(system, select(Person.id))[0]
    assert people_of(system.session, [payer], "border_goods", NOW) == {payer: [person]}
    with write_transaction(system.session):
        system.session.execute(update(Representation).values(scope="documents payments"))
    assert people_of(system.session, [payer], "border_goods", NOW) == {}


@pytest.fixture
def officer(sign_in: Callable[..., TestApp], system: Context) -> Context:
    actor = Actor(frozenset({Role.OFFICER}), reference="person:x", office=DESTINATION, assurance=Assurance.STRONG)
    return replace(system, actor=actor)


def test_officer_sees_his_own_office_from_either_side(system: Context, officer: Context) -> None:
    registered(system, goods(1), goods(2, destination=ELSEWHERE))
    registered(system, goods(3, destination=ELSEWHERE), office=DESTINATION)
    assert [one.barcode for one in queries.list_of_office(officer, "destination", Filter()).records] == [
        goods(1).barcode
    ]
    assert [one.barcode for one in queries.list_of_office(officer, "", Filter()).records] == [goods(3).barcode]
    operations.open_record(officer, operations.OpenRecord(public_id(system, goods(1).barcode)))
    with pytest.raises(NotFound):
        operations.open_record(officer, operations.OpenRecord(public_id(system, goods(2).barcode)))
    nowhere = replace(officer, actor=replace(officer.actor, office=None))
    assert queries.list_of_office(nowhere, "", Filter()).records == []


def test_officers_look_at_a_persons_goods_is_told_to_that_person(
    system: Context, officer: Context, account: Callable[..., str]
) -> None:
    account(Role.CITIZEN, pin="7EF9G4H")
    registered(system, goods(1))
    with write_transaction(system.session):
        payer = system.session.scalars(select(Participant.id)).one()
        represent(system, system.session.scalars(select(Person.id)).one(), payer, Kind.OWN)
    operations.open_record(officer, operations.OpenRecord(public_id(system, goods(1).barcode)))
    (look,) = kept(system, select(DataLook))
    assert (str(look.reason), look.subject, look.office) == ("border_goods", subject_of("7EF9G4H"), DESTINATION)


def test_outcomes_are_told_in_the_languages(system: Context, sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    registered(system, goods(1))
    assert "1 d 12 h left" in browser.get("/border-goods?lang=en")
    assert "Осталось: 1 дн. 12 ч" in browser.get("/border-goods?lang=ru")
