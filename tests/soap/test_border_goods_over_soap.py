"""Goods at the border over SOAP: what posts send, what each row is answered, and the list beside its page."""

from typing import Any

import pytest
from lxml import etree
from sqlalchemy import func, select

from app.border_goods.models import BorderRecord
from app.border_goods.operations import RegisterGoods, register
from app.core.audit import AuditEntry
from soap.versions import NAMESPACE
from tests.border_goods import DESTINATION, GOODS, NOW, goods, post_at
from tests.soap.callers import detail_of
from tests.soap.registered import NUMBER, PIN, Gateway, post, request_header
from tests.soap.signed import System, envelope
from tests.soap.test_parity import signed_in

ROW = f"""
<goods><barcode>{GOODS.barcode}</barcode><consignee>{NUMBER}</consignee><consigneeName>Xəzər İdxal MMC</consigneeName>
<consigneeAddress>Bakı</consigneeAddress><code>8479820000</code><description>AVADANLIQ VƏ S.</description>
<amount>56839</amount><currency>EUR</currency><weight>528.1</weight><packages>0</packages>
<exporter>Muster &amp; Maschinen GmbH</exporter><carnet>JX77976216</carnet><waybill>0278</waybill>
<container>CSQU3054383</container><vehicle>34ABC123</vehicle><destination>{DESTINATION}</destination>
<hours>36</hours><registeredAt>{NOW.isoformat()}</registeredAt></goods>
"""


@pytest.fixture
def bilasuvar(gateway: Gateway) -> System:
    return post(gateway)


def say(gateway: Gateway, system: System, operation: str, inner: str, **told: str) -> Any:
    header = request_header(message_id=told.get("message_id", "m-1"))
    if "language" in told:
        header = header.replace("</RequestHeader>", f"<language>{told['language']}</language></RequestHeader>")
    body = f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>'
    return gateway.call(system.sign(envelope(body, header), gateway.clock.now()))


def told(answer: Any, *names: str) -> list[str | None]:
    assert answer.status_code == 200, answer.text
    root = etree.fromstring(answer.data)
    return [found.text for name in names for found in root.iter(f"{{{NAMESPACE}}}{name}")]


def stored(gateway: Gateway) -> int:
    gateway.context.session.rollback()
    return int(gateway.context.session.scalars(select(func.count()).select_from(BorderRecord)).one())


def test_batch_of_a_post_is_registered_as_its_office(gateway: Gateway, bilasuvar: System) -> None:
    assert told(say(gateway, bilasuvar, "RegisterBorderGoods", ROW), "refused", "outcome") == ["0", "registered"]
    gateway.context.session.rollback()
    row = gateway.context.session.scalars(select(BorderRecord)).one()
    assert (row.office, row.destination, row.exporter) == ("05010", DESTINATION, "Muster & Maschinen GmbH")
    assert (str(row.amount), str(row.weight)) == ("56839.00", "528.100")
    entry = gateway.context.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.operation, entry.actor) == ("border_goods.register", "system:post-05010")


def test_batch_that_comes_again_has_no_second_effect(gateway: Gateway, bilasuvar: System) -> None:
    first = told(say(gateway, bilasuvar, "RegisterBorderGoods", ROW), "outcome")
    again = say(gateway, bilasuvar, "RegisterBorderGoods", ROW)
    assert told(again, "outcome") == first
    assert "true" in told(again, "replayed")
    assert told(say(gateway, bilasuvar, "RegisterBorderGoods", ROW, message_id="m-2"), "outcome") == ["unchanged"]
    assert stored(gateway) == 1
    changed = ROW.replace("<packages>0<", "<packages>1<")
    assert detail_of(say(gateway, bilasuvar, "RegisterBorderGoods", changed))["code"] == ["Client.MessageIdReused"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("az", "XİFMN kodu 10 rəqəmdən ibarətdir."),
        ("en", "An HS code has 10 digits."),
        ("ru", "Код ТН ВЭД состоит из 10 цифр."),
    ],
)
def test_wrong_row_is_refused_by_its_fields_and_the_others_are_kept(
    gateway: Gateway, bilasuvar: System, language: str, words: str
) -> None:
    wrong = (
        ROW.replace(GOODS.barcode, "AZ05010000999999").replace("8479820000", "8479").replace("<hours>36", "<hours>0")
    )
    wrong = wrong.replace("CSQU3054383", "CSQU3054384")
    doubtful = ROW.replace("CSQU3054383", "CSQU3054384")
    answer = say(gateway, bilasuvar, "RegisterBorderGoods", wrong + doubtful, language=language)
    assert told(answer, "refused", "outcome") == ["1", "refused", "registered"]
    assert told(answer, "field") == ["code", "hours", "container"]
    assert words in answer.text
    assert stored(gateway) == 1


