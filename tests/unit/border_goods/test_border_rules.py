"""What is wrong with a record, what is only doubtful, how a file is read, and how much time is left."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.border_goods.files import read_goods
from app.border_goods.rules import Goods, TimeLeft, changes, checked, doubts, time_left
from app.core.errors import Invalid
from tests.border_goods import GOODS, NOW

OFFICES, CURRENCIES = frozenset({"01000", "05010"}), frozenset({"EUR", "USD"})


def check(goods: Goods) -> Goods:
    return checked(goods, NOW, OFFICES, CURRENCIES)


def test_goods_that_are_right_stay_as_they_are() -> None:
    assert check(GOODS) == GOODS
    assert doubts(GOODS) == ()


def test_goods_are_put_in_canonical_form() -> None:
    typed = {
        "barcode": " az05010000123456 ",
        "carnet": "jx77976216",
        "currency": "eur",
        "vehicle": "34abc123",
        "container": "-",
        "waybill": "Nomresiz",
        "description": " AVADANLIQ \u200b VƏ  S. ",
    }
    clean = check(replace(GOODS, **typed))  # type: ignore[arg-type]
    assert clean == replace(GOODS, container="", waybill="", description="AVADANLIQ VƏ S.")
    assert check(replace(GOODS, waybill="0278")).waybill == "0278"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("barcode", "AZ1", "border_goods.barcode"),
        ("barcode", "AZ050100001234567890123", "border_goods.barcode"),
        ("barcode", "АZ05010000123456", "border_goods.barcode"),  # The first letter is Cyrillic.
        ("barcode", "AZ0501００00123456", "border_goods.barcode"),  # Full-width digits.
        ("consignee", "9900000143", "payer.unknown"),
        ("consignee", "", "payer.unknown"),
        ("consignee_name", " \u200b ", "border_goods.missing"),
        ("consignee_address", "ə" * 301, "border_goods.long"),
        ("code", "847982", "border_goods.code"),
        ("code", "84798200OO", "border_goods.code"),
        ("description", "", "border_goods.missing"),
        ("amount", Decimal(-1), "border_goods.range"),
        ("amount", Decimal("0.001"), "border_goods.decimals"),
        ("amount", Decimal(10) ** 15, "border_goods.range"),
        ("amount", Decimal("NaN"), "border_goods.range"),
        ("currency", "XXQ", "border_goods.currency"),
        ("weight", Decimal(0), "border_goods.range"),
        ("weight", Decimal("1.0001"), "border_goods.decimals"),
        ("packages", -1, "number.range"),
        ("exporter", "x" * 141, "border_goods.long"),
        ("vehicle", "", "border_goods.vehicle"),
        ("vehicle", "34ABC123456789012345678", "border_goods.vehicle"),
        ("destination", "99999", "border_goods.office"),
        ("hours", 0, "number.range"),
        ("hours", 721, "number.range"),
        ("registered_at", NOW + timedelta(minutes=11), "border_goods.future"),
        ("registered_at", NOW - timedelta(days=367), "border_goods.old"),
        ("carnet", "JX7797621", "border_goods.carnet"),
        ("waybill", "0" * 36, "border_goods.long"),
        ("container", "C" * 21, "border_goods.long"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(field: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(replace(GOODS, **{field: value}))  # type: ignore[arg-type]
    assert [(one.field, one.code) for one in caught.value.problems] == [(field, code)]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        check(replace(GOODS, barcode="", code="", hours=0))
    assert {one.field for one in caught.value.problems} == {"barcode", "code", "hours"}


def test_container_with_a_wrong_digit_is_a_doubt() -> None:
    goods = check(replace(GOODS, container="CSQU3054384"))
    assert [(one.field, one.code) for one in doubts(goods)] == [("container", "container.check_digit")]


def test_changes_name_what_stood_there_and_what_stands_there() -> None:
    assert changes(GOODS, replace(GOODS, packages=2, waybill="")) == {"packages": ["0", "2"], "waybill": ["0278", ""]}
    assert changes(GOODS, replace(GOODS)) == {}


@pytest.mark.parametrize(
    ("minutes", "left"),
    [
        (36 * 60, TimeLeft(False, False, 1, 12, 0)),
        (361, TimeLeft(False, False, 0, 6, 1)),
        (359, TimeLeft(False, True, 0, 5, 59)),
        (0, TimeLeft(False, True, 0, 0, 0)),
        (-61, TimeLeft(True, False, 0, 1, 1)),
        (-1500, TimeLeft(True, False, 1, 1, 0)),
    ],
)
def test_time_left(minutes: int, left: TimeLeft) -> None:
    assert time_left(NOW + timedelta(minutes=minutes), NOW) == left


HEADING = (
    "barcode,consignee,consignee_name,consignee_address,code,description,amount,currency,weight,packages,exporter,"
    "vehicle,destination,hours,registered_at,carnet,waybill,container"
)
LINE = (
    "AZ05010000123456,9900000141,Xəzər İdxal MMC,Bakı,8479820000,AVADANLIQ VƏ S.,56839.00,EUR,528.100,0,"
    "Muster Maschinen GmbH,34ABC123,01000,36,2026-11-20T12:00,JX77976216,0278,CSQU3054383"
)


@pytest.mark.parametrize("mark", ["", "\N{BYTE ORDER MARK}"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_file_is_read_as_spreadsheets_write_it(mark: str, delimiter: str) -> None:
    text = f"{HEADING}\r\n{LINE}\r\n".replace(",", delimiter)
    assert read_goods((mark + text).encode()) == ({2: GOODS}, {})


def test_line_that_cannot_be_read_is_told_by_its_number_and_fields() -> None:
    wrong = LINE.replace("56839.00", "çox").replace(",36,", ",1.5,").replace("2026-11-20T12:00", "dünən")
    goods, told = read_goods(f"{HEADING}\n{LINE}\n{wrong}\n{LINE},artıq\n".encode())
    assert goods == {2: GOODS}
    assert [(one.field, one.code) for one in told[3]] == [
        ("amount", "number.format"),
        ("hours", "number.whole"),
        ("registered_at", "border_goods.instant"),
    ]
    assert [one.code for one in told[4]] == ["border_goods.cells"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "border_goods.encoding"),
        (b"", "border_goods.columns"),
        (b"barcode,code\n1,2\n", "border_goods.columns"),
        (f"{HEADING},renk\n".encode(), "border_goods.columns"),
        (f'{HEADING}\n"açıq'.encode(), "border_goods.csv"),
    ],
)
def test_file_that_is_no_such_list_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_goods(content)
    assert caught.value.code == code
