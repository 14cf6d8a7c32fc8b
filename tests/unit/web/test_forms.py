"""What forms read and refuse, and that every refusal is a text of ours."""

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from app.core.errors import Invalid, Problem
from app.web.forms import (
    ChoicesField,
    DateField,
    DecimalField,
    Form,
    between,
    choice,
    errors_of,
    length,
    optional,
    parse_date,
    required,
)

TYPED = {"code": "5208510000", "net": "1.234,50", "day": "9.5.2026", "kinds": ["a", "b"], "country": "AZ"}


class Sample(Form):
    code = StringField(validators=[required("Kodu yazın."), length(least=10, most=10)])
    net = DecimalField(validators=[required("Çəkini yazın."), between(1, 2000)])
    gross = DecimalField(validators=[optional(), between(1, 2000)])
    day = DateField(validators=[required("Tarixi yazın.")])
    kinds = ChoicesField(validators=[optional(), choice({"a", "b"})])
    country = StringField(validators=[required("Ölkəni seçin."), choice({"AZ"})])


@pytest.fixture(autouse=True)
def request_context():  # type: ignore[no-untyped-def]  # noqa: ANN201
    app = Flask("forms")
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        yield


def errors_after(**typed: object) -> dict[str, str]:
    form = Sample(MultiDict({**TYPED, **typed}))
    form.validate()
    return form.errors_by_field("az")


def test_right_answers_are_read() -> None:
    form = Sample(MultiDict(TYPED))
    assert form.validate()
    assert (form.net.data, form.gross.data, form.day.data) == (Decimal("1234.50"), None, dt.date(2026, 5, 9))
    assert form.kinds.data == ["a", "b"]


def test_values_are_what_was_typed() -> None:
    form = Sample(MultiDict({**TYPED, "net": " 12,x ", "day": "31.02.2026"}))
    assert form.values == {**TYPED, "net": " 12,x ", "gross": "", "day": "31.02.2026"}
    assert form.values["nowhere"] == ""


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("code", "", "Kodu yazın."),
        ("code", "   ", "Kodu yazın."),
        ("code", "52", "Ən azı 10 işarə yazın, sizdə 2 işarədir."),
        ("code", "52085100001", "Mətn 10 işarədən uzun ola bilməz, sizdə 11 işarədir."),
        ("net", "", "Çəkini yazın."),
        ("net", "12,x", "«12,x» ədəd deyil. Nümunə: 1234,50."),
        ("net", "2000,01", "1 ilə 2000 arasında ədəd yazın."),
        ("gross", "0", "1 ilə 2000 arasında ədəd yazın."),
        ("gross", "x", "«x» ədəd deyil. Nümunə: 1234,50."),
        ("day", "31.02.2026", "«31.02.2026» tarix deyil. Tarixi gg.aa.iiii şəklində yazın, məsələn 09.05.2026."),
        ("kinds", ["a", "c"], "Siyahıdan seçin."),
        ("country", "", "Ölkəni seçin."),
        ("country", "XX", "Siyahıdan seçin."),
    ],
)
def test_wrong_answer_has_one_error_that_says_what_to_do(name: str, typed: object, told: str) -> None:
    assert errors_after(**{name: typed}) == {name: told}


def test_errors_stand_in_the_order_of_the_fields() -> None:
    assert list(errors_after(country="", code="", day="")) == ["code", "day", "country"]


@pytest.mark.parametrize("text", ["09.05.2026", "9/5/2026", " 9-05-2026 ", "9 5 2026"])
def test_dates_are_read_as_people_type_them(text: str) -> None:
    assert parse_date(text) == dt.date(2026, 5, 9)


@pytest.mark.parametrize("text", ["2026-05-09", "09.05.26", "5.2026", "32.01.2026", "x", "٠٩.٠٥.٢٠٢٦"])
def test_what_could_be_another_day_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"date\.format"):
        parse_date(text)


def test_what_an_operation_refuses_is_shown_like_the_errors_of_a_form() -> None:
    refused = Invalid.collect([Problem("a", "«{value}»", "net", facts={"value": "<1>"}), Problem("b", "Nə isə")])
    assert errors_of(refused, "az") == {"net": "«<1>»", "": "Nə isə"}