def test_fields_have_the_names_of_the_contract(gateway: Gateway, bilasuvar: System) -> None:
    answer = say(gateway, bilasuvar, "RegisterBorderGoods", ROW.replace("Bakı", " "))
    assert told(answer, "field") == ["consigneeAddress"]


def test_what_the_schema_does_not_allow_is_a_fault(gateway: Gateway, bilasuvar: System) -> None:
    for wrong in (ROW.replace("56839", "çox"), ROW.replace("+00:00", ""), ROW * 501, ""):
        answer = say(gateway, bilasuvar, "RegisterBorderGoods", wrong)
        assert detail_of(answer)["code"] == ["Client.Validation"], (wrong[:80], answer.text[:500])
    assert stored(gateway) == 0


def test_life_of_a_record(gateway: Gateway, bilasuvar: System) -> None:
    there = post(gateway, DESTINATION)
    say(gateway, bilasuvar, "RegisterBorderGoods", ROW)
    changed = ROW.replace("<packages>0<", "<packages>3<")
    assert told(say(gateway, bilasuvar, "CorrectBorderGoods", changed), "outcome") == ["corrected"]
    arrival = f"<arrival><barcode>{GOODS.barcode}</barcode><arrivedAt>{NOW.isoformat()}</arrivedAt></arrival>"
    assert told(say(gateway, there, "ReportBorderArrivals", arrival), "outcome") == ["arrived"]
    barcode = f"<barcode>{GOODS.barcode}</barcode>"
    clearing = f"{barcode}<declaration>26AZ01000000001</declaration>"
    assert told(say(gateway, bilasuvar, "ClearBorderGoods", clearing), "outcome") == ["refused"]
    assert told(say(gateway, there, "ClearBorderGoods", clearing), "outcome") == ["cleared"]
    cancelling = f"{barcode}<reason>səhv</reason>"
    assert told(say(gateway, bilasuvar, "CancelBorderGoods", cancelling), "outcome") == ["refused"]


def test_hub_registers_nothing(gateway: Gateway) -> None:
    answer = say(gateway, gateway.hub, "RegisterBorderGoods", ROW)
    assert detail_of(answer)["rule"] == ["systems.operation"]


def test_list_is_the_list_of_the_page(gateway: Gateway, bilasuvar: System) -> None:
    register(post_at(gateway.context), RegisterGoods(tuple(goods(number, hours=1 + number) for number in range(5))))
    browser = signed_in(gateway, "aysel")
    form = next(form for form in browser.get("/border-goods").forms.values() if "principal" in form.fields)
    form["principal"].select(text=f"{NUMBER} Xəzər İdxal MMC")
    form.submit(status=303)
    on_page = [link.text for link in browser.get("/border-goods").html.select("table.data a")]
    listed, token = list[str | None](), ""
    while True:
        page = f"<pageToken>{token}</pageToken>" if token else ""
        body = f'<ListBorderGoods xmlns="{NAMESPACE}"><list>open</list><pageSize>2</pageSize>{page}</ListBorderGoods>'
        answer = gateway.call(gateway.signed(body, request_header(PIN, NUMBER)))
        listed += told(answer, "barcode")
        if told(answer, "hasMore") == ["false"]:
            break
        token = told(answer, "nextPageToken")[0] or ""
    assert listed == [goods(number).barcode for number in range(5)]
    assert on_page == listed


def test_list_of_a_foreign_principal_is_refused(gateway: Gateway) -> None:
    body = f'<ListBorderGoods xmlns="{NAMESPACE}"/>'
    answer = gateway.call(gateway.signed(body, request_header(PIN, "9900000421")))
    assert detail_of(answer)["rule"] == ["access.principal"]
